#!/usr/bin/env bash
# What ./dev release made is whole: release.sh RELEASE. The files of both Debians are there, their checksums fit, the bills of materials say
# what SPDX 2.3 asks for, each .deb installs in the Debian that it is for, and another release of the same commit has the same bytes.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
release=$(realpath "${1:?where is the release?}")
. "$repository/tests/package/facts.sh"

version=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' "$repository/CMakeLists.txt")
architecture=$(dpkg --print-architecture)
cd "$release"
same "its files" "SHA256SUMS
$(for debian in 12 13; do echo ovh-licensed-"$version-1.deb$debian.$(uname -m).rpm"; done)
ovh-licensed-$version.tar.gz
$(for debian in 12 13; do printf "ovh-licensed_$version+deb$debian""_$architecture.%s\n" deb spdx.json; done)" "$(LC_ALL=C ls)"
fact "the checksums fit" sha256sum --check --strict SHA256SUMS
same "and cover everything" "$(LC_ALL=C ls | grep -v SUMS)" "$(sed 's/.*  //' SHA256SUMS)"
same "the source archive has one directory" "ovh-licensed-$version" "$(tar -tzf "ovh-licensed-$version.tar.gz" | cut -d / -f 1 | sort -u)"

# ---- https://spdx.github.io/spdx-spec/v2.3/: what must be there, and what values are allowed ----
wrong_with='
def text: type == "string" and . != "";
def wants($what; good): if good then empty else $what end;
def license: text and (. == "NOASSERTION" or test("^[A-Za-z0-9.+-]+( WITH [A-Za-z0-9.-]+)?$"));
([.packages[].SPDXID] + [.SPDXID]) as $ids
| wants("spdxVersion"; .spdxVersion == "SPDX-2.3"), wants("dataLicense"; .dataLicense == "CC0-1.0"), wants("SPDXID"; .SPDXID == "SPDXRef-DOCUMENT"),
  wants("name"; .name | text), wants("documentNamespace"; .documentNamespace | test("^https?://[^#]+$")),
  wants("created"; .creationInfo.created | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")),
  wants("creators"; .creationInfo.creators | length > 0 and all(test("^(Tool|Person|Organization): "))),
  wants("each id once"; ($ids | length) == ($ids | unique | length)),
  (.packages[] | .name as $name
    | wants("\($name): SPDXID"; .SPDXID | test("^SPDXRef-[a-zA-Z0-9.-]+$")), wants("\($name): version"; .versionInfo | text),
      wants("\($name): downloadLocation"; .downloadLocation | text), wants("\($name): filesAnalyzed"; .filesAnalyzed == false),
      wants("\($name): license"; (.licenseDeclared | license) and (.licenseConcluded | license)), wants("\($name): copyright"; .copyrightText | text),
      wants("\($name): supplier"; .supplier | test("^(Person|Organization): ")),
      wants("\($name): purpose"; .primaryPackagePurpose | IN("APPLICATION", "LIBRARY", "SOURCE")),
      (.checksums // [] | .[] | wants("\($name): checksum"; .algorithm == "SHA256" and (.checksumValue | test("^[0-9a-f]{64}$")))),
      (.externalRefs // [] | .[] | wants("\($name): purl"; .referenceCategory == "PACKAGE-MANAGER" and .referenceType == "purl" and (.referenceLocator | test("^pkg:deb/debian/[^@ ]+@[^@ ]+$"))))),
  (.relationships[] | wants("\(.): both ends"; ([.spdxElementId, .relatedSpdxElement] - $ids) == []),
    wants("\(.): relationshipType"; .relationshipType | IN("DESCRIBES", "GENERATED_FROM", "DYNAMIC_LINK", "STATIC_LINK", "BUILD_DEPENDENCY_OF", "BUILD_TOOL_OF")))'
for debian in 12 13; do
  deb=ovh-licensed_$version+deb${debian}_$architecture.deb bill=${deb%.deb}.spdx.json
  said=$(jq -r "$wrong_with" "$bill" 2>&1) || fail "$bill: $said"
  same "$bill is SPDX 2.3" "" "$said"
  same "it describes the packages" "$deb ovh-licensed-$version-1.deb$debian.$(uname -m).rpm" \
    "$(jq -r '[.relationships[] | select(.relationshipType == "DESCRIBES").relatedSpdxElement] as $ids | [.packages[] | select(.SPDXID | IN($ids[])).name] | join(" ")' "$bill")"
  same "by their checksums, and the source's" "$(grep -E "  (ovh-licensed-$version.tar.gz|.*[.+]deb$debian[._].*(deb|rpm))$" SHA256SUMS | cut -d ' ' -f 1 | sort)" \
    "$(jq -r '.packages[] | .checksums // [] | .[].checksumValue' "$bill" | sort)"
done

# ---- each is for its Debian ----
libraries_of() { # deb: the packages of the root that its dependencies name, or that provide what these name
  dpkg-deb -f "$1" Depends | tr ',' '\n' | sed -E 's/^ *//; s/ .*//' | grep '^lib' | while read -r wanted; do
    chroot "$root" dpkg-query -W -f '${Package}\t${Provides}\n' |
      awk -F '\t' -v p="$wanted" '{ all = " " $2 "," } $1 == p || index(all, " " p ",") || index(all, " " p " (") { print $1 }'
  done | sort -u
}
linked_by() { # bill of materials
  jq -r '[.relationships[] | select(.relationshipType == "DYNAMIC_LINK").relatedSpdxElement] as $ids | .packages[] | select(.SPDXID | IN($ids[])).name' "$1" | sort -u
}
for suite in bookworm:12 trixie:13; do
  root=$repository/build/roots/${suite%:*}.try
  rm -rf --one-file-system "$root"
  trap 'rm -rf --one-file-system "$root"' EXIT
  cp -a "$repository/build/roots/${suite%:*}" "$root"
  cp -L /etc/resolv.conf "$root/etc/"
  cp ovh-licensed_*+deb${suite#*:}_*.deb "$root/tmp/"
  fact "it installs in ${suite%:*}" chroot "$root" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq /tmp/ovh-licensed_*.deb'
  same "and runs" "ovh-licensed $version" "$(chroot "$root" ovh-licensed --version)"
  fact "with its configuration" chroot "$root" ovh-licensed check
  same "what it depends on of libraries is what is linked" "$(libraries_of ovh-licensed_*+deb"${suite#*:}"_*.deb)" "$(linked_by ovh-licensed_*+deb"${suite#*:}"_*.spdx.json)"
  rm -rf --one-file-system "$root"
done

# ---- once more ----
again=$repository/build/release.again
CCACHE_DISABLE=1 "$repository/packaging/release.sh" "$again" >/dev/null
same "another release has the same bytes" "$(cat SHA256SUMS)" "$(cat "$again/SHA256SUMS")"
rm -rf "$again"
