#!/usr/bin/env bash
# The service under a real systemd: run.sh BUILD [CHECK...], each in a sandbox of its own (all of them unless named). Ends with 77 where this
# machine does not allow it, and where a check lacks what it needs. A check is a function check_NAME in checks/.
set -euo pipefail
source=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=$(cd "$1" && pwd)
shift
. "$source/tests/systemd/sandbox.sh"
. "$source/tests/systemd/stage.sh"
for file in "$source"/tests/systemd/checks/*.sh; do . "$file"; done

run() (
  scratch=
  trap 'sandbox_stop; [ -z "$scratch" ] || rm -rf "$scratch" "$scratch.log"' EXIT
  trap 'exit 130' INT TERM HUP
  sandbox_possible || { echo "skipped: $sandbox_obstacle"; exit 77; }
  scratch=$build/systemd/$1
  sandbox_start "$scratch" || exit 1
  "check_$1" || failed=1
  [ "$failed" = 0 ] || journal -n 40 -o short-monotonic | sed 's/^/  journal | /' >&2
  exit "$failed"
)

if [ $# = 0 ]; then mapfile -t names < <(declare -F | sed -n 's/^declare -f check_//p'); else names=("$@"); fi
worst=0
for name in "${names[@]}"; do
  declare -F "check_$name" >/dev/null || { echo "there is no check '$name'" >&2; exit 1; }
  status=0
  run "$name" || status=$?
  [ "$status" != 0 ] || echo "ok: $name"
  [ "$status" = 0 ] || [ "$worst" = 1 ] || worst=$status
done
exit "$worst"
