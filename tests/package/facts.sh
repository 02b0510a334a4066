# Facts, one a line: sourced by the tests of packages. The first that does not hold ends the script.
fail() { echo "FAILED: $*" >&2; exit 1; }
fact() { # WHAT COMMAND...
  local said
  said=$("${@:2}" 2>&1) || fail "$1: '${*:2}' said: $said"
  echo "ok: $1"
}
same() { # WHAT EXPECTED ACTUAL
  [ "$2" = "$3" ] || { diff -u --label expected --label found <(echo "$2") <(echo "$3") >&2 || true; fail "$1"; }
  echo "ok: $1"
}
