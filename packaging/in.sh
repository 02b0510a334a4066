#!/usr/bin/env bash
# ./dev COMMAND on a clone of the last commit in a clean Debian: in.sh SUITE COMMAND... Of what it makes, build/package is kept, as
# build/roots/SUITE.package; compiled files are cached beside it. Ends with 77, and says why, where this machine does not allow it.
set -euo pipefail
cd "$(dirname "$0")/.."

# ---- within the new namespaces ----
if [ "$1" = --enter ]; then
  root=$2 kept=$3
  shift 3
  mount --bind "$root" "$root"
  cd "$root"
  mount -t proc proc proc
  mount --rbind /dev dev
  mount -t sysfs -o ro sysfs sys && mount -t cgroup2 cgroup2 sys/fs/cgroup || true # only a systemd of its own needs them
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  mkdir -p root/.cache/ccache .host
  mount --bind "$kept.debs" var/cache/apt/archives
  mount --bind "$kept.ccache" root/.cache/ccache
  pivot_root . .host
  umount -l /.host
  rmdir /.host
  exec env -i HOME=/root TERM="${TERM:-dumb}" PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin OVHL_PRESET=whole ${CCACHE_DISABLE:+CCACHE_DISABLE=1} "$@"
fi

suite=$1
shift
left_out() { echo "left out: ./dev $command in a clean Debian ($suite): $*"; exit 77; }
command=$* kept=$PWD/build/roots/$suite
root=$kept.now

[ "$(id -u)" = 0 ] || left_out "only root can make one"
said=$(unshare --mount --pid --fork true 2>&1) || left_out "$said"
mkdir -p build/roots
said=$(packaging/root.sh "$kept" "$suite" 2>&1) || left_out "it cannot be made: $(tail -n 1 <<<"$said")"

trap 'rm -rf --one-file-system "$root"' EXIT
rm -rf --one-file-system "$root" "$kept.package"
mkdir -p "$kept.debs/partial" "$kept.ccache"
cp -a "$kept" "$root"
cp -L /etc/resolv.conf /etc/hosts "$root/etc/"
git clone -q --no-hardlinks . "$root/src"
printf '\033[1m== Debian %s: ./dev %s\033[0m\n' "$(cat "$root/etc/debian_version")" "$command" >&2
status=0
unshare --mount --propagation private --pid --fork --kill-child packaging/in.sh --enter "$root" "$kept" \
  sh -c 'apt-get update -qq && apt-get install -y -qq git >/dev/null 2>&1 && cd /src && exec ./dev "$@"' dev "$@" || status=$?
[ ! -d "$root/src/build/package" ] || mv "$root/src/build/package" "$kept.package"
exit $status
