#!/usr/bin/env python3
"""golden.py: runs programs whose expectations stand in their own comments.

    golden.py --build DIR [options] PATH...     files or folders; what a file is, its place says:

  examples/NAME/main.agent   run with NAME/args, NAME/stdin; stdout must be NAME/expected.txt
  tests/check, tests/cap     checked only: must give exactly the diagnostics its comments name (none: must pass)
  tests/errors               checked only: what is said must be, word for word, what NAME.err says (--update writes it)
  tests/emit                 `--emit=STAGE` must match the regular expressions its comments name
  *.md                       each ```agent block must check (```agent fragment: wrapped in main)
  other *.agent              run; each way of --how (jit, or a C compiler's name), each count of --workers

Comments of a program that runs:
  // expect: LINE         stdout, line by line, in the order of these comments
  // expect-exit: N       default 0
  // expect-stderr: TEXT  stderr, the compiler's included, contains it; without any, it is empty
  // args: A B            @x is a path in the test's folder        // env: KEY=VALUE
  // seeds: N             run with --how jit under AGENT_SEED=1 to N as well, which must give the same (none: it needs a real clock)
  // stdin: LINE          // timeout: SECONDS                      // only: jit | cc
Comments of a program that is checked:
  // error: E0401 TEXT    an error is reported on this line and its text contains TEXT; error@+1, error@-2: that many lines on
  // warning: …           likewise          // note: TEXT, // help: TEXT   some note or help contains it
Comments of tests/emit:    // emit: ir (default c)   // expect-emit: REGEX   // expect-no-emit: REGEX

A file named in no expectation of its own, in a folder `lib`, is only used by others and not scanned.
"""
import argparse
import concurrent.futures
import difflib
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DIRECTIVE = re.compile(r"//\s*([a-z][a-z-]*)(?:@([+-]\d+))?:(?: (.*?))?(?=\s*//\s*(?:error|warning)[@:]|$)")
DIAGNOSTIC = re.compile(r"^(.*?):(\d+):(\d+): (error|warning)\[(E\d{4})\]: (.*)$")
SANITIZER_ENV = {
    "ASAN_OPTIONS": "exitcode=99:detect_stack_use_after_return=0",
    "LSAN_OPTIONS": "exitcode=98:suppressions=%s:print_suppressions=0" % os.path.join(ROOT, "tests", "lsan.supp"),
    "UBSAN_OPTIONS": "exitcode=97:print_stacktrace=1",
    "TSAN_OPTIONS": "exitcode=96:suppressions=%s" % os.path.join(ROOT, "tests", "tsan.supp"),
}


class Failure(Exception):
    """What a test gave differs from what it says it gives."""


def read(path):
    with open(path, encoding="utf-8", errors="surrogateescape", newline="") as f:
        return f.read()


def directives(path):
    """The directives of a file: (word, offset of the line it speaks of, text), in order."""
    found = []
    for number, line in enumerate(read(path).split("\n"), 1):
        start = line.find("//")
        if start < 0:
            continue
        for m in DIRECTIVE.finditer(line, start):
            found.append((m.group(1), number + int(m.group(2) or 0), (m.group(3) or "").rstrip("\r")))
    return found


def texts(found, word):
    return [text for w, _, text in found if w == word]


def last(found, word, default):
    values = texts(found, word)
    return values[-1] if values else default


def execute(command, timeout, env=None, stdin="", cwd=None):
    """Runs a command in a process group of its own, which a time-out ends as a whole."""
    full = dict(os.environ, **SANITIZER_ENV, **(env or {}))
    p = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=full,
                         cwd=cwd, start_new_session=True)
    try:
        out, err = p.communicate(stdin.encode("utf-8", "surrogateescape"), timeout)
    except subprocess.TimeoutExpired:
        os.killpg(p.pid, signal.SIGKILL)
        out, err = p.communicate()
        text = (out + err).decode("utf-8", "replace")
        raise Failure("still running after %g s: %s\n%s" % (timeout, shlex.join(command), text[-2000:]))
    decode = lambda b: b.decode("utf-8", "surrogateescape")
    return p.returncode, decode(out), decode(err)


def expand(args, folder):
    return [os.path.join(folder, a[1:].lstrip("/")) if a.startswith("@") else a for a in args]


class Expected:
    """What a program that runs must print and how it must end."""

    def __init__(self, path):
        folder = os.path.dirname(path)
        self.example = os.path.basename(path) == "main.agent" and os.path.exists(os.path.join(folder, "expected.txt"))
        found = directives(path)
        side = lambda name: os.path.join(folder, name)
        if self.example:
            self.stdout = read(side("expected.txt"))
            args = read(side("args")).split("\n")[:-1] if os.path.exists(side("args")) else []
            self.stdin = read(side("stdin")) if os.path.exists(side("stdin")) else ""
        else:
            self.stdout = "".join(t + "\n" for t in texts(found, "expect"))
            args = [a for t in texts(found, "args") for a in shlex.split(t)]
            self.stdin = "".join(t + "\n" for t in texts(found, "stdin"))
        self.args = expand(args, folder)
        self.exit = int(last(found, "expect-exit", "0"))
        self.stderr = texts(found, "expect-stderr")
        seeds = last(found, "seeds", "0")
        self.seeds = None if seeds == "none" else int(seeds)
        self.timeout = float(last(found, "timeout", "20"))
        self.only = last(found, "only", None)
        self.env = dict(t.split("=", 1) for t in texts(found, "env"))

    def compare(self, code, out, err):
        problems = []
        if out != self.stdout:
            diff = difflib.unified_diff(self.stdout.split("\n"), out.split("\n"), "expected", "stdout", lineterm="", n=2)
            problems.append("\n".join(list(diff)[:40]))
        if code != self.exit:
            problems.append("exit status %d, expected %d" % (code, self.exit))
        for text in self.stderr:
            if text not in err:
                problems.append("stderr lacks: " + text)
        if err and (problems or not self.stderr):
            problems.append("stderr:\n" + err[:4000].rstrip())
        if problems:
            raise Failure("\n".join(problems))


class Runner:
    def __init__(self, options):
        checked = "_checked" if options.checked else ""
        self.agentc = os.path.join(options.build, "bin", "agentc" + checked)
        self.library = os.path.join(options.build, "lib", "libagent%s.a" % checked)
        self.include = os.path.join(ROOT, "runtime", "include")
        self.link = shlex.split(options.link)
        self.sanitize = ["-fsanitize=" + options.sanitize, "-fno-sanitize-recover=all"] if options.sanitize else []
        self.slow = 6 if options.sanitize else 1
        self.workers = options.workers.split(",")
        self.seeds = options.seeds
        self.update = options.update
        self.temp = tempfile.mkdtemp(prefix="golden-")

    # ---- programs that run ----
    def run_jit(self, path, wanted):
        for n in self.workers:
            self.attempt(wanted, [self.agentc, "--run", path], {"AGENT_WORKERS": n}, "")
        seeds = 0 if wanted.seeds is None else max(wanted.seeds, self.seeds)
        for seed in range(1, seeds + 1):
            self.attempt(wanted, [self.agentc, "--run", path], {"AGENT_SEED": str(seed)}, "")

    def run_cc(self, path, wanted, cc):
        base = os.path.join(self.temp, "%s-%s" % (re.sub(r"\W", "_", os.path.relpath(path, ROOT)), cc))
        code, out, warnings = execute([self.agentc, path, "-o", base + ".c"], 60)
        if code != 0:
            raise Failure("agentc -o app.c: exit status %d\n%s" % (code, warnings))
        command = [cc, "-std=c99", "-O1", "-g", "-pedantic-errors", "-Wall", "-Wno-unused", "-Wno-unknown-warning-option",
                   "-Wno-overlength-strings", "-Werror", *self.sanitize, "-I", self.include, base + ".c", "-o", base,
                   self.library, *self.link]
        code, out, err = execute(command, 120)
        if code != 0:
            raise Failure("%s: exit status %d\n%s" % (cc, code, err[:3000]))
        for n in self.workers:
            self.attempt(wanted, [base], {"AGENT_WORKERS": n}, warnings)
        for f in (base, base + ".c", base + ".h"):
            if os.path.exists(f):
                os.remove(f)

    def attempt(self, wanted, command, setting, warnings):
        env = dict(wanted.env, **setting)
        try:
            code, out, err = execute(command + wanted.args, wanted.timeout * self.slow, env, wanted.stdin)
            wanted.compare(code, out, warnings + err)
        except Failure as e:
            raise Failure("with %s: %s" % (" ".join("%s=%s" % s for s in setting.items()), e))

    # ---- programs that are checked ----
    def check(self, path):
        code, out, err = execute([self.agentc, "--check", path], 20 * self.slow)
        got, others = [], []
        for line in err.split("\n"):
            m = DIAGNOSTIC.match(line)
            if m:
                got.append((os.path.abspath(m.group(1)), int(m.group(2)), m.group(4), m.group(5), m.group(6)))
            else:
                others.append(line)
        problems = self.match(path, got)
        found = directives(path)
        for word in ("note", "help"):
            for text in texts(found, word):
                if not any(word in line and text in line for line in others):
                    problems.append("no %s contains: %s" % (word, text))
        wanted = 1 if any(kind == "error" for _, _, kind, _, _ in got) else 0
        if code != wanted:
            problems.append("exit status %d, expected %d" % (code, wanted))
        if problems:
            raise Failure("\n".join(problems) + "\nstderr:\n" + err[:4000].rstrip())

    @staticmethod
    def match(path, got):
        """Pairs the diagnostics with the comments of every file they lie in; says what is left on either side."""
        left = list(got)
        problems = []
        for name in sorted({os.path.abspath(path)} | {g[0] for g in got if os.path.exists(g[0])}):
            for kind, line, text in directives(name):
                if kind not in ("error", "warning"):
                    continue
                code, _, part = text.partition(" ")
                hit = next((g for g in left if g[:4] == (name, line, kind, code) and part in g[4]), None)
                if hit:
                    left.remove(hit)
                else:
                    problems.append("missed: %s:%d: %s[%s] … %s" % (os.path.relpath(name, ROOT), line, kind, code, part))
        for name, line, kind, code, text in left:
            problems.append("unexpected: %s:%d: %s[%s]: %s" % (os.path.relpath(name, ROOT), line, kind, code, text))
        return problems

    # ---- messages, as they are read ----
    def message(self, path):
        """Colours and absolute paths have no place in a file: the compiler runs in the folder, and stderr is no terminal."""
        folder, name = os.path.split(path)
        code, out, err = execute([self.agentc, "--check", name], 20 * self.slow, cwd=folder)
        golden = path[:-len(".agent")] + ".err"
        if self.update:
            with open(golden, "w", encoding="utf-8", errors="surrogateescape", newline="") as f:
                f.write(err)
        wanted = read(golden) if os.path.exists(golden) else ""
        if err != wanted or "\033" in err or code not in (0, 1):
            diff = difflib.unified_diff(wanted.split("\n"), err.split("\n"), os.path.basename(golden), "stderr", lineterm="", n=2)
            raise Failure("exit status %d\n%s" % (code, "\n".join(list(diff)[:60])))

    def emit(self, path):
        found = directives(path)
        stage = last(found, "emit", "c")
        code, out, err = execute([self.agentc, "--emit=" + stage, path], 20 * self.slow)
        problems = [] if code == 0 else ["exit status %d\n%s" % (code, err)]
        problems += ["not found: " + r for r in texts(found, "expect-emit") if not re.search(r, out, re.M)]
        problems += ["found: " + r for r in texts(found, "expect-no-emit") if re.search(r, out, re.M)]
        if problems:
            raise Failure("\n".join(problems))

    # ---- code blocks of documents ----
    def block(self, path, line, text, fragment):
        name = os.path.join(self.temp, "%s_%d.agent" % (re.sub(r"\W", "_", os.path.relpath(path, ROOT)), line))
        with open(name, "w", encoding="utf-8") as f:
            f.write("main(args) {\n%s}\n" % text if fragment else text)
        code, out, err = execute([self.agentc, "--check", name], 20 * self.slow)
        if code != 0:
            raise Failure(err[:4000])
        os.remove(name)

    def cases(self, path, how):
        """The tests a file holds: (name, function)."""
        place = os.path.relpath(path, ROOT)
        if path.endswith(".md"):
            return [("%s:%d" % (place, line), lambda l=line, t=text, f=fragment: self.block(path, l, t, f))
                    for line, text, fragment in blocks(read(path))]
        if place.startswith(("tests/check/", "tests/cap/")):
            return [(place, lambda: self.check(path))]
        if place.startswith("tests/errors/"):
            return [(place, lambda: self.message(path))]
        if place.startswith("tests/emit/"):
            return [(place, lambda: self.emit(path))]
        wanted = Expected(path)
        ways = [w for w in how if wanted.only in (None, "jit" if w == "jit" else "cc")]
        return [("%s [%s]" % (place, w), (lambda: self.run_jit(path, wanted)) if w == "jit" else
                 (lambda w=w: self.run_cc(path, wanted, w))) for w in ways]


def blocks(text):
    """The ```agent blocks of a document: (line, text, is it a fragment)."""
    found, start, fragment, lines = [], 0, False, []
    for number, line in enumerate(text.split("\n"), 1):
        if start:
            if line.startswith("```"):
                found.append((start, "".join(lines), fragment))
                start = 0
            else:
                lines.append(line + "\n")
        elif re.match(r"```agent( fragment)?\s*$", line):
            start, fragment, lines = number, "fragment" in line, []
    return found


def scan(paths):
    files = []
    for path in map(os.path.abspath, paths):
        if os.path.isfile(path):
            files.append(path)
            continue
        for folder, names, leaves in os.walk(path):
            names[:] = sorted(n for n in names if n != "lib")
            example = os.path.relpath(folder, ROOT).startswith("examples")
            files += [os.path.join(folder, f) for f in sorted(leaves)
                      if (f == "main.agent" if example else f.endswith(".agent"))]
    return files


def guarded(case):
    started = time.monotonic()
    try:
        case[1]()
        return case[0], None, time.monotonic() - started
    except Failure as e:
        return case[0], str(e), time.monotonic() - started
    except Exception as e:  # an expectation that cannot be read is a failure of its test, not of the run
        return case[0], "%s: %s" % (type(e).__name__, e), time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--build", required=True, help="build folder: bin/agentc and lib/libagent.a")
    parser.add_argument("--how", default="jit,gcc,clang")
    parser.add_argument("--workers", default="1,2,4")
    parser.add_argument("--seeds", type=int, default=0, help="run each program under at least so many seeds (jit)")
    parser.add_argument("--link", default="-lmimalloc -lm -lpthread -lxxhash", help="libraries of an emitted program")
    parser.add_argument("--sanitize", default="", help="what emitted C is compiled with; DIR must be built so")
    parser.add_argument("--checked", action="store_true", help="with agentc_checked and its runtime")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("-k", dest="only", default="", help="only tests whose name contains this")
    parser.add_argument("--update", action="store_true", help="write the .err files of tests/errors anew, to be read before they are kept")
    parser.add_argument("-v", action="store_true", help="name the tests that pass too")
    options = parser.parse_args()
    runner = Runner(options)
    if not os.path.exists(runner.agentc):
        sys.exit("golden.py: there is no %s; build first" % runner.agentc)
    cases = [c for f in scan(options.paths) for c in runner.cases(f, options.how.split(",")) if options.only in c[0]]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for name, problem, seconds in pool.map(guarded, cases):
            failed += problem is not None
            if problem is not None:
                print("FAIL %s\n%s" % (name, re.sub("(?m)^", "    ", problem)), flush=True)
            elif options.v:
                print("ok   %s (%.2f s)" % (name, seconds), flush=True)
    try:
        os.rmdir(runner.temp)
    except OSError:
        print("left for a look: " + runner.temp)
    print("%d passed, %d failed" % (len(cases) - failed, failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
