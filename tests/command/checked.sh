#!/bin/sh
# checked.sh BUILD SOURCE: agentc_checked finds what no accepted program does. The C text of one that is right is changed so that it
# is wrong, once in each way; the report names agent, behaviour, line and owner.
. "$(dirname "$0")/lib/expect.sh"
build=$1 source=$2

cat >app.agent <<'END'
class Part(var n: Int) {}
class Buf(var n: Int) { let part = Part(n) }
agent Sink() {
  var kept: Buf? = none
  on put(b: Buf iso) { b.n += 1 }
  on look(b: Buf val) { print("{b.n} {b.part.n}") }
  on give() -> Buf iso { iso Buf(7) }
}
main() {
  let s = spawn Sink()
  let a = iso Buf(1)
  let b = iso Buf(2)
  let c = val Buf(3)
  signal s.put(a)
  b.n = 5
  signal s.put(b)
  signal s.look(c)
  let d = await s.give()
  print("{d.n}")
}
END
"$build/bin/agentc_checked" app.agent -o app.c || exit 1

# breach SED TEXT: the program, changed by SED, ends with a report that contains TEXT
breach() {
  sed "$1" app.c >wrong.c
  [ -z "$1" ] || ! cmp -s app.c wrong.c || { echo "nothing changed: $1" >&2; failed=1; return; }
  cc -w -I"$source/runtime/include" wrong.c "$build/lib/libagent_checked.a" -lmimalloc -lm -lpthread -lxxhash -o wrong ||
    { failed=1; return; }
  AGENT_WORKERS=2 ./wrong >out 2>err
  status=$?
  if [ -z "$2" ]; then
    [ $status = 0 ] && [ ! -s err ] || { echo "the program itself: $status" >&2; cat err >&2; failed=1; }
  elif [ $status = 0 ] || ! grep -q "$2" err; then
    echo "no report of \"$2\" with $1: $status" >&2
    cat err >&2
    failed=1
  fi
}

breach '' ''
# what is sent stays the sender's
breach 's/^  ag_check_give(cx, ag_ref_each, &l[0-9]*[_a-z]*, file_[0-9]*, 14);//' 'Sink.put, .*app.agent:5: receives a `Buf` that belongs to an agent main'
# what is val is written
breach 's/ag_check_read(cx, l1_b, \(file_[0-9]*, 6\))/ag_check_write(cx, l1_b, \1)/' 'Sink.look, .*app.agent:6: writes a `Buf` that is val'
# nobody's yet
breach 's/^  ag_check_take(cx, ag_ref_each, &l1_b, file_[0-9]*, 5);//' 'Sink.put, .*app.agent:5: reads a `Buf` that is on its way: it was sent at'
# sent twice
breach 's/^  ag_check_give(cx, ag_ref_each, &\(l[0-9]*\), \(file_[0-9]*, 7\));/  ag_check_give(cx, ag_ref_each, \&\1, \2); ag_check_give(cx, ag_ref_each, \&\1, \2);/' 'Sink.give, .*app.agent:7: sends a `.*` that is on its way: it was sent at .*app.agent:7'
exit $failed
