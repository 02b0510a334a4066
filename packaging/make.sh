#!/usr/bin/env bash
# The .deb and the .rpm of a commit, its source archive and their bill of materials: packaging/make.sh OUT [COMMIT]. ./dev package calls it,
# and installs what it needs. Packages need the libraries of the system that they were built on, and have its name in their version.
set -euo pipefail
cd "$(dirname "$0")/.."
say() { printf '\033[1m== %s\033[0m\n' "$*" >&2; }

git rev-parse --git-dir >/dev/null 2>&1 || { echo "packages are made of a commit: this must be a git clone" >&2; exit 1; }
mkdir -p "${1:?where to?}"
out=$(realpath "$1")
commit=$(git rev-parse --verify "${2:-HEAD}^{commit}")

say "packages of $(git log -1 --format='%h (%s)' "$commit")"
[ -n "${2:-}" ] || [ -z "$(git status --porcelain)" ] ||
  printf 'warning: what is not committed is left out:\n%s\n' "$(git status --short | head -20)" >&2

# Debian's tools want debian/ at the top of the sources, and put the packages beside them.
rm -rf "$out"/{source,tree,rpm,ovh-licensed*,*.log,commit}
mkdir "$out/source"
git -c tar.umask=0022 archive "$commit" | tar -x -C "$out/source"
cp -r "$out/source/packaging/debian" "$out/source/debian"
system=$(. /etc/os-release && echo "${ID/debian/deb}${VERSION_ID:-}") suite=$(. /etc/os-release && echo "${VERSION_CODENAME:-unstable}")
sed -i "1s/(\(.*\)) [a-z]*;/(\1+$system) $suite;/" "$out/source/debian/changelog"
version=$(sed -n 's/^Version: *//p' "$out/source/packaging/rpm/ovh-licensed.spec")
git -c tar.umask=0022 archive --prefix="ovh-licensed-$version/" "$commit" | gzip -9n >"$out/ovh-licensed-$version.tar.gz"
cd "$out/source"

logged() { # FILE COMMAND...: its output goes to FILE, and is shown only if it fails
  "${@:2}" >"$1" 2>&1 || { tail -n 40 "$1" | cut -c 1-200 >&2; echo "failed; all of the output: $1" >&2; return 1; }
}

! command -v ccache >/dev/null || export CCACHE_DIR=${CCACHE_DIR:-$(ccache --get-config cache_dir)} # debhelper hides the home directory
say "building the .deb"
logged "$out/deb.log" dpkg-buildpackage -b -uc -us
deb=$(ls "$out"/ovh-licensed_*.deb)

say "building the .rpm"
dpkg-deb -x "$deb" "$out/tree"
SOURCE_DATE_EPOCH=$(dpkg-parsechangelog -STimestamp) logged "$out/rpm.log" rpmbuild -bb --build-in-place --target "$(uname -m)" \
  --define "tree $out/tree" --define "dist .$system" --define "_topdir $out/rpm" --define "_rpmdir $out" --define '_build_name_fmt %%{NAME}-%%{VERSION}-%%{RELEASE}.%%{ARCH}.rpm' \
  --define "_buildhost localhost" --define 'use_source_date_epoch_as_buildtime 1' --define 'clamp_mtime_to_source_date_epoch 1' \
  packaging/rpm/ovh-licensed.spec

packaging/spdx.sh obj-* debian/ovh-licensed/usr/bin/ovh-licensed "$commit" "$deb" "$out"/ovh-licensed-*.rpm "$out/ovh-licensed-$version.tar.gz" \
  >"${deb%.deb}.spdx.json"
rm -rf "$out"/{source,tree,rpm}
echo "$commit" >"$out/commit"
ls -lh "$out"/ovh-licensed*.{deb,rpm} | awk '{print $5, $9}'
