#!/usr/bin/env bash
# Another build of the same commit, elsewhere, later, by somebody else, gives the same bytes: reproducible.sh PACKAGES
set -euo pipefail
. "$(dirname "$0")/common.sh"
again=$packages/again/of/the/same
umask 077
mkdir -p "$again"
CCACHE_DISABLE=1 LC_ALL=C.UTF-8 LANG=tr_TR TZ=Pacific/Kiritimati HOME=$packages/again USER=somebody NO_COLOR=1 \
  faketime -f +400d "$repository/packaging/make.sh" "$again" "$(cat "$packages/commit")"
for package in "$deb" "$rpm" "${deb%.deb}.spdx.json" "$packages"/ovh-licensed-*.tar.gz; do
  same "${package##*/} is reproducible" "$(sha256sum <"$package")" "$(sha256sum <"$again/${package##*/}")"
done
rm -rf "$packages/again"
