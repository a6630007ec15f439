/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "faults-fixture.h"

/* What a server may say that is wrong, doubled, late, incomplete or of somebody else: section D of tests/faults, case by
 * case, in all that a connection can speak. The server of the world keeps the truth; the events are what is shown. */

/* ---- 47: the same update up to a thousand times ---- */

static void
test_47 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 3);
  guint i;

  server_fill (world, order, 1, 4990);
  world_run (world);
  for (i = 0; i < 1000; i++)
    feed (world, fill_of (world, order, DTC_ORDER_STATUS_PARTIALLY_FILLED, 1, 1, "E1"));
  g_assert_cmpint (booked (world, order), ==, 1);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_PART_FILLED);
  /* The last one, whose first copy told of the fill alone: its end still counts. */
  server_fill (world, order, 2, 4990);
  g_queue_clear_full (&world->inbox, message_free);
  feed (world, fill_of (world, order, DTC_ORDER_STATUS_PARTIALLY_FILLED, 3, 2, "E2"));
  for (i = 0; i < 1000; i++)
    feed (world, fill_of (world, order, DTC_ORDER_STATUS_FILLED, 3, 2, "E2"));
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  world_pass (world, 35 * SECOND);
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 3);
  world_free (world);
}

/* ---- 48: one execution, and later it is larger ---- */

static void
test_48 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 3);

  order->filled = 1;
  feed (world, fill_of (world, order, DTC_ORDER_STATUS_PARTIALLY_FILLED, 1, 1, "E1"));
  order->filled = 3;
  feed (world, fill_of (world, order, DTC_ORDER_STATUS_FILLED, 3, 1, "E1"));
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (shown (world, order)->filled, ==, 3);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  world_free (world);
}

/* ---- 50: less is filled than before ---- */

static void
test_50 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 5);

  server_fill (world, order, 3, 4990);
  world_run (world);
  /* One message may be an older one: nothing is booked back, and the server is asked. */
  order->filled = 2;
  feed (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, NULL));
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (shown (world, order)->filled, ==, 3);
  if (world->numbering == DTC_NUMBERING_DTC)
    world_pass (world, 2 * SECOND);
  else
    reconnect (world);
  /* Its list says the same. */
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (shown (world, order)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_true (is_doubted (shown (world, order)));
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FILLS_TAKEN_BACK"), >=, 1);
  world_free (world);
}

/* ---- 51: too much, less than nothing, and a part of a contract ---- */

static void
test_51 (gconstpointer form)
{
  static const double impossible[] = { -1, 1.5, 2e9 };
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (impossible); i++)
    {
      feed (world, fill_of (world, order, DTC_ORDER_STATUS_PARTIALLY_FILLED, impossible[i], 1, "E1"));
      g_assert_cmpint (booked (world, order), ==, 0);
      g_assert_true (is_doubted (shown (world, order)));
      /* Asked, the server says how it is. */
      reconnect (world);
      g_assert_cmpint (shown (world, order)->certainty, ==, DESK_CERTAINTY_FRESH);
    }
  order->filled = 3;
  feed (world, fill_of (world, order, DTC_ORDER_STATUS_FILLED, 3, 3, "E2"));
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "OVERFILL"), ==, 1);
  world_free (world);
}

/* ---- 52: filled after the cancel, cancelled after the fill ---- */

static void
test_52 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *first = working (world, DESK_SIDE_BUY, 2);
  FakeOrder *second;

  server_cancel (world, first);
  world_run (world);
  g_assert_cmpint (shown (world, first)->status, ==, DESK_STATUS_CANCELLED);
  first->filled = 1;
  feed (world, fill_of (world, first, DTC_ORDER_STATUS_CANCELED, 1, 1, "E1"));
  g_assert_cmpint (booked (world, first), ==, 1);
  g_assert_cmpint (shown (world, first)->filled, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "LATE_FILL"), ==, 1);
  feed (world, fill_of (world, first, DTC_ORDER_STATUS_FILLED, 2, 1, "E2"));
  g_assert_cmpint (booked (world, first), ==, 2);
  g_assert_cmpint (shown (world, first)->status, ==, DESK_STATUS_FILLED);

  second = working (world, DESK_SIDE_SELL, 2);
  feed (world, fill_of (world, second, DTC_ORDER_STATUS_FILLED, 2, 2, "E3"));
  g_assert_cmpint (shown (world, second)->status, ==, DESK_STATUS_FILLED);
  second->status = DTC_ORDER_STATUS_CANCELED;
  second->filled = 2;
  feed (world, server_update (world, second, DTC_ORDER_CANCELED, NULL));
  g_assert_cmpint (booked (world, second), ==, 2);
  g_assert_cmpint (shown (world, second)->filled, ==, 2);
  g_assert_cmpint (shown (world, second)->status, ==, DESK_STATUS_FILLED);
  world_free (world);
}

/* ---- 53: "I do not know that order" is no rejection of it ---- */

static void
test_53 (gconstpointer form)
{
  static const int reasons[] = { DTC_ORDER_CANCEL_REJECTED, DTC_ORDER_CANCEL_REPLACE_REJECTED };
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);

      world->silent = TRUE;
      if (reasons[i] == DTC_ORDER_CANCEL_REJECTED)
        {
          world->deaf = TRUE;
          world_command (world, DESK_COMMAND_CANCEL, order->client_id);
        }
      else
        world_modify (world, order->client_id, TRUE, 4991, 0);
      world_settle (world);
      world->deaf = world->silent = FALSE;
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_id);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, DTC_ORDER_STATUS_REJECTED);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, reasons[i]);
      dtc_message_set_string (message, DTC_ORDER_UPDATE_F_INFO_TEXT, "no such order");
      feed (world, message);
      g_assert_cmpint (shown (world, order)->status, !=, DESK_STATUS_REJECTED);
      g_assert_true (is_doubted (shown (world, order)));
      reconnect (world);
      g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_WORKING);
      g_assert_cmpint (shown (world, order)->certainty, ==, DESK_CERTAINTY_FRESH);
    }
  world_free (world);
}

/* ---- 54: a status or a reason that does not exist ---- */

static void
test_54 (gconstpointer form)
{
  static const struct { int status, reason; } odd[] = {
    { 0, DTC_GENERAL_ORDER_UPDATE }, { 99, DTC_GENERAL_ORDER_UPDATE }, { 99, 99 }, { -1, 0 }, { G_MAXINT32, G_MAXINT32 }, { 0, 99 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (odd); i++)
    {
      World *world = up (form);
      FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
      g_autofree char *json = g_strdup_printf ("{\"Type\":301,\"ServerOrderID\":\"%s\",\"ClientOrderID\":\"%s\",\"OrderStatus\":%d,"
                                               "\"OrderUpdateReason\":%d}", order->server_id, order->client_id, odd[i].status, odd[i].reason);

      if (world_terminator (world) > 0)
        world_feed_text (world, json);
      else
        {
          order->status = odd[i].status;
          feed (world, server_update (world, order, odd[i].reason, NULL));
        }
      world_settle (world);
      g_assert_true (is_doubted (shown (world, order)));
      g_assert_false (desk_status_is_final (shown (world, order)->status));
      world_free (world);
    }
}

/* ---- 55: the name of one and the number of another ---- */

static void
test_55 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *first = working (world, DESK_SIDE_BUY, 2);
  FakeOrder *second = working (world, DESK_SIDE_BUY, 3);
  DtcMessage *message = fill_of (world, first, DTC_ORDER_STATUS_FILLED, 2, 2, "E1");

  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, second->server_id);
  feed (world, message);
  g_assert_cmpint (booked (world, first) + booked (world, second), ==, 0);
  g_assert_cmpint (shown (world, first)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_cmpint (shown (world, second)->certainty, ==, DESK_CERTAINTY_CONFLICT);
  g_assert_true (is_doubted (shown (world, first)) && is_doubted (shown (world, second)));
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_CONFLICT"), ==, 1);
  reconnect (world);
  world_pass (world, 12 * SECOND);
  g_assert_cmpint (shown (world, first)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (shown (world, second)->certainty, ==, DESK_CERTAINTY_FRESH);
  world_free (world);
}

/* ---- 56: after a restart the ids are given anew ---- */

static void
test_56 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *first = working (world, DESK_SIDE_BUY, 2);
  FakeOrder *second = working (world, DESK_SIDE_BUY, 3);
  FakeOrder *third = working (world, DESK_SIDE_BUY, 4);
  char id[DESK_ID_SIZE];
  guint n;

  /* Round they go; each has the id that was another's, and a fill under it says whose it is. */
  world_cut (world);
  world_pass (world, SECOND);
  g_strlcpy (id, first->server_id, sizeof id);
  g_strlcpy (first->server_id, second->server_id, sizeof id);
  g_strlcpy (second->server_id, third->server_id, sizeof id);
  g_strlcpy (third->server_id, id, sizeof id);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
  world_pass (world, 12 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_CONFLICT"), ==, 0);
  g_assert_cmpstr (shown (world, first)->server_order_id, ==, first->server_id);
  g_assert_cmpstr (shown (world, second)->server_order_id, ==, second->server_id);
  g_assert_cmpstr (shown (world, third)->server_order_id, ==, third->server_id);
  g_assert_cmpint (shown (world, first)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (shown (world, third)->certainty, ==, DESK_CERTAINTY_FRESH);
  server_fill (world, third, 4, 4990);
  world_run (world);
  g_assert_cmpint (booked (world, third), ==, 4);
  g_assert_cmpint (booked (world, first) + booked (world, second), ==, 0);
  world_command (world, DESK_COMMAND_CANCEL, first->client_id);
  world_run (world);
  g_assert_cmpint (first->status, ==, DTC_ORDER_STATUS_CANCELED);
  g_assert_cmpint (second->status, ==, DTC_ORDER_STATUS_OPEN);

  /* And one that is not there any more: its id is a stranger's, the other way round. */
  world_cut (world);
  world_pass (world, SECOND);
  second->status = DTC_ORDER_STATUS_CANCELED;
  n = world->orders->len;
  {
    FakeOrder *foreign = g_new0 (FakeOrder, 1);

    *foreign = *second;
    foreign->client_id[0] = '\0';
    foreign->side = DTC_SELL;
    foreign->price1 = 5100;
    foreign->status = DTC_ORDER_STATUS_OPEN;
    g_strlcpy (second->server_id, "OLD", sizeof second->server_id);
    g_ptr_array_add (world->orders, foreign);
  }
  world_connect (world);
  world_pass (world, 15 * SECOND);
  g_assert_cmpuint (world->orders->len, ==, n + 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_REUSED"), >=, 1);
  g_assert_cmpint (shown (world, second)->side, ==, DESK_SIDE_BUY);
  g_assert_cmpint (shown (world, second)->certainty, !=, DESK_CERTAINTY_FRESH);
  g_assert_cmpuint (n_submits (world), ==, 3);
  world_free (world);
}

/* ---- 57: listed without their names ---- */

static void
test_57 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *known = working (world, DESK_SIDE_BUY, 2);
  FakeOrder *first, *second;
  char ids[2][DESK_ID_SIZE];

  /* By an id that is known it is found. */
  g_strlcpy (ids[0], known->client_id, sizeof ids[0]);
  known->client_id[0] = '\0';
  reconnect (world);
  g_assert_cmpint (world_shown (world, ids[0])->certainty, ==, DESK_CERTAINTY_FRESH);
  g_strlcpy (known->client_id, ids[0], sizeof known->client_id);
  server_cancel (world, known);
  world_run (world);

  /* Two of ours without an answer, alike, and one without a name: nobody knows which. */
  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 3, 4990);
  world_submit (world, DESK_SIDE_BUY, 3, 4990);
  world_settle (world);
  second = world_last_at_server (world);
  first = g_ptr_array_index (world->orders, world->orders->len - 2);
  g_strlcpy (ids[0], first->client_id, sizeof ids[0]);
  g_strlcpy (ids[1], second->client_id, sizeof ids[1]);
  first->client_id[0] = '\0';
  first->text[0] = '\0';
  second->status = DTC_ORDER_STATUS_REJECTED;
  world->silent = FALSE;
  reconnect (world);
  world_pass (world, 5 * SECOND);
  g_assert_true (is_doubted (world_shown (world, ids[0])));
  g_assert_true (is_doubted (world_shown (world, ids[1])));
  g_assert_cmpstr (world_shown (world, ids[0])->server_order_id, ==, "");
  g_assert_cmpstr (world_shown (world, ids[1])->server_order_id, ==, "");
  g_assert_cmpuint (n_submits (world), ==, 3);
  world_free (world);
}

/* ---- 58: the acknowledgement is lost, and the order fills ---- */

static void
test_58 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order;
  guint i, n = 0;

  world->silent = TRUE;
  world_place (world, DESK_SIDE_BUY, 2, 4990); /* with the definition that the first order waits for */
  order = world_last_at_server (world);
  world_cut (world);
  world->silent = FALSE;
  server_fill (world, order, 2, 4990);
  reconnect (world);
  world_pass (world, 40 * SECOND);
  g_assert_true (is_doubted (shown (world, order)));
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 2);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_FILL && !event->restored)
        n += (guint) event->fill.quantity;
    }
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpuint (n_submits (world), ==, 1);
  g_assert_cmpuint (world->n_writes, ==, 1);
  world_free (world);
}

/* ---- 61: both of a pair fill ---- */

static void
test_61 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *first, *second;

  world->careless = TRUE;
  world_line (world, "oco buy 2 ESZ6 limit 4990 stop 5010");
  world_run (world);
  second = world_last_at_server (world);
  first = g_ptr_array_index (world->orders, world->orders->len - 2);
  server_fill (world, first, 2, 4990);
  world_pass (world, 2 * SECOND + SECOND / 10);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "SECOND_EXIT"), ==, 1);
  server_fill (world, second, 2, 5010);
  world_run (world);
  g_assert_cmpint (booked (world, first), ==, 2);
  g_assert_cmpint (booked (world, second), ==, 2);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 4);
  world_free (world);
}

/* ---- 62: the entry fills, and its exits never work ---- */

static void
test_62 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *entry;

  world->careless = TRUE;
  world_line (world, "buy 2 ESZ6 limit 4990 target 5010 stop 4980");
  world_run (world);
  entry = g_ptr_array_index (world->orders, world->orders->len - 3);
  server_fill (world, entry, 2, 4990);
  world_pass (world, 2 * SECOND + SECOND / 10);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "UNPROTECTED"), >=, 1);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 2);
  g_assert_cmpuint (world->n_writes, ==, 1);
  world_free (world);
}

/* ---- 72: what was never asked for, and very much of it ---- */

static void
test_72 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder foreign = { .side = DTC_BUY, .type = DTC_ORDER_TYPE_LIMIT, .tif = DTC_TIF_DAY, .status = DTC_ORDER_STATUS_OPEN,
                        .price1 = 5000, .quantity = 1, .symbol = WORLD_SYMBOL };
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint i;

  for (i = 0; i < 5000; i++)
    {
      g_snprintf (foreign.server_id, sizeof foreign.server_id, "X%u", i);
      foreign.status = DTC_ORDER_STATUS_OPEN;
      feed (world, server_update (world, &foreign, DTC_NEW_ORDER_ACCEPTED, NULL));
      foreign.status = DTC_ORDER_STATUS_CANCELED;
      feed (world, server_update (world, &foreign, DTC_ORDER_CANCELED, NULL));
      if (world->events->len > 1000)
        g_ptr_array_remove_range (world->events, 0, 500);
    }
  g_assert_cmpuint (desk_truth_open_orders (world->engine->truth)->len, ==, 1);
  server_fill (world, order, 2, 4990);
  world_run (world);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  world_free (world);
}

/* ---- 74: words that say otherwise than the fields ---- */

static void
test_74 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);

  feed (world, server_update (world, order, DTC_GENERAL_ORDER_UPDATE, "<b>Order rejected</b> %s%n: CANCELED"));
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_WORKING);
  g_assert_cmpint (shown (world, order)->certainty, ==, DESK_CERTAINTY_FRESH);
  g_assert_cmpstr (shown (world, order)->text, ==, "<b>Order rejected</b> %s%n: CANCELED");
  world_free (world);
}

void
add_fault_tests (const FaultTest *tests,
                 guint            n)
{
  guint i, form;

  for (i = 0; i < n; i++)
    for (form = 0; form < G_N_ELEMENTS (world_forms); form++)
      {
        g_autofree char *path = g_strdup_printf ("/core/faults/%s/%s", tests[i].name, world_forms[form].name);

        g_test_add_data_func (path, GUINT_TO_POINTER (form), tests[i].func);
      }
}

int
main (int    argc,
      char **argv)
{
  static const FaultTest tests[] = {
    { "47", test_47 }, { "48", test_48 }, { "50", test_50 }, { "51", test_51 }, { "52", test_52 }, { "53", test_53 },
    { "54", test_54 }, { "55", test_55 }, { "56", test_56 }, { "57", test_57 }, { "58", test_58 }, { "61", test_61 },
    { "62", test_62 }, { "72", test_72 }, { "74", test_74 },
  };

  g_test_init (&argc, &argv, NULL);
  add_fault_tests (tests, G_N_ELEMENTS (tests));
  add_answers_tests ();
  return g_test_run ();
}
