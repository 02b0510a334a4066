#!/usr/bin/env bash
# A clean Debian (SUITE is bookworm or trixie) in ROOT, as small as it can be and run by systemd, with the packages that DEBS depend on ready
# in its cache, for a sandbox has no network: root.sh ROOT SUITE DEBS... A ROOT that was made stays; what was downloaded is kept beside it.
set -euo pipefail
root=$1 suite=$2
shift 2
include=${ROOT_INCLUDE-systemd-sysv,man-db}
apt=(env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Check-Valid-Until=false) # a mirror may be a snapshot
here=$(. /etc/os-release && echo "${VERSION_CODENAME:-none}")
mirror=$(apt-cache policy 2>/dev/null | sed -n "s|.* \(http[^ ]*\) $here/main .*|\1|p" | head -n 1)

if [ ! -e "$root/.made" ]; then
  rm -rf --one-file-system "$root"
  mkdir -p "$root.debs"
  debootstrap --variant=minbase ${include:+--include=$include} --cache-dir="$root.debs" "$suite" "$root" "${mirror:-http://deb.debian.org/debian}" \
    >"$root.log" 2>&1 || { tail "$root.log" >&2; exit 1; }
  chroot "$root" "${apt[@]}" update
  echo 'APT::Install-Recommends "false";' >"$root/etc/apt/apt.conf.d/test"
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/test" # it is gone soon
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
