#!/usr/bin/env bash
# The life of the .deb in a clean Debian under a real systemd: installed, running, upgraded, removed, purged, installed again, with
# Debian's own node_exporter watching: install.sh PACKAGES SIMULATOR. Needs root; says so and passes where the machine does not allow it.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$here/clean.sh"

link=/var/lib/prometheus/node-exporter/ovh-licensed.prom
clean_debian "the .deb in a clean Debian"

# The version before: this one with a lower number and another policy.
before=$packages/before
rm -rf "$before"*
dpkg-deb -R "$deb" "$before"
sed -i 's/^Version: .*/Version: 0.0.1/' "$before/DEBIAN/control"
sed -i '1a # As it was shipped before.' "$before/etc/ovh-licensed/policy.yaml"
dpkg-deb --root-owner-group -b "$before" "$before.deb" >/dev/null
put "$before.deb" /tmp/before.deb
put "$deb" /tmp/now.deb
rm -rf "$before"*

# ---- the first installation ----
said=$(apt install /tmp/before.deb) || fail "it installs in a clean Debian: $said"
same "it says what to do first" "ovh-licensed: not started yet (no credentials); run: ovh-licensed login, then systemctl start ovh-licensed" "$(grep '^ovh-licensed:' <<<"$said")"
same "the service is enabled, and not started" "enabled inactive" "$(state)"
same "modes and owners" "\
-rw-r--r-- root /etc/ovh-licensed/config.yaml
-rw-r--r-- root /etc/ovh-licensed/policy.yaml
-rwxr-xr-x root /usr/bin/ovh-licensed
drwxr-xr-x ovh-licensed /var/lib/ovh-licensed
-rw-r--r-- ovh-licensed /var/lib/ovh-licensed/ovh-licensed.prom" "$(shown /etc/ovh-licensed/{config,policy}.yaml /usr/bin/ovh-licensed /var/lib/ovh-licensed{,/ovh-licensed.prom})"
same "all of it is root's, and only root can write it" "" \
  "$(inside sh -c 'dpkg -L ovh-licensed | xargs -I{} find {} -maxdepth 0 ! -type l \( -perm /022 -o ! -user root \)')"
same "it says its version" "ovh-licensed $(dpkg-deb -f "$deb" Version | sed 's/+.*//')" "$(inside ovh-licensed --version)"
fact "the configuration as shipped is right" inside ovh-licensed check
for page in 'ovh-licensed.1' 'ovh-licensed.yaml.5' 'ovh-licensed-policy.5'; do
  same "man shows $page without complaint" "" "$(inside sh -c 'MANWIDTH=80 man --warnings "$0" >/dev/null' "$page" 2>&1)"
done

# ---- running ----
simulate
credentials=$(inside sha256sum /etc/ovh.conf)
fact "it starts" go_live
until_ "it polls" polled
same "in mode report" '"mode": "report"' "$(inside ovh-licensed status --format json | grep -o '"mode": *"[a-z]*"' | head -n 1 | sed 's/: */: /')"
same "drift is found" 2 "$(inside ovh-licensed status >/dev/null; echo $?)"
same "and nothing is changed" '"method":"GET"' "$(methods)"
fact "node_exporter installs after it" apt install prometheus-node-exporter
until_ "the metrics appear at /metrics" metric ovh_licensed_build_info
fact "and node_exporter has no problem with them" metric 'node_textfile_scrape_error 0'
fact "node_exporter is purged, with its folder" apt purge prometheus-node-exporter
fact "it comes back" apt install prometheus-node-exporter
until_ "the metrics appear at /metrics once more" metric ovh_licensed_build_info
fact "without a problem" metric 'node_textfile_scrape_error 0'
same "by the same link" "'$link' -> '../../ovh-licensed/ovh-licensed.prom'" "$(inside stat -c %N $link)"

inside rm -f /usr/bin/kill # in a minimal Debian there is none
fact "it reloads" inside systemctl reload ovh-licensed
inside sh -c 'cp -a /etc/ovh-licensed/policy.yaml /root/ && echo "mode: enfroce" >/etc/ovh-licensed/policy.yaml'
inside systemctl reload ovh-licensed 2>/dev/null && fail "whoever reloads is told that a policy is refused"
inside cp -a /root/policy.yaml /etc/ovh-licensed/
fact "and again, once the policy is right" inside systemctl reload ovh-licensed

# ---- the upgrade ----
inside sh -c 'echo "# mine" >>/etc/ovh-licensed/policy.yaml'
first=$(service MainPID)
fact "the next version installs over it" apt install /tmp/now.deb
same "the edited policy stays" "# mine" "$(inside tail -n 1 /etc/ovh-licensed/policy.yaml)"
same "and the new one lies beside it" "/etc/ovh-licensed/policy.yaml.dpkg-dist" "$(present /etc/ovh-licensed/policy.yaml.dpkg-{dist,old,new})"
same "the service runs" "enabled active" "$(state)"
[ "$(service MainPID)" != "$first" ] || fail "the service was not restarted by the upgrade"
same "with the new program" "/usr/bin/ovh-licensed" "$(inside readlink "/proc/$(service MainPID)/exe")"
inside systemctl stop ovh-licensed
fact "it installs over itself" apt install --reinstall /tmp/now.deb
same "what was stopped stays so" "enabled inactive" "$(state)"
inside systemctl start ovh-licensed

# ---- removed, purged, and back again ----
fact "it is removed" apt remove ovh-licensed
same "the daemon is stopped" "" "$(inside pidof ovh-licensed || true)"
same "configuration and ledger stay" "$(printf '%s\n' /etc/ovh-licensed/{config,policy}.yaml /var/lib/ovh-licensed/ledger.db)" \
  "$(present /etc/ovh-licensed/{config,policy}.yaml /var/lib/ovh-licensed/ledger.db /usr/bin/ovh-licensed)"
fact "node_exporter has no problem without it" metric 'node_textfile_scrape_error 0'
ledger=$(inside sha256sum /var/lib/ovh-licensed/ledger.db)
said=$(apt purge ovh-licensed) || fail "purge: $said"
same "purging says what it keeps" "ovh-licensed: /var/lib/ovh-licensed was kept: its ledger is the evidence of what was declared when." "$(grep '^ovh-licensed:' <<<"$said")"
same "the ledger" "/var/lib/ovh-licensed/ledger.db" "$(present /etc/ovh-licensed /var/lib/ovh-licensed/{ledger.db,ovh-licensed.prom} /run/ovh-licensed)"
same "as it was" "$ledger" "$(inside sha256sum /var/lib/ovh-licensed/ledger.db)"
same "and the credentials of all tools" "$credentials" "$(inside sha256sum /etc/ovh.conf)"
said=$(apt install /tmp/now.deb) || fail "it installs again, after node_exporter: $said"
same "and says how to go on with the credentials that are there" "ovh-licensed: not started yet; run: ovh-licensed check --online, then systemctl start ovh-licensed" "$(grep '^ovh-licensed:' <<<"$said")"
same "and waits for its administrator" "enabled inactive" "$(state)"
fact "node_exporter has no problem with metrics that are still empty" metric 'node_textfile_scrape_error 0'
fact "it starts again" go_live
until_ "its metrics appear again" metric ovh_licensed_build_info
fact "the ledger goes on and fits" inside ovh-licensed verify
same "nothing was ever changed" '"method":"GET"' "$(methods)"
same "the simulator saw nothing that nobody should do" "[]" "$(http 8080 /control/violations | tail -n 1)"
