/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"
#include "engine-world.h"

#include <stdlib.h>
#include <string.h>

/* Random order flow with cuts, silences, crashes and a slow journal. Whatever happens: no command without a committed
 * intent, none twice, the journal's fold is the live book, and what is shown as certain is what the server knows. */

#define SCENARIOS      600  /* of each numbering; as structs a fifth */
#define SCENARIOS_LONG 5000
#define STEPS          40

static gboolean long_form;

/* What has happened, so that a shorter run is seen to have all kinds of it: each at least once in every form. */
typedef enum
{
  KIND_SUBMIT,
  KIND_CANCEL,
  KIND_CHANGE,
  KIND_FILL,
  KIND_SERVER_CANCEL,
  KIND_READ_ONE,
  KIND_READ_ALL,
  KIND_COMMIT_ONE,
  KIND_SLOW_JOURNAL,
  KIND_SLOW_KERNEL,
  KIND_CUT,
  KIND_CONNECT,
  KIND_WAIT,
  KIND_BAD_CONTENT,
  KIND_BAD_JSON,
  KIND_FLATTEN,
  KIND_CANCEL_ALL,
  KIND_SILENCE,
  KIND_BRACKET,
  KIND_PAIR,
  KIND_REVERSE,
  KIND_CRASH,
  KIND_CRASH_LOSING, /* records that were not committed */
  N_KINDS
} Kind;

static const char *const kind_names[N_KINDS] = {
  "submit", "cancel", "change", "fill", "cancel of the server's", "one message read", "all read", "one record committed",
  "journal slow or quick", "kernel slow or quick", "cut", "connect", "wait", "bad content", "bad JSON", "flatten", "cancel all",
  "silence begins or ends", "bracket", "pair", "reverse", "crash", "crash with records lost",
};

static guint kinds[N_KINDS];
static guint ends[DESK_STATUS_NOT_SENT + 1];     /* of orders: as they are shown at the end, … */
static guint certain[DESK_CERTAINTY_EXTERNAL + 1]; /* … and how sure that is */

static char *
describe (DeskTruth *truth)
{
  GString *out = g_string_new (NULL);

  desk_truth_describe (truth, out);
  return g_string_free (out, FALSE);
}

static void
check_fold (World *world)
{
  g_autoptr (DeskTruth) truth = desk_truth_new ();
  g_autofree char *live = describe (world->engine->truth);
  g_autofree char *folded = NULL;
  DeskTruthChanges changes;
  guint i;

  desk_truth_changes_init (&changes);
  for (i = 0; i < world->records->len; i++)
    {
      desk_truth_changes_reset (&changes);
      desk_truth_replay (truth, g_ptr_array_index (world->records, i), &changes);
    }
  desk_truth_changes_clear (&changes);
  folded = describe (truth);
  g_assert_cmpstr (folded, ==, live);
}

/* kill -9: only what was committed is there at the next start. */
static void
crash (World *world)
{
  guint i;

  world->linked = FALSE;
  world->live = FALSE;
  g_queue_clear_full (&world->inbox, message_free);
  g_queue_clear_full (&world->cookies, cookie_free);
  desk_engine_free (world->engine);
  kinds[world->committed < world->appended ? KIND_CRASH_LOSING : KIND_CRASH]++;
  while (world->records->len > 0
         && ((DeskRecord *) g_ptr_array_index (world->records, world->records->len - 1))->seq > world->committed)
    g_ptr_array_remove_index (world->records, world->records->len - 1);
  world->appended = world->committed;
  world->engine = desk_engine_new (&world->config, fake_world (), world);
  for (i = 0; i < world->records->len; i++)
    desk_engine_restore (world->engine, g_ptr_array_index (world->records, i));
  desk_engine_restored (world->engine, world->now);
}

static FakeOrder *
random_at_server (World *world,
                  GRand *rand)
{
  return world->orders->len > 0 ? g_ptr_array_index (world->orders, g_rand_int_range (rand, 0, (gint32) world->orders->len)) : NULL;
}

static const char *
random_id (World *world,
           GRand *rand)
{
  guint n = desk_truth_n_orders (world->engine->truth);

  return n > 0 ? desk_truth_get_order (world->engine->truth, (guint) g_rand_int_range (rand, 0, (gint32) n))->state.client_order_id : NULL;
}

static void
bad_message (World *world,
             GRand *rand)
{
  const char *id = random_id (world, rand);
  g_autofree char *text = NULL;

  if (!world->linked)
    return;
  if (id != NULL && g_rand_boolean (rand))
    {
      kinds[KIND_BAD_CONTENT]++;
      text = g_strdup_printf ("{\"Type\":301,\"ClientOrderID\":\"%s\",\"OrderStatus\":4,\"FilledQuantity\":1.5}", id);
    }
  else
    {
      kinds[KIND_BAD_JSON]++;
      text = g_strdup ("{\"Type\":301,\"ServerOrderID\":");
    }
  world_feed_text (world, text);
}

/* A bracket, a pair, or the position turned round. */
static void
step_together (World *world,
               GRand *rand)
{
  double price = 4900 + 0.25 * g_rand_int_range (rand, 100, 700);
  int quantity = g_rand_int_range (rand, 1, 5);
  gboolean buy = g_rand_boolean (rand);
  g_autofree char *line = NULL;

  switch (g_rand_int_range (rand, 0, 3))
    {
    case 0:
      kinds[KIND_BRACKET]++;
      line = g_strdup_printf ("%s %d ESZ6 limit %.2f %starget %.2f stop %.2f", buy ? "buy" : "sell", quantity, price, "", buy ? price + 5 : price - 5,
                              buy ? price - 5 : price + 5);
      break;
    case 1:
      kinds[KIND_PAIR]++;
      line = g_strdup_printf ("oco %s %d ESZ6 limit %.2f stop %.2f", buy ? "buy" : "sell", quantity, buy ? price - 5 : price + 5,
                              buy ? price + 5 : price - 5);
      break;
    case 2:
    default:
      kinds[KIND_REVERSE]++;
      line = g_strdup ("reverse ESZ6");
      break;
    }
  world_line (world, line);
}

static void
step (World *world,
      GRand *rand)
{
  FakeOrder *order = random_at_server (world, rand);
  const char *id = random_id (world, rand);

  switch (g_rand_int_range (rand, 0, 28))
    {
    case 0:
    case 1:
    case 2:
    case 3:
      kinds[KIND_SUBMIT]++;
      world_submit (world, g_rand_boolean (rand) ? DESK_SIDE_BUY : DESK_SIDE_SELL, g_rand_int_range (rand, 1, 5),
                    4900 + 0.25 * g_rand_int_range (rand, 0, 800));
      break;
    case 4:
    case 5:
      kinds[KIND_CANCEL] += id != NULL;
      if (id != NULL)
        world_command (world, DESK_COMMAND_CANCEL, id);
      break;
    case 6:
      kinds[KIND_CHANGE] += id != NULL;
      if (id != NULL)
        world_modify (world, id, g_rand_boolean (rand), 4900 + 0.25 * g_rand_int_range (rand, 0, 800), g_rand_int_range (rand, 0, 6));
      break;
    case 7:
    case 8:
    case 9:
      if (order != NULL && server_is_open (order) && order->status != DTC_ORDER_STATUS_PENDING_CHILD && order->filled < order->quantity)
        {
          kinds[KIND_FILL]++;
          server_fill (world, order, g_rand_int_range (rand, 1, (gint32) (order->quantity - order->filled) + 1), order->price1);
        }
      break;
    case 10:
      if (order != NULL && server_is_open (order))
        {
          kinds[KIND_SERVER_CANCEL]++;
          server_cancel (world, order);
        }
      break;
    case 11:
    case 12:
    case 13:
      kinds[KIND_READ_ONE]++;
      world_read_one (world);
      break;
    case 14:
    case 15:
      kinds[KIND_READ_ALL]++;
      world_run (world);
      break;
    case 16:
      if (world->committed < world->appended)
        {
          kinds[KIND_COMMIT_ONE]++;
          world_commit (world, world->committed + 1);
        }
      break;
    case 17:
      kinds[KIND_SLOW_JOURNAL]++;
      world->hold = !world->hold;
      break;
    case 18:
      kinds[KIND_SLOW_KERNEL]++;
      world->hold_kernel = !world->hold_kernel;
      world->cut_after = g_rand_boolean (rand) ? (gsize) g_rand_int_range (rand, 0, 300) : 0;
      break;
    case 19:
      kinds[KIND_CUT] += world->linked;
      world_cut (world);
      break;
    case 20:
    case 21:
      kinds[KIND_CONNECT] += !world->linked;
      if (!world->linked)
        world_connect (world);
      break;
    case 22:
      kinds[KIND_WAIT]++;
      world_pass (world, g_rand_int_range (rand, 1, 7000) * 1000);
      break;
    case 23:
      if (g_rand_int_range (rand, 0, 4) == 0)
        bad_message (world, rand);
      else if (g_rand_int_range (rand, 0, 4) == 0)
        {
          gboolean flatten = g_rand_boolean (rand);

          kinds[flatten ? KIND_FLATTEN : KIND_CANCEL_ALL]++;
          world_command (world, flatten ? DESK_COMMAND_FLATTEN : DESK_COMMAND_CANCEL_ALL, NULL);
        }
      break;
    case 24:
      kinds[KIND_SILENCE]++;
      world->silent = !world->silent;
      break;
    case 26:
    case 27:
      step_together (world, rand);
      break;
    case 25:
    default:
      if (g_rand_int_range (rand, 0, 3) == 0)
        crash (world);
      break;
    }
}

static void
check_server (World *world)
{
  GHashTableIter iter;
  gpointer key, value;
  guint i;

  g_hash_table_iter_init (&iter, world->seen);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_assert_cmpuint (GPOINTER_TO_UINT (value), ==, 1);
  g_assert_cmpuint (world->n_early, ==, 0);

  for (i = 0; i < world->orders->len; i++)
    {
      const FakeOrder *order = g_ptr_array_index (world->orders, i);
      const DeskTruthOrder *ours = desk_truth_find_client (world->engine->truth, order->client_id);
      gboolean open = server_is_open (order) || order->status == DTC_ORDER_STATUS_PENDING_OPEN;

      g_assert_nonnull (ours);
      g_test_message ("%s is %s, certainty %s, booked %" G_GINT64_FORMAT "; the server has status %d, filled %" G_GINT64_FORMAT,
                      order->client_id, desk_status_nick (ours->state.status), desk_certainty_nick (ours->state.certainty), ours->booked,
                      order->status, order->filled);
      ends[ours->state.status]++;
      certain[ours->state.certainty]++;
      if (ours->state.status == DESK_STATUS_FILLED)
        g_assert_cmpint (order->status, ==, DTC_ORDER_STATUS_FILLED);
      else if (ours->state.status == DESK_STATUS_CANCELLED)
        g_assert_cmpint (order->status, ==, DTC_ORDER_STATUS_CANCELED);
      else if (ours->state.status == DESK_STATUS_REJECTED)
        g_assert_cmpint (order->status, ==, DTC_ORDER_STATUS_REJECTED);
      else if (ours->state.certainty == DESK_CERTAINTY_FRESH)
        g_assert_true (open);
      g_assert_cmpint (ours->state.status, !=, DESK_STATUS_NOT_SENT);
      /* An entry whose exits were cut off is held, and listed to nobody. */
      if (order->is_parent && order->status == DTC_ORDER_STATUS_PENDING_OPEN)
        continue;
      /* With a question for open orders nothing stays open to doubt once the server is quiet and answers. */
      if (open)
        {
          g_assert_cmpint (ours->state.certainty, ==, DESK_CERTAINTY_FRESH);
          g_assert_cmpint (ours->state.quantity, ==, order->quantity);
          g_assert_cmpint (ours->booked, ==, order->filled);
        }
      else if (!ours->answered) /* fills carry no id of ours: the hole that only a person can close */
        g_assert_true (ours->state.certainty == DESK_CERTAINTY_UNKNOWN || ours->state.certainty == DESK_CERTAINTY_PROBABLE
                       || ours->state.status == DESK_STATUS_NOT_AT_SERVER);
      else if (order->status == DTC_ORDER_STATUS_FILLED && order->quantity != ours->state.quantity)
        g_assert_cmpint (ours->booked, ==, order->filled); /* its pair has made it smaller while nobody was there to be told */
      else if (order->status == DTC_ORDER_STATUS_FILLED
               && (ours->state.status == DESK_STATUS_NOT_AT_SERVER || ours->state.status == DESK_STATUS_UNKNOWN))
        {
          /* It could have become more, by a change that nobody answered or with its entry, and ended with a rest. */
          g_assert_cmpint (ours->booked, ==, order->filled);
          g_assert_true (desk_truth_may_have_grown (world->engine->truth, ours));
        }
      else if (order->status == DTC_ORDER_STATUS_FILLED)
        g_assert_cmpint (ours->state.status, ==, DESK_STATUS_FILLED);
      else
        g_assert_true (desk_status_is_final (ours->state.status) || ours->state.certainty == DESK_CERTAINTY_UNKNOWN);
      if (ours->state.certainty == DESK_CERTAINTY_FRESH)
        g_assert_cmpint (ours->booked, ==, order->filled);
    }
}

/* What is shown as the worst case is never less than what the server could fill. */
static void
check_worst (World *world)
{
  gint64 worst_long = world_position (world, WORLD_SYMBOL), worst_short = worst_long;
  const DeskPositionState *shown = NULL;
  guint i;

  for (i = 0; i < world->orders->len; i++)
    {
      const FakeOrder *order = g_ptr_array_index (world->orders, i);
      const FakeOrder *sibling = order->sibling[0] != '\0' ? server_find (world, order->sibling) : NULL;
      gint64 left = order->quantity - order->filled;

      if (!server_is_open (order) || order->status == DTC_ORDER_STATUS_PENDING_CHILD)
        continue;
      /* Of a pair the second counts with what it has more. */
      if (sibling != NULL && server_is_open (sibling) && atoi (sibling->server_id + 1) < atoi (order->server_id + 1))
        left = MAX (left - (sibling->quantity - sibling->filled), 0);
      worst_long += order->side == DTC_BUY ? left : 0;
      worst_short -= order->side == DTC_SELL ? left : 0;
    }
  for (i = world->events->len; i > 0 && shown == NULL; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_POSITION && strcmp (event->position.symbol, WORLD_SYMBOL) == 0)
        shown = &event->position;
    }
  if (shown == NULL)
    {
      g_assert_cmpint (worst_long, ==, 0);
      g_assert_cmpint (worst_short, ==, 0);
      return;
    }
  g_assert_cmpint (shown->worst_long, >=, worst_long);
  g_assert_cmpint (shown->worst_short, <=, worst_short);
}

static void
scenario (gconstpointer form,
          guint32       seed)
{
  World *world = world_new_form (form);
  GRand *rand = g_rand_new_with_seed (seed);
  guint i;

  g_test_message ("seed %u", seed);
  world->multiplier = seed % 2 == 0 ? 1 : 0.01;
  desk_engine_restored (world->engine, world->now);
  world_connect (world);
  world_run (world);
  for (i = 0; i < STEPS; i++)
    {
      step (world, rand);
      if (g_getenv ("SCENARIO") != NULL)
        {
          g_autofree char *text = describe (world->engine->truth);

          g_test_message ("step %u, round %d, link %d\n%s", i, world->engine->round, world->engine->link, text);
        }
      if (i % 8 == 7)
        check_fold (world);
    }
  /* Quiet at last: everything is answered, everything is asked. */
  world->hold = FALSE;
  world->hold_kernel = FALSE;
  world->silent = FALSE;
  world_run (world);
  world_cut (world);
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_pass (world, 40 * G_USEC_PER_SEC);
  g_assert_true (world->live);
  check_fold (world);
  check_server (world);
  check_worst (world);
  g_rand_free (rand);
  world_free (world);
}

static void
test_random (gconstpointer data)
{
  guint32 i, n = long_form ? SCENARIOS_LONG : SCENARIOS;
  const char *one = g_getenv ("SCENARIO");

  if (one != NULL)
    {
      scenario (data, (guint32) g_ascii_strtoull (one, NULL, 10));
      return;
    }
  if (world_forms[GPOINTER_TO_UINT (data)].encoding < DTC_ENCODING_JSON)
    n = long_form ? n / 10 : n / 5;
  for (i = 0; i < n; i++)
    scenario (data, i);
}

static void
count_kind (const char *what,
            const char *name,
            guint       count,
            gboolean    must)
{
  g_test_message ("%s %s: %u", what, name, count);
  if (must && count == 0)
    g_error ("%s: %s has not happened", what, name);
}

/* After the others. How an order ends here: unknown and probable are told apart by certainty alone. */
static void
test_kinds (void)
{
  static const guint must_end = 1u << DESK_STATUS_WORKING | 1u << DESK_STATUS_HELD_BY_PARENT | 1u << DESK_STATUS_PART_FILLED
                                | 1u << DESK_STATUS_FILLED | 1u << DESK_STATUS_CANCELLED | 1u << DESK_STATUS_NOT_AT_SERVER
                                | 1u << DESK_STATUS_UNKNOWN;
  static const guint must_be = 1u << DESK_CERTAINTY_FRESH | 1u << DESK_CERTAINTY_PROBABLE | 1u << DESK_CERTAINTY_GONE
                               | 1u << DESK_CERTAINTY_NO_TRACE;
  guint i;

  if (g_getenv ("SCENARIO") != NULL || kinds[KIND_SUBMIT] == 0)
    {
      g_test_skip ("the scenarios were not all played");
      return;
    }
  for (i = 0; i < N_KINDS; i++)
    count_kind ("step", kind_names[i], kinds[i], TRUE);
  for (i = 0; i < G_N_ELEMENTS (ends); i++)
    count_kind ("end", desk_status_nick ((DeskStatus) i), ends[i], (must_end >> i & 1) != 0);
  for (i = 0; i < G_N_ELEMENTS (certain); i++)
    count_kind ("certainty", desk_certainty_nick ((DeskCertainty) i), certain[i], (must_be >> i & 1) != 0);
}

int
main (int    argc,
      char **argv)
{
  guint form;
  int i;

  g_test_init (&argc, &argv, NULL);
  for (i = 1; i < argc; i++)
    long_form = long_form || strcmp (argv[i], "--long") == 0;
  for (form = 0; form < G_N_ELEMENTS (world_forms); form++)
    {
      g_autofree char *path = g_strconcat ("/core/engine/random/", world_forms[form].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (form), test_random);
    }
  g_test_add_func ("/core/engine/random/kinds", test_kinds);
  return g_test_run ();
}
