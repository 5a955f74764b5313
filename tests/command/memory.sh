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
cat >broadcasts.agent <<'END'
agent Node(i: Int) {
  var kept: Array[String val] = []
  on told(s: String) { kept.push("{s} {i}") }
}
main() {
  let group = val {
    let all: Array[Node] = []
    for i in 0..3000 { all.push(spawn Node(i)) }
    all
  }
  loop { broadcast group.told("all of this is kept for ever") }
}
END
cat >quorums.agent <<'END'
agent Node(i: Int) {
  var kept: Array[String val] = []
  on told(s: String) -> Array[String] val {
    kept.push("{s} {i}")
    val ["{s} {i}", "{i} {s}"]
  }
}
main() {
  let group = val {
    let all: Array[Node] = []
    for i in 0..300 { all.push(spawn Node(i)) }
    all
  }
  loop { let _ = await quorum all of group.told("all of this is kept for ever") }
}
END
cat >timers.agent <<'END'
agent Node(i: Int) { on tick(s: String) { } }
main() {
  let a = spawn Node(1)
  var all: Array[Timer] = []
  loop { all.push(every 10s signal a.tick("kept {all.size()}")) }
}
END
cat >leases.agent <<'END'
agent Holder(i: Int) {
  var kept: Array[Lease iso] = []
  on take_all() {
    var n = 0
    loop {
      kept.push(await lease "{i} {n}" for 1000s)
      n += 1
    }
  }
}
main() { for i in 0..4 { signal (spawn Holder(i)).take_all() } }
END
cat >waiting.agent <<'END'
@mailbox(capacity: 60_000)
agent Slow(c: Channel[Int]) {
  on work(a: Array[Int] val) -> Int { await c.recv() else 0 }
}
agent Asker(i: Int) {
  on ask(s: Slow) { let _ = await s.work(val [i, i + 1, i + 2, i + 3, i + 4, i + 5, i + 6, i + 7]) }
}
main() {
  let s = spawn Slow(channel[Int](1))
  var i = 0
  loop {
    signal (spawn Asker(i)).ask(s)
    i += 1
  }
}
END
cat >topologies.agent <<'END'
agent Node(i: Int) in mesh {
  var kept: Array[Int] = []
  on go() { kept.push(neighbors.size()) } }
topology Cell(n: Int) {
  group nodes[i in 0..n] = Node(i)
  mesh nodes
}
main() {
  let c = spawn Cell(10)
  loop {
    c.nodes.grow(500)
    broadcast c.nodes.go()
  }
}
END

for name in objects agents channels broadcasts quorums timers leases waiting topologies; do
  expect 0 "" "$agentc" $name.agent
  for kilobytes in 8000 20000 40000 60000 100000 150000; do
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
