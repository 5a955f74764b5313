#!/bin/sh
# build.sh BUILD SOURCE: what agentc writes and what it does when it cannot: executables, C text, options, surroundings.
agentc=$1/bin/agentc
. "$(dirname "$0")/lib/expect.sh"
fail() {
  echo "$*" >&2
  failed=1
}
# nothing but what was asked for may be left behind
tidy() {
  left=$(find . -name '.*.??????' -type f)
  [ -z "$left" ] || fail "$1 left $left"
}

printf 'main(args) {\n  for a in args { print(a) }\n  print("{args.size()} args")\n}\n' >app.agent
printf 'error Bad\nmain(args) {\n  raise Bad()\n}\n' >fails.agent
printf 'extern "C" {\n  fn no_such_function(x: Int) -> Int\n}\nmain(args) {\n  print("{no_such_function(1)}")\n}\n' >missing.agent
printf 'extern "C" link "m" {\n  fn cos(x: F64) -> F64\n}\nmain(args) {\n  print("{cos(0.0)}")\n}\n' >cosine.agent
cp app.agent noend

# ---- what is written ----
expect 0 "" "$agentc" app.agent
expect 0 "2 args" ./app a b
expect 0 "" "$agentc" -o other app.agent
expect 0 "0 args" ./other
expect 0 "" "$agentc" app.agent -oattached
[ -x attached ] || fail "-oattached wrote no executable"
expect 0 "" "$agentc" app.agent --output=long
[ -x long ] || fail "--output= wrote no executable"
expect 0 "" "$agentc" app.agent -o app.c
[ -x app.c ] && fail "app.c is executable"
grep -q 'agent/abi.h' app.c || fail "app.c does not include agent/abi.h"
"$agentc" app.agent -o again.c && cmp -s app.c again.c || fail "the C text differs from run to run"
for cc in gcc clang; do
  command -v $cc >/dev/null || continue
  $cc -std=c99 -pedantic -Wall -Wextra -Werror -I "$2/runtime/include" -c app.c -o app.o || fail "$cc does not take app.c"
done
"$agentc" --emit=c app.agent | cmp -s - app.c || fail "--emit=c and -o app.c differ"
mkdir sub && expect 0 "" "$agentc" app.agent -o sub/app
expect 0 "" env CC="cc -g" "$agentc" app.agent -o with_flags
expect 0 "" "$agentc" app.agent -o /dev/null
[ -c /dev/null ] || fail "/dev/null was replaced"
expect 0 "1.0" "$agentc" --run cosine.agent
expect 0 "" "$agentc" cosine.agent
expect 0 "1.0" ./cosine
if [ -f "$1/lib/libagent_lto.a" ]; then
  expect 0 "" env CC=gcc "$agentc" --lto app.agent -o together
  expect 0 "2 args" ./together a b
  expect 2 "gcc" env CC=clang "$agentc" --lto app.agent
fi
tidy "building"

# ---- what cannot be written ----
expect 2 "is a directory" "$agentc" app.agent -o sub
expect 2 "no/such/app" "$agentc" app.agent -o no/such/app
expect 2 "the program itself" "$agentc" app.agent -o app.agent
expect 2 "-o" "$agentc" noend
expect 2 "name the C file" "$agentc" app.agent -o app.h
expect 2 "for executables" "$agentc" --lto app.agent -o app.c
expect 2 "for executables" "$agentc" --lto --run app.agent
if [ -c /dev/full ]; then
  expect 2 "no space left" "$agentc" app.agent -o /dev/full
  "$agentc" --emit=c app.agent >/dev/full 2>err && fail "--emit=c to a full disk succeeded"
  grep -q "no space left" err || fail "--emit=c to a full disk said nothing"
  "$agentc" --help >/dev/full 2>err && fail "--help to a full disk succeeded"
fi
expect 2 "no C compiler" env PATH=/nonexistent "$agentc" app.agent -o nope
expect 2 "no C compiler" env -u CC PATH= "$agentc" app.agent -o nope
expect 2 "false" env CC=false "$agentc" app.agent -o nope
[ -e nope ] && fail "a failed compiler left an output"
expect 1 "E0701" "$agentc" missing.agent
expect 1 "E0701" "$agentc" --run missing.agent
[ -e missing ] && fail "a failed link left an output"
tidy "failing"

# a signal while the C compiler works
printf '#!/bin/sh\nexec sleep 20\n' >slow_cc && chmod +x slow_cc
CC=./slow_cc "$agentc" app.agent -o slow &
sleep 0.5
kill -TERM $! && wait $!
[ $? -eq 143 ] || fail "TERM did not end the build"
tidy "a signal"

# ---- calls ----
expect 2 "did you mean '--check'" "$agentc" --chekc app.agent
expect 2 "did you mean '--emit'" "$agentc" --emti=c app.agent
expect 2 "unknown option '-x'" "$agentc" -x app.agent
expect 2 "-o needs an argument" "$agentc" app.agent -o
expect 2 "--emit needs an argument" "$agentc" --emit
expect 2 "takes no argument" "$agentc" --check=yes app.agent
expect 2 "tokens, ast, ir, c or lib" "$agentc" --emit=asm app.agent
expect 2 "text or json" "$agentc" --diagnostics=xml --check app.agent
expect 2 "auto, always or never" "$agentc" --color=blue --check app.agent
expect 2 "exclude each other" "$agentc" --check --emit=c app.agent
expect 2 "exclude each other" "$agentc" --check app.agent -o app
expect 2 "twice" "$agentc" app.agent -o a -o b
expect 2 "one file at a time" "$agentc" app.agent fails.agent
expect 2 "--stats needs --run" "$agentc" --stats app.agent
expect 2 "no file given" "$agentc" --check
expect 2 "one code" "$agentc" explain E0401 E0402
expect 0 "E0401" "$agentc" explain e0401
expect 0 "0 args" "$agentc" --run -- app.agent

# ---- --run ----
expect 0 "4 args" "$agentc" --run app.agent --check -o x --
expect 0 "3 args" "$agentc" app.agent --run a b c
expect 1 "fails.agent:3" "$agentc" --run fails.agent
expect 0 "0 args" sh -c "cat app.agent | '$agentc' --run -"
AGENT_STATS= "$agentc" --run --stats app.agent >out 2>err || fail "--stats failed"
[ -s err ] || fail "--stats printed nothing on stderr"

# ---- several files ----
printf 'main(args) {\n  print(nothing)\n}\n' >bad.agent
expect 0 "" "$agentc" --check app.agent fails.agent
expect 1 "bad.agent:2" "$agentc" --check app.agent bad.agent
expect 2 "gone.agent" "$agentc" --check app.agent gone.agent
printf 'main(args) {\n  let b = iso Bytes(1)\n  let c = b\n  print(b.size())\n}\n' >moved.agent
expect 1 "moved.agent:4:9: error[E0401]" "$agentc" --check app.agent moved.agent
"$agentc" --color=always --check bad.agent 2>&1 | grep -q "$(printf '\033')" || fail "--color=always has no colours"
exit $failed
