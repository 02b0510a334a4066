# Root's apply beside the running service: the service pauses, and goes on.

yielded_to() { status_says "\"yielded_to\":$1"; }
waiting_apply() { # waits at its question, at a terminal of its own
  inside systemd-run --quiet --unit="$1" script -qec 'ovh-licensed apply' /dev/null
  wait_for "the service to yield" yielded_to '"apply by '
}

check_apply_works_beside_the_service() {
  running_service
  local pid status=0 output polls
  pid=$(property MainPID)
  policy enforce # which the running service has not read
  output=$(inside ovh-licensed apply --yes 2>&1) || status=$?
  [ "$status" != 1 ] || fail "apply works while the service runs" "$output"
  holds "it asks" "$output" "Asking the running service to pause"
  holds "and is given the ledger" "$output" "The service has paused."
  holds "it corrects" "$output" "declared windows"
  holds "and says that the service may resume" "$output" "The ledger is free again; a running service resumes within seconds."
  wait_for "the service to take the ledger back" said "apply has ended; corrections resume"
  wait_for "the status to say so" yielded_to null
  said "yielded to apply by" || fail "the journal says who had it" "$(journal -o cat)"
  equal "the service is the same process" "$(properties ActiveState,MainPID,NRestarts)" "ActiveState=active MainPID=$pid NRestarts=0"
  inside ovh-licensed verify >/dev/null || fail "the ledger fits"

  # An apply that waits, and is killed.
  inside sh -c 'command -v script' >/dev/null || return 0
  inside sed -i 's/windows2019srv_64Guest:.*/windows2019srv_64Guest: windows 2022 Standard/' /etc/ovh-licensed/policy.yaml
  waiting_apply first
  holds "systemctl status says so" "$(property StatusText)" "yielded to apply by"
  polls=$(status | sed -n 's/.*"poll":{"number":\([0-9]*\).*/\1/p')
  inside kill -USR1 "$pid"
  wait_for "the service to look meanwhile" polled "$((polls + 1))"
  inside systemctl kill -s KILL first
  wait_for "the service to take the ledger back from the dead" yielded_to null

  waiting_apply second
  local from=$SECONDS
  inside systemctl stop "$unit"
  [ $((SECONDS - from)) -le 10 ] || fail "it stops within 10 s while it has yielded" "it took $((SECONDS - from)) s"
  said "$unit: Deactivated successfully." || fail "in good order" "$(journal -o cat)"
  inside systemctl stop second
}
