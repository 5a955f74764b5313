#!/bin/sh
# usage.sh BUILD SOURCE: wrong calls and unreadable files give one clear line and exit 2; --help and --version work.
agentc=$1/bin/agentc
. "$(dirname "$0")/lib/expect.sh"
printf 'main(args) {\n  print("fine")\n}\n' >good.agent
printf 'main(args) {\n  print(nothing)\n}\n' >bad.agent
printf 'fn f() -> Int { 1 }\n' >library.agent
mkdir folder.agent readonly
chmod 555 readonly

expect 0 "usage: agentc" "$agentc" --help
expect 0 "agentc 0." "$agentc" --version
expect 2 "usage: agentc" "$agentc"
expect 2 "missing.agent" "$agentc" --run missing.agent
expect 2 "missing.agent" "$agentc" --check missing.agent
expect 2 "folder.agent" "$agentc" --check folder.agent
expect 2 "there is no command 'run': this is written agentc --run FILE.agent" "$agentc" run good.agent
expect 2 "this is written agentc test" "$agentc" tests good.agent
expect 2 "--no-such-option" "$agentc" --no-such-option good.agent
expect 2 "exports nothing: write \`export\`" "$agentc" --emit=lib good.agent
expect 2 "--depfile is for what makes a file" "$agentc" --check --depfile=x good.agent
expect 2 "nonsense" "$agentc" --emit=nonsense good.agent
expect 0 "" "$agentc" --check good.agent
expect 1 "bad.agent:2:9: error[E02" "$agentc" --check bad.agent
expect 1 "error[E02" "$agentc" --run bad.agent
expect 1 "library.agent" "$agentc" --run library.agent
expect 1 "library.agent:1:1: error[E0221]: this file has no main" "$agentc" --run library.agent
printf 'test "one" { assert(1 == 1) }\n' >only_tests.agent
expect 1 "its tests are run by \`agentc test only_tests.agent\`" "$agentc" --run only_tests.agent
expect 1 '"code":"E0221"' "$agentc" --run --diagnostics=json library.agent
expect 0 "fine" "$agentc" --run good.agent
expect 0 "E0401" "$agentc" explain E0401
expect 0 "the only way" "$agentc" explain iso
expect 0 "E0401  a value used after it was moved" "$agentc" explain
expect 0 "no longer reported" "$agentc" explain E0406
expect 2 "E9999" "$agentc" explain E9999
expect 2 "did you mean 'E04" "$agentc" explain E0400
expect 2 "E0402  a value moved" "$agentc" explain moved
expect 2 "one code" "$agentc" explain E0401 E0402
expect 2 "no-such-compiler" env CC=no-such-compiler "$agentc" good.agent
if [ "$(id -u)" != 0 ]; then
  expect 2 "readonly/out.c" "$agentc" good.agent -o readonly/out.c
fi
expect 2 "no/such/folder" "$agentc" good.agent -o no/such/folder/out.c
"$agentc" --check --diagnostics=json bad.agent >out 2>&1
python3 -c 'import json, sys
for line in open("out"): json.loads(line)' || { echo "--diagnostics=json is not JSON, line by line:" >&2; cat out >&2; failed=1; }
"$agentc" --check bad.agent 2>&1 | grep -q "$(printf '\033')" && { echo "colours although stderr is no terminal" >&2; failed=1; }
printf 'agent A() { on f() { print([1][2]) } }\nmain() { let a = spawn A(); signal a.f(); signal (spawn A()).f() }\n' >fails.agent
"$agentc" --run fails.agent 2>out
[ "$(grep -c '^failure in A.f: ' out) $(wc -l <out)" = "2 6" ] || { echo "each failure is a block of whole lines:" >&2; cat out >&2; failed=1; }
exit $failed
