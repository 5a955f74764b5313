#!/bin/sh
# graph.sh BUILD SOURCE: `agentc graph` on every program of the tests and examples that declares a topology: `dot` reads it (if it is
# installed) and draws no box over another; what it says of the others.
exec python3 -B - "$1" "$2" <<'PY'
import glob, os, re, shutil, subprocess, sys

build, root = sys.argv[1:]
agentc = os.path.join(build, "bin", "agentc")
problems = []


def graph(path, status=0):
    run = subprocess.run([agentc, "graph", path], capture_output=True, text=True, timeout=60)
    if run.returncode != status:
        problems.append("%s: status %d\n%s" % (path, run.returncode, run.stderr))
    return run.stdout if status == 0 else run.stderr


def boxes(dot):
    """name -> (left, bottom, right, top), as dot places them."""
    plain = subprocess.run(["dot", "-Tplain"], input=dot, capture_output=True, text=True, timeout=60)
    if plain.returncode or plain.stderr:
        problems.append("dot: %s" % plain.stderr)
    found = {}
    for line in plain.stdout.splitlines():
        m = re.match(r'node ("[^"]*"|\S+) (\S+) (\S+) (\S+) (\S+) ', line)
        if m:
            x, y, w, h = map(float, m.groups()[1:])
            found[m.group(1)] = (x - w / 2, y - h / 2, x + w / 2, y + h / 2)
    return found


def overlap(a, b):
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


programs = glob.glob(os.path.join(root, "tests/lang/**/*.agent"), recursive=True) + glob.glob(os.path.join(root, "examples/*/main.agent"))
with_topology = [p for p in sorted(programs) if re.search(r"^topology ", open(p, encoding="utf-8", errors="replace").read(), re.M)]
if not with_topology:
    problems.append("no program declares a topology")
for path in with_topology:
    dot = graph(path)
    if dot != graph(path):
        problems.append("%s: not the same twice" % path)
    if not shutil.which("dot"):
        continue
    placed = sorted(boxes(dot).items())
    problems += ["%s: %s lies over %s" % (path, a, b) for i, (a, p) in enumerate(placed) for b, q in placed[i + 1:] if overlap(p, q)]
words = graph(os.path.join(root, "tests/lang/topology/words.agent"))
for wanted in ('label="group leaves[i in 0..tree_size]: Leaf"', 'label="ring"', '"All.hub" -> "All.spokes.1"', 'color=steelblue, dir=none'):
    if wanted not in words:
        problems.append("words.agent: no %s" % wanted)
if "declares no topology" not in graph(os.path.join(root, "tests/lang/agents/counter.agent"), 2):
    problems.append("a program without a topology is not said to be one")
print("\n".join(problems))
sys.exit(1 if problems else 0)
PY
