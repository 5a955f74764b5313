#!/bin/sh
# size.sh BUILD SOURCE: the runtime adds less than 300 KB of code to a program, and a program that says hello has less than 400 KB, as has
# the shared library. Of a build that is optimised; others have nothing to say about it.
set -eu
build=$1
type=$(sed -n 's/^CMAKE_BUILD_TYPE:[A-Z]*=//p' "$build/CMakeCache.txt" | tr a-z A-Z)
flags=$(sed -n "s/^CMAKE_C_FLAGS_$type:[A-Z]*=//p" "$build/CMakeCache.txt")
case $flags in *-O2* | *-O3* | *-Os*) ;; *) exit 0 ;; esac
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"

# below WHAT BYTES LIMIT
below() {
  echo "$1: $2 bytes"
  [ "$2" -lt "$3" ] || { echo "that is not below $3" >&2; exit 1; }
}
text() { size -A "$1" | awk '$1 ~ /^\.text/ { n += $2 } END { print n }'; }

printf 'main() { print("hello") }\n' >hello.agent
"$build/bin/agentc" hello.agent
[ "$(./hello)" = hello ]
strip -o stripped hello
below "hello, stripped" "$(wc -c <stripped)" 400000
printf 'int main(void) { return 0; }\n' >nothing.c
cc -O2 nothing.c -o nothing
below "code of the runtime in hello" $(($(text hello) - $(text nothing))) 300000
below "code of libagent.so" "$(text "$build/lib/libagent.so")" 300000
strip -o shared "$build/lib/libagent.so"
below "libagent.so, stripped" "$(wc -c <shared)" 400000
