/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-latency.h"

static void
order_free (gpointer data)
{
  DeskLogOrderTimes *order = data;

  g_free (order->id);
  g_free (order->symbol);
  g_free (order);
}

void
desk_log_latency_free (DeskLogLatency *self)
{
  if (self == NULL)
    return;
  g_array_unref (self->answers);
  g_ptr_array_unref (self->orders);
  g_free (self);
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 one = *(const gint64 *) a, two = *(const gint64 *) b;

  return (one > two) - (one < two);
}

/* Of times in order the one that @percent of them do not exceed. */
static gint64
percentile (const GArray *times,
            guint         percent)
{
  guint rank = (times->len * percent + 99) / 100;

  return g_array_index (times, gint64, MAX (rank, 1) - 1);
}

static gint64
time_of_pair (DeskLogSnapshot  *snapshot,
              const DeskLogRow *asks)
{
  gint32 pair = desk_log_row_pair (asks);
  guint position;

  if (pair <= 0 || !desk_log_snapshot_find (snapshot, asks->number + (guint64) pair, &position))
    return -1;
  return MAX (desk_log_snapshot_get (snapshot, position)->mono - asks->mono, 0);
}

static DeskLogOrderTimes *
order_of (DeskLogLatency   *self,
          GHashTable       *orders,
          DeskLogSnapshot  *snapshot,
          const DeskLogRow *row,
          guint32           id)
{
  DeskLogOrderTimes *order = g_hash_table_lookup (orders, GUINT_TO_POINTER (id));

  if (order != NULL || id == 0 || id == DESK_LOG_TOO_MANY)
    return order;
  order = g_new0 (DeskLogOrderTimes, 1);
  order->id = g_strdup (desk_log_snapshot_string (snapshot, id));
  order->symbol = g_strdup (desk_log_snapshot_string (snapshot, row->symbol));
  order->number = row->number;
  order->ack = order->fill = order->cancel = -1;
  g_ptr_array_add (self->orders, order);
  g_hash_table_insert (orders, GUINT_TO_POINTER (id), order);
  return order;
}

DeskLogLatency *
desk_log_latency_new (DeskLogSnapshot *snapshot)
{
  DeskLogLatency *self = g_new0 (DeskLogLatency, 1);
  g_autoptr (GHashTable) orders = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) sent = g_hash_table_new (NULL, NULL); /* id -> row of the submit */
  GArray *times[DTC_MAX_MESSAGE_TYPE + 1] = { NULL };
  guint unanswered[DTC_MAX_MESSAGE_TYPE + 1] = { 0 };
  guint n = desk_log_snapshot_get_n (snapshot);

  self->answers = g_array_new (FALSE, FALSE, sizeof (DeskLogAnswers));
  self->orders = g_ptr_array_new_with_free_func (order_free);
  for (guint at = 0; at < n;)
    {
      guint run;
      const DeskLogRow *rows = desk_log_snapshot_get_run (snapshot, at, &run);

      for (guint i = 0; i < run; i++)
        {
          const DeskLogRow *row = &rows[i];
          DeskLogOrderTimes *order;
          gint64 time;

          if (row->type == DTC_MSG_ORDER_UPDATE && row->client != 0
              && (row->reason == DTC_ORDER_FILLED || row->reason == DTC_ORDER_FILLED_PARTIALLY))
            {
              const DeskLogRow *submit = g_hash_table_lookup (sent, GUINT_TO_POINTER (row->client));

              order = g_hash_table_lookup (orders, GUINT_TO_POINTER (row->client));
              if (submit != NULL && order != NULL && order->fill < 0)
                order->fill = MAX (row->mono - submit->mono, 0);
            }
          if (!(row->flags & DESK_LOG_ASKS) || row->type > DTC_MAX_MESSAGE_TYPE)
            continue;
          time = time_of_pair (snapshot, row);
          if (time < 0)
            unanswered[row->type]++;
          else
            {
              if (times[row->type] == NULL)
                times[row->type] = g_array_new (FALSE, FALSE, sizeof (gint64));
              g_array_append_val (times[row->type], time);
            }
          if (row->type == DTC_MSG_SUBMIT_NEW_SINGLE_ORDER)
            {
              order = order_of (self, orders, snapshot, row, row->client);
              g_hash_table_insert (sent, GUINT_TO_POINTER (row->client), (gpointer) row);
              if (order != NULL)
                order->ack = time;
            }
          else if (row->type == DTC_MSG_CANCEL_ORDER || row->type == DTC_MSG_CANCEL_REPLACE_ORDER)
            {
              order = g_hash_table_lookup (orders, GUINT_TO_POINTER (row->client));
              if (order != NULL && order->cancel < 0)
                order->cancel = time;
            }
        }
      at += run;
    }
  for (guint16 type = 0; type <= DTC_MAX_MESSAGE_TYPE; type++)
    {
      DeskLogAnswers answers = { .type = type, .unanswered = unanswered[type] };

      if (times[type] == NULL && unanswered[type] == 0)
        continue;
      if (times[type] != NULL)
        {
          g_array_sort (times[type], compare_times);
          answers.n = times[type]->len;
          answers.least = percentile (times[type], 0);
          answers.p50 = percentile (times[type], 50);
          answers.p90 = percentile (times[type], 90);
          answers.p95 = percentile (times[type], 95);
          answers.p99 = percentile (times[type], 99);
          answers.most = percentile (times[type], 100);
          g_array_unref (times[type]);
        }
      g_array_append_val (self->answers, answers);
    }
  return self;
}
