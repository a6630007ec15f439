/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bracket-fixture.h"

/* Brackets, pairs and the ways out where the server, the market or the link does something at a bad moment. */

static FakeOrder *
foreign (World      *world,
         const char *symbol,
         int         side,
         gint64      quantity)
{
  char id[DESK_ID_SIZE];
  FakeOrder *order;

  g_snprintf (id, sizeof id, "F%u", ++world->next_id);
  order = server_add_order (world, id, symbol, side, quantity, 5100);
  server_say (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  return order;
}

static guint
unprotected (World *world)
{
  return world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED");
}

/* ---- flatten ---- */

/* A bracket that waits to enter the other way: its exits look like entries. Nothing may take them from it. */
static void
test_flatten_other_way (gconstpointer data)
{
  World *world = live_world (data);

  world_hold_two (world);
  world_line (world, "sell 2 ESZ6 limit 5010 target 5000 stop 5020");
  world_run (world);
  g_ptr_array_set_size (world->written, 0);
  world->refuse_flatten = TRUE;
  world->refuse_market = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, 20 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  /* One cancel: of the entry, and its exits went with it. */
  g_assert_cmpuint (world_count_written (world, DTC_MSG_CANCEL_ORDER), ==, 1);
  g_assert_cmpint (server_find (world, "S3")->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (server_find (world, "S4")->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (server_find (world, "S5")->status, ==, DTC_ORDER_STATUS_CANCELED);
  world_free (world);
}

/* The server refuses to flatten because the stop has just done it: no market order may follow for what was. */
static void
test_flatten_meets_stop (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *stop;

  world_hold_two (world);
  world_line (world, "sell 2 ESZ6 stop 4990");
  world_run (world);
  stop = world_last_at_server (world);
  g_ptr_array_set_size (world->written, 0);
  world->refuse_flatten = TRUE;
  world->hold_kernel = TRUE;
  world_line (world, "reverse ESZ6");
  world_run (world);
  server_fill (world, stop, 2, 4990);
  world->hold_kernel = FALSE;
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 0);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "REVERSE_STOPPED"), ==, 1);
  world_free (world);
}

/* The position is zero for a moment by somebody else's fill, and our exit still works: that is not flat. */
static void
test_flat_with_exit (gconstpointer data)
{
  World *world = live_world (data);

  world_hold_two (world);
  world->refuse_flatten = TRUE;
  g_ptr_array_set_size (world->written, 0);
  world_line (world, "reverse ESZ6");
  world_run (world);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 1);
  g_assert_cmpint (world_last_at_server (world)->status, ==, DTC_ORDER_STATUS_OPEN);
  server_fill (world, foreign (world, WORLD_SYMBOL, DTC_SELL, 2), 2, 5000);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_DONE"), ==, 0);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 1);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==, 1);
  world_free (world);
}

/* An order of somebody else in a symbol without a position is nothing to flatten, and no reason to refuse. */
static void
test_flatten_all_beside (gconstpointer data)
{
  World *world = live_world (data);

  world_hold_two (world);
  foreign (world, WORLD_OTHER, DTC_SELL, 1);
  world_run (world);
  world_line (world, "flatten all");
  world_run (world);
  g_assert_null (world_last_denied (world));
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 0);
  world_free (world);
}

/* One symbol is on its way out already: a message for the whole account would take it out twice. */
static void
test_flatten_all_running (gconstpointer data)
{
  static const char *const others[] = { WORLD_OTHER, WORLD_THIRD };
  World *world = live_world (data);
  guint i;

  world_hold_two (world);
  for (i = 0; i < 2; i++)
    {
      g_autofree char *line = g_strdup_printf ("buy 1 %s limit 5000", others[i]);

      world_line (world, line);
      world_run (world);
      server_fill (world, world_last_at_server (world), 1, 5000);
      world_run (world);
    }
  world->refuse_flatten = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  /* The exit at market works, the flatten waits for the position. */
  world->refuse_flatten = FALSE;
  g_ptr_array_set_size (world->written, 0);
  world_line (world, "flatten all");
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "IN_FLIGHT"), ==, 1);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT), ==, 0);
  g_assert_cmpuint (world_count_written (world, DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER), ==, 2);
  g_assert_cmpint (world_position (world, WORLD_SYMBOL), ==, 2);
  g_assert_cmpint (world_position (world, WORLD_OTHER), ==, 0);
  g_assert_cmpint (world_position (world, WORLD_THIRD), ==, 0);
  world_free (world);
}

/* Who leaves while a flatten runs waits for it as for an order without an answer. */
static void
test_leave_flattening (gconstpointer data)
{
  World *world = live_world (data);

  world_hold_two (world);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 0);
  world->deaf = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_settle (world);
  g_assert_cmpuint (desk_engine_count_unanswered (world->engine), ==, 1);
  world_free (world);
}

/* ---- alarms ---- */

/* Protected late, then the server takes the stop away: that is news. */
static void
test_alarm_again (gconstpointer data)
{
  World *world = live_world (data);
  guint i;

  world->careless = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 2, 5000);
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  for (i = 1; i < 3; i++)
    {
      there (world, i)->status = DTC_ORDER_STATUS_OPEN;
      server_say (world, server_update (world, there (world, i), DTC_GENERAL_ORDER_UPDATE, NULL));
    }
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  server_cancel (world, there (world, 2));
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 2);
  world_free (world);
}

/* Each part of a fill gives its exits two seconds of their own. */
static void
test_alarm_by_part (gconstpointer data)
{
  World *world = live_world (data);
  guint i;

  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 1, 5000);
  world_pass (world, 2 * SECOND - 50000);
  world->careless = TRUE;
  server_fill (world, there (world, 0), 1, 5000);
  world_pass (world, 100000);
  g_assert_cmpuint (unprotected (world), ==, 0);
  for (i = 1; i < 3; i++)
    {
      there (world, i)->quantity = 2;
      server_say (world, server_update (world, there (world, i), DTC_GENERAL_ORDER_UPDATE, NULL));
    }
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 0);

  /* The pair after it: the first part was followed in time, the second still may be. */
  world->careless = FALSE;
  server_fill (world, there (world, 1), 1, 5010);
  world_pass (world, 2 * SECOND - 50000);
  world->careless = TRUE;
  server_fill (world, there (world, 1), 1, 5010);
  world_pass (world, 100000);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 0);
  world_pass (world, 2 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 1);
  world_free (world);
}

/* What the server said of the position before the fill says nothing about what is to be protected now. */
static void
test_alarm_old_position (gconstpointer data)
{
  World *world = live_world (data);
  GList *link;

  world_hold_two (world);
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_pass (world, 10 * SECOND);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 0);
  world->careless = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 2, 5000);
  for (link = world->inbox.head; link != NULL; link = link->next)
    {
      DtcMessage *message = link->data;

      if (message->type != DTC_MSG_POSITION_UPDATE)
        continue;
      dtc_message_free (message);
      g_queue_delete_link (&world->inbox, link);
      break;
    }
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  world_free (world);
}

/* The entry turns up long after the outage: its exits never did. */
static void
test_alarm_late_entry (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *entry;

  world->drop_oco = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  entry = world_last_at_server (world);
  world_cut (world);
  world_connect (world);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 0);
  entry->status = DTC_ORDER_STATUS_OPEN;
  server_say (world, server_update (world, entry, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  world_free (world);
}

/* The stop is refused while the entry waits: the trader can still take the entry back. */
static void
test_alarm_stop_refused (gconstpointer data)
{
  World *world = live_world (data);

  world->careless = TRUE;
  world_line (world, BRACKET);
  world_run (world);
  server_reject (world, there (world, 2), "no stops here");
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  server_fill (world, there (world, 0), 2, 5000);
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 2);

  /* All three refused, or all three cancelled, are no danger. */
  world->careless = FALSE;
  world_line (world, "buy 1 ESZ6 limit 4999 target 5010 stop 4995");
  world_run (world);
  server_reject (world, there (world, 2), "no");
  server_reject (world, there (world, 1), "no");
  server_reject (world, there (world, 0), "no");
  world_line (world, "buy 1 ESZ6 limit 4998 target 5010 stop 4995");
  world_run (world);
  world_command (world, DESK_COMMAND_CANCEL, there (world, 0)->client_id);
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 2);
  world_free (world);
}

/* A cancel of the stop that the server refused long ago does not make its later end our wish. */
static void
test_alarm_after_refusal (gconstpointer data)
{
  World *world = live_world (data);
  DtcMessage *refusal;

  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 2, 5000);
  world_run (world);
  world->deaf = TRUE;
  world_command (world, DESK_COMMAND_CANCEL, there (world, 2)->client_id);
  world_run (world);
  world->deaf = FALSE;
  refusal = server_update (world, there (world, 2), DTC_ORDER_CANCEL_REJECTED, "not now");
  server_say (world, refusal);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 0);
  world->careless = TRUE;
  server_cancel (world, there (world, 2));
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  world_free (world);
}

/* A bracket whose position was closed by other means has nothing to do with a later one. */
static void
test_alarm_of_old (gconstpointer data)
{
  World *world = live_world (data);

  world_line (world, BRACKET);
  world_run (world);
  server_fill (world, there (world, 0), 2, 5000);
  world_run (world);
  world->careless = TRUE;
  server_cancel (world, there (world, 1));
  server_cancel (world, there (world, 2));
  world_pass (world, 3 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 1);
  /* Still so on the next connection. */
  world_cut (world);
  world_connect (world);
  world_pass (world, 5 * SECOND);
  g_assert_cmpuint (unprotected (world), ==, 2);
  world_line (world, "sell 2 ESZ6 limit 5000");
  world_run (world);
  server_fill (world, world_last_at_server (world), 2, 5000);
  world_run (world);
  world_line (world, "buy 3 ESZ6 limit 5000");
  world_run (world);
  server_fill (world, world_last_at_server (world), 3, 5000);
  world_run (world);
  world_cut (world);
  world_connect (world);
  world_pass (world, 5 * SECOND);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 3);
  g_assert_cmpuint (unprotected (world), ==, 2);
  world_free (world);
}

/* Filled during an outage, and the server has not listed its orders yet: nobody knows whether the exits work. */
static void
test_alarm_resync (gconstpointer data)
{
  World *world = live_world (data);

  world_line (world, BRACKET);
  world_run (world);
  world_cut (world);
  server_fill (world, there (world, 0), 2, 5000);
  g_queue_clear_full (&world->inbox, message_free);
  world->no_orders_answer = TRUE;
  world_connect (world);
  world_pass (world, 4 * SECOND);
  g_assert_false (world->live);
  g_assert_cmpuint (unprotected (world), ==, 0);
  world->no_orders_answer = FALSE;
  if (world->numbering == DTC_NUMBERING_BRIEF)
    server_restate (world, 0);
  world_pass (world, 20 * SECOND);
  g_assert_true (world->live);
  g_assert_cmpuint (unprotected (world), ==, 0);
  world_free (world);
}

/* The entry was refused and the link goes before its exits are: there is nothing to be afraid of in the entry. */
static void
test_cut_refused (gconstpointer data)
{
  World *world = live_world (data);

  world->auto_accept = FALSE;
  world_line (world, BRACKET);
  world_run (world);
  server_reject (world, there (world, 0), "no");
  world_run (world);
  world_cut (world);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "BRACKET_CUT"), ==, 0);
  world_free (world);
}

/* ---- the worst case ---- */

/* One of a pair never reached the server, the other works: the worst case is what works. */
static void
test_worst_without_trace (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *first;

  if (world->numbering == DTC_NUMBERING_BRIEF)
    {
      world_free (world);
      return; /* there a connection lists the orders once */
    }
  world->silent = TRUE;
  world_line (world, "oco sell 3 ESZ6 limit 5010 stop 4990");
  world_run (world);
  first = g_ptr_array_index (world->orders, world->orders->len - 2);
  world_cut (world);
  first->status = DTC_ORDER_STATUS_CANCELED;
  world->silent = FALSE;
  world_connect (world);
  world_pass (world, 60 * SECOND);
  g_assert_cmpint (world_shown (world, first->client_id)->status, ==, DESK_STATUS_NOT_AT_SERVER);
  g_assert_cmpint (world_shown (world, world_last_at_server (world)->client_id)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->worst_short, ==, -3);
  world_free (world);
}

/* A server may name any order as the other one of a pair: only two of one position that name each other are one. */
static void
test_worst_odd_pairs (gconstpointer data)
{
  World *world = live_world (data);
  FakeOrder *other = foreign (world, WORLD_OTHER, DTC_SELL, 5);
  FakeOrder *a = foreign (world, WORLD_SYMBOL, DTC_SELL, 5), *b;

  g_strlcpy (a->sibling, other->server_id, sizeof a->sibling);
  server_say (world, server_update (world, a, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->worst_short, ==, -5);

  b = foreign (world, WORLD_SYMBOL, DTC_SELL, 5);
  g_strlcpy (b->sibling, a->server_id, sizeof b->sibling);
  server_say (world, server_update (world, b, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->worst_short, ==, -10);

  g_strlcpy (a->sibling, b->server_id, sizeof a->sibling);
  server_say (world, server_update (world, a, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->worst_short, ==, -5);

  /* Itself. */
  g_strlcpy (b->sibling, b->server_id, sizeof b->sibling);
  g_strlcpy (b->parent, b->server_id, sizeof b->parent);
  server_say (world, server_update (world, b, DTC_GENERAL_ORDER_UPDATE, NULL));
  world_run (world);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->worst_short, ==, -10);
  world_free (world);
}

/* An exit that waits counts with nothing, as long as it is no larger than its entry. */
static void
test_exit_grows (gconstpointer data)
{
  World *world = live_world (data);

  world->engine->config.limits->max_position = 5;
  world_line (world, BRACKET);
  world_run (world);
  world_modify (world, there (world, 2)->client_id, FALSE, 0, 50);
  world_run (world);
  g_assert_nonnull (world_last_denied (world));
  g_assert_cmpstr (world_last_denied (world)->code, ==, "POSITION_MAX_WORST_CASE");
  g_assert_cmpint (there (world, 2)->quantity, ==, 2);
  /* Its price may move all the same, disarmed too when it moves away. */
  world_modify (world, there (world, 2)->client_id, TRUE, 4996, 0);
  world_run (world);
  g_assert_cmpfloat (there (world, 2)->price1, ==, 4996);
  world_free (world);
}

/* ---- binary ---- */

static gboolean
binary_encode (gpointer          data,
               const DtcMessage *message,
               GByteArray       *out,
               GError          **error)
{
  const DtcCodec codec = { DTC_ENCODING_BINARY, DTC_NUMBERING_DTC };

  return dtc_codec_encode (&codec, DTC_TO_SERVER, message, out, error);
}

/* What would leave is shown as text, also where it leaves as structs. */
static void
test_preview_of_structs (gconstpointer data)
{
  World *world = world_new (DTC_NUMBERING_DTC);
  DeskWorld members = *fake_world ();
  g_autoptr (DeskCommand) line = desk_order_line_parse (BRACKET, NULL);
  const DeskEvent *event;

  desk_engine_free (world->engine);
  members.encode = binary_encode;
  world->engine = desk_engine_new (&world->config, &members, world);
  line->kind = DESK_COMMAND_PREVIEW;
  desk_engine_command (world->engine, line, world->now);
  event = g_ptr_array_index (world->events, world->events->len - 1);
  g_assert_cmpint (event->kind, ==, DESK_EVENT_PREVIEW);
  g_assert_true (g_str_has_prefix (event->preview.wire, "{\"Type\":208,"));
  g_assert_nonnull (strstr (event->preview.wire, "\n{\"Type\":201,"));
  world_free (world);
}

int
main (int   argc,
      char *argv[])
{
  static const struct { const char *name; GTestDataFunc func; } tests[] = {
    { "flatten-other-way", test_flatten_other_way }, { "flatten-meets-stop", test_flatten_meets_stop },
    { "flat-with-exit", test_flat_with_exit }, { "flatten-all-beside", test_flatten_all_beside },
    { "flatten-all-running", test_flatten_all_running }, { "leave-flattening", test_leave_flattening },
    { "alarm-again", test_alarm_again }, { "alarm-by-part", test_alarm_by_part },
    { "alarm-old-position", test_alarm_old_position }, { "alarm-late-entry", test_alarm_late_entry },
    { "alarm-of-old", test_alarm_of_old }, { "alarm-stop-refused", test_alarm_stop_refused },
    { "alarm-after-refusal", test_alarm_after_refusal }, { "alarm-resync", test_alarm_resync }, { "cut-refused", test_cut_refused },
    { "worst-without-trace", test_worst_without_trace }, { "worst-odd-pairs", test_worst_odd_pairs }, { "exit-grows", test_exit_grows },
  };
  guint i, form;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/core/bracket-faults/preview-of-structs", NULL, test_preview_of_structs);
  for (i = 0; i < G_N_ELEMENTS (tests); i++)
    for (form = 0; form < G_N_ELEMENTS (world_forms); form++)
      {
        g_autofree char *path = g_strdup_printf ("/core/bracket-faults/%s/%s", world_forms[form].name, tests[i].name);

        g_test_add_data_func (path, GUINT_TO_POINTER (form), tests[i].func);
      }
  return g_test_run ();
}
