/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include "desk-failpoint.h"

#include <math.h>
#include <string.h>

#define SYNTHETIC "syn:"

static char *
execution_key (const char *account,
               const char *execution_id)
{
  return g_strconcat (account, "\x1f", execution_id, NULL);
}

DeskTruthFill *
desk_truth_find_execution (DeskTruth  *truth,
                           const char *account,
                           const char *execution_id)
{
  g_autofree char *key = execution_key (account, execution_id);

  return g_hash_table_lookup (truth->by_execution, key);
}

/* The same booking gets the same id on every machine and at every replay. */
static char *
synthetic_id (guint32     instance,
              const char *what,
              gint64      number)
{
  g_autofree char *text = g_strdup_printf ("%u|%s|%" G_GINT64_FORMAT, instance, what, number);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  return g_strdup_printf (SYNTHETIC "%.16s", digest);
}

typedef struct
{
  const char *execution_id;
  const char *server_order_id;
  const char *account;
  const char *symbol;
  DeskSide    side;
  DeskPrice   price;
  gint64      quantity;
  gboolean    historical;
  gint64      server_time;
  char      **replaces;  /* (transfer full) */
  DeskGrid    grid;
} Booking;

static gint64
signed_quantity (DeskSide side,
                 gint64   quantity)
{
  return side == DESK_SIDE_BUY ? quantity : side == DESK_SIDE_SELL ? -quantity : 0;
}

/* A price that was not said is not 0. */
static double
value_of (const DeskPrice *price,
          gint64           quantity)
{
  return price->kind == DESK_PRICE_UNSET ? NAN : price->display * (double) quantity;
}

static void
add_to_nobodys (DeskTruth     *truth,
                DeskTruthFill *fill)
{
  GPtrArray *fills = g_hash_table_lookup (truth->nobodys, fill->state.server_order_id);

  if (fills == NULL)
    {
      fills = g_ptr_array_new ();
      g_hash_table_insert (truth->nobodys, fill->state.server_order_id, fills);
    }
  g_ptr_array_add (fills, fill);
}

static DeskTruthFill *
book (DeskTruth        *truth,
      DeskTruthOrder   *order,
      const DeskRecord *record,
      const Booking    *booking,
      gint64            position_change,
      DeskTruthChanges *changes)
{
  DeskTruthFill *fill = g_new0 (DeskTruthFill, 1);
  DeskFillState *state = &fill->state;

  state->key = truth->fills->len + 1;
  state->epoch = truth->epoch;
  g_strlcpy (state->execution_id, booking->execution_id, sizeof state->execution_id);
  g_strlcpy (state->server_order_id, booking->server_order_id, sizeof state->server_order_id);
  g_strlcpy (state->account, booking->account, sizeof state->account);
  g_strlcpy (state->symbol, booking->symbol, sizeof state->symbol);
  if (order != NULL)
    g_strlcpy (state->client_order_id, order->state.client_order_id, sizeof state->client_order_id);
  state->side = booking->side;
  state->price = booking->price;
  state->quantity = booking->quantity;
  state->historical = booking->historical;
  state->server_time = booking->server_time;
  state->received = record->utc;
  state->replaces = booking->replaces;
  state->grid = booking->grid;
  fill->signed_quantity = signed_quantity (booking->side, booking->quantity);

  g_ptr_array_add (truth->fills, fill);
  g_hash_table_replace (truth->by_execution, execution_key (state->account, state->execution_id), fill);
  DESK_FAILPOINT ("fill.marked-not-booked");
  if (order == NULL)
    add_to_nobodys (truth, fill);
  g_ptr_array_add (changes->fills, fill);
  /* A clock that runs ahead of ours must not hide what comes after it. */
  truth->last_fill = MAX (truth->last_fill, MIN (booking->server_time, record->utc));
  if (order != NULL && (order->state.certainty == DESK_CERTAINTY_GONE || order->state.certainty == DESK_CERTAINTY_NO_TRACE))
    {
      g_autofree char *name = desk_truth_order_name (order);

      order->state.certainty = DESK_CERTAINTY_UNKNOWN;
      desk_truth_notice (changes, DESK_LEVEL_ALARM, "LATE_FILL", "%s was presumed to be gone and was filled all the same", name);
    }
  if (order != NULL)
    {
      g_ptr_array_add (order->fills, fill);
      order->booked += booking->quantity;
      order->booked_value += value_of (&booking->price, booking->quantity);
      if (g_str_has_prefix (state->execution_id, SYNTHETIC))
        order->synthetic += booking->quantity;
      if (order->state.fill_usec < 0 && order->touched_epoch == record->epoch && order->state.acked > 0)
        order->state.fill_usec = MAX (record->utc - order->state.acked, 0);
    }
  desk_truth_position_fill (truth, fill, signed_quantity (booking->side, position_change), changes);
  return fill;
}

static void
alarm_overfill (DeskTruthOrder   *order,
                DeskTruthChanges *changes)
{
  g_autofree char *name = NULL;

  if (order->state.quantity <= 0 || order->booked <= order->state.quantity)
    return;
  name = desk_truth_order_name (order);
  desk_truth_notice (changes, DESK_LEVEL_ALARM, "OVERFILL", "%s: %" G_GINT64_FORMAT " contracts are filled, more than were ordered",
                     name, order->booked);
}

/* Takes up to @wanted contracts out of bookings that had no execution id; what is left of the last one is booked
 * again under an id of its own. Returns how many were taken. */
static gint64
supersede (DeskTruth        *truth,
           DeskTruthOrder   *order,
           gint64            wanted,
           GStrvBuilder     *replaced,
           gint64           *left_over,
           DeskTruthFill   **left_over_of)
{
  gint64 taken = 0;
  guint i;

  *left_over = 0;
  for (i = 0; i < order->fills->len && taken < wanted; i++)
    {
      DeskTruthFill *fill = g_ptr_array_index (order->fills, i);
      gint64 part;

      if (fill->superseded || !g_str_has_prefix (fill->state.execution_id, SYNTHETIC))
        continue;
      part = MIN (fill->state.quantity, wanted - taken);
      taken += part;
      fill->superseded = TRUE;
      order->booked -= fill->state.quantity;
      order->synthetic -= fill->state.quantity;
      if (fill->state.price.kind != DESK_PRICE_UNSET)
        order->booked_value -= value_of (&fill->state.price, fill->state.quantity);
      g_strv_builder_add (replaced, fill->state.execution_id);
      *left_over = fill->state.quantity - part;
      *left_over_of = fill;
    }
  if (order->synthetic == 0 && isnan (order->booked_value))
    {
      order->booked_value = 0;
      for (i = 0; i < order->fills->len; i++)
        {
          DeskTruthFill *fill = g_ptr_array_index (order->fills, i);

          if (!fill->superseded)
            order->booked_value += value_of (&fill->state.price, fill->state.quantity);
        }
    }
  return taken;
}

/* What is left of a booking that was taken apart, under an id of its own. */
static DeskTruthFill *
book_rest (DeskTruth           *truth,
           DeskTruthOrder      *order,
           const DeskRecord    *record,
           const DeskTruthFill *of,
           gint64               quantity,
           DeskTruthChanges    *changes)
{
  g_autofree char *id = synthetic_id (order->instance, of->state.execution_id, quantity);
  Booking rest = {
    .execution_id = id, .server_order_id = of->state.server_order_id, .account = of->state.account,
    .symbol = of->state.symbol, .side = of->state.side, .price = of->state.price, .quantity = quantity,
    .historical = of->state.historical, .server_time = of->state.server_time, .grid = of->state.grid,
  };

  return book (truth, order, record, &rest, 0, changes);
}

/* @fill takes the place of the bookings in @ids, too. */
static void
replace_more (DeskTruthFill *fill,
              GStrvBuilder  *ids)
{
  g_auto (GStrv) more = g_strv_builder_end (ids);
  g_autoptr (GStrvBuilder) all = g_strv_builder_new ();

  if (fill->state.replaces != NULL)
    g_strv_builder_addv (all, (const char **) fill->state.replaces);
  g_strv_builder_addv (all, (const char **) more);
  g_strfreev (fill->state.replaces);
  fill->state.replaces = g_strv_builder_end (all);
}

/* Books a real execution of which @fresh contracts are new and @known may stand under synthetic ids. */
static void
book_execution (DeskTruth        *truth,
                DeskTruthOrder   *order,
                const DeskRecord *record,
                Booking          *booking,
                gint64            fresh,
                gint64            known,
                DeskTruthChanges *changes)
{
  g_autoptr (GStrvBuilder) replaced = g_strv_builder_new ();
  DeskTruthFill *of = NULL;
  gint64 left_over;
  gint64 taken = supersede (truth, order, known, replaced, &left_over, &of);

  booking->quantity = fresh + taken;
  if (booking->quantity <= 0)
    return;
  booking->replaces = taken > 0 ? g_strv_builder_end (replaced) : NULL;
  book (truth, order, record, booking, fresh, changes);
  if (left_over > 0)
    book_rest (truth, order, record, of, left_over, changes);
}

/* What a booking without a price of its own must have cost, from the server's average. */
static DeskPrice
remainder_price (const DeskTruthOrder *order,
                 const DeskGrid       *grid,
                 const DtcMessage     *message,
                 gint64                quantity)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskPrice price = DESK_PRICE_INIT;

  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE) && update->average_fill_price != 0
      && isfinite (order->booked_value))
    {
      double average = desk_truth_display (grid, update->average_fill_price);
      double total = (double) (order->booked + quantity);
      double value = (average * total - order->booked_value) / (double) quantity;

      if (isfinite (value))
        return desk_price_from_display (grid, value);
    }
  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE) && update->last_fill_price != 0)
    return desk_price_from_wire (grid, update->last_fill_price);
  return order->state.price.kind != DESK_PRICE_UNSET ? order->state.price : price;
}

void
desk_truth_book_update (DeskTruth        *truth,
                        DeskTruthOrder   *order,
                        const DeskRecord *record,
                        const DeskGrid   *grid,
                        const DtcMessage *message,
                        DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  int reason = update->order_update_reason;
  gboolean fill_reason = reason == DTC_ORDER_FILLED || reason == DTC_ORDER_FILLED_PARTIALLY;
  const char *execution = fill_reason ? update->last_fill_execution_id : "";
  const char *server_id = *update->server_order_id != '\0' ? update->server_order_id : order->state.server_order_id;
  DeskTruthFill *known = *execution != '\0' ? desk_truth_find_execution (truth, order->state.account, execution) : NULL;
  gint64 stated = -1, last = 0, fresh;
  Booking booking = {
    .execution_id = execution, .server_order_id = server_id, .account = order->state.account,
    .symbol = order->state.symbol, .side = order->state.side, .grid = *grid,
  };

  if (dtc_message_has (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY))
    desk_truth_whole (update->filled_quantity, &stated);
  if (fill_reason && dtc_message_has (message, DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY))
    desk_truth_whole (update->last_fill_quantity, &last);
  if (stated < 0 && known == NULL && *execution != '\0')
    stated = order->booked + last; /* no cumulative quantity: the execution itself is the evidence */
  fresh = MAX (stated - order->booked, 0);
  if (stated < 0 || (fresh == 0 && (order->synthetic == 0 || known != NULL || *execution == '\0')))
    return;
  booking.server_time = fill_reason ? desk_truth_server_time (update->last_fill_date_time) : 0;
  if (booking.server_time == 0)
    booking.server_time = record->utc;

  if (*execution != '\0' && known == NULL)
    {
      gint64 part = last > 0 ? MIN (last, fresh) : fresh;

      booking.price = dtc_message_has (message, DTC_ORDER_UPDATE_F_LAST_FILL_PRICE)
                          ? desk_price_from_wire (grid, update->last_fill_price)
                          : remainder_price (order, grid, message, MAX (part, 1));
      book_execution (truth, order, record, &booking, part, MAX (last - part, 0), changes);
      booking.replaces = NULL;
      fresh -= part;
    }
  if (fresh > 0)
    {
      g_autofree char *id = synthetic_id (order->instance, *server_id != '\0' ? server_id : order->state.client_order_id, stated);

      while (desk_truth_find_execution (truth, order->state.account, id) != NULL)
        {
          g_autofree char *again = synthetic_id (order->instance, id, stated);

          g_free (id);
          id = g_steal_pointer (&again);
        }
      booking.execution_id = id;
      booking.quantity = fresh;
      booking.price = remainder_price (order, grid, message, fresh);
      book (truth, order, record, &booking, fresh, changes);
    }
  alarm_overfill (order, changes);
}

/* A fill that names no execution: told from its twins by its place among equal rows of one answer. */
static char *
anonymous_id (DeskTruth        *truth,
              const DtcMessage *message)
{
  const DtcHistoricalOrderFillResponse *fill = &message->historical_order_fill_response;
  g_autofree char *text = NULL;
  char price[G_ASCII_DTOSTR_BUF_SIZE], quantity[G_ASCII_DTOSTR_BUF_SIZE];
  guint count;

  if (truth->anonymous_request != fill->request_id || truth->anonymous_epoch != truth->epoch)
    g_hash_table_remove_all (truth->anonymous);
  truth->anonymous_request = fill->request_id;
  truth->anonymous_epoch = truth->epoch;
  text = g_strdup_printf ("%s|%s|%d|%s|%s|%" G_GINT64_FORMAT, fill->server_order_id, fill->symbol, fill->buy_sell,
                          g_ascii_dtostr (price, sizeof price, fill->price),
                          g_ascii_dtostr (quantity, sizeof quantity, fill->quantity), fill->date_time);
  count = GPOINTER_TO_UINT (g_hash_table_lookup (truth->anonymous, text)) + 1;
  g_hash_table_replace (truth->anonymous, g_strdup (text), GUINT_TO_POINTER (count));
  {
    g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

    return g_strdup_printf ("row:%.16s-%u", digest, count);
  }
}

void
desk_truth_late_fill (const DeskTruthOrder *order,
                      DeskTruthChanges     *changes)
{
  g_autofree char *name = desk_truth_order_name (order);

  desk_truth_notice (changes, DESK_LEVEL_ALARM, "LATE_FILL", "%s had ended and was filled all the same", name);
}

gint64
desk_truth_server_time (gint64 stated)
{
  /* Outside of the years that a calendar has it says nothing. */
  if (stated <= 0 || stated >= G_GINT64_CONSTANT (253402300800000000))
    return 0;
  /* Seconds or milliseconds as documented; servers were seen to send other units. */
  if (stated > G_GINT64_CONSTANT (100000000000000))
    return stated;
  if (stated > G_GINT64_CONSTANT (100000000000))
    return stated * 1000;
  return stated * G_USEC_PER_SEC;
}

/* A fill that is older than the order is another order's, which had its id before the server was started anew. Both
 * times are the server's own. */
static gboolean
is_before (gint64                when,
           const DeskTruthOrder *order)
{
  return when > 0 && order->received_time > 0 && when + G_USEC_PER_SEC < desk_truth_server_time (order->received_time);
}

/* The server has said how much of @order was filled, when it ended or in this connection's list of open orders, and has
 * told nothing since. */
static gboolean
is_at_odds (const DeskTruth      *truth,
            const DeskTruthOrder *order)
{
  gboolean ended = order->base == DESK_STATUS_CANCELLED || order->base == DESK_STATUS_REJECTED || order->base == DESK_STATUS_EXPIRED;
  gboolean listed = order->touched_epoch == truth->epoch && order->state.reason == DESK_REASON_RESTATED && !desk_status_is_final (order->base);

  return (ended || listed) && order->state.filled >= 0 && order->booked > order->state.filled;
}

void
desk_truth_history_fill (DeskTruth        *truth,
                         const DeskRecord *record,
                         const DeskGrid   *grid,
                         const DtcMessage *message,
                         DeskTruthChanges *changes)
{
  const DtcHistoricalOrderFillResponse *row = &message->historical_order_fill_response;
  const char *account = *row->trade_account != '\0' ? row->trade_account : record->account != NULL ? record->account : "";
  DeskSide side = row->buy_sell == DTC_BUY ? DESK_SIDE_BUY : row->buy_sell == DTC_SELL ? DESK_SIDE_SELL : DESK_SIDE_NONE;
  g_autofree char *row_id = NULL;
  DeskTruthOrder *order;
  gint64 quantity, absorbed;
  gboolean given_up;
  /* That an order ends is concluded from the whole answer only. */
  gboolean more_rows = row->message_number < row->total_number_messages;
  Booking booking = { .historical = TRUE, .grid = *grid, .price = DESK_PRICE_INIT };

  if (row->no_order_fills)
    return;
  if (desk_truth_is_senseless (message) || !desk_truth_whole (row->quantity, &quantity))
    {
      desk_truth_notice (changes, DESK_LEVEL_WARNING, "BAD_MESSAGE", "A fill of the server could not be read; it is in the log only");
      return;
    }
  row_id = *row->unique_execution_id != '\0' ? g_strdup (row->unique_execution_id) : anonymous_id (truth, message);
  if (desk_truth_find_execution (truth, account, row_id) != NULL)
    return;

  order = desk_truth_find_server (truth, row->server_order_id);
  if (order != NULL
      && ((order->state.symbol[0] != '\0' && strcmp (order->state.symbol, row->symbol) != 0)
          || (order->state.side != DESK_SIDE_NONE && order->state.side != side)
          || (order->state.account[0] != '\0' && *account != '\0' && strcmp (order->state.account, account) != 0)
          || is_before (desk_truth_server_time (row->date_time), order)))
    order = NULL; /* another order under a reused id */

  booking.execution_id = row_id;
  booking.server_order_id = row->server_order_id;
  booking.account = account;
  booking.symbol = row->symbol;
  booking.side = side;
  if (dtc_message_has (message, DTC_HISTORICAL_ORDER_FILL_RESPONSE_F_PRICE))
    booking.price = desk_price_from_wire (grid, row->price);
  booking.quantity = quantity;
  booking.server_time = desk_truth_server_time (row->date_time);
  if (order == NULL)
    {
      book (truth, NULL, record, &booking, quantity, changes);
      return;
    }

  absorbed = MIN (order->synthetic, quantity);
  /* Without an id the row may be an execution that a live message has already named. */
  if (*row->unique_execution_id == '\0')
    {
      gint64 room = order->state.filled >= 0 ? MAX (order->state.filled - order->booked, 0) : quantity;

      quantity = MIN (quantity, absorbed + room);
    }
  book_execution (truth, order, record, &booking, quantity - absorbed, absorbed, changes);
  alarm_overfill (order, changes);
  /* An id that the order was known by before it was listed under another one: it may have a new owner by now, and is
   * no proof against the list. */
  given_up = order->current_epoch == truth->epoch && !desk_status_is_final (order->base)
             && strcmp (order->state.server_order_id, row->server_order_id) != 0;

  if (desk_status_is_final (order->base) && order->base != DESK_STATUS_FILLED && quantity > absorbed)
    desk_truth_late_fill (order, changes);
  if (order->state.quantity > 0 && order->booked > order->state.quantity)
    {
      /* Its quantity is not what we know; how much of it is open nobody but the server can say. */
      order->conflict = TRUE;
      order->state.certainty = DESK_CERTAINTY_CONFLICT;
      desk_truth_set_text (order, "More of it is filled than was ordered as far as we know; check at the server");
      changes->doubt = TRUE;
    }
  else if (quantity > absorbed && is_at_odds (truth, order))
    {
      /* A late fill, or one of another order under the same id: nobody but the server can say. */
      order->conflict = TRUE;
      order->state.certainty = DESK_CERTAINTY_CONFLICT;
      desk_truth_set_text (order, "The server lists more fills of it than it has said are filled; check at the server");
      changes->doubt = TRUE;
    }
  else if (order->state.quantity > 0 && order->base != DESK_STATUS_FILLED && order->booked >= order->state.quantity
           && (given_up || desk_truth_may_have_grown (truth, order)))
    changes->doubt = TRUE;
  else if (order->state.quantity > 0 && order->base != DESK_STATUS_FILLED && order->booked >= order->state.quantity
           && !more_rows)
    {
      order->base = DESK_STATUS_FILLED;
      order->state.reason = DESK_REASON_FILLED;
      order->state.certainty = order->ours ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_EXTERNAL;
      if (order->two_live)
        desk_truth_end_two_live (truth, order, record, changes);
      order->answered = TRUE;
      desk_truth_set_text (order, NULL);
    }
  if (order->booked > 0 && (order->base == DESK_STATUS_WORKING || order->base == DESK_STATUS_SENT))
    order->base = DESK_STATUS_PART_FILLED;
  order->state.average_price = isfinite (order->booked_value) && order->booked > 0
                                   ? order->booked_value / (double) order->booked
                                   : order->state.average_price;
  order->state.filled = order->booked;
  desk_truth_settle (truth, order, record, changes);
}

void
desk_truth_move_fills (DeskTruth        *truth,
                       DeskTruthOrder   *order,
                       DeskTruthOrder   *other,
                       const DeskRecord *record,
                       DeskTruthChanges *changes)
{
  g_autoptr (GStrvBuilder) replaced = g_strv_builder_new ();
  DeskTruthFill *of = NULL;
  gint64 left_over;
  gint64 twice = supersede (truth, other, MIN (order->booked, other->synthetic), replaced, &left_over, &of);
  guint i;

  if (twice > 0)
    {
      DeskTruthFill *fill;

      desk_truth_position_fill (truth, of, -signed_quantity (of->state.side, twice), changes);
      /* One that stays tells whoever has heard of those that are void. */
      fill = left_over > 0 ? book_rest (truth, other, record, of, left_over, changes) : g_ptr_array_index (order->fills, order->fills->len - 1);
      replace_more (fill, replaced);
      if (left_over == 0)
        g_ptr_array_add (changes->attributed, fill);
    }
  for (i = 0; i < other->fills->len; i++)
    {
      DeskTruthFill *fill = g_ptr_array_index (other->fills, i);

      g_strlcpy (fill->state.client_order_id, order->state.client_order_id, sizeof fill->state.client_order_id);
      g_ptr_array_add (order->fills, fill);
      if (!fill->superseded && !g_ptr_array_find (changes->fills, fill, NULL))
        g_ptr_array_add (changes->attributed, fill);
    }
  order->booked += other->booked;
  order->booked_value += other->booked_value;
  order->synthetic += other->synthetic;
  g_ptr_array_set_size (other->fills, 0);
  other->booked = other->synthetic = 0;
  other->booked_value = 0;
}

/* Fills that came before anybody could say whose they were. */
void
desk_truth_attribute (DeskTruth        *truth,
                      DeskTruthOrder   *order,
                      const char       *server_order_id,
                      DeskTruthChanges *changes)
{
  GPtrArray *fills = g_hash_table_lookup (truth->nobodys, server_order_id);
  guint i;

  for (i = fills != NULL ? fills->len : 0; i > 0; i--)
    {
      DeskTruthFill *fill = g_ptr_array_index (fills, i - 1);

      /* An id of long ago names another order by now: both are reported in the same connection or one after the other. */
      if (fill->state.epoch + 1 < truth->epoch && truth->fills->len - fill->state.key > 1000)
        break;
      /* Told before the order was sent: of an earlier one, whose id a server that was started anew has given again. */
      if (order->ours && fill->state.key <= order->fills_before)
        break;
      if (fill->superseded || fill->state.client_order_id[0] != '\0'
          || strcmp (fill->state.symbol, order->state.symbol) != 0
          /* The server chooses the side of a flatten, and may not have told it yet. */
          || (order->state.side != DESK_SIDE_NONE && fill->state.side != order->state.side)
          || (fill->state.historical && is_before (fill->state.server_time, order))
          || g_ptr_array_find (order->fills, fill, NULL))
        continue;
      g_strlcpy (fill->state.client_order_id, order->state.client_order_id, sizeof fill->state.client_order_id);
      g_ptr_array_add (order->fills, fill);
      order->booked += fill->state.quantity;
      if (fill->state.price.kind != DESK_PRICE_UNSET)
        order->booked_value += value_of (&fill->state.price, fill->state.quantity);
      g_ptr_array_add (changes->attributed, fill);
    }
}
