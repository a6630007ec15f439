/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-market.h"
#include "sim-options.h"

G_BEGIN_DECLS

/* What happens in a market, and the messages that can say so: DTC has had six for a trade alone. */

typedef enum
{
  SIM_EVENT_TRADE,
  SIM_EVENT_QUOTE,
  SIM_EVENT_LEVEL,          /* a level of the depth has changed */
  SIM_EVENT_SNAPSHOT_LEVEL, /* one of the levels that a new subscriber is told */
  SIM_EVENT_FIGURE,         /* of the session; there is one message for each */
  SIM_EVENT_KINDS,
} SimEventKind;

/**
 * SimEvent:
 * @time: microseconds of UTC
 * @price: ticks
 * @side: of the level, or the side of who came to trade: DTC_BUY or DTC_SELL
 * @level: from 1 on
 * @is_new: a level that was not there before
 * @gone: a level that is no more
 * @first: of a batch
 * @last: of a batch
 * @best: bids first; no quantity is no quote
 * @type: of a SIM_EVENT_FIGURE: the message
 */
typedef struct
{
  SimEventKind     kind;
  const SimMarket *market;
  gint64           time;
  gint64           price;
  gint64           quantity;
  int              side;
  guint            orders;
  guint            level;
  gboolean         is_new;
  gboolean         gone;
  gboolean         first;
  gboolean         last;
  SimLevel         best[2];
  guint16          type;
} SimEvent;

/* How many messages can say an event of @kind. */
guint    sim_forms_count  (SimEventKind      kind);
/**
 * sim_forms_choose:
 * @forms: what the server was told
 * @wishes: Integer_1 of the client's LOGON_REQUEST
 * @kind: of event
 * @turn: counts the events of a subscriber
 *
 * Returns: which of the messages says it, for sim_forms_build()
 */
guint    sim_forms_choose (SimForms          forms,
                           gint32            wishes,
                           SimEventKind      kind,
                           guint             turn);
/* @message: (inout): an initialised message; becomes what says @event under @id */
void     sim_forms_build  (const SimEvent   *event,
                           guint             form,
                           guint32           id,
                           DtcMessage       *message);

G_END_DECLS
