/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "core-rig.h"
#include "dice.h"

#include <stdlib.h>
#include <string.h>

/* Random sessions: what a person does, what a server does, well or badly behaved, what networks, disks, clocks and
 * kill -9 do, in any order, and a judge who sees all of it. In the end the server is quiet and honest, and what the
 * client shows is what the server has, or is said to be in doubt. The same seed makes the same trace, to the bit.
 *
 * --session N plays one session, told step by step; --sessions N plays so many from --from M on. */

#define SECOND   CORE_RIG_SECOND
#define SESSIONS 3000
#define STEPS    48

static guint64 first_seed = 1;
static guint64 n_sessions = SESSIONS;
static guint64 only_seed;

typedef struct
{
  Dice     chance;
  CoreRig *rig;
  gboolean rude;      /* this server may be badly behaved */
} Storm;

static guint
dice (Storm *storm, guint n)
{
  return dice_roll (&storm->chance, n);
}

static double
some_price (Storm *storm)
{
  return 4900 + 0.25 * dice (storm, 800);
}

static const char *
some_order (Storm *storm)
{
  GPtrArray       *all = storm->rig->shown_order;
  const CoreShown *shown;
  const char      *id;

  if (all->len == 0)
    return NULL;
  shown = g_ptr_array_index (all, all->len - 1 - dice (storm, MIN (all->len, 8)));
  id = shown->id[0] == '#' ? shown->id + 1 : shown->id;

  return *id != '\0' ? id : NULL; /* the server has taken its only one away */
}

static void
say (Storm *storm, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
say (Storm *storm, const char *format, ...)
{
  g_autofree char *line = NULL;
  va_list          args;

  va_start (args, format);
  line = g_strdup_vprintf (format, args);
  va_end (args);
  if (only_seed != 0)
    g_print ("#   %s\n", line);
  core_rig_line (storm->rig, line);
}

/* What a person does. */
static void
act_person (Storm *storm)
{
  gboolean    buy = dice (storm, 2);
  guint       quantity = 1 + dice (storm, 5);
  double      price = some_price (storm);
  const char *id = some_order (storm);

  switch (dice (storm, 19))
    {
    case 0:
    case 1:
    case 2:
    case 3:
      say (storm, "%s %u ESZ6 limit %.2f", buy ? "buy" : "sell", quantity, price);
      break;
    case 4:
      say (storm, "%s %u ESZ6 market", buy ? "buy" : "sell", quantity);
      break;
    case 5:
      say (storm, "%s %u ESZ6 stop %.2f", buy ? "buy" : "sell", quantity, price);
      break;
    case 6:
    case 7:
      say (storm, "%s %u ESZ6 limit %.2f target %.2f stop %.2f", buy ? "buy" : "sell", quantity, price, buy ? price + 5 : price - 5,
           buy ? price - 5 : price + 5);
      break;
    case 8:
      say (storm, "oco %s %u ESZ6 limit %.2f stop %.2f", buy ? "buy" : "sell", quantity, buy ? price - 5 : price + 5,
           buy ? price + 5 : price - 5);
      break;
    case 9:
    case 10:
    case 11:
      if (id != NULL)
        say (storm, "cancel %s", id);
      break;
    case 12:
    case 13:
      if (id != NULL && dice (storm, 2))
        say (storm, "modify %s price %.2f", id, price);
      else if (id != NULL)
        say (storm, "modify %s price %.2f qty %u", id, price, quantity);
      break;
    case 14:
      say (storm, "cancel all");
      break;
    case 15:
      say (storm, dice (storm, 3) ? "flatten ESZ6" : "reverse ESZ6");
      break;
    case 16:
      core_rig_command (storm->rig, DESK_COMMAND_VERIFY, NULL);
      break;
    case 17:
      core_rig_command (storm->rig, dice (storm, 4) ? DESK_COMMAND_ARM : DESK_COMMAND_DISARM, NULL);
      break;
    case 18:
    default:
      core_rig_command (storm->rig, dice (storm, 2) ? DESK_COMMAND_RECONNECT : DESK_COMMAND_CANCEL_ALL_AND_FLATTEN, NULL);
      break;
    }
}

/* One of the orders that live there. */
static guint
some_live (Storm *storm)
{
  DtcFakeExchange *exchange = storm->rig->exchange;
  guint            n = dtc_fake_exchange_n_orders (exchange);
  guint            from = n > 0 ? dice (storm, n) : 0;
  guint            i;

  for (i = 0; i < n; i++)
    if (dtc_fake_order_is_live (dtc_fake_exchange_get_order (exchange, (from + i) % n)))
      return (from + i) % n;

  return G_MAXUINT;
}

/* What a server does. */
static void
act_server (Storm *storm)
{
  CoreRig        *rig = storm->rig;
  DtcFakeManners *manners = dtc_fake_exchange_manners (rig->exchange);
  guint           index = some_live (storm);

  switch (dice (storm, 14))
    {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
      if (index != G_MAXUINT)
        {
          const DtcFakeOrder *order = dtc_fake_exchange_get_order (rig->exchange, index);
          guint               left = (guint) (order->quantity - order->filled);

          if (order->status != DTC_ORDER_STATUS_PENDING_CHILD && left > 0)
            dtc_fake_exchange_fill (rig->exchange, index, 1 + dice (storm, left), rig->to_client);
        }
      break;
    case 5:
      if (index != G_MAXUINT)
        dtc_fake_exchange_cancel (rig->exchange, index, rig->to_client);
      break;
    case 6:
      dtc_fake_exchange_foreign (rig->exchange, dice (storm, 2) ? DTC_BUY : DTC_SELL, 1 + dice (storm, 3), rig->to_client);
      break;
    case 7:
      dtc_fake_exchange_say_dropped (rig->exchange, dice (storm, 3), rig->to_client);
      break;
    case 8:
      manners->drop += dice (storm, 3);
      break;
    case 9:
      manners->repeat += dice (storm, 4);
      break;
    case 10:
      manners->swap += dice (storm, 3);
      rig->reordered = TRUE;
      break;
    case 11:
      manners->silent = !manners->silent;
      break;
    case 12:
      manners->new_ids = !manners->new_ids;
      break;
    case 13:
    default:
      manners->deaf = !manners->deaf && dice (storm, 3) == 0;
      manners->refuse_orders = dice (storm, 4) == 0;
      manners->refuse_exits = dice (storm, 4) == 0;
      break;
    }
}

/* What only a bad one does. */
static void
act_rude (Storm *storm)
{
  static const char bad[] = "{\"Type\":301,\"ServerOrderID\":\"8841\",\"OrderStatus\":4,\"FilledQuantity\":1.5}";
  static const char worse[] = "{\"Type\":301,\"ServerOrderID\":";
  CoreRig        *rig = storm->rig;
  DtcFakeManners *manners = dtc_fake_exchange_manners (rig->exchange);

  rig->lenient = TRUE;
  switch (dice (storm, 10))
    {
    case 0:
      manners->anonymous = !manners->anonymous;
      break;
    case 1:
      manners->no_follow = !manners->no_follow;
      break;
    case 2:
      manners->leaves_old = !manners->leaves_old;
      break;
    case 3:
      manners->reject_open_orders = !manners->reject_open_orders;
      break;
    case 4:
      manners->reject_fills = !manners->reject_fills;
      break;
    case 5:
      manners->reject_positions = !manners->reject_positions;
      break;
    case 6:
      manners->mute_fills = !manners->mute_fills;
      manners->mute_open_orders = dice (storm, 2);
      break;
    case 7:
      /* It takes a while. */
      if (rig->open && !rig->hole)
        {
          rig->way = CORE_WAY_FIN;
          core_rig_cut (rig);
        }
      rig->refuse = 6;
      core_rig_run_for (rig, 60 * SECOND);
      dtc_fake_exchange_restart (rig->exchange, (DtcFakeRestart) dice (storm, 3));
      rig->ids_reused = TRUE;
      if (rig->open && !rig->hole)
        core_rig_cut (rig);
      break;
    case 8:
    case 9:
    default:
      if (rig->open && dtc_session_get_codec (rig->session).encoding == DTC_ENCODING_JSON
          && dtc_session_get_state (rig->session) == DTC_LINK_READY)
        {
          gboolean whole = dice (storm, 2) != 0;

          g_byte_array_append (rig->to_client, (const guint8 *) (whole ? bad : worse), whole ? sizeof bad : sizeof worse);
        }
      break;
    }
}

/* What happens to cables, disks, clocks and processes. */
static void
act_world (Storm *storm)
{
  CoreRig *rig = storm->rig;

  switch (dice (storm, 14))
    {
    case 0:
      rig->hold_up = !rig->hold_up;
      break;
    case 1:
      rig->hold_down = !rig->hold_down;
      break;
    case 2:
    case 3:
      if (rig->open && !rig->hole && rig->to_server->len > 0)
        core_rig_carry_up (rig, 1 + dice (storm, rig->to_server->len));
      break;
    case 4:
    case 5:
      if (rig->open && !rig->hole && rig->to_client->len > 0)
        core_rig_carry_down (rig, 1 + dice (storm, rig->to_client->len));
      break;
    case 6:
    case 7:
      if (rig->open && !rig->hole)
        {
          rig->way = (CoreWay) dice (storm, 3);
          rig->refuse = dice (storm, 3);
          core_rig_cut (rig);
        }
      break;
    case 8:
      rig->hold_commits = !rig->hold_commits;
      break;
    case 9:
      if (rig->committed < rig->records->len)
        core_rig_commit (rig, rig->committed + 1 + dice (storm, (guint) (rig->records->len - rig->committed)));
      break;
    case 10:
      if (dice (storm, 3) == 0)
        core_rig_crash (rig);
      break;
    case 11:
      rig->utc_extra += ((gint64) dice (storm, 2000001) - 1000000) * SECOND * (dice (storm, 3) ? 1 : 30);
      break;
    case 12:
      if (dice (storm, 3) == 0)
        rig->boot_extra += (gint64) dice (storm, 10 * 3600) * SECOND;
      break;
    case 13:
    default:
      rig->kernel_is_wire = !rig->kernel_is_wire;
      break;
    }
}

static void
act (Storm *storm)
{
  switch (dice (storm, 10))
    {
    case 0:
    case 1:
    case 2:
      act_person (storm);
      break;
    case 3:
    case 4:
      act_server (storm);
      break;
    case 5:
      if (storm->rude && dice (storm, 3) == 0)
        act_rude (storm);
      else
        act_server (storm);
      break;
    case 6:
    case 7:
      act_world (storm);
      break;
    case 8:
      core_rig_settle (storm->rig);
      break;
    case 9:
    default:
      core_rig_run_for (storm->rig, (gint64) (1 + dice (storm, 1 << dice (storm, 14))) * 1000);
      break;
    }
}

/* Quiet at last: everything arrives, everything is asked anew and answered well. */
static void
calm (CoreRig *rig)
{
  DtcFakeManners *manners = dtc_fake_exchange_manners (rig->exchange);
  guint           n_live;
  gint64          until;

  memset (manners, 0, sizeof *manners);
  rig->hold_up = rig->hold_down = rig->hold_commits = FALSE;
  rig->refuse = 0;
  core_rig_run_for (rig, SECOND);
  if (rig->open && !rig->hole)
    {
      rig->way = CORE_WAY_RST;
      core_rig_cut (rig);
    }
  n_live = rig->n_live;
  for (until = rig->now + 120 * SECOND; rig->n_live == n_live && rig->violation == NULL;)
    {
      core_rig_run_for (rig, SECOND / 2);
      if (rig->now > until)
        core_rig_violation (rig, "I6: it does not come back");
    }
  core_rig_run_for (rig, 5 * SECOND);
  core_rig_check (rig);
  core_rig_run_for (rig, 35 * SECOND);
  core_rig_check (rig);
  if (rig->position_stale && !rig->lenient)
    core_rig_violation (rig, "I6: the position is still stale");
}

/* Plays one session; its trace. */
static guint64
play (guint64 seed)
{
  static const struct { DtcNumbering numbering; DtcEncodingKind encoding; } forms[] = {
    { DTC_NUMBERING_DTC, DTC_ENCODING_JSON },   { DTC_NUMBERING_BRIEF, DTC_ENCODING_JSON },
    { DTC_NUMBERING_DTC, DTC_ENCODING_BINARY }, { DTC_NUMBERING_DTC, DTC_ENCODING_BINARY_VLS },
  };
  Storm   storm = { .chance = { seed * G_GUINT64_CONSTANT (0x2545f4914f6cdd1d) } };
  guint   form = dice (&storm, G_N_ELEMENTS (forms));
  guint64 result;
  guint   n, i;

  storm.rig = core_rig_new (forms[form].numbering, forms[form].encoding);
  storm.rig->tracing = TRUE;
  storm.rig->told = only_seed != 0;
  storm.rude = dice (&storm, 2);
  n = STEPS / 4 + dice (&storm, STEPS);
  core_rig_start (storm.rig);
  if (dice (&storm, 8) > 0)
    core_rig_run_for (storm.rig, SECOND);
  for (i = 0; i < n && storm.rig->violation == NULL; i++)
    {
      if (only_seed != 0)
        g_print ("# %u at %.3f, link %s, %u records, %u to the server, %u to the client\n", i,
                 (double) (storm.rig->now - CORE_RIG_BASE) / SECOND, desk_link_nick (storm.rig->link), storm.rig->records->len,
                 storm.rig->to_server->len, storm.rig->to_client->len);
      act (&storm);
    }
  calm (storm.rig);
  if (storm.rig->violation == NULL && dice (&storm, 8) == 0)
    {
      core_rig_crash (storm.rig);
      calm (storm.rig);
    }
  if (storm.rig->violation != NULL)
    g_error ("--session %" G_GUINT64_FORMAT " (%s, %s): %s", seed, dtc_numbering_to_string (forms[form].numbering),
             storm.rig->lenient ? "rude" : "polite", storm.rig->violation);
  result = storm.rig->trace;
  core_rig_free (storm.rig);

  return result;
}

static void
test_storm (void)
{
  guint64 all = 0;
  guint64 i;

  if (only_seed != 0)
    {
      g_test_message ("trace %016" G_GINT64_MODIFIER "x", play (only_seed));
      return;
    }
  for (i = 0; i < n_sessions; i++)
    all = (all ^ play (first_seed + i)) * G_GUINT64_CONSTANT (0x100000001b3);
  g_test_message ("%" G_GUINT64_FORMAT " sessions, trace %016" G_GINT64_MODIFIER "x", n_sessions, all);
}

static void
test_same_trace (void)
{
  guint64 i;

  for (i = 0; i < 100; i++)
    {
      guint64 one = play (first_seed + i);

      g_assert_cmpuint (one, !=, 0);
      g_assert_cmpuint (play (first_seed + i), ==, one);
    }
}

static guint64
number_after (int argc, char **argv, const char *name, guint64 fallback)
{
  int i;

  for (i = 1; i + 1 < argc; i++)
    if (strcmp (argv[i], name) == 0)
      return g_ascii_strtoull (argv[i + 1], NULL, 10);

  return fallback;
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  n_sessions = number_after (argc, argv, "--sessions", SESSIONS);
  first_seed = number_after (argc, argv, "--from", 1);
  only_seed = number_after (argc, argv, "--session", 0);

  g_test_add_func ("/core/storm/sessions", test_storm);
  if (only_seed == 0)
    g_test_add_func ("/core/storm/same-trace", test_same_trace);

  return g_test_run ();
}
