/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-exchange.h"

/* An exchange whose messages are kept, for tests of the simulator. */

typedef struct
{
  SimOptions  *options;
  SimExchange *exchange;
  GPtrArray   *told; /* DtcMessage */
  gint64       now;
  guint        next_id;
} Fixture;

/* Not yet open, so that a state can be read into it. */
void fixture_init (Fixture *f, DtcNumbering numbering);

void fixture_clear (Fixture *f);

/* A test with an exchange of its own, open. */
void fixture_set_up (Fixture *f, gconstpointer data);
void fixture_tear_down (Fixture *f, gconstpointer data);
void fixture_add (const char *path, void (*func) (Fixture *, gconstpointer));

const char *fixture_submit (Fixture *f, const char *symbol, const char *account, int type, int side, double quantity,
                            double price1, double price2, int tif, gint64 good_till);
void fixture_cancel (Fixture *f, const char *server_id, const char *client_id, const char *account);

/* Prices of 0 are left as they are, in so many words. */
void fixture_replace (Fixture *f, const char *server_id, double price1, double price2, double quantity);

void fixture_flatten (Fixture *f, const char *symbol, const char *account);

/* Two orders on one symbol of which one cancels the other. */
typedef struct
{
  const char *symbol;
  const char *account;
  const char *parent; /* ClientOrderID, or NULL */
  int         types[2];
  int         sides[2];
  double      quantities[2];
  double      prices[2];
  double      offsets[2]; /* instead of prices, when not 0 */
  int         tif;
  int         partial_fill;
  gboolean    maintain;
} FixturePair;

/* Their ClientOrderIDs are the last two that were made. */
void fixture_submit_pair (Fixture *f, const FixturePair *pair);

/* An order with the fields that few have; 0 leaves one away. */
const char *fixture_submit_special (Fixture *f, const char *symbol, const char *account, int type, int side,
                                    double quantity, double price1, double show, gboolean parent);

/* The order with a ClientOrderID, as it is now; there must be one. */
SimOrder *fixture_order (Fixture *f, const char *client_id);

/* How many order updates were told since the last fixture_forget(). */
guint fixture_n_updates (Fixture *f);

/* The @index-th of them; there must be one. */
const DtcOrderUpdate *fixture_update (Fixture *f, guint index);

void fixture_forget (Fixture *f);

/* A pair or a bracket somewhere around the market. */
void fixture_random_pair (Fixture *f, GRand *rand, const char *symbol, const char *account, gboolean bracket);

/* One random command, mostly sensible, sometimes not. */
void fixture_random (Fixture *f, GRand *rand);
