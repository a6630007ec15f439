/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/* Fields of messages by their DTC names, where one piece of code serves many messages. */

/* The index of the field @name in messages of @desc, or -1. */
int      sim_field_find   (const DtcMessageDesc *desc,
                           const char           *name);
/* FALSE when @message has no such field or no value for it; else @value is its number. */
gboolean sim_field_number (const DtcMessage     *message,
                           const char           *name,
                           double               *value);
/* Microseconds of a time that a client states in seconds, milli- or microseconds; 0 stays 0, before 1970 is 0 too, and
 * what is beyond all reason is far in the future. */
gint64   sim_field_time   (gint64                stated);
/* The time @days before @time, both in microseconds. */
gint64   sim_days_before  (gint64                time,
                           gint64                days);

G_END_DECLS
