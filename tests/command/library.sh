#!/bin/sh
# library.sh BUILD SOURCE: all bodies of the standard library are right, also those that no program reaches, and its generics
# at their definition, for each capability that their bounds allow.
agentc=$1/bin/agentc
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for module in "$2"/stdlib/*/; do
  name=$(basename "$module")
  [ "$name" = prelude ] || echo "use std.$name"
done >"$work/all.agent"
echo 'main() { }' >>"$work/all.agent"
AGENTC_CHECK_LIBRARY=1 "$agentc" --check "$work/all.agent"
