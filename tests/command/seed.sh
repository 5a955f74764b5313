#!/bin/sh
# AGENT_SEED: the same seed gives the same run, time and random numbers included; others give others. usage: seed.sh BUILD SOURCE
agentc=$1/bin/agentc
dir=$(mktemp -d) || exit 1
trap 'rm -rf "$dir"' EXIT
cd "$dir" || exit 1
fail() { echo "FAIL: $1"; exit 1; }

cat >app.agent <<'END'
use std.random
use std.time
agent Worker(name: String, log: Log) {
  on work(n: Int) {
    signal log.note("{name}{n}")
    if n > 0 { signal self.work(n - 1) }
  }
}
agent Log() {
  on note(what: String) { print("{what} {random.int(0..1000)}") }
  on late() { print(time.now()) }
}
main() {
  let log = spawn Log()
  for name in ["a", "b", "c"] { signal (spawn Worker(name, log)).work(5) }
  after 7200h signal log.late()
}
END
"$agentc" --check app.agent || fail "the program is wrong"
for seed in 1 2 3 4 5; do
  AGENT_SEED=$seed AGENT_WORKERS=4 timeout 20 "$agentc" --run app.agent >out$seed || fail "seed $seed"
  AGENT_SEED=$seed timeout 20 "$agentc" --run app.agent >again || fail "seed $seed again"
  cmp -s out$seed again || fail "seed $seed gave two runs"
  grep -q "^2000-10-27T" again || fail "the clock of seed $seed did not jump: $(tail -1 again)"
done
cmp -s out1 out2 && cmp -s out2 out3 && fail "all seeds give one run"
AGENT_SEED=-1 "$agentc" --run app.agent >out 2>err && fail "a negative seed is taken"
grep -q 'AGENT_SEED: "-1" is not a number' err || fail "the error of a wrong seed: $(cat err)"
exit 0
