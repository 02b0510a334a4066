#!/usr/bin/env bash
# `cmake --install` puts everything where files.txt says and nothing else, and leaves what is configured already: installed.sh BUILD
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(realpath "$1")
root=$build/tests/installed
prefix=$(sed -n 's/^CMAKE_INSTALL_PREFIX:PATH=//p' "$build/CMakeCache.txt")
rm -rf "$root"
mkdir -p "$root/etc/ovh-licensed"
echo "# mine" >"$root/etc/ovh-licensed/policy.yaml"

DESTDIR=$root cmake --install "$build" >/dev/null

diff -u "$here/files.txt" <(cd "$root" && find . -type f | sed "s:^\.::; s:^$prefix/:/usr/:" | LC_ALL=C sort)
[ "$(cat "$root/etc/ovh-licensed/policy.yaml")" = "# mine" ] || { echo "an edited policy was replaced" >&2; exit 1; }
named() { # FILE PATTERN: the path behind PATTERN in FILE is installed
  local path
  path=$(sed -n "s:.*$2\([^ ]*\).*:\1:p" "$root$1" | head -n 1)
  [ -n "$path" ] && [ -e "$root$path" ] || { echo "$1 names '$path', which is not installed" >&2; exit 1; }
}
named /etc/ovh-licensed/config.yaml '\$schema='
named "$prefix/lib/systemd/system/ovh-licensed.service" 'ExecStart='
rules=$prefix/share/ovh-licensed/prometheus/ovh-licensed.rules.yaml
page=$(sed -n 's|.*runbook_url: "file://\(.*\)#.*|\1|p' "$root$rules" | sort -u)
[ -e "$root$page" ] || { echo "$rules leads to '$page', which is not installed" >&2; exit 1; }
