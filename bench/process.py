"""process.py: runs a program and says what it took: time, processor time, peak memory."""
import dataclasses
import os
import re
import resource
import subprocess
import threading
import time


class Failed(Exception):
    """A run that did not end well, in a few words."""


@dataclasses.dataclass(frozen=True)
class Took:
    seconds: float
    processor: float  # seconds, user and system
    mib: float  # the most memory that was resident at once
    out: str


def peak(pid, seen):
    """Follows the high-water mark of a process's memory, in MiB. (What wait4 gives begins with that of the process that made it.)"""
    while True:
        try:
            with open("/proc/%d/status" % pid) as f:
                found = re.search(r"^VmHWM:\s*(\d+) kB", f.read(), re.M)
        except OSError:
            return
        if found:
            seen[0] = int(found.group(1)) / 1024
        elif seen[0]:
            return
        time.sleep(0.003)


def run(command, env=None, patience=300):
    """Runs a command with additions to the environment; Failed if it ends badly or not in `patience` seconds."""
    seen, before, started = [0.0], resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    p = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ, **(env or {})))
    watch = threading.Thread(target=peak, args=(p.pid, seen))
    watch.start()
    try:
        out, err = p.communicate(timeout=patience)
        took = time.monotonic() - started
    except subprocess.TimeoutExpired:
        p.kill()
        p.communicate()
        raise Failed("> %d s" % patience)
    finally:
        watch.join()
    if p.returncode != 0:
        raise Failed("status %d: %s" % (p.returncode, (out + err).decode("utf-8", "replace")[-2000:].strip()))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Took(took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seen[0], out.decode())
