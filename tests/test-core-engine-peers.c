/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-tests.h"

#include <math.h>

/* Servers that say too little, too late or the wrong thing, and what the engine makes of it. */

static const DeskOrderState *
last_state (World *world)
{
  return state_of (world, only_id (world));
}

static guint
count_live (World *world)
{
  guint n = 0, i;

  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == DESK_EVENT_LINK && event->link.state == DESK_LINK_LIVE)
        n++;
    }
  return n;
}

static guint
count_said (World *world)
{
  return world_count (world, DESK_EVENT_ORDER, NULL);
}

/* Rounds of questions while live: the link is said to be live once. */
static void
test_one_live (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  g_assert_cmpuint (count_live (world), ==, 1);
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  desk_engine_heartbeat (world->engine, 2, world->now);
  world_pass (world, 95 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_live (world), ==, 1);
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (count_live (world), ==, 2);
  world_free (world);
}

/* A presumed end is said when it is presumed; after it the questions keep the pace of an idle desk. */
static void
test_quiet_when_gone (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint said;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world_cut (world);
  world_last_at_server (world)->status = DTC_ORDER_STATUS_CANCELED;
  world_connect (world);
  world_run (world);
  world_pass (world, 45 * G_USEC_PER_SEC);
  if (NUMBERING (data) == DTC_NUMBERING_BRIEF)
    {
      /* It is told of open orders once a connection. */
      world_cut (world);
      world_connect (world);
      world_run (world);
    }
  g_assert_cmpint (last_state (world)->status, ==, DESK_STATUS_NOT_AT_SERVER);
  world_pass (world, 35 * G_USEC_PER_SEC);
  said = count_said (world);
  g_assert_cmpint (world->engine->timer_at - world->now, >, 200 * G_USEC_PER_SEC);
  world_pass (world, 290 * G_USEC_PER_SEC);
  g_assert_cmpuint (count_said (world), ==, said);
  world_free (world);
}

/* What the server says about a position is never mixed with the sum of our own fills. */
static void
test_position_is_the_servers (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint told = 0, i;

  world_hold_two (world);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind != DESK_EVENT_POSITION || event->restored)
        continue;
      told++;
      g_assert_true (event->position.provable);
      g_assert_cmpint (event->position.quantity, ==, 2);
      g_assert_false (isnan (event->position.average_price));
    }
  g_assert_cmpuint (told, ==, 1);
  /* Each reconciliation states it again. */
  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_POSITION, NULL), >, 1);
  world_free (world);
}

/* Messages that only the other numbering has are a sign of it. */
static void
test_foreign_message (gconstpointer data)
{
  World *world = world_new_live (DTC_NUMBERING_BRIEF);

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world_feed_text (world, "{\"Type\":208,\"Symbol\":\"ESZ6\",\"OrderType\":2,\"BuySell\":1,\"Quantity\":1}");
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "NUMBERING"), ==, 1);
  world_command (world, DESK_COMMAND_CANCEL, only_id (world));
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "NUMBERING"), ==, 1);
  world_free (world);
}

/* Once the server has listed every position, a symbol that it did not name began at nothing: our own sum of fills
 * is known from the first fill on, and stays so after a restart of the link. */
static void
test_first_fill_is_summed (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const DeskTruthPosition *position;

  world_hold_two (world);
  position = g_ptr_array_index (desk_truth_positions (world->engine->truth), 0);
  g_assert_true (position->based);
  g_assert_cmpint (position->offset + position->booked, ==, 2);
  world_cut (world);
  world_connect (world);
  world_run (world);
  g_assert_true (position->based);
  g_assert_cmpint (position->offset + position->booked, ==, 2);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "POSITION_MISMATCH"), ==, 0);
  world_free (world);
}

/* The exit of a flatten names no side on the wire; what was asked to be closed is known all the same. */
static void
test_exit_is_described (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));

  world_hold_two (world);
  world->hold_kernel = TRUE; /* the server has not seen it yet */
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpint (last_state (world)->source, ==, DESK_SOURCE_FLATTEN);
  g_assert_cmpint (last_state (world)->side, ==, DESK_SIDE_SELL);
  g_assert_cmpint (last_state (world)->quantity, ==, 2);
  g_assert_cmpint (last_state (world)->remaining, ==, 2);
  world_free (world);
}

/* The position had turned before the server worked on the flatten: its word about the side holds, it is no other order. */
static void
test_exit_turns (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  gboolean brief = NUMBERING (data) == DTC_NUMBERING_BRIEF;
  g_autofree char *text = NULL;

  world_hold_two (world);
  world->hold_kernel = TRUE; /* the server has not seen it yet */
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  text = g_strdup_printf ("{\"Type\":301,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ClientOrderID\":\"%s\",\"ServerOrderID\":\"S99\","
                          "\"OrderStatus\":%d,\"OrderUpdateReason\":2,\"BuySell\":%s,\"%s\":1,\"FilledQuantity\":0}",
                          only_id (world), brief ? 1 : 4, brief ? "\"BUY\"" : "1", brief ? "Quantity" : "OrderQuantity");
  world_feed_text (world, text);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_REUSED"), ==, 0);
  g_assert_cmpint (last_state (world)->side, ==, DESK_SIDE_BUY);
  g_assert_cmpint (last_state (world)->quantity, ==, 1);
  g_assert_cmpstr (last_state (world)->server_order_id, ==, "S99");
  world_free (world);
}

/* A row of the answer is missing: "flat" would be a guess, and would take the protections away. */
static void
test_flatten_hole (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *stop = NULL;
  guint i;

  world_hold_two (world);
  world_place (world, DESK_SIDE_SELL, 2, 5100);
  stop = g_strdup (only_id (world));
  world->deaf = TRUE;
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_settle (world);
  g_assert_cmpuint (world->engine->flattens->len, ==, 1);
  for (i = 0; i < 2; i++)
    {
      gint32 request = ((DeskFlatten *) g_ptr_array_index (world->engine->flattens, 0))->request;
      g_autofree char *row = NULL;

      row = g_strdup_printf ("{\"Type\":306,\"RequestID\":%d,\"TotalNumberMessages\":3,\"MessageNumber\":%u,\"Symbol\":\"%s\","
                             "\"TradeAccount\":\"SIM1\",\"Quantity\":1,\"AveragePrice\":1}",
                             request, i == 0 ? 1 : 3, i == 0 ? "NQZ6" : "YMZ6");
      world_feed_text (world, row);
    }
  world_pass (world, 20 * G_USEC_PER_SEC);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "FLATTEN_FAILED"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 2);
  g_assert_cmpint (world_shown (world, stop)->cancel, ==, DESK_OVERLAY_NONE);
  world_free (world);
}

/* An entry that the server has not answered yet would open the position anew: its cancel waits for the id. */
static void
test_flatten_unanswered_entry (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autofree char *entry = NULL;

  world_hold_two (world);
  world->auto_accept = FALSE;
  world_place (world, DESK_SIDE_BUY, 1, 4990);
  entry = g_strdup (only_id (world));
  world_command (world, DESK_COMMAND_FLATTEN, NULL);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "CANCEL_WAITS"), ==, 1);
  server_accept (world, world_last_at_server (world));
  world_run (world);
  world_run (world);
  g_assert_cmpint (world_shown (world, entry)->status, ==, DESK_STATUS_CANCELLED);
  world_free (world);
}

/* The answers to the first question may have crossed what raised the doubt. */
static void
test_asked_again (gconstpointer data)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);
  FakeOrder *order;
  g_autofree char *text = NULL;

  order = world_place (world, DESK_SIDE_BUY, 1, 4990);
  order->status = DTC_ORDER_STATUS_CANCELED; /* the list lags behind */
  text = g_strdup_printf ("{\"Type\":301,\"ClientOrderID\":\"%s\",\"OrderStatus\":9,\"OrderUpdateReason\":9}", order->client_id);
  world_feed_text (world, text);
  world_run (world);
  g_assert_cmpint (last_state (world)->status, ==, DESK_STATUS_UNKNOWN);
  order->status = DTC_ORDER_STATUS_OPEN;
  world_pass (world, 6 * G_USEC_PER_SEC);
  g_assert_cmpint (last_state (world)->status, ==, DESK_STATUS_WORKING);
  world_free (world);
}

/* An update that names nobody may be about any of them. */
static void
test_nameless (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint i;

  for (i = 0; i < 2; i++)
    world_place (world, DESK_SIDE_BUY, 1, 4990 - i);
  world_feed_text (world, NUMBERING (data) == DTC_NUMBERING_DTC
                              ? "{\"Type\":301,\"Symbol\":\"ESZ6\",\"OrderStatus\":8,\"OrderUpdateReason\":6}"
                              : "{\"Type\":301,\"Symbol\":\"ESZ6\",\"OrderStatus\":7,\"OrderUpdateReason\":6}");
  for (i = 0; i < 2; i++)
    g_assert_cmpint (desk_truth_get_order (world->engine->truth, i)->state.status, ==, DESK_STATUS_UNKNOWN);
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, 2);
  world_run (world);
  for (i = 0; i < 2; i++)
    g_assert_cmpint (desk_truth_get_order (world->engine->truth, i)->state.status, ==,
                     NUMBERING (data) == DTC_NUMBERING_DTC ? DESK_STATUS_WORKING : DESK_STATUS_UNKNOWN);
  world_free (world);
}

/* "Now" while a try is under way does not begin it anew. */
static void
test_reconnect (gconstpointer data)
{
  World *world = world_new (NUMBERING (data));

  desk_engine_restored (world->engine, world->now);
  world->linked = TRUE;
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_command (world, DESK_COMMAND_RECONNECT, NULL);
  g_assert_true (world->linked);
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  world_command (world, DESK_COMMAND_RECONNECT, NULL);
  g_assert_true (world->linked);
  world_cut (world);
  world_connect (world);
  world_run (world);
  world_command (world, DESK_COMMAND_RECONNECT, NULL);
  g_assert_false (world->linked);
  world_free (world);
}

/* Without a connection a halt cancels nothing, and does not say that it did. */
static void
test_halt_while_down (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint i;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world_cut (world);
  world_command (world, DESK_COMMAND_HALT, NULL);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "HALTED"), ==, 1);
  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      g_assert_true (event->kind != DESK_EVENT_NOTICE || strcmp (event->code, "HALTED") != 0
                     || strstr (event->text, "are cancelled") == NULL);
    }
  world_free (world);
}

/* A restarted server has given our order's id to somebody else's: no command of ours may reach that one. */
static void
test_id_given_away (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  gboolean brief = NUMBERING (data) == DTC_NUMBERING_BRIEF;
  g_autofree char *id = NULL;
  g_autofree char *text = NULL;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  id = g_strdup (only_id (world));
  world_cut (world);
  world_last_at_server (world)->status = DTC_ORDER_STATUS_CANCELED;
  world_connect (world);
  world_run (world);
  text = g_strdup_printf ("{\"Type\":301,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ServerOrderID\":\"S1\",\"OrderStatus\":%d,"
                          "\"OrderUpdateReason\":3,\"BuySell\":%s,\"OrderType\":2,\"Price1\":5100,\"%s\":1,\"FilledQuantity\":0}",
                          brief ? 1 : 4, brief ? "\"SELL\"" : "2", brief ? "Quantity" : "OrderQuantity");
  world_feed_text (world, text);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_REUSED"), ==, 1);
  world_command (world, DESK_COMMAND_CANCEL_ALL, NULL);
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_modify (world, id, TRUE, 4991, 0);
  world_command (world, DESK_COMMAND_HALT, NULL);
  world_settle (world);
  g_assert_cmpuint (world->written->len, ==, 1);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "NO_SUCH_ORDER"), ==, 4);
  /* By its own id the stranger's can be cancelled. */
  world_command (world, DESK_COMMAND_CANCEL, "S1");
  world_settle (world);
  g_assert_cmpuint (world->written->len, ==, 2);
  world_free (world);
}

/* It does so while our cancel and our change wait for the disk. */
static void
test_id_given_away_meanwhile (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  gboolean brief = NUMBERING (data) == DTC_NUMBERING_BRIEF, change;

  for (change = FALSE; change <= TRUE; change++)
    {
      const FakeOrder *order = world_place (world, DESK_SIDE_BUY, 1, 4990);
      guint written = world->written->len, denied = world_count (world, DESK_EVENT_DENIED, "NO_SUCH_ORDER");
      g_autofree char *text = NULL;

      world->hold = TRUE;
      if (change)
        world_modify (world, order->client_id, TRUE, 4991, 0);
      else
        world_command (world, DESK_COMMAND_CANCEL, order->client_id);
      text = g_strdup_printf ("{\"Type\":301,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ServerOrderID\":\"%s\",\"OrderStatus\":%d,"
                              "\"OrderUpdateReason\":3,\"BuySell\":%s,\"OrderType\":2,\"Price1\":5100,\"%s\":1,\"FilledQuantity\":0}",
                              order->server_id, brief ? 1 : 4, brief ? "\"SELL\"" : "2", brief ? "Quantity" : "OrderQuantity");
      world_feed_text (world, text);
      world->hold = FALSE;
      world_run (world);
      g_assert_cmpuint (world->written->len, ==, written);
      g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "NO_SUCH_ORDER"), ==, denied + 1);
      g_assert_nonnull (strstr (world_last_denied (world)->text, "nothing was sent"));
    }
  world_free (world);
}

/* A server that was started anew counts its ids from the start, and names nobody: where one of them is plainly another
 * order's, a like one under another id is not ours either if it is not what ours was; whichever the list has first. */
static void
check_ids_given_again (DtcNumbering numbering,
                       gboolean     plain_first)
{
  World *world = world_new_live (numbering);
  FakeOrder *first, *second;
  g_autofree char *id = NULL;
  guint sent;

  first = world_place (world, DESK_SIDE_BUY, plain_first ? 1 : 2, 4990);
  second = world_place (world, DESK_SIDE_BUY, plain_first ? 2 : 1, 4980);
  if (!plain_first)
    {
      FakeOrder *other = first;

      first = second;
      second = other;
    }
  id = g_strdup (second->client_id);
  world_cut (world);
  first->client_id[0] = second->client_id[0] = '\0';
  first->side = DTC_SELL;
  first->price1 = 5100;
  second->quantity = 3;
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "ID_REUSED"), ==, 2);
  g_assert_cmpint (world_shown (world, id)->certainty, !=, DESK_CERTAINTY_FRESH);
  g_assert_cmpint (world_shown (world, id)->quantity, ==, 2);
  sent = world->written->len;
  world_command (world, DESK_COMMAND_CANCEL, id);
  world_run (world);
  g_assert_cmpuint (world->written->len, ==, sent);
  g_assert_cmpint (second->status, ==, DTC_ORDER_STATUS_OPEN);
  world_free (world);
}

static void
test_ids_given_again (gconstpointer data)
{
  check_ids_given_again (NUMBERING (data), TRUE);
  check_ids_given_again (NUMBERING (data), FALSE);
}

/* The link was lost in a change, and afterwards the server lists the old order and a nameless new one. */
static void
test_two_live_after_outage (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  FakeOrder *second;

  world_place (world, DESK_SIDE_BUY, 1, 4990);
  world->deaf = TRUE;
  world_modify (world, only_id (world), TRUE, 4995, 0);
  world_settle (world);
  second = g_memdup2 (world_last_at_server (world), sizeof *second);
  g_strlcpy (second->server_id, "S77", sizeof second->server_id);
  second->client_id[0] = '\0';
  second->price1 = 4995;
  world_cut (world);
  world->deaf = FALSE;
  g_ptr_array_add (world->orders, second);
  world_connect (world);
  world_run (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TWO_LIVE_ORDERS"), ==, 1);
  g_assert_cmpuint (world->written->len, ==, 2);
  world_free (world);
}

/* Who logged on stands in no file, also when the server repeats it with every order. */
static void
test_user_name (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  gboolean found = FALSE;
  guint i;

  world_feed_text (world, "{\"Type\":301,\"Symbol\":\"ESZ6\",\"Username\" : \"cana\\\"ry\",\"ServerOrderID\":\"S5\",\"TradeAccount\":\"canary\","
                          "\"OrderStatus\":100,\"InfoText\":\"a \\\"Username\\\":\\\"x\\\" b\",\"OrderUpdateReason\":3}");
  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);
      g_autofree char *wire = NULL;

      if (record->kind != DESK_RECORD_EVENT)
        continue;
      wire = g_strndup (g_bytes_get_data (record->wire, NULL), g_bytes_get_size (record->wire));
      g_assert_null (strstr (wire, "cana\\"));
      g_assert_nonnull (strstr (wire, "\"Username\" : \"********\",\"ServerOrderID\""));
      g_assert_nonnull (strstr (wire, "\"TradeAccount\":\"canary\""));
      g_assert_nonnull (strstr (wire, "\\\"x\\\" b"));
      found = TRUE;
    }
  g_assert_true (found);
  world_free (world);
}

/* A text of somebody else is no tag of ours, even if it begins like an order's name. */
static void
test_foreign_text (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  const char *status = NUMBERING (data) == DTC_NUMBERING_BRIEF ? "1" : "4";
  guint i;

  for (i = 0; i < 2; i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"Type\":301,\"Symbol\":\"ESZ6\",\"TradeAccount\":\"SIM1\",\"ServerOrderID\":\"S%u\","
                                               "\"ClientOrderID\":\"%s\",\"FreeFormText\":\"Stop1\",\"OrderStatus\":%s,"
                                               "\"OrderUpdateReason\":3,\"BuySell\":1}", i, i == 0 ? "Stop1" : "", status);

      world_feed_text (world, text);
    }
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, "TWO_LIVE_ORDERS"), ==, 0);
  /* Two orders, and each can be cancelled. */
  g_assert_cmpuint (desk_truth_n_orders (world->engine->truth), ==, 2);
  world_free (world);
}

static void
test_user_name_in_structs (gconstpointer data)
{
  static const DtcEncodingKind encodings[] = { DTC_ENCODING_BINARY, DTC_ENCODING_BINARY_VLS };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (encodings); i++)
    {
      World *world = world_new (DTC_NUMBERING_DTC);
      DtcCodec codec = { encodings[i], DTC_NUMBERING_DTC };
      FakeOrder order = { "S5", "", WORLD_SYMBOL, DTC_BUY, DTC_ORDER_TYPE_LIMIT, DTC_TIF_DAY, DTC_ORDER_STATUS_OPEN, 5000, 0, 1, 0 };
      DtcMessage *message = server_update (world, &order, DTC_GENERAL_ORDER_UPDATE, NULL);
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_auto (DtcMessage) read = DTC_MESSAGE_INIT;
      DtcReceipt receipt;
      gboolean found = FALSE;

      dtc_message_set_string (message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, "canary");
      dtc_message_set_string (message, DTC_ORDER_UPDATE_F_USERNAME, "canary");
      g_assert_true (dtc_codec_encode (&codec, DTC_TO_CLIENT, message, bytes, NULL));
      g_assert_true (dtc_codec_decode (&codec, DTC_TO_CLIENT, bytes->data, bytes->len, &read, NULL));
      receipt = (DtcReceipt) { bytes->data, bytes->len, world->now, codec };
      world_up (world);
      desk_engine_message (world->engine, &read, &receipt);
      for (k = 0; k < world->records->len; k++)
        {
          const DeskRecord *record = g_ptr_array_index (world->records, k);
          g_auto (DtcMessage) kept = DTC_MESSAGE_INIT;

          if (record->kind != DESK_RECORD_EVENT || record->encoding != (int) encodings[i])
            continue;
          g_assert_true (dtc_codec_decode (&codec, DTC_TO_CLIENT, g_bytes_get_data (record->wire, NULL),
                                           g_bytes_get_size (record->wire), &kept, NULL));
          g_assert_cmpstr (kept.order_update.username, ==, "******");
          g_assert_cmpstr (kept.order_update.trade_account, ==, "canary");
          found = TRUE;
        }
      g_assert_true (found);
      dtc_message_free (message);
      world_free (world);
    }
}

/* A thousand bad frames a second are answered by one round of questions a second. */
static void
test_flood_of_bad_frames (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  guint n = 0, i;

  for (i = 0; i < 3000; i++)
    {
      world_feed_text (world, "{\"Type\":301,\"OrderStatus\":true}");
      world_pass (world, 1000);
    }
  world_pass (world, 2 * G_USEC_PER_SEC);
  for (i = 0; i < world->records->len; i++)
    n += ((const DeskRecord *) g_ptr_array_index (world->records, i))->kind == DESK_RECORD_SNAPSHOT;
  g_assert_cmpuint (n, >=, 4);
  g_assert_cmpuint (n, <=, 6);
  world_free (world);
}

/* A disk that is full is the reason, and not that its failure has disarmed. */
static void
test_full_disk_by_name (gconstpointer data)
{
  World *world = world_new_live (NUMBERING (data));
  g_autoptr (GError) error = g_error_new_literal (DESK_ERROR, DESK_ERROR_STORAGE, "no space left");

  world_place (world, DESK_SIDE_BUY, 1, 5000);
  world->broken = TRUE;
  desk_engine_storage_failed (world->engine, error, world->now);
  world_submit (world, DESK_SIDE_BUY, 1, 4990);
  world_command (world, DESK_COMMAND_ARM, NULL);
  world_submit (world, DESK_SIDE_BUY, 1, 4980);
  world_settle (world);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "STORAGE"), ==, 3);
  g_assert_cmpuint (world->written->len, ==, 1);
  world_free (world);
}

static void
add (const char   *name,
     GTestDataFunc func)
{
  g_autofree char *published = g_strdup_printf ("/core/engine-peers/%s/dtc", name);
  g_autofree char *brief = g_strdup_printf ("/core/engine-peers/%s/brief", name);

  g_test_add_data_func (published, GINT_TO_POINTER (DTC_NUMBERING_DTC), func);
  g_test_add_data_func (brief, GINT_TO_POINTER (DTC_NUMBERING_BRIEF), func);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("one-live", test_one_live);
  add ("quiet-when-gone", test_quiet_when_gone);
  add ("position-is-the-servers", test_position_is_the_servers);
  add ("foreign-message", test_foreign_message);
  add ("first-fill-is-summed", test_first_fill_is_summed);
  add ("exit-is-described", test_exit_is_described);
  add ("exit-turns", test_exit_turns);
  add ("flatten-hole", test_flatten_hole);
  add ("flatten-unanswered-entry", test_flatten_unanswered_entry);
  add ("asked-again", test_asked_again);
  add ("nameless", test_nameless);
  add ("reconnect", test_reconnect);
  add ("halt-while-down", test_halt_while_down);
  add ("id-given-away", test_id_given_away);
  add ("id-given-away-meanwhile", test_id_given_away_meanwhile);
  add ("ids-given-again", test_ids_given_again);
  add ("two-live-after-outage", test_two_live_after_outage);
  add ("user-name", test_user_name);
  add ("foreign-text", test_foreign_text);
  g_test_add_data_func ("/core/engine/user-name-in-structs", NULL, test_user_name_in_structs);
  add ("flood-of-bad-frames", test_flood_of_bad_frames);
  add ("full-disk-by-name", test_full_disk_by_name);
  return g_test_run ();
}
