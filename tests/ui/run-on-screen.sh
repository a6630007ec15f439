#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# run-on-screen.sh COMMAND…: on a virtual screen and a session bus of its own.
# DESK_TEST_SCREEN chooses the size, 1280x720 without it.
unset WAYLAND_DISPLAY
exec xvfb-run -a -s "-screen 0 ${DESK_TEST_SCREEN:-1280x720}x24 -nolisten tcp" dbus-run-session -- "$@"
