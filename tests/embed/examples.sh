#!/bin/sh
# examples.sh BUILD SOURCE [SANITIZERS]: the hosts of examples/embed_* and examples/plugin print what their host.expected.txt says.
set -eu
build=$1 source=$2 sanitize=${3:-}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
libs="-lm -lpthread -lxxhash -lffi"
flags="-g -Wall -Wextra -Wpedantic -Werror -I$source/runtime/include -I$dir -D_DEFAULT_SOURCE"
cc=${CC:-cc} cxx=${CXX:-c++}
if [ -n "$sanitize" ]; then
  flags="$flags -fsanitize=$sanitize"
  cc=clang cxx=clang++
else
  libs="-lmimalloc $libs"
fi

# make NAME PREFIX: PREFIX.c, PREFIX.h and PREFIX.o of examples/NAME.
make() {
  "$build/bin/agentc" "$source/examples/$1/main.agent" -o "$dir/$2.c"
  $cc -std=c99 $flags -fPIC -c "$dir/$2.c" -o "$dir/$2.o"
}
# same NAME COMMAND...: what COMMAND prints is as expected.
same() {
  name=$1
  shift
  "$@" >"$dir/$name.out"
  diff "$source/examples/$name/host.expected.txt" "$dir/$name.out"
}

make embed_c swarm
$cc -std=c99 $flags "$source/examples/embed_c/host.c" "$dir/swarm.o" "$build/lib/libagent.a" $libs -o "$dir/embed_c"
same embed_c "$dir/embed_c"

make embed_epoll count
$cc -std=c99 $flags "$source/examples/embed_epoll/host.c" "$dir/count.o" "$build/lib/libagent.a" $libs -o "$dir/embed_epoll"
same embed_epoll "$dir/embed_epoll"

make embed_cpp bank
$cxx -std=c++17 $flags "$source/examples/embed_cpp/host.cc" "$dir/bank.o" "$build/lib/libagent.a" $libs -o "$dir/embed_cpp"
same embed_cpp "$dir/embed_cpp"

[ -z "$sanitize" ] || exit 0 # a sanitizer wants to be there before what is loaded
make plugin plugin
$cc -shared "$dir/plugin.o" -L"$build/lib" -lagent -Wl,-rpath,"$build/lib" -o "$dir/plugin.so"
$cc -std=gnu99 -Wall -Wextra -Werror -I"$source/runtime/include" "$source/examples/plugin/host.c" -ldl -o "$dir/plugin"
same plugin "$dir/plugin" "$dir/plugin.so"

"$build/bin/agentc" "$source/examples/sqlite/main.agent" -o "$dir/sqlite"
"$dir/sqlite" | diff "$source/examples/sqlite/expected.txt" -
