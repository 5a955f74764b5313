#!/usr/bin/env python3
"""run.py: how long agentc takes, median of some runs, in milliseconds of wall time.

    bench/compile/run.py BUILD [RUNS]

  hello          --run of one line
  program        about 2,000 lines: agents, classes, enums, functions; --check and --run
  literal N      an array literal of N elements; --check and --run. Time per element should not grow with N
Goals: hello 30 ms, program checked and compiled in memory 150 ms, literals in linear time.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

PIECE = """
class Box{i}(var n: Int, name: String) {{
  fn size() -> Int {{ n + name.size() }}
  fn ref grow(by: Int) {{ n = n + by }}
}}

struct Point{i}(x: Int, y: Int) {{
  fn dot(o: Point{i}) -> Int {{ x * o.x + y * o.y }}
}}

enum Shape{i} {{
  Dot
  Line(length: Int)
  Rect(width: Int, height: Int)
}}

error Bad{i}(reason: String)

fn area{i}(s: Shape{i}) -> Int {{
  match s {{
    Shape{i}.Dot => 0
    Shape{i}.Line(n) => n
    Shape{i}.Rect(w, h) => w * h
  }}
}}

fn work{i}(n: Int) -> Int ! {{
  var total = 0
  for k in 0..n {{
    let p = Point{i}(k, k + 1)
    total = total + p.dot(p) % 7
    if total > 1000000 {{ raise Bad{i}("too much: {{total}}") }}
  }}
  let b = Box{i}(total, "box {i}")
  b.grow(area{i}(Shape{i}.Rect(2, 3)) + area{i}(Shape{i}.Line(4)) + area{i}(Shape{i}.Dot))
  b.size()
}}

agent Worker{i}(scale: Int) {{
  var seen: Array[Int] = []
  on add(k: Int) {{
    seen.push(k * scale)
  }}
  on total() -> Int {{
    var sum = 0
    for k in seen {{ sum = sum + k }}
    sum
  }}
}}
"""


def program(lines):
    pieces = []
    i = 0
    while sum(p.count("\n") for p in pieces) < lines - 120:
        pieces.append(PIECE.format(i=i))
        i += 1
    main = ["main(args) {"]
    for k in range(i):
        main.append("  let w%d = spawn Worker%d(%d)" % (k, k, k))
        main.append("  signal w%d.add(work%d(10) else 0)" % (k, k))
    main.append("  var sum = 0")
    for k in range(i):
        main.append("  sum = sum + await w%d.total()" % k)
    main += ['  print("{sum}")', "}"]
    return "".join(pieces) + "\n".join(main) + "\n"


def literal(n):
    rows = ", ".join(str(k * 7 % 1000) for k in range(n))
    return 'main(args) {\n  let xs = [%s]\n  print("{xs.size()}")\n}\n' % rows


def measure(command, runs):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        times.append((time.perf_counter() - start) * 1000)
        if p.returncode != 0:
            sys.exit("%s failed:\n%s" % (" ".join(command), p.stderr.decode()[:2000]))
    return statistics.median(times)


def main():
    build = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 11
    agentc = os.path.join(build, "bin", "agentc")
    text = program(2000)
    cases = [("hello", 'main(args) {\n  print("hello")\n}\n'), ("program of %d lines" % text.count("\n"), text)]
    cases += [("literal %d" % n, literal(n)) for n in (5000, 20000, 80000)]
    print("%-24s %10s %10s" % ("", "--check", "--run"))
    with tempfile.TemporaryDirectory() as folder:
        for name, source in cases:
            path = os.path.join(folder, "case.agent")
            with open(path, "w") as f:
                f.write(source)
            print("%-24s %10.1f %10.1f" % (name, measure([agentc, "--check", path], runs), measure([agentc, "--run", path], runs)))


main()
