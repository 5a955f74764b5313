#!/bin/sh
# package.sh BUILD SOURCE: libagent.so shows what its headers declare and nothing else; the manual and the completions know every
# option; the .deb depends on what its files need, and what is in it works in an empty tree.
set -eu
build=$1 source=$2
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp"

fail() {
  echo "$1" >&2
  exit 1
}

# ---- symbols
nm -D --defined-only "$build/lib/libagent.so" | sed 's/.* //; s/@.*//' | sort >shown
grep -v '^ag_\|^AGENT_' shown && fail "libagent.so shows these as well"
sed -n 's/^AG_SYM(\(ag_[A-Za-z0-9_]*\))$/\1/p' "$source/runtime/include/agent/abi.def" | grep -v '^ag_check_' | sort >declared
[ "$(wc -l <declared)" -gt 200 ] || fail "abi.def could not be read"
grep -hoE '\bag_[a-z0-9_]+\(' "$source/runtime/include/agent/host.h" "$source/runtime/include/agent/agent.h" | tr -d '(' | sort -u >host
sort -u declared host >wanted
comm -23 wanted shown >missing
# What is inline, or the type of a function, is no symbol.
while read -r name; do
  grep -qhE "static inline [^;]*\b$name\(|typedef [^;]*\b$name\(" "$source"/runtime/include/agent/*.h || echo "$name"
done <missing | grep . && fail "libagent.so does not show these"

# ---- the manual, completions
"$build/bin/agentc" --help | grep -oE -- '--[a-z]+' | sort -u >options
for file in agentc.1 agentc.bash _agentc; do
  while read -r option; do
    grep -q -- "$option\b" "$source/cmake/install/$file" || fail "$file does not know $option"
  done <options
done
if command -v man >/dev/null; then
  MANROFFSEQ='' MANWIDTH=80 man --warnings -E UTF-8 -l -Tutf8 -Z "$source/cmake/install/agentc.1" 2>&1 >/dev/null | grep . && fail "agentc.1"
fi
bash -n "$source/cmake/install/agentc.bash"
bash -c '. "$1"; COMP_WORDS=(agentc --em); COMP_CWORD=1; _agentc; [ "${COMPREPLY[*]}" = --emit ] &&
  COMP_WORDS=(agentc --emit = l); COMP_CWORD=3; _agentc; [ "${COMPREPLY[*]}" = lib ]' x "$source/cmake/install/agentc.bash" || fail "completion for bash"

# ---- the package
command -v dpkg-shlibdeps >/dev/null && command -v cpack >/dev/null || exit 0
cpack --config "$build/CPackConfig.cmake" -G DEB -B "$temp/packages" >log 2>&1 || { cat log >&2; exit 1; }
deb=$(ls packages/*.deb)
mkdir tree
dpkg-deb -x "$deb" tree
depends=$(dpkg-deb -f "$deb" Depends)
for file in tree/usr/bin/agentc tree/usr/lib/libagent.so; do
  for library in $(ldd "$file" | sed -n 's/.* => \(\/[^ ]*\).*/\1/p'); do
    package=$(dpkg -S "$(readlink -f "$library")" "$library" 2>/dev/null | sed 's/:.*//' | head -n 1)
    case ", $depends" in *", $package"*) ;; *) fail "the package needs $package ($library), and depends on: $depends" ;; esac
  done
done
for package in gcc libc6-dev; do
  case ", $depends" in *", $package "* | *", $package,"*) ;; *) fail "the package needs $package to link programs, and depends on: $depends" ;; esac
done
printf 'main() { print("packed") }\n' >app.agent
tree/usr/bin/agentc app.agent
[ "$(./app)" = packed ] || fail "what is in the package does not work"
[ "$(tree/usr/bin/agentc --run app.agent)" = packed ] || fail "what is in the package does not run"
