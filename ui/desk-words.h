/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"
#include "desk-snapshot.h"
#include "desk-ticket.h"

G_BEGIN_DECLS

/* Every word the trader reads for a state, a side, a code, in the language of the window, and the marks that stand
 * beside them. Static strings stay valid for ever; the char * ones are (transfer full). */

const char *desk_words_status        (DeskStatus            status);
/* The order's state with what happened to it: "Working, change rejected", "Part filled". */
const char *desk_words_order_state   (const DeskOrderState *order);
/* Behind what the server said when (UTC; 0: never), while a disk that hangs holds back what it says now. */
char       *desk_words_unshown       (gint64                as_of);
/* The state, and behind it how old that is when the link is lost or the disk hangs: "Working · as of 10:31:05, not confirmed". */
void        desk_words_order_now     (const DeskOrderState *order,
                                      GString              *out);
/* One sign for the state, for the mark column; never the only bearer of meaning. */
const char *desk_words_order_mark    (const DeskOrderState *order);
/* The server's own text, what is known and not: the Reason column. */
void        desk_words_order_reason  (const DeskOrderState *order,
                                      GString              *out);
/* Whether an order of the type waits for a price to be touched, and whether it has a limit. */
gboolean    desk_words_has_trigger   (DeskOrderType         type);
gboolean    desk_words_has_limit     (DeskOrderType         type);
/* The limit price of an order and its stop or trigger price, whichever wire field carries them; or NULL. */
const DeskPrice *desk_words_limit_price (const DeskOrderState *order);
const DeskPrice *desk_words_stop_price  (const DeskOrderState *order);

const char *desk_words_side          (DeskSide              side);
const char *desk_words_type          (DeskOrderType         type);
/* The same for a table: "MIT". */
const char *desk_words_type_short    (DeskOrderType         type);
const char *desk_words_tif           (DeskTif               tif);
/* The time in force in full words, for drop-downs. */
const char *desk_words_tif_long      (DeskTif               tif);
const char *desk_words_source        (DeskSource            source);
const char *desk_words_link          (DeskLink              link);
const char *desk_words_reason        (DeskReason            reason);
const char *desk_words_certainty     (DeskCertainty         certainty);
/* What the refusal means and what to do, one sentence. */
const char *desk_words_denial        (DeskDenial            denial);
/* The same, or the gate's own sentence @text with its numbers in the language. (transfer full) */
char       *desk_words_denial_text   (DeskDenial            denial,
                                      const char           *text);
/* A sentence of the core in the language; the text itself when it is not known. (transfer full) */
char       *desk_words_core          (const char           *text);
gboolean    desk_words_core_knows    (const char           *text);
/* Why the link is not there, by the nick of its reason: one sentence. "" for a reason that is none. */
const char *desk_words_link_reason   (const char           *nick);
/* A notice of the engine: its own sentence, or else one by its code; @text itself where neither is known here.
 * (transfer full) */
char       *desk_words_notice        (const char           *code,
                                      const char           *text);
/* TRUE for the code of a notice whose text the server wrote. */
gboolean    desk_words_is_server_message (const char        *code);
/* "Fills: 3", as the language sets it. (transfer full) */
char       *desk_words_named         (const char           *what,
                                      const char           *rest);
/* TRUE while the words of this window are the English ones of the source. */
gboolean    desk_words_are_english   (void);
const char *desk_words_resync_step   (const char           *nick);
const char *desk_words_flatten_step  (DeskFlattenStep       step);
/* What the order is there for; "" for one of its own. */
const char *desk_words_role          (DeskRole              role);
/* Where it is held, as far as anybody knows. */
const char *desk_words_where         (const DeskOrderState *order);
/* The name of a profile: those that ship have one in every language. */
const char *desk_words_profile       (const char           *name);

/* "Buy 2 ESZ6 Limit 5000.25, Day"; the orders of a bracket and of a pair stand one below the other. */
char       *desk_words_ticket        (const DeskTicket     *ticket,
                                      const DeskGrid       *grid);
/* What the server will do with the orders of a bracket or pair; NULL for a single one. Static. */
const char *desk_words_ticket_promise (const DeskTicket    *ticket);
/* TRUE when the market has no such price. */
gboolean    desk_words_ticket_off_tick (const DeskTicket   *ticket,
                                      const DeskGrid       *grid);
/* "Filled: bought 1 ESZ6 at 5000.25". */
char       *desk_words_fill          (const DeskFillState  *fill);

/* UTC: "10:31:05", "10:31:05.123", "2026-12-01 21:00". */
void        desk_words_time          (GString              *out,
                                      gint64                utc_usec,
                                      gboolean              milliseconds);
char       *desk_words_date          (gint64                utc_seconds);
/* An age or a length of time: "0.4 s", "12 s", "03:12", "1:02:03". */
char       *desk_words_age           (gint64                usec);

G_END_DECLS
