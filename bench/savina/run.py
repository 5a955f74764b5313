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
import shlex
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(HERE))
import process  # noqa: E402


def small_sizes(source):
    with open(source, encoding="utf-8") as f:
        return shlex.split(re.search(r"^// args: (.*)$", f.read(), re.M).group(1))


def run(command, workers, patience):
    """(seconds, seconds of processors, MiB) of one run, or what went wrong."""
    try:
        took = process.run(command, {"AGENT_WORKERS": str(workers)}, patience)
    except process.Failed as failed:
        sys.stderr.write("%s: %s\n" % (" ".join(command), failed))
        return str(failed).split(":")[0]
    return took.seconds, took.processor, took.mib


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
