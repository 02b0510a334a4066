# A clean Debian, of the kind that the package was built on, under a real systemd, and words to speak of it: sourced after common.sh; the script's second argument is the simulator.
# What is made in it is gone with it.
. "$repository/tests/systemd/sandbox.sh"
simulator=$(realpath "${2:?where is the simulator?}")

clean_debian() { # WHAT is shown there; ends the script where the machine does not allow it
  sandbox_possible || { echo "skipped: $1: $sandbox_obstacle"; exit 0; }
  local root=$packages/clean
  "$repository/packaging/root.sh" "$root" "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$deb" prometheus-node-exporter rpm
  trap sandbox_stop EXIT
  sandbox_start "$root" || { echo "skipped: $1: $sandbox_obstacle"; exit 0; }
  put "$simulator" /usr/local/bin/ovh-simulator 755
  put "$repository/tests/simulator/fleets/demo.yaml" /tmp/fleet.yaml
}

apt() { inside env DEBIAN_FRONTEND=noninteractive apt-get -y -q -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confold "$@" 2>&1; }
until_() { # WHAT COMMAND...
  local deadline=$((SECONDS + 300))
  until "${@:2}" >/dev/null 2>&1; do
    [ $SECONDS -lt $deadline ] || { inside journalctl -u ovh-licensed --no-pager -n 20 >&2; fail "$1: never came"; }
    read -rt 0.1 <> <(:) || true
  done
  echo "ok: $1"
}
present() { inside sh -c 'for f; do test -e "$f" && echo "$f"; done; true' - "$@"; }
shown() { inside stat -c '%A %U %n' "$@"; }
http() { inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/$0 && printf "GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n" "$1" >&3 && cat <&3' "$@"; } # PORT PATH
metric() { grep -q "^$1" <<<"$(http 9100 /metrics)"; } # at node_exporter's door

service() { inside systemctl show ovh-licensed --property "$1" --value; }
state() { echo "$(service UnitFileState) $(service ActiveState)"; }
polled() { grep -q '"complete": *true' <<<"$(inside cat /run/ovh-licensed/status.json)"; }

simulate() { # an OVHcloud inside, with credentials for it where all tools look
  inside systemd-run --quiet --unit simulator /usr/local/bin/ovh-simulator --plain --port 8080 --fleet /tmp/fleet.yaml --conf-out /etc/ovh.conf
  until_ "the simulator writes /etc/ovh.conf" inside test -s /etc/ovh.conf
}
methods() { http 8080 /control/requests | grep -o '"method": *"[A-Z]*"' | sort -u; } # of all requests that it saw
go_live() {
  inside sed -i 's|endpoint: ovh-eu .*|endpoint: http://127.0.0.1:8080/1.0|' /etc/ovh-licensed/config.yaml
  inside systemctl start ovh-licensed
}
