/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <math.h>
#include <string.h>

#define HAS(m, FIELD) dtc_message_has ((m), DTC_ORDER_UPDATE_F_##FIELD)

/* What an ORDER_UPDATE says of its order. */

static DeskOrderType
type_of (gint32 order_type)
{
  if (order_type >= DTC_ORDER_TYPE_MARKET && order_type <= DTC_ORDER_TYPE_MARKET_LIMIT)
    return (DeskOrderType) order_type;
  return order_type == DTC_ORDER_TYPE_UNSET ? DESK_ORDER_TYPE_UNSET : DESK_ORDER_TYPE_OTHER;
}

static void
note_listed (const DeskTruth      *truth,
             DeskTruthOrder       *order,
             const DtcOrderUpdate *update)
{
  if (update->order_update_reason != DTC_OPEN_ORDERS_REQUEST_RESPONSE
      || strcmp (order->state.server_order_id, update->server_order_id) != 0)
    return;
  order->listed_epoch = truth->epoch;
  order->listed_request = update->request_id;
}

static gboolean
number_is_bad (const DtcMessage *message,
               guint             field,
               double            value,
               gboolean          whole)
{
  gint64 ignored;

  if (!dtc_message_has (message, field))
    return FALSE;
  return whole ? !desk_truth_whole (value, &ignored) || ignored < 0 : !desk_truth_is_number (value);
}

/* DBL_MAX stands for "not set" in some encodings; a text encoding may carry it all the same. */
static gboolean
is_sentinel (double value)
{
  return isfinite (value) && fabs (value) >= 1.7e308;
}

static const char *
bad_number (const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  const struct { const char *name; guint field; double value; gboolean whole; } numbers[] = {
    { "OrderQuantity", DTC_ORDER_UPDATE_F_ORDER_QUANTITY, update->order_quantity, TRUE },
    { "FilledQuantity", DTC_ORDER_UPDATE_F_FILLED_QUANTITY, update->filled_quantity, TRUE },
    { "RemainingQuantity", DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, update->remaining_quantity, TRUE },
    { "LastFillQuantity", DTC_ORDER_UPDATE_F_LAST_FILL_QUANTITY, update->last_fill_quantity, TRUE },
    { "Price1", DTC_ORDER_UPDATE_F_PRICE1, update->price1, FALSE },
    { "Price2", DTC_ORDER_UPDATE_F_PRICE2, update->price2, FALSE },
    { "AverageFillPrice", DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, update->average_fill_price, FALSE },
    { "LastFillPrice", DTC_ORDER_UPDATE_F_LAST_FILL_PRICE, update->last_fill_price, FALSE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      if (!is_sentinel (numbers[i].value) && number_is_bad (message, numbers[i].field, numbers[i].value, numbers[i].whole))
        return numbers[i].name;
    }
  return NULL;
}

static gboolean
has_number (const DtcMessage *message,
            guint             field,
            double            value)
{
  return dtc_message_has (message, field) && !is_sentinel (value);
}

static gboolean
take_price (DeskPrice      *to,
            const DeskGrid *grid,
            double          wire)
{
  DeskPrice price = desk_price_from_wire (grid, wire);

  if (desk_price_equal (to, &price))
    return FALSE;
  *to = price;
  return TRUE;
}

/* The values of a change that was confirmed or restated, against what was asked for. */
static void
compare_with_asked (DeskTruthOrder   *order,
                    GString          *text)
{
  DeskOrderState *state = &order->state;
  const struct { const char *name; const DeskPrice *asked, *got; } prices[] = {
    { "price", &state->asked_price, &state->price },
    { "second price", &state->asked_price2, &state->price2 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (prices); i++)
    {
      g_autofree char *asked = NULL;
      g_autofree char *got = NULL;

      if (prices[i].asked->kind == DESK_PRICE_UNSET || desk_price_equal (prices[i].asked, prices[i].got))
        continue;
      asked = desk_price_format (&state->grid, prices[i].asked);
      got = desk_price_format (&state->grid, prices[i].got);
      g_string_append_printf (text, "%sasked for %s %s, the server has %s", text->len > 0 ? "; " : "", prices[i].name, asked, got);
    }
  if (state->asked_price.kind != DESK_PRICE_UNSET && state->asked_price2.kind == DESK_PRICE_UNSET
      && order->kept_price2.kind != DESK_PRICE_UNSET && !desk_price_equal (&order->kept_price2, &state->price2))
    {
      g_autofree char *kept = desk_price_format (&state->grid, &order->kept_price2);
      g_autofree char *got = desk_price_format (&state->grid, &state->price2);

      g_string_append_printf (text, "%sthe second price was to stay at %s, the server has %s", text->len > 0 ? "; " : "", kept, got);
    }
  if (state->asked_quantity > 0 && state->asked_quantity != state->quantity)
    g_string_append_printf (text, "%sasked for quantity %" G_GINT64_FORMAT ", the server has %" G_GINT64_FORMAT,
                            text->len > 0 ? "; " : "", state->asked_quantity, state->quantity);
}

static void
mark_gridless (DeskTruthOrder *order,
               const DeskGrid *grid,
               DeskGridless    what)
{
  if (grid->tick > 0)
    order->gridless &= ~(guint) what;
  else
    order->gridless |= what;
}

static void
merge_values (DeskTruth        *truth,
              DeskTruthOrder   *order,
              const DeskGrid   *grid,
              const DtcMessage *message,
              DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskOrderState *state = &order->state;
  gint64 old_quantity = state->quantity;
  gboolean had_values = order->answered;
  gboolean changed = FALSE;
  gint64 number;

  if (*update->symbol != '\0' && state->symbol[0] == '\0')
    g_strlcpy (state->symbol, update->symbol, sizeof state->symbol);
  if (*update->trade_account != '\0' && state->account[0] == '\0')
    g_strlcpy (state->account, update->trade_account, sizeof state->account);
  if (state->client_order_id[0] == '\0' && *update->client_order_id != '\0' && !order->two_live
      && desk_truth_find_client (truth, update->client_order_id) == NULL)
    {
      g_strlcpy (state->client_order_id, update->client_order_id, sizeof state->client_order_id);
      g_hash_table_replace (truth->by_client, state->client_order_id, order);
    }
  if (desk_truth_side (update->buy_sell) != DESK_SIDE_NONE)
    state->side = desk_truth_side (update->buy_sell);
  if (type_of (update->order_type) != DESK_ORDER_TYPE_UNSET)
    state->type = type_of (update->order_type);
  if (update->time_in_force > DTC_TIF_UNSET && update->time_in_force <= DTC_TIF_FILL_OR_KILL)
    state->tif = (DeskTif) update->time_in_force;
  if (HAS (message, GOOD_TILL_DATE_TIME) && update->good_till_date_time > 0)
    state->good_till = update->good_till_date_time;
  if (grid->tick > 0 || state->grid.tick <= 0)
    state->grid = *grid;

  if (has_number (message, DTC_ORDER_UPDATE_F_PRICE1, update->price1) && state->type != DESK_ORDER_TYPE_MARKET
      && state->type != DESK_ORDER_TYPE_MARKET_LIMIT)
    {
      changed |= take_price (&state->price, grid, update->price1) && grid->tick > 0 && (order->gridless & DESK_GRIDLESS_PRICE) == 0;
      mark_gridless (order, grid, DESK_GRIDLESS_PRICE);
    }
  if (has_number (message, DTC_ORDER_UPDATE_F_PRICE2, update->price2)
      && (state->type == DESK_ORDER_TYPE_STOP_LIMIT || state->type >= DESK_ORDER_TYPE_LIT))
    {
      changed |= take_price (&state->price2, grid, update->price2) && grid->tick > 0 && (order->gridless & DESK_GRIDLESS_PRICE2) == 0;
      mark_gridless (order, grid, DESK_GRIDLESS_PRICE2);
    }
  if (has_number (message, DTC_ORDER_UPDATE_F_ORDER_QUANTITY, update->order_quantity)
      && desk_truth_whole (update->order_quantity, &number) && number > 0)
    state->quantity = number;
  changed |= old_quantity >= 0 && state->quantity != old_quantity;

  desk_truth_note_received (order, message);

  /* A fill of the parent lets an exit grow, one of its pair lets it shrink, and a parent's change may take it along. */
  if (state->parent[0] != '\0' || state->sibling[0] != '\0' || order->parent_key != 0 || order->sibling_key != 0)
    changed = FALSE;
  if (!order->ours && *update->free_form_text != '\0' && strcmp (update->free_form_text, state->client_order_id) != 0)
    desk_truth_set_note (order, update->free_form_text);

  if (changed && had_values && order->ours && state->change == DESK_OVERLAY_NONE && !desk_status_is_final (order->base)
      && update->order_update_reason != DTC_ORDER_CANCEL_REPLACE_COMPLETE)
    {
      g_autofree char *name = desk_truth_order_name (order);

      desk_truth_notice (changes, DESK_LEVEL_WARNING, "CHANGED_ELSEWHERE", "%s was changed by another client or the broker", name);
    }
}

static DeskReason
reason_of (int reason,
           int status)
{
  switch (reason)
    {
    case DTC_OPEN_ORDERS_REQUEST_RESPONSE:
      return DESK_REASON_RESTATED;
    case DTC_NEW_ORDER_ACCEPTED:
      return DESK_REASON_ACCEPTED;
    case DTC_ORDER_FILLED:
      return DESK_REASON_FILLED;
    case DTC_ORDER_FILLED_PARTIALLY:
      return DESK_REASON_PART_FILLED;
    case DTC_ORDER_CANCELED:
      return DESK_REASON_CANCELLED;
    case DTC_ORDER_CANCEL_REPLACE_COMPLETE:
      return DESK_REASON_CHANGE_DONE;
    case DTC_NEW_ORDER_REJECTED:
      return DESK_REASON_REJECTED;
    case DTC_ORDER_CANCEL_REJECTED:
      return DESK_REASON_CANCEL_REJECTED;
    case DTC_ORDER_CANCEL_REPLACE_REJECTED:
      return DESK_REASON_CHANGE_REJECTED;
    default:
      break;
    }
  /* Without a reason the status has to say it. */
  switch (status)
    {
    case DTC_ORDER_STATUS_FILLED:
      return DESK_REASON_FILLED;
    case DTC_ORDER_STATUS_PARTIALLY_FILLED:
      return DESK_REASON_PART_FILLED;
    case DTC_ORDER_STATUS_CANCELED:
      return DESK_REASON_CANCELLED;
    case DTC_ORDER_STATUS_REJECTED:
      return DESK_REASON_REJECTED;
    default:
      return DESK_REASON_GENERAL;
    }
}

static DeskStatus
live_base (const DeskTruthOrder *order,
           int                   status)
{
  if (order->state.quantity > 0 && order->booked >= order->state.quantity)
    return DESK_STATUS_FILLED;
  if (order->booked > 0 || status == DTC_ORDER_STATUS_PARTIALLY_FILLED)
    return DESK_STATUS_PART_FILLED;
  return status == DTC_ORDER_STATUS_PENDING_CHILD ? DESK_STATUS_HELD_BY_PARENT : DESK_STATUS_WORKING;
}

static void
late_word (DeskTruthOrder   *order,
           const char       *code,
           const char       *what,
           DeskTruthChanges *changes)
{
  g_autofree char *name = desk_truth_order_name (order);

  desk_truth_notice (changes, DESK_LEVEL_ALARM, code, "%s: %s", name, what);
}

/* Takes the status as stated, with the numbers above the word. */
static void
take_status (DeskTruthOrder   *order,
             int               reason,
             int               status,
             DeskTruthChanges *changes)
{
  gboolean complete = order->state.quantity > 0 && order->booked >= order->state.quantity;
  DeskStatus before = order->base;
  DeskStatus after = live_base (order, status);

  switch (status)
    {
    case DTC_ORDER_STATUS_FILLED:
      if (order->state.quantity > 0 && order->booked < order->state.quantity)
        {
          after = DESK_STATUS_PART_FILLED;
          if (reason != DTC_ORDER_FILLED_PARTIALLY)
            order->conflict = TRUE;
          changes->doubt = TRUE;
        }
      else
        after = DESK_STATUS_FILLED;
      break;
    case DTC_ORDER_STATUS_CANCELED:
      after = complete ? DESK_STATUS_FILLED : DESK_STATUS_CANCELLED;
      break;
    case DTC_ORDER_STATUS_REJECTED:
      after = DESK_STATUS_REJECTED;
      if (order->booked > 0)
        {
          after = complete ? DESK_STATUS_FILLED : DESK_STATUS_PART_FILLED;
          order->conflict = TRUE;
          changes->doubt = TRUE;
          late_word (order, "REJECTED_WITH_FILLS", "the server says rejected, and has filled part of it", changes);
        }
      break;
    default:
      break;
    }

  if (desk_status_is_final (before) && before != after)
    {
      /* Our own presumption, or a person's; the server's word was always to be above it. */
      if (before == DESK_STATUS_NOT_AT_SERVER)
        {
          if (after != DESK_STATUS_CANCELLED && after != DESK_STATUS_REJECTED)
            late_word (order, "REOPENED", "it was closed as not at the server, and the server speaks of it all the same", changes);
        }
      else if (!desk_status_is_final (after))
        {
          order->conflict = TRUE;
          order->resurrected = TRUE;
          changes->doubt = TRUE;
          late_word (order, "RESURRECTED", "it had ended, and the server says that it works", changes);
        }
      else if (before != DESK_STATUS_NOT_SENT)
        late_word (order, "END_CORRECTED", after == DESK_STATUS_FILLED ? "it was filled after all" : "the server corrected how it ended", changes);
    }
  if (after == DESK_STATUS_FILLED && before != DESK_STATUS_FILLED && order->state.cancel == DESK_OVERLAY_SENT)
    {
      g_autofree char *name = desk_truth_order_name (order);

      desk_truth_notice (changes, DESK_LEVEL_WARNING, "FILLED_BEFORE_CANCEL", "%s was filled before the cancel reached it", name);
    }
  order->base = after;
}

static const char fewer_than_ordered[] = "The server says that it is filled, and counts fewer contracts than were ordered";

/* Said to be filled while nobody knew of how many, or of how many more; no word of the status comes with the number. */
static void
count_against_end (DeskTruthOrder   *order,
                   DeskTruthChanges *changes)
{
  if (order->base != DESK_STATUS_FILLED || order->state.quantity <= 0 || order->booked >= order->state.quantity)
    return;
  order->base = DESK_STATUS_PART_FILLED;
  order->conflict = TRUE;
  desk_truth_set_text (order, fewer_than_ordered);
  changes->doubt = TRUE;
}

static void
take_overlays (DeskTruthOrder   *order,
               const DeskRecord *record,
               int               reason,
               int               status)
{
  DeskOrderState *state = &order->state;

  if (status == DTC_ORDER_STATUS_PENDING_CANCEL && state->cancel != DESK_OVERLAY_SENT)
    {
      state->cancel = DESK_OVERLAY_SENT;
      order->server_cancel = TRUE;
    }
  else if (order->server_cancel && status != DTC_ORDER_STATUS_PENDING_CANCEL)
    {
      state->cancel = DESK_OVERLAY_NONE;
      order->server_cancel = FALSE;
    }
  if (status == DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE && state->change != DESK_OVERLAY_SENT)
    {
      state->change = DESK_OVERLAY_SENT;
      order->server_change = TRUE;
    }
  else if (order->server_change && status != DTC_ORDER_STATUS_PENDING_CANCEL_REPLACE)
    {
      state->change = DESK_OVERLAY_NONE;
      order->server_change = FALSE;
    }

  switch (reason)
    {
    case DTC_ORDER_CANCELED:
      if (state->cancel == DESK_OVERLAY_SENT && order->cancel_epoch == record->epoch && order->cancel_mono > 0)
        state->cancel_usec = record->mono - order->cancel_mono;
      state->cancel = DESK_OVERLAY_NONE;
      break;
    case DTC_ORDER_CANCEL_REPLACE_COMPLETE:
      state->change = DESK_OVERLAY_NONE;
      break;
    case DTC_ORDER_CANCEL_REJECTED:
      state->cancel = DESK_OVERLAY_REFUSED;
      order->cancel_epoch = 0; /* should it end now, it is not by our wish */
      break;
    case DTC_ORDER_CANCEL_REPLACE_REJECTED:
      state->change = DESK_OVERLAY_REFUSED;
      break;
    default:
      break;
    }
  if (status == DTC_ORDER_STATUS_CANCELED && state->cancel == DESK_OVERLAY_SENT)
    {
      if (order->cancel_epoch == record->epoch && order->cancel_mono > 0)
        state->cancel_usec = record->mono - order->cancel_mono;
      state->cancel = DESK_OVERLAY_NONE;
    }
}

static gboolean
is_regress (const DeskTruthOrder *order,
            const DtcMessage     *message,
            gint64                stated,
            gboolean             *conflict)
{
  const DtcOrderUpdate *update = &message->order_update;
  double time = HAS (message, LATEST_TRANSACTION_DATE_TIME) ? update->latest_transaction_date_time : 0;
  gboolean dated = isfinite (time) && time > 0 && order->transaction_time > 0;

  *conflict = FALSE;
  if (stated >= 0 && stated < order->booked)
    {
      /* An older message, or a bust. It books nothing back either way. */
      *conflict = update->order_update_reason == DTC_OPEN_ORDERS_REQUEST_RESPONSE || (dated && time > order->transaction_time);
      return TRUE;
    }
  return desk_status_is_final (order->base) && order->base != DESK_STATUS_NOT_SENT && desk_truth_status_is_live (update->order_status)
         && dated && time < order->transaction_time;
}

/* After a cancel less may remain than quantity minus filled; of a live order our own subtraction is as good. */
static gboolean
remaining_is_stated (const DtcMessage     *message,
                     const DeskTruthOrder *order)
{
  return has_number (message, DTC_ORDER_UPDATE_F_REMAINING_QUANTITY, message->order_update.remaining_quantity)
         && desk_status_is_final (order->base) && order->base != DESK_STATUS_FILLED;
}

static void
apply (DeskTruth        *truth,
       DeskTruthOrder   *order,
       const DeskRecord *record,
       const DeskGrid   *grid,
       const DtcMessage *message,
       DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskOrderState *state = &order->state;
  int reason = update->order_update_reason;
  int status = update->order_status;
  gboolean bad_status = (message->flags & DTC_MESSAGE_BAD_STATUS) != 0;
  DeskMeaning meaning = bad_status ? DESK_MEANING_DOUBT : desk_truth_meaning (reason, status);
  DeskReason why = reason_of (reason, status);
  gboolean regress, regress_conflict;
  gint64 stated = -1, booked;
  gint64 asked_before = state->change;
  DeskGrid own = state->grid;

  /* A new link begins without definitions, and the server may list its orders before it gives them. */
  order->lent_grid = grid->tick <= 0 && own.tick > 0;
  if (order->lent_grid)
    grid = &own;
  if (has_number (message, DTC_ORDER_UPDATE_F_FILLED_QUANTITY, update->filled_quantity))
    desk_truth_whole (update->filled_quantity, &stated);
  regress = is_regress (order, message, stated, &regress_conflict);

  if (!order->answered)
    {
      state->acked = record->utc;
      if (order->intent_epoch == record->epoch && order->intent_mono > 0)
        state->ack_usec = record->mono - order->intent_mono;
    }
  order->touched_mono = record->mono;
  order->touched_epoch = record->epoch;
  /* One more message may be as late as the one that woke it; a list of open orders is not. */
  if (reason == DTC_OPEN_ORDERS_REQUEST_RESPONSE || !desk_truth_status_is_live (status))
    order->resurrected = FALSE;
  order->conflict = order->resurrected;
  order->absent_rounds = 0;
  order->by_hand = FALSE;
  changes->bad_status |= bad_status;

  if (!regress)
    merge_values (truth, order, grid, message, changes);
  order->answered = TRUE;
  booked = order->booked;
  desk_truth_book_update (truth, order, record, grid, message, changes);
  if (order->booked > booked && (order->base == DESK_STATUS_CANCELLED || order->base == DESK_STATUS_REJECTED || order->base == DESK_STATUS_EXPIRED))
    desk_truth_late_fill (order, changes);
  if (stated >= 0 && !regress)
    state->filled = MAX (stated, order->booked);
  if (!regress && has_number (message, DTC_ORDER_UPDATE_F_AVERAGE_FILL_PRICE, update->average_fill_price) && order->booked > 0
      && update->average_fill_price != 0)
    {
      state->average_price = desk_truth_display (grid, update->average_fill_price);
      mark_gridless (order, grid, DESK_GRIDLESS_AVERAGE);
    }

  if (regress)
    {
      changes->doubt = TRUE;
      if (regress_conflict)
        {
          order->conflict = TRUE;
          if (state->certainty != DESK_CERTAINTY_CONFLICT)
            late_word (order, "FILLS_TAKEN_BACK", "the server now says that less of it is filled than it reported before", changes);
        }
      else if (reason == DTC_ORDER_CANCEL_REJECTED || reason == DTC_ORDER_CANCEL_REPLACE_REJECTED)
        take_overlays (order, record, reason, status);
    }
  else
    {
      if (HAS (message, LATEST_TRANSACTION_DATE_TIME) && isfinite (update->latest_transaction_date_time)
          && update->latest_transaction_date_time > 0)
        order->transaction_time = update->latest_transaction_date_time;
      take_overlays (order, record, reason, status);
      if (meaning == DESK_MEANING_TAKE || meaning == DESK_MEANING_REFUSED)
        take_status (order, reason, status, changes);
      else
        count_against_end (order, changes);
      if (meaning != DESK_MEANING_KEEP || *update->info_text != '\0')
        {
          /* A repeated statement without its words does not unsay them. */
          if (*update->info_text != '\0' || state->reason != why)
            desk_truth_set_text (order, update->info_text);
          state->reason = why;
        }
      if (remaining_is_stated (message, order))
        state->remaining = (gint64) update->remaining_quantity;
    }

  if (asked_before != DESK_OVERLAY_NONE && state->change == DESK_OVERLAY_NONE && reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE)
    {
      g_autoptr (GString) difference = g_string_new (NULL);

      compare_with_asked (order, difference);
      if (difference->len > 0)
        {
          g_autofree char *name = desk_truth_order_name (order);

          desk_truth_set_text (order, difference->str);
          desk_truth_notice (changes, DESK_LEVEL_ALARM, "CHANGE_DIFFERS", "%s: %s", name, difference->str);
        }
    }

  if (reason == DTC_ORDER_CANCEL_REPLACE_COMPLETE && order->linked_quantity > 0)
    order->linked_quantity = state->quantity;
  state->as_of = record->utc;
  desk_truth_link_update (truth, order, record, message, changes);
  if (order->two_live && desk_status_is_final (order->base))
    desk_truth_end_two_live (truth, order, record, changes);
  if (!desk_status_is_final (order->base) && (meaning == DESK_MEANING_DOUBT || meaning == DESK_MEANING_REFUSED_DOUBT))
    {
      state->certainty = DESK_CERTAINTY_UNKNOWN;
      changes->doubt = TRUE;
      if (state->text == NULL)
        desk_truth_set_text (order, bad_status                                  ? "The server sent a status that this profile's numbering does not know"
                                    : record->numbering == DTC_NUMBERING_BRIEF ? "The server is not sure about this order, and this numbering "
                                                                                 "has no question for it: look at the server"
                                                                               : "The server is not sure about this order; it is asked again");
    }
  else if (order->conflict || order->two_live)
    {
      state->certainty = DESK_CERTAINTY_CONFLICT;
      if (state->text == NULL)
        desk_truth_set_text (order, order->two_live      ? desk_truth_two_live_text
                                    : status == DTC_ORDER_STATUS_FILLED && !regress
                                        ? fewer_than_ordered
                                    : status == DTC_ORDER_STATUS_REJECTED && !regress
                                        ? "The server says that it is rejected, and has filled part of it"
                                    : order->resurrected ? "It had ended, and the server says that it works; check at the server"
                                                         : "The server now says that less of it is filled than it reported before");
    }
  else if (meaning != DESK_MEANING_KEEP)
    state->certainty = order->ours ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_EXTERNAL;
  desk_truth_settle (truth, order, record, changes);
  desk_truth_check_twins (truth, order, record, changes);
}

static void
doubt_message (DeskTruth        *truth,
               const DeskRecord *record,
               const DtcMessage *message,
               const char       *code,
               const char       *what,
               DeskTruthChanges *changes)
{
  DeskTruthOrder *order;
  g_autofree char *text = g_strdup_printf (record->numbering == DTC_NUMBERING_BRIEF
                                               ? "A message of the server could not be read (%s), and this numbering has no question for the order"
                                               : "A message of the server could not be read (%s); the order is asked again",
                                           what);
  guint i;

  desk_truth_rows_before (truth, record, message, changes);
  order = desk_truth_find_message (truth, message);
  desk_truth_notice (changes, DESK_LEVEL_WARNING, code, "An order update of the server could not be read: %s", what);
  changes->doubt = TRUE;
  if (order != NULL)
    {
      desk_truth_mark_unknown (truth, order, record, DESK_REASON_NONE, text, changes);
      return;
    }
  for (i = 0; i < truth->open->len; i++)
    {
      order = g_ptr_array_index (truth->open, i);
      /* One message that nobody can read after the other makes it no more unknown. */
      if (order->state.certainty != DESK_CERTAINTY_UNKNOWN || g_strcmp0 (order->state.text, text) != 0)
        desk_truth_mark_unknown (truth, order, record, DESK_REASON_NONE, text, changes);
    }
}

void
desk_truth_order_update (DeskTruth        *truth,
                         const DeskRecord *record,
                         const DeskGrid   *grid,
                         const DtcMessage *message,
                         const GError     *bad,
                         DeskTruthChanges *changes)
{
  if (bad != NULL)
    doubt_message (truth, record, message, "BAD_MESSAGE", bad->message, changes);
  else if (message->order_update.no_orders)
    return; /* "there are none": never an order, whatever else it carries */
  else if (!desk_truth_take_row (truth, record, grid, message, changes))
    desk_truth_order_take (truth, record, grid, message, changes);
}

void
desk_truth_order_take (DeskTruth        *truth,
                       const DeskRecord *record,
                       const DeskGrid   *grid,
                       const DtcMessage *message,
                       DeskTruthChanges *changes)
{
  const DtcOrderUpdate *update = &message->order_update;
  const char *number = bad_number (message);
  DeskTruthOrder *order;

  if (number != NULL)
    {
      g_autofree char *what = g_strdup_printf ("%s is no quantity or price", number);

      doubt_message (truth, record, message, "BAD_MESSAGE", what, changes);
      return;
    }
  if (*update->server_order_id == '\0' && *update->client_order_id == '\0' && *update->previous_client_order_id == '\0'
      && desk_truth_find_message (truth, message) == NULL)
    {
      doubt_message (truth, record, message, "ORDER_WITHOUT_ID", "it names no order", changes);
      return;
    }
  order = desk_truth_identify (truth, record, message, changes);
  if (order == NULL)
    return;
  note_listed (truth, order, update);
  apply (truth, order, record, grid, message, changes);
  /* Refused as a whole, it names no symbol. */
  if (order->group_key != 0 && *update->symbol == '\0' && order->base == DESK_STATUS_REJECTED)
    {
      guint64 group = order->group_key, key;

      for (key = group; (order = desk_truth_find_key (truth, key)) != NULL && order->group_key == group; key++)
        {
          if (!order->answered)
            apply (truth, order, record, grid, message, changes);
        }
    }
}
