# How the service starts, ends, and comes back.

is_state() { is_property ActiveState "$1"; }

# Its READY is kept from systemd first, and said in its name later; every other check relies on the daemon's own.
check_start_ends_with_ready() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  configure
  drop_in 'Environment=NOTIFY_SOCKET='
  inside systemctl start --no-block "$unit"
  wait_for "the daemon to look for the first time" polled
  equal "without READY it is not active, whatever it does" "$(property ActiveState)" activating
  inside env NOTIFY_SOCKET=/run/systemd/notify systemd-notify --pid="$(property MainPID)" --ready
  wait_for "READY to make it active" is_state active
}

check_wrong_configuration_waits_for_a_person() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  configure
  inside sh -c 'echo "conections: 4" >>/etc/ovh-licensed/config.yaml'
  inside systemctl start "$unit" 2>/dev/null && fail "a wrong configuration fails the start"
  equal "it ended by itself and is not started again" "$(properties ActiveState,Result,ExecMainStatus,NRestarts)" \
    "ActiveState=failed ExecMainStatus=1 NRestarts=0 Result=exit-code"
  holds "the journal says what is wrong" "$(journal -o cat)" "/etc/ovh-licensed/config.yaml:7:1: unknown key 'conections'"

  configure
  inside systemctl start "$unit" || fail "it starts once the mistake is mended"
}

check_a_ledger_in_use_is_waited_for() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  configure
  drop_in 'RestartSec=100ms'
  inside install -d -o ovh-licensed -g ovh-licensed -m 0750 /var/lib/ovh-licensed
  inside install -o ovh-licensed -g ovh-licensed -m 0640 /dev/null /var/lib/ovh-licensed/ledger.db.lock
  inside systemd-run --quiet --unit=holder flock /var/lib/ovh-licensed/ledger.db.lock sleep infinity
  wait_for "another process to hold the ledger" inside sh -c '! flock -n /var/lib/ovh-licensed/ledger.db.lock true'
  inside systemctl start "$unit" 2>/dev/null && fail "it cannot start beside another writer"
  wait_for "it to be tried again" is_property NRestarts '[1-9]*'
  said "code=exited, status=75" || fail "its status says why" "$(journal -o cat)"
  said "the ledger is in use by" || fail "and so does the journal" "$(journal -o cat)"
  inside systemctl stop holder
  wait_for "it to start when the holder is gone" is_state active
}

check_missing_credentials_are_told_by_the_program() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  configure
  inside sed -i 's/, ca_file: ca.pem//' /etc/ovh-licensed/config.yaml
  inside systemctl start "$unit" 2>/dev/null && fail "there is nothing to start with"
  equal "it ended by itself and is not started again" "$(properties ActiveState,Result,ExecMainStatus,NRestarts)" \
    "ActiveState=failed ExecMainStatus=1 NRestarts=0 Result=exit-code"
  holds "the journal says what to do" "$(journal -o cat)" "ovh-licensed login"
}

check_killed_it_comes_back() {
  running_service
  drop_in 'RestartSec=100ms'
  local before
  before=$(property MainPID)
  inside kill -KILL "$before"
  wait_for "another process" is_property NRestarts 1
  wait_for "it to be active again" is_state active
  wait_for "its first poll" polled
  lacks "the process is another" " $(property MainPID) " " $before "
  inside ovh-licensed verify >/dev/null || fail "the ledger fits"
}

check_a_stalled_loop_is_ended_by_the_watchdog() {
  install_service
  drop_in $'RestartSec=100ms\nWatchdogSec=5s'
  running_service
  inside kill -STOP "$(property MainPID)"
  wait_for "another process" is_property NRestarts '[1-9]*'
  wait_for "it to be active again" is_state active
  said "Failed with result 'watchdog'" || fail "the watchdog ended it" "$(journal -o cat)"
  wait_for "its first poll" polled
}

check_it_stops_within_10_seconds_whatever_hangs() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator --latency 1h
  configure
  inside systemctl start "$unit"
  wait_for "a request to be under way" inside sh -c 'grep -q " 01 " /proc/net/tcp'
  local from=$SECONDS
  inside systemctl stop "$unit"
  [ $((SECONDS - from)) -le 10 ] || fail "it stops within 10 s" "it took $((SECONDS - from)) s"
  said "$unit: Deactivated successfully." || fail "it ended by itself and in good order" "$(journal -o cat)"
  status_says '"state":"stopping"' || fail "the last status stays and says so" "$(status)"
}

check_a_network_that_is_not_there_yet_is_waited_for() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  configure
  inside sed -i 's/, ca_file: ca.pem//' /etc/ovh-licensed/config.yaml
  write /etc/ovh.conf $'[ovh-eu]\naccess_token=0123456789abcdef' 600
  inside systemctl start "$unit" || fail "it starts without a network"
  wait_for "the problem to be reported" said "eu.api.ovh.com"
  wait_for "the status to say so" status_says '"state":"failing"'
  equal "the service stays active" "$(properties ActiveState,NRestarts)" "ActiveState=active NRestarts=0"
  holds "systemctl status says why" "$(property StatusText)" "failing: account main: GET /dedicatedCloud: the address of eu.api.ovh.com was not found"
}
