#!/bin/sh
# examples.sh BUILD SOURCE [SANITIZERS]: the five programs of examples/ that have to do with C print what they should: built from an
# installed copy, in a folder of their own, by the commands that their README.md gives. Sanitized: from the build, by commands of ours.
set -eu
build=$1 source=$2 sanitize=${3:-}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

if [ -z "$sanitize" ]; then
  DESTDIR="$dir" cmake --install "$build" --prefix /prefix >/dev/null
  PATH="$dir/prefix/bin:$PATH" PKG_CONFIG_PATH="$dir/prefix/lib/pkgconfig" LD_LIBRARY_PATH="$dir/prefix/lib"
  export PATH PKG_CONFIG_PATH LD_LIBRARY_PATH
  for name in embed_c embed_epoll embed_cpp sqlite plugin; do
    mkdir "$dir/$name"
    cp "$dir/prefix/share/doc/agent/examples/$name/"* "$dir/$name/"
    cd "$dir/$name"
    sed -n '/^```sh$/,/^```$/{ /^```/d; p; }' README.md >commands
    [ -s commands ] || { echo "$name: README.md has no commands" >&2; exit 1; }
    sh -eux commands >printed 2>said || { cat said printed >&2; exit 1; }
    expected=expected.txt
    [ ! -f host.expected.txt ] || expected=host.expected.txt
    diff "$expected" printed || { echo "$name: not what $expected says" >&2; exit 1; }
  done
  exit 0
fi

libs="-lm -lpthread -lffi"
flags="-g -Wall -Wextra -Wpedantic -Werror -fsanitize=$sanitize -I$source/runtime/include -I$dir -D_DEFAULT_SOURCE"
# host NAME PREFIX COMPILER FILE: examples/NAME, whose C is called PREFIX.c.
host() {
  "$build/bin/agentc" "$source/examples/$1/main.agent" -o "$dir/$2.c"
  clang -std=c99 $flags -c "$dir/$2.c" -o "$dir/$2.o"
  $3 $flags "$source/examples/$1/$4" "$dir/$2.o" "$build/lib/libagent.a" $libs -o "$dir/$1"
  "$dir/$1" >"$dir/$1.out"
  diff "$source/examples/$1/host.expected.txt" "$dir/$1.out"
}
host embed_c swarm "clang -std=c99" host.c
host embed_epoll count "clang -std=c99" host.c
host embed_cpp bank "clang++ -std=c++17" host.cc
# A plugin is loaded after its program, and a sanitizer wants to be there before.
