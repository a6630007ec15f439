#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs a window test on a display of its own. Without xvfb it runs on the one that is there, else it says what to do.
set -euo pipefail
if command -v xvfb-run >/dev/null; then
  exec xvfb-run -a -s "-screen 0 1280x720x24" "$@"
fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec "$@"
fi
echo "run-with-display: no display and no xvfb-run: apt install xvfb xauth" >&2
exit 1
