#!/bin/sh
# hostile.sh BUILD SOURCE: no input crashes the compiler or makes it hang: each of these ends in time with status 0 or 1
# (a diagnostic), never by a signal.
agentc=$1/bin/agentc
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp" || exit 2
failed=0

python3 - <<'PY'
import random
random.seed(2024)
def put(name, text):
    open(name, "wb").write(text if isinstance(text, bytes) else text.encode())
n = 100000
wrap = "main(args) {{\n  let x = {}\n}}\n".format
put("parens.agent", wrap("(" * n + "1" + ")" * n))
put("open_parens.agent", wrap("(" * n))
put("brackets.agent", wrap("[" * n + "]" * n))
put("braces.agent", "main(args) " + "{" * n + "}" * n)
put("minus.agent", wrap("-" * n + "1"))
put("nots.agent", wrap("not " * n + "true"))
put("sum.agent", wrap("1" + " + 1" * n))
put("calls.agent", wrap("f(" * n + ")" * n))
put("members.agent", wrap("a" + ".b" * n))
put("optional.agent", "fn f(a: Int" + "?" * n + ") {}\n")
put("arrays.agent", "fn f(a: " + "Array[" * n + "Int" + "]" * n + ") {}\n")
put("elses.agent", "main(args) {\n" + "if true { } else " * n + "{ }\n}\n")
put("interpolation.agent", wrap('"{' * 5000 + '1' + '}"' * 5000))
put("comments.agent", "/*" * n)
put("long_line.agent", wrap('"' + "x" * 10_000_000 + '"'))
put("long_name.agent", "main(args) {\n  let " + "x" * 10_000_000 + " = 1\n}\n")
put("long_garbage.agent", "@" * 10_000_000)
put("empty.agent", "")
put("nul.agent", b"main(args) {\n  print(\"a\0b\")\n}\n")
put("latin1.agent", b"main(args) {\n  print(\"\xe9\")\n}\n")
put("bom.agent", b"\xef\xbb\xbfmain(args) {\n  print(\"x\")\n}\n")
put("crlf.agent", "main(args) {\r\n  print(\"x\")\r\n}\r\n")
for i in range(20):
    put("random%d.agent" % i, bytes(random.randrange(256) for _ in range(random.randrange(1, 4000))))
words = "agent on fn { } ( ) [ ] let var = + - . , : ; -> => if else match iso val ref box tag spawn signal await \n 1 x X \" { }".split(" ")
for i in range(20):
    put("words%d.agent" % i, " ".join(random.choice(words) for _ in range(3000)))
put("a.agent", 'use "./b.agent"\nfn fa() -> Int { 1 }\n')
put("b.agent", 'use "./c.agent"\nfn fb() -> Int { 2 }\n')
put("c.agent", 'use "./a.agent"\nfn fc() -> Int { 3 }\n')
put("self.agent", 'use "./self.agent"\n')
PY

for f in *.agent; do
  timeout 20 "$agentc" --check "$f" >out 2>&1
  status=$?
  if [ $status -gt 1 ]; then
    echo "$f: exit status $status" >&2
    head -c 600 out >&2
    failed=1
  fi
done
# what must be an error, and is said once
for f in parens braces comments nul latin1 self; do
  "$agentc" --check "$f.agent" >out 2>&1 && { echo "$f.agent passed" >&2; failed=1; }
  grep -q 'error\[E' out || { echo "$f.agent: no error code" >&2; failed=1; }
done
exit $failed
