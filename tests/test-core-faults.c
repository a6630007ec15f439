/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

/* What a server may say that is wrong, doubled, late, incomplete or of somebody else: section D of tests/faults, case by
 * case, in all that a connection can speak. The server of the world keeps the truth; the events are what is shown. */

#define SECOND ((gint64) G_USEC_PER_SEC)

static World *
up (gconstpointer form)
{
  World *world = world_new_form (form);

  world_up (world);
  return world;
}

/* Ours, at the server, working; what is shown of it is in world_shown (world, order->client_id). */
static FakeOrder *
working (World   *world,
         DeskSide side,
         gint64   quantity)
{
  FakeOrder *order;

  order = world_place (world, side, quantity, side == DESK_SIDE_BUY ? 4990 : 5010);
  g_assert_cmpint (world_shown (world, order->client_id)->status, ==, DESK_STATUS_WORKING);
  return order;
}

static const DeskOrderState *
shown (World           *world,
       const FakeOrder *order)
{
  const DeskOrderState *state = world_shown (world, order->client_id);

  g_assert_nonnull (state);
  return state;
}

/* Contracts of all executions that were told for it, without those that others replaced. */
static gint64
booked (World           *world,
        const FakeOrder *order)
{
  g_autoptr (GHashTable) quantities = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  gpointer value;
  gint64 sum = 0;
  guint i, k;

  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind != DESK_EVENT_FILL || event->restored || strcmp (event->fill.client_order_id, order->client_id) != 0)
        continue;
      g_assert_true (g_hash_table_insert (quantities, (gpointer) event->fill.execution_id, GINT_TO_POINTER ((int) event->fill.quantity)));
      for (k = 0; event->fill.replaces != NULL && event->fill.replaces[k] != NULL; k++)
        g_assert_true (g_hash_table_remove (quantities, event->fill.replaces[k]));
    }
  g_hash_table_iter_init (&iter, quantities);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    sum += GPOINTER_TO_INT (value);
  return sum;
}

/* One statement of a fill, as the server's own, and of any values. */
static DtcMessage *
fill_of (World           *world,
         const FakeOrder *order,
         int              status,
         double           cumulative,
         double           last,
         const char      *execution)
{
  DtcMessage *message = server_update (world, order, status == DTC_ORDER_STATUS_FILLED ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL);

  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, status);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, cumulative);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, MAX ((double) order->quantity - cumulative, 0));
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, order->price1);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, order->price1);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, last);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, execution);
  return message;
}

static void
feed (World      *world,
      DtcMessage *message)
{
  world_feed (world, message);
  dtc_message_free (message);
  world_settle (world);
}

static gboolean
is_doubted (const DeskOrderState *state)
{
  return (state->certainty == DESK_CERTAINTY_UNKNOWN || state->certainty == DESK_CERTAINTY_PROBABLE
          || state->certainty == DESK_CERTAINTY_CONFLICT)
         && state->text != NULL && *state->text != '\0';
}

/* Away, and back at a server that may have changed. */
static void
reconnect (World *world)
{
  world_cut (world);
  world_pass (world, SECOND);
  g_queue_clear_full (&world->inbox, message_free);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
}

static guint
n_submits (World *world)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, world->seen);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      g_assert_cmpuint (GPOINTER_TO_UINT (value), ==, 1);
      n++;
    }
  return n;
}

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

/* ---- 63: an answer with a hole, a repeat, a changing total ---- */

static gint32
question_of (World      *world,
             EngineStep  step)
{
  guint i;

  for (i = 0; i < world->engine->questions->len; i++)
    {
      const EngineQuestion *question = g_ptr_array_index (world->engine->questions, i);

      if (question->step == step)
        return question->request;
    }
  g_assert_not_reached ();
}

static void
test_63 (gconstpointer form)
{
  static const gint32 rows[][2][2] = { { { 2, 1 }, { 2, 1 } }, { { 2, 1 }, { 3, 2 } }, { { 2, 2 }, { 0, 0 } }, { { 2, 3 }, { 0, 0 } }, { { 0, 0 }, { 0, 0 } } };
  World *world = up (form);
  FakeOrder *listed = working (world, DESK_SIDE_BUY, 1);
  FakeOrder *missing = working (world, DESK_SIDE_BUY, 2);
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      world_cut (world);
      world_pass (world, SECOND);
      world->no_orders_answer = TRUE;
      world_connect (world);
      world_run (world);
      for (k = 0; k < 2; k++)
        {
          DtcMessage *message = server_update (world, listed, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);

          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, question_of (world, STEP_ORDERS));
          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, rows[i][k][0]);
          dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, rows[i][k][1]);
          feed (world, message);
        }
      world_pass (world, 2 * SECOND);
      /* Not an answer: it does not make us live, and who is not in it is not gone. */
      g_assert_false (world->live);
      g_assert_cmpint (shown (world, missing)->certainty, ==, DESK_CERTAINTY_STALE);
      world->no_orders_answer = FALSE;
      reconnect (world);
      g_assert_cmpint (shown (world, missing)->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpint (shown (world, listed)->certainty, ==, DESK_CERTAINTY_FRESH);
    }
  world_free (world);
}

/* ---- 64: fills of several accounts, and the same rows for each question ---- */

static void
test_64 (gconstpointer form)
{
  World *world = world_new_form (form);
  FakeOrder *order;

  world->second_account = "SIM2";
  g_strlcpy (world->config.account, WORLD_ACCOUNT, sizeof world->config.account);
  desk_engine_free (world->engine);
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  world_up (world);
  order = working (world, DESK_SIDE_BUY, 3);
  world_cut (world);
  world_pass (world, SECOND);
  server_fill (world, order, 1, 4990);
  server_fill (world, order, 2, 4990);
  reconnect (world);
  world_pass (world, 15 * SECOND);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  g_assert_cmpint (booked (world, order), ==, 3);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 3);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 3);
  world_free (world);
}

/* ---- 65: refused, or no answer: nothing is concluded ---- */

static void
test_65 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint n_writes = world->n_writes;

  world_cut (world);
  world_pass (world, SECOND);
  order->status = DTC_ORDER_STATUS_CANCELED;
  world->no_fills = TRUE;
  world->no_orders_answer = TRUE;
  world_connect (world);
  world_pass (world, 60 * SECOND);
  /* Not live, and nothing new leaves. */
  g_assert_false (world->live);
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  g_assert_nonnull (world_last_denied (world));
  g_assert_cmpstr (world_last_denied (world)->code, ==, "RESYNC_RUNNING");
  g_assert_false (desk_status_is_final (shown (world, order)->status));
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_GONE);
  g_assert_cmpint (shown (world, order)->certainty, !=, DESK_CERTAINTY_NO_TRACE);
  world_free (world);
}

/* ---- 67: the position is not the sum of the fills ---- */

static void
test_67 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  DtcMessage *message;
  guint n_writes;

  server_fill (world, order, 2, 4990);
  world_run (world);
  n_writes = world->n_writes;
  message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, WORLD_SYMBOL);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, 5);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, 4990);
  feed (world, message);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 5);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 2);
  /* Somebody else's three: at the next answer they are a mismatch, or explained. */
  world->no_fills = TRUE;
  server_add_fill (world, "X1", DTC_BUY, 3, 4990);
  world_pass (world, 12 * SECOND);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), >=, 1);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->quantity, ==, 5);
  g_assert_cmpint (world_last_position (world, WORLD_SYMBOL)->computed, ==, 2);
  g_assert_cmpint (booked (world, order), ==, 2);
  g_assert_cmpuint (world->n_writes, ==, n_writes);
  world_free (world);
}

/* ---- 69: what a price is worth on the wire changes, or is not said ---- */

static void
test_69 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 1);

  g_assert_cmpfloat (order->price1, ==, 4990);
  world_cut (world);
  world_pass (world, SECOND);
  world->multiplier = 0.01;
  order->price1 = 499000;
  world_connect (world);
  world_run (world);
  world_pass (world, SECOND);
  g_assert_cmpfloat (shown (world, order)->price.display, ==, 4990);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpfloat (world_last_at_server (world)->price1, ==, 498000);

  world_cut (world);
  world_pass (world, SECOND);
  world->no_definitions = TRUE;
  world_connect (world);
  world_run (world);
  world_submit (world, DESK_SIDE_BUY, 1, 4970);
  world_pass (world, 10 * SECOND);
  g_assert_cmpuint (n_submits (world), ==, 2);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "NO_DEFINITION");
  world_free (world);
}

/* ---- 73: no trading at the reconnect ---- */

static void
test_73 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);

  world->no_trading = TRUE;
  reconnect (world);
  world_place (world, DESK_SIDE_BUY, 1, 4980);
  g_assert_cmpuint (n_submits (world), ==, 1);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "TRADING_OFF");
  /* The way out is tried all the same. */
  world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  world_run (world);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_CANCELLED);
  world_free (world);
}

/* ---- 66: none, and yet something ---- */

static void
test_66 (gconstpointer form)
{
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  DtcMessage *message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);

  /* With the fields of an order that nobody has. */
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, "S99");
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, "");
  feed (world, message);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, 1);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* ---- 68: positions of nobody, twice, and not a number ---- */

static void
test_68 (gconstpointer form)
{
  static const struct { const char *symbol, *account; double quantity, average; } rows[] = {
    { "NOSUCH", WORLD_ACCOUNT, 2, 1 }, { WORLD_SYMBOL, "NOBODY", 2, 1 }, { WORLD_SYMBOL, WORLD_ACCOUNT, 0.5, 1 }, { "", "", 1, 1 },
    { WORLD_SYMBOL, WORLD_ACCOUNT, 1e300, 1 }, { WORLD_SYMBOL, WORLD_ACCOUNT, 2, 1e300 },
  };
  World *world = up (form);
  FakeOrder *order = working (world, DESK_SIDE_BUY, 2);
  guint i;

  server_fill (world, order, 2, 4990);
  world_run (world);
  for (i = 0; i < G_N_ELEMENTS (rows) * 2; i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
      guint row = i / 2;

      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, rows[row].symbol);
      dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, rows[row].account);
      dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, rows[row].quantity);
      dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, rows[row].average);
      feed (world, message);
    }
  g_assert_cmpint (engine_position (world->engine, WORLD_ACCOUNT, WORLD_SYMBOL, &(gboolean) { FALSE }), ==, 2);
  g_assert_cmpint (shown (world, order)->status, ==, DESK_STATUS_FILLED);
  world_pass (world, 12 * SECOND);
  world_free (world);
}

/* ---- 71: accounts come and go ---- */

static void
test_71 (gconstpointer form)
{
  World *world = world_new_form (form);
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_SUBMIT);

  world_up (world);
  working (world, DESK_SIDE_BUY, 1);
  command->ticket.side = DESK_SIDE_BUY;
  command->ticket.type = DESK_ORDER_TYPE_LIMIT;
  command->ticket.tif = DESK_TIF_DAY;
  command->ticket.quantity = 1;
  command->ticket.has_price = TRUE;
  command->ticket.price = 4980;
  g_strlcpy (command->ticket.symbol, WORLD_SYMBOL, sizeof command->ticket.symbol);
  g_strlcpy (command->ticket.account, "GONE", sizeof command->ticket.account);
  desk_engine_command (world->engine, command, world->now);
  world_run (world);
  g_assert_cmpuint (n_submits (world), ==, 1);
  g_assert_cmpstr (world_last_denied (world)->code, ==, "ACCOUNT");
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

int
main (int    argc,
      char **argv)
{
  static const struct { const char *name; GTestDataFunc func; } cases[] = {
    { "47", test_47 }, { "48", test_48 }, { "50", test_50 }, { "51", test_51 }, { "52", test_52 }, { "53", test_53 },
    { "54", test_54 }, { "55", test_55 }, { "56", test_56 }, { "57", test_57 }, { "58", test_58 }, { "61", test_61 },
    { "62", test_62 }, { "63", test_63 }, { "64", test_64 }, { "65", test_65 }, { "66", test_66 }, { "67", test_67 }, { "68", test_68 }, { "69", test_69 },
    { "71", test_71 }, { "72", test_72 }, { "73", test_73 }, { "74", test_74 },
  };
  guint form, i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    for (form = 0; form < G_N_ELEMENTS (world_forms); form++)
      {
        g_autofree char *path = g_strdup_printf ("/core/faults/%s/%s", cases[i].name, world_forms[form].name);

        g_test_add_data_func (path, GUINT_TO_POINTER (form), cases[i].func);
      }
  return g_test_run ();
}
