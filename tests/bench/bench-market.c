/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

#include "desk-clock.h"
#include "desk-inbox.h"
#include "desk-router.h"

#include <math.h>

/* Market data from its JSON bytes through the engine into the inbox, and from there into the rows; beside it the JSON
 * decode of the same messages, which comes before. Three symbols, one trade for four quotes and eight levels. */

#define N_MESSAGES 19500
#define N_ROUNDS   50
#define DRAIN      500 /* messages between two looks of the main thread */

static DeskInbox *inbox;

static void
wake (DeskInboxUrgency urgency,
      gpointer         user_data)
{
}

static void
publish (gpointer   data,
         DeskEvent *event)
{
  if (event->kind == DESK_EVENT_QUOTE || event->kind == DESK_EVENT_DEPTH || event->kind == DESK_EVENT_TRADES)
    desk_inbox_push (inbox, event);
  else
    fake_publish (data, event);
}

static World *
make_world (void)
{
  static const char *const symbols[] = { "ESZ6", "CLZ6", "ZNZ6" };
  World *world = world_new (DTC_NUMBERING_DTC);
  DeskWorld members = *fake_world ();

  members.publish = publish;
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, &members, world);
  world_up (world);
  for (guint i = 0; i < G_N_ELEMENTS (symbols); i++)
    {
      g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_WATCH_DEPTH);

      g_strlcpy (command->ticket.symbol, symbols[i], sizeof command->ticket.symbol);
      desk_engine_command (world->engine, command, world->now);
      world_run (world);
    }
  return world;
}

static GPtrArray *
make_messages (void)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      guint id = 1 + i / 13 % 3, kind = i % 13;
      int at = 20000 + g_rand_int_range (random, -20, 20);

      if (kind == 0)
        g_ptr_array_add (lines, g_strdup_printf ("{\"Type\":107,\"SymbolID\":%u,\"AtBidOrAsk\":%u,\"Price\":%d.25,\"Volume\":%d,\"DateTime\":1790000000.5}",
                                                 id, 1 + i % 2, at / 4, g_rand_int_range (random, 1, 50)));
      else if (kind < 5)
        g_ptr_array_add (lines, g_strdup_printf ("{\"Type\":108,\"SymbolID\":%u,\"BidPrice\":%d.25,\"BidQuantity\":%d,\"AskPrice\":%d.5,\"AskQuantity\":%d,"
                                                 "\"DateTime\":1790000000}",
                                                 id, at / 4, g_rand_int_range (random, 1, 50), at / 4, g_rand_int_range (random, 1, 50)));
      else
        g_ptr_array_add (lines, g_strdup_printf ("{\"Type\":106,\"SymbolID\":%u,\"Side\":%u,\"Price\":%d.25,\"Quantity\":%d,\"UpdateType\":1,"
                                                 "\"DateTime\":1790000000.5,\"NumOrders\":3,\"FinalUpdateInBatch\":%d}",
                                                 id, 1 + i % 2, at / 4, g_rand_int_range (random, 1, 50), kind == 12 ? 1 : 2));
    }
  return lines;
}

typedef enum
{
  DECODE,
  ENGINE,
  ROWS,
} Depth;

static double
run (World     *world,
     GPtrArray *lines,
     Depth      depth)
{
  g_autoptr (DeskRouter) router = desk_router_new ();
  DtcCodec codec = world_codec (world);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gint64 begin = desk_clock_mono ();

  for (guint i = 0; i < lines->len; i++)
    {
      const char *json = g_ptr_array_index (lines, i);
      DtcReceipt receipt = { (const guint8 *) json, strlen (json), world->now, codec };
      DeskEvent *event;

      if (!dtc_codec_decode (&codec, DTC_TO_CLIENT, receipt.raw, receipt.raw_len, &message, NULL))
        g_error ("a message does not decode");
      world->now += 20; /* 50 000 messages a second */
      receipt.received = world->now;
      if (depth >= ENGINE)
        desk_engine_message (world->engine, &message, &receipt);
      if (depth < ENGINE || i % DRAIN != DRAIN - 1)
        continue;
      desk_engine_tick (world->engine, world->now);
      while ((event = desk_inbox_pop (inbox)) != NULL)
        {
          if (depth == ROWS)
            desk_router_take (router, event);
          desk_event_free (event);
        }
      desk_router_flush (router);
    }
  return (double) (desk_clock_mono () - begin);
}

int
main (int   argc,
      char *argv[])
{
  static const char *const names[] = { "reference: the JSON decode alone", "from JSON bytes through the engine to the inbox",
                                       "the same, and into the rows" };
  g_autoptr (GPtrArray) lines = make_messages ();
  double best[] = { INFINITY, INFINITY, INFINITY };
  World *world;

  inbox = desk_inbox_new (wake, NULL);
  world = make_world ();
  for (guint round = 0; round < N_ROUNDS; round++)
    for (guint depth = DECODE; depth <= ROWS; depth++)
      best[depth] = fmin (best[depth], run (world, lines, (Depth) depth));
  for (guint depth = DECODE; depth <= ROWS; depth++)
    g_print ("%-50s %7.1f ns/message %9.0f messages/s   %.2f of the reference\n", names[depth], best[depth] * 1000 / N_MESSAGES,
             N_MESSAGES / best[depth] * 1e6, best[depth] / best[DECODE]);
  world_free (world);
  desk_inbox_free (inbox);
  return 0;
}
