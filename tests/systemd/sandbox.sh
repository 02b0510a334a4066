# A real systemd as PID 1 of its own namespaces, on a throw-away overlay of this machine's root (or of another tree). Sourced by tests:
#
#   sandbox_possible || ...       why not, in $sandbox_obstacle: it makes a sandbox in which nothing runs
#   sandbox_start [ROOT] || ...   likewise; ROOT is / unless given. What fails once it is up is no fault of the machine
#   inside COMMAND...             runs it there as root
#   put FILE PLACE [MODE]         copies a file of this machine into it
#   sandbox_stop
#
# What is written inside goes to a tmpfs, and its network is a loopback interface of its own. It dies with the shell that started it, however
# that ends: systemd is killed by the kernel then, and with it go all its processes and mounts; its group and its folder are removed by a
# process of their own that waits for that. Only cgroup2 is shown to it, and of that one group made for it: never mount v1 controllers for it,
# it would write into groups of others.

sandbox_pid= sandbox_unshare= sandbox_folder= sandbox_life= sandbox_obstacle=
sandbox_file=${BASH_SOURCE[0]}
sandbox_patience=120 # seconds for systemd to come up; it takes less than one

sandbox_possible() {
  local tool
  sandbox_obstacle=
  [ "$(id -u)" = 0 ] || sandbox_obstacle="only root can start a systemd of its own"
  for tool in /lib/systemd/systemd systemctl setpriv unshare nsenter findmnt mount umount mknod pivot_root hostname setsid; do
    [ -n "$sandbox_obstacle" ] || command -v "$tool" >/dev/null || sandbox_obstacle="$tool is not installed"
  done
  [ -z "$sandbox_obstacle" ] && sandbox_launch / true || return 1
  wait "$sandbox_unshare" || sandbox_denied
  sandbox_stop
  [ -z "$sandbox_obstacle" ]
}
sandbox_denied() { sandbox_obstacle="a systemd of its own is not possible here: $(grep -m 1 . "$sandbox_folder/log" || echo "${1:-it ended, and said nothing}")"; }

sandbox_start() {
  sandbox_obstacle=
  sandbox_launch "${1:-/}" /lib/systemd/systemd systemd.unit=basic.target --show-status=0 || return 1
  if ! sandbox_up; then
    sandbox_denied "it did not come up in $sandbox_patience s"
  elif ! sandbox_confines; then
    sandbox_obstacle="services cannot be confined here: $(inside journalctl -q -o cat -u confined --grep 'Failed at step' -n 1)"
  fi
  [ -n "$sandbox_obstacle" ] || return 0
  sandbox_stop
  return 1
}

sandbox_up() {
  local child deadline=$((SECONDS + sandbox_patience))
  while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$sandbox_unshare" 2>/dev/null; do
    child=$(cat "/proc/$sandbox_unshare/task/$sandbox_unshare/children" 2>/dev/null) || true
    sandbox_pid=${child% }
    if [ -n "$sandbox_pid" ] && [ "$(cat "/proc/$sandbox_pid/comm" 2>/dev/null)" = systemd ]; then
      case $(inside timeout "$sandbox_patience" systemctl is-system-running --wait 2>/dev/null) in running | degraded) return 0 ;; esac
    fi
    read -rt 0.02 <> <(:) || true
  done
  return 1
}

# What makes namespaces for a service of any kind, and is denied in some containers. Without --wait, which would need a D-Bus.
sandbox_confines() {
  inside systemd-run --quiet --unit=confined -p Type=oneshot -p PrivateUsers=yes -p ProtectSystem=strict -p PrivateTmp=yes -p PrivateDevices=yes \
    -p ProtectProc=invisible -p SetCredential=some:thing true 2>/dev/null
}

# COMMAND as PID 1 in a sandbox of ROOT. The group is below our own, so that it is nobody else's.
sandbox_launch() { # ROOT COMMAND...
  local here group
  here=$(findmnt -rn -t cgroup2 -o TARGET | head -n 1)
  [ -n "$here" ] || { sandbox_obstacle="no cgroup2 is mounted"; return 1; }
  here=$here$(sed -n 's/^0:://p' /proc/self/cgroup)
  group=$(mktemp -d "${here%/}/ovhl-sandbox-XXXXXX" 2>/dev/null) || { sandbox_obstacle="no cgroup of its own can be made in $here"; return 1; }
  chmod 755 "$group"
  sandbox_folder=$(mktemp -d "${TMPDIR:-/tmp}/ovhl-sandbox-XXXXXX")
  exec {sandbox_life}> >(setsid bash "$sandbox_file" bury "$group" "$sandbox_folder" <&0 >/dev/null 2>&1 &)
  setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --net \
    bash "$sandbox_file" boot "$sandbox_folder" "$1" "$group" "${@:2}" >"$sandbox_folder/log" 2>&1 </dev/null &
  sandbox_unshare=$!
}

inside() {
  nsenter --target "$sandbox_pid" --mount --uts --ipc --net --pid --cgroup \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 SYSTEMD_PAGER= SYSTEMD_COLORS=0 "$@"
}

put() { inside install -D -m "${3:-644}" /dev/stdin "$2" <"$1"; }

sandbox_stop() {
  [ -n "$sandbox_life" ] || return 0
  [ -z "$sandbox_pid" ] || kill -KILL "$sandbox_pid" 2>/dev/null || true # PID 1 takes all others of its namespace along
  kill -KILL "$sandbox_unshare" 2>/dev/null || true
  wait "$sandbox_unshare" 2>/dev/null || true
  exec {sandbox_life}>&-
  sandbox_pid= sandbox_unshare= sandbox_life=
}

# Everybody who could write to it is gone when our input ends.
sandbox_bury() { # GROUP FOLDER
  cat >/dev/null
  local try
  for try in {1..600}; do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
    [ -d "$1" ] || break
    sleep 0.1
  done
  rm -rf --one-file-system "$2"
}

# ---- within the new namespaces; ends as the command ----
sandbox_boot() {
  local scratch=$1 lower=$2 group=$3
  set -eu
  shift 3
  echo 0 >"$group/cgroup.procs" # 0 is whoever writes it
  nsenter --mount=/proc/self/ns/mnt true # as inside() will
  mount -t tmpfs tmpfs "$scratch"
  local root=$scratch/root
  mkdir "$scratch/upper" "$scratch/work" "$root"
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work" "$root"
  exec unshare --mount --cgroup bash "$sandbox_file" boot_below "$root" "$lower" "$@"
}

sandbox_boot_below() {
  local root=$1 lower=$2 node link
  set -eu
  shift 2
  cd "$root"
  mount -t proc -o nosuid,nodev,noexec proc proc
  mount --bind proc/sys proc/sys
  mount --bind proc/sys/net proc/sys/net
  mount -o remount,bind,ro proc/sys
  mount -t sysfs -o ro,nosuid,nodev,noexec sysfs sys
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 sys/fs/cgroup
  mount -t tmpfs -o mode=755,nosuid dev dev
  mkdir dev/pts dev/shm
  for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    IFS=: read -r link major minor <<<"$node"
    mknod -m 666 "dev/$link" c "$major" "$minor"
  done
  : <dev/null >dev/null # a machine can make a device and not open it
  mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
  ln -s pts/ptmx dev/ptmx
  ln -s /proc/self/fd dev/fd
  for link in 0:stdin 1:stdout 2:stderr; do ln -s "fd/${link%:*}" "dev/${link#*:}"; done
  mount -t tmpfs -o mode=1777 tmpfs dev/shm
  mount -t tmpfs -o mode=755 tmpfs run
  mount -t tmpfs -o mode=1777 tmpfs tmp
  if [ "$lower" = / ]; then # what this machine's administrator enabled, and its journal, are no part of a test
    mount -t tmpfs -o mode=755 tmpfs etc/systemd/system
    [ ! -d var/log/journal ] || mount -t tmpfs -o mode=755 tmpfs var/log/journal
  fi
  mkdir -p etc/systemd/journald.conf.d
  printf '[Journal]\nStorage=volatile\nRateLimitBurst=0\n' >etc/systemd/journald.conf.d/test.conf
  hostname sandbox
  mkdir .host
  pivot_root . .host
  umount -l /.host
  rmdir /.host
  mount --make-rshared / # else services could not read their credentials
  exec env -i container=sandbox PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"
}

case ${1:-} in boot | boot_below | bury) [ "${BASH_SOURCE[0]}" != "$0" ] || "sandbox_$1" "${@:2}" ;; esac
