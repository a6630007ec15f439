/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A limit order book with price-time priority. Pure: it knows neither accounts nor clocks. */

typedef struct _SimBook SimBook;

/**
 * SimBookEntry:
 * @owner: whose it is; %NULL is the simulated market's own
 * @side: DTC_BUY or DTC_SELL
 * @quantity: what is left and shown
 * @hidden: what is left and not shown: when the shown part is traded away, as much as @show of it comes to the end of
 *   the level's queue
 * @show: how much is shown at a time, 0 for all
 * @id: its own; never that of another entry of this book
 *
 * What rests in the book. Belongs to the book.
 */
typedef struct
{
  gpointer owner;
  guint64  id;
  int      side;
  gint64   price;
  gint64   quantity;
  gint64   hidden;
  gint64   show;
} SimBookEntry;

typedef struct
{
  gint64 price;
  gint64 quantity;
  guint  orders;
} SimLevel;

/* Limits that stop nothing. */
#define SIM_ANY_PRICE(side) ((side) == DTC_BUY ? G_MAXINT64 : G_MININT64)

/**
 * SimTradeFunc:
 * @resting: the entry that was hit, already reduced; when its quantity is 0 it has left the book and is freed after
 *   the call
 * @price: its price
 * @quantity: how much
 *
 * One trade. May add and remove other entries.
 */
typedef void (*SimTradeFunc) (const SimBookEntry *resting,
                              gint64              price,
                              gint64              quantity,
                              gpointer            user_data);

SimBook      *sim_book_new       (void);
void          sim_book_free      (SimBook      *book);
/* At the end of its level's queue. */
SimBookEntry *sim_book_add       (SimBook      *book,
                                  gpointer      owner,
                                  int           side,
                                  gint64        price,
                                  gint64        quantity);
/* The same, with no more than @show of it visible; 0 shows all. */
SimBookEntry *sim_book_add_iceberg (SimBook    *book,
                                  gpointer      owner,
                                  int           side,
                                  gint64        price,
                                  gint64        quantity,
                                  gint64        show);
void          sim_book_remove    (SimBook      *book,
                                  SimBookEntry *entry);
/* What is left becomes @quantity, which is not 0; it keeps its place, and what is hidden goes first. */
void          sim_book_resize    (SimBookEntry *entry,
                                  gint64        quantity);
/**
 * sim_book_take:
 * @entry: the one that trades next on its side
 * @quantity: no more than it shows
 *
 * Reduces @entry, and lets it show more or leave the book when its shown part is traded away.
 *
 * Returns: (transfer full) (nullable): @entry when it left the book, to be freed
 */
SimBookEntry *sim_book_take      (SimBook      *book,
                                  SimBookEntry *entry,
                                  gint64        quantity);
/* Who trades last among those at @price, or NULL. */
SimBookEntry *sim_book_newest    (SimBook      *book,
                                  int           side,
                                  gint64        price);
/* Who trades next on @side, or NULL. */
SimBookEntry *sim_book_front     (SimBook      *book,
                                  int           side);
/**
 * sim_book_find_reached:
 * @side: the side of who would come
 * @limit: the worst price it would accept
 * @quantity: how much it would want
 * @func: says whether an entry is the one
 *
 * Returns: (nullable): the first entry for which @func is TRUE among those it would trade with
 */
SimBookEntry *sim_book_find_reached (SimBook   *book,
                                  int           side,
                                  gint64        limit,
                                  gint64        quantity,
                                  gboolean    (*func) (const SimBookEntry *entry, gpointer user_data),
                                  gpointer      user_data);
/**
 * sim_book_match:
 * @book: a book
 * @side: the side of who comes; it takes from the other one
 * @limit: the worst price it accepts
 * @quantity: how much it wants
 * @func: told of each trade, best price first, then oldest first
 *
 * Returns: how much was traded
 */
gint64        sim_book_match     (SimBook      *book,
                                  int           side,
                                  gint64        limit,
                                  gint64        quantity,
                                  SimTradeFunc  func,
                                  gpointer      user_data);
/* What an order on @side could take up to @limit, counted no further than @wanted. */
gint64        sim_book_available (SimBook      *book,
                                  int           side,
                                  gint64        limit,
                                  gint64        wanted);
/* The best price that rests on @side; FALSE when it is empty. */
gboolean      sim_book_best      (SimBook      *book,
                                  int           side,
                                  gint64       *price);
/* Up to @n_levels price levels of @side, best first; returns how many. */
guint         sim_book_depth     (SimBook      *book,
                                  int           side,
                                  SimLevel     *levels,
                                  guint         n_levels);
/* Calls @func for every entry of @side, best first; @func must not change the book. */
void          sim_book_foreach   (SimBook      *book,
                                  int           side,
                                  GFunc         func,
                                  gpointer      user_data);

/* Adds the entries of @side that belong to no account, best first, to @makers. */
void          sim_book_makers    (SimBook      *book,
                                  int           side,
                                  GPtrArray    *makers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimBook, sim_book_free)

G_END_DECLS
