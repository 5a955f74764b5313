# expect.sh: sourced by command tests. A temporary folder to work in, and `expect`; the test ends with `exit $failed`.
temp=$(mktemp -d)
trap 'rm -rf "$temp"' EXIT
cd "$temp" || exit 2
failed=0

# expect STATUS TEXT COMMAND...: the exit status, and a text that stdout or stderr contains
expect() {
  status=$1
  text=$2
  shift 2
  "$@" >out 2>&1
  got=$?
  if [ $got -ne "$status" ] || { [ -n "$text" ] && ! grep -qF -e "$text" out; }; then
    echo "$*: exit $got, expected $status with '$text'; it said:" >&2
    head -5 out >&2
    failed=1
  fi
}
