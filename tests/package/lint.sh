#!/usr/bin/env bash
# lintian finds nothing in the .deb: lint.sh PACKAGES
set -euo pipefail
. "$(dirname "$0")/common.sh"
said=$(lintian --allow-root --no-tag-display-limit --fail-on error,warning --info "$packages"/ovh-licensed_*.changes 2>&1) || fail "lintian: $said"
echo "ok: lintian has no error and no warning"
