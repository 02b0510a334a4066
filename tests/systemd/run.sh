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

if [ $# = 1 ]; then
  declare -F "check_$1" >/dev/null || { echo "there is no check '$1'" >&2; exit 1; }
  trap sandbox_stop EXIT
  sandbox_possible && sandbox_start || { echo "skipped: $sandbox_obstacle"; exit 77; }
  "check_$1" || failed=1
  [ "$failed" = 1 ] || echo "ok: $1"
  conclude
fi

if [ $# = 0 ]; then mapfile -t names < <(declare -F | sed -n 's/^declare -f check_//p'); else names=("$@"); fi
worst=0
for name in "${names[@]}"; do
  status=0
  "$source/tests/systemd/run.sh" "$build" "$name" || status=$?
  [ "$status" = 0 ] || [ "$worst" = 1 ] || worst=$status
done
exit "$worst"
