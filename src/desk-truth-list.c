/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

#include <string.h>

/* The rows of one list of open orders that are judged together. */

typedef struct
{
  DtcMessage *message;
  DeskGrid    grid;
} Row;

static void
row_free (gpointer data)
{
  Row *row = data;

  dtc_message_free (row->message);
  g_free (row);
}

static const DtcOrderUpdate *
update_of (gconstpointer row)
{
  return &((const Row *) row)->message->order_update;
}

gboolean
desk_truth_waits_for_list (DeskTruth  *truth,
                           const char *server_order_id)
{
  guint n = truth->waiting != NULL ? truth->waiting->len : 0;

  return n > 0 && (server_order_id == NULL || strcmp (update_of (g_ptr_array_index (truth->waiting, n - 1))->server_order_id, server_order_id) == 0);
}

void
desk_truth_forget_rows (DeskTruth *truth)
{
  g_clear_pointer (&truth->waiting, g_ptr_array_unref);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  return strcmp (update_of (*(const Row *const *) a)->server_order_id, update_of (*(const Row *const *) b)->server_order_id);
}

static void
put_aside (DeskTruth        *truth,
           const DeskGrid   *grid,
           const DtcMessage *message)
{
  Row *row = g_new0 (Row, 1);

  row->message = dtc_message_copy (message);
  row->grid = *grid;
  if (truth->waiting == NULL)
    truth->waiting = g_ptr_array_new_with_free_func (row_free);
  g_ptr_array_add (truth->waiting, row);
}

/* Of a list that did not come whole nothing is left: those that wait are of one list. */
static void
forget_other_lists (DeskTruth *truth,
                    gint32     request)
{
  if (desk_truth_waits_for_list (truth, NULL) && update_of (g_ptr_array_index (truth->waiting, 0))->request_id != request)
    desk_truth_forget_rows (truth);
}

/* What is plainly another order's comes first: then it is known that the ids of this connection say nothing by themselves.
 * The rest in the order of their ids, wherever the server listed them. */
static void
believe (DeskTruth        *truth,
         const DeskRecord *record,
         DeskTruthChanges *changes)
{
  g_autoptr (GPtrArray) rows = g_steal_pointer (&truth->waiting);
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();
  guint i;

  if (rows == NULL)
    return;
  g_ptr_array_sort (rows, compare_rows);
  for (i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);

      if (desk_truth_is_reuse (truth, row->message))
        desk_truth_order_take (truth, record, &row->grid, row->message, changes);
      else
        g_ptr_array_add (rest, (gpointer) row);
    }
  for (i = 0; i < rest->len; i++)
    {
      const Row *row = g_ptr_array_index (rest, i);

      desk_truth_order_take (truth, record, &row->grid, row->message, changes);
    }
}

/* The server speaks by itself of an order whose row waits: the row is the older word. */
static void
let_go (DeskTruth        *truth,
        const DeskRecord *record,
        const DtcMessage *message,
        DeskTruthChanges *changes)
{
  const DeskTruthOrder *order = desk_truth_find_message (truth, message);
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func (row_free);
  guint i = 0;

  while (order != NULL && i < truth->waiting->len)
    {
      const Row *row = g_ptr_array_index (truth->waiting, i);

      if (desk_truth_find_message (truth, row->message) == order)
        g_ptr_array_add (rows, g_ptr_array_steal_index (truth->waiting, i));
      else
        i++;
    }
  for (i = 0; i < rows->len; i++)
    {
      const Row *row = g_ptr_array_index (rows, i);

      desk_truth_order_take (truth, record, &row->grid, row->message, changes);
    }
}

void
desk_truth_rows_before (DeskTruth        *truth,
                        const DeskRecord *record,
                        const DtcMessage *message,
                        DeskTruthChanges *changes)
{
  if (truth->waiting == NULL)
    return;
  if (desk_truth_find_message (truth, message) != NULL)
    let_go (truth, record, message, changes);
  else
    believe (truth, record, changes);
}

gboolean
desk_truth_take_row (DeskTruth        *truth,
                     const DeskRecord *record,
                     const DeskGrid   *grid,
                     const DtcMessage *message,
                     DeskTruthChanges *changes)
{
  DeskListMark mark = (DeskListMark) desk_truth_payload_number (record->payload, "\"list\":", DESK_LIST_NONE);

  if (mark == DESK_LIST_NONE)
    {
      if (truth->waiting != NULL)
        let_go (truth, record, message, changes);
      return FALSE;
    }
  forget_other_lists (truth, message->order_update.request_id);
  if (desk_truth_is_bare (truth, message))
    put_aside (truth, grid, message);
  else
    desk_truth_order_take (truth, record, grid, message, changes);
  if (mark == DESK_LIST_END)
    believe (truth, record, changes);
  return TRUE;
}
