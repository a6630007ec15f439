/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-feed.h"
#include "sim-forms.h"

G_BEGIN_DECLS

/* Private to sim-feed*.c. */

#define SIM_MAX_CACHED 16

/* One market, as it was last told. */
typedef struct
{
  SimMarket *market;
  GPtrArray *subscriptions;        /* SimSubscription; belong to their viewers */
  SimLevel   best[2];              /* bids first */
  SimLevel   levels[2][SIM_DEPTH];
  guint      n_levels[2];
  GArray    *orders;               /* SimQueued, both sides; kept while someone looks at them */
  guint      n_depth;              /* how many look at the levels */
  guint      n_orders;             /* how many look at the orders */
  gboolean   touched;              /* something may have changed since */
} SimTape;

/* One order in the book as it was told. */
typedef struct
{
  guint64 id;
  int     side;
  gint64  price;
  gint64  quantity;
} SimQueued;

/* One client and what it looks at. */
typedef struct
{
  SimClient  *client;
  GHashTable *by_id; /* SymbolID → SimSubscription; owns them */
} SimViewer;

/* One symbol that a client looks at. */
typedef struct
{
  SimViewer *viewer;
  SimTape   *tape;
  guint32    id;
  gboolean   quotes;
  gboolean   depth;
  gboolean   orders;
  gint64     smallest; /* orders below this are not told */
  gint64     interval; /* microseconds between snapshots, which stand for all updates; 0 tells each */
  gint64     told;     /* when the last snapshot left */
  gboolean   stale;    /* something happened since */
  guint      turn;
} SimSubscription;

struct _SimFeed
{
  SimExchange      *exchange;
  const SimOptions *options;
  GHashTable       *tapes;   /* SimMarket → SimTape; owns them */
  GPtrArray        *active;  /* those with subscriptions */
  GHashTable       *viewers; /* SimClient → SimViewer; owns them */
  DtcMessage        message;
  GByteArray       *scratch; /* the event that is being told, as it was encoded so far */
  guint             n_cached;
  struct
  {
    DtcEncodingKind encoding;
    guint           form;
    guint32         id;
    guint           offset;
    guint           len;
  } cached[SIM_MAX_CACHED];
};

/* Forgets what was encoded: another event begins. */
void     sim_feed_begin        (SimFeed               *feed);
/* TRUE when @subscription was sent the event as another one was. */
gboolean sim_feed_send_cached  (SimFeed               *feed,
                                const SimSubscription *subscription,
                                guint                  form);
/* Sends feed->message and keeps its bytes. */
void     sim_feed_send         (SimFeed               *feed,
                                const SimSubscription *subscription,
                                guint                  form);

/* sim-feed-orders.c: market by order. */

/* The orders of the market as one batch. */
void     sim_feed_send_orders  (SimFeed               *feed,
                                const SimSubscription *subscription,
                                gint64                 now);
/* Reads the book; tells the differences to who looks. */
void     sim_feed_update_orders (SimFeed              *feed,
                                 SimTape              *tape,
                                 gint64                now);

G_END_DECLS
