/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-session.h"

G_BEGIN_DECLS

/* The courses of orders as the journal has them, read in a thread of their own and kept for as long as nothing is new. One for each session. */

#define DESK_TYPE_TIMELINE_READER (desk_timeline_reader_get_type ())
G_DECLARE_FINAL_TYPE (DeskTimelineReader, desk_timeline_reader, DESK, TIMELINE_READER, GObject)

/* (transfer none): made at the first call, goes with the session. */
DeskTimelineReader *desk_timeline_reader_get (DeskSession        *session);
/**
 * desk_timeline_reader_ask:
 * @id: a client or server order id
 *
 * What is known of the order so far, of DeskTimelineMark; what the journal has by now is read, and "read" (const char *id, GPtrArray *marks,
 * const char *error) tells of it. Only one of @marks and @error is there.
 *
 * Returns: (transfer none) (nullable): until the next "read" about it
 */
GPtrArray          *desk_timeline_reader_ask (DeskTimelineReader *self,
                                              const char         *id);
/* The same without reading anew what was read already. */
GPtrArray          *desk_timeline_reader_peek (DeskTimelineReader *self,
                                              const char         *id);

G_END_DECLS
