#!/usr/bin/env bash
# The daemon at work against the simulator: demo.sh BUILD SCRATCH [--for 20s]. Leaves nothing running, and nothing outside SCRATCH.
set -euo pipefail
build=$1 scratch=$2
shift 2
seconds=
while [ $# -gt 0 ]; do
  case $1 in
  --for)
    [ -n "${2:-}" ] || { echo "demo: --for takes seconds, as in --for 20s" >&2; exit 1; }
    seconds=${2%s}; shift 2 ;;
  *) echo "demo: unknown option '$1'; there is only --for 20s" >&2; exit 1 ;;
  esac
done
[[ "$seconds" =~ ^[0-9]*$ ]] || { echo "demo: --for takes seconds, as in --for 20s" >&2; exit 1; }

here=$(cd "$(dirname "$0")" && pwd)
program=$build/daemon/ovh-licensed simulator=$build/tests/simulator/ovh-simulator
rm -rf "$scratch" && mkdir -p "$scratch"

simulator_pid= daemon_pid= timer_pid=
cleanup() {
  trap - EXIT INT TERM
  for pid in $timer_pid $daemon_pid $simulator_pid; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
}
trap cleanup EXIT
trap 'exit 0' INT TERM

"$simulator" --fleet "$here/simulator/fleets/demo.yaml" --lively 2s --with-parent \
  --conf-out "$scratch/ovh.conf" --ca-out "$scratch/ca.pem" --ready-out "$scratch/ready.json" >"$scratch/simulator.log" 2>&1 &
simulator_pid=$!
for _ in $(seq 100); do
  [ -s "$scratch/ready.json" ] && break
  kill -0 $simulator_pid 2>/dev/null || { cat "$scratch/simulator.log" >&2; exit 1; }
  sleep 0.1
done
endpoint=$(sed -n 's/.*"endpoint": *"\([^"]*\)".*/\1/p' "$scratch/ready.json")

cp "$here/demo-policy.yaml" "$scratch/policy.yaml"
cat >"$scratch/config.yaml" <<EOF
policy: policy.yaml
accounts:
  - {name: demo, endpoint: "$endpoint", credentials_file: ovh.conf, ca_file: ca.pem}
poll: {interval: 2s, timeout: 30s}
api: {requests_per_minute: 0}
status: {file: status.json, prometheus: metrics.prom}
ledger: ledger.db
log: {format: text}
EOF

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
say "A simulated OVHcloud with two datacenters. What is wrong there, and why:  ovh-licensed plan"
looked=0
"$program" -c "$scratch/config.yaml" plan || looked=$?
[ "$looked" -le 2 ] || { echo "demo: the simulated OVHcloud could not be read; does /etc/hosts name localhost?" >&2; exit 1; }
say "The daemon, polling every two seconds and correcting, while people change VMs:  ovh-licensed run    (Ctrl-C ends it)"
"$program" -c "$scratch/config.yaml" run &
daemon_pid=$!
if [ -z "$seconds" ]; then
  wait $daemon_pid || true
else
  sleep "$seconds" & timer_pid=$!
  wait $timer_pid || true
  say "What it knows now:  ovh-licensed status"
  "$program" -c "$scratch/config.yaml" status || true
  say "And the record of it fits:  ovh-licensed verify"
  "$program" -c "$scratch/config.yaml" verify
fi
