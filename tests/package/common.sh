# For the tests of packages: sourced, with the folder of ./dev package as the script's first argument.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
repository=$(realpath "$here/../..")
packages=$(realpath "${1:?where are the packages?}")
deb=$(ls "$packages"/ovh-licensed_*.deb)
rpm=$(ls "$packages"/ovh-licensed-*.rpm)

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
