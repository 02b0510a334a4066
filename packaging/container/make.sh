#!/usr/bin/env bash
# The image of the .deb in PACKAGES, on the Debian that it was built on, if podman or docker works here: make.sh PACKAGES. Else it ends with 77.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
deb=$(ls "${1:?where are the packages?}"/ovh-licensed_*.deb)
version=$(dpkg-deb -f "$deb" Version)

for tool in podman docker; do
  ! command -v $tool >/dev/null || ! $tool info >/dev/null 2>&1 || break
  tool=
done
[ -n "$tool" ] || { echo "left out: the container image: neither podman nor docker works here"; exit 77; }

context=$(mktemp -d)
trap 'rm -rf "$context"' EXIT
cp "$deb" "$context/ovh-licensed.deb"
$tool build --build-arg "DEBIAN=${version##*+deb}" --file "$here/Containerfile" --tag "ovh-licensed:${version%+*}" "$context"
echo "$tool: ovh-licensed:${version%+*}"
