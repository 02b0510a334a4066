#!/usr/bin/env bash
# What a release page offers, made of the last commit in clean Debians: release.sh OUT. The same commit gives the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
out=${1:?where to?}

rm -rf "$out"
mkdir -p "$out"
for suite in bookworm trixie; do
  packaging/in.sh $suite package || { echo "./dev release makes clean roots of Debian 12 and 13; it needs root and the network" >&2; exit 1; }
  for file in "build/roots/$suite.package"/ovh-licensed{_*.deb,_*.spdx.json,-*.rpm,-*.tar.gz}; do
    [ ! -e "$out/${file##*/}" ] || cmp "$file" "$out/${file##*/}" # the source archive
    cp "$file" "$out/"
  done
done
cd "$out"
LC_ALL=C sha256sum ovh-licensed* >SHA256SUMS
cat SHA256SUMS
