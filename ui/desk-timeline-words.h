/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-snapshot.h"
#include "desk-timeline.h"

G_BEGIN_DECLS

/* The words of an order's course. */

/* "Buy 3 ESZ6 Limit 5000.25 · Working". (transfer full) */
char       *desk_timeline_words_order     (const DeskOrderState   *order);
/* What was measured of it: "click → journal 0.8 ms · journal → socket 0.2 ms"; "" for none. (transfer full) */
char       *desk_timeline_words_latencies (const DeskOrderState   *order);
/* Short, to stand beside a mark: "Journal", "Accepted", "Filled 2 at 5000.25". (transfer full) */
char       *desk_timeline_words_label     (const DeskTimelineMark *mark);
/* One sign for each kind, and its CSS class or NULL. */
const char *desk_timeline_words_glyph     (DeskTimelineKind        kind);
const char *desk_timeline_words_style     (DeskTimelineKind        kind);
/* The whole of it: "10:31:05.123 Filled 2 at 5000.25 (E-7), 2 of 2 filled · 12 ms later". (transfer full) */
char       *desk_timeline_words_mark      (const DeskTimelineMark *mark);
/* Latencies and the last few marks, a line each: the tooltip of an order. @marks may be NULL. (transfer full) */
char       *desk_timeline_words_tooltip   (const DeskOrderState   *order,
                                           GPtrArray              *marks);

G_END_DECLS
