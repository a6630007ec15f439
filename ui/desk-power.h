/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* When the computer goes to sleep, wakes, or locks its screen, as logind says; silent where there is none. Sleep is held
 * up for the moment that disarming takes. */

#define DESK_TYPE_POWER (desk_power_get_type ())
G_DECLARE_FINAL_TYPE (DeskPower, desk_power, DESK, POWER, GObject)

/* @connection: (nullable): to logind; NULL: the system's bus, asked for without waiting. */
DeskPower *desk_power_new (GDBusConnection *connection);

/* Signals: "sleeping" (), "awake" (), "locked" (). */

G_END_DECLS
