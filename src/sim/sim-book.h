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
 *
 * What rests in the book. Belongs to the book; @quantity is what is left.
 */
typedef struct
{
  gpointer owner;
  int      side;
  gint64   price;
  gint64   quantity;
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
 * @resting: the entry that was hit, already reduced; it is freed after the call when nothing is left
 * @price: its price
 * @quantity: how much
 *
 * One trade. Must not change the book.
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
void          sim_book_remove    (SimBook      *book,
                                  SimBookEntry *entry);
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

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimBook, sim_book_free)

G_END_DECLS
