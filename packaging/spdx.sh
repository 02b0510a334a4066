#!/usr/bin/env bash
# The bill of materials (SPDX 2.3 as JSON) of packages: spdx.sh BUILD PROGRAM COMMIT SOURCE PACKAGES..., where debian/ is, right after the
# build. Ninja and dpkg know what is in them: where the headers and archives that BUILD read came from, and which libraries PROGRAM needs.
set -euo pipefail
shopt -s inherit_errexit
build=$1 program=$2 commit=$3
shift 3

owners() { xargs -rd '\n' realpath | sort -u | xargs -rd '\n' dpkg -S | sed 's/[:,].*//' | sort -u; } # of the files on stdin
real() { # the installed packages behind dependencies on stdin, some of which name what a package provides
  local name
  while read -r name; do
    dpkg-query -W -f '${db:Status-Status} ${Package}, ${Provides}\n' | sed -n 's/^installed //p' | sed 's/ ([^)]*)//g' |
      awk -F ', ' -v name="$name" '{ for (i = 1; i <= NF; i++) if ($i == name && !found++) print $1 }'
  done | sort -u
}
linked=$(dpkg-shlibdeps -O -e"$program" 2>/dev/null | sed 's/^[^=]*=//; s/ ([^)]*)//g; s/ |[^,]*//g' | tr -s ', ' '\n\n' | real)
archives=$(ninja -C "$build" -t commands ovh-licensed | tail -n 1 | grep -o ' /[^ ]*\.a' | tr -d ' ' | owners)
headers=$(ninja -C "$build" -t deps | sed -n 's:^ *\(/usr/\(.*/\)\?include/.*\):\1:p' | owners) # newer CMakes list what is linked, too
compiler=g++-$(g++ -dumpversion | cut -d . -f 1)
sources() { xargs -r dpkg-query -W -f '${source:Package}\n' | sort -u; }

license() { # SOURCE-PACKAGE HOW
  case $1 in
  binutils) echo GPL-3.0-or-later ;;
  boost*) echo BSL-1.0 ;;
  cli11 | cmake) echo BSD-3-Clause ;;
  debhelper) echo GPL-2.0-or-later ;;
  gcc-*) [ "$2" = tool ] && echo GPL-3.0-or-later || echo 'GPL-3.0-or-later WITH GCC-exception-3.1' ;;
  glibc) echo LGPL-2.1-or-later ;;
  linux) echo 'GPL-2.0-only WITH Linux-syscall-note' ;;
  fmtlib | howardhinnant-date | prometheus-cpp | spdlog | sqlitecpp | utf8proc | yaml-cpp) echo MIT ;;
  ninja-build | openssl) echo Apache-2.0 ;;
  sqlite3) echo blessing ;;
  *) echo "spdx.sh: which license has the source package '$1'?" >&2; return 1 ;;
  esac
}

facts() { # HOW PACKAGE... -> how, license, then what dpkg knows
  local how=$1 package known terms
  shift
  for package; do
    known=$(dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\t${Homepage}\n' "$package" | head -n 1)
    terms=$(license "$(cut -f 4 <<<"$known")" "$how")
    printf '%s\t%s\t%s\n' "$how" "$terms" "$known"
  done
}
# What is in headers only becomes part of the program, as archives do: nothing is linked that has the same source.
within() {
  local package shared
  shared=$(sources <<<"$linked")
  for package in $headers; do
    grep -qxF "$(sources <<<"$package")" <<<"$shared"$'\n'linux || echo "$package"
  done
  echo "$archives"
}

all=$(
  facts dynamic $linked
  facts static $(within | sort -u)
  facts header $(comm -23 <(echo "$headers") <(within | sort -u))
  facts tool binutils cmake debhelper "$compiler" ninja-build
)
files=$(for file in "$@"; do printf '%s\t%s\n' "${file##*/}" "$(sha256sum <"$file" | cut -d ' ' -f 1)"; done)

jq -n --arg facts "$all" --arg files "$files" --arg commit "$commit" --arg version "$(dpkg-parsechangelog -S Version)" \
  --arg system "$(. /etc/os-release && echo "$ID-$VERSION_ID")" --arg created "$(date -u -d "@$(dpkg-parsechangelog -S Timestamp)" +%FT%TZ)" '
def rows: split("\n") | map(select(. != "") | split("\t"));
def id: "SPDXRef-" + gsub("[^a-zA-Z0-9.-]"; "-");
def relation($from; $how; $to): {spdxElementId: $from, relationshipType: $how, relatedSpdxElement: $to};

"Organization: ovh-licensed maintainers" as $ours
| ($files | rows | map({
    name: .[0], SPDXID: .[0] | id, versionInfo: ($version | sub("[+].*"; "")), packageFileName: .[0], supplier: $ours, downloadLocation: "NOASSERTION",
    filesAnalyzed: false, checksums: [{algorithm: "SHA256", checksumValue: .[1]}],
    licenseConcluded: "Apache-2.0", licenseDeclared: "Apache-2.0", copyrightText: "2026 The ovh-licensed maintainers",
    sourceInfo: "git commit \($commit)", primaryPackagePurpose: (if .[0] | endswith(".tar.gz") then "SOURCE" else "APPLICATION" end)})) as $own
| ($own | map(select(.primaryPackagePurpose == "APPLICATION").SPDXID)) as $made
| ($own | map(select(.primaryPackagePurpose == "SOURCE").SPDXID)) as $source
| ($facts | rows | map({how: .[0], package: {
    name: .[2], SPDXID: .[2] | id, versionInfo: .[3], supplier: "Organization: Debian", downloadLocation: "NOASSERTION", filesAnalyzed: false,
    homepage: (if .[7] == "" then "NOASSERTION" else .[7] end), licenseConcluded: .[1], licenseDeclared: .[1], copyrightText: "NOASSERTION",
    sourceInfo: "Debian source package \(.[5]) \(.[6])", primaryPackagePurpose: (if .[0] == "tool" then "APPLICATION" else "LIBRARY" end),
    externalRefs: [{referenceCategory: "PACKAGE-MANAGER", referenceType: "purl",
      referenceLocator: "pkg:deb/debian/\(.[2] | @uri)@\(.[3] | @uri)?arch=\(.[4])&distro=\($system)"}]}})) as $parts
| {
    spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "ovh-licensed_\($version)",
    documentNamespace: "https://spdx.org/spdxdocs/ovh-licensed_\($version | @uri)-\($own[0].checksums[0].checksumValue)",
    creationInfo: {created: $created, creators: [$ours, "Tool: packaging/spdx.sh"]},
    packages: ($own + ($parts | map(.package))),
    relationships: [
      ($made[] as $one | relation("SPDXRef-DOCUMENT"; "DESCRIBES"; $one), relation($one; "GENERATED_FROM"; $source[]),
        ($parts[] | .package.SPDXID as $part
          | if .how == "dynamic" then relation($one; "DYNAMIC_LINK"; $part) elif .how == "static" then relation($one; "STATIC_LINK"; $part)
            elif .how == "header" then relation($part; "BUILD_DEPENDENCY_OF"; $one) else relation($part; "BUILD_TOOL_OF"; $one) end))]
  }'
