#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every notice of the core has a sentence in the window: one without is read in English in every language.
set -euo pipefail
root=$1
status=0

# The code stands behind the level, often on the next line.
codes=$(cat "$root"/src/*.c | tr '\n' ' ' |
  grep -oE '(DESK_LEVEL_(INFO|WARNING|ALARM)|level), +"[A-Z][A-Z0-9_]+"|\? +"[A-Z][A-Z0-9_]{3,}" +: +"[A-Z][A-Z0-9_]+"' |
  grep -oE '"[A-Z0-9_]+"' | sort -u)
n=$(grep -c . <<<"$codes" || true)
if [ "$n" -lt 40 ]; then
  echo "check-notices: only $n codes were found: the sources read otherwise than this test reads them" >&2
  exit 1
fi
for code in $codes; do
  # The server's own words.
  case $code in '"ALERT"'|'"USER_MESSAGE"') continue ;; esac
  grep -qF "{ $code, N_(" "$root/ui/desk-words-notice.c" && continue
  echo "check-notices: ui/desk-words-notice.c has no sentence for $code" >&2
  status=1
done
exit $status
