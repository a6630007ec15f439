/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-event.h"

G_BEGIN_DECLS

/* What a market is said to be, in the language of the window. Static strings stay valid for ever; the char * ones are
 * (transfer full). */

/* Data of more than this is marked, in microseconds. */
#define DESK_STALE_USEC (2 * G_USEC_PER_SEC)

/* "" while the server has not said. */
const char *desk_words_trading       (DeskTradingStatus         status);
const char *desk_words_security_type (DeskSecurityType          type);
/* "decimals, e.g. 5000.25", "32nds and halves, e.g. 110'16.5" */
char       *desk_words_price_format  (const DeskGrid           *grid);
/* "+12.50" against the settlement before; "" when it is not known. */
char       *desk_words_change        (const DeskQuoteState     *quote);
/* ▲, ▼ or nothing beside a change. */
const char *desk_words_change_mark   (const DeskQuoteState     *quote);
/* Why there is nothing to see, calmly, with the server's words @text; trading goes on without. */
char       *desk_words_no_data       (const char               *text);
char       *desk_words_no_depth      (const char               *text);
char       *desk_words_no_queue      (const char               *text);
/* What says that data is not of now: "STALE 4.2 s", "as of 10:31:05, not confirmed". NULL when it is. @received: when
 * the newest of it came, monotonic, 0: never; @cut: the connection it came by has ended. */
char       *desk_words_doubt         (gint64                    received,
                                      gboolean                  cut);
/* "as of 10:31:05, not confirmed" for a monotonic time. */
char       *desk_words_as_of         (gint64                    received);
/* The same, short: "as of 10:31:05". */
char       *desk_words_as_of_short   (gint64                    received);
/* "2026-12-18", the day a contract ends; "" when it does not. */
char       *desk_words_expiry        (gint64                    expires);
/* The smallest move, to the last digit: "0.015625". */
char       *desk_words_tick          (const DeskInstrumentState *instrument);
/* "12.50 USD"; "" when it is not known. */
char       *desk_words_tick_value    (const DeskInstrumentState *instrument);

G_END_DECLS
