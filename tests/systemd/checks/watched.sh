# What people and their monitoring see of it.

check_systemctl_status_says_how_it_is() {
  running_service
  wait_for "the first poll to be told" said "poll 1:"
  local shown
  shown=$(inside systemctl status "$unit")
  holds "in a line" "$shown" 'Status: "ok: 26 VMs in 2 datacenters:'
  holds "with what is due and allowed" "$shown" '7 due; policy mode report"'
}

check_the_journal_has_fields() {
  running_service
  inside sed -i 's/windows2019srv_64Guest:.*/windows2019srv_64Guest: review/' /etc/ovh-licensed/policy.yaml
  inside systemctl reload "$unit"
  wait_for "a change of verdict to be told" said "app-1"
  local line
  line=$(journal -o json VM_ID=1081 | head -n 1)
  holds "a VM is found by its id, with its verdict" "$line" '"VERDICT":"review"'
  holds "the line is the daemon's own" "$line" '"SYSLOG_IDENTIFIER":"ovh-licensed"'
  holds "systemd knows whose it is" "$line" '"_SYSTEMD_UNIT":"ovh-licensed.service"'
  lacks "other lines are not among them" "$(journal -o cat VM_ID=1081)" "poll"
}

check_the_status_can_be_read_by_all() {
  running_service
  local seen=0
  as_user nobody ovh-licensed status >/dev/null || seen=$?
  equal "monitoring sees that something is due" "$seen" 2
  as_user nobody cat /var/lib/ovh-licensed/ovh-licensed.prom >/dev/null || fail "and the metrics"
  as_user nobody cat /var/lib/ovh-licensed/ledger.db >/dev/null 2>&1 && fail "but not the ledger"
  inside systemctl stop "$unit"
  said "$unit: Deactivated successfully." || fail "it stops in good order" "$(journal -o cat)"
  holds "a status is not taken for today's once the daemon is stopped" "$(inside ovh-licensed status 2>&1)" "the daemon has been stopped"
}

# Debian's own package, with its own unit; our package brings the link.
exporter=$source/build/tools
install_exporter() {
  [ -x "$exporter/usr/bin/prometheus-node-exporter" ] || { echo "skipped: no prometheus-node-exporter in build/tools (./dev deps)"; exit 77; }
  put "$exporter/usr/bin/prometheus-node-exporter" /usr/bin/prometheus-node-exporter 755
  put "$(ls "$exporter"/{,usr/}lib/systemd/system/prometheus-node-exporter.service 2>/dev/null)" /lib/systemd/system/prometheus-node-exporter.service
  put "$exporter/etc/default/prometheus-node-exporter" /etc/default/prometheus-node-exporter
  inside getent passwd prometheus >/dev/null || inside useradd --system --user-group --home-dir /var/lib/prometheus prometheus
  inside mkdir -p /var/lib/prometheus/node-exporter
  inside ln -sf /var/lib/ovh-licensed/ovh-licensed.prom /var/lib/prometheus/node-exporter/ovh-licensed.prom
  inside systemctl daemon-reload
}
scraped() { inside bash -c 'exec 3<>/dev/tcp/127.0.0.1/9100 && printf "GET /metrics HTTP/1.0\r\n\r\n" >&3 && cat <&3' 2>/dev/null | grep -E "$1"; }
no_scrape_error() { [ "$(scraped '^node_textfile_scrape_error')" = "node_textfile_scrape_error 0" ]; }

check_node_exporter_shows_the_metrics() {
  install_service
  install_exporter
  inside systemctl start prometheus-node-exporter
  wait_for "node_exporter to find nothing wrong before the daemon ever ran" no_scrape_error
  running_service
  wait_for "the metrics at node_exporter" scraped '^ovh_licensed_last_success_timestamp_seconds '
  equal "it serves what the daemon wrote" "$(scraped '^ovh_licensed_vms\{.*datacenter="12".*verdict="missing"')" \
    'ovh_licensed_vms{account="main",datacenter="12",service="pcc-192-0-2-1",verdict="missing"} 3'
  no_scrape_error || fail "without an error" "$(scraped '^node_textfile')"
  inside systemctl stop "$unit"
  scraped '^ovh_licensed_last_poll_timestamp_seconds ' >/dev/null || fail "and what it wrote last once it is stopped"
}

check_metrics_named_by_the_link_reach_node_exporter() {
  install_service
  install_exporter
  inside mkdir -p /etc/ovh-licensed
  start_simulator
  configure
  inside sed -i 's|prometheus: .*}|prometheus: /var/lib/prometheus/node-exporter/ovh-licensed.prom}|' /etc/ovh-licensed/config.yaml
  inside systemctl start "$unit" prometheus-node-exporter
  wait_for "the metrics at node_exporter" scraped '^ovh_licensed_last_success_timestamp_seconds '
  no_scrape_error || fail "without an error" "$(scraped '^node_textfile')"
  equal "the link is still one" "$(inside stat -c %F /var/lib/prometheus/node-exporter/ovh-licensed.prom)" "symbolic link"
}
