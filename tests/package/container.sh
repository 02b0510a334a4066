#!/usr/bin/env bash
# The image runs as nobody special on a read-only file system: container.sh PACKAGES SIMULATOR. Where no container tool works, the steps of
# its Containerfile are taken in a small Debian instead, and it runs in that: with the same user, without capabilities, all of it read-only.
set -euo pipefail
. "$(dirname "$0")/common.sh"
simulator=$(realpath "${2:?where is the simulator?}")
[ "$(id -u)" = 0 ] || { echo "skipped: the container: it needs root"; exit 0; }
file=$repository/packaging/container/Containerfile
scratch=$(mktemp -d)
simulator_pid= daemon_pid=
cleanup() {
  kill $daemon_pid $simulator_pid 2>/dev/null || true
  wait 2>/dev/null || true
  rm -rf --one-file-system "$scratch"
}
trap cleanup EXIT

# ---- the image, or what is like it ----
said=$("$repository/packaging/container/make.sh" "$packages") && tool=${said##*$'\n'} tool=${tool%%:*} || { [ $? = 77 ] && tool=; } || fail "the image: $said"
image=ovh-licensed:$(dpkg-deb -f "$deb" Version | sed 's/+.*//')
instruction() { sed -n "s/^$1 //p" "$file"; }
user=$(instruction USER)
if [ -z "$tool" ]; then
  echo "$said"
  ROOT_INCLUDE='' "$repository/packaging/root.sh" "$packages/slim" "$(. /etc/os-release && echo "$VERSION_CODENAME")"
  cp -a "$packages/slim" "$scratch/root"
  cp -L /etc/resolv.conf "$scratch/root/etc/"
  cp "$deb" "$scratch/root$(instruction COPY | cut -d ' ' -f 2)"
  instruction RUN | while read -r step; do
    said=$(chroot "$scratch/root" sh -c "$step" 2>&1 </dev/null) || fail "RUN $step: $said"
  done
fi
in_it() { # arguments of ovh-licensed
  local -a mounts=("$scratch/etc:/etc/ovh-licensed:ro" "$scratch/credentials:/run/credentials:ro" "$scratch/state:/var/lib/ovh-licensed")
  if [ -n "$tool" ]; then
    exec $tool run --rm --network host --read-only --cap-drop all --security-opt no-new-privileges --tmpfs /run/ovh-licensed "${mounts[@]/#/--volume=}" "$image" "$@"
  fi
  exec unshare --mount --propagation private bash -euc '
    root=$1 user=$2 environment=$3 at=$4
    mount --bind "$root" "$root"
    mkdir -p "$root"/run/credentials
    mount --bind "$at/etc" "$root/etc/ovh-licensed"
    mount --bind "$at/credentials" "$root/run/credentials"
    mount --bind "$at/state" "$root/var/lib/ovh-licensed"
    mount -t tmpfs -o mode=1777 tmpfs "$root/run/ovh-licensed"
    mount -t proc proc "$root/proc"
    for place in "" /etc/ovh-licensed /run/credentials; do mount -o remount,bind,ro "$root$place"; done
    exec env -i PATH=/usr/bin "$environment" /usr/sbin/chroot "$root" /usr/bin/setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --no-new-privs --bounding-set=-all \
      /usr/bin/ovh-licensed "${@:5}"' - "$scratch/root" "$user" "$(instruction ENV)" "$scratch" "$@"
}

# ---- what docs/operating.md makes for it ----
mkdir "$scratch"/{etc,credentials,state}
dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$scratch/etc" --strip-components=3 ./etc/ovh-licensed
"$simulator" --plain --fleet "$repository/tests/simulator/fleets/demo.yaml" --conf-out "$scratch/credentials/ovh.conf" --ready-out "$scratch/ready.json" >/dev/null 2>&1 &
simulator_pid=$!
soon() { # COMMAND...
  local deadline=$((SECONDS + 120))
  until "$@" >/dev/null 2>&1; do [ $SECONDS -lt $deadline ] || return 1; read -rt 0.1 <> <(:) || true; done
}
soon test -s "$scratch/ready.json" || fail "the simulator starts"
endpoint=$(sed -n 's/.*"endpoint": *"\([^"]*\)".*/\1/p' "$scratch/ready.json")
sed -i "s|endpoint: ovh-eu .*|endpoint: $endpoint|; s|^#*ledger:|ledger:|" "$scratch/etc/config.yaml"
chmod 400 "$scratch/credentials/ovh.conf"
chmod 711 "$scratch"
chown -R "$user" "$scratch/state" "$scratch/credentials"

# ---- it runs ----
same "it says its version" "ovh-licensed $(dpkg-deb -f "$deb" Version | sed 's/+.*//')" "$(in_it --version)"
same "it is not root" 0 "$([ "${user%:*}" -gt 0 ]; echo $?)"
in_it run >"$scratch/log" 2>&1 &
daemon_pid=$!
soon grep -q '"poll 1:\|poll 1:' "$scratch/log" || fail "it polls: $(cat "$scratch/log")"
echo "ok: it polls"
same "its ledger is in the volume" "$scratch/state/ledger.db" "$(ls "$scratch/state/ledger.db")"
kill $daemon_pid
wait $daemon_pid || fail "it stops in good order: $(cat "$scratch/log")"
daemon_pid=
same "nothing was ever changed in the root" "" "$([ -n "$tool" ] || find "$scratch/root" -xdev -newer "$scratch/ready.json" -type f)"
