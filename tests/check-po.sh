#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every string of the window has a translation in every language, and every catalogue is well formed, well set and has
# nothing else.
set -euo pipefail
root=$1
for tool in xgettext msgmerge msgfmt; do
  command -v "$tool" >/dev/null || { echo "check-po: $tool is missing: apt install gettext" >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

for file in "$root"/ui/*.c "$root"/ui/*.ui "$root"/ui/gtk/*.ui; do
  name=ui/${file#"$root"/ui/}
  if grep -qE '[^a-zA-Z](_|N_|C_|NC_|ngettext) ?\(|translatable="yes"' "$file" && ! grep -qx "$name" "$root/po/POTFILES"; then
    echo "check-po: $name has strings and is not in po/POTFILES" >&2
    status=1
  fi
done

(cd "$root" && xgettext --from-code=UTF-8 --keyword=_ --keyword=N_ --keyword=C_:1c,2 --keyword=NC_:1c,2 \
  --files-from=po/POTFILES -o "$work/all.pot" 2>"$work/log") || { cat "$work/log" >&2; exit 1; }

while read -r language; do
  case $language in ''|\#*) continue ;; esac
  msgfmt --check -o /dev/null "$root/po/$language.po" || status=1
  msgmerge -q --no-fuzzy-matching "$root/po/$language.po" "$work/all.pot" -o "$work/$language.po"
  missing=$(msgattrib --untranslated --no-obsolete "$work/$language.po" | grep -c '^msgid "..*"' || true)
  fuzzy=$(msgattrib --only-fuzzy --no-obsolete "$work/$language.po" | grep -c '^msgid "..*"' || true)
  if [ "$missing" != 0 ] || [ "$fuzzy" != 0 ]; then
    echo "check-po: $language: $missing untranslated, $fuzzy fuzzy:" >&2
    msgattrib --untranslated --no-obsolete "$work/$language.po" | grep -A3 '^msgid' | head -40 >&2
    status=1
  fi
  unused=$(msgattrib --only-obsolete "$work/$language.po" | grep '^#~ msgid' || true)
  if [ -n "$unused" ]; then
    echo "check-po: $language: nothing says this any more:" >&2
    echo "$unused" >&2
    status=1
  fi
done <"$root/po/LINGUAS"

# A mark that French sets apart must not stand alone at the start of a line: one kind of blank, U+00A0, before it.
narrow=$(printf '\342\200\257')
if msgcat --no-wrap "$root/po/fr.po" | grep '^msgstr' | LC_ALL=C grep -E "( |$narrow)(:|;|!|\?|»)|«( |$narrow)" >&2; then
  echo "check-po: fr: a blank before : ; ! ? » or after « is not U+00A0" >&2
  status=1
fi
exit $status
