#!/usr/bin/env python3
"""run.py: the programs of the Savina suite at its own sizes: wall time, processor time and peak memory, as a table.

    bench/savina/run.py BUILD [--runs N] [--workers 1,2] [--scale small] [NAME...]

BUILD: a folder with bin/agentc, best a release build. Each program is compiled to an executable and runs in a process of its own, which also
creates and ends the workers; it verifies its result, and a run that does not end well is shown as what it was. Of N runs (default 3) the
least time counts, and the largest memory. `--scale small` takes the sizes of the tests.
"""
import argparse
import glob
import os
import re
import resource
import shlex
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def small_sizes(source):
    with open(source, encoding="utf-8") as f:
        return shlex.split(re.search(r"^// args: (.*)$", f.read(), re.M).group(1))


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


def run(command, workers, patience):
    """(seconds, seconds of processors, MiB) of one run, or what went wrong."""
    seen, before, started = [0.0], resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    p = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=dict(os.environ, AGENT_WORKERS=str(workers)))
    watch = threading.Thread(target=peak, args=(p.pid, seen))
    watch.start()
    try:
        _, err = p.communicate(timeout=patience)
        took = time.monotonic() - started
    except subprocess.TimeoutExpired:
        p.kill()
        p.communicate()
        return "> %d s" % patience
    finally:
        watch.join()
    if p.returncode != 0:
        sys.stderr.write("%s:\n%s" % (" ".join(command), err.decode("utf-8", "replace")))
        return "status %d" % p.returncode
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, seen[0]


def best(results):
    wrong = [r for r in results if isinstance(r, str)]
    if wrong:
        return "%10s %8s %8s" % (wrong[0], "", "")
    times, processors, memory = zip(*results)
    return "%10.3f %8.3f %8.1f" % (min(times), min(processors), max(memory))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--workers", default="1,2")
    parser.add_argument("--scale", choices=("suite", "small"), default="suite")
    parser.add_argument("--patience", type=float, default=300, help="seconds a run may take")
    options = parser.parse_intermixed_args()
    agentc = os.path.join(options.build, "bin", "agentc")
    workers = [int(w) for w in options.workers.split(",")]
    known = sorted(os.path.basename(p)[:-6] for p in glob.glob(os.path.join(HERE, "*.agent")))
    unknown = set(options.names) - set(known)
    if unknown:
        sys.exit("run.py: there is no " + ", ".join(sorted(unknown)))

    print("%-16s" % "" + "".join("%10s %8s %8s" % ("s, w=%d" % w, "CPU s", "MiB") for w in workers))
    with tempfile.TemporaryDirectory() as folder:
        for name in options.names or known:
            source, program = os.path.join(HERE, name + ".agent"), os.path.join(folder, name)
            subprocess.run([agentc, source, "-o", program], check=True)
            sizes = small_sizes(source) if options.scale == "small" else []
            columns = [best([run([program] + sizes, w, options.patience) for _ in range(options.runs)]) for w in workers]
            print("%-16s" % name + "".join(columns), flush=True)


main()
