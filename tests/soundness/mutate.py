#!/usr/bin/env python3
"""mutate.py: turns off each rule of the capability checker in turn; some test must notice.

Every condition of the files below, down to the operands of `&&` and `||`, becomes one that a variable can hold true or false. What
such a condition calls is not called then, and reports nothing (unless a variable is set there). So
all mutants are one executable (AGENTC_MUTANT=n), built once from a changed copy of the sources. A mutant is killed when one of
the tests that only check (tests/cap, tests/check, tests/lang, and tests/unit/cap_test.c for types/cap.c) fails with it, or agentc
crashes. What survives is listed, apart from it what only says the same in other words that no test asks for; equivalent.txt says which cannot be killed, since they change nothing that a program could show, and why.

    mutate.py [--sample N] [--only FILE[:LINE]] [--jobs N] [--work DIR]
"""
import argparse
import collections
import concurrent.futures
import glob
import importlib.util
import json
import os
import random
import re
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

# All files of sema/ and types/ but those that only say why something is refused, and the one that Build changes otherwise. Of the whole ones all
# conditions are rules; of the others those near something that looks at capabilities, or all with --whole.
WHOLE = ["types/cap.c", "sema/subtype.c", "sema/sendable.c", "sema/coerce.c", "sema/flow_walk.c", "sema/flow_control.c",
         "sema/flow_effects.c", "sema/flow_state.c", "sema/flow.c", "sema/check_closure.c", "sema/fresh.c",
         "sema/check_outside.c", "sema/infer.c", "sema/instance.c", "sema/interface.c", "sema/narrow.c", "sema/collect.c", "sema/collect_bounds.c",
         "sema/asked.c", "sema/constant.c"]
MESSAGES = ["sema/cap_origin.c", "sema/cap_report.c", "sema/flow_report.c", "sema/interface_report.c", "sema/report.c", "types/type_print.c"]
FILES = sorted(os.path.relpath(p, os.path.join(ROOT, "compiler")) for d in ("sema", "types") for p in glob.glob(os.path.join(ROOT, "compiler", d, "*.c")))
FILES = [p for p in FILES if p not in MESSAGES + ["sema/sema.c"]]
# Unit tests of rules, and the files whose mutants they may kill; `sema` may kill any.
UNITS = {"cap": ["types/"], "lend": ["types/", "sema/sendable.c"], "subtype": ["types/", "sema/subtype.c", "sema/sendable.c"], "sendable": ["types/", "sema/sendable.c"],
         "types": ["types/", "sema/sendable.c"], "sema": [""]}
QUICK = ["lend", "subtype", "sendable", "types"]
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


def statement_end(text, i):
    """The index of the `;` that ends the statement in which i is."""
    while text[i] != ";":
        k = skip(text, i)
        i = k if k != i else closing(text, i) + 1 if text[i] in "([{" else i + 1
    return i


def line_of(text, at):
    return text.count("\n", 0, at) + 1


class Mutants:
    def __init__(self):
        self.all = {}  # number: (file, line, text, does it call something)
        self.next = 0

    def first(self, number):
        self.next = number

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
        if core in ("true", "false") or core.startswith(("MUTANT", "fail(")):  # fail: false, and a message
            return core
        self.all[self.next] = (file, line, " ".join(core.split()))
        self.next += 1
        lazy = not re.search(r"[^=!<>]=[^=]|[(,] ?&", core)
        self.all[self.next - 1] += (lazy and "(" in core,)
        return "%s(%d, (%s))" % ("MUTANT" if lazy else "MUTANT_AFTER", self.next - 1, core)

    def change(self, text, file, whole):
        out, i = [], 0
        lines = text.split("\n")
        places = [(m.start(), m.end(), "if") for m in re.finditer(r"\bif \(", text)]
        heads = [(m.start(), re.match(r"(static )?(inline )?bool \w+\(", m.group()) is not None)
                 for m in re.finditer(r"^[a-z][^;={}]*?\([^;{}]*?\) \{", text, re.M)]
        for m in re.finditer(r"\breturn (?=[^;])", text):
            before = [h for h in heads if h[0] < m.start()]
            if before and before[-1][1]:
                places.append((m.end(), statement_end(text, m.end()), "value"))
        places += [(m.end(), statement_end(text, m.end()), "value") for m in re.finditer(r"\bbool \w+ = ", text)]
        truths = set(re.findall(r"\bbool (?:\w+ = [^;]*?, )*(\w+)", text)) | {"freeze", "share", "moves", "used", "found"}
        places += [(m.end(), statement_end(text, m.end()), "value") for m in re.finditer(r"(\w+) [&|]= ", text) if m.group(1) in truths]
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
extern unsigned char agentc_mutant_seen[];
static inline int agentc_mutant_is(int n, int x) {
  agentc_mutant_seen[2 * n + x] = 1;
  return agentc_mutant == 2 * n ? 0 : agentc_mutant == 2 * n + 1 ? 1 : x;
}
#define MUTANT(n, x) (agentc_mutant >> 1 == n ? agentc_mutant & 1 : agentc_mutant_is(n, (x) ? 1 : 0))
#define MUTANT_AFTER(n, x) agentc_mutant_is(n, (x) ? 1 : 0)
#endif
'''
SWITCH = '''#include <stdio.h>
#include <stdlib.h>
int agentc_mutant = -1;
unsigned char agentc_mutant_seen[%d];
static void mutant_seen(void) {
  FILE *f = fopen(getenv("AGENTC_MUTANT_SEEN"), "wb");
  if (!f) return;
  fwrite(agentc_mutant_seen, 1, sizeof agentc_mutant_seen, f);
  fclose(f);
}
__attribute__((constructor)) static void mutant_choose(void) {
  const char *n = getenv("AGENTC_MUTANT");
  if (n) agentc_mutant = atoi(n);
  if (getenv("AGENTC_MUTANT_SEEN")) atexit(mutant_seen);
}
'''
# What the checker makes of each function of the programs that run, in one line: a mutant that changes none of these and reports the same cannot
# be told from the original by any of them. The first is written into sema.c, the second called at its end.
DUMP = '''
#include <stdio.h>
#include <stdlib.h>
#include "hir/hir_dump.h"
static void mutant_line(FILE *f, const sema *s, span at, const hir_program *one) {
  const source *src = source_of(s->diag->sources, at.file);
  if (!src || !(src->embedded || strstr(src->path, "/tests/lang/") || strstr(src->path, "/tests/stress/"))) return;
  buf text = {0};
  hir_dump(&text, one);
  uint64_t hash = 14695981039346656037u;
  for (size_t i = 0; i < text.size; i++) hash = (hash ^ (unsigned char)text.data[i]) * 1099511628211u;
  fprintf(f, "%s\\t%u\\t%llx\\n", src->path, at.begin, (unsigned long long)hash);
  buf_fini(&text);
}
static void mutant_fn(FILE *f, const sema *s, hir_fn *fn) {
  if (fn->result && fn->body) mutant_line(f, s, fn->span, &(hir_program){.main = fn});
}
static void mutant_view(FILE *f, const sema *s, const hir_table *t) {
  const source *src = source_of(s->diag->sources, t->from->decl->span.file);
  if (src) fprintf(f, "%s\\t%u\\tis seen as %s\\n", src->path, t->from->decl->span.begin, t->interface->name);
}
static void mutant_dump(const sema *s, const hir_program *p) {
  if (!getenv("AGENTC_MUTANT_CODE")) return;
  FILE *f = fopen(getenv("AGENTC_MUTANT_CODE"), "w");
  for (uint32_t i = 0; i < p->decl_count; i++) {
    hir_decl bare = *p->decls[i], *decls = &bare;
    for (uint32_t m = 0; m < bare.method_count; m++) mutant_fn(f, s, bare.methods[m]);
    for (uint32_t m = 0; m < bare.behaviour_count; m++) mutant_fn(f, s, bare.behaviours[m]);
    bare.method_count = bare.behaviour_count = 0;
    mutant_line(f, s, bare.span, &(hir_program){.decls = &decls, .decl_count = 1});
  }
  for (uint32_t i = 0; i < p->fn_count; i++) mutant_fn(f, s, p->fns[i]);
  for (uint32_t i = 0; i < p->table_count; i++)
    for (uint32_t m = 0; p->tables[i]->object && m < p->tables[i]->fn_count; m++) mutant_fn(f, s, p->tables[i]->fns[m]);
  for (uint32_t i = 0; i < p->table_count; i++)
    if (!p->tables[i]->object) mutant_view(f, s, p->tables[i]);
  for (uint32_t i = 0; i < s->module_count; i++)
    if (s->modules[i]->main) mutant_fn(f, s, &s->modules[i]->main->hir);
  for (uint32_t i = 0; i < s->constants.count; i++)
    mutant_fn(f, s, &(hir_fn){.kind = FN_MAIN, .name = "", .span = s->constants.items[i]->span, .result = s->unit, .body = s->constants.items[i]->value});
  for (uint32_t i = 0; i < p->test_count; i++) mutant_fn(f, s, p->tests[i].fn);
  fclose(f);
}
'''
FILE_ROOM = 1000  # numbers a file: an edit in one renumbers no other


def run_all(commands, jobs, log):
    """Each command, in any order; ends the program if one fails."""
    def one(c):
        p = subprocess.run(c, capture_output=True, shell=isinstance(c, str))
        if p.returncode != 0:
            with open(log, "wb") as f:
                f.write(p.stdout + p.stderr)
            sys.exit("mutate.py: cannot build, see %s" % log)

    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(one, commands))


def write_if_other(path, text):
    if os.path.exists(path):
        with open(path, encoding="utf-8") as f:
            if f.read() == text:
                return
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


class Build:
    """The changed files, compiled as the build in `build` compiles them, and linked before its library, which gives the rest."""

    def __init__(self, build, work, jobs, optimise, only, whole):
        self.build, self.work = build, work
        self.mutants = Mutants()
        self.bin = os.path.join(work, "bin")
        os.makedirs(self.bin, exist_ok=True)
        files = [n for n in FILES if not only or n in only]
        sources = [os.path.join(work, "src", name) for name in files]
        for n, name in enumerate(files):
            self.mutants.first(FILES.index(name) * FILE_ROOM)
            with open(os.path.join(ROOT, "compiler", name), encoding="utf-8") as f:
                text = self.mutants.change(f.read(), name, whole or name in WHOLE)
            write_if_other(sources[n], HEADER + "#line 1 \"%s\"\n" % name + text)
        with open(os.path.join(ROOT, "compiler/diag/render.c"), encoding="utf-8") as f:  # all errors of all files are wanted
            write_if_other(os.path.join(work, "src/diag/render.c"), f.read().replace("DIAG_DEFAULT_LIMIT", "1000000"))
        with open(os.path.join(ROOT, "compiler/sema/sema.c"), encoding="utf-8") as f:
            head, call, tail = f.read().partition("  check_flow(s, p);\n")
            begin = head.rindex("\nhir_program *sema_check")
            assert call
            write_if_other(os.path.join(work, "src/sema/sema.c"), head[:begin] + DUMP + head[begin:] + "  mutant_dump(s, p);\n" + call + tail)
        write_if_other(os.path.join(work, "src/switch.c"), SWITCH % (2 * FILE_ROOM * len(FILES)))
        log = os.path.join(work, "build.log")
        wanted = ["bin/agentc", "bin/agentc_checked"] + ["tests/test_unit_" + t for t in UNITS]
        run_all([["ninja", "-C", build] + wanted], 1, log)
        self.commands = subprocess.run(["ninja", "-C", build, "-t", "commands"] + wanted, capture_output=True, text=True).stdout.split("\n")
        objects, todo = [], []
        for source in sources + [os.path.join(work, "src", n) for n in ("diag/render.c", "sema/sema.c", "switch.c")]:
            objects.append(re.sub(r"[.]c$", ".o", source))
            if not os.path.exists(objects[-1]) or os.path.getmtime(objects[-1]) < self.newest(source):
                todo.append(self.compile(source, objects[-1], optimise))
        run_all(todo, jobs, log)
        if todo or not all(os.path.exists(os.path.join(self.bin, os.path.basename(w))) for w in wanted):
            run_all([self.link(w, objects) for w in wanted], jobs, log)

    def newest(self, source):
        """Any header may have changed."""
        headers = [os.path.join(d, n) for d, _, names in os.walk(os.path.join(ROOT, "compiler")) for n in names if n.endswith((".h", ".def"))]
        return max(os.path.getmtime(p) for p in headers + [source])

    def compile(self, source, to, optimise):
        like = next(c for c in self.commands if "compiler/sema/subtype.c.o -c" in c)
        flags = [w for w in re.sub(r" -W\S+| -O\S+| -M[DTF]( \S+[.][od])?", " ", like.split(" -o ")[0]).split(" ") if w]
        return "cd %s && %s -w %s -o %s -c %s" % (self.build, " ".join(flags), optimise, to, source)

    def link(self, target, objects):
        like = next(c for c in self.commands if "-o %s " % target in c)
        changed = like.replace(" -o " + target, " -o " + os.path.join(self.bin, os.path.basename(target)))
        return "cd %s && %s" % (self.build, changed.replace(" libagentc_core.a", " %s libagentc_core.a" % " ".join(objects), 1))


def load_golden():
    spec = importlib.util.spec_from_file_location("golden", os.path.join(ROOT, "tests", "golden.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Tests:
    """Does any test fail with a mutant?
    1. The unit tests of rules that take no time.
    2. All of tests/cap, tests/check, tests/errors, tests/lang and tests/stress, checked in one process: a mutant is killed if an error comes, goes or
       changes its code or line (in tests/errors: a word). That what is reported without a mutant is right, golden.py says.
    3. The other unit tests.
    4. Those of the programs (tests/lang, tests/stress) of which the checker makes something else with the mutant, run with the runtime that looks at
       each use (agentc_checked)."""

    def __init__(self, golden, build):
        self.build, self.golden = build, golden
        self.agentc, self.checked = os.path.join(build.bin, "agentc"), os.path.join(build.bin, "agentc_checked")
        self.files = golden.scan([os.path.join(ROOT, "tests", d) for d in ("cap", "check/fail", "check/pass", "errors", "lang", "stress")])
        self.raw = self.right = None
        self.pins = {}  # of a file: the texts that its comments ask for, as (word, line, code, text)
        self.wrong, self.code, self.seen, _ = self.report(-1)

    def env(self, mutant, **more):
        return dict(os.environ, AGENTC_MUTANT=str(mutant), **more)

    def report(self, mutant):
        """Which test fails, if one does; what agentc makes of each function; which conditions were which; does it say anything in other words?"""
        seen, code = os.path.join(self.build.work, "seen.%d" % mutant), os.path.join(self.build.work, "code.%d" % mutant)
        more = {"AGENTC_MUTANT_SEEN": seen} if mutant < 0 else {}
        try:
            p = subprocess.run([self.agentc, "--check", "--diagnostics=json", *self.files], capture_output=True, timeout=60,
                               env=self.env(mutant, AGENTC_MUTANT_CODE=code, **more))
            wrong = self.failing(p) if p.returncode in (0, 1) else "crashes"
            return wrong, read_bytes(code), read_bytes(seen), p.stderr != self.raw
        except subprocess.TimeoutExpired:
            return "does not end", None, None, False
        finally:
            for name in (seen, code):
                if os.path.exists(name):
                    os.unlink(name)

    def failing(self, p):
        """The first test that fails, None if none does. What is said without a mutant is right: that golden.py has seen to."""
        said = collections.defaultdict(list)
        for line in p.stderr.decode(errors="replace").split("\n"):
            if line.startswith("{"):
                file = json.loads(line).get("file")
                if not file:
                    return "tests: an error that is in no file"
                said[os.path.relpath(file, ROOT)].append(line)
        if self.raw is None:
            self.raw, self.right = p.stderr, said
        if p.stderr == self.raw:
            return None
        for file in sorted(set(said) | set(self.right)):
            if sorted(said[file]) == sorted(self.right[file]):
                continue
            if file.startswith("tests/errors/"):  # word for word
                return file
            places, right = (collections.Counter((d["line"], d["code"]) for d in map(json.loads, lines)) for lines in (said[file], self.right[file]))
            if places != right:
                return "%s:%s %s" % (file, *sorted((places - right) + (right - places))[0])
            missed = next((pin for pin in self.pins_of(file) if not self.holds(pin, map(json.loads, said[file]))), None)
            if missed:
                return "%s, which wants: %s" % (file, missed[3])
        return None

    def pins_of(self, file):
        if file not in self.pins:
            rows = [(word, line, *text.partition(" ")[::2]) if word in ("error", "warning") else (word, line, "", text)
                    for word, line, text in self.golden.directives(os.path.join(ROOT, file)) if word in ("error", "warning", "note", "help")]
            self.pins[file] = [r for r in rows if r[3] and self.holds(r, map(json.loads, self.right[file]))]
        return self.pins[file]

    @staticmethod
    def holds(pin, diagnostics):
        word, line, code, text = pin
        for d in diagnostics:
            if word in ("error", "warning"):
                if d["line"] == line and d["code"] == code and text in d["message"]:
                    return True
            elif any(text in said for said in [n["message"] for n in d["notes"]] + d["helps"] + [x if isinstance(x, str) else x.get("message", "") for x in d["fixes"]]):
                return True
        return False

    def killer(self, mutant, file, calls):
        def unit(names):
            for u in names:
                if file.startswith(tuple(UNITS[u])):
                    p = subprocess.run([os.path.join(self.build.bin, "test_unit_" + u)], capture_output=True, env=self.env(mutant))
                    if p.returncode != 0:
                        return "tests/unit/%s_test.c" % u
            return None

        code, words = self.code, False
        killed = unit(QUICK)
        if killed:
            return killed, False
        if self.seen[mutant ^ 1] or calls:
            killed, code, _, words = self.report(mutant)
            if killed:
                return killed, False
        killed = unit(u for u in UNITS if u not in QUICK)
        if killed:
            return killed, False
        for path in self.changed(code):
            why = self.run(path, mutant, 4) or self.run(path, mutant, 1)
            if why:
                return "%s %s" % (os.path.relpath(path, ROOT), why), False
        return None, words

    def changed(self, code):
        """The programs to run. Where a function of the library is other than it was, any may be."""
        if code == self.code:
            return []
        lines = set(self.code.decode().split("\n")) ^ set(code.decode().split("\n"))
        paths = sorted({line.split("\t")[0] for line in lines if line})
        programs = [p for p in paths if p in self.files]
        others = [p for p in self.files if "/tests/lang/" in p and p not in programs]
        return programs[:40] + (others[::10] if len(programs) < len(paths) else [])

    def run(self, path, mutant, workers):
        golden = self.golden
        found, cwd = golden.directives(path), os.path.dirname(path)
        args = [os.path.join(cwd, a[1:]) if a.startswith("@") else a for a in " ".join(golden.texts(found, "args")).split()]
        env = self.env(mutant, AGENT_WORKERS=str(workers), **dict(e.split("=", 1) for e in golden.texts(found, "env")))
        stdin = "".join(t + "\n" for t in golden.texts(found, "stdin"))
        try:
            p = subprocess.run([self.checked, "--run", path, *args], capture_output=True, input=stdin.encode(), timeout=60, env=env, cwd=cwd)
        except subprocess.TimeoutExpired:
            return "does not end"
        if p.returncode != int(golden.last(found, "expect-exit", "0")):
            return "exits with %d" % p.returncode
        if p.stdout.decode(errors="replace").split("\n")[:-1] != golden.texts(found, "expect"):
            return "prints something else"
        wanted = golden.texts(found, "expect-stderr")
        if (p.stderr and not wanted) or any(w not in p.stderr.decode(errors="replace") for w in wanted):
            return "says something else"
        return None


def read_bytes(path):
    if not os.path.exists(path):
        return None
    with open(path, "rb") as f:
        return f.read()


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


def options():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=os.path.join(ROOT, "build/release"), help="a build without sanitizers")
    parser.add_argument("--sample", type=int, default=0, help="only so many, chosen by --seed")
    parser.add_argument("--seed", type=int, default=int(time.time() // 86400), help="by default the day")
    parser.add_argument("--only", default="", help="FILE,FILE… or FILE:LINE")
    parser.add_argument("--whole", action="store_true", help="all conditions of the files, not only those near a rule of capabilities")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--work", default="", help="folder for the changed sources and what is made of them; by default in the build")
    parser.add_argument("--optimise", default="-O1")
    parser.add_argument("--again", default="", help="only what survived in this table, and what is not in it")
    parser.add_argument("--table", default="", help="write what happened to each here")
    return parser.parse_args()


def label_of(conditions, w):
    file, line, text, _ = conditions[w[0]]
    return "%s:%d: `%s` held %s" % (file, line, text, ("false", "true")[w[1]])


def place_free(label):
    """Lines move."""
    return re.sub(r":\d+:", ":", label, count=1)


def chosen(o, conditions):
    wanted = [(k, v) for k in sorted(conditions) for v in (0, 1)]
    if o.only:
        file, _, line = o.only.partition(":")
        files = file.split(",")
        wanted = [w for w in wanted if conditions[w[0]][0] in files and (not line or conditions[w[0]][1] == int(line))]
    if o.again:
        with open(o.again, encoding="utf-8") as f:
            rows = [row.split("\t") for row in f if "\t" in row]
        alive = {place_free(label) for label, what in rows if "SURVIVES" in what}
        killed = {place_free(label) for label, _ in rows} - alive  # one condition may stand in several places
        wanted = [w for w in wanted if place_free(label_of(conditions, w)) not in killed]
    if o.sample and o.sample < len(wanted):
        wanted = random.Random(o.seed).sample(wanted, o.sample)
    return wanted


def main():
    o = options()
    build = Build(os.path.abspath(o.build), os.path.abspath(o.work or os.path.join(o.build, "mutants")), o.jobs, o.optimise,
                  o.only.partition(":")[0].split(",") if o.only else None, o.whole)
    conditions = build.mutants.all
    tests = Tests(load_golden(), build)
    if tests.wrong or not tests.right:
        sys.exit("mutate.py: without a mutant: %s" % tests.wrong)
    wanted = chosen(o, conditions)
    started = time.monotonic()

    def one(w):
        file, _, text, calls = conditions[w[0]]
        why = same(file, text, w[1])
        return w, why, (None, False) if why else tests.killer(2 * w[0] + w[1], file, calls)

    files = collections.defaultdict(collections.Counter)
    rows = []
    with concurrent.futures.ThreadPoolExecutor(o.jobs) as pool:
        for w, why, (by, words) in pool.map(one, wanted):
            file = conditions[w[0]][0]
            label = label_of(conditions, w)
            rows.append("%s\t%s" % (label, "same: " + why if why else by or ("SURVIVES in other words" if words else "SURVIVES")))
            files[file]["same" if why else "killed" if by else "words" if words else "survive"] += 1
            if not why and not by:
                print("WORDS   " if words else "SURVIVES", label, "" if tests.seen[(2 * w[0] + w[1]) ^ 1] else "(never otherwise)", flush=True)
    if o.table:
        with open(o.table, "w", encoding="utf-8") as f:
            f.write("\n".join(rows) + "\n")
    total = collections.Counter()
    for file, n in files.items():
        total.update(n)
        print("%-24s %4d killed %4d equivalent %4d in other words %4d survive" % (file, n["killed"], n["same"], n["words"], n["survive"]))
    print("%d mutants of %d conditions: %d killed, %d the same as the original, %d refuse and accept the same in other words, %d survive; %.0f s" %
          (len(wanted), len(conditions), total["killed"], total["same"], total["words"], total["survive"], time.monotonic() - started))
    sys.exit(1 if total["survive"] else 0)


if __name__ == "__main__":
    main()
