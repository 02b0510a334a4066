# What the service may do and what may be done to it.

attempts='write in /: EROFS
write in /etc: EROFS
write in /etc/ovh-licensed: EROFS
write in /usr/bin: EROFS
write in /var: EROFS
write in /var/lib: EROFS
write in /var/log: EROFS
write in /srv: EROFS
write in /opt: EROFS
write in /run: EACCES
write in /dev: EROFS
write in /dev/shm: EACCES
write in /dev/mqueue: EACCES
write in /sys/fs/cgroup: EROFS
write in /var/lib/prometheus/node-exporter: EROFS
write in /var/lib/ovh-licensed: done
write in /run/ovh-licensed: done
write in /tmp: done
write /proc/sys/kernel/core_pattern: ENOENT
read /etc/ovh.conf: EACCES
read /run/credentials/ovh-licensed.service/ovh.conf: done
write /run/credentials/ovh-licensed.service/ovh.conf: EACCES
read /dev/kmsg: ENOENT
read /dev/mem: ENOENT
seen in /home: EACCES
seen in /root: EACCES
seen in /tmp: 0
processes seen: 1
IPv4 socket: done
IPv6 socket: done
Unix socket: done
raw IPv4 socket: EPROTONOSUPPORT
packet socket: EAFNOSUPPORT
netlink socket: EAFNOSUPPORT
kernel crypto socket: EAFNOSUPPORT
virtual machine socket: EAFNOSUPPORT
bluetooth socket: EAFNOSUPPORT
CapInh: 0000000000000000
CapPrm: 0000000000000000
CapEff: 0000000000000000
CapBnd: 0000000000000000
CapAmb: 0000000000000000
NoNewPrivs: 1
Seccomp: 2
become root: EPERM
set-user-ID: EPERM
run a program in /var/lib/ovh-licensed: EACCES
run a program in /run/ovh-licensed: EACCES
run a program in /tmp: EACCES
run a program in /var/tmp: EACCES
run a shell: EACCES
memory to write and execute: EPERM
user namespace: EPERM
mount: EPERM
change root: EPERM
trace another: EPERM
signal another: EPERM
another personality: EPERM
set the clock: EPERM
name the host: EPERM
real time: EPERM
load a module: EPERM
bpf: EPERM
keyring: EPERM
swap: EPERM
reboot: EPERM
largest core: 0
the end: done'

# The probe stands where the program does and is started by the very unit.
check_the_sandbox_holds() {
  install_service
  inside mkdir -p /etc/ovh-licensed /var/lib/prometheus/node-exporter
  inside touch /home/somebody /root/something /tmp/something
  inside chmod 777 /home /root /srv /opt /var/lib/prometheus/node-exporter # so that it is the sandbox that refuses
  write /etc/ovh.conf '# secret' 600
  put "$build/tests/systemd_probe" /usr/bin/ovh-licensed 755
  inside systemctl start "$unit" 2>/dev/null || true # it is never READY
  inside test -e /proc/net/if_inet6 || attempts=${attempts/IPv6 socket: done/IPv6 socket: EAFNOSUPPORT} # switched off on this machine
  # systemd 253 and later let the kernel refuse writable and executable memory, where it can.
  equal "every attempt ends as it must" "$(journal -o cat SYSLOG_IDENTIFIER=ovh-licensed | sed 's/^\(memory to write and execute: \)EACCES$/\1EPERM/')" "$attempts"
}

check_it_corrects_within_the_sandbox() { # names are resolved, time zones known, requests sent, the ledger written
  running_service
  policy enforce
  inside sed -i 's|^guards:.*|guards: {confirm_polls: 1, grace: 0s, max_set_share: 100%, max_removal_share: 100%,\
  windows: [{days: mon-sun, from: "00:00", to: "12:00", time_zone: Europe/Paris}, {days: mon-sun, from: "12:00", to: "00:00", time_zone: Europe/Paris}]}|' /etc/ovh-licensed/policy.yaml
  inside systemctl reload "$unit"
  wait_for "every correction to be made" all_corrected
  status_says '"corrections":\[\]|"outcome":"(failed|inconclusive|dropped)"' && fail "each is done" "$(status)"
  inside systemctl stop "$unit"
  inside ovh-licensed verify >/dev/null || fail "the ledger fits"
}
all_corrected() { [ "$(status | grep -o '"outcome":"done"' | wc -l)" = 7 ]; }

check_roots_apply_works_on_the_ledger_as_the_services_user() {
  running_service
  policy enforce
  inside systemctl stop "$unit"
  inside chmod 600 /etc/ovh-licensed/config.yaml # for root alone, and read before
  local said
  said=$(inside ovh-licensed apply --yes 2>&1) || fail "the corrections are made" "$said"
  holds "it says who it became" "$said" "Continuing as 'ovh-licensed', who owns /var/lib/ovh-licensed."
  equal "its files are the service's" "$(inside sh -c 'stat -c %U:%G:%a /var/lib/ovh-licensed/ledger.db*' | sort -u)" ovh-licensed:ovh-licensed:640
  inside ovh-licensed verify >/dev/null || fail "the ledger fits"
  inside rm -f /var/lib/ovh-licensed/ledger.db.lock
  inside sh -c 'echo precious >/root/precious; ln -s /root/precious /var/lib/ovh-licensed/ledger.db.lock'
  said=$(inside ovh-licensed apply --yes 2>&1) && fail "a link is refused" "$said"
  equal "what it leads to stays" "$(inside cat /root/precious)" precious
  inside rm /var/lib/ovh-licensed/ledger.db.lock
  inside chmod 644 /etc/ovh-licensed/config.yaml
  inside systemctl start "$unit"
  wait_for "the service to go on with it" polled
}

as_user() { inside setpriv --reuid "$1" --regid "$(inside id -g "$1")" --clear-groups "${@:2}"; }

check_the_credentials_are_the_services_alone() {
  running_service
  local pid secret kept=/run/credentials/$unit/ovh.conf
  pid=$(property MainPID)
  as_user nobody cat "$kept" >/dev/null 2>&1 && fail "nobody else reads the service's copy"
  as_user nobody cat /etc/ovh.conf >/dev/null 2>&1 && fail "nor the original"
  as_user ovh-licensed cat /etc/ovh.conf >/dev/null 2>&1 && fail "the service's user does not read the original"
  as_user ovh-licensed cat "/proc/$pid/environ" >/dev/null 2>&1 && fail "its memory is closed to its own user"
  inside systemctl status "$unit" >/dev/null # so that it is in the journal if it is anywhere
  inside journalctl --sync
  for secret in $(inside sed -n 's/^\(application_secret\|consumer_key\|client_secret\|access_token\) *= *//p' /etc/ovh.conf); do
    for place in "/proc/$pid/cmdline" "/proc/$pid/environ" "$status_file" /var/lib/ovh-licensed; do
      inside grep -raqF -- "$secret" "$place" && fail "no secret is in $place"
    done
    inside journalctl -o export | grep -qaF -- "$secret" && fail "no secret is in the journal"
    [ ${#secret} -ge 16 ] || fail "a secret to look for"
  done
  [ -n "${secret:-}" ] || fail "there is a secret to look for"
}

check_no_core_is_left() {
  running_service
  local pid
  pid=$(property MainPID)
  holds "its core may have no size" "$(inside grep 'Max core file size' "/proc/$pid/limits" | tr -s ' ')" "size 0 0"
  equal "and no content" "$(inside cat "/proc/$pid/coredump_filter")" 00000000
  equal "it is not dumpable: its files in /proc are root's" "$(inside stat -c %U "/proc/$pid/environ")" root
  drop_in 'RestartSec=1h'
  inside kill -SEGV "$pid"
  wait_for "its end" is_property ExecMainStatus 11
  equal "the kernel wrote no core" "$(property ExecMainCode)" 2 # killed; 3 would be dumped
}

check_the_unit_is_sound() {
  install_service
  equal "systemd-analyze verify has nothing to say" "$(inside systemd-analyze verify --man=no "$unit" 2>&1)" ""
  inside systemd-analyze security --offline=true --threshold=11 --no-pager "$unit" >/dev/null || fail "its exposure is at most 1.1"
  equal "its user has no shell and no password" "$(inside getent passwd ovh-licensed | cut -d: -f2,6,7)" "x:/var/lib/ovh-licensed:/usr/sbin/nologin"
  equal "what systemd-tmpfiles makes" "$(inside stat -c '%n %A %U %s' /var/lib/ovh-licensed /var/lib/ovh-licensed/ovh-licensed.prom | sed 's/ [0-9]*$//')" \
    "/var/lib/ovh-licensed drwxr-xr-x ovh-licensed
/var/lib/ovh-licensed/ovh-licensed.prom -rw-r--r-- ovh-licensed"
}
