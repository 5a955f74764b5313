#!/usr/bin/env python3
"""fixes.py: applies each edit that a diagnostic offers, and compiles again.

    fixes.py --build DIR [-v] PATH...      .agent files, explanations (.md: their wrong examples), or folders of them

`agentc --check --diagnostics=json` names for a diagnostic any number of fixes, each a label and edits that belong together.
Applied to a copy of the file, a fix must take away the diagnostic it belongs to, and bring no other. Prints how many
diagnostics come with a fix, and with -v the codes that never do.
"""
import argparse
import collections
import concurrent.futures
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
WRONG = re.compile(r"^```agent wrong([^\n]*)\n(.*?)^```", re.S | re.M)


def check(agentc, path):
    run = subprocess.run([agentc, "--check", "--diagnostics=json", path], capture_output=True, timeout=60)
    if run.returncode not in (0, 1):
        raise ValueError("exit status %d\n%s" % (run.returncode, run.stderr.decode("utf-8", "replace")))
    return [json.loads(line) for line in run.stderr.decode("utf-8").splitlines() if line.startswith("{")]


def apply(text, edits):
    """The text with all edits made; they must not overlap."""
    end = len(text) + 1
    for e in sorted(edits, key=lambda e: (e["begin"], e["end"]), reverse=True):
        if e["end"] > end:
            raise ValueError("edits overlap")
        text = text[: e["begin"]] + e["replacement"].encode() + text[e["end"]:]
        end = e["begin"]
    return text


def counts(found):
    return collections.Counter((d["severity"], d["code"]) for d in found)


def try_fix(agentc, path, before, diagnostic, fix):
    """What is wrong with a fix; None if it does what it says."""
    if any(os.path.abspath(e.get("file", "")) != os.path.abspath(path) for e in fix["edits"]):
        return None if all(os.path.exists(e.get("file", "")) for e in fix["edits"]) else "it edits no file of the user"
    with open(path, "rb") as f:
        mended = apply(f.read(), fix["edits"])
    handle, copy = tempfile.mkstemp(suffix=".agent", prefix=".fixed-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as f:
            f.write(mended)
        after = check(agentc, copy)
    finally:
        os.remove(copy)
    key = (diagnostic["severity"], diagnostic["code"])
    was, now = counts(before), counts(after)
    new = {k: n - was[k] for k, n in now.items() if n > was[k]}
    problem, still = None, now[key] >= was[key]
    if diagnostic["code"].startswith("E01"):
        # Behind one syntax error there may be others, which the parser could not see.
        still = any(d["code"] == key[1] and d["message"] == diagnostic["message"] and d.get("line") == diagnostic.get("line")
                    for d in after)
        new = {k: n for k, n in new.items() if not k[1].startswith("E01")}
    if still:
        problem = "the diagnostic is still there"
    elif new:
        problem = "it brings " + ", ".join("%d new %s[%s]" % (n, s, c) for (s, c), n in new.items())
    if problem:
        shown = "\n".join("      %d: %s[%s]: %s" % (d.get("line", 0), d["severity"], d["code"], d["message"]) for d in after
                          if (d["severity"], d["code"]) in new or (d["severity"], d["code"]) == key)
        line = mended.count(b"\n", 0, diagnostic["begin"])
        problem += "\n      now: %s\n%s" % (mended.split(b"\n")[line].decode("utf-8", "replace"), shown)
    return problem


def examine(agentc, path, name):
    problems, with_fix, without = [], [], []
    found = check(agentc, path)
    for d in found:
        (with_fix if d["fixes"] else without).append(d["code"])
        for fix in d["fixes"]:
            problem = try_fix(agentc, path, found, d, fix)
            if problem:
                problems.append("%s:%s: %s: fix \"%s\": %s" % (name, d.get("line"), d["code"], fix["label"], problem))
    return problems, with_fix, without


def sources(paths, temp):
    """The programs: (file, name to show)."""
    for path in paths:
        for where, folders, names in os.walk(path) if os.path.isdir(path) else [(os.path.dirname(path), [], [os.path.basename(path)])]:
            folders[:] = sorted(f for f in folders if f != "lib")
            for name in sorted(names):
                full = os.path.join(where, name)
                if name.endswith(".agent") and not name.startswith("."):
                    yield full, os.path.relpath(full, ROOT)
                elif name.endswith(".md"):
                    with open(full, encoding="utf-8") as f:
                        blocks = WRONG.findall(f.read())
                    for number, (words, block) in enumerate(blocks):
                        copy = os.path.join(temp, "%s_%d.agent" % (name[:-3], number))
                        with open(copy, "w", encoding="utf-8") as f:
                            f.write("main(args) {\n%s}\n" % block if "fragment" in words else block)
                        yield copy, os.path.relpath(full, ROOT)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--build", required=True)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("-v", action="store_true")
    options = parser.parse_args()
    agentc = os.path.join(options.build, "bin", "agentc")
    problems, with_fix, without = [], collections.Counter(), collections.Counter()
    with tempfile.TemporaryDirectory() as temp, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for found, fixed, bare in pool.map(lambda s: examine(agentc, *s), sources(options.paths, temp)):
            problems += found
            with_fix.update(fixed)
            without.update(bare)
    print("\n".join(problems))
    codes = set(with_fix) | set(without)
    total = sum(with_fix.values()) + sum(without.values())
    print("%d of %d diagnostics come with a fix, %d of %d codes ever do; %d fixes failed"
          % (sum(with_fix.values()), total, len(with_fix), len(codes), len(problems)))
    if options.v:
        print("never: " + " ".join(sorted(codes - set(with_fix))))
        print("sometimes: " + " ".join("%s(%d/%d)" % (c, with_fix[c], with_fix[c] + without[c]) for c in sorted(with_fix) if without[c]))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
