#!/usr/bin/env python3
"""codes.py: every diagnostic in compiler/diag/codes.def has an explanation (compiler/diag/explain/E….md) and a test that
provokes it (under tests/check or tests/cap); and no test names a code that does not exist."""
import os
import re
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# Cannot be provoked by a small file: tests/command tests them.
BY_COMMAND = {"E0110", "E0111", "E0117", "E0221", "E0701"}


def read(*path):
    with open(os.path.join(ROOT, *path), encoding="utf-8", errors="replace") as f:
        return f.read()


def tested():
    found = {}
    for folder in ("tests/check", "tests/cap"):
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            for name in names:
                if name.endswith(".agent"):
                    path = os.path.join(where, name)
                    for code in re.findall(r"//\s*(?:error|warning)(?:@[+-]\d+)?: (E\d{4})", read(path)):
                        found.setdefault(code, os.path.relpath(path, ROOT))
    return found


def main():
    codes = re.findall(r"^D\((E\d{4}),", read("compiler/diag/codes.def"), re.M)
    tests = tested()
    problems = ["%s is registered twice" % c for c in sorted(set(codes)) if codes.count(c) > 1]
    for code in codes:
        if not os.path.exists(os.path.join(ROOT, "compiler/diag/explain", code + ".md")):
            problems.append("%s has no compiler/diag/explain/%s.md" % (code, code))
        if code not in tests and code not in BY_COMMAND:
            problems.append("%s is provoked by no test in tests/check or tests/cap" % code)
    problems += ["%s names %s, which is not registered" % (path, c) for c, path in sorted(tests.items()) if c not in codes]
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
