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

G_END_DECLS
