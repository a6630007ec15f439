/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-compare.h"

#include <string.h>

/* Messages of one order that are aligned; what is more is taken as it comes. */
#define MAX_ALIGNED 1000

typedef struct
{
  char   *words;
  guint64 number;
  gint64  mono;
} Message;

typedef struct
{
  char      *id;
  char      *symbol;
  GPtrArray *messages; /* Message */
} Order;

static void
message_free (gpointer data)
{
  Message *message = data;

  g_free (message->words);
  g_free (message);
}

static void
order_free (gpointer data)
{
  Order *order = data;

  g_free (order->id);
  g_free (order->symbol);
  g_ptr_array_unref (order->messages);
  g_free (order);
}

static void
step_free (gpointer data)
{
  DeskLogStep *step = data;

  g_free (step->words);
  g_free (step);
}

static void
pair_free (gpointer data)
{
  DeskLogOrderPair *pair = data;

  g_free (pair->id);
  g_free (pair->symbol);
  g_ptr_array_unref (pair->steps);
  g_free (pair);
}

/* What two sessions can have in common: who said what of the order, not when and under which number of the server. */
static char *
words_of (const DeskLogRow *row)
{
  const DtcMessageDesc *desc = dtc_message_desc (DTC_MSG_ORDER_UPDATE);
  const char *status = NULL;

  if (row->type == DTC_MSG_ORDER_UPDATE && row->status != DESK_LOG_NO_STATUS)
    status = dtc_enum_name (desc->fields[DTC_ORDER_UPDATE_F_ORDER_STATUS].enumeration, row->status);
  if (status != NULL && g_str_has_prefix (status, "ORDER_STATUS_"))
    status += strlen ("ORDER_STATUS_");
  return g_strdup_printf ("%s %s%s%s", row->direction == DTC_WIRE_SENT ? "→" : "←", desk_log_row_name (row),
                          status != NULL ? " " : "", status != NULL ? status : "");
}

static void
add_message (GHashTable       *orders,
             GPtrArray        *sequence,
             DeskLogSnapshot  *snapshot,
             const DeskLogRow *row,
             guint32           id)
{
  const char *name = desk_log_snapshot_string (snapshot, id);
  Order *order = g_hash_table_lookup (orders, name);
  Message *message = g_new0 (Message, 1);

  if (order == NULL)
    {
      order = g_new0 (Order, 1);
      order->id = g_strdup (name);
      order->messages = g_ptr_array_new_with_free_func (message_free);
      g_hash_table_insert (orders, order->id, order);
      g_ptr_array_add (sequence, order);
    }
  if (order->symbol == NULL && row->symbol != 0)
    order->symbol = g_strdup (desk_log_snapshot_string (snapshot, row->symbol));
  message->words = words_of (row);
  message->number = row->number;
  message->mono = row->mono;
  g_ptr_array_add (order->messages, message);
}

/* The orders of a log in the order of their first message; @sequence owns them. A server's id leads to the client's once
 * both have stood in one message. */
static GHashTable *
collect (DeskLogSnapshot *snapshot,
         GPtrArray       *sequence)
{
  GHashTable *orders = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) clients = g_hash_table_new (NULL, NULL); /* server's id -> client's */
  guint n = desk_log_snapshot_get_n (snapshot);

  for (guint round = 0; round < 2; round++)
    for (guint at = 0; at < n;)
      {
        guint run;
        const DeskLogRow *rows = desk_log_snapshot_get_run (snapshot, at, &run);

        for (guint i = 0; i < run; i++)
          {
            const DeskLogRow *row = &rows[i];
            guint32 id = row->client;

            if (row->client == DESK_LOG_TOO_MANY || row->server == DESK_LOG_TOO_MANY)
              continue;
            if (round == 0)
              {
                if (row->client != 0 && row->server != 0)
                  g_hash_table_insert (clients, GUINT_TO_POINTER (row->server), GUINT_TO_POINTER (row->client));
                continue;
              }
            if (id == 0 && row->server != 0)
              {
                id = GPOINTER_TO_UINT (g_hash_table_lookup (clients, GUINT_TO_POINTER (row->server)));
                if (id == 0)
                  id = row->server;
              }
            if (id != 0)
              add_message (orders, sequence, snapshot, row, id);
            if (row->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER && row->other != 0 && row->other != DESK_LOG_TOO_MANY)
              add_message (orders, sequence, snapshot, row, row->other);
          }
        at += run;
      }
  return orders;
}

static void
add_step (DeskLogOrderPair *pair,
          DeskLogStepKind   kind,
          const Message    *left,
          const Message    *right,
          gint64            left_begin,
          gint64            right_begin)
{
  DeskLogStep *step = g_new0 (DeskLogStep, 1);

  step->kind = kind;
  step->words = g_strdup (left != NULL ? left->words : right->words);
  if (left != NULL)
    {
      step->left = left->number;
      step->left_after = left->mono - left_begin;
      pair->n_left += right == NULL ? 1 : 0;
    }
  if (right != NULL)
    {
      step->right = right->number;
      step->right_after = right->mono - right_begin;
      pair->n_right += left == NULL ? 1 : 0;
    }
  pair->n_same += left != NULL && right != NULL ? 1 : 0;
  g_ptr_array_add (pair->steps, step);
}

/* The longest sequence that both have, and what stands between. */
static DeskLogOrderPair *
align (const Order *left,
       const Order *right)
{
  DeskLogOrderPair *pair = g_new0 (DeskLogOrderPair, 1);
  Message **a = left != NULL ? (Message **) left->messages->pdata : NULL;
  Message **b = right != NULL ? (Message **) right->messages->pdata : NULL;
  guint n = left != NULL ? left->messages->len : 0, m = right != NULL ? right->messages->len : 0;
  guint ns = MIN (n, MAX_ALIGNED), ms = MIN (m, MAX_ALIGNED);
  g_autofree guint16 *best = g_new0 (guint16, (gsize) (ns + 1) * (ms + 1));
  gint64 begin_a = n > 0 ? a[0]->mono : 0, begin_b = m > 0 ? b[0]->mono : 0;
  guint i = 0, k = 0;

#define BEST(x, y) best[(gsize) (x) * (ms + 1) + (y)]
  for (guint x = ns; x-- > 0;)
    for (guint y = ms; y-- > 0;)
      BEST (x, y) = strcmp (a[x]->words, b[y]->words) == 0 ? (guint16) (BEST (x + 1, y + 1) + 1)
                                                           : MAX (BEST (x + 1, y), BEST (x, y + 1));
  pair->id = g_strdup (left != NULL ? left->id : right->id);
  pair->symbol = g_strdup (left != NULL && left->symbol != NULL ? left->symbol : right != NULL ? right->symbol : NULL);
  pair->steps = g_ptr_array_new_with_free_func (step_free);
  while (i < ns && k < ms)
    {
      if (strcmp (a[i]->words, b[k]->words) == 0)
        {
          add_step (pair, DESK_LOG_STEP_SAME, a[i], b[k], begin_a, begin_b);
          i++;
          k++;
        }
      else if (BEST (i + 1, k) >= BEST (i, k + 1))
        add_step (pair, DESK_LOG_STEP_LEFT, a[i++], NULL, begin_a, begin_b);
      else
        add_step (pair, DESK_LOG_STEP_RIGHT, NULL, b[k++], begin_a, begin_b);
    }
#undef BEST
  while (i < n)
    add_step (pair, DESK_LOG_STEP_LEFT, a[i++], NULL, begin_a, begin_b);
  while (k < m)
    add_step (pair, DESK_LOG_STEP_RIGHT, NULL, b[k++], begin_a, begin_b);
  return pair;
}

GPtrArray *
desk_log_compare (DeskLogSnapshot *left,
                  DeskLogSnapshot *right)
{
  g_autoptr (GPtrArray) left_orders = g_ptr_array_new_with_free_func (order_free);
  g_autoptr (GPtrArray) right_orders = g_ptr_array_new_with_free_func (order_free);
  g_autoptr (GHashTable) left_ids = collect (left, left_orders);
  g_autoptr (GHashTable) right_ids = collect (right, right_orders);
  g_autoptr (GPtrArray) same = g_ptr_array_new ();
  GPtrArray *pairs = g_ptr_array_new_with_free_func (pair_free);

  for (guint i = 0; i < left_orders->len + right_orders->len; i++)
    {
      const Order *one = i < left_orders->len ? left_orders->pdata[i] : NULL;
      const Order *two = one != NULL ? g_hash_table_lookup (right_ids, one->id) : right_orders->pdata[i - left_orders->len];
      DeskLogOrderPair *pair;

      if (one == NULL && g_hash_table_contains (left_ids, two->id))
        continue;
      pair = align (one, two);
      g_ptr_array_add (pair->n_left + pair->n_right > 0 ? pairs : same, pair);
    }
  for (guint i = 0; i < same->len; i++)
    g_ptr_array_add (pairs, same->pdata[i]);
  return pairs;
}
