/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-decode.h"
#include "desk-log-match.h"

G_BEGIN_DECLS

/* What the log panel says, in the language of the window. */

/* The message in words: "Buy 2 ESZ6 Limit 5000.25". (transfer full) */
char       *desk_log_words_summary    (const DeskLogRow     *row);
/* The sentence of a note. (transfer full) */
char       *desk_log_words_note       (const DeskLogRow     *row);
/* "10:31:05.123456" UTC; "" where it is not known. */
void        desk_log_words_time       (const DeskLogRow     *row,
                                       GString              *out);
/* A length of time, microseconds: "34 ms", "0.412 ms", "21 s", "3 min 12 s". */
void        desk_log_words_span       (gint64                usec,
                                       GString              *out);
/* One of the problems of a message or a part, in a few words. Static. */
const char *desk_log_words_problem    (DeskLogProblem        problem);
/* All of them, one sentence each, a line each; of the message itself. (transfer full) */
char       *desk_log_words_verdict    (const DeskLogAnatomy *anatomy);
const char *desk_log_words_chip       (DeskLogChip           chip);
/* A complaint of the core about a query or a file. (transfer full) */
char       *desk_log_words_complaint  (const char           *text);

G_END_DECLS
