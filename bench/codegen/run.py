#!/usr/bin/env python3
"""run.py: how good the emitted C is: the same program in the language and in C, both at -O2, user time in seconds.

    bench/codegen/run.py BUILD [RUNS [NAME...]]

Each round runs every variant once, so that what else the machine does meets all of them. Of each variant: the least time. Ratios are
those of the least times; `spread` is the range of the ratios of single rounds.
Goals: 1.05 times hand-written C for numbers (nbody, fannkuch, spectralnorm, mandelbrot), 1.15 for the others. binarytrees is measured against
C with the C library's malloc and against C with mimalloc, which the runtime uses.
"""
import itertools
import os
import random
import resource
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
CASES = [("nbody", "3000000"), ("fannkuch", "10"), ("spectralnorm", "2000"), ("mandelbrot", "2000"), ("binarytrees", "16"), ("wordcount", None), ("closures", "30000")]
EXTRA = {"binarytrees": [("C mimalloc", ["-lmimalloc"])]}


def words(path, lines=250000, different=100000):
    """A text as long as a few books, its words as unevenly spread as those of a language."""
    r = random.Random(42)
    letters = "abcdefghijklmnopqrstuvwxyz"
    known = ["".join(r.choice(letters) for _ in range(r.randint(2, 11))) for _ in range(different)]
    weights = list(itertools.accumulate(1 / (i + 1) for i in range(different)))
    with open(path, "w") as f:
        for _ in range(lines):
            f.write(" ".join(r.choices(known, cum_weights=weights, k=12)) + "\n")


def user_time(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    p = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before, p.stdout


def build(agentc, name, folder):
    """Variant -> command without arguments; the C variant comes first."""
    source, programs = os.path.join(HERE, name), {}
    for cc in ("gcc", "clang"):
        for label, flags in [("C", [])] + EXTRA.get(name, []):
            out = os.path.join(folder, "%s-%s-%s" % (name, cc, label.replace(" ", "-")))
            subprocess.run([cc, "-O2", "-ffp-contract=off", "-fno-math-errno", "-o", out, source + ".c", "-lm"] + flags, check=True)
            programs[cc, label] = [out]
        out = os.path.join(folder, name + "-" + cc)
        subprocess.run([agentc, source + ".agent", "-o", out], check=True, env=dict(os.environ, CC=cc))
        programs[cc, "agent"] = [out]
    programs["tcc", "agent"] = [agentc, "--run", source + ".agent"]
    return programs


def measure(name, programs, size, runs):
    times, wanted = {k: [] for k in programs}, None
    for _ in range(runs):
        for key, command in programs.items():
            took, got = user_time(command + [size])
            times[key].append(took)
            wanted = wanted or got
            if got != wanted:
                sys.exit("%s, %s: prints something else than C" % (name, " ".join(key)))
    return times


def report(name, times):
    for cc in ("gcc", "clang"):
        own = times[cc, "agent"]
        for (c, label), base in times.items():
            if c != cc or label == "agent":
                continue
            rounds = sorted(a / b for a, b in zip(own, base))
            print("%-13s %-6s %-11s %7.3f %7.3f %7.2f   %.2f to %.2f, median %.2f" % (
                name, cc, label, min(base), min(own), min(own) / min(base), rounds[0], rounds[-1], rounds[len(rounds) // 2]))
    print("%-13s --run  %s %27.3f" % (name, " " * 11, min(times["tcc", "agent"])), flush=True)


def main():
    agentc = os.path.join(sys.argv[1], "bin", "agentc")
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    chosen = sys.argv[3:]
    print("%-13s %-6s %-11s %7s %7s %7s   %s" % ("", "", "against", "C", "agent", "ratio", "spread of the ratio"))
    with tempfile.TemporaryDirectory() as folder:
        for name, size in CASES:
            if chosen and name not in chosen:
                continue
            if size is None:
                size = os.path.join(folder, "words.txt")
                words(size)
            report(name, measure(name, build(agentc, name, folder), size, runs))


main()
