/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-engine-private.h"
#include "desk-order-line.h"

#include <math.h>
#include <string.h>

/* A world around the engine for tests: a virtual clock, a journal that commits when told, a link that can be cut at
 * any point, and a small server with its own truth. It watches two laws by itself: no bytes of a command leave before
 * their intent is committed, and no command leaves twice. */

typedef struct
{
  char    server_id[DESK_ID_SIZE];
  char    client_id[DESK_ID_SIZE];
  char    symbol[DESK_SYMBOL_SIZE];
  int     side, type, tif, status;
  double  price1, price2;
  gint64  quantity, filled;
  double  value;
  char    text[DESK_NOTE_SIZE];    /* FreeFormText */
  gint64  received;                /* OrderReceivedDateTime, 0: not said */
  gboolean is_parent;              /* waits for its exits, then works */
  char     parent[DESK_ID_SIZE];   /* ServerOrderIDs, or "" */
  char     sibling[DESK_ID_SIZE];
} FakeOrder;

typedef struct
{
  char   execution_id[DESK_ID_SIZE];
  char   server_id[DESK_ID_SIZE];
  char   symbol[DESK_SYMBOL_SIZE];
  int    side;
  double price;
  gint64 quantity;
  gint64 when;
} FakeFill;

typedef struct
{
  DeskEngine      *engine;
  DeskEngineConfig config;
  DeskLimits      *limits;
  DtcNumbering     numbering;
  DtcEncodingKind  encoding;   /* of the connection; JSON unless the test says otherwise */
  gboolean         borrowed;   /* its book was read from another world's journal */
  gint64           now;
  gint64           boot_extra;
  gint64           utc_extra;
  gboolean         linked;
  DtcLinkState     last_link;
  gboolean         live;

  /* Journal. */
  GPtrArray *records;        /* (element-type DeskRecord), in order */
  guint64    appended, committed;
  gboolean   hold;           /* commits wait for world_commit() */
  gboolean   broken;

  /* What left. */
  GPtrArray *written;        /* (element-type GBytes): commands only */
  GQueue     cookies;        /* of guint64*, with their sizes: waiting for world_kernel() */
  gboolean   hold_kernel;
  gsize      cut_after;      /* bytes of each held command that a cut still lets through */
  gboolean   write_fails;
  GPtrArray *events;         /* (element-type DeskEvent) */
  guint      n_early;        /* commands that left without a committed intent of this connection */

  /* The server. */
  GPtrArray *orders;         /* (element-type FakeOrder) */
  GPtrArray *fills;          /* (element-type FakeFill) */
  GQueue     inbox;          /* of DtcMessage: what the server has written and we have not read */
  GHashTable *seen;          /* ClientOrderID -> how many submits it got */
  guint      next_id, next_execution;
  gboolean   silent;         /* answers no command */
  gboolean   deaf;           /* does not even take commands */
  gboolean   auto_accept;
  gboolean   refuse_flatten;
  gboolean   no_positions;   /* answers 307 */
  gboolean   no_fills;       /* answers 308 */
  gboolean   no_orders_answer;
  gint64     position_extra; /* contracts of WORLD_SYMBOL that stand in no fill */
  guint      n_lists;        /* lists of open orders it has given */
  guint      hide_lists;     /* bit n: the n-th list lacks the last order */
  gboolean   lists_only;     /* asked for one order by its id, it says that there is none */
  gboolean   tells_ends;     /* asked for one order by its id, it says how that ended */
  gboolean   refuse_market;  /* market orders */
  gboolean   refuse_all;     /* 210 */
  const char *name;          /* of the server, or NULL */
  const char *second_account; /* or NULL */
  gboolean   no_oco, no_bracket, no_trading; /* the logon says so */
  gboolean   careless;       /* what should follow from a fill or a cancel does not */
  gboolean   drop_oco;       /* takes no 201 */
  guint      n_writes;       /* of commands */
  void     (*on_append) (DeskEngine *engine); /* a test's own hand between two steps of a commit */
  void     (*on_notice) (DeskEngine *engine);
  gboolean   no_definitions; /* does not answer 506 */
  GPtrArray *asked;          /* (element-type DtcMessage): the questions about market data, symbols and lists */
  gboolean   resubscribe, best_from_depth, no_market_data; /* of its logon's answer */
  double     multiplier;
} World;

#define WORLD_ACCOUNT "SIM1"
#define WORLD_SYMBOL  "ESZ6"
#define WORLD_OTHER   "NQZ6"
#define WORLD_THIRD   "YMZ6"
#define WORLD_UTC     G_GINT64_CONSTANT (1793210400000000)

typedef struct
{
  guint64     cookie;
  gsize       size;
  GPtrArray  *messages;  /* (element-type DtcMessage): reach the server when the kernel takes their bytes */
  GArray     *ends;      /* (element-type gsize): where each ends */
} FakeCookie;

static inline DtcCodec
world_codec (const World *world)
{
  DtcCodec codec = { world->encoding, world->numbering };

  return codec;
}

/* JSON is sent with a zero byte behind it. */
static inline gsize
world_terminator (const World *world)
{
  return world->encoding >= DTC_ENCODING_JSON ? 1 : 0;
}

/* The first of the frames that were written together. */
static inline gsize
world_frame (const World  *world,
             const guint8 *bytes)
{
  return world_terminator (world) > 0 ? strlen ((const char *) bytes) + 1 : bytes[0] | (gsize) bytes[1] << 8;
}

static inline gint64
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

/* ---- the server ---- */

static inline void
server_say (World      *world,
            DtcMessage *message)
{
  g_queue_push_tail (&world->inbox, message);
}

static inline DtcMessage *
server_update (World           *world,
               const FakeOrder *order,
               int              reason,
               const char      *text)
{
  DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);

  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, 0);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
  if (order->symbol[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SYMBOL, order->symbol);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  if (order->server_id[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_SERVER_ORDER_ID, order->server_id);
  if (order->client_id[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_CLIENT_ORDER_ID, order->client_id);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_STATUS, order->status);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, reason);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_TYPE, order->type);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_BUY_SELL, order->side);
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TIME_IN_FORCE, order->tif);
  if (order->type != DTC_ORDER_TYPE_MARKET)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_PRICE1, order->price1);
  if (order->type == DTC_ORDER_TYPE_STOP_LIMIT)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_PRICE2, order->price2);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, (double) order->quantity);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, (double) order->filled);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, (double) (order->quantity - order->filled));
  if (order->filled > 0)
    dtc_message_set_double (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, order->value / (double) order->filled);
  if (order->received > 0)
    dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_RECEIVED_DATE_TIME, order->received);
  if (order->text[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_FREE_FORM_TEXT, order->text);
  if (order->parent[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_PARENT_SERVER_ORDER_ID, order->parent);
  if (order->sibling[0] != '\0')
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_OCO_LINKED_ORDER_SERVER_ORDER_ID, order->sibling);
  if (text != NULL)
    dtc_message_set_string (message, DTC_ORDER_UPDATE_F_INFO_TEXT, text);
  return message;
}

static inline FakeOrder *
server_find (World      *world,
             const char *id)
{
  guint i;

  for (i = 0; i < world->orders->len; i++)
    {
      FakeOrder *order = g_ptr_array_index (world->orders, i);

      if (strcmp (order->server_id, id) == 0 || strcmp (order->client_id, id) == 0)
        return order;
    }
  return NULL;
}

static inline gboolean
server_is_open (const FakeOrder *order)
{
  return order->status == DTC_ORDER_STATUS_OPEN || order->status == DTC_ORDER_STATUS_PARTIALLY_FILLED
         || order->status == DTC_ORDER_STATUS_PENDING_CHILD;
}

static inline void server_cancel (World *world, FakeOrder *order);

/* What a fill of @order does to those that hang together with it. */
static inline void
server_follow_fill (World     *world,
                    FakeOrder *order,
                    gint64     quantity)
{
  guint i;

  for (i = 0; !world->careless && i < world->orders->len; i++)
    {
      FakeOrder *other = g_ptr_array_index (world->orders, i);

      if (other == order || !server_is_open (other))
        continue;
      if (strcmp (other->parent, order->server_id) == 0)
        {
          other->quantity = order->filled;
          other->status = DTC_ORDER_STATUS_OPEN;
          server_say (world, server_update (world, other, DTC_GENERAL_ORDER_UPDATE, NULL));
        }
      else if (strcmp (other->sibling, order->server_id) == 0 && order->status == DTC_ORDER_STATUS_FILLED)
        server_cancel (world, other);
      else if (strcmp (other->sibling, order->server_id) == 0)
        {
          other->quantity -= quantity;
          if (other->quantity <= other->filled)
            {
              server_cancel (world, other);
              continue;
            }
          server_say (world, server_update (world, other, DTC_GENERAL_ORDER_UPDATE, NULL));
        }
    }
}

static inline void
server_accept (World     *world,
               FakeOrder *order)
{
  order->status = DTC_ORDER_STATUS_OPEN;
  server_say (world, server_update (world, order, DTC_NEW_ORDER_ACCEPTED, NULL));
}

static inline void
server_fill (World     *world,
             FakeOrder *order,
             gint64     quantity,
             double     price)
{
  FakeFill *fill = g_new0 (FakeFill, 1);
  DtcMessage *message;

  order->filled += quantity;
  order->value += price * (double) quantity;
  order->status = order->filled >= order->quantity ? DTC_ORDER_STATUS_FILLED : DTC_ORDER_STATUS_PARTIALLY_FILLED;
  g_snprintf (fill->execution_id, sizeof fill->execution_id, "E%u", ++world->next_execution);
  g_strlcpy (fill->server_id, order->server_id, sizeof fill->server_id);
  g_strlcpy (fill->symbol, order->symbol, sizeof fill->symbol);
  fill->side = order->side;
  fill->price = price;
  fill->quantity = quantity;
  fill->when = (WORLD_UTC + world->now) / G_USEC_PER_SEC;
  g_ptr_array_add (world->fills, fill);
  message = server_update (world, order, order->status == DTC_ORDER_STATUS_FILLED ? DTC_ORDER_FILLED : DTC_ORDER_FILLED_PARTIALLY, NULL);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, price);
  dtc_message_set_double (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, (double) quantity);
  dtc_message_set_string (message, DTC_ORDER_UPDATE_F_LAST_FILL_EXECUTION_ID, fill->execution_id);
  server_say (world, message);
  message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_UNSOLICITED, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
  dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, 1);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, order->symbol);
  dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, (double) world_position (world, order->symbol));
  dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, price);
  server_say (world, message);
  server_follow_fill (world, order, quantity);
}

static inline void
server_cancel (World     *world,
               FakeOrder *order)
{
  guint i;

  order->status = DTC_ORDER_STATUS_CANCELED;
  server_say (world, server_update (world, order, DTC_ORDER_CANCELED, NULL));
  for (i = 0; !world->careless && i < world->orders->len; i++)
    {
      FakeOrder *other = g_ptr_array_index (world->orders, i);

      if (server_is_open (other)
          && ((strcmp (other->parent, order->server_id) == 0 && order->filled == 0)
              || (strcmp (other->sibling, order->server_id) == 0 && other->parent[0] == '\0')))
        server_cancel (world, other);
    }
}

static inline void
server_reject (World      *world,
               FakeOrder  *order,
               const char *text)
{
  order->status = DTC_ORDER_STATUS_REJECTED;
  server_say (world, server_update (world, order, DTC_NEW_ORDER_REJECTED, text));
}

static inline void
server_restate (World *world,
                gint32 request)
{
  gint32 total = 0, number = 0;
  guint hidden = world->n_lists < 32 ? (world->hide_lists >> world->n_lists) & 1u : 0;
  guint n_orders = world->orders->len - MIN (hidden, world->orders->len), i;

  world->n_lists++;
  for (i = 0; i < n_orders; i++)
    total += server_is_open (g_ptr_array_index (world->orders, i));
  if (total == 0)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_ORDER_UPDATE);

      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_ORDER_UPDATE_REASON, DTC_OPEN_ORDERS_REQUEST_RESPONSE);
      server_say (world, message);
    }
  for (i = 0; i < n_orders; i++)
    {
      const FakeOrder *order = g_ptr_array_index (world->orders, i);
      DtcMessage *message;

      if (!server_is_open (order))
        continue;
      message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, total);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, ++number);
      server_say (world, message);
    }
}

static inline void
server_refuse (World   *world,
               guint16  type,
               gint32   request,
               const char *text)
{
  DtcMessage *message = dtc_message_new (type);

  dtc_message_set_int (message, DTC_OPEN_ORDERS_REJECT_F_REQUEST_ID, request);
  dtc_message_set_string (message, DTC_OPEN_ORDERS_REJECT_F_REJECT_TEXT, text);
  server_say (world, message);
}

static inline void
server_list_fills (World *world,
                   gint32 request)
{
  guint i;

  if (world->no_fills)
    {
      server_refuse (world, DTC_MSG_HISTORICAL_ORDER_FILLS_REJECT, request, "no history here");
      return;
    }
  for (i = 0; i == 0 || i < world->fills->len; i++)
    {
      DtcMessage *message = dtc_message_new (DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE);

      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TOTAL_NUMBER_MESSAGES, MAX (world->fills->len, 1));
      dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_MESSAGE_NUMBER, i + 1);
      dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
      if (world->fills->len == 0)
        dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_NO_ORDER_FILLS, 1);
      else
        {
          const FakeFill *fill = g_ptr_array_index (world->fills, i);

          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SYMBOL, fill->symbol);
          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_SERVER_ORDER_ID, fill->server_id);
          dtc_message_set_string (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_UNIQUE_EXECUTION_ID, fill->execution_id);
          dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_BUY_SELL, fill->side);
          dtc_message_set_double (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE, fill->price);
          dtc_message_set_double (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_QUANTITY, (double) fill->quantity);
          dtc_message_set_int (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_DATE_TIME, fill->when);
        }
      server_say (world, message);
    }
}

static inline void
server_list_positions (World *world,
                       gint32 request)
{
  static const char *const symbols[] = { WORLD_SYMBOL, WORLD_OTHER, WORLD_THIRD };
  gint32 total = 0, number = 0;
  guint i;

  if (world->no_positions)
    {
      server_refuse (world, DTC_MSG_CURRENT_POSITIONS_REJECT, request, "no positions here");
      return;
    }
  for (i = 0; i < G_N_ELEMENTS (symbols); i++)
    total += world_position (world, symbols[i]) != 0;
  for (i = 0; i < G_N_ELEMENTS (symbols); i++)
    {
      gint64 position = world_position (world, symbols[i]);
      DtcMessage *message;

      if (position == 0 && (total > 0 || i > 0))
        continue;
      message = dtc_message_new (DTC_MSG_POSITION_UPDATE);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_REQUEST_ID, request);
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_TOTAL_NUMBER_MESSAGES, MAX (total, 1));
      dtc_message_set_int (message, DTC_POSITION_UPDATE_F_MESSAGE_NUMBER, ++number);
      if (position == 0)
        dtc_message_set_int (message, DTC_POSITION_UPDATE_F_NO_POSITIONS, 1);
      else
        {
          dtc_message_set_string (message, DTC_POSITION_UPDATE_F_SYMBOL, symbols[i]);
          dtc_message_set_string (message, DTC_POSITION_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
          dtc_message_set_double (message, DTC_POSITION_UPDATE_F_QUANTITY, (double) position);
          dtc_message_set_double (message, DTC_POSITION_UPDATE_F_AVERAGE_PRICE, 5000.25 / world->multiplier);
        }
      server_say (world, message);
    }
}

static inline void
server_submit (World            *world,
               const DtcMessage *message)
{
  const DtcSubmitNewSingleOrder *submit = &message->submit_new_single_order;
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
  g_strlcpy (order->client_id, submit->client_order_id, sizeof order->client_id);
  g_strlcpy (order->symbol, submit->symbol, sizeof order->symbol);
  order->side = submit->buy_sell;
  order->type = submit->order_type;
  order->tif = submit->time_in_force;
  order->price1 = submit->price1;
  order->price2 = submit->price2;
  order->quantity = (gint64) submit->quantity;
  order->status = DTC_ORDER_STATUS_PENDING_OPEN;
  order->is_parent = submit->is_parent_order != 0;
  g_ptr_array_add (world->orders, order);
  g_hash_table_insert (world->seen, g_strdup (order->client_id),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (world->seen, order->client_id)) + 1));
  if (order->is_parent)
    return; /* held until its exits come */
  if (world->silent)
    order->status = DTC_ORDER_STATUS_OPEN;
  else if (world->refuse_market && order->type == DTC_ORDER_TYPE_MARKET)
    server_reject (world, order, "no market orders");
  else if (world->auto_accept)
    server_accept (world, order);
}

static inline FakeOrder *
server_add_leg (World                      *world,
                const DtcSubmitNewOcoOrder *oco,
                gboolean                    second)
{
  FakeOrder *order = g_new0 (FakeOrder, 1);

  g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
  g_strlcpy (order->client_id, second ? oco->client_order_id_2 : oco->client_order_id_1, sizeof order->client_id);
  g_strlcpy (order->symbol, oco->symbol, sizeof order->symbol);
  order->side = second ? oco->buy_sell_2 : oco->buy_sell_1;
  order->type = second ? oco->order_type_2 : oco->order_type_1;
  order->tif = oco->time_in_force;
  order->price1 = second ? oco->price1_2 : oco->price1_1;
  order->price2 = second ? oco->price2_2 : oco->price2_1;
  order->quantity = (gint64) (second ? oco->quantity_2 : oco->quantity_1);
  g_ptr_array_add (world->orders, order);
  g_hash_table_insert (world->seen, g_strdup (order->client_id),
                       GUINT_TO_POINTER (GPOINTER_TO_UINT (g_hash_table_lookup (world->seen, order->client_id)) + 1));
  return order;
}

static inline void
server_oco (World            *world,
            const DtcMessage *message)
{
  const DtcSubmitNewOcoOrder *oco = &message->submit_new_oco_order;
  FakeOrder *parent = *oco->parent_trigger_client_order_id != '\0' ? server_find (world, oco->parent_trigger_client_order_id) : NULL;
  FakeOrder *legs[2];
  guint i;

  if (world->drop_oco)
    return;
  for (i = 0; i < 2; i++)
    legs[i] = server_add_leg (world, oco, i == 1);
  for (i = 0; i < 2; i++)
    {
      g_strlcpy (legs[i]->sibling, legs[1 - i]->server_id, sizeof legs[i]->sibling);
      if (parent != NULL && parent->is_parent)
        {
          double offset = i == 0 ? oco->offset_from_parent1 : oco->offset_from_parent2;

          g_strlcpy (legs[i]->parent, parent->server_id, sizeof legs[i]->parent);
          if (oco->use_offsets)
            legs[i]->price1 = parent->price1 + ((parent->side == DTC_BUY) == (i == 0) ? offset : -offset);
        }
    }
  if (parent != NULL && parent->is_parent)
    {
      parent->status = DTC_ORDER_STATUS_OPEN;
      if (!world->silent && world->auto_accept)
        server_accept (world, parent);
    }
  for (i = 0; i < 2; i++)
    {
      legs[i]->status = parent != NULL && parent->is_parent ? DTC_ORDER_STATUS_PENDING_CHILD : DTC_ORDER_STATUS_OPEN;
      if (!world->silent && world->auto_accept)
        server_say (world, server_update (world, legs[i], DTC_NEW_ORDER_ACCEPTED, NULL));
    }
}

/* One order for each position: the first bears the ClientOrderID, the others that with a number behind it. */
static inline void
server_flatten_all (World            *world,
                    const DtcMessage *message)
{
  static const char *const symbols[] = { WORLD_SYMBOL, WORLD_OTHER, WORLD_THIRD };
  const DtcFlattenPositionsForTradeAccount *flatten = &message->flatten_positions_for_trade_account;
  guint n = 0, i;

  if (world->refuse_all)
    {
      FakeOrder nothing = { .status = DTC_ORDER_STATUS_REJECTED };

      g_strlcpy (nothing.client_id, flatten->client_order_id, sizeof nothing.client_id);
      server_say (world, server_update (world, &nothing, DTC_NEW_ORDER_REJECTED, "not here"));
      return;
    }
  for (i = 0; !world->silent && i < G_N_ELEMENTS (symbols); i++)
    {
      gint64 position = world_position (world, symbols[i]);
      FakeOrder *order;

      if (position == 0)
        continue;
      order = g_new0 (FakeOrder, 1);
      g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
      if (n++ == 0)
        g_strlcpy (order->client_id, flatten->client_order_id, sizeof order->client_id);
      else
        g_snprintf (order->client_id, sizeof order->client_id, "%.26s-%u", flatten->client_order_id, n);
      g_strlcpy (order->text, flatten->free_form_text, sizeof order->text);
      g_strlcpy (order->symbol, symbols[i], sizeof order->symbol);
      order->side = position > 0 ? DTC_SELL : DTC_BUY;
      order->type = DTC_ORDER_TYPE_MARKET;
      order->tif = DTC_TIF_DAY;
      order->quantity = ABS (position);
      g_ptr_array_add (world->orders, order);
      server_accept (world, order);
      server_fill (world, order, order->quantity, 5001.0 / world->multiplier);
    }
}

/* One order by its id: as it is, or that there is none. */
static inline void
server_tell_one (World      *world,
                 gint32      request,
                 const char *server_id)
{
  const FakeOrder *order = server_find (world, server_id);
  DtcMessage *message;

  if (order != NULL && !world->lists_only && (world->tells_ends || server_is_open (order)))
    message = server_update (world, order, DTC_OPEN_ORDERS_REQUEST_RESPONSE, NULL);
  else
    {
      message = dtc_message_new (DTC_MSG_ORDER_UPDATE);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_TOTAL_NUM_MESSAGES, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_MESSAGE_NUMBER, 1);
      dtc_message_set_int (message, DTC_ORDER_UPDATE_F_NO_ORDERS, 1);
    }
  dtc_message_set_int (message, DTC_ORDER_UPDATE_F_REQUEST_ID, request);
  server_say (world, message);
}

/* What the server does with one message of ours. */
static inline void
server_take (World            *world,
             const DtcMessage *message)
{
  FakeOrder *order;

  switch (message->type)
    {
    case DTC_MSG_TRADE_ACCOUNTS_REQUEST:
      {
        DtcMessage *answer = dtc_message_new (DTC_MSG_TRADE_ACCOUNT_RESPONSE);

        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_REQUEST_ID, message->trade_accounts_request.request_id);
        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TOTAL_NUMBER_MESSAGES, world->second_account != NULL ? 2 : 1);
        dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, 1);
        dtc_message_set_string (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
        server_say (world, answer);
        if (world->second_account != NULL)
          {
            answer = dtc_message_copy (answer);
            dtc_message_set_int (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_MESSAGE_NUMBER, 2);
            dtc_message_set_string (answer, DTC_TRADE_ACCOUNT_RESPONSE_F_TRADE_ACCOUNT, world->second_account);
            server_say (world, answer);
          }
        break;
      }
    case DTC_MSG_OPEN_ORDERS_REQUEST:
      if (!world->no_orders_answer && !message->open_orders_request.request_all_orders)
        server_tell_one (world, message->open_orders_request.request_id, message->open_orders_request.server_order_id);
      else if (!world->no_orders_answer)
        server_restate (world, message->open_orders_request.request_id);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILLS_REQUEST:
      server_list_fills (world, message->historical_order_fills_request.request_id);
      break;
    case DTC_MSG_CURRENT_POSITIONS_REQUEST:
      server_list_positions (world, message->current_positions_request.request_id);
      break;
    case DTC_MSG_ACCOUNT_BALANCE_REQUEST:
      {
        DtcMessage *answer = dtc_message_new (DTC_MSG_ACCOUNT_BALANCE_UPDATE);

        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_REQUEST_ID, message->account_balance_request.request_id);
        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_TOTAL_NUMBER_MESSAGES, 1);
        dtc_message_set_int (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_MESSAGE_NUMBER, 1);
        dtc_message_set_string (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_TRADE_ACCOUNT, WORLD_ACCOUNT);
        dtc_message_set_double (answer, DTC_ACCOUNT_BALANCE_UPDATE_F_CASH_BALANCE, 50000);
        server_say (world, answer);
        break;
      }
    case DTC_MSG_SECURITY_DEFINITION_FOR_SYMBOL_REQUEST:
      g_ptr_array_add (world->asked, dtc_message_copy (message));
      if (!world->no_definitions)
        {
          DtcMessage *answer = dtc_message_new (DTC_MSG_SECURITY_DEFINITION_RESPONSE);

          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_REQUEST_ID,
                               message->security_definition_for_symbol_request.request_id);
          dtc_message_set_string (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_SYMBOL, message->security_definition_for_symbol_request.symbol);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_MIN_PRICE_INCREMENT, 0.25);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_DISPLAY_PRICE_MULTIPLIER, world->multiplier);
          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_PRICE_DISPLAY_FORMAT, 2);
          dtc_message_set_double (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_CURRENCY_VALUE_PER_INCREMENT, 12.5);
          dtc_message_set_int (answer, DTC_SECURITY_DEFINITION_RESPONSE_F_IS_FINAL_MESSAGE, 1);
          server_say (world, answer);
        }
      break;
    case DTC_MSG_SUBMIT_NEW_SINGLE_ORDER:
      server_submit (world, message);
      break;
    case DTC_MSG_SUBMIT_NEW_OCO_ORDER:
      server_oco (world, message);
      break;
    case DTC_MSG_CANCEL_ORDER:
      order = server_find (world, message->cancel_order.server_order_id);
      if (order != NULL && server_is_open (order) && !world->silent)
        server_cancel (world, order);
      else if (order != NULL && server_is_open (order))
        order->status = DTC_ORDER_STATUS_CANCELED;
      else if (order != NULL && !world->silent)
        server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REJECTED, "not open"));
      break;
    case DTC_MSG_CANCEL_REPLACE_ORDER:
      order = server_find (world, message->cancel_replace_order.server_order_id);
      if (order == NULL)
        break;
      if (!server_is_open (order)
          || (message->cancel_replace_order.quantity > 0 && message->cancel_replace_order.quantity <= (double) order->filled))
        {
          if (!world->silent)
            server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REPLACE_REJECTED, "cannot be changed so"));
          break;
        }
      if (dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_PRICE1))
        order->price1 = message->cancel_replace_order.price1;
      if (dtc_message_has (message, DTC_CANCEL_REPLACE_ORDER_F_QUANTITY) && message->cancel_replace_order.quantity > 0)
        order->quantity = (gint64) message->cancel_replace_order.quantity;
      if (!world->silent)
        server_say (world, server_update (world, order, DTC_ORDER_CANCEL_REPLACE_COMPLETE, NULL));
      break;
    case DTC_MSG_FLATTEN_POSITIONS_FOR_TRADE_ACCOUNT:
      server_flatten_all (world, message);
      break;
    case DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER:
      {
        gint64 position = world_position (world, message->submit_flatten_position_order.symbol);

        order = g_new0 (FakeOrder, 1);
        g_snprintf (order->server_id, sizeof order->server_id, "S%u", ++world->next_id);
        g_strlcpy (order->client_id, message->submit_flatten_position_order.client_order_id, sizeof order->client_id);
        g_strlcpy (order->symbol, message->submit_flatten_position_order.symbol, sizeof order->symbol);
        order->side = position > 0 ? DTC_SELL : DTC_BUY;
        order->type = DTC_ORDER_TYPE_MARKET;
        order->tif = DTC_TIF_DAY;
        order->quantity = ABS (position);
        g_ptr_array_add (world->orders, order);
        if (world->refuse_flatten || position == 0)
          server_reject (world, order, position == 0 ? "no position" : "flatten is not supported");
        else
          {
            server_accept (world, order);
            server_fill (world, order, order->quantity, 5001.0 / world->multiplier);
          }
        break;
      }
    default:
      g_ptr_array_add (world->asked, dtc_message_copy (message));
      break;
    }
}

/* ---- the world the engine sees ---- */

static inline guint64
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

static inline gboolean
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
static inline guint32
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

static inline gboolean
intent_is_committed (World        *world,
                     const guint8 *data,
                     gsize         len)
{
  guint32 epoch = world_epoch (world);
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->seq <= world->committed && record->kind == DESK_RECORD_INTENT && record->epoch == epoch && g_bytes_get_size (record->wire) == len
          && memcmp (g_bytes_get_data (record->wire, NULL), data, len) == 0)
        return TRUE;
    }
  return FALSE;
}

static inline gboolean
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

static inline void
cookie_free (gpointer data)
{
  FakeCookie *entry = data;

  g_ptr_array_unref (entry->messages);
  g_array_unref (entry->ends);
  g_free (entry);
}

/* The kernel takes the oldest command's bytes, all or @accepted of them. */
static inline void
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

static inline void
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

static inline gint64
fake_utc (gpointer data)
{
  return WORLD_UTC + ((World *) data)->now + ((World *) data)->utc_extra;
}

static inline gint64
fake_boot (gpointer data)
{
  return ((World *) data)->now + ((World *) data)->boot_extra;
}

static inline void world_cut (World *world);

static inline void
fake_drop (gpointer      data,
           DtcLinkReason reason,
           const char   *text,
           gboolean      immediately)
{
  world_cut (data);
}

static inline void
message_free (gpointer data)
{
  dtc_message_free (data);
}

static inline const DeskWorld *
fake_world (void)
{
  static const DeskWorld members = { fake_append, fake_encode, fake_write, fake_publish, fake_utc, fake_boot, fake_drop };

  return &members;
}

static inline World *
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

/* What a connection can speak. */
static const struct
{
  const char     *name;
  DtcNumbering    numbering;
  DtcEncodingKind encoding;
} world_forms[] = {
  { "dtc", DTC_NUMBERING_DTC, DTC_ENCODING_JSON },
  { "brief", DTC_NUMBERING_BRIEF, DTC_ENCODING_JSON },
  { "binary", DTC_NUMBERING_DTC, DTC_ENCODING_BINARY },
  { "vls", DTC_NUMBERING_DTC, DTC_ENCODING_BINARY_VLS },
};

static inline World *
world_new_form (gconstpointer form)
{
  World *world = world_new (world_forms[GPOINTER_TO_UINT (form)].numbering);

  world->encoding = world_forms[GPOINTER_TO_UINT (form)].encoding;
  return world;
}

/* The journal, read again, makes the same book. */
static inline void
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

static inline void
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

static inline void
world_commit (World  *world,
              guint64 seq)
{
  world->committed = MAX (world->committed, seq);
  desk_engine_committed (world->engine, world->committed, 100, world->now);
}

/* Commits and kernel answers that nobody holds back. */
static inline void
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

/* The engine reads one message of the server, through the bytes. */
static inline void
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

static inline void
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

/* One message of the server is read. FALSE: there was none. */
static inline gboolean
world_read_one (World *world)
{
  DtcMessage *message = world->linked ? g_queue_pop_head (&world->inbox) : NULL;

  if (message == NULL)
    return FALSE;
  world_feed (world, message);
  dtc_message_free (message);
  return TRUE;
}

static inline void
world_run (World *world)
{
  do
    world_settle (world);
  while (world_read_one (world));
  desk_engine_tick (world->engine, world->now);
  world_settle (world);
}

static inline void
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

static inline void
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

static inline void
world_connect (World *world)
{
  world->linked = TRUE;
  world_link (world, DTC_LINK_CONNECTING, DTC_REASON_STARTED);
  world_link (world, DTC_LINK_LOGON, DTC_REASON_NONE);
  if (world->numbering == DTC_NUMBERING_BRIEF && !world->no_orders_answer)
    server_restate (world, 0);
  world_link (world, DTC_LINK_READY, DTC_REASON_NONE);
}

static inline void
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

static inline void
world_up (World *world)
{
  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  world_run (world);
  g_assert_true (world->live);
}

static inline void
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

static inline void
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

static inline void
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

/* The denial that came last, or NULL. */
static inline const DeskEvent *
world_last_denied (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_DENIED)
        return event;
    }
  return NULL;
}

static inline void
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

static inline const DeskOrderState *
world_last_order (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_ORDER)
        return &event->order;
    }
  return NULL;
}

static inline const DeskOrderState *
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

static inline guint
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

static inline FakeOrder *
world_last_at_server (World *world)
{
  return world->orders->len > 0 ? g_ptr_array_index (world->orders, world->orders->len - 1) : NULL;
}

/* A position to flatten: two bought at 5000. */
static inline void
world_hold_two (World *world)
{
  world_submit (world, DESK_SIDE_BUY, 2, 5000);
  world_run (world);
  server_fill (world, world_last_at_server (world), 2, 5000);
  world_run (world);
}
