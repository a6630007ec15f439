/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

/* One order that works, and an outage; with the published numbering, which has all the questions. */

typedef struct
{
  World     *world;
  FakeOrder *at_server;
  char       id[DESK_ID_SIZE];
} Fixture;

static inline void
fixture_init (Fixture *f)
{
  f->world = world_new (DTC_NUMBERING_DTC);
  world_up (f->world);
  f->at_server = world_place (f->world, DESK_SIDE_BUY, 4, 4990);
  g_strlcpy (f->id, f->at_server->client_id, sizeof f->id);
}

static inline void
away (Fixture *f)
{
  f->world->silent = FALSE;
  world_cut (f->world);
  world_pass (f->world, G_USEC_PER_SEC);
}

static inline const DeskOrderState *
back (Fixture *f)
{
  g_queue_clear_full (&f->world->inbox, message_free);
  world_connect (f->world);
  world_run (f->world);
  g_assert_true (f->world->live);
  return world_shown (f->world, f->id);
}

static inline const DeskOrderState *
later (Fixture *f)
{
  world_pass (f->world, 25 * G_USEC_PER_SEC);
  return world_shown (f->world, f->id);
}

void add_case_tests (void);
void add_checklist_tests (void);
void add_identity_tests (void);
void add_look_tests (void);
