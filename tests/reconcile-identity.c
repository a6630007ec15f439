/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "reconcile-fixture.h"

#include "desk-order-id.h"

/* Another server, another list of accounts, a second copy of ourselves: nothing new is risked before a person has said
 * that it is right; what is there can be ended all the same. */

static void
assert_stopped (Fixture    *f,
                const char *notice)
{
  World *world = f->world;
  guint n = world_count (world, DESK_EVENT_DENIED, "TRADING_OFF");
  guint written = world->written->len;

  g_assert_cmpuint (world_count (world, DESK_EVENT_NOTICE, notice), ==, 1);
  g_assert_false (world->engine->armed);
  world_place (world, DESK_SIDE_BUY, 1, 4970);
  g_assert_cmpuint (world_count (world, DESK_EVENT_DENIED, "TRADING_OFF"), ==, n + 1);
  g_assert_cmpuint (world->written->len, ==, written);
  world_command (world, DESK_COMMAND_CANCEL, f->id);
  world_run (world);
  g_assert_cmpint (world_shown (world, f->id)->status, ==, DESK_STATUS_CANCELLED);
  world_command (world, DESK_COMMAND_ARM, NULL);
  world_place (world, DESK_SIDE_BUY, 1, 4970);
  g_assert_cmpuint (world->written->len, ==, written + 2);
}

static void
test_renamed (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  back (&f);
  g_assert_true (f.world->engine->armed);
  away (&f);
  f.world->name = "somebody else";
  back (&f);
  assert_stopped (&f, "SERVER_CHANGED");
  /* It was said to be right: the next connection needs no word. */
  away (&f);
  back (&f);
  g_assert_true (f.world->engine->armed);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "SERVER_CHANGED"), ==, 1);
  /* The first one is a change now. */
  away (&f);
  f.world->name = NULL;
  back (&f);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "SERVER_CHANGED"), ==, 2);
  world_free (f.world);
}

static void
test_accounts (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  f.world->second_account = "SIM2";
  back (&f);
  assert_stopped (&f, "SERVER_CHANGED");
  world_free (f.world);
}

static void
test_configured_account (void)
{
  Fixture f;

  fixture_init (&f);
  away (&f);
  g_strlcpy (f.world->engine->config.account, "GONE", sizeof f.world->engine->config.account);
  g_strlcpy (f.world->engine->account, "GONE", sizeof f.world->engine->account);
  back (&f);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "ACCOUNT_MISSING"), ==, 1);
  world_place (f.world, DESK_SIDE_BUY, 1, 4970);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_DENIED, "ACCOUNT"), ==, 1);
  g_assert_cmpuint (f.world->written->len, ==, 1);
  world_free (f.world);
}

/* Our own name, with a number that we have not given: on a link that lives, and in a list. */
static void
test_copy (gconstpointer listed)
{
  Fixture f;
  FakeOrder *foreign;

  fixture_init (&f);
  foreign = g_memdup2 (f.at_server, sizeof *f.at_server);
  g_strlcpy (foreign->server_id, "X1", sizeof foreign->server_id);
  g_assert_true (desk_order_id_format (f.world->config.install, 1, 4711, foreign->client_id));
  g_ptr_array_add (f.world->orders, foreign);
  if (listed)
    {
      away (&f);
      back (&f);
    }
  else
    {
      server_say (f.world, server_update (f.world, foreign, DTC_NEW_ORDER_ACCEPTED, NULL));
      world_run (f.world);
    }
  assert_stopped (&f, "ANOTHER_COPY");
  g_assert_cmpint (foreign->status, ==, DTC_ORDER_STATUS_OPEN);
  away (&f);
  back (&f);
  g_assert_cmpuint (world_count (f.world, DESK_EVENT_NOTICE, "ANOTHER_COPY"), ==, 1);
  g_assert_true (f.world->engine->armed);
  world_free (f.world);
}

/* An order of another installation is somebody else's order, and no more. */
static void
test_other_client (void)
{
  Fixture f;
  FakeOrder *foreign;

  fixture_init (&f);
  foreign = g_memdup2 (f.at_server, sizeof *f.at_server);
  g_strlcpy (foreign->server_id, "X1", sizeof foreign->server_id);
  g_assert_true (desk_order_id_format ("QQQQQQ", 1, 1, foreign->client_id));
  g_ptr_array_add (f.world->orders, foreign);
  server_say (f.world, server_update (f.world, foreign, DTC_NEW_ORDER_ACCEPTED, NULL));
  world_run (f.world);
  g_assert_true (f.world->engine->armed);
  g_assert_cmpint (world_shown (f.world, foreign->client_id)->certainty, ==, DESK_CERTAINTY_EXTERNAL);
  world_free (f.world);
}

void
add_identity_tests (void)
{
  g_test_add_func ("/core/identity/renamed", test_renamed);
  g_test_add_func ("/core/identity/accounts", test_accounts);
  g_test_add_func ("/core/identity/configured-account", test_configured_account);
  g_test_add_data_func ("/core/identity/copy/live", GINT_TO_POINTER (FALSE), test_copy);
  g_test_add_data_func ("/core/identity/copy/listed", GINT_TO_POINTER (TRUE), test_copy);
  g_test_add_func ("/core/identity/other-client", test_other_client);
}
