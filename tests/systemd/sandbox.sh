# A real systemd as PID 1 of its own namespaces, on a throw-away overlay of this machine's root (or of another tree). Sourced by tests:
#
#   sandbox_possible || ...             why not, in $sandbox_obstacle
#   sandbox_start SCRATCH [ROOT]        SCRATCH is a directory to mount things in; ROOT is / unless given
#   inside COMMAND...                   runs it there as root
#   put FILE PLACE [MODE]               copies a file of this machine into it
#   sandbox_stop
#
# What is written inside goes to a tmpfs, and its network is a loopback interface of its own. It dies with the shell that started it, however
# that ends: systemd is killed by the kernel then, and with it go all its processes and mounts. Only cgroup2 is shown to it, and of that one
# group made for it: never mount v1 controllers for it, it would write into groups of others.

sandbox_pid= sandbox_unshare= sandbox_group= sandbox_obstacle=
sandbox_file=${BASH_SOURCE[0]}

sandbox_possible() {
  sandbox_obstacle=
  if [ "$(id -u)" != 0 ]; then
    sandbox_obstacle="only root can start a systemd of its own"
  elif [ ! -x /lib/systemd/systemd ] || [ -z "$(command -v systemctl nsenter unshare setpriv)" ]; then
    sandbox_obstacle="systemd or util-linux is not installed"
  elif [ -z "$(findmnt -rn -t cgroup2 -o TARGET)" ]; then
    sandbox_obstacle="no cgroup2 is mounted"
  elif ! unshare --mount --pid --fork --uts --ipc --net --cgroup mount -t tmpfs tmpfs /tmp 2>/dev/null; then
    sandbox_obstacle="namespaces of its own are denied"
  elif ! sandbox_group_made; then
    sandbox_obstacle="no cgroup of its own can be made"
  fi
  [ -z "$sandbox_obstacle" ]
}

# Below our own group, so that it is nobody else's. Those that a SIGKILL left behind are removed.
sandbox_group_made() {
  local here group
  here=$(findmnt -rn -t cgroup2 -o TARGET | head -n 1)$(sed -n 's/^0:://p' /proc/self/cgroup)
  for group in "${here%/}"/ovhl-sandbox-*; do
    [ ! -d "$group" ] || kill -0 "${group##*-}" 2>/dev/null || sandbox_group_removed "$group"
  done
  sandbox_group=${here%/}/ovhl-sandbox-$$
  mkdir -p "$sandbox_group" 2>/dev/null
}

# Only an empty one can be.
sandbox_group_removed() { find "$1" -depth -type d -exec rmdir {} + 2>/dev/null || true; }

sandbox_start() {
  local scratch=$1 root=${2:-/} child=
  mkdir -p "$scratch"
  setpriv --pdeathsig KILL unshare --mount --propagation private --pid --fork --kill-child --uts --ipc --net \
    bash "$sandbox_file" boot "$scratch" "$root" "$sandbox_group" >"$scratch.log" 2>&1 </dev/null &
  sandbox_unshare=$!
  local deadline=$((SECONDS + 60))
  while [ "$SECONDS" -lt "$deadline" ] && kill -0 "$sandbox_unshare" 2>/dev/null; do
    child=$(cat "/proc/$sandbox_unshare/task/$sandbox_unshare/children" 2>/dev/null) || true
    sandbox_pid=${child% }
    if [ -n "$sandbox_pid" ] && [ "$(cat "/proc/$sandbox_pid/comm" 2>/dev/null)" = systemd ]; then
      case $(inside systemctl is-system-running --wait 2>/dev/null) in running | degraded) return 0 ;; esac
    fi
    read -rt 0.02 <> <(:) || true
  done
  echo "the sandbox's systemd did not come up:" >&2
  cat "$scratch.log" >&2
  return 1
}

inside() {
  nsenter --target "$sandbox_pid" --mount --uts --ipc --net --pid --cgroup \
    env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 SYSTEMD_PAGER= SYSTEMD_COLORS=0 "$@"
}

put() { inside install -D -m "${3:-644}" /dev/stdin "$2" <"$1"; }

sandbox_stop() {
  if [ -n "$sandbox_pid" ] && [ -n "$sandbox_unshare" ] && kill -0 "$sandbox_unshare" 2>/dev/null; then
    kill -KILL "$sandbox_pid" # PID 1 takes all others of its namespace along
    wait "$sandbox_unshare" 2>/dev/null || true
  fi
  sandbox_pid= sandbox_unshare=
  [ -z "$sandbox_group" ] || sandbox_group_removed "$sandbox_group"
  sandbox_group=
}

# ---- within the new namespaces; ends as systemd ----
sandbox_boot() {
  local scratch=$1 lower=$2 group=$3
  set -eu
  echo 0 >"$group/cgroup.procs" # 0 is whoever writes it
  mount -t tmpfs tmpfs "$scratch"
  local root=$scratch/root
  mkdir "$scratch/upper" "$scratch/work" "$root"
  mount -t overlay overlay -o "lowerdir=$lower,upperdir=$scratch/upper,workdir=$scratch/work" "$root"
  exec unshare --mount --cgroup bash "$sandbox_file" boot_below "$root" "$lower"
}

sandbox_boot_below() {
  local root=$1 lower=$2 node link
  set -eu
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
  exec env -i container=sandbox PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd systemd.unit=basic.target --show-status=0
}

case ${1:-} in boot | boot_below) [ "${BASH_SOURCE[0]}" != "$0" ] || "sandbox_$1" "${@:2}" ;; esac
