/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

/* What the files of test-core-engine and test-core-engine-peers share. Every test runs under both numberings. */

#define NUMBERING(data) ((DtcNumbering) GPOINTER_TO_INT (data))

typedef void (*AddTest) (const char *path, GTestDataFunc func);

/* Of the order that was made last. */
static inline const char *
only_id (World *world)
{
  const DeskTruthOrder *order = desk_truth_get_order (world->engine->truth, desk_truth_n_orders (world->engine->truth) - 1);

  return order->state.client_order_id;
}

static inline const DeskOrderState *
state_of (World      *world,
          const char *id)
{
  return &desk_truth_find_client (world->engine->truth, id)->state;
}

void add_doubt_tests (AddTest add);
void add_flatten_tests (AddTest add);
void add_answer_tests (AddTest add);
void add_journal_tests (AddTest add);
void add_exit_tests (AddTest add);
