/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-json-line.h"

G_BEGIN_DECLS

/* What the JSON and the plain line of an event share. */

gboolean    desk_json_line_has_line      (const DeskEvent        *event);
const char *desk_json_line_event_name    (DeskEventKind           kind);
char       *desk_json_line_flatten_text  (const DeskFlattenState *flatten);
void        desk_json_line_append_double (GString                *line,
                                          double                  value);

/* The members of a depth or report line, and its words for people. */
void        desk_json_line_market  (GString          *line,
                                    const DeskEvent  *event);
void        desk_plain_line_market (GString          *line,
                                    const DeskEvent  *event);

/* The members of a report line about a reconciliation. */
void        desk_json_line_resync  (GString               *line,
                                    const DeskResyncState *state);
/* Each finding of a verification is a line. (transfer full) (nullable) */
char       *desk_json_line_verify  (const DeskEvent       *event);
char       *desk_plain_line_verify (const DeskEvent       *event);

G_END_DECLS
