/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <math.h>
#include <stdarg.h>
#include <string.h>

static void
order_free (gpointer data)
{
  DeskTruthOrder *order = data;

  desk_order_state_clear (&order->state);
  g_ptr_array_unref (order->server_ids);
  g_ptr_array_unref (order->fills);
  g_free (order);
}

static void
fill_free (gpointer data)
{
  DeskTruthFill *fill = data;

  desk_fill_state_clear (&fill->state);
  g_free (fill);
}

static void
notice_free (gpointer data)
{
  DeskTruthNotice *notice = data;

  g_free (notice->text);
  g_free (notice);
}

void
desk_truth_changes_init (DeskTruthChanges *changes)
{
  changes->orders = g_ptr_array_new ();
  changes->fills = g_ptr_array_new ();
  changes->attributed = g_ptr_array_new ();
  changes->positions = g_ptr_array_new ();
  changes->notices = g_ptr_array_new_with_free_func (notice_free);
  changes->doubt = FALSE;
  changes->bad_status = FALSE;
}

void
desk_truth_changes_reset (DeskTruthChanges *changes)
{
  g_ptr_array_set_size (changes->orders, 0);
  g_ptr_array_set_size (changes->fills, 0);
  g_ptr_array_set_size (changes->attributed, 0);
  g_ptr_array_set_size (changes->positions, 0);
  g_ptr_array_set_size (changes->notices, 0);
  changes->doubt = FALSE;
  changes->bad_status = FALSE;
}

void
desk_truth_changes_clear (DeskTruthChanges *changes)
{
  g_ptr_array_unref (changes->orders);
  g_ptr_array_unref (changes->fills);
  g_ptr_array_unref (changes->attributed);
  g_ptr_array_unref (changes->positions);
  g_ptr_array_unref (changes->notices);
  memset (changes, 0, sizeof *changes);
}

DeskTruth *
desk_truth_new (void)
{
  DeskTruth *truth = g_new0 (DeskTruth, 1);

  truth->orders = g_ptr_array_new_with_free_func (order_free);
  truth->changing = g_ptr_array_new ();
  truth->externals = g_ptr_array_new ();
  truth->open = g_ptr_array_new ();
  truth->by_client = g_hash_table_new (g_str_hash, g_str_equal);
  truth->by_server = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  truth->fills = g_ptr_array_new_with_free_func (fill_free);
  truth->by_execution = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  truth->nobodys = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);
  truth->positions = g_ptr_array_new_with_free_func (g_free);
  truth->by_position = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  truth->flat_elsewhere = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  truth->anonymous = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return truth;
}

void
desk_truth_free (DeskTruth *truth)
{
  if (truth == NULL)
    return;
  dtc_message_clear (&truth->scratch);
  g_free (truth->identity.server);
  g_free (truth->identity.host);
  g_free (truth->identity.accounts);
  desk_truth_forget_rows (truth);
  g_hash_table_unref (truth->anonymous);
  g_hash_table_unref (truth->by_position);
  g_hash_table_unref (truth->flat_elsewhere);
  g_ptr_array_unref (truth->positions);
  g_hash_table_unref (truth->nobodys);
  g_hash_table_unref (truth->by_execution);
  g_hash_table_unref (truth->by_server);
  g_hash_table_unref (truth->by_client);
  g_ptr_array_unref (truth->open);
  g_ptr_array_unref (truth->externals);
  g_ptr_array_unref (truth->changing);
  g_ptr_array_unref (truth->fills);
  g_ptr_array_unref (truth->orders);
  g_free (truth);
}

gboolean
desk_truth_is_number (double value)
{
  return isfinite (value) && fabs (value) <= 1e9;
}

gboolean
desk_truth_whole (double  value,
                  gint64 *out)
{
  if (!desk_truth_is_number (value) || value != floor (value))
    return FALSE;
  *out = (gint64) value;
  return TRUE;
}

double
desk_truth_display (const DeskGrid *grid,
                    double          wire)
{
  return desk_price_wire_to_display (grid, wire);
}

/* A number of a payload that we wrote ourselves, without building a tree for every message. */
double
desk_truth_payload_number (const char *payload,
                           const char *name,
                           double      otherwise)
{
  const char *found = payload != NULL ? strstr (payload, name) : NULL;

  return found != NULL ? g_ascii_strtod (found + strlen (name), NULL) : otherwise;
}

DeskGrid
desk_truth_record_grid (const DeskRecord *record)
{
  DeskGrid grid = { record->tick, record->multiplier, DTC_PRICE_DISPLAY_FORMAT_UNSET, 0 };

  grid.format = (int) desk_truth_payload_number (record->payload, "\"format\":", DTC_PRICE_DISPLAY_FORMAT_UNSET);
  grid.tick_value = desk_truth_payload_number (record->payload, "\"tick_value\":", 0);
  return grid;
}

void
desk_truth_set_text (DeskTruthOrder *order,
                     const char     *text)
{
  if (text != NULL && *text == '\0')
    text = NULL;
  if (order->state.text != NULL && text != NULL && strcmp (order->state.text, text) == 0)
    return;
  g_clear_pointer (&order->state.text, g_ref_string_release);
  if (text != NULL)
    order->state.text = g_ref_string_new (text);
}

static DeskTruthNotice * G_GNUC_PRINTF (4, 0)
add_notice (DeskTruthChanges *changes,
            DeskLevel         level,
            const char       *code,
            const char       *format,
            va_list           args)
{
  DeskTruthNotice *notice = g_new0 (DeskTruthNotice, 1);

  notice->level = level;
  g_strlcpy (notice->code, code, sizeof notice->code);
  notice->text = g_strdup_vprintf (format, args);
  g_ptr_array_add (changes->notices, notice);
  return notice;
}

void
desk_truth_notice (DeskTruthChanges *changes,
                   DeskLevel         level,
                   const char       *code,
                   const char       *format,
                   ...)
{
  va_list args;

  va_start (args, format);
  add_notice (changes, level, code, format, args);
  va_end (args);
}

void
desk_truth_notice_about (DeskTruthChanges     *changes,
                         const DeskTruthOrder *order,
                         DeskLevel             level,
                         const char           *code,
                         const char           *format,
                         ...)
{
  DeskTruthNotice *notice;
  va_list args;

  va_start (args, format);
  notice = add_notice (changes, level, code, format, args);
  va_end (args);
  g_strlcpy (notice->id, order->state.client_order_id[0] != '\0' ? order->state.client_order_id : order->state.server_order_id,
             sizeof notice->id);
}

gboolean
desk_truth_is_misread (const DeskTruthOrder *order,
                       const DeskGrid       *grid)
{
  return order->lent_grid && order->state.grid.multiplier > 0 && order->state.grid.multiplier != grid->multiplier;
}

char *
desk_truth_order_name (const DeskTruthOrder *order)
{
  const DeskOrderState *state = &order->state;
  const char *id = state->client_order_id[0] != '\0' ? state->client_order_id : state->server_order_id;
  const char *side = desk_side_nick (state->side);

  if (state->quantity < 0 || side == NULL)
    return g_strdup_printf ("%s (%s)", state->symbol, id);
  return g_strdup_printf ("%s %" G_GINT64_FORMAT " %s (%s)", side, state->quantity, state->symbol, id);
}

DeskTruthOrder *
desk_truth_add_order (DeskTruth        *truth,
                      const DeskRecord *record,
                      gboolean          ours)
{
  DeskTruthOrder *order = g_new0 (DeskTruthOrder, 1);
  DeskOrderState *state = &order->state;

  state->key = truth->orders->len + 1;
  state->epoch = truth->epoch;
  state->quantity = -1;
  state->filled = -1;
  state->remaining = -1;
  state->average_price = NAN;
  state->ack_usec = -1;
  state->journal_usec = -1;
  state->wire_usec = -1;
  state->fill_usec = -1;
  state->cancel_usec = -1;
  state->source = ours ? DESK_SOURCE_LINE : DESK_SOURCE_EXTERNAL;
  state->created = record->utc;
  state->certainty = ours ? DESK_CERTAINTY_FRESH : DESK_CERTAINTY_EXTERNAL;
  order->base = ours ? DESK_STATUS_SENT : DESK_STATUS_UNKNOWN;
  order->ours = ours;
  order->instance = truth->instance;
  order->fills_before = truth->fills->len;
  order->server_ids = g_ptr_array_new_with_free_func (g_free);
  order->fills = g_ptr_array_new ();
  g_ptr_array_add (truth->orders, order);
  g_ptr_array_add (truth->open, order);
  if (!ours)
    g_ptr_array_add (truth->externals, order);
  return order;
}

void
desk_truth_add_server_id (DeskTruth        *truth,
                          DeskTruthOrder   *order,
                          const char       *id,
                          DeskTruthChanges *changes)
{
  guint i;

  for (i = 0; i < order->server_ids->len; i++)
    {
      if (strcmp (g_ptr_array_index (order->server_ids, i), id) == 0)
        {
          g_ptr_array_remove_index (order->server_ids, i);
          break;
        }
    }
  g_ptr_array_add (order->server_ids, g_strdup (id));
  g_hash_table_replace (truth->by_server, g_strdup (id), order);
  g_strlcpy (order->state.server_order_id, id, sizeof order->state.server_order_id);
  desk_truth_attribute (truth, order, id, changes);
}

static DeskStatus
shown_status (const DeskTruthOrder *order)
{
  if (desk_status_is_final (order->base))
    return order->base;
  if (order->state.certainty == DESK_CERTAINTY_UNKNOWN || order->state.certainty == DESK_CERTAINTY_PROBABLE)
    return DESK_STATUS_UNKNOWN;
  if (order->state.certainty == DESK_CERTAINTY_NO_TRACE || order->state.certainty == DESK_CERTAINTY_GONE)
    return DESK_STATUS_NOT_AT_SERVER;
  if (order->state.cancel == DESK_OVERLAY_SENT)
    return DESK_STATUS_CANCELLING;
  if (order->state.change == DESK_OVERLAY_SENT)
    return DESK_STATUS_CHANGING;
  return order->base;
}

static void
track_open (DeskTruth      *truth,
            DeskTruthOrder *order)
{
  /* A presumption ("not at server") is no end: it is still asked about. */
  gboolean open = !desk_status_is_final (order->base);
  guint low = 0, high = truth->open->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (((const DeskTruthOrder *) g_ptr_array_index (truth->open, middle))->state.key < order->state.key)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < truth->open->len && g_ptr_array_index (truth->open, low) == order)
    {
      if (!open)
        g_ptr_array_remove_index (truth->open, low);
    }
  else if (open)
    g_ptr_array_insert (truth->open, (int) low, order);
}

static void
settle_numbers (DeskTruthOrder *order)
{
  DeskOrderState *state = &order->state;

  if (order->booked > 0 || state->filled >= 0)
    state->filled = MAX (state->filled, order->booked);
  switch (order->base)
    {
    case DESK_STATUS_FILLED:
      state->remaining = 0;
      break;
    case DESK_STATUS_SENT:
    case DESK_STATUS_WORKING:
    case DESK_STATUS_PART_FILLED:
    case DESK_STATUS_HELD_BY_PARENT:
      if (state->quantity >= 0)
        state->remaining = MAX (state->quantity - MAX (state->filled, 0), 0);
      break;
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_UNKNOWN:
    case DESK_STATUS_NOT_AT_SERVER:
    case DESK_STATUS_NOT_SENT:
    default:
      break;
    }
  if (isnan (state->average_price) && order->booked > 0 && isfinite (order->booked_value))
    state->average_price = order->booked_value / (double) order->booked;
}

void
desk_truth_settle (DeskTruth        *truth,
                   DeskTruthOrder   *order,
                   const DeskRecord *record,
                   DeskTruthChanges *changes)
{
  DeskOrderState *state = &order->state;

  if (desk_status_is_final (order->base))
    {
      if (state->cancel == DESK_OVERLAY_SENT || state->cancel == DESK_OVERLAY_INTENDED)
        state->cancel = DESK_OVERLAY_NONE;
      if (state->change == DESK_OVERLAY_SENT || state->change == DESK_OVERLAY_INTENDED)
        state->change = DESK_OVERLAY_NONE;
      order->cancel_when_known = FALSE;
    }
  settle_numbers (order);
  if (record->kind == DESK_RECORD_EVENT || (order->base == DESK_STATUS_FILLED && order->state.quantity > 0
                                            && order->booked >= order->state.quantity))
    order->end_stated = desk_status_is_final (order->base);
  state->status = shown_status (order);
  state->changed = record->utc;
  state->epoch = truth->epoch;
  track_open (truth, order);
  desk_truth_track_change (truth, order);
  /* Each once; thousands may change together. */
  if (order->change_index >= changes->orders->len || g_ptr_array_index (changes->orders, order->change_index) != order)
    {
      order->change_index = changes->orders->len;
      g_ptr_array_add (changes->orders, order);
    }
}

void
desk_truth_fold (DeskTruth        *truth,
                 const DeskRecord *record,
                 const DtcMessage *message,
                 const GError     *bad,
                 DeskTruthChanges *changes)
{
  DeskGrid grid;

  if (record->kind != DESK_RECORD_EVENT)
    {
      desk_truth_fold_local (truth, record, message, changes);
      return;
    }
  if (message == NULL)
    return;

  grid = desk_truth_record_grid (record);
  switch (message->type)
    {
    case DTC_MSG_ORDER_UPDATE:
      desk_truth_order_update (truth, record, &grid, message, bad, changes);
      break;
    case DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE:
      if (bad != NULL)
        changes->doubt = TRUE;
      else
        desk_truth_history_fill (truth, record, &grid, message, changes);
      break;
    case DTC_MSG_POSITION_UPDATE:
      if (bad != NULL)
        changes->doubt = TRUE;
      else
        desk_truth_position_update (truth, record, &grid, message, changes);
      break;
    default:
      if (bad != NULL)
        changes->doubt = TRUE;
      break;
    }
}

const DtcMessage *
desk_truth_replay (DeskTruth        *truth,
                   const DeskRecord *record,
                   DeskTruthChanges *changes)
{
  g_autoptr (GError) error = NULL;
  DtcCodec codec = { (DtcEncodingKind) record->encoding, (DtcNumbering) record->numbering };
  const guint8 *data;
  gsize len;

  if (record->wire == NULL)
    {
      desk_truth_fold (truth, record, NULL, NULL, changes);
      return NULL;
    }
  data = g_bytes_get_data (record->wire, &len);
  /* What we wrote ends with its terminator, what we received does not. */
  if (record->direction == DTC_TO_SERVER && len > 0 && codec.encoding >= DTC_ENCODING_JSON && data[len - 1] == '\0')
    len--;
  dtc_codec_decode (&codec, (DtcDirection) record->direction, data, len, &truth->scratch, &error);
  desk_truth_fold (truth, record, &truth->scratch, error, changes);
  return error == NULL ? &truth->scratch : NULL;
}

const DeskTruthIdentity *
desk_truth_get_identity (DeskTruth *truth)
{
  return &truth->identity;
}

guint32
desk_truth_get_epoch (DeskTruth *truth)
{
  return truth->epoch;
}

gboolean
desk_truth_get_halted (DeskTruth *truth)
{
  return truth->halted;
}

gint64
desk_truth_get_last_fill (DeskTruth *truth)
{
  return truth->last_fill;
}

gint64
desk_truth_get_last_whole (DeskTruth *truth)
{
  return truth->last_whole;
}

guint
desk_truth_n_orders (DeskTruth *truth)
{
  return truth->orders->len;
}

DeskTruthOrder *
desk_truth_get_order (DeskTruth *truth,
                      guint      index)
{
  return g_ptr_array_index (truth->orders, index);
}

const GPtrArray *
desk_truth_open_orders (DeskTruth *truth)
{
  return truth->open;
}

DeskTruthOrder *
desk_truth_find_key (DeskTruth *truth,
                     guint64    key)
{
  if (key == 0 || key > truth->orders->len)
    return NULL;
  return g_ptr_array_index (truth->orders, key - 1);
}

DeskTruthOrder *
desk_truth_find_client (DeskTruth  *truth,
                        const char *client_order_id)
{
  if (client_order_id == NULL || *client_order_id == '\0')
    return NULL;
  return g_hash_table_lookup (truth->by_client, client_order_id);
}

DeskTruthOrder *
desk_truth_find_server (DeskTruth  *truth,
                        const char *server_order_id)
{
  if (server_order_id == NULL || *server_order_id == '\0')
    return NULL;
  return g_hash_table_lookup (truth->by_server, server_order_id);
}

DeskTruthOrder *
desk_truth_find (DeskTruth  *truth,
                 const char *id)
{
  DeskTruthOrder *order = desk_truth_find_client (truth, id);

  return order != NULL ? order : desk_truth_find_server (truth, id);
}

DeskTruthOrder *
desk_truth_find_message (DeskTruth        *truth,
                         const DtcMessage *message)
{
  const DtcOrderUpdate *update = &message->order_update;
  DeskTruthOrder *order;

  if (message->type == DTC_MSG_HISTORICAL_ORDER_FILL_RESPONSE)
    return desk_truth_find_server (truth, message->historical_order_fill_response.server_order_id);
  if (message->type != DTC_MSG_ORDER_UPDATE)
    return NULL;
  order = desk_truth_find_client (truth, update->client_order_id);
  if (order == NULL && *update->client_order_id == '\0')
    order = desk_truth_find_tag (truth, update->free_form_text);
  if (order == NULL)
    order = desk_truth_find_server (truth, update->server_order_id);
  if (order == NULL)
    order = desk_truth_find_server (truth, update->previous_server_order_id);
  return order;
}

gboolean
desk_truth_order_has_id (const DeskTruthOrder *order,
                         const char           *server_order_id)
{
  guint i;

  for (i = 0; i < order->server_ids->len; i++)
    {
      if (strcmp (g_ptr_array_index (order->server_ids, i), server_order_id) == 0)
        return TRUE;
    }
  return FALSE;
}

guint
desk_truth_n_fills (DeskTruth *truth)
{
  return truth->fills->len;
}

DeskTruthFill *
desk_truth_get_fill (DeskTruth *truth,
                     guint      index)
{
  return g_ptr_array_index (truth->fills, index);
}

const GPtrArray *
desk_truth_positions (DeskTruth *truth)
{
  return truth->positions;
}

static void
describe_price (GString         *out,
                const DeskPrice *price)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  if (price->kind == DESK_PRICE_UNSET)
    g_string_append (out, " -");
  else
    g_string_append_printf (out, " %d:%" G_GINT64_FORMAT ":%s", price->kind, price->ticks,
                            g_ascii_dtostr (buffer, sizeof buffer, price->display));
}

static void
describe_order (GString              *out,
                const DeskTruthOrder *order)
{
  const DeskOrderState *state = &order->state;
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];
  guint i;

  g_string_append_printf (out, "order %" G_GUINT64_FORMAT " epoch %u %s/%s %s %s side %d type %d tif %d till %" G_GINT64_FORMAT,
                          state->key, state->epoch, state->client_order_id, state->server_order_id, state->account,
                          state->symbol, state->side, state->type, state->tif, state->good_till);
  describe_price (out, &state->price);
  describe_price (out, &state->price2);
  g_string_append_printf (out, " qty %" G_GINT64_FORMAT " filled %" G_GINT64_FORMAT " left %" G_GINT64_FORMAT " avg %s",
                          state->quantity, state->filled, state->remaining,
                          isnan (state->average_price) ? "-" : g_ascii_dtostr (buffer, sizeof buffer, state->average_price));
  g_string_append_printf (out, " status %d certainty %d reason %d cancel %d change %d text '%s'", state->status, state->certainty,
                          state->reason, state->cancel, state->change, state->text != NULL ? state->text : "");
  describe_price (out, &state->asked_price);
  describe_price (out, &state->asked_price2);
  g_string_append_printf (out, " asked %" G_GINT64_FORMAT " source %d auto %d times %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
                               " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                          state->asked_quantity, state->source, state->automated, state->created, state->sent, state->acked,
                          state->changed, state->as_of);
  g_string_append_printf (out, " took %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT,
                          state->ack_usec, state->journal_usec, state->wire_usec, state->fill_usec, state->cancel_usec);
  g_string_append_printf (out, " | base %d ours %d answered %d flatten %d instance %u current %u listed %u/%d received %" G_GINT64_FORMAT
                               " booked %" G_GINT64_FORMAT " syn %" G_GINT64_FORMAT " conflict %d woken %d two %d/%" G_GUINT64_FORMAT " absent %u kept %u wanted %d ids",
                          order->base, order->ours, order->answered, order->flatten, order->instance, order->current_epoch,
                          order->listed_epoch, order->listed_request,
                          order->received_time, order->booked, order->synthetic, order->conflict, order->resurrected, order->two_live, order->twin,
                          order->absent_rounds, order->unchanged_rounds, order->cancel_when_known);
  for (i = 0; i < order->server_ids->len; i++)
    g_string_append_printf (out, " %s", (const char *) g_ptr_array_index (order->server_ids, i));
  if (state->role != DESK_ROLE_NONE)
    g_string_append_printf (out, " | role %d parent %s/%" G_GUINT64_FORMAT " sibling %s/%" G_GUINT64_FORMAT " children %" G_GUINT64_FORMAT
                                 " %" G_GUINT64_FORMAT,
                            state->role, state->parent, order->parent_key, state->sibling, order->sibling_key, order->child_keys[0],
                            order->child_keys[1]);
  g_string_append_printf (out, " | absent at %" G_GINT64_FORMAT " hand %d lost %" G_GINT64_FORMAT " after %u/%" G_GUINT64_FORMAT " taken %" G_GUINT64_FORMAT " stated %d",
                          order->absent_mono, order->by_hand, order->lost_utc, order->fills_before, order->change_after, order->taken_by, order->end_stated);
  if (state->max_show > 0)
    g_string_append_printf (out, " | show %" G_GINT64_FORMAT, state->max_show);
  if (state->note != NULL)
    g_string_append_printf (out, " | note '%s'", state->note);
  g_string_append_c (out, '\n');
}

void
desk_truth_describe (DeskTruth *truth,
                     GString   *out)
{
  guint i;

  g_string_append_printf (out, "epoch %u instance %u halted %d last fill %" G_GINT64_FORMAT " whole %" G_GINT64_FORMAT " open %u\n", truth->epoch,
                          truth->instance, truth->halted, truth->last_fill, truth->last_whole, truth->open->len);
  g_string_append_printf (out, "server %s at %s with %s\n", truth->identity.server != NULL ? truth->identity.server : "-",
                          truth->identity.host != NULL ? truth->identity.host : "-",
                          truth->identity.accounts != NULL ? truth->identity.accounts : "-");
  for (i = 0; i < truth->orders->len; i++)
    describe_order (out, g_ptr_array_index (truth->orders, i));
  for (i = 0; i < truth->fills->len; i++)
    {
      const DeskTruthFill *fill = g_ptr_array_index (truth->fills, i);
      const DeskFillState *state = &fill->state;

      g_string_append_printf (out, "fill %" G_GUINT64_FORMAT " %s %s/%s %s %s side %d qty %" G_GINT64_FORMAT " history %d at %" G_GINT64_FORMAT " gone %d",
                              state->key, state->execution_id, state->client_order_id, state->server_order_id, state->account,
                              state->symbol, state->side, state->quantity, state->historical, state->server_time, fill->superseded);
      describe_price (out, &state->price);
      g_string_append_c (out, '\n');
    }
  for (i = 0; i < truth->positions->len; i++)
    {
      const DeskTruthPosition *position = g_ptr_array_index (truth->positions, i);

      g_string_append_printf (out, "position %s %s stated %d at %u qty %" G_GINT64_FORMAT " based %d offset %" G_GINT64_FORMAT " booked %" G_GINT64_FORMAT "\n",
                              position->account, position->symbol, position->stated, position->epoch, position->quantity,
                              position->based, position->offset, position->booked);
    }
}
