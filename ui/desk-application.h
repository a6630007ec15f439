/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The program: one window, one session at a time, actions and keys. */

#define DESK_TYPE_APPLICATION (desk_application_get_type ())
G_DECLARE_FINAL_TYPE (DeskApplication, desk_application, DESK, APPLICATION, AdwApplication)

/**
 * desk_application_new:
 * @profile: (nullable): name of the profile to open; %NULL: the last one, at first the built-in simulator
 * @state: (nullable): state file instead of the profile's own
 * @capture: (nullable): new file that records the wire of the first connection's profile
 *
 * Programs with the same state file are one program: the second shows the window of the first.
 */
DeskApplication *desk_application_new (const char *profile,
                                       const char *state,
                                       const char *capture);

/* Actions: "app.open-profile" (s), "app.connections", "app.preferences", "app.about", "app.quit". */

G_END_DECLS
