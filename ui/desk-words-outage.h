/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* What the trader reads of an outage and of doubt, in the language of the window. Static strings stay valid for ever;
 * the char * ones are (transfer full). */

/* The question of a line of the checklist: "Open orders". */
const char *desk_words_resync_line   (DeskResyncStep          step);
/* What stands at its end: "waits", "asked", "done". */
const char *desk_words_resync_mark   (DeskResyncMark          mark);
/* One sign for it; never the only bearer of meaning. */
const char *desk_words_resync_sign   (DeskResyncMark          mark);
/* Rows of its answer: "12 orders"; NULL: the line counts nothing. */
char       *desk_words_resync_count  (DeskResyncStep          step,
                                      guint                   count);
/* TRUE for what must be answered, or waived, before anything is live. */
gboolean    desk_words_resync_needed (DeskResyncStep          step);
/* "12 orders: 10 confirmed, 1 filled while away, 1 unknown. 1 new fill." */
char       *desk_words_report        (const DeskResyncState *state);

/* Steps of a flatten in the order they are made: the word for a step that is to come, runs or is over. */
const char *desk_words_flatten_name  (DeskFlattenStep         step);

/* TRUE for an order whose fate nobody has stated: what a person may have to settle. */
gboolean    desk_words_in_doubt      (const DeskOrderState   *order);
/* A decision about an order in doubt, as a choice: "It was cancelled". */
const char *desk_words_decision      (DeskDecision            decision);
/* What follows from it, one or two sentences. */
const char *desk_words_decision_effect (DeskDecision          decision);
/* What speaks for and against, a sentence a line. */
GPtrArray  *desk_words_evidence      (const DeskCase         *evidence); /* of char * */
char       *desk_words_candidate     (const DeskCandidate    *candidate,
                                      const DeskGrid         *grid);

/* A sentence of a drill; the text itself when it is not known. */
const char *desk_words_drill         (const char             *text);
gboolean    desk_words_drill_knows   (const char             *text);

/* "34 ms", "1.2 s", "03:12": how long a step took. */
char       *desk_words_took          (gint64                  usec);

G_END_DECLS
