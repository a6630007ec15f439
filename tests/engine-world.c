/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine-world.h"

#include <string.h>

DtcCodec
world_codec (const World *world)
{
  DtcCodec codec = { world->encoding, world->numbering };

  return codec;
}

gsize
world_terminator (const World *world)
{
  return world->encoding >= DTC_ENCODING_JSON ? 1 : 0;
}

/* The first of the frames that were written together. */
static gsize
world_frame (const World  *world,
             const guint8 *bytes)
{
  return world_terminator (world) > 0 ? strlen ((const char *) bytes) + 1 : bytes[0] | (gsize) bytes[1] << 8;
}

gint64
world_position (World      *world,
                const char *symbol)
{
  gint64 position = strcmp (symbol, WORLD_SYMBOL) == 0 ? world->position_extra : 0;
  guint i;

  for (i = 0; i < world->fills->len; i++)
    {
      const FakeFill *fill = g_ptr_array_index (world->fills, i);

      if (strcmp (fill->symbol, symbol) == 0)
        position += fill->side == DTC_BUY ? fill->quantity : -fill->quantity;
    }
  return position;
}

static guint64
fake_append (gpointer     data,
             DeskRecord **records,
             guint        n_records,
             gboolean     now)
{
  World *world = data;
  guint i;

  for (i = 0; i < n_records; i++)
    {
      records[i]->seq = ++world->appended;
      g_ptr_array_add (world->records, records[i]);
    }
  if (world->on_append != NULL)
    world->on_append (world->engine);
  return world->appended;
}

static DeskKept
fake_keep_aside (gpointer data,
                 guint64  seq)
{
  World *world = data;

  if (!world->aside)
    return DESK_KEPT_NOWHERE;
  if (seq > 0 && world->aside_full)
    return DESK_KEPT_FAILED;
  world->kept = MAX (world->kept, seq);
  return DESK_KEPT_ASIDE;
}

static gboolean
fake_encode (gpointer          data,
             const DtcMessage *message,
             GByteArray       *out,
             GError          **error)
{
  World *world = data;
  DtcCodec codec = world_codec (world);

  return dtc_codec_encode (&codec, DTC_TO_SERVER, message, out, error);
}

/* The connection that the journal says we are in. */
static guint32
world_epoch (World *world)
{
  guint i;

  for (i = world->records->len; i > 0; i--)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i - 1);

      if (record->kind == DESK_RECORD_LINK && strstr (record->payload, "begin") != NULL)
        return record->epoch;
    }
  return 0;
}

static gboolean
intent_is_committed (World        *world,
                     const guint8 *data,
                     gsize         len)
{
  guint32 epoch = world_epoch (world);
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->seq <= MAX (world->committed, world->kept) && record->kind == DESK_RECORD_INTENT && record->epoch == epoch && g_bytes_get_size (record->wire) == len
          && memcmp (g_bytes_get_data (record->wire, NULL), data, len) == 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
fake_write (gpointer      data,
            const guint8 *bytes,
            gsize         len,
            DtcLane       lane,
            guint64       cookie,
            GError      **error)
{
  World *world = data;
  DtcCodec codec = world_codec (world);
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;

  if (!world->linked || (cookie != 0 && world->write_fails))
    {
      g_set_error_literal (error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED, "not connected");
      return FALSE;
    }
  if (cookie != 0)
    {
      FakeCookie *entry = g_new (FakeCookie, 1);
      gsize at = 0;

      entry->cookie = cookie;
      entry->size = len;
      entry->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) dtc_message_free);
      entry->ends = g_array_new (FALSE, FALSE, sizeof (gsize));
      world->n_writes++;
      while (at < len)
        {
          gsize frame = world_frame (world, bytes + at);
          gsize end = at + frame;

          g_assert_true (dtc_codec_decode (&codec, DTC_TO_SERVER, bytes + at, frame - world_terminator (world), &message, NULL));
          if (!intent_is_committed (world, bytes + at, frame) && !world->broken)
            world->n_early++;
          g_ptr_array_add (world->written, g_bytes_new (bytes + at, frame));
          g_ptr_array_add (entry->messages, dtc_message_copy (&message));
          g_array_append_val (entry->ends, end);
          at = end;
        }
      g_queue_push_tail (&world->cookies, entry);
      return TRUE;
    }
  g_assert_true (dtc_codec_decode (&codec, DTC_TO_SERVER, bytes, len - world_terminator (world), &message, NULL));
  if (!world->deaf)
    server_take (world, &message);
  return TRUE;
}

void
cookie_free (gpointer data)
{
  FakeCookie *entry = data;

  g_ptr_array_unref (entry->messages);
  g_array_unref (entry->ends);
  g_free (entry);
}

void
world_kernel (World *world,
              gsize  accepted)
{
  FakeCookie *entry = g_queue_pop_head (&world->cookies);

  guint i;

  for (i = 0; i < entry->messages->len && !world->deaf; i++)
    if (accepted >= g_array_index (entry->ends, gsize, i))
      server_take (world, g_ptr_array_index (entry->messages, i));
  desk_engine_written (world->engine, entry->cookie, MIN (accepted, entry->size), entry->size, world->now);
  cookie_free (entry);
}

void
fake_publish (gpointer   data,
              DeskEvent *event)
{
  World *world = data;

  g_ptr_array_add (world->events, event);
  if (event->kind == DESK_EVENT_LINK)
    world->live = event->link.state == DESK_LINK_LIVE;
  if (event->kind == DESK_EVENT_NOTICE && world->on_notice != NULL)
    world->on_notice (world->engine);
}

static gint64
fake_utc (gpointer data)
{
  return WORLD_UTC + ((World *) data)->now + ((World *) data)->utc_extra;
}

static gint64
fake_boot (gpointer data)
{
  return ((World *) data)->now + ((World *) data)->boot_extra;
}

static void
fake_drop (gpointer      data,
           DtcLinkReason reason,
           const char   *text,
           gboolean      immediately)
{
  world_cut (data);
}

void
message_free (gpointer data)
{
  dtc_message_free (data);
}

const DeskWorld *
fake_world (void)
{
  static const DeskWorld members = { fake_append, fake_encode, fake_write, fake_publish, fake_utc, fake_boot, fake_drop, NULL, fake_keep_aside };

  return &members;
}

World *
world_new (DtcNumbering numbering)
{
  static const char limits[] = "{\"schema\":1,\"symbols\":[\"*\"],\"max_order_quantity\":100,\"max_position\":1000,\"max_order_value\":1e12,"
                               "\"price_collar_percent\":50,\"max_open_orders_symbol\":100,\"max_open_orders_account\":100,"
                               "\"orders_per_second\":1000,\"orders_burst\":1000,\"orders_per_second_symbol\":1000,\"duplicate_window_ms\":0}";
  World *world = g_new0 (World, 1);
  g_autoptr (GError) error = NULL;

  world->numbering = numbering;
  world->encoding = DTC_ENCODING_JSON;
  world->now = 1000 * G_USEC_PER_SEC;
  world->records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  world->written = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  world->events = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  world->asked = g_ptr_array_new_with_free_func (message_free);
  world->orders = g_ptr_array_new_with_free_func (g_free);
  world->fills = g_ptr_array_new_with_free_func (g_free);
  world->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_queue_init (&world->cookies);
  g_queue_init (&world->inbox);
  world->auto_accept = TRUE;
  world->multiplier = 1;
  world->limits = desk_limits_parse (limits, -1, "limits", &error);
  g_assert_no_error (error);
  world->config.numbering = numbering;
  world->config.limits = world->limits;
  world->config.arm_at_live = TRUE;
  g_strlcpy (world->config.install, "ABCDEF", sizeof world->config.install);
  world->config.generation = 1;
  world->config.next_counter = 1;
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  return world;
}

World *
world_new_live (DtcNumbering numbering)
{
  World *world = world_new (numbering);

  world_up (world);
  return world;
}

const WorldForm world_forms[] = {
  { "dtc", DTC_NUMBERING_DTC, DTC_ENCODING_JSON },
  { "brief", DTC_NUMBERING_BRIEF, DTC_ENCODING_JSON },
  { "binary", DTC_NUMBERING_DTC, DTC_ENCODING_BINARY },
  { "vls", DTC_NUMBERING_DTC, DTC_ENCODING_BINARY_VLS },
};

World *
world_new_form (gconstpointer form)
{
  World *world = world_new (world_forms[GPOINTER_TO_UINT (form)].numbering);

  world->encoding = world_forms[GPOINTER_TO_UINT (form)].encoding;
  return world;
}

/* The journal, read again, makes the same book. */
static void
world_check_journal (World *world)
{
  g_autoptr (DeskTruth) truth = desk_truth_new ();
  g_autoptr (GString) ours = g_string_new (NULL);
  g_autoptr (GString) again = g_string_new (NULL);
  DeskTruthChanges changes;
  guint i;

  desk_truth_changes_init (&changes);
  for (i = 0; i < world->records->len; i++)
    {
      desk_truth_changes_reset (&changes);
      desk_truth_replay (truth, g_ptr_array_index (world->records, i), &changes);
    }
  desk_truth_changes_clear (&changes);
  desk_truth_describe (world->engine->truth, ours);
  desk_truth_describe (truth, again);
  g_assert_cmpstr (again->str, ==, ours->str);
}

void
world_free (World *world)
{
  if (!world->borrowed)
    world_check_journal (world);
  desk_engine_free (world->engine);
  desk_limits_free (world->limits);
  g_queue_clear_full (&world->cookies, cookie_free);
  g_queue_clear_full (&world->inbox, message_free);
  g_hash_table_unref (world->seen);
  g_ptr_array_unref (world->fills);
  g_ptr_array_unref (world->orders);
  g_ptr_array_unref (world->asked);
  g_ptr_array_unref (world->events);
  g_ptr_array_unref (world->written);
  g_ptr_array_unref (world->records);
  g_free (world);
}

World *
world_start_again (World *world,
                   guint  n_records)
{
  World *next = world_new (world->numbering);
  guint i;

  next->borrowed = TRUE;
  next->now = world->now + G_USEC_PER_SEC;
  next->hold = TRUE;
  for (i = 0; i < n_records; i++)
    desk_engine_restore (next->engine, g_ptr_array_index (world->records, i));
  next->appended = n_records;
  g_clear_pointer (&next->orders, g_ptr_array_unref);
  next->orders = g_ptr_array_ref (world->orders);
  g_clear_pointer (&next->fills, g_ptr_array_unref);
  next->fills = g_ptr_array_ref (world->fills);
  next->next_id = world->next_id;
  next->next_execution = world->next_execution;
  desk_engine_restored (next->engine, next->now);
  return next;
}

void
world_commit (World  *world,
              guint64 seq)
{
  world->committed = MAX (world->committed, seq);
  desk_engine_committed (world->engine, world->committed, 100, world->now);
}

void
world_settle (World *world)
{
  gboolean again = TRUE;

  while (again)
    {
      again = FALSE;
      if (!world->hold && !world->broken && world->committed < world->appended)
        {
          world_commit (world, world->appended);
          again = TRUE;
        }
      while (!world->hold_kernel && !g_queue_is_empty (&world->cookies))
        {
          world_kernel (world, G_MAXSIZE);
          again = TRUE;
        }
    }
}

void
world_feed (World            *world,
            const DtcMessage *message)
{
  DtcCodec codec = world_codec (world);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (DtcMessage) read = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  DtcReceipt receipt;

  g_assert_true (dtc_codec_encode (&codec, DTC_TO_CLIENT, message, bytes, &error));
  receipt.raw = bytes->data;
  receipt.raw_len = bytes->len - world_terminator (world);
  receipt.received = world->now;
  receipt.codec = codec;
  g_assert_true (dtc_codec_decode (&codec, DTC_TO_CLIENT, receipt.raw, receipt.raw_len, &read, &error));
  g_assert_no_error (error);
  desk_engine_message (world->engine, &read, &receipt);
}

void
world_feed_text (World      *world,
                 const char *json)
{
  DtcCodec codec = world_codec (world);
  g_auto (DtcMessage) read = DTC_MESSAGE_INIT;
  g_autoptr (GError) error = NULL;
  DtcReceipt receipt = { (const guint8 *) json, strlen (json), world->now, codec };

  if (dtc_codec_decode (&codec, DTC_TO_CLIENT, receipt.raw, receipt.raw_len, &read, &error))
    desk_engine_message (world->engine, &read, &receipt);
  else
    desk_engine_bad_frame (world->engine, &read, &receipt, error);
}

gboolean
world_read_one (World *world)
{
  DtcMessage *message = world->linked ? g_queue_pop_head (&world->inbox) : NULL;

  if (message == NULL)
    return FALSE;
  if (world->garbled != 0 && message->type == world->garbled)
    {
      /* 304 and 306 have their RequestIDs in different places. */
      g_autofree char *text = g_strdup_printf ("{\"Type\":%u,\"RequestID\":%d,\"TotalNumberMessages\":1,\"MessageNumber\":1,\"Quantity\":\"x\"}",
                                               message->type,
                                               message->type == DTC_MSG_POSITION_UPDATE ? message->position_update.request_id
                                                                                        : message->historical_order_fill_response.request_id);

      world_feed_text (world, text);
    }
  else
    world_feed (world, message);
  dtc_message_free (message);
  return TRUE;
}

void
world_run (World *world)
{
  do
    world_settle (world);
  while (world_read_one (world));
  desk_engine_tick (world->engine, world->now);
  world_settle (world);
}

void
world_pass (World  *world,
            gint64  usec)
{
  gint64 until = world->now + usec;

  while (world->now < until)
    {
      gint64 next;

      world_run (world);
      next = desk_engine_tick (world->engine, world->now);
      world->now = CLAMP (next, world->now + 1000, until);
    }
  world_run (world);
}

void
world_link (World        *world,
            DtcLinkState  state,
            DtcLinkReason reason)
{
  g_auto (DtcMessage) logon = DTC_MESSAGE_INIT;
  DtcLinkChange change = { .state = state, .previous = world->last_link, .reason = reason, .text = "test", .attempt = 1, .host = "127.0.0.1", .port = 1 };

  if (state == DTC_LINK_READY)
    {
      dtc_message_init (&logon, DTC_MSG_LOGON_RESPONSE);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_RESULT, DTC_LOGON_SUCCESS);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_TRADING_IS_SUPPORTED, !world->no_trading);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_ORDER_CANCEL_REPLACE_SUPPORTED, 1);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_OCO_ORDERS_SUPPORTED, !world->no_oco);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_BRACKET_ORDERS_SUPPORTED, !world->no_bracket);
      dtc_message_set_string (&logon, DTC_LOGON_RESPONSE_F_SERVER_NAME, world->name != NULL ? world->name : "fake");
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_RESUBSCRIBE_WHEN_MARKET_DATA_FEED_AVAILABLE, world->resubscribe);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_MARKET_DEPTH_UPDATES_BEST_BID_AND_ASK, world->best_from_depth);
      dtc_message_set_int (&logon, DTC_LOGON_RESPONSE_F_MARKET_DATA_SUPPORTED, !world->no_market_data);
      change.logon = &logon;
    }
  world->last_link = state;
  desk_engine_link (world->engine, &change, world->now);
}

void
world_connect (World *world)
{
  world->linked = TRUE;
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  if (world->numbering == DTC_NUMBERING_BRIEF && !world->no_orders_answer)
    server_restate (world, 0);
  world_link (world, DTC_LINK_READY, DTC_REASON_NONE);
}

void
world_cut (World *world)
{
  if (!world->linked)
    return;
  world->linked = FALSE;
  g_queue_clear_full (&world->inbox, message_free);
  while (!g_queue_is_empty (&world->cookies))
    world_kernel (world, world->hold_kernel ? world->cut_after : G_MAXSIZE);
  world_link (world, DTC_LINK_DOWN, DTC_REASON_CLOSED);
}

void
world_up (World *world)
{
  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
}

void
world_command (World           *world,
               DeskCommandKind  kind,
               const char      *id)
{
  g_autoptr (DeskCommand) command = desk_command_new (kind);

  command->clicked = world->now;
  g_strlcpy (command->ticket.symbol, kind == DESK_COMMAND_FLATTEN ? WORLD_SYMBOL : "", sizeof command->ticket.symbol);
  if (id != NULL)
    g_strlcpy (command->id, id, sizeof command->id);
  desk_engine_command (world->engine, command, world->now);
}

void
world_submit (World   *world,
              DeskSide side,
              gint64   quantity,
              double   price)
{
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_SUBMIT);

  command->clicked = world->now;
  command->tag = 7;
  g_strlcpy (command->ticket.symbol, WORLD_SYMBOL, sizeof command->ticket.symbol);
  command->ticket.side = side;
  command->ticket.type = price > 0 ? DESK_ORDER_TYPE_LIMIT : DESK_ORDER_TYPE_MARKET;
  command->ticket.tif = DESK_TIF_DAY;
  command->ticket.quantity = quantity;
  command->ticket.has_price = price > 0;
  command->ticket.price = price;
  desk_engine_command (world->engine, command, world->now);
}

void
world_line (World      *world,
            const char *line)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskCommand) command = desk_order_line_parse (line, &error);

  g_assert_no_error (error);
  command->clicked = world->now;
  command->tag = 7;
  desk_engine_command (world->engine, command, world->now);
}

FakeOrder *
world_place (World   *world,
             DeskSide side,
             gint64   quantity,
             double   price)
{
  world_submit (world, side, quantity, price);
  world_run (world);
  return world_last_at_server (world);
}

void
world_modify (World      *world,
              const char *id,
              gboolean    has_price,
              double      price,
              gint64      quantity)
{
  g_autoptr (DeskCommand) command = desk_command_new (DESK_COMMAND_MODIFY);

  command->clicked = world->now;
  command->has_price = has_price;
  command->price = price;
  command->quantity = quantity;
  g_strlcpy (command->id, id, sizeof command->id);
  desk_engine_command (world->engine, command, world->now);
}

const DeskEvent *
world_last (World         *world,
            DeskEventKind  kind)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == kind)
        return event;
    }
  return NULL;
}

const DeskEvent *
world_last_denied (World *world)
{
  return world_last (world, DESK_EVENT_DENIED);
}

const DeskOrderState *
world_last_order (World *world)
{
  const DeskEvent *event = world_last (world, DESK_EVENT_ORDER);

  return event != NULL ? &event->order : NULL;
}

const DeskPositionState *
world_last_position (World      *world,
                     const char *symbol)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_POSITION && strcmp (event->position.symbol, symbol) == 0)
        return &event->position;
    }
  return NULL;
}

const DeskResyncState *
world_last_resync (World *world)
{
  const DeskEvent *event = world_last (world, DESK_EVENT_RESYNC);

  return event != NULL ? event->resync : NULL;
}

const DeskOrderState *
world_shown (World      *world,
             const char *client_id)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_ORDER && strcmp (event->order.client_order_id, client_id) == 0)
        return &event->order;
    }
  return NULL;
}

guint
world_count (World         *world,
             DeskEventKind  kind,
             const char    *code)
{
  guint n = 0, i;

  for (i = 0; i < world->events->len; i++)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i);

      if (event->kind == kind && !event->restored && (code == NULL || strcmp (event->code, code) == 0))
        n++;
    }
  return n;
}

FakeOrder *
world_last_at_server (World *world)
{
  return world->orders->len > 0 ? g_ptr_array_index (world->orders, world->orders->len - 1) : NULL;
}

DtcMessage *
world_written (World *world,
               guint  index)
{
  DtcCodec codec = world_codec (world);
  GBytes *bytes = g_ptr_array_index (world->written, index);
  DtcMessage *message = g_new0 (DtcMessage, 1);

  g_assert_true (dtc_codec_decode (&codec, DTC_TO_SERVER, g_bytes_get_data (bytes, NULL),
                                   g_bytes_get_size (bytes) - world_terminator (world), message, NULL));
  return message;
}

guint
world_count_written (World  *world,
                     guint16 type)
{
  guint n = 0, i;

  for (i = 0; i < world->written->len; i++)
    {
      DtcMessage *message = world_written (world, i);

      n += message->type == type;
      dtc_message_free (message);
    }
  return n;
}

void
world_hold_two (World *world)
{
  server_fill (world, world_place (world, DESK_SIDE_BUY, 2, 5000), 2, 5000);
  world_run (world);
}
