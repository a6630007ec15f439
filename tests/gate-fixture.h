/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <float.h>
#include <math.h>
#include <string.h>
#include "desk-gate.h"

/* What the files of test-core-gate share. */

#define NOW ((gint64) 1000 * G_USEC_PER_SEC)

/* An order that passes, and everything that can be broken about it. */
typedef struct
{
  DeskGateInput  in;
  DeskTicket     ticket;
  DeskLimits     limits;
  DeskGateOrder  orders[3];
  DeskGateRecent recent;
  DeskGateChange change;
} Scene;

static char *everything[] = { (char *) "*", NULL };

static inline void
scene_init (Scene *scene)
{
  memset (scene, 0, sizeof *scene);

  scene->ticket.side = DESK_SIDE_BUY;
  scene->ticket.type = DESK_ORDER_TYPE_LIMIT;
  scene->ticket.tif = DESK_TIF_DAY;
  scene->ticket.quantity = 2;
  scene->ticket.has_price = TRUE;
  scene->ticket.price = 5000;
  g_strlcpy (scene->ticket.symbol, "ESZ6", sizeof scene->ticket.symbol);

  scene->limits.loaded = TRUE;
  scene->limits.symbols = everything;
  scene->limits.max_order_quantity = 5;
  scene->limits.max_position = 10;
  scene->limits.max_order_value = 2000000;
  scene->limits.price_collar_percent = 3;
  scene->limits.max_open_orders_symbol = 20;
  scene->limits.max_open_orders_account = 50;
  scene->limits.orders_per_second = 5;
  scene->limits.orders_burst = 10;
  scene->limits.orders_per_second_symbol = 2;
  scene->limits.duplicate_window_ms = 2000;

  scene->in.ticket = &scene->ticket;
  scene->in.limits = &scene->limits;
  scene->in.now = NOW;
  scene->in.utc = (gint64) 1790000000 * G_USEC_PER_SEC;
  scene->in.link = DESK_LINK_LIVE;
  scene->in.numbering_ok = TRUE;
  scene->in.trading_supported = TRUE;
  scene->in.armed = TRUE;
  scene->in.storage_ok = TRUE;
  scene->in.account = "SIM1";
  scene->in.account_known = TRUE;
  scene->in.definition_known = TRUE;
  scene->in.grid.tick = 0.25;
  scene->in.grid.multiplier = 0.01;
  scene->in.grid.format = 2;
  scene->in.grid.tick_value = 12.5;
  scene->in.bid = desk_price_from_display (&scene->in.grid, 5000.25);
  scene->in.ask = desk_price_from_display (&scene->in.grid, 5000.5);
  scene->in.position_known = TRUE;

  scene->orders[0].side = DESK_SIDE_SELL;
  scene->orders[0].type = DESK_ORDER_TYPE_LIMIT;
  scene->orders[0].remaining = 1;
  scene->orders[0].price = desk_price_from_display (&scene->in.grid, 5020);
  scene->orders[0].same_symbol = TRUE;
  scene->orders[0].ours = TRUE;
  scene->in.orders = scene->orders;
  scene->in.n_orders = 1;

  scene->change.found = TRUE;
  scene->change.quantity = 1;
  scene->change.price = desk_price_from_display (&scene->in.grid, 4999);
}

static inline DeskDenial
check (Scene *scene)
{
  DeskGateVerdict verdict;
  DeskDenial denial = desk_gate_check (&scene->in, &verdict);

  g_assert_cmpint (denial, ==, verdict.denial);
  g_assert_true ((denial == DESK_DENY_NONE) == (verdict.text[0] == '\0'));
  g_assert_true ((denial == DESK_DENY_NONE) == (verdict.checks_passed == verdict.checks_total));
  g_assert_true (g_utf8_validate (verdict.text, -1, NULL));
  return denial;
}

void add_kinds_tests (void);
