/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine.h"

#include <string.h>

#include "dtc-fake-exchange.h"

/* The engine and the session in one process, on a clock that is a number, against a server that counts for itself.
 * A short day of trading is played, and the link is cut after every byte of it, in both directions. However it was
 * cut: nothing reaches the server twice, nothing that was not durable reaches it at all, no half message counts, and
 * in the end the engine claims nothing that the server would deny. */

#define SECOND ((gint64) G_USEC_PER_SEC)
#define BASE   (1000 * SECOND)
#define UTC    (G_GINT64_CONSTANT (1793210400) * SECOND)

typedef enum
{
  CUT_NONE,
  CUT_TO_SERVER,   /* the kernel took all bytes; so many arrived */
  CUT_AT_KERNEL,   /* so many were taken, and they arrived */
  CUT_TO_CLIENT,
} Cut;

/* How the connection ends. */
typedef enum
{
  WAY_FIN,
  WAY_RST,
  WAY_SILENCE,   /* nothing comes or goes any more, and nobody says so */
} Way;

typedef enum
{
  STEP_NOTHING,
  STEP_BRACKET,
  STEP_LIMIT,
  STEP_MARKET,
  STEP_CHANGE,
  STEP_CANCEL,
  STEP_DONE,
} Step;

typedef struct
{
  guint64 cookie;
  gsize   start;   /* in the bytes of this connection */
  gsize   total;
} Writing;

typedef struct
{
  DtcFakeExchange  *exchange;
  DtcSessionConfig *config;
  DtcSession       *session;
  DeskEngine       *engine;
  gint64            now;

  gboolean    opening;
  gboolean    open;
  guint       n_links;
  GByteArray *to_server;
  GByteArray *to_client;
  gsize       written;     /* of this connection */
  gsize       arrived;     /* at the server, of this connection */
  gsize       received;    /* by us, of this connection */
  GArray     *writings;
  gint64      next_beat;

  Cut      cut;
  gsize    cut_at;
  gboolean was_cut;
  Way      way;
  gboolean hole;           /* the silence */
  gboolean bracket;        /* the day is one bracket */
  gsize    before_written; /* bytes each way when it was sent */
  gsize    before_received;
  guint    n_cut_alarms;

  guint64     appended;
  guint64     committed;
  GPtrArray  *records;     /* not yet committed */
  GHashTable *intents;     /* ClientOrderIDs that are durable */

  Step        step;        /* what comes next */
  gboolean    due;
  DeskLink    link;
  guint       n_live;
  char        limit_id[DESK_ID_SIZE];
  char        market_id[DESK_ID_SIZE];
  GHashTable *executions;  /* execution id of every fill event */
} Rig;

/* The world of the session. */

static void
world_open (gpointer data, const char *host, guint16 port, gboolean use_tls)
{
  ((Rig *) data)->opening = TRUE;
}

static void
world_close (gpointer data)
{
  Rig  *rig = data;
  guint i;

  rig->opening = FALSE;
  rig->open = FALSE;
  g_byte_array_set_size (rig->to_server, 0);
  g_byte_array_set_size (rig->to_client, 0);
  for (i = 0; i < rig->writings->len; i++)
    {
      const Writing *writing = &g_array_index (rig->writings, Writing, i);
      gsize          accepted = rig->arrived > writing->start ? MIN (rig->arrived - writing->start, writing->total) : 0;

      if (rig->cut != CUT_AT_KERNEL)
        accepted = writing->total;
      desk_engine_written (rig->engine, writing->cookie, accepted, writing->total, rig->now);
    }
  g_array_set_size (rig->writings, 0);
  if (rig->hole)
    rig->cut = CUT_NONE;
  rig->hole = FALSE;
}

static gboolean
world_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie)
{
  Rig    *rig = data;
  Writing writing = { cookie, rig->written, len };

  if (!rig->open)
    return FALSE;
  g_byte_array_append (rig->to_server, bytes, len);
  rig->written += len;
  if (cookie != 0)
    g_array_append_val (rig->writings, writing);

  return TRUE;
}

static guint32
world_random (gpointer data)
{
  return 4711;
}

/* The world of the engine. */

static guint64
engine_append (gpointer data, DeskRecord **records, guint n_records, gboolean now)
{
  Rig  *rig = data;
  guint i;

  for (i = 0; i < n_records; i++)
    {
      records[i]->seq = ++rig->appended;
      g_ptr_array_add (rig->records, records[i]);
    }

  return rig->appended;
}

static gboolean
engine_encode (gpointer data, const DtcMessage *message, GByteArray *out, GError **error)
{
  return dtc_session_encode (((Rig *) data)->session, message, out, error);
}

static gboolean
engine_write (gpointer data, const guint8 *bytes, gsize len, DtcLane lane, guint64 cookie, GError **error)
{
  Rig *rig = data;

  return dtc_session_write_bytes (rig->session, bytes, len, lane, cookie, rig->now, error);
}

static void
engine_publish (gpointer data, DeskEvent *event)
{
  g_autoptr (DeskEvent) mine = event;
  Rig                  *rig = data;

  if (event->kind == DESK_EVENT_LINK)
    {
      gboolean begins = event->link.state == DESK_LINK_LIVE && rig->link != DESK_LINK_LIVE;

      rig->link = event->link.state;
      if (!begins)
        return;
      rig->n_live++;
      if (rig->step == STEP_NOTHING)
        {
          rig->step = rig->bracket ? STEP_BRACKET : STEP_LIMIT;
          rig->due = TRUE;
        }
    }
  else if (event->kind == DESK_EVENT_ORDER && !rig->was_cut)
    {
      const DeskOrderState *order = &event->order;

      if (order->type == DESK_ORDER_TYPE_LIMIT)
        g_strlcpy (rig->limit_id, order->client_order_id, sizeof rig->limit_id);
      else
        g_strlcpy (rig->market_id, order->client_order_id, sizeof rig->market_id);

      if (rig->due)
        return;
      if (rig->step == STEP_BRACKET && order->role == DESK_ROLE_STOP && order->status == DESK_STATUS_HELD_BY_PARENT)
        rig->step = STEP_DONE;
      if (rig->step == STEP_LIMIT && order->status == DESK_STATUS_WORKING)
        rig->step = STEP_MARKET, rig->due = TRUE;
      else if (rig->step == STEP_MARKET && order->type == DESK_ORDER_TYPE_MARKET && order->status == DESK_STATUS_FILLED)
        rig->step = STEP_CHANGE, rig->due = TRUE;
      else if (rig->step == STEP_CHANGE && order->reason == DESK_REASON_CHANGE_DONE)
        rig->step = STEP_CANCEL, rig->due = TRUE;
      else if (rig->step == STEP_CANCEL && order->status == DESK_STATUS_CANCELLED)
        rig->step = STEP_DONE;
    }
  else if (event->kind == DESK_EVENT_FILL)
    {
      /* Each execution once in a process's life. */
      g_assert_true (g_hash_table_add (rig->executions, g_strdup (event->fill.execution_id)));
    }
  else if (event->kind == DESK_EVENT_NOTICE && strcmp (event->code, "BRACKET_CUT") == 0)
    rig->n_cut_alarms++;
  else if (event->kind == DESK_EVENT_DENIED)
    {
      /* A line that still waited for the symbol's definition is not kept for later. */
      g_assert_true (rig->was_cut);
      g_assert_cmpstr (event->code, ==, rig->hole ? "NO_DEFINITION" : "LINK_DOWN");
    }
}

static gint64
engine_utc (gpointer data)
{
  return UTC + ((Rig *) data)->now - BASE;
}

static gint64
engine_boot (gpointer data)
{
  return ((Rig *) data)->now;
}

static void
engine_drop (gpointer data, DtcLinkReason reason, const char *text, gboolean immediately)
{
  Rig *rig = data;

  dtc_session_drop (rig->session, reason, text, immediately, rig->now);
}

/* From the session to the engine. */

static void
sink_link (gpointer data, const DtcLinkChange *change, gint64 now)
{
  desk_engine_link (((Rig *) data)->engine, change, now);
}

static void
sink_message (gpointer data, const DtcMessage *message, const DtcReceipt *receipt)
{
  desk_engine_message (((Rig *) data)->engine, message, receipt);
}

static void
sink_bad_frame (gpointer data, const DtcMessage *partial, const DtcReceipt *receipt, const GError *error)
{
  g_error ("bad frame: %s: %.*s", error->message, (int) receipt->raw_len, receipt->raw);
}

static void
sink_heartbeat (gpointer data, guint32 num_dropped, gint64 now)
{
  desk_engine_heartbeat (((Rig *) data)->engine, num_dropped, now);
}

static gint64
sink_tick (gpointer data, gint64 now)
{
  return desk_engine_tick (((Rig *) data)->engine, now);
}

static Rig *
rig_new (DtcNumbering numbering, Cut cut, gsize cut_at)
{
  static const DtcSessionWorld world = { world_open, world_close, world_write, world_random };
  static const DeskWorld       desk_world = { engine_append, engine_encode, engine_write, engine_publish, engine_utc,
                                              engine_boot, engine_drop };
  static const DtcSink         sink = { sink_link, sink_message, sink_bad_frame, sink_heartbeat, NULL, NULL,
                                        sink_tick };
  static const char            limits[] =
    "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":1000,\"max_order_value\":100000000,"
    "\"price_collar_percent\":90,\"max_open_orders_symbol\":100,\"max_open_orders_account\":100,"
    "\"orders_per_second\":1000,\"orders_burst\":1000,\"orders_per_second_symbol\":1000,\"duplicate_window_ms\":0}";
  g_autoptr (GError)           error = NULL;
  DeskEngineConfig             config = { .numbering = numbering, .arm_at_live = TRUE, .install = "CUTCUT",
                                          .generation = 1, .next_counter = 1 };
  Rig                         *rig = g_new0 (Rig, 1);

  rig->cut = cut;
  rig->cut_at = cut_at;
  rig->now = BASE;
  rig->exchange = dtc_fake_exchange_new (numbering);
  rig->to_server = g_byte_array_new ();
  rig->to_client = g_byte_array_new ();
  rig->writings = g_array_new (FALSE, FALSE, sizeof (Writing));
  rig->records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  rig->intents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  rig->executions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  config.limits = desk_limits_parse (limits, -1, "test", &error);
  g_assert_no_error (error);
  rig->engine = desk_engine_new (&config, &desk_world, rig);
  desk_limits_free (config.limits);

  rig->config = dtc_session_config_new ();
  rig->config->numbering = numbering;
  rig->config->handshake = DTC_HANDSHAKE_YES;
  rig->session = dtc_session_new (rig->config, &world, rig, &sink, rig);
  desk_engine_restored (rig->engine, rig->now);
  dtc_session_start (rig->session, rig->now);

  return rig;
}

static void
rig_free (Rig *rig)
{
  dtc_session_free (rig->session);
  desk_engine_free (rig->engine);
  dtc_session_config_free (rig->config);
  dtc_fake_exchange_free (rig->exchange);
  g_byte_array_unref (rig->to_server);
  g_byte_array_unref (rig->to_client);
  g_array_unref (rig->writings);
  g_ptr_array_unref (rig->records);
  g_hash_table_unref (rig->intents);
  g_hash_table_unref (rig->executions);
  g_free (rig);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rig, rig_free)

static void
commit (Rig *rig)
{
  guint i;

  for (i = 0; i < rig->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (rig->records, i);

      if (record->kind == DESK_RECORD_INTENT && record->client_order_id != NULL)
        g_hash_table_add (rig->intents, g_strdup (record->client_order_id));
    }
  g_ptr_array_set_size (rig->records, 0);
  rig->committed = rig->appended;
  rig->now += 100;
  desk_engine_committed (rig->engine, rig->committed, 100, rig->now);
}

static void
report_written (Rig *rig)
{
  guint i = 0;

  while (i < rig->writings->len)
    {
      Writing writing = g_array_index (rig->writings, Writing, i);

      if (rig->cut == CUT_AT_KERNEL && rig->arrived < writing.start + writing.total)
        break;
      g_array_remove_index (rig->writings, i);
      desk_engine_written (rig->engine, writing.cookie, writing.total, writing.total, rig->now);
    }
}

static void
cut_link (Rig *rig)
{
  rig->was_cut = TRUE;
  if (rig->way == WAY_SILENCE)
    rig->hole = TRUE;
  else
    {
      g_autoptr (GError) error = NULL;

      rig->open = FALSE;
      if (rig->way == WAY_RST)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED, "Connection reset by peer");
      dtc_session_closed (rig->session, error, rig->now);
      rig->cut = CUT_NONE;
    }
}

/* What we wrote goes to the server, unless the cable ends before. */
static void
carry_to_server (Rig *rig)
{
  gsize    len = rig->to_server->len;
  gboolean ends = FALSE;
  guint    i;

  if ((rig->cut == CUT_TO_SERVER || rig->cut == CUT_AT_KERNEL) && rig->arrived + len >= rig->cut_at)
    {
      len = rig->cut_at - rig->arrived;
      ends = TRUE;
    }
  rig->arrived += len;
  if (len > 0)
    dtc_fake_exchange_feed (rig->exchange, rig->to_server->data, len, rig->to_client);
  g_byte_array_remove_range (rig->to_server, 0, len);

  /* Nothing that trades before it is durable. */
  for (i = 0; i < dtc_fake_exchange_n_orders (rig->exchange); i++)
    g_assert_true (g_hash_table_contains (rig->intents,
                                          dtc_fake_exchange_get_order (rig->exchange, i)->client_order_id));
  if (ends)
    cut_link (rig);
}

static void
carry_to_client (Rig *rig)
{
  g_autoptr (GByteArray) bytes = rig->to_client;
  gsize                  len = bytes->len;
  gboolean               ends = FALSE;

  rig->to_client = g_byte_array_new ();
  if (rig->cut == CUT_TO_CLIENT && rig->received + len >= rig->cut_at)
    {
      len = rig->cut_at - rig->received;
      ends = TRUE;
    }
  rig->received += len;
  dtc_session_feed (rig->session, bytes->data, len, rig->now);
  if (ends && rig->open)
    cut_link (rig);
}

static void
next_step (Rig *rig)
{
  g_autoptr (DeskCommand) command = NULL;

  rig->due = FALSE;
  switch (rig->step)
    {
    case STEP_BRACKET:
      rig->before_written = rig->written;
      rig->before_received = rig->received;
      command = desk_command_new (DESK_COMMAND_SUBMIT);
      g_strlcpy (command->ticket.symbol, DTC_FAKE_SYMBOL, sizeof command->ticket.symbol);
      command->ticket.kind = DESK_TICKET_BRACKET;
      command->ticket.side = DESK_SIDE_BUY;
      command->ticket.type = DESK_ORDER_TYPE_LIMIT;
      command->ticket.tif = DESK_TIF_GTC;
      command->ticket.quantity = 2;
      command->ticket.has_price = TRUE;
      command->ticket.price = 4990.25;
      command->ticket.leg[0] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_LIMIT, .has_price = TRUE, .price = 5010 };
      command->ticket.leg[1] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_STOP, .has_price = TRUE, .price = 4980 };
      command->ticket.source = DESK_SOURCE_LINE;
      break;
    case STEP_LIMIT:
    case STEP_MARKET:
      command = desk_command_new (DESK_COMMAND_SUBMIT);
      g_strlcpy (command->ticket.symbol, DTC_FAKE_SYMBOL, sizeof command->ticket.symbol);
      command->ticket.side = DESK_SIDE_BUY;
      command->ticket.type = rig->step == STEP_LIMIT ? DESK_ORDER_TYPE_LIMIT : DESK_ORDER_TYPE_MARKET;
      command->ticket.tif = DESK_TIF_DAY;
      command->ticket.quantity = rig->step == STEP_LIMIT ? 2 : 1;
      command->ticket.has_price = rig->step == STEP_LIMIT;
      command->ticket.price = 4990.25;
      command->ticket.source = DESK_SOURCE_LINE;
      break;
    case STEP_CHANGE:
      command = desk_command_new (DESK_COMMAND_MODIFY);
      g_strlcpy (command->id, rig->limit_id, sizeof command->id);
      command->has_price = TRUE;
      command->price = 4991.5;
      command->quantity = 3;
      break;
    case STEP_CANCEL:
      command = desk_command_new (DESK_COMMAND_CANCEL);
      g_strlcpy (command->id, rig->limit_id, sizeof command->id);
      break;
    case STEP_NOTHING:
    case STEP_DONE:
    default:
      return;
    }
  command->clicked = rig->now;
  desk_engine_command (rig->engine, command, rig->now);
}

/* Everything that can happen now, in the order in which the bridge would do it. Returns when to look again. */
static gint64
settle (Rig *rig)
{
  gint64 next = 0;
  guint  rounds;

  for (rounds = 0; rounds < 1000; rounds++)
    {
      next = dtc_session_tick (rig->session, rig->now);
      if (rig->opening)
        {
          rig->opening = FALSE;
          rig->open = TRUE;
          rig->n_links++;
          rig->written = rig->arrived = rig->received = 0;
          rig->next_beat = rig->now + 10 * SECOND;
          dtc_fake_exchange_connected (rig->exchange);
          dtc_session_opened (rig->session, rig->now);
        }
      else if (rig->records->len > 0)
        commit (rig);
      else if (rig->due && !rig->was_cut)
        next_step (rig);
      else if (rig->hole)
        {
          /* The kernel takes what fits; nobody reads it. */
          if (rig->cut != CUT_AT_KERNEL)
            report_written (rig);
          g_byte_array_set_size (rig->to_server, 0);
          g_byte_array_set_size (rig->to_client, 0);
          if (next > rig->now)
            break;
        }
      else if (rig->open && rig->to_server->len > 0)
        {
          if (rig->cut != CUT_AT_KERNEL)
            report_written (rig);
          carry_to_server (rig);
          report_written (rig);
        }
      else if (rig->open && rig->to_client->len > 0)
        carry_to_client (rig);
      else if (rig->open && rig->now >= rig->next_beat)
        {
          rig->next_beat += 10 * SECOND;
          dtc_fake_exchange_beat (rig->exchange, rig->to_client);
        }
      else if (next > rig->now)
        break;
    }
  /* A machine that never comes to rest would be a busy loop. */
  g_assert_cmpuint (rounds, <, 1000);

  return rig->open && !rig->hole ? MIN (next, rig->next_beat) : next;
}

static void
run_for (Rig *rig, gint64 time)
{
  gint64 end = rig->now + time;

  for (;;)
    {
      gint64 next = settle (rig);

      if (next > end)
        break;
      rig->now = MAX (rig->now, next);
    }
  rig->now = MAX (rig->now, end);
}

typedef struct
{
  Rig  *rig;
  guint n_orders;
  guint n_fills;
} Check;

static void
check_order (const DeskOrderState *order, gpointer data)
{
  Check              *check = data;
  const DtcFakeOrder *there = dtc_fake_exchange_find (check->rig->exchange, order->client_order_id);

  if (g_test_verbose ())
    g_test_message ("%s %s/%s, at the server %d", order->client_order_id, desk_status_nick (order->status),
                    desk_certainty_nick (order->certainty), there != NULL ? there->status : 0);
  check->n_orders++;

  /* Nobody rejected anything. */
  g_assert_cmpint (order->status, !=, DESK_STATUS_REJECTED);
  if (there == NULL)
    {
      g_assert_true (order->status == DESK_STATUS_NOT_SENT || order->status == DESK_STATUS_UNKNOWN
                     || order->status == DESK_STATUS_NOT_AT_SERVER);
      g_assert_cmpint (order->filled, <=, 0);
      return;
    }

  g_assert_cmpint (order->status, !=, DESK_STATUS_NOT_SENT);
  switch (there->status)
    {
    case DTC_ORDER_STATUS_OPEN:
      /* It was asked for and named itself: whatever was lost, we know it again, and with the server's values. */
      g_assert_true (order->status == DESK_STATUS_WORKING || order->status == DESK_STATUS_CHANGING
                     || order->status == DESK_STATUS_CANCELLING);
      g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpint (order->quantity, ==, (gint64) there->quantity);
      g_assert_cmpfloat (order->price.display, ==, there->price);
      g_assert_cmpint (order->filled, ==, 0);
      g_assert_cmpstr (order->server_order_id, ==, there->server_order_id);
      break;
    case DTC_ORDER_STATUS_FILLED:
      /* Sure, or said to be unsure. */
      g_assert_true (order->status == DESK_STATUS_FILLED || order->status == DESK_STATUS_UNKNOWN
                     || order->certainty == DESK_CERTAINTY_PROBABLE);
      break;
    case DTC_ORDER_STATUS_CANCELED:
      g_assert_true (order->status == DESK_STATUS_CANCELLED || order->status == DESK_STATUS_NOT_AT_SERVER
                     || order->status == DESK_STATUS_UNKNOWN);
      g_assert_cmpint (order->filled, <=, 0);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
check_fill (const DeskFillState *fill, gpointer data)
{
  Check *check = data;

  g_assert_true (g_str_has_prefix (fill->execution_id, "EX-"));
  g_assert_cmpint (fill->quantity, ==, 1);
  check->n_fills++;
}

static void
check_end (Rig *rig)
{
  Check check = { rig, 0, 0 };
  guint i;

  /* Not one order twice, and each command at most once. */
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), ==,
                    dtc_fake_exchange_n_orders (rig->exchange));
  for (i = 0; i < dtc_fake_exchange_n_orders (rig->exchange); i++)
    g_assert_cmpuint (dtc_fake_exchange_get_order (rig->exchange, i)->n_submits, ==, 1);
  g_assert_cmpuint (dtc_fake_exchange_n_orders (rig->exchange), <=, 2);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_CANCEL_ORDER), <=, 1);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_CANCEL_REPLACE_ORDER), <=, 1);

  desk_engine_foreach_order (rig->engine, check_order, &check);
  desk_engine_foreach_fill (rig->engine, check_fill, &check);
  /* All of the server's orders and fills are known, each once. */
  g_assert_cmpuint (check.n_orders, >=, dtc_fake_exchange_n_orders (rig->exchange));
  g_assert_cmpuint (check.n_orders, <=, 2);
  g_assert_cmpuint (check.n_fills, ==, dtc_fake_exchange_n_fills (rig->exchange));
}

/* The day as it goes when nothing happens; how many bytes it has each way. */
static void
run_whole (DtcNumbering numbering, gsize *to_server, gsize *to_client)
{
  g_autoptr (Rig) rig = rig_new (numbering, CUT_NONE, 0);

  while (rig->step != STEP_DONE)
    {
      run_for (rig, SECOND / 100);
      g_assert_cmpint (rig->now, <, BASE + 60 * SECOND);
    }
  run_for (rig, SECOND / 10);
  *to_server = rig->arrived;
  *to_client = rig->received;
  g_assert_cmpuint (rig->n_links, ==, 1);
  g_assert_cmpuint (rig->n_live, ==, 1);
  g_assert_cmpuint (dtc_fake_exchange_n_orders (rig->exchange), ==, 2);
  g_assert_cmpuint (dtc_fake_exchange_n_fills (rig->exchange), ==, 1);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_CANCEL_ORDER), ==, 1);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_CANCEL_REPLACE_ORDER), ==, 1);
  check_end (rig);
}

static void
run_cut (DtcNumbering numbering, Cut cut, gsize at)
{
  g_autoptr (Rig) rig = rig_new (numbering, cut, at);
  guint           n_live;

  if (g_test_verbose ())
    g_test_message ("cut at %" G_GSIZE_FORMAT, at);
  while (!rig->was_cut)
    {
      run_for (rig, SECOND / 100);
      g_assert_cmpint (rig->now, <, BASE + 60 * SECOND);
    }
  n_live = rig->n_live;
  run_for (rig, 90 * SECOND);
  g_assert_cmpuint (rig->n_links, ==, 2);
  g_assert_cmpuint (rig->n_live, ==, n_live + 1);
  check_end (rig);
}

static void
test_cut (gconstpointer data)
{
  guint        which = GPOINTER_TO_UINT (data);
  DtcNumbering numbering = which & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  Cut          cut = (Cut) (which >> 1);
  gsize        to_server;
  gsize        to_client;
  gsize        end;
  gsize        at;

  run_whole (numbering, &to_server, &to_client);
  end = cut == CUT_TO_CLIENT ? to_client : to_server;
  g_assert_cmpuint (end, >, 500);
  for (at = 1; at <= end; at++)
    run_cut (numbering, cut, at);
  g_test_message ("%" G_GSIZE_FORMAT " cuts", end);
}

static void
check_part (const DeskOrderState *order, gpointer data)
{
  Check              *check = data;
  const DtcFakeOrder *there = dtc_fake_exchange_find (check->rig->exchange, order->client_order_id);

  check->n_orders++;
  g_assert_cmpint (order->status, !=, DESK_STATUS_REJECTED);
  if (there == NULL)
    g_assert_true (order->status == DESK_STATUS_NOT_SENT || order->status == DESK_STATUS_UNKNOWN
                   || order->status == DESK_STATUS_NOT_AT_SERVER);
  else if (there->status == DTC_ORDER_STATUS_PENDING_OPEN)
    /* Held there without its exits, and listed by nobody. */
    g_assert_true (order->status == DESK_STATUS_UNKNOWN || order->status == DESK_STATUS_NOT_AT_SERVER);
  else
    {
      g_assert_cmpint (order->certainty, ==, DESK_CERTAINTY_FRESH);
      g_assert_cmpstr (order->server_order_id, ==, there->server_order_id);
      g_assert_cmpint (order->status, ==, there->is_parent ? DESK_STATUS_WORKING : DESK_STATUS_HELD_BY_PARENT);
      g_assert_cmpstr (order->parent, ==, there->parent);
      g_assert_cmpstr (order->sibling, ==, there->sibling);
    }
}

/* None of it, its entry alone, or all: as much as arrived, each once, and never more of it later. */
static void
check_bracket (Rig *rig, guint n_at_cut)
{
  Check check = { rig, 0, 0 };
  guint i;

  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), <=, 1);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_SUBMIT_NEW_OCO_ORDER), <=, 1);
  g_assert_cmpuint (dtc_fake_exchange_n_orders (rig->exchange), ==, n_at_cut);
  g_assert_true (n_at_cut == 0 || n_at_cut == 1 || n_at_cut == 3);
  for (i = 0; i < n_at_cut; i++)
    g_assert_cmpuint (dtc_fake_exchange_get_order (rig->exchange, i)->n_submits, ==, 1);
  desk_engine_foreach_order (rig->engine, check_part, &check);
  g_assert_true (check.n_orders == 0 || check.n_orders == 3);
  g_assert_cmpuint (check.n_orders, >=, n_at_cut);
  if (n_at_cut == 1)
    g_assert_cmpuint (rig->n_cut_alarms, ==, 1);
}

static void
test_bracket (gconstpointer data)
{
  guint           which = GPOINTER_TO_UINT (data);
  DtcNumbering    numbering = which & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  Cut             cut = (Cut) (which >> 1 & 3);
  Way             way = (Way) (which >> 3);
  g_autoptr (Rig) whole = rig_new (numbering, CUT_NONE, 0);
  guint           seen[4] = { 0 };
  gsize           at;
  gsize           end;

  whole->bracket = TRUE;
  while (whole->step != STEP_DONE)
    {
      run_for (whole, SECOND / 100);
      g_assert_cmpint (whole->now, <, BASE + 60 * SECOND);
    }
  check_bracket (whole, 3);
  g_assert_cmpuint (whole->n_cut_alarms, ==, 0);

  end = cut == CUT_TO_CLIENT ? whole->received : whole->arrived;
  for (at = cut == CUT_TO_CLIENT ? whole->before_received + 1 : whole->before_written; at <= end; at++)
    {
      g_autoptr (Rig) rig = rig_new (numbering, cut, at);
      guint           n_at_cut;

      rig->bracket = TRUE;
      rig->way = way;
      while (!rig->was_cut)
        {
          run_for (rig, SECOND / 1000);
          g_assert_cmpint (rig->now, <, BASE + 60 * SECOND);
        }
      n_at_cut = dtc_fake_exchange_n_orders (rig->exchange);
      run_for (rig, 100 * SECOND);
      g_assert_cmpuint (rig->n_links, ==, 2);
      check_bracket (rig, n_at_cut);
      seen[n_at_cut]++;
    }
  /* The loop has met them all. */
  if (cut != CUT_TO_CLIENT)
    {
      g_assert_cmpuint (seen[0], >, 100);
      g_assert_cmpuint (seen[1], >, 100);
    }
  g_assert_cmpuint (seen[3], >, 0);
}

int
main (int argc, char **argv)
{
  DtcNumbering numbering;

  g_test_init (&argc, &argv, NULL);

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    {
      static const char *const names[] = { NULL, "to-server", "at-kernel", "to-client" };
      guint                    cut;

      for (cut = CUT_TO_SERVER; cut <= CUT_TO_CLIENT; cut++)
        {
          g_autofree char *path = g_strdup_printf ("/core/cut/%s/%s", names[cut], dtc_numbering_to_string (numbering));

          g_test_add_data_func (path, GUINT_TO_POINTER (cut << 1 | numbering), test_cut);
        }
      for (cut = CUT_TO_SERVER; cut <= CUT_TO_CLIENT; cut++)
        {
          static const char *const ways[] = { "fin", "rst", "silence" };
          guint                    way;

          for (way = WAY_FIN; way <= WAY_SILENCE; way++)
            {
              g_autofree char *path = g_strdup_printf ("/core/cut/bracket/%s/%s/%s", names[cut], ways[way],
                                                       dtc_numbering_to_string (numbering));

              g_test_add_data_func (path, GUINT_TO_POINTER (way << 3 | cut << 1 | numbering), test_bracket);
            }
        }
    }

  return g_test_run ();
}
