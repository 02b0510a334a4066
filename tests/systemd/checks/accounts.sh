# A second account: its credentials_file is the one of people, and the service has its copy by a drop-in, as docs/credentials.md shows.

second=/etc/ovh-licensed/second.conf
run_as_root() { inside ovh-licensed "$@" 2>&1; }
both_polled() { status_says '"account":"main".*"account":"second"' && polled; }

second_simulator() { # another OVHcloud, whose services have other names
  sed 's/name: pcc-/name: pcc-2-/' "$source/tests/simulator/fleets/demo.yaml" | put /dev/stdin /srv/second.yaml
  inside systemd-run --quiet --unit=second-simulator ovh-simulator --plain --port 8080 --fleet /srv/second.yaml --conf-out "$second" --ready-out /srv/second.json
  wait_for "the second simulator" inside test -s /srv/second.json
}
confirm() { # what login asked the second one for
  local body='{"status": "validated"}'
  inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/8080 && printf "PATCH /control/credentials/2 HTTP/1.0\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: %s\r\n\r\n%s" \
    "${#0}" "$0" >&3 && cat <&3' "$body"
}

check_a_second_account_has_one_file_for_people_and_the_service() {
  install_service
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  second_simulator
  configure
  inside sed -i "/name: main/a\\  - {name: second, endpoint: \"http://127.0.0.1:8080/1.0\", credentials_file: $second}" /etc/ovh-licensed/config.yaml
  policy enforce
  drop_in "LoadCredential=second.conf:$second"
  equal "the original is root's" "$(inside stat -c '%A %U' "$second")" "-rw------- root"

  inside systemctl start "$unit" || { fail "the service starts"; conclude; }
  wait_for "both accounts to be looked at" both_polled
  lacks "without a problem" "$(journal -o cat)" "second.conf"
  inside systemctl stop "$unit"
  inside test -e "/run/credentials/$unit/second.conf" && fail "the service's copy is gone with it"

  local said status=0
  said=$(run_as_root plan --rows) || status=$?
  equal "plan finds both while the service is stopped" "$status" 2
  holds "the second, too" "$said" "pcc-2-"
  said=$(run_as_root apply --yes) || fail "apply corrects while the service is stopped" "$said"
  holds "the second's, too" "$said" "pcc-2-"
  run_as_root verify >/dev/null || fail "the ledger fits"

  local before
  before=$(inside sha256sum "$second")
  inside systemd-run --quiet --unit=login ovh-licensed login --account second
  wait_for "the link" eval 'inside journalctl -q -u login -o cat | grep -qF "press Ctrl-C to cancel."'
  holds "the second one's key is confirmed" "$(confirm)" " 200 "
  wait_for "login to be over" eval '[[ $(property ActiveState login.service) =~ ^(inactive|failed)$ ]]'
  lacks "login writes the original" "$(inside sha256sum "$second")" "$before"
  holds "and says so" "$(inside journalctl -q -u login -o cat)" "Written: $second"
  equal "the original is still root's" "$(inside stat -c '%A %U' "$second")" "-rw------- root"

  inside rm "$status_file" # the one of before
  inside systemctl start "$unit" || { fail "the service starts again"; conclude; }
  wait_for "both accounts to be looked at with the new key" both_polled
  lacks "still without a problem" "$(journal -o cat)" "second.conf"
}
