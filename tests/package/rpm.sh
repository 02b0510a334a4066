#!/usr/bin/env bash
# The .rpm has what the .deb has, and its scripts do the same: rpm.sh PACKAGES SIMULATOR. It needs the libraries of the Debian it was built on, so that is
# where it is tried; not shown is a build from the spec on a distribution of RPMs.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$here/clean.sh"

files() { sed -E '/[0-9a-z]*\/(doc|licenses)\//d; s:/zsh/vendor-completions/:/zsh/site-functions/:; s:^/lib/:/usr/lib/:; s/\.gz$//' | LC_ALL=C sort; }
link=/var/lib/prometheus/node-exporter/ovh-licensed.prom
expected=$({ cat "$here/files.txt"; echo $link; } | LC_ALL=C sort)
same "the .deb holds what is to be installed" "$expected" "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's/^\.//' | grep -v '/$' | files)"
same "the .rpm holds the same" "$expected" "$(rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | sed -n 's/^[^d][^ ]* //p' | files)"
pages() { sed -nE 's:.*/usr/share/doc/(packages/)?ovh-licensed[^/]*/((docs/)?[A-Za-z]+\.md)(\.gz)?$:\2:p' | LC_ALL=C sort; }
documents=$(cd "$repository" && ls README.md CHANGELOG.md docs/*.md | LC_ALL=C sort)
same "the .deb has README and docs" "$documents" "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | pages)"
same "the links between them lead somewhere: they are not compressed" "" \
  "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | grep -E '/doc/ovh-licensed/(docs/.*|README\.md)\.gz$' || true)"
same "the .rpm has them, too" "$documents" "$(rpm -qpl "$rpm" | pages)"
same "its configuration is not replaced when edited" "$(printf '/etc/ovh-licensed/%s.yaml\n' config policy)" \
  "$(rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' "$rpm" | sed -n 's/^cn //p')"
same "and both name the same version" "$(dpkg-deb -f "$deb" Version | sed 's/+.*//')" "$(rpm -qp --qf '%{VERSION}' "$rpm")"

clean_debian "the .rpm under a real systemd"
put "$rpm" /tmp/ovh-licensed.rpm
with_rpm() { inside rpm $force --nodeps "$@" 2>&1; } # rpm knows nothing of what dpkg installed
apt install rpm $(dpkg-deb -f "$deb" Depends | sed 's/([^)]*)//g; s/|[^,]*//g; s/,//g') >/dev/null
force=$(inside rpm --help | grep -o -m 1 -e --force-debian || true) # Debian 12's rpm wants it, 13's does not know it

fact "it installs in a clean Debian" with_rpm -i /tmp/ovh-licensed.rpm
same "the service is enabled, and not started" "enabled inactive" "$(state)"
fact "every file is as packed" with_rpm -V ovh-licensed
same "the metrics are there to be read, still empty" "-rw-r--r-- ovh-licensed /var/lib/ovh-licensed/ovh-licensed.prom" "$(shown /var/lib/ovh-licensed/ovh-licensed.prom)"
simulate
fact "it starts" go_live
until_ "it polls" polled
inside sh -c 'echo "# mine" >>/etc/ovh-licensed/policy.yaml'
first=$(service MainPID)
fact "it installs over itself" with_rpm -U --replacepkgs /tmp/ovh-licensed.rpm
same "the edited policy stays" "# mine" "$(inside tail -n 1 /etc/ovh-licensed/policy.yaml)"
same "the service runs" "enabled active" "$(state)"
[ "$(service MainPID)" != "$first" ] || fail "the service was not restarted by the upgrade"
fact "it is removed" with_rpm -e ovh-licensed
same "the daemon is stopped" "" "$(inside pidof ovh-licensed || true)"
same "what an administrator edited stays, and the ledger" "$(printf '%s\n' /etc/ovh-licensed/{config,policy}.yaml.rpmsave /var/lib/ovh-licensed/ledger.db)" \
  "$(present /etc/ovh-licensed/{config,policy}.yaml{,.rpmsave} /var/lib/ovh-licensed/{ledger.db,ovh-licensed.prom} /usr/bin/ovh-licensed)"
same "nothing was ever changed" '"method":"GET"' "$(methods)"
