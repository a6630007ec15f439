#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run-on-screen.sh COMMAND…: on a virtual screen and a session bus of its own.
# DESK_TEST_SCREEN chooses the size, 1280x720 without it.
set -u
unset WAYLAND_DISPLAY XAUTHORITY

folder=$(mktemp -d) || exit 1
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT

# The server itself picks a free number: tests run side by side.
mkfifo "$folder/number" || exit 1
Xvfb -displayfd 3 -screen 0 "${DESK_TEST_SCREEN:-1280x720}x24" -nolisten tcp 3>"$folder/number" 2>"$folder/log" &
server=$!
if ! read -r number <"$folder/number"; then
  cat "$folder/log" >&2
  echo "run-on-screen.sh: Xvfb did not start" >&2
  exit 1
fi
export DISPLAY=":$number"
dbus-run-session -- "$@"
