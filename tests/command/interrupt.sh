#!/bin/sh
# interrupt.sh BUILD SOURCE: kill -INT ends a --run at once with status 130, whether the program works or waits.
agentc=$1/bin/agentc
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp" || exit 2
failed=0
cat >busy.agent <<'A'
main(args) {
  var n = 0
  loop { n = n +% 1 }
}
A
cat >waiting.agent <<'A'
agent Clock() {
  on start() { every 1h signal self.tick() }
  on tick() { }
}
main(args) {
  let c = spawn Clock()
  signal c.start()
}
A
for program in busy waiting; do
  # A child of a shell without job control ignores INT, so python starts it.
  python3 - "$agentc" "$program.agent" <<'PY' || failed=1
import signal, subprocess, sys, time
p = subprocess.Popen([sys.argv[1], "--run", sys.argv[2]])
time.sleep(0.5)
if p.poll() is not None:
    sys.exit("%s ended by itself with %d" % (sys.argv[2], p.returncode))
started = time.monotonic()
p.send_signal(signal.SIGINT)
try:
    code = p.wait(5)
except subprocess.TimeoutExpired:
    p.kill()
    sys.exit("%s: still running 5 s after SIGINT" % sys.argv[2])
took = time.monotonic() - started
if code not in (130, -signal.SIGINT) or took > 1:
    sys.exit("%s: status %d after %.2f s" % (sys.argv[2], code, took))
PY
done
exit $failed
