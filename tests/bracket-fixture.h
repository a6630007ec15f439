/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

/* What the tests of brackets share. Every test is told a form of connection, see world_forms. */

#define SECOND  ((gint64) G_USEC_PER_SEC)
#define BRACKET "buy 2 ESZ6 limit 5000 gtc target 5010 stop 4995"

static inline DtcNumbering
numbering_of (gconstpointer form)
{
  return world_forms[GPOINTER_TO_INT (form)].numbering;
}

static inline World *
live_world (gconstpointer form)
{
  World *world = world_new_form (form);

  world_up (world);
  /* The definition is asked for once. */
  world_place (world, DESK_SIDE_BUY, 1, 4000);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_run (world);
  g_assert_cmpuint (world->orders->len, ==, 1);
  g_ptr_array_set_size (world->written, 0);
  world->n_writes = 0;
  return world;
}

/* Entry, target, stop of the bracket that was sent last: at the server, and as shown. */
static inline FakeOrder *
there (World *world,
       guint  which)
{
  return g_ptr_array_index (world->orders, world->orders->len - 3 + which);
}

static inline const DeskOrderState *
part (World *world,
      guint  which)
{
  const DeskOrderState *state = world_shown (world, there (world, which)->client_id);

  g_assert_nonnull (state);
  return state;
}

typedef struct
{
  const char   *name;
  GTestDataFunc func;
} BracketTest;

/* In test-core-bracket.c: each in every form. */
void add_bracket_tests (const BracketTest *tests, guint n);
void add_reverse_tests (void);
