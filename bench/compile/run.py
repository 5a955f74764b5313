#!/usr/bin/env python3
"""run.py: how long agentc takes, in milliseconds of processor time, user and system: the least of some runs, and their median.

    bench/compile/run.py BUILD [RUNS]

  hello          --run of one line
  program N      about N lines: agents, classes, enums, functions; checked; up to 2,000 lines also compiled in memory, and by the C compiler
  generics N     the same of generic classes and functions, nested some levels deep, each instance its own
  literal N      an array literal of N elements. Time per element should not grow with N
Goals: hello 10 ms, 10,000 lines checked in 150 ms, all linear in size; 2,000 lines compiled in memory in 150 ms.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile

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


GENERIC = """
class Cell{i}[T](var value: T, name: String) {{
  fn name_size() -> Int {{ name.size() }}
  fn ref set(x: T) {{ value = x }}
}}

struct Two{i}[A, B](first: A, second: B) {{
  fn size() -> Int {{ 2 }}
}}

enum Tree{i}[T] {{
  Leaf
  Node(value: T)
}}

fn cell{i}[T](x: T) -> Cell{i}[T] where T: copyable {{ Cell{i}(x, "cell {i}") }}

fn many{i}[T](x: T, n: Int) -> Array[Two{i}[T, Int]] where T: copyable {{
  let all: Array[Two{i}[T, Int]] = []
  for k in 0..n {{ all.push(Two{i}(x, k)) }}
  all
}}

fn use{i}() -> Int {{
  let a = cell{i}(cell{i}(cell{i}({i})))
  let b = Two{i}(Two{i}(2.5, true), Two{i}(1, "x"))
  let c: Cell{i}[Array[Two{i}[String, Int]]] = Cell{i}(many{i}("s", 3), "many")
  let d: Tree{i}[Two{i}[Int, String]] = Tree{i}.Node(Two{i}(7, "y"))
  let e = match d {{
    Tree{i}.Leaf => 0
    Tree{i}.Node(v) => v.first
  }}
  a.name_size() + a.value.value.value + b.second.first + b.first.size() + c.value.size() + e
}}
"""


def generics(lines):
    size = GENERIC.count("\n")
    count = max(1, lines // (size + 1))
    calls = "\n".join("  sum = sum + use%d()" % i for i in range(count))
    return "".join(GENERIC.format(i=i) for i in range(count)) + 'main(args) {\n  var sum = 0\n%s\n  print("{sum}")\n}\n' % calls


def program(lines):
    pieces = []
    size = PIECE.count("\n")
    i = 0
    while i * (size + 3) < lines - 20:
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
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        p = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        times.append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
        if p.returncode != 0:
            sys.exit("%s failed:\n%s" % (" ".join(command), p.stderr.decode()[:2000]))
    return "%.1f (%.1f)" % (min(times), statistics.median(times))


def main():
    build = sys.argv[1]
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 9
    agentc = os.path.join(build, "bin", "agentc")
    cases = [("hello", 'main(args) {\n  print("hello")\n}\n')]
    for kind, make in (("program", program), ("generics", generics)):
        cases += [("%s %d" % (kind, n), make(n)) for n in (1000, 2000, 10000, 100000)]
    cases += [("literal %d" % n, literal(n)) for n in (5000, 20000, 80000)]
    print("%-20s %8s %18s %18s %18s" % ("least (median)", "lines", "--check", "--run", "with cc -O2"))
    with tempfile.TemporaryDirectory() as folder:
        for name, source in cases:
            path = os.path.join(folder, "case.agent")
            with open(path, "w") as f:
                f.write(source)
            lines = source.count("\n")
            few = runs if lines <= 10000 else 3
            row = [measure([agentc, "--check", path], few), "", ""]
            if lines < 2500:
                row[1] = measure([agentc, "--run", path], few)
                row[2] = measure([agentc, path, "-o", os.path.join(folder, "case")], 3) if lines > 10 else ""
            print("%-20s %8d %18s %18s %18s" % (name, lines, *row), flush=True)


main()
