#!/usr/bin/env python3
"""bounds.py — tests/soundness/bounds.py COUNT --build B: random declarations whose bounds, fields and signatures ask for one another.

Most ask for ever larger types, many for what is just being made. Whatever they ask, agentc ends: with no error, or with errors.
A program depends on its number alone: `bounds.py 1 --first 4711` makes program 4711 again; what fails is left in --out.
"""
import argparse
import concurrent.futures
import os
import random
import subprocess
import sys
import tempfile

NAMES = "ABCD"
KINDS = ("interface", "interface", "class", "struct", "enum", "agent", "type")


class Program:
    def __init__(self, number):
        self.r = random.Random(number)
        self.kind = {n: self.r.choice(KINDS) for n in NAMES}
        self.arity = {n: self.r.choice((1, 1, 2)) for n in NAMES}
        self.interfaces = [n for n in NAMES if self.kind[n] == "interface"]

    def args(self, name, depth, params):
        return "%s[%s]" % (name, ", ".join(self.type(depth, params) for _ in range(self.arity[name])))

    def type(self, depth, params):
        k = self.r.random()
        if depth == 0 or k < 0.3:
            return self.r.choice(params + ["Int"])
        if k < 0.45:
            return self.type(depth - 1, params) + "?"
        if k < 0.55:
            return "Array[%s]" % self.type(depth - 1, params)
        if k < 0.65:
            return "(%s, %s)" % (self.type(depth - 1, params), self.type(depth - 1, params))
        return self.args(self.r.choice(NAMES), depth - 1, params)

    def bound(self, params):
        if self.r.random() < 0.25:
            return ""
        if not self.interfaces:
            return ": Ord"
        many = self.r.choice((1, 1, 1, 2))
        return ": " + " and ".join(self.args(self.r.choice(self.interfaces), 2, params) for _ in range(many))

    def declaration(self, name):
        params = ["T", "U"][:self.arity[name]]
        names = "[%s]" % ", ".join(p + self.bound(params) for p in params)
        one, other = self.type(3, params), self.type(3, params)
        where = self.r.choice(("", "", "", " where T%s" % (self.bound(params) or ": Ord")))
        forms = {
            "interface": "interface %s%s { fn f(x: %s)%s }" % (name, names, one, self.r.choice(("", " -> " + other))),
            "class": "class %s%s(x: %s) { fn f(x: %s)%s {} }" % (name, names, one, other, where),
            "struct": "struct %s%s(x: %s) { fn f(x: %s)%s {} }" % (name, names, one, other, where),
            "enum": "enum %s%s { One(x: %s) Other }" % (name, names, one),
            "agent": "agent %s%s(x: %s) { on f(x: %s) {} }" % (name, names, one, other),
            "type": "type %s[%s] = %s" % (name, ", ".join(params), one),
        }
        return forms[self.kind[name]]

    def text(self):
        lines = [self.declaration(n) for n in NAMES]
        lines.append("fn g[T%s](x: %s) { }" % (self.bound(["T"]), self.type(3, ["T"])))
        lines.append("main() {\n  let x: (%s)? = none\n  g[%s](none)\n}" % (self.type(3, []), self.type(2, [])))
        return "\n".join(lines) + "\n"


def attempt(agentc, out, number, limit):
    path = os.path.join(out, "bounds-%d.agent" % number)
    with open(path, "w") as f:
        f.write(Program(number).text())
    try:
        p = subprocess.run([agentc, "--check", path], capture_output=True, timeout=limit)
        status = "exit status %d\n%s" % (p.returncode, p.stderr.decode(errors="replace")[-2000:])
        ended = p.returncode in (0, 1)
    except subprocess.TimeoutExpired:
        status, ended = "still running after %d s" % limit, False
    if ended:
        os.remove(path)
        return None
    return "%s: %s" % (path, status)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int)
    parser.add_argument("--build", required=True)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--limit", type=int, default=60, help="seconds for one program")
    parser.add_argument("--out", default=None)
    options = parser.parse_args()
    out = options.out or tempfile.mkdtemp(prefix="bounds-")
    os.makedirs(out, exist_ok=True)
    agentc = os.path.join(options.build, "bin", "agentc")
    numbers = range(options.first, options.first + options.count)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        failed = [f for f in pool.map(lambda n: attempt(agentc, out, n, options.limit), numbers) if f]
    print("\n".join(failed + ["%d programs, %d without an end" % (options.count, len(failed))]))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
