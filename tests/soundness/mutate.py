#!/usr/bin/env python3
"""mutate.py: turns off each rule of the capability checker in turn; some test must notice.

Every condition of the files below, down to the operands of `&&` and `||`, becomes one that a variable can hold true or false. So
all mutants are one executable (AGENTC_MUTANT=n), built once from a changed copy of the sources. A mutant is killed when one of
the tests that only check (tests/cap, tests/check, tests/lang, and tests/unit/cap_test.c for types/cap.c) fails with it, or agentc
crashes. What survives is listed; equivalent.txt says which cannot be killed, since they change nothing that a program could show, and why.

    mutate.py [--sample N] [--only FILE[:LINE]] [--jobs N] [--work DIR]
"""
import argparse
import collections
import concurrent.futures
import importlib.util
import json
import os
import random
import re
import shutil
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# Whole files: all of their conditions are rules. Others: only conditions near a report of E04xx.
WHOLE = ["types/cap.c", "sema/subtype.c", "sema/sendable.c", "sema/coerce.c", "sema/flow_walk.c", "sema/flow_control.c",
         "sema/flow_effects.c", "sema/flow_state.c"]
PARTS = ["sema/check_call.c", "sema/check_control.c", "sema/check_decl.c", "sema/check_make.c", "sema/check_member.c",
         "sema/check_name.c", "sema/check_pattern.c", "sema/check_prim.c", "sema/check_stmt.c", "sema/check_type.c", "types/type.c"]
REPORT = re.compile(r"\bE04\d\d\b|cap_report_|flow_report_|type_is_sendable|type_is_shareable|type_holds_iso|cap_path_may|type_kept|"
                    r"place_in_object|cap_view|cap_can_|cap_is_|->cap\b|\.cap\b|sealed|recover")


def skip(text, i):
    """Past a string, character or comment that begins at i; i itself if none does."""
    if text.startswith("//", i):
        return text.index("\n", i)
    if text.startswith("/*", i):
        return text.index("*/", i) + 2
    if text[i] in "\"'":
        k = i + 1
        while text[k] != text[i]:
            k += 2 if text[k] == "\\" else 1
        return k + 1
    return i


def closing(text, i):
    """The index of the bracket that closes the one at i."""
    depth = 0
    while True:
        k = skip(text, i)
        if k != i:
            i = k
            continue
        depth += text[i] in "([{"
        depth -= text[i] in ")]}"
        if depth == 0:
            return i
        i += 1


def split(text, operator):
    parts, i, begin = [], 0, 0
    while i < len(text):
        k = skip(text, i)
        if k != i:
            i = k
        elif text[i] in "([{":
            i = closing(text, i) + 1
        elif text.startswith(operator, i):
            parts.append(text[begin:i])
            i += len(operator)
            begin = i
        else:
            i += 1
    return parts + [text[begin:]]


def line_of(text, at):
    return text.count("\n", 0, at) + 1


class Mutants:
    def __init__(self):
        self.all = []  # (file, line, text)

    def wrap(self, expr, file, line):
        """expr, with each operand under the control of a mutant."""
        core = expr.strip()
        lead, trail = expr[: len(expr) - len(expr.lstrip())], expr[len(expr.rstrip()):]
        line += lead.count("\n")
        if "?" in core and len(split(core, "?")) > 1:
            return lead + self.atom(core, file, line) + trail
        for operator in ("||", "&&"):
            parts = split(core, operator)
            if len(parts) > 1:
                out, at = [], line
                for p in parts:
                    out.append(self.wrap(p, file, at))
                    at += p.count("\n")
                return lead + operator.join(out) + trail
        if core.startswith("(") and closing(core, 0) == len(core) - 1:
            return lead + "(" + self.wrap(core[1:-1], file, line) + ")" + trail
        if core.startswith("!(") and closing(core, 1) == len(core) - 1:
            return lead + "!(" + self.wrap(core[2:-1], file, line) + ")" + trail
        return lead + self.atom(core, file, line) + trail

    def atom(self, core, file, line):
        if core in ("true", "false") or core.startswith("MUTANT("):
            return core
        self.all.append((file, line, " ".join(core.split())))
        return "MUTANT(%d, (%s))" % (len(self.all) - 1, core)

    def change(self, text, file, whole):
        out, i = [], 0
        lines = text.split("\n")
        places = [(m.start(), m.end(), "if") for m in re.finditer(r"\bif \(", text)]
        heads = [(m.start(), re.match(r"(static )?(inline )?bool \w+\(", m.group()) is not None)
                 for m in re.finditer(r"^[a-z][^;={}]*?\([^;{}]*?\) \{", text, re.M)]
        for m in re.finditer(r"\breturn ([^;]*);", text):
            before = [h for h in heads if h[0] < m.start()]
            if before and before[-1][1]:
                places.append((m.start(1), m.end(1), "value"))
        places += [(m.start(1), m.end(1), "value") for m in re.finditer(r"\bbool \w+ = ([^;{]*);", text)]
        truths = set(re.findall(r"\bbool (?:\w+ = [^;]*?, )*(\w+)", text)) | {"freeze", "share", "moves", "used", "found"}
        places += [(m.start(2), m.end(2), "value") for m in re.finditer(r"(\w+) [&|]= ([^;{]*);", text) if m.group(1) in truths]
        taken = 0
        for start, end, kind in sorted(places):
            if start < taken:
                continue
            begin, stop = (end, closing(text, end - 1)) if kind == "if" else (start, end)
            line = line_of(text, begin)
            near = "\n".join(lines[line - 1: line + 4])
            if not whole and not REPORT.search(near):
                continue
            out.append(text[i:begin])
            for n, part in enumerate(split(text[begin:stop], ",")):  # bool a = …, b = …
                head, equals, value = ("", "", part) if n == 0 else part.partition(" = ")
                out.append(("," if n else "") + head + equals + (self.wrap(value, file, line) if not n or equals else value))
            i = taken = stop
        out.append(text[i:])
        return "".join(out)


HEADER = '''#ifndef MUTANT
extern int agentc_mutant;
#define MUTANT(n, x) (agentc_mutant == 2 * (n) ? 0 : agentc_mutant == 2 * (n) + 1 ? 1 : (x) ? 1 : 0)
#endif
'''
SWITCH = '''#include <stdlib.h>
int agentc_mutant = -1;
__attribute__((constructor)) static void mutant_choose(void) {
  const char *n = getenv("AGENTC_MUTANT");
  if (n) agentc_mutant = atoi(n);
}
'''


def build(work):
    """The copy, changed and built. (mutants, folder)"""
    tree, out = os.path.join(work, "tree"), os.path.join(work, "build")
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(".git", "build", "bench", "examples"), symlinks=True)
    mutants = Mutants()
    for name in WHOLE + PARTS:
        path = os.path.join(tree, "compiler", name)
        if not os.path.exists(path):
            continue
        with open(path, encoding="utf-8") as f:
            text = f.read()
        text = mutants.change(text, name, name in WHOLE)
        with open(path, "w", encoding="utf-8") as f:
            f.write(HEADER + "#line 1\n" + text)
    limit = os.path.join(tree, "compiler/diag/render.h")  # all errors of all files are wanted
    with open(limit, encoding="utf-8") as f:
        text = f.read()
    with open(limit, "w", encoding="utf-8") as f:
        f.write(re.sub(r"(#define DIAG_DEFAULT_LIMIT) \d+", r"\1 1000000", text))
    with open(os.path.join(tree, "compiler/base/mutant.c"), "w", encoding="utf-8") as f:
        f.write(SWITCH)
    log = open(os.path.join(work, "build.log"), "w", encoding="utf-8")
    for command in (["cmake", "-S", tree, "-B", out, "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_C_FLAGS_DEBUG=-O1",
                     "-DAGENT_WERROR=OFF", "-DCMAKE_C_COMPILER_LAUNCHER=" + (shutil.which("ccache") or "")],
                    ["ninja", "-C", out, "bin/agentc", "tests/test_unit_cap"]):
        if subprocess.run(command, stdout=log, stderr=log).returncode != 0:
            sys.exit("mutate.py: cannot build, see %s" % log.name)
    return mutants.all, out


def load_golden():
    spec = importlib.util.spec_from_file_location("golden", os.path.join(ROOT, "tests", "golden.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tests:
    """All of tests/cap, tests/check and tests/lang, in one process a mutant: a mutant is killed if an error comes, goes or changes its code or
    line. That what is reported without a mutant is right, golden.py says."""

    def __init__(self, golden, tree, out):
        self.tree, self.out = tree, out
        self.agentc = os.path.join(out, "bin", "agentc")
        self.files = golden.scan([os.path.join(tree, d) for d in ("tests/cap", "tests/check/fail", "tests/check/pass", "tests/lang")])
        self.right = self.report(-1)

    def report(self, mutant):
        """What is reported where; a word if agentc does not say."""
        env = dict(os.environ, AGENTC_MUTANT=str(mutant))
        try:
            p = subprocess.run([self.agentc, "--check", "--diagnostics=json", *self.files], capture_output=True, timeout=120, env=env)
        except subprocess.TimeoutExpired:
            return "does not end"
        if p.returncode not in (0, 1):
            return "crashes"
        found = []
        for line in p.stderr.decode(errors="replace").split("\n"):
            if line.startswith("{"):
                d = json.loads(line)
                found.append((os.path.relpath(d["file"], self.tree), d["line"], d["code"]))
        return sorted(found)

    def killer(self, mutant, file):
        found = self.report(mutant)
        if isinstance(found, str):
            return found
        if found != self.right:
            wrong = collections.Counter(found)
            wrong.subtract(collections.Counter(self.right))
            return "%s:%s %s" % next(k for k, n in sorted(wrong.items()) if n)
        if file == "types/cap.c":
            p = subprocess.run([os.path.join(self.out, "tests/test_unit_cap")], capture_output=True,
                               env=dict(os.environ, AGENTC_MUTANT=str(mutant)))
            if p.returncode != 0:
                return "tests/unit/cap_test.c"
        return None


def same(file, text, value):
    """Why this mutant cannot be killed, or None."""
    for f, t, v, why in SAME:
        if f == file and t == text and v in (None, value):
            return why
    return None


def read_same():
    """The table of equivalent mutants: file | condition | value | why."""
    rows = []
    path = os.path.join(HERE, "equivalent.txt")
    for line in open(path, encoding="utf-8") if os.path.exists(path) else []:
        if line.strip() and not line.startswith("#"):
            file, value, text, why = [x.strip() for x in line.split(" | ")]
            rows.append((file, text, {"true": 1, "false": 0}.get(value), why))
    return rows


SAME = read_same()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=0, help="only so many, chosen by the day")
    parser.add_argument("--only", default="", help="FILE,FILE… or FILE:LINE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--work", default="/tmp/agentc-mutants", help="folder for the changed sources and their build")
    parser.add_argument("--table", default="", help="write what happened to each here")
    o = parser.parse_args()
    os.makedirs(o.work, exist_ok=True)
    conditions, out = build(o.work)
    golden = load_golden()
    tests = Tests(golden, os.path.join(o.work, "tree"), out)
    if not tests.right or isinstance(tests.right, str):
        sys.exit("mutate.py: without a mutant: %s" % tests.right)
    wanted = [(k, v) for k in range(len(conditions)) for v in (0, 1)]
    if o.only:
        file, _, line = o.only.partition(":")
        files = file.split(",")
        wanted = [w for w in wanted if conditions[w[0]][0] in files and (not line or conditions[w[0]][1] == int(line))]
    if o.sample and o.sample < len(wanted):
        wanted = random.Random(int(time.time() // 86400)).sample(wanted, o.sample)
    started = time.monotonic()

    def one(w):
        file, line, text = conditions[w[0]]
        why = same(file, text, w[1])
        return w, why, None if why else tests.killer(2 * w[0] + w[1], file)

    survivors, equivalent, killed, rows = [], 0, 0, []
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        for w, why, by in pool.map(one, wanted):
            file, line, text = conditions[w[0]]
            label = "%s:%d: `%s` held %s" % (file, line, text, ("false", "true")[w[1]])
            rows.append("%s\t%s" % (label, "same: " + why if why else by or "SURVIVES"))
            equivalent += why is not None
            killed += by is not None
            if not why and not by:
                survivors.append(label)
                print("SURVIVES", label, flush=True)
    if o.table:
        with open(o.table, "w", encoding="utf-8") as f:
            f.write("\n".join(rows) + "\n")
    print("%d mutants of %d conditions: %d killed, %d the same as the original, %d survive; %.0f s" %
          (len(wanted), len(conditions), killed, equivalent, len(survivors), time.monotonic() - started))
    sys.exit(1 if survivors else 0)


if __name__ == "__main__":
    main()
