# What the checks play on: the service as a package installs it, in a sandbox of its own, and a simulated OVHcloud beside it.

failed=0
fail() { # a fact that does not hold; the check goes on
  printf 'FAILED: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '%s\n' "$2" | sed 's/^/  | /' >&2
  failed=1
}
conclude() {
  [ "$failed" = 0 ] || journal -n 40 -o short-monotonic | sed 's/^/  journal | /' >&2
  exit "$failed"
}
equal() { [ "$2" = "$3" ] || fail "$1" "wanted: $3"$'\n'"found:  $2"; }          # what, found, wanted
holds() { case $2 in *"$3"*) ;; *) fail "$1" "wanted: $3"$'\n'"in:     $2" ;; esac; } # what, text, part
lacks() { case $2 in *"$3"*) fail "$1" "not wanted: $3"$'\n'"in: $2" ;; esac; }

# Until the command succeeds; what is waited for in vain ends the check.
wait_for() { # what, command...
  local what=$1 deadline=$((SECONDS + 120))
  shift
  until "$@" >/dev/null 2>&1; do
    if [ "$SECONDS" -ge "$deadline" ]; then
      fail "waited in vain for $what"
      conclude
    fi
    read -rt 0.02 <> <(:) || true
  done
}

unit=ovh-licensed.service
property() { inside systemctl show --value -p "$1" "${2:-$unit}"; }
properties() { inside systemctl show -p "$1" "$unit" | sort | paste -sd ' '; }
is_property() { [[ $(property "$1") == $2 ]]; } # name, glob
journal() { # all that was said until now
  inside journalctl --sync
  inside journalctl --quiet --no-pager -u "${unit%.service}" "$@"
}
said() { journal -o cat | grep -qF -- "$1"; }
write() { printf '%s\n' "$2" | put /dev/stdin "$1" "${3:-644}"; } # place, content, mode
drop_in() { # settings of [Service] that only a test can want
  printf '[Service]\n%s\n' "$1" | put /dev/stdin "/etc/systemd/system/$unit.d/test.conf"
  inside systemctl daemon-reload
}

status_file=/run/ovh-licensed/status.json
status() { inside cat "$status_file" | tr -d '\n' | sed 's/": */":/g; s/, */,/g'; }
status_says() { status | grep -qE -- "$1"; }
polled() { status_says '"poll":\{"number":'"${1:-[1-9]}"'.*"finished_at":"'; }

install_service() {
  put "$build/daemon/ovh-licensed" /usr/bin/ovh-licensed 755
  put "$source/systemd/ovh-licensed.service" /lib/systemd/system/ovh-licensed.service
  put "$source/systemd/ovh-licensed.sysusers" /usr/lib/sysusers.d/ovh-licensed.conf
  put "$source/systemd/ovh-licensed.tmpfiles" /usr/lib/tmpfiles.d/ovh-licensed.conf
  inside rm -rf /etc/ovh.conf /etc/ovh-licensed /var/lib/ovh-licensed
  inside systemd-sysusers ovh-licensed.conf 2>/dev/null
  inside systemd-tmpfiles --create ovh-licensed.conf
  inside systemctl daemon-reload
}

start_simulator() { # options
  put "$build/tests/simulator/ovh-simulator" /usr/bin/ovh-simulator 755
  put "$source/tests/simulator/fleets/demo.yaml" /srv/fleet.yaml
  inside systemd-run --quiet --unit=ovh-simulator ovh-simulator --fleet /srv/fleet.yaml "$@" \
    --conf-out /etc/ovh.conf --ca-out /etc/ovh-licensed/ca.pem --ready-out /srv/ready.json
  wait_for "the simulator" inside test -s /srv/ready.json
  endpoint=$(inside sed -n 's/.*"endpoint": *"\([^"]*\)".*/\1/p' /srv/ready.json)
  inside chmod 644 /etc/ovh-licensed/ca.pem
}

policy() { # mode
  write /etc/ovh-licensed/policy.yaml "$(sed "s/^mode: enforce/mode: $1/" "$source/tests/demo-policy.yaml")"
}

configure() {
  write /etc/ovh-licensed/config.yaml "policy: policy.yaml
accounts:
  - {name: main, endpoint: \"${endpoint:-ovh-eu}\", ca_file: ca.pem}
poll: {interval: 1h}
api: {requests_per_minute: 0}
status: {prometheus: /var/lib/ovh-licensed/ovh-licensed.prom}"
  policy report
}

# The usual beginning.
running_service() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  configure
  inside systemctl start "$unit" || { fail "the service starts"; conclude; }
  wait_for "the first poll" polled
}
