/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <math.h>
#include <string.h>

#include "desk-depth-book.h"
#include "desk-queue-book.h"

/* The books by price and by order against slow ones that cannot be wrong. */

static const DeskGrid es = { 0.25, 1, 2, 12.5 };

#define N_PRICES 64

/* A level at every price there is. */
typedef struct
{
  double quantity[2][N_PRICES]; /* 0: none */
  guint  orders[2][N_PRICES];
} Slow;

static double
price_at (guint i)
{
  /* Every eighth lies off the grid. */
  return 5000 + i * 0.25 + (i % 8 == 5 ? 0.1 : 0);
}

static DeskDepthUpdate
update_at (DeskSide      side,
           guint         i,
           double        quantity,
           DeskBatchMark mark)
{
  DeskDepthUpdate update = { .side = side, .price = { price_at (i), TRUE, FALSE }, .quantity = quantity, .orders = i,
                             .gone = quantity <= 0, .mark = mark };

  return update;
}

static void
check_side (const Slow           *slow,
            guint                 side,
            const DeskDepthLevel *levels,
            guint                 n)
{
  guint found = 0;

  for (guint k = 0; k < N_PRICES; k++)
    {
      guint i = side == 0 ? N_PRICES - 1 - k : k;

      if (slow->quantity[side][i] <= 0)
        continue;
      g_assert_cmpuint (found, <, n);
      g_assert_cmpfloat (levels[found].price.display, ==, price_at (i));
      g_assert_cmpint (levels[found].price.kind, ==, i % 8 == 5 ? DESK_PRICE_RAW : DESK_PRICE_TICKS);
      g_assert_cmpfloat (levels[found].quantity, ==, slow->quantity[side][i]);
      g_assert_cmpuint (levels[found].orders, ==, slow->orders[side][i]);
      found++;
    }
  g_assert_cmpuint (found, ==, n);
}

static void
check_book (DeskDepthBook *book,
            const Slow    *slow)
{
  g_autoptr (DeskDepthState) state = desk_depth_book_snapshot (book, "ESZ6", 7);
  DeskDepthLevel best;

  g_assert_cmpstr (state->symbol, ==, "ESZ6");
  g_assert_cmpuint (state->symbol_id, ==, 7);
  check_side (slow, 0, state->bids, state->n_bids);
  check_side (slow, 1, state->asks, state->n_asks);
  g_assert_cmpint (desk_depth_book_best (book, DESK_SIDE_BUY, &best), ==, state->n_bids > 0);
  if (state->n_bids > 0)
    g_assert_cmpfloat (best.price.display, ==, state->bids[0].price.display);
}

static void
slow_take (Slow                  *slow,
           const DeskDepthUpdate *update,
           guint                  i)
{
  guint side = update->side == DESK_SIDE_BUY ? 0 : 1;

  slow->quantity[side][i] = update->gone ? 0 : update->quantity;
  slow->orders[side][i] = update->orders;
}

static void
test_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (42);

  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
      Slow slow = { 0 };
      guint length = (guint) g_rand_int_range (random, 1, 400);

      desk_depth_book_set_grid (book, &es);
      for (guint k = 0; k < length; k++)
        {
          guint i = (guint) g_rand_int_range (random, 0, N_PRICES);
          DeskSide side = g_rand_boolean (random) ? DESK_SIDE_BUY : DESK_SIDE_SELL;
          double quantity = g_rand_int_range (random, -3, 10);
          DeskDepthUpdate update = update_at (side, i, quantity, DESK_BATCH_END);

          g_assert_cmpint (desk_depth_book_take (book, &update), ==, DESK_DEPTH_WHOLE);
          slow_take (&slow, &update, i);
          if (k % 16 == 0)
            check_book (book, &slow);
        }
      check_book (book, &slow);
    }
}

/* A snapshot series replaces everything, wherever it is cut nothing of it may be shown, and updates that come in
 * between do not end it. */
static void
test_series (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (43);

  for (guint cut = 0; cut < 30; cut++)
    {
      g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
      Slow slow = { 0 };
      DeskDepthStep step = DESK_DEPTH_WHOLE;

      desk_depth_book_set_grid (book, &es);
      for (guint i = 0; i < 10; i++)
        {
          DeskDepthUpdate old = update_at (DESK_SIDE_BUY, i + 20, 5, DESK_BATCH_END);

          desk_depth_book_take (book, &old);
        }
      for (guint k = 0; k < 20 && k < cut; k++)
        {
          DeskDepthUpdate update = update_at (k < 10 ? DESK_SIDE_BUY : DESK_SIDE_SELL, k, 1 + k, k == 19 ? DESK_BATCH_END : DESK_BATCH_INSIDE);

          update.snapshot = TRUE;
          update.first = k == 0;
          step = desk_depth_book_take (book, &update);
          slow_take (&slow, &update, k);
          g_assert_cmpint (step, ==, k == 19 ? DESK_DEPTH_WHOLE : DESK_DEPTH_OPEN);
          g_assert_cmpint (desk_depth_book_is_open (book), ==, k != 19);
          if (k != 19 && g_rand_boolean (random))
            {
              DeskDepthUpdate between = update_at (DESK_SIDE_SELL, 40, 9, DESK_BATCH_END);

              g_assert_cmpint (desk_depth_book_take (book, &between), ==, DESK_DEPTH_OPEN);
              slow_take (&slow, &between, 40);
            }
        }
      if (cut >= 20)
        check_book (book, &slow);
      else
        desk_depth_book_reset (book); /* the link is lost */
      g_assert_false (desk_depth_book_is_open (book));
    }
}

static void
test_marks (void)
{
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  DeskDepthUpdate inside = update_at (DESK_SIDE_BUY, 1, 1, DESK_BATCH_INSIDE);
  DeskDepthUpdate unsaid = update_at (DESK_SIDE_BUY, 2, 1, DESK_BATCH_UNSAID);
  DeskDepthUpdate end = update_at (DESK_SIDE_BUY, 3, 1, DESK_BATCH_END);
  DeskDepthUpdate empty = { .snapshot = TRUE, .first = TRUE, .mark = DESK_BATCH_END };
  DeskDepthUpdate unmarked = { .snapshot = TRUE, .side = DESK_SIDE_SELL, .price = { 5001, TRUE, FALSE }, .quantity = 4,
                               .mark = DESK_BATCH_UNSAID };
  g_autoptr (DeskDepthState) state = NULL;

  desk_depth_book_set_grid (book, &es);
  g_assert_cmpint (desk_depth_book_take (book, &unsaid), ==, DESK_DEPTH_UNSAID);
  g_assert_cmpint (desk_depth_book_take (book, &inside), ==, DESK_DEPTH_OPEN);
  g_assert_cmpint (desk_depth_book_take (book, &unsaid), ==, DESK_DEPTH_OPEN);
  g_assert_cmpint (desk_depth_book_take (book, &end), ==, DESK_DEPTH_WHOLE);

  /* An empty book is one message with both marks. */
  g_assert_cmpint (desk_depth_book_take (book, &empty), ==, DESK_DEPTH_WHOLE);
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (state->n_bids + state->n_asks, ==, 0);
  g_clear_pointer (&state, desk_depth_state_unref);

  /* A series without marks: the first clears, the next do not, and time ends it. */
  desk_depth_book_take (book, &end);
  g_assert_cmpint (desk_depth_book_take (book, &unmarked), ==, DESK_DEPTH_UNSAID);
  unmarked.price.value = 5002;
  g_assert_cmpint (desk_depth_book_take (book, &unmarked), ==, DESK_DEPTH_UNSAID);
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (state->n_bids, ==, 0);
  g_assert_cmpuint (state->n_asks, ==, 2);
  g_clear_pointer (&state, desk_depth_state_unref);
  desk_depth_book_settle (book);
  desk_depth_book_take (book, &unmarked);
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (state->n_asks, ==, 1);
}

/* More levels than are kept: the best stay, and the state says that there were more. */
static void
test_bound (void)
{
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  g_autoptr (DeskDepthState) state = NULL;

  desk_depth_book_set_grid (book, &es);
  for (guint i = 0; i < DESK_DEPTH_LEVELS_MAX + 500; i++)
    {
      DeskDepthUpdate update = { .side = DESK_SIDE_SELL, .price = { 5000 + ((i * 7919) % (DESK_DEPTH_LEVELS_MAX + 500)) * 0.25, TRUE, FALSE },
                                 .quantity = 1, .mark = DESK_BATCH_END };

      desk_depth_book_take (book, &update);
    }
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (state->n_asks, ==, DESK_DEPTH_LEVELS_MAX);
  g_assert_true (state->truncated);
  for (guint i = 0; i < state->n_asks; i++)
    g_assert_cmpint (state->asks[i].price.ticks, ==, 20000 + (gint64) i);
}

/* A definition that comes after the book: the same levels, read with its tick and multiplier. */
static void
test_regrid (void)
{
  DeskGrid cents = { 0.25, 0.01, 2, 12.5 };
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  g_autoptr (DeskDepthState) before = NULL;
  g_autoptr (DeskDepthState) after = NULL;

  for (guint i = 0; i < 20; i++)
    {
      DeskDepthUpdate update = { .side = i % 2 == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL, .price = { 500000 + i * 25.0, TRUE, FALSE },
                                 .quantity = i + 1, .mark = DESK_BATCH_END };

      desk_depth_book_take (book, &update);
    }
  before = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpint (before->bids[0].price.kind, ==, DESK_PRICE_RAW);
  g_assert_cmpfloat (before->bids[0].price.display, ==, 500450);
  desk_depth_book_set_grid (book, &cents);
  after = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (after->n_bids, ==, 10);
  g_assert_cmpint (after->bids[0].price.kind, ==, DESK_PRICE_TICKS);
  g_assert_cmpfloat (after->bids[0].price.display, ==, 5004.5);
  g_assert_cmpfloat (after->asks[0].price.display, ==, 5000.25);
  g_assert_cmpfloat (after->asks[0].quantity, ==, 2);
}

/* Prices that are none, and levels that are none, are left out. */
static void
test_nonsense (void)
{
  g_autoptr (DeskDepthBook) book = desk_depth_book_new ();
  static const double bad[] = { NAN, INFINITY, -INFINITY, 1e300, 1.1e9 };
  g_autoptr (DeskDepthState) state = NULL;
  DeskDepthUpdate update = update_at (DESK_SIDE_NONE, 1, 1, DESK_BATCH_END);

  desk_depth_book_set_grid (book, &es);
  desk_depth_book_take (book, &update);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      update = update_at (DESK_SIDE_BUY, 1, 1, DESK_BATCH_END);
      update.price.value = bad[i];
      desk_depth_book_take (book, &update);
    }
  update = update_at (DESK_SIDE_BUY, 1, 1, DESK_BATCH_END);
  update.price.set = FALSE;
  desk_depth_book_take (book, &update);
  update = update_at (DESK_SIDE_BUY, 1, 1, DESK_BATCH_END);
  update.quantity = NAN;
  desk_depth_book_take (book, &update);
  state = desk_depth_book_snapshot (book, "ESZ6", 1);
  g_assert_cmpuint (state->n_bids + state->n_asks, ==, 0);
}

/* ---- order by order ---- */

typedef struct
{
  guint64 id;
  guint   side;
  guint   price;
  double  quantity;
} SlowOrder;

/* The slow book is a list in order of arrival. */
static gint
slow_find (const GArray *slow,
           guint64       id)
{
  for (guint i = 0; i < slow->len; i++)
    if (g_array_index (slow, SlowOrder, i).id == id)
      return (gint) i;
  return -1;
}

static void
check_queue_side (const GArray         *slow,
                  guint                 side,
                  const DeskQueueOrder *orders,
                  guint                 n,
                  guint64               own)
{
  guint found = 0;

  for (guint k = 0; k < 16; k++)
    {
      guint price = side == 0 ? 15 - k : k;
      double ahead = 0;
      guint place = 1;

      for (guint i = 0; i < slow->len; i++)
        {
          const SlowOrder *order = &g_array_index (slow, SlowOrder, i);

          if (order->side != side || order->price != price)
            continue;
          g_assert_cmpuint (found, <, n);
          g_assert_cmpuint (orders[found].id, ==, order->id);
          g_assert_cmpfloat (orders[found].quantity, ==, order->quantity);
          g_assert_cmpfloat (orders[found].ahead, ==, ahead);
          g_assert_cmpuint (orders[found].place, ==, place);
          g_assert_cmpint (orders[found].own, ==, order->id == own);
          ahead += order->quantity;
          place++;
          found++;
        }
    }
  g_assert_cmpuint (found, ==, n);
}

static void
test_queue_random (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (44);
  g_autoptr (DeskQueueBook) book = desk_queue_book_new ();
  g_autoptr (GArray) slow = g_array_new (FALSE, FALSE, sizeof (SlowOrder));

  desk_queue_book_set_grid (book, &es);
  for (guint k = 0; k < 20000; k++)
    {
      guint64 id = (guint64) g_rand_int_range (random, 1, 80), prior = id;
      SlowOrder order = { id, (guint) g_rand_int_range (random, 0, 2), (guint) g_rand_int_range (random, 0, 16), g_rand_int_range (random, 1, 9) };
      DeskQueueUpdate update = { .step = (DeskQueueStep) g_rand_int_range (random, 0, 3), .side = order.side == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL,
                                 .price = { 5000 + order.price * 0.25, TRUE, FALSE }, .quantity = order.quantity, .id = id };
      gint at;

      if (update.step == DESK_QUEUE_MODIFY && g_rand_int_range (random, 0, 3) == 0)
        prior = (guint64) g_rand_int_range (random, 1, 80);
      update.prior_id = prior;
      at = slow_find (slow, update.step == DESK_QUEUE_MODIFY ? prior : id);
      if (update.step == DESK_QUEUE_MODIFY && at >= 0 && g_rand_boolean (random))
        {
          /* Less of the same: keeps its place. */
          SlowOrder *there = &g_array_index (slow, SlowOrder, at);

          order = *there;
          order.id = id;
          order.quantity = MAX (1, there->quantity - 1);
          update.side = order.side == 0 ? DESK_SIDE_BUY : DESK_SIDE_SELL;
          update.price.value = 5000 + order.price * 0.25;
          update.quantity = order.quantity;
        }
      g_assert_true (desk_queue_book_take (book, &update));

      if (update.step == DESK_QUEUE_MODIFY && at >= 0 && id == prior && g_array_index (slow, SlowOrder, at).side == order.side
          && g_array_index (slow, SlowOrder, at).price == order.price && order.quantity <= g_array_index (slow, SlowOrder, at).quantity)
        g_array_index (slow, SlowOrder, at).quantity = order.quantity;
      else
        {
          if (at >= 0)
            g_array_remove_index (slow, (guint) at);
          at = slow_find (slow, id);
          if (at >= 0 && update.step != DESK_QUEUE_REMOVE)
            g_array_remove_index (slow, (guint) at);
          if (update.step != DESK_QUEUE_REMOVE)
            g_array_append_val (slow, order);
        }
      if (k % 50 == 0)
        {
          guint64 own = (guint64) g_rand_int_range (random, 1, 80);
          g_autoptr (DeskQueueState) state = desk_queue_book_snapshot (book, "ESZ6", 1, &own, 1);

          check_queue_side (slow, 0, state->bids, state->n_bids, own);
          check_queue_side (slow, 1, state->asks, state->n_asks, own);
        }
    }
}

static void
test_queue_series (void)
{
  g_autoptr (DeskQueueBook) book = desk_queue_book_new ();
  DeskQueueUpdate boundary = { .step = DESK_QUEUE_BOUNDARY };
  DeskQueueUpdate add = { .step = DESK_QUEUE_ADD, .side = DESK_SIDE_BUY, .price = { 5000, TRUE, FALSE }, .quantity = 3, .id = G_MAXUINT64 };
  g_autoptr (DeskQueueState) state = NULL;

  desk_queue_book_set_grid (book, &es);
  g_assert_true (desk_queue_book_take (book, &add));
  g_assert_false (desk_queue_book_take (book, &boundary));
  add.id = 5;
  g_assert_false (desk_queue_book_take (book, &add));
  g_assert_true (desk_queue_book_take (book, &boundary));
  state = desk_queue_book_snapshot (book, "ESZ6", 1, NULL, 0);
  g_assert_cmpuint (state->n_bids, ==, 1);
  g_assert_cmpuint (state->bids[0].id, ==, 5);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/depth-book/random", test_random);
  g_test_add_func ("/core/depth-book/series", test_series);
  g_test_add_func ("/core/depth-book/marks", test_marks);
  g_test_add_func ("/core/depth-book/bound", test_bound);
  g_test_add_func ("/core/depth-book/regrid", test_regrid);
  g_test_add_func ("/core/depth-book/nonsense", test_nonsense);
  g_test_add_func ("/core/queue-book/random", test_queue_random);
  g_test_add_func ("/core/queue-book/series", test_queue_series);
  return g_test_run ();
}
