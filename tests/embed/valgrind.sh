#!/bin/sh
# valgrind.sh BUILD SOURCE: programs of C with agents in them do nothing with memory that they should not, and leave none behind: under
# valgrind, with a runtime whose memory is malloc's.
set -eu
build=$1 source=$2
command -v valgrind >/dev/null || exit 0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cmake --build "$build" --target agent_malloc >"$dir/log" 2>&1 || { cat "$dir/log" >&2; exit 1; }

# watched NAME COMMAND...
watched() {
  name=$1
  shift
  timeout 200 valgrind -q --fair-sched=yes --error-exitcode=99 --leak-check=full --show-leak-kinds=all --errors-for-leak-kinds=all \
    "$@" >"$dir/said" 2>&1 || { echo "$name:" >&2; head -60 "$dir/said" >&2; exit 1; }
}

# host NAME FILE.agent HOST PREFIX: HOST with what FILE.agent exports.
host() {
  "$build/bin/agentc" "$2" -o "$dir/$4.c"
  case $3 in *.cc) compiler="c++ -std=c++17" ;; *) compiler="cc -std=c99" ;; esac
  cc -g -w -std=c99 -I"$source/runtime/include" -c "$dir/$4.c" -o "$dir/$4.o"
  $compiler -g -D_DEFAULT_SOURCE -DSANITIZED -I"$source/runtime/include" -I"$dir" "$3" "$dir/$4.o" \
    "$build/lib/libagent_malloc.a" -lm -lpthread -lffi -o "$dir/$1.run"
  watched "$1" "$dir/$1.run"
}
host desk "$source/tests/embed/desk.agent" "$source/tests/embed/use_desk.c" desk
host shapes "$source/tests/embed/shapes.agent" "$source/tests/embed/use_shapes.c" shapes
host memory "$source/tests/embed/desk.agent" "$source/tests/embed/use_memory.c" desk
host embed_c "$source/examples/embed_c/main.agent" "$source/examples/embed_c/host.c" swarm
host embed_epoll "$source/examples/embed_epoll/main.agent" "$source/examples/embed_epoll/host.c" count
host embed_cpp "$source/examples/embed_cpp/main.agent" "$source/examples/embed_cpp/host.cc" bank

# Programs that call C, and that C calls.
for file in "$source"/tests/lang/c/*.agent; do
  name=$(basename "$file" .agent)
  "$build/bin/agentc" "$file" -o "$dir/$name.c"
  cc -g -w -std=c99 -I"$source/runtime/include" "$dir/$name.c" "$build/lib/libagent_malloc.a" -lm -lpthread -lffi -o "$dir/$name.run"
  export AGENT_WORKERS=2 $(sed -n 's|^// env: ||p' "$file")
  watched "$name" "$dir/$name.run"
done
