#!/bin/sh
# test.sh BUILD SOURCE: `agentc test`: what it prints, what it returns, and that no test harms another.
agentc=$1/bin/agentc
. "$(dirname "$0")/lib/expect.sh"
mkdir -p good/inner
cat >good/sums.agent <<'EOF'
use std.test
error Lost(n: Int)
fn _half(n: Int) -> Int { n / 2 }
fn find(n: Int) -> Int ! { if n > 9 { raise Lost(n) } else { n } }
agent Counter() {
  var n = 0
  on add(k: Int) { n += k }
  on total() -> Int { n }
}
test "private names" { assert(_half(5) == 2) }
test "agents" {
  let c = spawn Counter()
  signal c.add(2)
  assert(await c.total() == 2)
}
test "raises" {
  test.raises(find(10), Lost)
  test.raises(find(10), Lost(10))
  test.raises(U8(256), BadConversion)
  assert(test.close(0.1 + 0.2, 0.3) and not test.close(0.1, 0.2))
}
main() { assert(false) }
EOF
cat >good/inner/more.agent <<'EOF'
test "more" { assert(1 < 2, "order") }
EOF
printf 'fn broken( {\n' >good/inner/no_tests.agent
cat >bad.agent <<'EOF'
use std.process
use std.test
agent Silent() {
  on go(xs: Array[Int] val) { print("{xs[1]}") }
  on answer(n: Int) -> Int { assert(n > 1); n }
}
struct P(x: Int, y: Int)
test "passes" { print("unseen") }
test "compares" {
  let xs = [1, 2]
  assert(xs.size() + 1 == xs.size() * 2)
}
test "structs" { assert(P(1, 2) != P(1, 2)) }
test "texts" { assert("a".upper() == "b\n") }
test "a condition" { assert("abc".contains("d"), "a message") }
test "is" { let o: Int? = none; assert(o is 5) }
test "another agent" { let a = spawn Silent(); signal a.go(val [1]) }
test "asked" { let a = spawn Silent(); print("{await a.answer(1)}") }
test "hangs" { loop { } }
test "waits" { let xs: Array[Int] = []; print("hello"); print("{xs[3]}") }
test "status" { process.exit_code(3) }
test "raises nothing" { test.raises("1".to_int(), BadConversion) }
test "raises something else" { test.raises([1][3], BadConversion) }
test "comes last" { }
EOF
cat >crash.agent <<'EOF'
extern "C" { fn abort() -> () }
test "before" { }
test "crashes" { abort() }
test "after" { }
EOF
sed 's/^fn _half/fn other/' good/sums.agent >errors.agent

expect 0 "4 tests: 4 passed, 0 failed" "$agentc" test good
expect 0 "1 test: 1 passed" "$agentc" test good/inner
expect 0 "private names" "$agentc" test --filter private good/sums.agent
expect 0 "4 tests: 4 passed" "$agentc" test --jobs 1 good/sums.agent good/inner/more.agent
(cd good/inner && expect 0 "1 test: 1 passed" "$agentc" test; exit $failed) || failed=1
expect 2 "no test has 'nothing of it' in its name" "$agentc" test --filter "nothing of it" good
printf 'main() { }\n' >none.agent
expect 2 "there are no tests to run" "$agentc" test none.agent
expect 2 "cannot read 'missing.agent'" "$agentc" test missing.agent
expect 2 "--jobs takes a number" "$agentc" test --jobs many good
expect 2 "--filter is for" "$agentc" --check --filter x good/sums.agent
expect 2 "exclude each other" "$agentc" test --check good
expect 1 "there is no \`_half\` here" "$agentc" test errors.agent
expect 1 "1 file with errors" "$agentc" test errors.agent
expect 0 "good/sums.agent:10: private names" "$agentc" test --list good
expect 1 "signal 6" "$agentc" test crash.agent
expect 1 "3 tests: 2 passed, 1 failed" "$agentc" test crash.agent
expect 0 "" "$agentc" --check bad.agent
expect 1 "has no main" "$agentc" --run bad.agent

expect 1 "14 tests: 2 passed, 12 failed" "$agentc" test --timeout 1 bad.agent
sed 's/ ([0-9.]* m*s)//' out >text
cat >wanted <<'EOF'
bad.agent
  ok    passes
  FAIL  compares
        bad.agent:11: assertion failed: xs.size() + 1 == xs.size() * 2
            left:  3
            right: 4
         11 |   assert(xs.size() + 1 == xs.size() * 2)
  FAIL  structs
        bad.agent:13: assertion failed: P(1, 2) != P(1, 2)
            left:  P(1, 2)
            right: P(1, 2)
         13 | test "structs" { assert(P(1, 2) != P(1, 2)) }
  FAIL  texts
        bad.agent:14: assertion failed: "a".upper() == "b\n"
            left:  "A"
            right: "b\n"
         14 | test "texts" { assert("a".upper() == "b\n") }
  FAIL  a condition
        bad.agent:15: assertion failed: a message
         15 | test "a condition" { assert("abc".contains("d"), "a message") }
  FAIL  is
        bad.agent:16: assertion failed: o is 5
            value: none
         16 | test "is" { let o: Int? = none; assert(o is 5) }
  FAIL  another agent
        bad.agent:4: index out of range: 1 of 1
            in Silent.go
          4 |   on go(xs: Array[Int] val) { print("{xs[1]}") }
  FAIL  asked
        bad.agent:5: assertion failed: n > 1
            left:  1
            right: 1
          5 |   on answer(n: Int) -> Int { assert(n > 1); n }
  FAIL  hangs
        bad.agent:19: no end after 1 s
  FAIL  waits
        bad.agent:20: index out of range: 3 of 0
         20 | test "waits" { let xs: Array[Int] = []; print("hello"); print("{xs[3]}") }
        it wrote:
        hello
  FAIL  status
        bad.agent:21: exit status 3
  FAIL  raises nothing
        bad.agent:22: assertion failed: "1".to_int() raises nothing
         22 | test "raises nothing" { test.raises("1".to_int(), BadConversion) }
  FAIL  raises something else
        bad.agent:23: index out of range: 3 of 1
         23 | test "raises something else" { test.raises([1][3], BadConversion) }
  ok    comes last
14 tests: 2 passed, 12 failed
EOF
diff wanted text >&2 || failed=1

"$agentc" test --diagnostics=json --filter e --timeout 1 bad.agent >out
python3 - <<'EOF' || failed=1
import json
rows = [json.loads(line) for line in open("out")]
by_name = {r["test"]: r for r in rows[:-1]}
assert by_name["passes"]["passed"] and by_name["passes"]["output"] == "unseen\n", by_name["passes"]
failure = by_name["compares"]["failures"][0]
assert (failure["left"], failure["right"], failure["line"], failure["error"]) == ("3", "4", 11, "AssertionFailed"), failure
assert by_name["another agent"]["failures"][0]["behaviour"] == "Silent.go"
assert rows[-1]["failed"] == len([r for r in rows[:-1] if not r["passed"]]), rows[-1]
EOF
exit $failed
