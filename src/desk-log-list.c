/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-list.h"

#include <string.h>

#include "desk-log-chain.h"

struct _DeskLogItem
{
  GObject      parent_instance;
  guint64      number;
  DeskLogList *list; /* cleared when that one goes */
};

struct _DeskLogList
{
  GObject          parent_instance;

  DeskLogStore    *store;
  DeskLogSnapshot *snapshot;
  DeskLogFilter   *filter;
  guint            n;        /* rows of the snapshot in sight, while all fit */
  GArray          *numbers;  /* of the rows that fit, sorted; NULL: all do */
  guint64          seen;     /* the last row that the filter was asked about */
  GHashTable      *items;    /* number -> DeskLogItem that somebody holds */
  DeskLogJob      *job;
  guint8          *ids;
  guint            n_ids;
  guint            given_up;
};

enum
{
  SIGNAL_SETTLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* ---- items ---- */

G_DEFINE_FINAL_TYPE (DeskLogItem, desk_log_item, G_TYPE_OBJECT)

static void
desk_log_item_finalize (GObject *object)
{
  DeskLogItem *self = DESK_LOG_ITEM (object);

  if (self->list != NULL)
    g_hash_table_remove (self->list->items, &self->number);
  G_OBJECT_CLASS (desk_log_item_parent_class)->finalize (object);
}

static void
desk_log_item_class_init (DeskLogItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_log_item_finalize;
}

static void
desk_log_item_init (DeskLogItem *self)
{
}

guint64
desk_log_item_get_number (DeskLogItem *self)
{
  g_return_val_if_fail (DESK_IS_LOG_ITEM (self), 0);

  return self->number;
}

const DeskLogRow *
desk_log_item_get_row (DeskLogItem *self)
{
  g_return_val_if_fail (DESK_IS_LOG_ITEM (self), NULL);

  return self->list != NULL ? desk_log_list_find_row (self->list, self->number) : NULL;
}

/* ---- the list ---- */

static guint
n_items (DeskLogList *self)
{
  return self->numbers != NULL ? self->numbers->len : self->n;
}

static guint64
number_at (DeskLogList *self,
           guint        position)
{
  return self->numbers != NULL ? g_array_index (self->numbers, guint64, position)
                               : desk_log_snapshot_get (self->snapshot, position)->number;
}

static GType
desk_log_list_get_item_type (GListModel *model)
{
  return DESK_TYPE_LOG_ITEM;
}

static guint
desk_log_list_get_n_items (GListModel *model)
{
  return n_items (DESK_LOG_LIST (model));
}

static gpointer
desk_log_list_get_item (GListModel *model,
                        guint       position)
{
  DeskLogList *self = DESK_LOG_LIST (model);
  DeskLogItem *item;
  guint64 number;

  if (position >= n_items (self))
    return NULL;
  number = number_at (self, position);
  item = g_hash_table_lookup (self->items, &number);
  if (item != NULL)
    return g_object_ref (item);
  item = g_object_new (DESK_TYPE_LOG_ITEM, NULL);
  item->number = number;
  item->list = self;
  g_hash_table_insert (self->items, &item->number, item);
  return item;
}

static void
desk_log_list_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = desk_log_list_get_item_type;
  iface->get_n_items = desk_log_list_get_n_items;
  iface->get_item = desk_log_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (DeskLogList, desk_log_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, desk_log_list_list_model_init))

static void
take_snapshot (DeskLogList *self)
{
  g_clear_pointer (&self->snapshot, desk_log_snapshot_unref);
  self->snapshot = desk_log_store_snapshot (self->store);
}

static gboolean
is_order (DeskLogList      *self,
          const DeskLogRow *row)
{
  return strcmp (desk_log_snapshot_string (self->snapshot, row->client), self->filter->order) == 0
         || strcmp (desk_log_snapshot_string (self->snapshot, row->server), self->filter->order) == 0;
}

static void start_job (DeskLogList *self);

/* Rows behind the last one seen that fit are appended to the numbers. FALSE: the order has ids that were not known. */
static gboolean
take_new_rows (DeskLogList *self)
{
  g_autoptr (DeskLogMatcher) matcher = NULL;
  guint at, n = desk_log_snapshot_get_n (self->snapshot);

  desk_log_snapshot_find (self->snapshot, self->seen + 1, &at);
  if (at < n)
    matcher = desk_log_matcher_new (self->filter, self->snapshot, self->ids, self->n_ids);
  while (at < n)
    {
      guint run;
      const DeskLogRow *rows = desk_log_snapshot_get_run (self->snapshot, at, &run);

      for (guint i = 0; i < run; i++)
        {
          if (self->ids != NULL
              && (desk_log_chain_grows (self->ids, self->n_ids, &rows[i])
                  || (is_order (self, &rows[i]) && !desk_log_chain_has (self->ids, self->n_ids, &rows[i]))))
            return FALSE;
          if (desk_log_matcher_fits (matcher, &rows[i]))
            g_array_append_val (self->numbers, rows[i].number);
        }
      self->seen = rows[run - 1].number;
      at += run;
    }
  if (matcher != NULL)
    self->given_up += desk_log_matcher_given_up (matcher);
  return TRUE;
}

static void
appended_cb (DeskLogList *self)
{
  guint before = n_items (self);

  take_snapshot (self);
  if (self->numbers != NULL)
    {
      if (self->job != NULL)
        return;
      if (!take_new_rows (self))
        {
          /* What was found in this round comes back with the rest. */
          g_array_set_size (self->numbers, before);
          start_job (self);
          return;
        }
    }
  self->n = desk_log_snapshot_get_n (self->snapshot);
  if (n_items (self) > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, n_items (self) - before);
}

/* Of the numbers those stay whose row is still there. */
static void
forget_numbers (DeskLogList *self)
{
  GArray *numbers = self->numbers;
  guint old = numbers->len;
  guint kept = 0, same = 0;
  guint at = 0, n = desk_log_snapshot_get_n (self->snapshot);
  guint64 *data = (guint64 *) (gpointer) numbers->data;

  for (guint i = 0; i < old; i++)
    {
      while (at < n && desk_log_snapshot_get (self->snapshot, at)->number < data[i])
        {
          guint run;
          const DeskLogRow *rows = desk_log_snapshot_get_run (self->snapshot, at, &run);

          /* Whole stretches are passed at once. */
          if (rows[run - 1].number < data[i])
            at += run;
          else
            desk_log_snapshot_find (self->snapshot, data[i], &at);
        }
      if (at < n && desk_log_snapshot_get (self->snapshot, at)->number == data[i])
        {
          if (kept == i)
            same++;
          data[kept++] = data[i];
        }
    }
  if (kept == old)
    return;
  g_array_set_size (numbers, kept);
  g_list_model_items_changed (G_LIST_MODEL (self), same, old - same, kept - same);
}

/* How many rows stand at the head, or at the tail, as they stood @before; @now has none that was not there. A row that is as far from
 * its end in both has nothing dropped between: so it is searched in halves, for there may be a million. */
static guint
n_as_before (DeskLogSnapshot *before,
             guint            n_before,
             DeskLogSnapshot *now,
             guint            n_now,
             gboolean         tail)
{
  guint same = 0, end = n_now;

  while (same < end)
    {
      guint middle = same + (end - same) / 2;
      const DeskLogRow *old = desk_log_snapshot_get (before, tail ? n_before - 1 - middle : middle);
      const DeskLogRow *row = desk_log_snapshot_get (now, tail ? n_now - 1 - middle : middle);

      if (old->number == row->number)
        same = middle + 1;
      else
        end = middle;
    }
  return same;
}

static void
dropped_cb (DeskLogList *self)
{
  g_autoptr (DeskLogSnapshot) before = desk_log_snapshot_ref (self->snapshot);
  guint old = self->n;
  guint64 last = old > 0 ? desk_log_snapshot_get (before, old - 1)->number : 0;
  guint left, head = 0, tail = 0;

  take_snapshot (self);
  /* What has come since is told in "appended": until then the rows end where they did. */
  desk_log_snapshot_find (self->snapshot, last + 1, &left);
  self->n = left;
  if (self->numbers != NULL)
    {
      if (self->job == NULL)
        forget_numbers (self);
      return;
    }
  if (left < old)
    {
      tail = n_as_before (before, old, self->snapshot, left, TRUE);
      if (tail < left)
        head = n_as_before (before, old, self->snapshot, left, FALSE);
    }
  else
    return;
  g_list_model_items_changed (G_LIST_MODEL (self), head, old - head - tail, left - head - tail);
}

static void
job_done_cb (DeskLogJob *job,
             gpointer    user_data)
{
  DeskLogList *self = user_data;
  guint before = n_items (self);
  DeskLogSnapshot *asked = desk_log_job_get_snapshot (job);
  guint n = desk_log_snapshot_get_n (asked);
  const guint8 *ids;
  gboolean whole;

  g_clear_pointer (&self->numbers, g_array_unref);
  self->numbers = desk_log_job_take_numbers (job);
  self->seen = n > 0 ? desk_log_snapshot_get (asked, n - 1)->number : self->seen;
  ids = desk_log_job_get_ids (job, &self->n_ids);
  g_free (self->ids);
  self->ids = ids != NULL ? g_memdup2 (ids, self->n_ids) : NULL;
  self->given_up = desk_log_job_get_given_up (job);
  g_clear_pointer (&self->job, desk_log_job_cancel);

  whole = take_new_rows (self);
  /* Rows that went while it ran. */
  {
    guint kept = 0, position;

    for (guint i = 0; i < self->numbers->len; i++)
      {
        guint64 number = g_array_index (self->numbers, guint64, i);

        if (self->snapshot == asked || desk_log_snapshot_find (self->snapshot, number, &position))
          g_array_index (self->numbers, guint64, kept++) = number;
      }
    g_array_set_size (self->numbers, kept);
  }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, n_items (self));
  if (!whole)
    start_job (self);
  else
    g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

static void
start_job (DeskLogList *self)
{
  g_clear_pointer (&self->job, desk_log_job_cancel);
  self->job = desk_log_job_start (self->snapshot, self->filter, job_done_cb, self);
}

static void
refilter (DeskLogList *self)
{
  guint before = n_items (self);

  g_clear_pointer (&self->job, desk_log_job_cancel);
  if (!desk_log_filter_is_open (self->filter))
    {
      /* Until the job is done the old rows stay in sight. */
      start_job (self);
      return;
    }
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->ids, g_free);
  self->n = desk_log_snapshot_get_n (self->snapshot);
  self->given_up = 0;
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, n_items (self));
  g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

void
desk_log_list_set_filter (DeskLogList         *self,
                          const DeskLogFilter *filter)
{
  g_return_if_fail (DESK_IS_LOG_LIST (self));

  desk_log_filter_free (self->filter);
  self->filter = desk_log_filter_copy (filter);
  refilter (self);
}

static void
drop_items (DeskLogList *self)
{
  GHashTableIter iter;
  gpointer item;

  g_hash_table_iter_init (&iter, self->items);
  while (g_hash_table_iter_next (&iter, NULL, &item))
    DESK_LOG_ITEM (item)->list = NULL;
  g_hash_table_remove_all (self->items);
}

static void
leave_store (DeskLogList *self)
{
  g_clear_pointer (&self->job, desk_log_job_cancel);
  if (self->store != NULL)
    g_signal_handlers_disconnect_by_data (self->store, self);
  g_clear_object (&self->store);
}

void
desk_log_list_set_store (DeskLogList  *self,
                         DeskLogStore *store)
{
  guint before;

  g_return_if_fail (DESK_IS_LOG_LIST (self));
  g_return_if_fail (DESK_IS_LOG_STORE (store));

  before = self->snapshot != NULL ? n_items (self) : 0;
  leave_store (self);
  self->store = g_object_ref (store);
  g_signal_connect_swapped (store, "appended", G_CALLBACK (appended_cb), self);
  g_signal_connect_swapped (store, "dropped", G_CALLBACK (dropped_cb), self);
  /* The numbers of another log name other rows. */
  drop_items (self);
  take_snapshot (self);
  self->n = desk_log_snapshot_get_n (self->snapshot);
  self->seen = 0;
  g_clear_pointer (&self->ids, g_free);
  if (self->numbers != NULL)
    {
      g_array_set_size (self->numbers, 0);
        }
  g_list_model_items_changed (G_LIST_MODEL (self), 0, before, n_items (self));
  if (!desk_log_filter_is_open (self->filter))
    refilter (self);
}

gboolean
desk_log_list_is_busy (DeskLogList *self)
{
  g_return_val_if_fail (DESK_IS_LOG_LIST (self), FALSE);

  return self->job != NULL;
}

guint
desk_log_list_get_given_up (DeskLogList *self)
{
  g_return_val_if_fail (DESK_IS_LOG_LIST (self), 0);

  return self->given_up;
}

DeskLogSnapshot *
desk_log_list_get_snapshot (DeskLogList *self)
{
  g_return_val_if_fail (DESK_IS_LOG_LIST (self), NULL);

  return self->snapshot;
}

const DeskLogRow *
desk_log_list_find_row (DeskLogList *self,
                        guint64      number)
{
  guint position;

  g_return_val_if_fail (DESK_IS_LOG_LIST (self), NULL);

  return desk_log_snapshot_find (self->snapshot, number, &position) ? desk_log_snapshot_get (self->snapshot, position) : NULL;
}

guint64
desk_log_list_get_number (DeskLogList *self,
                          guint        position)
{
  g_return_val_if_fail (DESK_IS_LOG_LIST (self), 0);
  g_return_val_if_fail (position < n_items (self), 0);

  return number_at (self, position);
}

const DeskLogRow *
desk_log_list_get_row (DeskLogList *self,
                       guint        position)
{
  g_return_val_if_fail (DESK_IS_LOG_LIST (self), NULL);
  g_return_val_if_fail (position < n_items (self), NULL);

  return self->numbers != NULL ? desk_log_list_find_row (self, number_at (self, position))
                               : desk_log_snapshot_get (self->snapshot, position);
}

gboolean
desk_log_list_find (DeskLogList *self,
                    guint64      number,
                    guint       *position)
{
  guint low = 0, high;

  g_return_val_if_fail (DESK_IS_LOG_LIST (self), FALSE);

  high = n_items (self);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (number_at (self, middle) < number)
        low = middle + 1;
      else
        high = middle;
    }
  *position = low;
  return low < n_items (self) && number_at (self, low) == number;
}

static void
desk_log_list_dispose (GObject *object)
{
  DeskLogList *self = DESK_LOG_LIST (object);

  leave_store (self);
  G_OBJECT_CLASS (desk_log_list_parent_class)->dispose (object);
}

static void
desk_log_list_finalize (GObject *object)
{
  DeskLogList *self = DESK_LOG_LIST (object);

  drop_items (self);
  g_hash_table_unref (self->items);
  g_clear_pointer (&self->numbers, g_array_unref);
  g_clear_pointer (&self->snapshot, desk_log_snapshot_unref);
  desk_log_filter_free (self->filter);
  g_free (self->ids);
  G_OBJECT_CLASS (desk_log_list_parent_class)->finalize (object);
}

static void
desk_log_list_class_init (DeskLogListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_log_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_log_list_finalize;

  signals[SIGNAL_SETTLED] = g_signal_new ("settled", DESK_TYPE_LOG_LIST, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
desk_log_list_init (DeskLogList *self)
{
  self->items = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->filter = g_new0 (DeskLogFilter, 1);
}

DeskLogList *
desk_log_list_new (DeskLogStore *store)
{
  DeskLogList *self = g_object_new (DESK_TYPE_LOG_LIST, NULL);

  desk_log_list_set_store (self, store);
  return self;
}
