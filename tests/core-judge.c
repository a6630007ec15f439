/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "core-judge.h"

#include <string.h>

/* The same bytes may be the wire of several intents: a cancel that is asked for again, the two orders of an OCO. */
typedef struct
{
  guint   n_durable;
  guint   n_written;
  guint32 epoch;
  gboolean exit;   /* of a flatten: it need not wait until everything has been compared */
} Intent;

typedef struct
{
  char   client_id[DESK_ID_SIZE];
  char   server_id[DESK_ID_SIZE];
  gint64 quantity;
  gboolean superseded;
} Booked;

static const DtcFakeFill *
find_fill (CoreRig *rig, const char *execution_id)
{
  guint i;

  for (i = 0; i < dtc_fake_exchange_n_fills (rig->exchange); i++)
    {
      const DtcFakeFill *fill = dtc_fake_exchange_get_fill (rig->exchange, i);

      if (strcmp (fill->execution_id, execution_id) == 0)
        return fill;
    }

  return NULL;
}

/* Contracts that the client has booked for one of its orders. */
static gint64
booked_for (CoreRig *rig, const char *client_id)
{
  GHashTableIter iter;
  Booked        *booked;
  gint64         sum = 0;

  g_hash_table_iter_init (&iter, rig->executions);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &booked))
    if (!booked->superseded && strcmp (booked->client_id, client_id) == 0)
      sum += booked->quantity;

  return sum;
}

/* Gone from the list, if there is one, and filled by as much as was ordered as far as anybody has told us: that somebody
 * else had made it larger, and cancelled the rest, cannot be known. */
static gboolean
is_filled_as_told (const CoreRig *rig, const DtcFakeOrder *there, gint64 quantity, gint64 filled)
{
  return there->requantified && filled == quantity && filled == (gint64) there->filled
         && (there->status == DTC_ORDER_STATUS_CANCELED || rig->engine_config.numbering == DTC_NUMBERING_BRIEF);
}

/* Id, side and time are all that the server's list of fills has of an order. Once ids are given again, a fill under an
 * id of the order and on its side, not a whole second older than it, is told in the same words as one of its own; so is
 * what another order, which bears such an id now, says of itself. */
static gboolean
is_told_as_its (const CoreRig *rig, const DtcFakeOrder *there, const DtcFakeFill *fill)
{
  const DtcFakeOrder *filled = dtc_fake_exchange_get_order (rig->exchange, fill->order);

  return filled == there
         || (rig->ids_reused && there != NULL && filled->side == there->side
             && (dtc_fake_order_had_id (there, fill->server_order_id) || dtc_fake_order_had_id (there, filled->server_order_id))
             && fill->seconds + 1 >= there->received);
}

/* Contracts that the server has filled, or lists as if it had. */
static gint64
told_filled (const CoreRig *rig, const DtcFakeOrder *there)
{
  gint64 sum = 0;
  guint  i;

  for (i = 0; there != NULL && i < dtc_fake_exchange_n_fills (rig->exchange); i++)
    {
      const DtcFakeFill *fill = dtc_fake_exchange_get_fill (rig->exchange, i);

      if (is_told_as_its (rig, there, fill))
        sum += (gint64) fill->quantity;
    }

  return sum;
}

static void
judge_order (CoreRig *rig, const DeskOrderState *order)
{
  const DtcFakeOrder *there;
  const char         *status = desk_status_nick (order->status);

  if (order->client_order_id[0] == '\0')
    return;
  there = dtc_fake_exchange_find (rig->exchange, order->client_order_id);

  /* I5: an end is the server's own word. */
  if (order->status == DESK_STATUS_FILLED
      && (there == NULL || !is_filled_as_told (rig, there, order->quantity, order->filled)) && (there == NULL || there->status != DTC_ORDER_STATUS_FILLED)
      && (order->filled < order->quantity || told_filled (rig, there) < order->filled))
    core_rig_violation (rig, "I5: %s is called filled, the server has status %d, %g of %g", order->client_order_id,
                        there != NULL ? there->status : -1, there != NULL ? there->filled : 0, there != NULL ? there->quantity : 0);
  else if (order->status == DESK_STATUS_CANCELLED && (there == NULL || there->status != DTC_ORDER_STATUS_CANCELED))
    core_rig_violation (rig, "I5: %s is called cancelled, the server has status %d", order->client_order_id,
                        there != NULL ? there->status : -1);
  else if (order->status == DESK_STATUS_REJECTED && (there == NULL || there->status != DTC_ORDER_STATUS_REJECTED))
    core_rig_violation (rig, "I5: %s is called rejected, the server has status %d", order->client_order_id,
                        there != NULL ? there->status : -1);
  else if (order->status == DESK_STATUS_EXPIRED)
    core_rig_violation (rig, "I5: %s is called expired", order->client_order_id);
  else if (order->status == DESK_STATUS_NOT_SENT && there != NULL)
    core_rig_violation (rig, "I5: %s is called not sent, and the server has it", order->client_order_id);
  else if (order->status == DESK_STATUS_NOT_AT_SERVER && !rig->lenient && there != NULL && dtc_fake_order_is_live (there))
    core_rig_violation (rig, "I5: %s is called not at the server, where it works", order->client_order_id);
  if (order->certainty == DESK_CERTAINTY_FRESH && desk_status_is_final (order->status) != TRUE && order->status != DESK_STATUS_SENT
      && there == NULL)
    core_rig_violation (rig, "I5: %s is called %s, and the server does not know it", order->client_order_id, status);
  /* I4: nothing is booked that the server did not fill. */
  if (order->filled > told_filled (rig, there))
    core_rig_violation (rig, "I4: %s is called filled by %" G_GINT64_FORMAT ", the server has %g", order->client_order_id,
                        order->filled, there != NULL ? there->filled : 0);
}

void
core_judge_order_shown (CoreRig *rig, const DeskOrderState *order)
{
  char       id[DESK_ID_SIZE + 1];
  CoreShown *shown;

  if (order->client_order_id[0] != '\0')
    g_strlcpy (id, order->client_order_id, sizeof id);
  else
    g_snprintf (id, sizeof id, "#%s", order->server_order_id);
  shown = g_hash_table_lookup (rig->shown, id);
  if (shown == NULL)
    {
      shown = g_new0 (CoreShown, 1);
      g_strlcpy (shown->id, id, sizeof shown->id);
      g_hash_table_insert (rig->shown, shown->id, shown);
      g_ptr_array_add (rig->shown_order, shown);
    }
  g_strlcpy (shown->server_id, order->server_order_id, sizeof shown->server_id);
  g_strlcpy (shown->parent, order->parent, sizeof shown->parent);
  g_strlcpy (shown->sibling, order->sibling, sizeof shown->sibling);
  shown->key = order->key;
  shown->type = order->type;
  shown->role = order->role;
  shown->status = order->status;
  shown->certainty = order->certainty;
  shown->reason = order->reason;
  shown->price = order->price.kind == DESK_PRICE_UNSET ? 0 : order->price.display;
  shown->quantity = order->quantity;
  shown->filled = order->filled;
  shown->explained = order->text != NULL && *order->text != '\0';
  judge_order (rig, order);
}

void
core_judge_fill (CoreRig *rig, const DeskFillState *fill, gboolean restored)
{
  Booked              *booked = g_hash_table_lookup (rig->executions, fill->execution_id);
  const DtcFakeFill   *there = find_fill (rig, fill->execution_id);
  const DtcFakeOrder  *order;
  guint                i;

  /* Known before, and now with its order: told again as what is known. */
  if (booked != NULL && !restored)
    core_rig_violation (rig, "I4: execution %s is told twice", fill->execution_id);
  if (booked != NULL && booked->quantity != fill->quantity)
    core_rig_violation (rig, "I4: execution %s had %" G_GINT64_FORMAT " and now has %" G_GINT64_FORMAT, fill->execution_id,
                        booked->quantity, fill->quantity);
  if (booked == NULL)
    {
      booked = g_new0 (Booked, 1);
      g_hash_table_insert (rig->executions, g_strdup (fill->execution_id), booked);
    }
  g_strlcpy (booked->client_id, fill->client_order_id, sizeof booked->client_id);
  g_strlcpy (booked->server_id, fill->server_order_id, sizeof booked->server_id);
  booked->quantity = fill->quantity;
  for (i = 0; fill->replaces != NULL && fill->replaces[i] != NULL; i++)
    {
      Booked *old = g_hash_table_lookup (rig->executions, fill->replaces[i]);

      if (old == NULL && !restored && !rig->fills_untold)
        core_rig_violation (rig, "I4: %s replaces %s, which was never told", fill->execution_id, fill->replaces[i]);
      else if (old != NULL)
        old->superseded = TRUE;
    }
  if (!g_str_has_prefix (fill->execution_id, "syn:"))
    {
      if (there == NULL)
        core_rig_violation (rig, "I4: execution %s was never made", fill->execution_id);
      else if (fill->quantity > (gint64) there->quantity)
        core_rig_violation (rig, "I4: execution %s of %g is booked with %" G_GINT64_FORMAT, fill->execution_id, there->quantity,
                            fill->quantity);
      else if (fill->client_order_id[0] != '\0'
               && !is_told_as_its (rig, dtc_fake_exchange_find (rig->exchange, fill->client_order_id), there))
        core_rig_violation (rig, "I4: execution %s is attributed to %s", fill->execution_id, fill->client_order_id);
    }
  if (fill->client_order_id[0] == '\0')
    return;
  order = dtc_fake_exchange_find (rig->exchange, fill->client_order_id);
  if (booked_for (rig, fill->client_order_id) > told_filled (rig, order))
    core_rig_violation (rig, "I4: %s has %" G_GINT64_FORMAT " booked, the server filled %g", fill->client_order_id,
                        booked_for (rig, fill->client_order_id), order != NULL ? order->filled : 0);
}

static gboolean
is_entry (const DtcMessage *message)
{
  return message->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER || message->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER
         || message->type == DTC_MSG_CANCEL_REPLACE_ORDER;
}

/* I1, I2 and I7, for each message of what leaves together. */
void
core_judge_writing (CoreRig *rig, const guint8 *bytes, gsize len)
{
  DtcCodec          codec = dtc_session_get_codec (rig->session);
  gsize             terminator = codec.encoding >= DTC_ENCODING_JSON ? 1 : 0;
  g_auto (DtcMessage) message = DTC_MESSAGE_INIT;
  gsize             at = 0;

  while (at < len)
    {
      gsize              frame = terminator ? strlen ((const char *) bytes + at) + 1 : bytes[at] | (gsize) bytes[at + 1] << 8;
      g_autoptr (GBytes) key = g_bytes_new_static (bytes + at, frame);
      Intent            *intent = g_hash_table_lookup (rig->intents, key);

      if (intent == NULL || intent->epoch != rig->epoch)
        core_rig_violation (rig, "I2: bytes leave without a durable intent of this connection");
      else if (++intent->n_written > intent->n_durable)
        core_rig_violation (rig, "I1: the bytes of one intent leave twice");
      if (!dtc_codec_decode (&codec, DTC_TO_SERVER, bytes + at, frame - terminator, &message, NULL))
        core_rig_violation (rig, "bytes leave that are no message");
      else if (is_entry (&message) && rig->link != DESK_LINK_LIVE && !(intent != NULL && intent->exit && rig->link == DESK_LINK_RESYNC))
        rig->early = message.type;
      at += frame;
    }
}

void
core_judge_durable (CoreRig *rig, const DeskRecord *record)
{
  if (record->kind == DESK_RECORD_LINK && strstr (record->payload, "begin") != NULL)
    rig->epoch = record->epoch;
  else if (record->kind == DESK_RECORD_INTENT && record->wire != NULL)
    {
      Intent *intent = g_hash_table_lookup (rig->intents, record->wire);

      if (intent == NULL)
        {
          intent = g_new0 (Intent, 1);
          g_hash_table_insert (rig->intents, g_bytes_ref (record->wire), intent);
        }
      intent->n_durable++;
      intent->epoch = record->epoch;
      intent->exit = strstr (record->payload, "\"source\":\"flatten\"") != NULL;
    }
  else if (record->kind == DESK_RECORD_FILL)
    {
      static const char head[] = "{\"execution_id\":\"";
      const char       *id = record->payload + strlen (head);
      g_autofree char  *copy = NULL;

      g_assert_true (g_str_has_prefix (record->payload, head));
      copy = g_strndup (id, strcspn (id, "\""));
      if (g_hash_table_contains (rig->journal_fills, copy))
        core_rig_violation (rig, "I4: the journal books execution %s twice", copy);
      g_hash_table_add (rig->journal_fills, g_steal_pointer (&copy));
    }
}

/* ---- in the end ---- */

static DeskStatus
status_there (const DtcFakeOrder *order)
{
  switch (order->status)
    {
    case DTC_ORDER_STATUS_PENDING_CHILD:
      return DESK_STATUS_HELD_BY_PARENT;
    case DTC_ORDER_STATUS_PARTIALLY_FILLED:
      return DESK_STATUS_PART_FILLED;
    case DTC_ORDER_STATUS_FILLED:
      return DESK_STATUS_FILLED;
    case DTC_ORDER_STATUS_CANCELED:
      return DESK_STATUS_CANCELLED;
    case DTC_ORDER_STATUS_REJECTED:
      return DESK_STATUS_REJECTED;
    default:
      return order->filled > 0 ? DESK_STATUS_PART_FILLED : DESK_STATUS_WORKING;
    }
}

/* Not fresh, and it says so with a reason. */
static gboolean
is_in_doubt (const CoreShown *shown)
{
  return shown->explained
         && (shown->certainty == DESK_CERTAINTY_UNKNOWN || shown->certainty == DESK_CERTAINTY_PROBABLE
             || shown->certainty == DESK_CERTAINTY_CONFLICT || shown->certainty == DESK_CERTAINTY_NO_TRACE
             || shown->certainty == DESK_CERTAINTY_GONE);
}

/* It is in no list any more, another order has its id now, and neither name nor anything else that never changes tells them apart. */
static gboolean
is_taken_for_another (const CoreRig *rig, const DtcFakeOrder *there, const CoreShown *shown)
{
  guint i;

  for (i = 0; rig->ids_reused && i < dtc_fake_exchange_n_orders (rig->exchange); i++)
    {
      const DtcFakeOrder *other = dtc_fake_exchange_get_order (rig->exchange, i);

      if (other != there && !other->forgotten && other->foreign && strcmp (other->server_order_id, shown->server_id) == 0
          && other->side == there->side && other->received == there->received)
        return shown->status == status_there (other) && shown->quantity == (gint64) other->quantity && shown->filled == (gint64) other->filled
               && (!dtc_fake_order_is_live (other) || shown->price == other->price);
    }

  return FALSE;
}

static void
check_order (CoreRig *rig, const DtcFakeOrder *there)
{
  const CoreShown *shown = core_rig_shown (rig, there->client_order_id);
  gboolean         held = there->is_parent && there->status == DTC_ORDER_STATUS_PENDING_OPEN;
  gboolean         live = dtc_fake_order_is_live (there);
  gboolean         same;

  if (there->n_submits != 1)
    core_rig_violation (rig, "I1: %s reached the server %u times", there->client_order_id, there->n_submits);
  if (shown == NULL)
    {
      core_rig_violation (rig, "I6: the server has %s, and nothing is said of it", there->client_order_id);
      return;
    }
  same = shown->status == status_there (there) && shown->quantity == (gint64) there->quantity
         && MAX (shown->filled, 0) == (gint64) there->filled
         && (there->type == DTC_ORDER_TYPE_MARKET || !live || shown->price == there->price)
         && (!live || strcmp (shown->server_id, there->server_order_id) == 0)
         && (shown->filled < 0 || rig->fills_untold || booked_for (rig, there->client_order_id) == shown->filled);
  if (same && (shown->certainty == DESK_CERTAINTY_FRESH || !live) && !held && !there->forgotten)
    return;
  /* What the server lists, or has told us of and not lost, has to be known for certain. */
  if (live && !rig->lenient && !(rig->reordered && is_in_doubt (shown)))
    core_rig_violation (rig, "I6: %s is %s/%s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT " at %g (id %s); the server has status %d, %g of %g at %g (id %s)",
                        shown->id, desk_status_nick (shown->status), desk_certainty_nick (shown->certainty), shown->filled,
                        shown->quantity, shown->price, shown->server_id, there->status, there->filled, there->quantity,
                        there->price, there->server_order_id);
  else if (shown->status == DESK_STATUS_FILLED
           && (is_filled_as_told (rig, there, shown->quantity, shown->filled)
               || (!live && shown->filled >= shown->quantity && told_filled (rig, there) >= shown->filled)))
    return;
  else if (!live && is_taken_for_another (rig, there, shown))
    return;
  /* Ended as it did there; its values may have been changed while nobody was there to be told. */
  else if (!live && desk_status_is_final (shown->status) && shown->status == status_there (there)
           && MAX (shown->filled, 0) == (gint64) there->filled)
    return;
  else if (!is_in_doubt (shown))
    core_rig_violation (rig, "I6: %s is %s/%s, %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT "%s; the server has status %d, %g of %g%s",
                        shown->id, desk_status_nick (shown->status), desk_certainty_nick (shown->certainty), shown->filled,
                        shown->quantity, shown->explained ? "" : " without a reason", there->status, there->filled, there->quantity,
                        there->forgotten ? ", forgotten" : "");
  /* With its id its fills are found, whatever became of it. */
  else if (!rig->lenient && strcmp (shown->server_id, there->server_order_id) == 0 && there->filled != (double) MAX (shown->filled, 0))
    core_rig_violation (rig, "I4: %s has %" G_GINT64_FORMAT " filled, the server %g", shown->id, shown->filled, there->filled);
}

static void
check_ours (CoreRig *rig, const CoreShown *shown)
{
  if (shown->id[0] == '#' || dtc_fake_exchange_find (rig->exchange, shown->id) != NULL)
    return;
  /* The server never heard of it. */
  if (shown->status != DESK_STATUS_NOT_SENT && shown->status != DESK_STATUS_BLOCKED && !is_in_doubt (shown))
    core_rig_violation (rig, "I6: %s is %s/%s%s, and the server does not know it", shown->id, desk_status_nick (shown->status),
                        desk_certainty_nick (shown->certainty), shown->explained ? "" : " without a reason");
  if (shown->filled > 0 || booked_for (rig, shown->id) > 0)
    core_rig_violation (rig, "I4: %s has fills, and the server does not know it", shown->id);
}

void
core_rig_check (CoreRig *rig)
{
  guint i;

  if (rig->link != DESK_LINK_LIVE)
    core_rig_violation (rig, "I6: the link is %s", desk_link_nick (rig->link));
  for (i = 0; i < dtc_fake_exchange_n_orders (rig->exchange) && rig->violation == NULL; i++)
    {
      const DtcFakeOrder *there = dtc_fake_exchange_get_order (rig->exchange, i);

      if (!there->foreign)
        check_order (rig, there);
    }
  for (i = 0; i < rig->shown_order->len && rig->violation == NULL; i++)
    check_ours (rig, g_ptr_array_index (rig->shown_order, i));
  if (rig->violation == NULL && !rig->position_stale && (rig->position_shown ? rig->position : 0) != (gint64) dtc_fake_exchange_position (rig->exchange))
    core_rig_violation (rig, "I4: the position is shown as %" G_GINT64_FORMAT ", the server has %g", rig->position,
                        dtc_fake_exchange_position (rig->exchange));
}

gboolean
core_rig_agrees (CoreRig *rig)
{
  gboolean agrees;
  guint    i;

  if (rig->violation != NULL)
    return FALSE;
  core_rig_check (rig);
  agrees = rig->violation == NULL && !rig->position_stale;
  g_clear_pointer (&rig->violation, g_free);
  for (i = 0; i < rig->shown_order->len && agrees; i++)
    {
      const CoreShown *shown = g_ptr_array_index (rig->shown_order, i);

      agrees = shown->id[0] == '#' || !is_in_doubt (shown);
    }

  return agrees;
}
