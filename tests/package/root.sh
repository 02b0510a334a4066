#!/usr/bin/env bash
# A clean Debian 12 in ROOT, as small as it can be and run by systemd, with the packages that DEBS depend on ready in its cache, for the
# sandbox has no network: root.sh ROOT DEBS... What was downloaded is kept beside it.
set -euo pipefail
root=$1
shift
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Check-Valid-Until=false) # a mirror may be a snapshot
mirror=$(apt-cache policy 2>/dev/null | sed -n 's|.* \(http[^ ]*\) bookworm/main .*|\1|p' | head -n 1)

if [ ! -e "$root/.made" ]; then
  rm -rf "$root"
  mkdir -p "$root.debs"
  debootstrap --variant=minbase --include=systemd-sysv,man-db --cache-dir="$root.debs" bookworm "$root" "${mirror:-http://deb.debian.org/debian}" \
    >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 1; }
  chroot "$root" "${apt[@]}" update
  echo 'APT::Install-Recommends "false";' >"$root/etc/apt/apt.conf.d/test"
  touch "$root/.made"
fi

for deb in "$@"; do
  case $deb in
  /*) cp "$deb" "$root/tmp/wanted.deb"; deb=/tmp/wanted.deb ;;
  esac
  chroot "$root" "${apt[@]}" install --download-only "$deb" >/dev/null ||
    { chroot "$root" "${apt[@]}" update; chroot "$root" "${apt[@]}" install --download-only "$deb" >/dev/null; }
done
rm -f "$root/tmp/wanted.deb"
