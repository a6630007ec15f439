/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "history.h"

#include "desk-state-manager.h"
#include "engine-world.h"

/* Records under way in the journal's queue; more would only cost memory. */
#define AHEAD 20000

static DeskStateManager *manager;
static GMainContext *context;
static guint64 durable;

static void
committed_cb (guint64       seq,
              gint64        commit_usec,
              const GError *error,
              gpointer      user_data)
{
  if (error != NULL)
    g_error ("writing the history: %s", error->message);
  durable = seq;
}

/* The world keeps copies of the records of the order that is under way; the file gets all. Nothing waits for the disk:
 * only the finished file matters. */
static guint64
append (gpointer     data,
        DeskRecord **records,
        guint        n_records,
        gboolean     now)
{
  World *world = data;

  for (guint i = 0; i < n_records; i++)
    g_ptr_array_add (world->records, desk_record_copy (records[i]));
  world->appended = desk_state_manager_append (manager, records, n_records, DESK_APPEND_GROUP);
  for (guint i = 0; i < n_records; i++)
    ((DeskRecord *) g_ptr_array_index (world->records, world->records->len - n_records + i))->seq =
      world->appended - n_records + 1 + i;
  return world->appended;
}

static void
trade (World *world,
       guint  number)
{
  DeskSide side = number % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL;
  /* A pair of orders has the same fate, so that the account stays flat. */
  guint pair = number / 2;
  double price = 5000 + 0.25 * (pair % 40);
  FakeOrder *order;

  world->auto_accept = pair % 50 != 7;
  world_submit (world, side, 1, price);
  world_run (world);
  order = world_last_at_server (world);
  if (order == NULL)
    g_error ("order %u was not sent", number);
  if (!world->auto_accept)
    server_reject (world, order, "the price is too far from the market");
  else if (pair % 10 == 3)
    world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  else
    server_fill (world, order, 1, price);
  world_run (world);
}

/* What the world would keep for a test is of no use here. */
static void
forget (World *world,
        guint  n_first)
{
  g_ptr_array_set_size (world->records, (int) n_first);
  g_ptr_array_set_size (world->written, 0);
  g_ptr_array_set_size (world->events, 0);
  g_ptr_array_set_size (world->orders, 0);
  g_hash_table_remove_all (world->seen);
  if (world_position (world, WORLD_SYMBOL) == 0)
    g_ptr_array_set_size (world->fills, 0);
}

void
history_write (const char *path,
               guint       n_orders)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  DeskWorld members = *fake_world ();
  g_autoptr (GError) error = NULL;
  guint n_first;

  manager = desk_state_manager_open (path, DESK_STATE_WRITER, &error);
  if (manager == NULL)
    g_error ("%s", error->message);
  context = g_main_context_new ();
  durable = 0;
  desk_state_manager_set_completion (manager, context, committed_cb, NULL);
  desk_state_manager_get_identity (manager, world->config.install, &world->config.generation,
                                   &world->config.next_counter);
  members.append = append;
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, &members, world);
  world_up (world);
  n_first = world->records->len;
  for (guint i = 0; i < n_orders; i++)
    {
      world->now += 20000;
      trade (world, i);
      forget (world, n_first);
      while (world->appended > durable + AHEAD)
        g_main_context_iteration (context, TRUE);
    }
  world_cut (world);
  world_settle (world);
  world->borrowed = TRUE; /* its records have left for the file */
  world_free (world);
  desk_state_manager_close (manager);
  g_main_context_unref (context);
}
