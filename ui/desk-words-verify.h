/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-findings.h"

G_BEGIN_DECLS

/* The words of a verification: verdicts, the fifteen checks, and what set it off. Static where not said otherwise. */

/* "Match", "Mismatch", "Not provable". */
const char *desk_words_verdict       (DeskVerdict        verdict);
/* One sign for each, beside the word and the colour. */
const char *desk_words_verdict_mark  (DeskVerdict        verdict);
/* The CSS class of each: "match", "mismatch", "not-provable". */
const char *desk_words_verdict_style (DeskVerdict        verdict);
/* "Position", for V8; "" for a number that is no check's. */
const char *desk_words_check_title   (guint              check);
/* What the check asks for, one sentence. */
const char *desk_words_check_rule    (guint              check);
/* Why it ran: "asked for", "after a fill". */
const char *desk_words_verify_trigger (const char       *trigger);
/* Mark, number, verdict: "≠ Mismatch #3". (transfer full) */
char       *desk_words_finding       (const DeskFinding *finding);

/* The sentences of the core's findings, for desk_words_core(). */
const char *const *desk_words_verify_sentences (guint *n);

G_END_DECLS
