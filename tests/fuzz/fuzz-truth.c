/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth.h"

#include <string.h>

/* The order book of truth against any stream of events. The input is a list of entries, each ended by a zero byte:
 * one JSON message of the server, behind an L as a row of a list, behind a W as its last one; or one of the letters B (a
 * connection begins), E (it ends), S (we submit), C (we change), X (we cancel). The first byte chooses the numbering. */

int LLVMFuzzerTestOneInput (const guint8 *data, size_t size);

#define CLIENT "T1"

static DeskRecord *
record_new (DeskTruth     *truth,
            DeskRecordKind kind,
            gint64         when,
            const char    *payload)
{
  DeskRecord *record = desk_record_new (kind);

  record->epoch = desk_truth_get_epoch (truth);
  record->utc = 1793210400000000 + when;
  record->mono = when;
  record->tick = 0.25;
  record->multiplier = 1;
  record->payload = g_strdup (payload);
  return record;
}

static DeskRecord *
entry_record (DeskTruth    *truth,
              const guint8 *entry,
              gsize         len,
              DtcNumbering  numbering,
              gint64        when)
{
  const char *payload = NULL;
  DeskRecord *record;

  if (len == 1 && entry[0] == 'B')
    {
      record = record_new (truth, DESK_RECORD_LINK, when, "{\"link\":\"begin\"}");
      record->epoch++;
      return record;
    }
  if (len == 1 && entry[0] == 'E')
    return record_new (truth, DESK_RECORD_LINK, when, "{\"link\":\"end\"}");
  if (len == 1 && (entry[0] == 'C' || entry[0] == 'X'))
    return record_new (truth, DESK_RECORD_INTENT, when,
                       entry[0] == 'C' ? "{\"intent\":\"change\",\"key\":1}" : "{\"intent\":\"cancel\",\"key\":1}");
  if (len == 1 && entry[0] == 'S')
    {
      static const char wire[] = "{\"Type\":208,\"ClientOrderID\":\"" CLIENT "\",\"OrderType\":2,\"BuySell\":1,\"Price1\":5000,\"Quantity\":4}";

      if (desk_truth_find_client (truth, CLIENT) != NULL)
        return NULL; /* an id is used once */
      record = record_new (truth, DESK_RECORD_INTENT, when, "{\"intent\":\"submit\",\"source\":\"line\"}");
      record->client_order_id = g_strdup (CLIENT);
      record->account = g_strdup ("A");
      record->symbol = g_strdup ("ES");
      record->wire = g_bytes_new_static (wire, strlen (wire));
      record->encoding = DTC_ENCODING_JSON;
      record->numbering = DTC_NUMBERING_DTC;
      record->direction = DTC_TO_SERVER;
      return record;
    }
  if (len > 1 && (entry[0] == 'L' || entry[0] == 'W'))
    {
      payload = entry[0] == 'L' ? "{\"list\":1}" : "{\"list\":2}";
      entry++;
      len--;
    }
  record = record_new (truth, DESK_RECORD_EVENT, when, payload);
  record->wire = g_bytes_new (entry, len);
  record->encoding = DTC_ENCODING_JSON;
  record->numbering = numbering;
  record->direction = DTC_TO_CLIENT;
  return record;
}

/* Every contract is booked once: in its order, in its fill, in its position. */
static void
check (DeskTruth *truth)
{
  guint i, k;

  for (i = 0; i < desk_truth_n_orders (truth); i++)
    {
      const DeskTruthOrder *order = desk_truth_get_order (truth, i);
      gint64 booked = 0, synthetic = 0;

      for (k = 0; k < order->fills->len; k++)
        {
          const DeskTruthFill *fill = g_ptr_array_index (order->fills, k);

          if (fill->superseded)
            continue;
          g_assert_true (fill->state.quantity > 0);
          booked += fill->state.quantity;
          if (g_str_has_prefix (fill->state.execution_id, "syn:"))
            synthetic += fill->state.quantity;
        }
      g_assert_true (booked == order->booked);
      g_assert_true (synthetic == order->synthetic);
      g_assert_true (order->state.filled < 0 || order->state.filled >= order->booked);
      /* Filled needs as many fills as were ordered, or the server's own word where it gave no number. */
      if (order->state.status == DESK_STATUS_FILLED && order->state.quantity > 0)
        g_assert_true (order->booked >= order->state.quantity);
      g_assert_true (((order->state.certainty == DESK_CERTAINTY_UNKNOWN || order->state.certainty == DESK_CERTAINTY_PROBABLE)
                      && !desk_status_is_final (order->base)) == (order->state.status == DESK_STATUS_UNKNOWN)
                     || !order->ours);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        size_t        size)
{
  g_autoptr (DeskTruth) truth = desk_truth_new ();
  g_autoptr (DeskTruth) again = desk_truth_new ();
  g_autoptr (GPtrArray) records = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_record_free);
  g_autoptr (GString) live = g_string_new (NULL);
  g_autoptr (GString) folded = g_string_new (NULL);
  DtcNumbering numbering = size > 0 && data[0] % 2 == 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  DeskTruthChanges changes;
  size_t begin = 1, end;
  guint i;

  desk_truth_changes_init (&changes);
  for (; begin < size && records->len < 200; begin = end + 1)
    {
      const guint8 *zero = memchr (data + begin, 0, size - begin);
      DeskRecord *record;

      end = zero != NULL ? (size_t) (zero - data) : size;
      record = entry_record (truth, data + begin, end - begin, numbering, (gint64) records->len * 1000000);
      if (record == NULL)
        continue;
      g_ptr_array_add (records, record);
      desk_truth_changes_reset (&changes);
      desk_truth_replay (truth, record, &changes);
      check (truth);
    }
  for (i = 0; i < records->len; i++)
    {
      desk_truth_changes_reset (&changes);
      desk_truth_replay (again, g_ptr_array_index (records, i), &changes);
    }
  desk_truth_changes_clear (&changes);
  desk_truth_describe (truth, live);
  desk_truth_describe (again, folded);
  g_assert_true (g_string_equal (live, folded));
  return 0;
}
