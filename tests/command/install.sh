#!/bin/sh
# install.sh BUILD SOURCE: an installed copy finds its headers and library beside itself, and works from any folder.
set -eu
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cmake --install "$1" --prefix "$temp/first" >/dev/null
mv "$temp/first" "$temp/moved" # nothing may point to where it was installed
mkdir "$temp/work"
cd "$temp/work"
printf 'main(args) {\n  print("installed {args.size()}")\n}\n' >hello.agent

check() {
  [ "$2" = "$3" ] && return
  echo "$1: got '$2', expected '$3'" >&2
  exit 1
}
check "--run" "$("$temp/moved/bin/agentc" --run hello.agent a b)" "installed 2"
"$temp/moved/bin/agentc" hello.agent
check "executable" "$(./hello a)" "installed 1"
"$temp/moved/bin/agentc" hello.agent -o other
check "-o other" "$(./other)" "installed 0"
"$temp/moved/bin/agentc" hello.agent -o hello.c
cc -std=c99 -I "$temp/moved/include" hello.c -o by_hand -L "$temp/moved/lib" -Wl,-rpath,"$temp/moved/lib" -lagent \
  -lmimalloc -lxxhash -lpthread -lm
check "by hand, shared library" "$(./by_hand)" "installed 0"
