#!/usr/bin/env bash
# Speed and memory against the simulator: run.sh BUILD (a release build). Everything in one run, so that figures compare; see also micro.cpp.
set -euo pipefail
build=$1
program=$build/daemon/ovh-licensed simulator=$build/tests/simulator/ovh-simulator
scratch=$build/bench && rm -rf "$scratch" && mkdir -p "$scratch"
pids=()
trap 'for p in "${pids[@]}"; do kill "$p" 2>/dev/null || true; done; wait 2>/dev/null' EXIT

serve() { # simulator options...: starts one, sets endpoint, control and token
  [ ${#pids[@]} -eq 0 ] || { kill "${pids[-1]}"; wait "${pids[-1]}" 2>/dev/null || true; unset 'pids[-1]'; }
  rm -f "$scratch/ready.json"
  "$simulator" --with-parent --credentials token --log-limit 0 --conf-out "$scratch/ovh.conf" --ca-out "$scratch/ca.pem" --ready-out "$scratch/ready.json" "$@" >"$scratch/simulator.log" 2>&1 &
  pids+=($!)
  until [ -s "$scratch/ready.json" ]; do kill -0 "${pids[-1]}" || { cat "$scratch/simulator.log"; exit 1; }; sleep 0.05; done
  endpoint=$(sed -n 's/.*"endpoint": *"\([^"]*\)".*/\1/p' "$scratch/ready.json")
  control=$(sed -n 's/.*"control": *"\([^"]*\)".*/\1/p' "$scratch/ready.json")
  token=$(sed -n 's/^access_token *= *//p' "$scratch/ovh.conf")
}

configure() { # listing connections [policy]
  cat >"$scratch/config.yaml" <<EOF
policy: ${3:-$PWD/config/policy.yaml}
accounts: [{name: bench, endpoint: "$endpoint", credentials_file: ovh.conf, ca_file: ca.pem}]
poll: {interval: 1h, timeout: 1h}
api: {requests_per_minute: 0, connections: $2, listing: $1}
status: {file: status.json}
ledger: ledger.db
EOF
}

requests() { curl -sS --cacert "$scratch/ca.pem" "$control" | sed -n 's/.*"requests": *\([0-9]*\).*/\1/p'; }
timed() { /usr/bin/time -o "$scratch/time" -f '%e %U %S %M' "$@" >"$scratch/out" 2>"$scratch/err" || true; }

row() { # label vms requests: one line from the last timed command
  awk -v label="$1" -v vms="$2" -v requests="$3" '/^[0-9.]+ [0-9.]+ [0-9.]+ [0-9]+$/ {
    cpu = $2 + $3
    printf "%-28s %8d VMs %8s requests %8.2f s wall %7.2f s CPU %7.1f us CPU/VM %7.1f MiB peak\n", label, vms, requests, $1, cpu, cpu / vms * 1e6, $4 / 1024
  }' "$scratch/time"
}

plan() { # label vms
  local before after
  before=$(requests)
  timed "$program" -c "$scratch/config.yaml" plan --format json
  after=$(requests)
  case $(tail -c 400 "$scratch/err") in *problem* | *error* | *rror:*) cat "$scratch/err" ;; esac
  row "$1" "$2" $((after - before))
}

list_addresses() { # what `plan` fetches, as a curl configuration: pages VMS | each
  local service datacenter base
  service=$(ask "$endpoint/dedicatedCloud" | tr -d '[]" ')
  datacenter=$(ask "$endpoint/dedicatedCloud/$service/datacenter" | tr -d '[] ')
  base=$endpoint/dedicatedCloud/$service/datacenter/$datacenter
  printf 'cacert = "%s"\nparallel\nparallel-max = 16\nsilent\n' "$scratch/ca.pem"
  if [ "$1" = pages ]; then
    fetch "$base/vmLicensed"
    for ((page = 1; page <= ($2 + 4999) / 5000; page++)); do
      printf 'next\ncacert = "%s"\nsilent\nheader = "X-Pagination-Mode: CachedObjectList-Pages"\nheader = "X-Pagination-Size: 5000"\nheader = "X-Pagination-Number: %d"\nheader = "Pragma: no-cache"\n' "$scratch/ca.pem" "$page"
      fetch "$base/vm"
    done
  else
    printf 'header = "Authorization: Bearer %s"\n' "$token"
    ask "$base/vm" | tr -d '[] ' | tr ',' '\n' | sed "s|.*|url = \"$base/vm/&\"\noutput = \"/dev/null\"|"
  fi
}
ask() { curl -sS --cacert "$scratch/ca.pem" -H "Authorization: Bearer $token" "$1"; }
fetch() { printf 'header = "Authorization: Bearer %s"\nurl = "%s"\noutput = "/dev/null"\n' "$token" "$1"; }

for vms in 1000 10000 100000; do
  serve --generate "$vms" --seed 1
  for listing in pages each; do
    configure $listing 16
    plan "plan, $listing" "$vms"
    list_addresses $listing "$vms" >"$scratch/curl.conf"
    timed curl -K "$scratch/curl.conf"
    row "curl --parallel, $listing" "$vms" "$(grep -c '^url' "$scratch/curl.conf")"
  done
done

vms=10000
serve --generate $vms --seed 1 --latency 50ms
configure each 16
plan "plan, each, 50 ms latency" $vms
awk -v vms=$vms '/^[0-9.]+ [0-9.]+ [0-9.]+ [0-9]+$/ { ideal = 0.05 * vms / 16; printf "%-28s %.2f of latency x VMs / connections (%.1f s)\n", "", $1 / ideal, ideal }' "$scratch/time"

resident() { sed -n 's/^VmRSS:[^0-9]*\([0-9]*\) kB/\1/p' "/proc/$daemon/status"; }
await() { until [ "$($1)" -ge "$2" ]; do kill -0 $daemon; sleep 0.05; done; }
start_daemon() {
  rm -f "$scratch"/status.json "$scratch"/ledger.db*
  "$program" -c "$scratch/config.yaml" run 2>"$scratch/daemon.log" &
  daemon=$!
  pids=("$daemon" "${pids[@]}")
}
stop_daemon() { kill $daemon; wait $daemon; pids=("${pids[@]:1}"); }

# Everything in drift, corrected as fast as it goes.
vms=10000
serve --generate $vms --seed 1 --drift 100
{ echo 'guards: {confirm_polls: 1, grace: 0s, max_sets_per_poll: 100000, max_removals_per_poll: 100000, max_set_share: 100%, max_removal_share: 100%}'
  sed 's/^mode: report/mode: enforce/' config/policy.yaml; } >"$scratch/enforce.yaml"
configure pages 4 enforce.yaml
start_daemon
corrected() { grep -c ' done: ' "$scratch/daemon.log" || true; }
await corrected 1
due=$(sed -n 's/.*; \([0-9]*\) corrections due.*/\1/p' "$scratch/daemon.log" | head -1)
begun=$(date +%s.%N)
await corrected $((due / 4))
early=$(resident)
await corrected "$due"
awk -v n="$due" -v s="$(date +%s.%N)" -v b="$begun" 'BEGIN { printf "corrections: %d in %.1f s, %.0f a second\n", n, s - b, n / (s - b) }'
printf 'resident: %d KiB after a quarter of them, %d KiB after all\n' "$early" "$(resident)"
stop_daemon

# The daemon: asleep between polls, and no bigger after a thousand of them.
serve --generate 10000 --seed 1
configure pages 4
start_daemon
polls() { grep -c ' poll [0-9]*:' "$scratch/daemon.log" || true; }
poll_until() { while [ "$(polls)" -lt "$1" ]; do kill -USR1 $daemon; sleep 0.01; done; }
wakeups() { cat /proc/$daemon/task/*/status | awk '/ctxt_switches/ { n += $2 } END { print n }'; }
await polls 1
poll_until 50
early=$(resident)
poll_until 1050
sleep 1
printf 'the daemon, 10,000 VMs: resident %d KiB after 50 polls, %d KiB after %d\n' "$early" "$(resident)" "$(polls)"
before=$(wakeups)
sleep 10
printf 'the daemon between polls: %d wake-ups in 10 s\n' $(($(wakeups) - before))

# 100,000 VMs, 90,000 of them wrong: what a fleet costs in which nothing is as it should be.
of_process() { sed -n "s/^$2:[^0-9]*\([0-9]*\).*/\1/p" "/proc/$daemon/$1"; }
cpu() { awk '{ print ($14 + $15) / 100 }' "/proc/$daemon/stat"; }
spent() { awk -v before="$1" -v now="$(cpu)" -v by="${2:-1}" 'BEGIN { printf "%.2f s", (now - before) / by }'; }
all_wrong() { # mode
  sed "s/^mode: report/mode: $1/" config/policy.yaml >"$scratch/all_wrong.yaml"
  configure pages 4 all_wrong.yaml
  start_daemon
  await polls 1
  sleep 2
  printf '90 %% wrong, mode %s: CPU %s first poll' "$1" "$(spent 0)"
  before=$(cpu)
  for n in 2 3 4 5 6; do
    kill -USR1 $daemon
    await polls $n
    sleep 1
  done
  printf ', %s a quiet poll; peak %d KiB resident; %s due; status.json %d bytes\n' "$(spent "$before" 5)" "$(of_process status VmHWM)" \
    "$(sed -n 's/.*; \([0-9]*\) corrections due.*/\1/p' "$scratch/daemon.log" | tail -1)" "$(stat -c %s "$scratch/status.json")"
}
serve --generate 100000 --seed 1 --drift 97
for mode in report declare enforce; do
  all_wrong $mode
  timed "$program" -c "$scratch/config.yaml" status
  row status 100000 0
  stop_daemon
done
# What is written to files, status and ledger, while corrections run: a thousand of each kind at once.
{ echo 'guards: {confirm_polls: 1, grace: 0s, max_sets_per_poll: 1000, max_removals_per_poll: 1000, max_set_share: 100%, max_removal_share: 100%}'
  sed 's/^mode: report/mode: enforce/' config/policy.yaml; } >"$scratch/thousand.yaml"
configure pages 4 thousand.yaml
start_daemon
await polls 1
before=$(of_process io wchar)
begun=$(date +%s.%N)
await corrected 1500
awk -v bytes=$(($(of_process io wchar) - before)) -v s="$(date +%s.%N)" -v b="$begun" 'BEGIN { printf "90 %% wrong, while corrections run: %.1f KiB written a second\n", bytes / 1024 / (s - b) }'
printf 'peak %d KiB resident\n' "$(of_process status VmHWM)"
stop_daemon

"$build/tests/bench/bench_micro" --benchmark_counters_tabular=true
"$build/tests/bench/bench_ledger" 1000000 "$scratch"
