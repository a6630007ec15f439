/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "desk-rows-private.h"

/* An observer that keeps a copy of the list by following "items-changed" alone. */
typedef struct
{
  GPtrArray *copy;
  guint      n_signals;
  GHashTable *changed; /* row -> times it said so */
} Observer;

static void
row_changed_cb (gpointer  row,
                Observer *observer)
{
  guint times = GPOINTER_TO_UINT (g_hash_table_lookup (observer->changed, row));

  g_hash_table_insert (observer->changed, row, GUINT_TO_POINTER (times + 1));
}

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  Observer   *observer)
{
  observer->n_signals++;
  g_assert_cmpuint (removed + added, >, 0);
  g_assert_cmpuint (position + removed, <=, observer->copy->len);
  if (removed > 0)
    g_ptr_array_remove_range (observer->copy, position, removed);
  for (guint i = 0; i < added; i++)
    {
      gpointer row = g_list_model_get_item (model, position + i);

      g_assert_nonnull (row);
      g_signal_connect (row, "changed", G_CALLBACK (row_changed_cb), observer);
      g_ptr_array_insert (observer->copy, position + i, row);
    }
  g_assert_cmpuint (observer->copy->len, ==, g_list_model_get_n_items (model));
}

static void
observer_init (Observer       *observer,
               DeskKeyedStore *store)
{
  observer->copy = g_ptr_array_new_with_free_func (g_object_unref);
  observer->n_signals = 0;
  observer->changed = g_hash_table_new (NULL, NULL);
  g_signal_connect (store, "items-changed", G_CALLBACK (items_changed_cb), observer);
}

static void
observer_clear (Observer       *observer,
                DeskKeyedStore *store)
{
  g_signal_handlers_disconnect_by_data (store, observer);
  for (guint i = 0; i < observer->copy->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (observer->copy, i), observer);
  g_ptr_array_unref (observer->copy);
  g_hash_table_unref (observer->changed);
}

/* Random adds, changes, removals and flushes against a plain array that does the same. */
static void
test_model (void)
{
  for (guint round = 0; round < 50; round++)
    {
      g_autoptr (DeskKeyedStore) store = desk_orders_store_new ();
      g_autoptr (GArray) listed = g_array_new (FALSE, FALSE, sizeof (guint64));
      g_autoptr (GArray) gathered = g_array_new (FALSE, FALSE, sizeof (guint64));
      Observer observer;
      guint64 next_key = 1;

      observer_init (&observer, store);
      for (guint step = 0; step < 300; step++)
        {
          guint signals = observer.n_signals;
          guint choice = (guint) g_test_rand_int_range (0, 10);

          if (choice < 5)
            {
              DeskOrderState state = { 0 };

              state.key = next_key++;
              desk_keyed_store_add (store, desk_order_new (&state));
              g_array_append_val (gathered, state.key);
              g_assert_cmpuint (observer.n_signals, ==, signals);
            }
          else if (choice < 7)
            {
              guint64 key = (guint64) g_test_rand_int_range (1, (gint32) next_key + 2);
              gboolean was_listed = FALSE, was_gathered = FALSE;

              for (guint i = 0; i < listed->len; i++)
                {
                  if (g_array_index (listed, guint64, i) == key)
                    {
                      g_array_remove_index (listed, i);
                      was_listed = TRUE;
                      break;
                    }
                }
              for (guint i = 0; i < gathered->len; i++)
                {
                  if (g_array_index (gathered, guint64, i) == key)
                    {
                      g_array_remove_index (gathered, i);
                      was_gathered = TRUE;
                      break;
                    }
                }
              g_assert_cmpint (desk_keyed_store_remove (store, &key), ==, was_listed || was_gathered);
              g_assert_cmpuint (observer.n_signals, ==, signals + (was_listed ? 1 : 0));
              g_assert_null (desk_keyed_store_lookup (store, &key));
            }
          else
            {
              guint expected = gathered->len > 0 ? 1 : 0;

              desk_keyed_store_flush (store);
              g_array_append_vals (listed, gathered->data, gathered->len);
              g_array_set_size (gathered, 0);
              g_assert_cmpuint (observer.n_signals, ==, signals + expected);
            }

          g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (store)), ==, listed->len);
          g_assert_cmpuint (observer.copy->len, ==, listed->len);
          for (guint i = 0; i < listed->len; i++)
            {
              guint64 key = g_array_index (listed, guint64, i);
              g_autoptr (DeskOrder) row = g_list_model_get_item (G_LIST_MODEL (store), i);

              g_assert_cmpuint (desk_order_get_state (row)->key, ==, key);
              g_assert_true (g_ptr_array_index (observer.copy, i) == row);
              g_assert_true (desk_keyed_store_lookup (store, &key) == row);
            }
          for (guint i = 0; i < gathered->len; i++)
            g_assert_nonnull (desk_keyed_store_lookup (store, &g_array_index (gathered, guint64, i)));
          g_assert_null (g_list_model_get_item (G_LIST_MODEL (store), listed->len));
        }
      observer_clear (&observer, store);
    }
}

/* One member of DeskOrderState after the other: a change is seen, the same again is none, garbage behind a text's
 * end is none. */
static void
test_difference (void)
{
  g_autoptr (DeskOrder) row = NULL;
  DeskOrderState state = { 0 };

  state.average_price = NAN;
  row = desk_order_new (&state);
  g_assert_false (desk_order_set_state (row, &state));

#define DIFFERS(assignment)                                                                                         \
  G_STMT_START                                                                                                      \
  {                                                                                                                 \
    assignment;                                                                                                     \
    g_assert_true (desk_order_set_state (row, &state));                                                             \
    g_assert_false (desk_order_set_state (row, &state));                                                            \
  }                                                                                                                 \
  G_STMT_END

  DIFFERS (state.epoch = 2);
  DIFFERS (g_strlcpy (state.client_order_id, "A-1", sizeof (state.client_order_id)));
  DIFFERS (g_strlcpy (state.server_order_id, "77", sizeof (state.server_order_id)));
  DIFFERS (g_strlcpy (state.account, "SIM1", sizeof (state.account)));
  DIFFERS (g_strlcpy (state.symbol, "ESZ6", sizeof (state.symbol)));
  DIFFERS (state.side = DESK_SIDE_SELL);
  DIFFERS (state.type = DESK_ORDER_TYPE_LIMIT);
  DIFFERS (state.tif = DESK_TIF_GTC);
  DIFFERS (state.good_till = 1);
  DIFFERS (state.price.ticks = 1);
  DIFFERS (state.price.kind = DESK_PRICE_RAW);
  DIFFERS (state.price2.display = 0.25);
  DIFFERS (state.quantity = 2);
  DIFFERS (state.filled = 1);
  DIFFERS (state.remaining = 1);
  DIFFERS (state.average_price = 5000.25);
  DIFFERS (state.average_price = NAN);
  DIFFERS (state.status = DESK_STATUS_FILLED);
  DIFFERS (state.certainty = DESK_CERTAINTY_STALE);
  DIFFERS (state.reason = DESK_REASON_LINK_LOST);
  DIFFERS (state.text = g_ref_string_new ("first"));
  g_ref_string_release (state.text);
  DIFFERS (state.text = g_ref_string_new ("second"));
  DIFFERS (state.cancel = DESK_OVERLAY_SENT);
  DIFFERS (state.change = DESK_OVERLAY_SENT);
  DIFFERS (state.asked_price.ticks = 3);
  DIFFERS (state.asked_price2.ticks = 3);
  DIFFERS (state.asked_quantity = 4);
  DIFFERS (state.source = DESK_SOURCE_SCRIPT);
  DIFFERS (state.automated = TRUE);
  DIFFERS (state.held_here = TRUE);
  DIFFERS (state.created = 5);
  DIFFERS (state.sent = 5);
  DIFFERS (state.acked = 5);
  DIFFERS (state.changed = 5);
  DIFFERS (state.as_of = 5);
  DIFFERS (state.ack_usec = 5);
  DIFFERS (state.journal_usec = 5);
  DIFFERS (state.wire_usec = 5);
  DIFFERS (state.fill_usec = 5);
  DIFFERS (state.cancel_usec = 5);
  DIFFERS (state.grid.tick = 0.25);
#undef DIFFERS

  state.symbol[6] = 'x';
  g_assert_false (desk_order_set_state (row, &state));
  g_assert_cmpstr (desk_order_get_state (row)->text, ==, "second");
  g_ref_string_release (state.text);
}

static void
test_positions (void)
{
  g_autoptr (DeskKeyedStore) store = desk_positions_store_new ();
  DeskPositionState state = { 0 };
  DeskPosition *row;

  g_strlcpy (state.account, "SIM1", sizeof (state.account));
  g_strlcpy (state.symbol, "ESZ6", sizeof (state.symbol));
  row = desk_position_new (&state);
  desk_keyed_store_add (store, row);
  g_strlcpy (state.account, "SIM2", sizeof (state.account));
  g_assert_null (desk_keyed_store_lookup (store, &state));
  desk_keyed_store_add (store, desk_position_new (&state));
  g_strlcpy (state.account, "SIM1", sizeof (state.account));
  state.quantity = 3;
  g_assert_true (desk_keyed_store_lookup (store, &state) == row);
  g_assert_true (desk_position_set_state (row, &state));
  g_assert_true (desk_keyed_store_lookup (store, &state) == row);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/keyed-store/model", test_model);
  g_test_add_func ("/core/keyed-store/difference", test_difference);
  g_test_add_func ("/core/keyed-store/positions", test_positions);
  return g_test_run ();
}
