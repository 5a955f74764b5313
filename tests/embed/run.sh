#!/bin/sh
# run.sh BUILD SOURCE [SANITIZERS]: libraries made of .agent in programs of C and C++, each compiled with all warnings as errors.
set -eu
build=$1 source=$2 sanitize=${3:-}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
warnings="-Wall -Wextra -Wpedantic -Werror"
libs="-lm -lpthread -lxxhash -lffi"
flags="-g"
cc=${CC:-cc}
if [ -n "$sanitize" ]; then
  flags="-g -O1 -fsanitize=$sanitize -DSANITIZED"
  cc=clang
else
  libs="-lmimalloc $libs"
fi
include="-I$source/runtime/include -I$dir"

"$build/bin/agentc" "$source/tests/embed/desk.agent" -o "$dir/desk.c"

# What is said of declarations is said in the header.
for text in "One side of the market." "To have." "From the left." "What is written on it." "Looks at quotes." "A new price."; do
  grep -qF "$text" "$dir/desk.h" || { echo "desk.h does not say: $text" >&2; exit 1; }
done

# The header: C89, C99, C11, C++11, C++17; app.c: C99, both compilers.
echo '#include "desk.h"
int main(void) { return 0; }' >"$dir/use.c"
cp "$dir/use.c" "$dir/use.cc"
for std in c89 c99 c11; do gcc -std=$std $warnings $include -c "$dir/use.c" -o "$dir/use.o"; done
for std in c++11 c++17; do g++ -std=$std $warnings $include -c "$dir/use.cc" -o "$dir/use.o"; done
for compiler in gcc clang; do
  $compiler -std=c99 $warnings $include -c "$dir/desk.c" -o "$dir/desk.o"
  $compiler -O2 -std=c11 $warnings $include -c "$dir/desk.c" -o "$dir/desk.o"
done
if grep -nE '(^|[^A-Za-z0-9_])(_[A-Z]|[A-Za-z0-9_]*__)' "$dir/desk.h" | grep -v __cplusplus; then
  echo "a reserved name"
  exit 1
fi

# Names: what C, C++, the headers and what is emitted have; files whose name is none in C.
for name in names my-app 9lives int é ag agent c e f g k s t x l1 cls fn msg take type; do
  "$build/bin/agentc" "$source/tests/embed/names.agent" -o "$dir/$name.c"
  for compiler in gcc clang; do $compiler -std=c99 $warnings $include -c "$dir/$name.c" -o "$dir/names.o"; done
  g++ -std=c++17 $warnings $include -fsyntax-only -x c++ "$dir/$name.h"
done

$cc -std=c99 $warnings $flags $include "$source/tests/embed/use_desk.c" "$dir/desk.c" -o "$dir/desk" "$build/lib/libagent.a" $libs
"$dir/desk"
$cc -std=c99 -D_DEFAULT_SOURCE $warnings $flags $include "$source/tests/embed/use_memory.c" "$dir/desk.c" -o "$dir/memory" "$build/lib/libagent.a" $libs
"$dir/memory"

# Values of all shapes by name.
"$build/bin/agentc" "$source/tests/embed/shapes.agent" -o "$dir/shapes.c"
for compiler in gcc clang; do $compiler -std=c99 $warnings $include -c "$dir/shapes.c" -o "$dir/shapes.o"; done
$cc -std=c99 $warnings $flags $include "$source/tests/embed/use_shapes.c" "$dir/shapes.c" -o "$dir/shapes" "$build/lib/libagent.a" $libs
"$dir/shapes"

# The third C compiler.
tcc -std=c99 -Wall -Werror $include -c "$dir/shapes.c" -o "$dir/shapes.o"
tcc -std=c99 -Wall -Werror $include -c "$dir/desk.c" -o "$dir/desk.o"
if [ -z "$sanitize" ]; then
  tcc $include "$source/tests/embed/use_shapes.c" "$dir/shapes.c" -o "$dir/shapes_tcc" "$build/lib/libagent.so"
  LD_LIBRARY_PATH="$build/lib" "$dir/shapes_tcc"
fi

# A host and its agents that call each other; many times, for the ends of runs are races.
"$build/bin/agentc" "$source/tests/embed/both.agent" -o "$dir/both.c"
$cc -std=c99 -D_DEFAULT_SOURCE $warnings $flags $include "$source/tests/embed/use_both.c" "$dir/both.c" -o "$dir/both" "$build/lib/libagent.a" $libs
rounds=100
[ -z "$sanitize" ] || rounds=5
while [ $rounds -gt 0 ]; do
  timeout 60 "$dir/both" || { echo "use_both: status $?" >&2; exit 1; }
  rounds=$((rounds - 1))
done

if [ -z "$sanitize" ] && command -v valgrind >/dev/null; then
  # mimalloc's own functions stay as they are; leaks are what the sanitized builds look for.
  valgrind -q --error-exitcode=1 --leak-check=no --soname-synonyms=somalloc=nouserintercepts "$dir/desk"
fi

# Libraries that are loaded and unloaded by a program that knows no runtime: beside libagent.so, with the runtime inside, and with the static
# library that is meant for programs; several, of which most stay loaded while others go. (A sanitizer wants to be there before.)
if [ -z "$sanitize" ]; then
  "$build/bin/agentc" "$source/examples/plugin/main.agent" -o "$dir/plugin.c"
  $cc -shared -fPIC $flags $include "$dir/plugin.c" -o "$dir/beside.so" -L"$build/lib" -Wl,-rpath,"$build/lib" -lagent
  $cc -shared -fPIC $flags $include "$dir/plugin.c" -o "$dir/inside1.so" \
    -Wl,-Bsymbolic,--whole-archive "$build/lib/libagent_inside.a" -Wl,--no-whole-archive $libs
  $cc -std=c99 -D_DEFAULT_SOURCE $warnings $flags $include "$source/tests/embed/use_unload.c" -o "$dir/unload" -lpthread -ldl
  $cc -shared -fPIC $flags $include "$dir/plugin.c" -o "$dir/plain.so" \
    -Wl,-Bsymbolic,--whole-archive "$build/lib/libagent.a" -Wl,--no-whole-archive $libs
  for n in 2 3 4 5 6; do cp "$dir/inside1.so" "$dir/inside$n.so"; done
  "$dir/unload" "$dir/beside.so"
  "$dir/unload" "$dir/inside1.so"
  "$dir/unload" "$dir/plain.so"
  "$dir/unload" "$dir/inside"[1-6].so "$dir/beside.so"
fi
