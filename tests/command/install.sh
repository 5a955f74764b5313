#!/bin/sh
# install.sh BUILD SOURCE: an installed copy is complete, finds its headers and library beside itself wherever it is moved, and is
# found by pkg-config and CMake, which build programs and libraries of .agent files, again when a file that they use changes.
set -eu
build=$1 source=$2
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
DESTDIR="$temp/staged" cmake --install "$build" --prefix /first >/dev/null
mkdir "$temp/a folder"
mv "$temp/staged/first" "$temp/a folder/moved" # nothing may point to where it was installed
moved="$temp/a folder/moved"
mkdir "$temp/work"
cd "$temp/work"

check() {
  [ "$2" = "$3" ] && return
  echo "$1: got '$2', expected '$3'" >&2
  exit 1
}
[ -z "$(ls -A "$temp/staged")" ] || { echo "DESTDIR: something was installed elsewhere" >&2; exit 1; }
for f in bin/agentc lib/libagent.a lib/libagent.so lib/libagent.so.0 include/agent/host.h share/man/man1/agentc.1 \
  share/agent/stdlib/time/time.agent share/bash-completion/completions/agentc share/zsh/site-functions/_agentc; do
  [ -e "$moved/$f" ] || { echo "not installed: $f" >&2; exit 1; }
done
if grep -rIl -e "$temp" -e "/first/" "$moved/lib" "$moved/share" | grep .; then
  echo "these name the folder they were installed in" >&2
  exit 1
fi

# ---- the command
printf 'use std.math\nmain(args) {\n  print("installed {math.gcd(args.size(), 0)}")\n}\n' >hello.agent
printf '#!/bin/sh\necho "$@" >>%s\nexec cc "$@"\n' "'$temp/calls'" >"$temp/cc"
chmod +x "$temp/cc"
export CC="$temp/cc"
check "--run" "$("$moved/bin/agentc" --run hello.agent a b)" "installed 2"
"$moved/bin/agentc" hello.agent
check "executable" "$(./hello a)" "installed 1"
"$moved/bin/agentc" hello.agent -o other
check "-o other" "$(./other)" "installed 0"
if grep -v "moved/include.*moved/lib" "$temp/calls"; then
  echo "the runtime was not found beside agentc" >&2
  exit 1
fi
unset CC
ln -s "$moved/bin/agentc" linked
./linked hello.agent -o by_link
check "through a link" "$(./by_link)" "installed 0"
"$moved/bin/agentc" hello.agent -o hello.c
cc -std=c99 -I "$moved/include" hello.c -o by_hand -L "$moved/lib" -Wl,-rpath,"$moved/lib" -lagent
check "by hand, shared library" "$(./by_hand)" "installed 0"

# ---- pkg-config
export PKG_CONFIG_PATH="$moved/lib/pkgconfig"
check "version" "agentc $(pkg-config --modversion agent)" "$("$moved/bin/agentc" --version)"
eval "cc hello.c -o by_pc $(pkg-config --cflags --libs agent) -Wl,-rpath,'$moved/lib'"
check "pkg-config" "$(./by_pc)" "installed 0"
eval "cc hello.c -o by_static_pc $(pkg-config --cflags agent) '$moved/lib/libagent.a' $(pkg-config --libs-only-l --static agent | sed 's/-lagent//')"
check "pkg-config --static" "$(./by_static_pc)" "installed 0"

# ---- a library of exports in a folder
printf '/// Doubles.\nexport fn twice(n: Int) -> Int { n * 2 }\nexport agent Sum() {\n  var s = 0\n  on add(n: Int) { s += n }\n  on get() -> Int { s }\n}\n' >sums.agent
cat >use.c <<'END'
#include <agent/host.h>
#include <stdio.h>
#include "sums.h"
int main(void) {
  ag_options options = {0};
  ag_runtime *rt;
  sums_Sum *sum;
  int64_t n = 0, total = 0;
  if (ag_runtime_new(&options, &rt) != AG_OK || sums_twice(rt, 21, &n) != AG_OK) return 1;
  if (sums_Sum_spawn(rt, &sum) != AG_OK || sums_Sum_add(rt, sum, n) != AG_OK) return 2;
  if (sums_Sum_get_wait(rt, sum, 5000000000, &total) != AG_OK) return 3;
  sums_Sum_release(rt, sum);
  ag_runtime_free(rt);
  printf("%d %d\n", (int)n, (int)total);
  return 0;
}
END
"$moved/bin/agentc" --emit=lib sums.agent -o "the lib" --depfile=sums.d
grep -q '^the\\ lib/sums.h:.*' sums.d && grep -q 'sums.agent' sums.d || { echo "depfile:" >&2; cat sums.d >&2; exit 1; }
mv "the lib" "$temp/sums lib"
export PKG_CONFIG_PATH="$moved/lib/pkgconfig:$temp/sums lib"
eval "cc use.c -o by_lib $(pkg-config --cflags --libs sums) -Wl,-rpath,'$moved/lib' -Wl,-rpath,'$temp/sums lib'"
check "--emit=lib, shared" "$(./by_lib)" "42 42"
cc use.c -o by_archive -I "$moved/include" -I "$temp/sums lib" "$temp/sums lib/libsums.a" "$moved/lib/libagent.a" -lmimalloc -lm -lpthread
check "--emit=lib, static" "$(./by_archive)" "42 42"

# ---- a plugin that has the runtime inside
printf '#include <agent/host.h>\n#include <stdio.h>\n#include <dlfcn.h>\ntypedef ag_status start(const ag_options *, ag_runtime **);
int main(int argc, char **argv) {
  ag_runtime *rt = NULL;
  void *plugin = argc > 1 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  start *run = plugin ? (start *)dlsym(plugin, "ag_runtime_new") : NULL;
  if (!run || !dlsym(plugin, "ag_ask_by_name") || run(NULL, &rt) != AG_OK) return 1;
  ((void (*)(ag_runtime *))dlsym(plugin, "ag_runtime_free"))(rt);
  dlclose(plugin);
  puts(dlopen(argv[1], RTLD_NOW | RTLD_NOLOAD) ? "still there" : "gone");
  return 0;
}
' >load.c
eval "cc load.c -o load $(pkg-config --cflags agent) -ldl"
"$moved/bin/agentc" sums.agent -o sums.c
eval "cc -shared -fPIC sums.c $(pkg-config --cflags agent) $(pkg-config --variable=inside agent) -o sums.so"
check "plugin with the runtime inside" "$(./load ./sums.so)" "gone"
if ldd ./sums.so | grep libagent; then exit 1; fi

# ---- CMake
mkdir project
cp use.c sums.agent project/
printf 'use "./words.agent"\nmain(args) { print(word()) }\n' >project/app.agent
printf 'fn word() -> String { "one" }\n' >project/words.agent
cat >project/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.23)
project(example C)
find_package(Agent 0.1 REQUIRED)
find_package(sums REQUIRED CONFIG)
agent_add_executable(app app.agent)
agent_add_library(sums sums.agent)
add_executable(use use.c)
target_link_libraries(use PRIVATE sums)
agent_add_library(sums_shared SHARED sums.agent)
add_executable(use_shared use.c)
target_link_libraries(use_shared PRIVATE sums_shared)
agent_add_library(sums_plugin MODULE INSIDE sums.agent)
agent_add_library(sums_inside SHARED INSIDE sums.agent)
add_executable(use_inside use.c)
target_link_libraries(use_inside PRIVATE sums_inside)
add_executable(use_folder use.c)
target_link_libraries(use_folder PRIVATE sums::shared)
END
cmake -S project -B "built here" -G Ninja -DCMAKE_PREFIX_PATH="$moved;$temp/sums lib" >log 2>&1 && cmake --build "built here" >>log 2>&1 || { cat log >&2; exit 1; }
check "agent_add_executable" "$("built here/app")" "one"
for f in use use_shared use_inside use_folder; do check "$f" "$("built here/$f")" "42 42"; done
check "a plugin made by CMake" "$(./load "built here/libsums_plugin.so")" "gone"
cmake --build "built here" | grep -q "no work to do" || { echo "CMake: built again although nothing has changed" >&2; exit 1; }
sleep 0.1
printf 'fn word() -> String { "two" }\n' >project/words.agent
cmake --build "built here" >log 2>&1 || { cat log >&2; exit 1; }
check "after a used file has changed" "$("built here/app")" "two"
