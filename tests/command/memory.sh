#!/bin/sh
# memory.sh BUILD SOURCE: programs that need more memory than there is: one line says so, the status is 1 or 2, never a signal.
agentc=$1/bin/agentc
. "$(dirname "$0")/lib/expect.sh"

cat >objects.agent <<'END'
agent Node(i: Int) {
  var kept: Array[Array[Int]] = []
  on grow() { loop { kept.push([1, 2, 3, 4, 5, 6, 7, 8]) } }
}
topology Team() {
  group nodes[i in 0..4] = Node(i)
  supervise nodes one_for_one
}
main() {
  let team = spawn Team()
  for n in team.nodes { signal n.grow() }
}
END
cat >agents.agent <<'END'
agent Node(i: Int) { on go() { } }
main() {
  var all: Array[Node] = []
  loop { all.push(spawn Node(1)) }
}
END
cat >channels.agent <<'END'
agent Echo() { on ask(n: Int) -> Int { n } }
main() {
  let e = spawn Echo()
  var all: Array[Channel[Int]] = []
  loop {
    all.push(channel[Int](1000))
    let _ = await e.ask(1)
  }
}
END

for name in objects agents channels; do
  expect 0 "" "$agentc" $name.agent
  for kilobytes in 8000 20000 40000 60000 150000; do
    (ulimit -v $kilobytes && AGENT_WORKERS=2 exec timeout 60 ./$name) >out 2>&1
    got=$?
    if [ $got -ne 1 ] && [ $got -ne 2 ] || ! grep -qiE "out of memory|cannot allocate memory" out; then
      echo "$name with $kilobytes KB: exit $got; it said:" >&2
      head -5 out >&2
      failed=1
    fi
  done
done
exit $failed
