#!/usr/bin/env python3
"""includes.py: order is permission. A folder includes itself and the folders above it in these lists, nothing else; the
runtime knows nothing of the compiler, the compiler nothing of the runtime but its public headers (agent/…)."""
import os
import re
import sys

COMPILER = "base diag syntax module types hir sema mir lower pass emit backend driver".split()
# In the runtime the standard library stands last, and `prim` may use what the actors are made of.
RUNTIME = "platform base mem data sched actor prim obs host std".split()
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)
GENERATED = {"parser.h"}


def edges(path):
    with open(path, encoding="utf-8") as f:
        return INCLUDE.findall(f.read())


def wrong(root, order):
    """Includes under root that go down the order, or out of root."""
    for folder, _, files in os.walk(root):
        here = os.path.relpath(folder, root).split(os.sep)[0]
        for name in sorted(files):
            if not name.endswith((".c", ".h")):
                continue
            path = os.path.join(folder, name)
            if here != "." and here not in order:
                yield "%s: folder %s is not in the order of tests/house/includes.py" % (path, here)
                continue
            for quote, target in edges(path):
                first = target.split("/")[0]
                if ".." in target.split("/"):
                    yield "%s includes %s: name the folder instead" % (path, target)
                elif quote == "<" or target in GENERATED or first == "agent":
                    continue
                elif "/" not in target:
                    if not os.path.exists(os.path.join(folder, target)):
                        yield "%s includes %s: write folder/file.h" % (path, target)
                elif first not in order:
                    yield "%s includes %s, which is outside %s" % (path, target, root)
                elif first in order and here != "." and order.index(first) > order.index(here):
                    yield "%s includes %s, but %s stands below %s" % (path, target, first, here)


def main():
    problems = list(wrong("compiler", COMPILER)) + list(wrong("runtime/src", RUNTIME))
    for p in problems:
        print(p)
    sys.exit(1 if problems else 0)


if __name__ == "__main__":
    main()
