#!/usr/bin/env python3
"""run.py: how good the emitted C is: the same program in the language and in C, user time in seconds, best of some runs.

    bench/codegen/run.py BUILD [RUNS]

Goals: 1.05 times hand-written C for numbers (nbody), 1.15 for collections (fannkuch).
"""
import os
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [("nbody", "5000000"), ("fannkuch", "10")]


def user_time(command, runs):
    best = None
    for _ in range(runs):
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        p = subprocess.run(command, stdout=subprocess.PIPE, check=True)
        took = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
        best = took if best is None else min(best, took)
    return best, p.stdout


def main():
    agentc = os.path.join(sys.argv[1], "bin", "agentc")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    print("%-10s %8s %8s %8s %8s %8s" % ("", "C", "gcc", "ratio", "clang", "--run"))
    with tempfile.TemporaryDirectory() as folder:
        for name, size in CASES:
            source = os.path.join(HERE, name)
            programs = {"c": os.path.join(folder, name + "-c")}
            subprocess.run(["gcc", "-O2", "-o", programs["c"], source + ".c", "-lm"], check=True)
            for cc in ("gcc", "clang"):
                programs[cc] = os.path.join(folder, name + "-" + cc)
                subprocess.run([agentc, source + ".agent", "-o", programs[cc]], check=True, env=dict(os.environ, CC=cc))
            c, wanted = user_time([programs["c"], size], runs)
            times = {}
            for how in ("gcc", "clang", "run"):
                command = [agentc, "--run", source + ".agent", size] if how == "run" else [programs[how], size]
                times[how], got = user_time(command, runs)
                if got != wanted:
                    sys.exit("%s, %s: prints something else than C" % (name, how))
            print("%-10s %8.2f %8.2f %8.2f %8.2f %8.2f" % (name, c, times["gcc"], times["gcc"] / c, times["clang"], times["run"]))


main()
