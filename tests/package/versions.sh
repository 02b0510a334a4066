#!/usr/bin/env bash
# CMake, the .deb and the .rpm name the same version.
set -euo pipefail
cd "$(dirname "$0")/../.."

cmake=$(sed -n 's/^project(.* VERSION \([0-9.]*\) .*/\1/p' CMakeLists.txt)
fits() { # FILE VERSION
  [ "$2" = "$cmake" ] || { echo "$1 has version '$2', CMakeLists.txt '$cmake': write the same into both" >&2; exit 1; }
}
fits packaging/debian/changelog "$(sed -n '1s/.*(\(.*\)).*/\1/p' packaging/debian/changelog)"
fits packaging/rpm/ovh-licensed.spec "$(sed -n 's/^Version: *//p' packaging/rpm/ovh-licensed.spec)"
fits "packaging/rpm/ovh-licensed.spec (%changelog)" "$(sed -n '/^%changelog/{n;s/.* - \(.*\)-[0-9]*$/\1/p}' packaging/rpm/ovh-licensed.spec)"
