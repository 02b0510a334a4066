#!/usr/bin/env bash
# The link for node_exporter is made where it belongs, and nowhere else, whoever puts what there meanwhile.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }

sed "s|/var/lib/prometheus|$scratch/prometheus|; /#DEBHELPER#/d" "$here/../../packaging/debian/ovh-licensed.postinst" >"$scratch/postinst"
folder=$scratch/prometheus/node-exporter link=$folder/ovh-licensed.prom

sh "$scratch/postinst" triggered || fail "the link can be made"
[ "$(readlink "$link")" = ../../ovh-licensed/ovh-licensed.prom ] || fail "it leads to the metrics"
sh "$scratch/postinst" triggered || fail "a link that is there is no mistake"
rm "$link" && echo mine >"$link"
sh "$scratch/postinst" triggered || fail "a file that is there is no mistake"
[ "$(cat "$link")" = mine ] || fail "and it stays"

# Somebody makes it a link to a directory at the last moment.
rm "$link"
mkdir "$scratch/victim" "$scratch/bin"
printf '#!/bin/sh\n%s -s "%s" "%s"\nexec %s "$@"\n' "$(command -v ln)" "$scratch/victim" "$link" "$(command -v ln)" >"$scratch/bin/ln"
chmod +x "$scratch/bin/ln"
PATH=$scratch/bin:$PATH sh "$scratch/postinst" triggered || fail "that is no reason to stop"
[ -z "$(ls "$scratch/victim")" ] || fail "nothing is made where such a link leads"

# Or its directory one.
rm -r "$folder" && ln -s "$scratch/victim" "$folder"
sh "$scratch/postinst" triggered || fail "nor is that"
[ -z "$(ls "$scratch/victim")" ] || fail "nothing is made in the place of the directory"
echo "ok: the link is made where it belongs"
