/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* Events as one line each: JSON for scripts, plain words for people. Written by hand rather than by json-glib, which
 * turns 0.1 into 0.10000000000000001 and knows no null for a number that is not there. */

/**
 * desk_json_line_event:
 * @event: an event
 *
 * Returns: (transfer full) (nullable): one JSON object without a line end, of a verification one a line; %NULL for an event
 * that has no line
 */
char *desk_json_line_event (const DeskEvent *event);

/**
 * desk_json_line_event_plain:
 * @event: an event
 *
 * The same as text for a terminal: control characters of a server's words are shown as "?".
 *
 * Returns: (transfer full) (nullable): one line without its end; %NULL for an event that has no line
 */
char *desk_json_line_event_plain (const DeskEvent *event);

/* The pieces, for lines that are no events. A line begins with event, time (UTC microseconds) and epoch. */
void desk_json_line_begin  (GString    *line,
                            const char *event,
                            gint64      utc,
                            guint32     epoch);
/* NULL is null. */
void desk_json_line_string (GString    *line,
                            const char *name,
                            const char *value);
void desk_json_line_int    (GString    *line,
                            const char *name,
                            gint64      value);
/* Shortest that reads back the same; NAN, infinite and DBL_MAX are null. */
void desk_json_line_double (GString    *line,
                            const char *name,
                            double      value);
void desk_json_line_bool   (GString    *line,
                            const char *name,
                            gboolean    value);
/* A JSON object of ours, as it is; NULL is null. */
void desk_json_line_raw    (GString    *line,
                            const char *name,
                            const char *object);
void desk_json_line_null   (GString    *line,
                            const char *name);
void desk_json_line_end    (GString    *line);

/* "2026-12-01T21:00:00.000000Z" of UTC microseconds. (transfer full) */
char *desk_json_line_time  (gint64      utc);
/* "Verified: 14 match, 1 mismatch, 0 not provable". (transfer full) */
char *desk_verify_line_summary (const DeskVerifyRun *run);
/* A text with every control character as "?", for a terminal. (transfer full) */
char *desk_json_line_clean (const char *text);

G_END_DECLS
