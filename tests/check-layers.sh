#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The arrows between folders point down only: ui -> src -> dtc. Prints every line that climbs.
cd "$1" || exit 99
bad=0
report ()
{
  if [ -n "$2" ]; then
    echo "not ok: $1"
    echo "$2"
    bad=1
  fi
}
report 'an include that leaves its folder' "$(grep -rnE '#include *["<](\.\./|src/|ui/|dtc/)' dtc src ui tests --include='*.[ch]')"
report 'GTK below ui/' "$(grep -rnE '#include *<(gtk|gdk|adwaita|libpanel)' dtc src --include='*.[ch]')"
report 'SQLite or json-glib in dtc/' "$(grep -rnE '#include *<(sqlite3|json-glib)' dtc --include='*.[ch]')"
report 'a header of the core in dtc/' "$(grep -rnE '#include *"desk-' dtc --include='*.[ch]')"
report 'src/ includes more of dtc/ than dtc.h' "$(grep -rnE '#include *"dtc-' src --include='*.[ch]' | grep -v '"dtc-messages.h"')"
report 'the simulator uses the client' "$(grep -rnE '#include *"desk-' src/sim --include='*.[ch]')"
report 'json-glib reads bytes of the server' "$(grep -rnE 'json_parser|json_object_get|json_node' dtc --include='*.[ch]')"
report 'text from outside as markup' "$(grep -rnE 'set_markup' ui src --include='*.c')"
report 'a clock or a die inside the pure core' "$(grep -nE 'g_get_(monotonic|real)_time|[^_a-z]time \(NULL|g_random|[^_a-z]rand \(' dtc/dtc-session.c dtc/dtc-codec.c dtc/dtc-json-*.c dtc/dtc-framer.c src/desk-truth*.c src/desk-engine*.c src/desk-gate.c src/desk-reconcile.c src/desk-flatten.c 2>/dev/null)"
for f in $(git ls-files 'dtc/*.[ch]' 'src/*.[ch]' 'ui/*.[ch]' 'tests/*.[ch]' 'tests/*.py' 'dtc/*.py' 2>/dev/null); do
  head -n 3 "$f" | grep -q 'SPDX-License-Identifier: GPL-3.0-or-later' || { echo "not ok: no licence line: $f"; bad=1; }
done
exit $bad
