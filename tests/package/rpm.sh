#!/usr/bin/env bash
# The .rpm has what the .deb has, and installs: rpm.sh PACKAGES. (Not shown: how it runs on a distribution of RPMs.)
set -euo pipefail
. "$(dirname "$0")/common.sh"

files() { sed -E '/[0-9a-z]*\/(doc|licenses)\//d; s:/zsh/vendor-completions/:/zsh/site-functions/:; s:^/lib/:/usr/lib/:; s/\.gz$//' | LC_ALL=C sort; }
link=/var/lib/prometheus/node-exporter/ovh-licensed.prom
expected=$({ cat "$here/files.txt"; echo $link; } | LC_ALL=C sort)
same "the .deb holds what is to be installed" "$expected" "$(dpkg-deb --fsys-tarfile "$deb" | tar -t | sed 's/^\.//' | grep -v '/$' | files)"
same "the .rpm holds the same" "$expected" "$(rpm -qp --qf '[%{FILEMODES:perms} %{FILENAMES}\n]' "$rpm" | sed -n 's/^[^d][^ ]* //p' | files)"
same "its configuration is not replaced when edited" "$(printf '/etc/ovh-licensed/%s.yaml\n' config policy)" \
  "$(rpm -qp --qf '[%{FILEFLAGS:fflags} %{FILENAMES}\n]' "$rpm" | sed -n 's/^cn //p')"
same "and both name the same version" "$(dpkg-deb -f "$deb" Version)" "$(rpm -qp --qf '%{VERSION}' "$rpm")"

root=$(mktemp -d "$packages/rpm-root.XXXX")
trap 'rm -rf "$root"' EXIT
install_() { rpm --root "$root" --nodeps --noscripts "$@" 2>&1; }
fact "it installs" install_ -i "$rpm"
fact "its program runs" "$root/usr/bin/ovh-licensed" --version
fact "every file is as packed" rpm --root "$root" -V --nodeps ovh-licensed
echo "# mine" >>"$root/etc/ovh-licensed/policy.yaml"
fact "it installs over itself" install_ -U --replacepkgs "$rpm"
same "and keeps an edited policy" "# mine" "$(tail -n 1 "$root/etc/ovh-licensed/policy.yaml")"
fact "it goes" install_ -e ovh-licensed
same "and leaves only the edited policy" "/etc/ovh-licensed/policy.yaml.rpmsave" \
  "$(cd "$root" && find etc usr var -type f -o -type l | grep -v -e '^var/lib/rpm/' -e '^usr/lib/sysimage' | sed 's:^:/:')"
for part in prein postin preun postun; do
  rpm -qp --qf "%{${part^^}}\n" "$rpm" | sed '/^(none)$/d' | sh -n || fail "$part is no shell script"
done
