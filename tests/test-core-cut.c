/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "core-rig.h"

#include <string.h>

/* A whole day of trading, from the logon to the logoff, and the link is cut after every byte of it, in both directions,
 * in three ways. However it was cut: nothing reaches the server twice, nothing that was not durable reaches it at all,
 * no half message counts, and in the end the client claims nothing that the server would deny.
 *
 * Here every so-manieth byte is taken; --long takes them all. */

#define SECOND CORE_RIG_SECOND
#define STRIDE 41

static gboolean long_form;

typedef enum
{
  STEP_LIMIT,
  STEP_PART,
  STEP_CHANGE,
  STEP_CANCEL,
  STEP_OCO,
  STEP_OCO_FILL,
  STEP_BRACKET,
  STEP_BRACKET_FILL,
  STEP_MARKET,
  STEP_FLATTEN,
  STEP_LOGOFF,
  STEP_DONE,
} Step;

typedef struct
{
  CoreRig *rig;
  guint    step;
  char     id[DESK_ID_SIZE];
} Day;

/* The newest order of that role and type. */
static const CoreShown *
newest (CoreRig *rig, DeskRole role, DeskOrderType type)
{
  guint i;

  for (i = rig->shown_order->len; i > 0; i--)
    {
      const CoreShown *shown = g_ptr_array_index (rig->shown_order, i - 1);

      if (shown->id[0] != '#' && shown->role == role && (type == DESK_ORDER_TYPE_UNSET || shown->type == type))
        return shown;
    }

  return NULL;
}

static gboolean
is (const CoreShown *shown, DeskStatus status)
{
  return shown != NULL && shown->status == status && shown->certainty == DESK_CERTAINTY_FRESH;
}

static void
fill (CoreRig *rig, const CoreShown *shown, double quantity)
{
  guint i;

  for (i = 0; i < dtc_fake_exchange_n_orders (rig->exchange); i++)
    if (strcmp (dtc_fake_exchange_get_order (rig->exchange, i)->client_order_id, shown->id) == 0)
      dtc_fake_exchange_fill (rig->exchange, i, quantity, rig->to_client);
}

/* Is what the step needs there? Then it happens. */
static gboolean
next_step (CoreRig *rig)
{
  Day                 *day = rig->user_data;
  const CoreShown     *limit = newest (rig, DESK_ROLE_NONE, DESK_ORDER_TYPE_LIMIT);
  const CoreShown     *first = newest (rig, DESK_ROLE_OCO, DESK_ORDER_TYPE_LIMIT);
  const CoreShown     *second = newest (rig, DESK_ROLE_OCO, DESK_ORDER_TYPE_STOP);
  const CoreShown     *entry = newest (rig, DESK_ROLE_ENTRY, DESK_ORDER_TYPE_UNSET);
  const CoreShown     *target = newest (rig, DESK_ROLE_TARGET, DESK_ORDER_TYPE_UNSET);
  const CoreShown     *stop = newest (rig, DESK_ROLE_STOP, DESK_ORDER_TYPE_UNSET);
  g_autofree char     *line = NULL;

  if (rig->was_cut)
    return FALSE;
  switch ((Step) day->step)
    {
    case STEP_LIMIT:
      if (rig->link != DESK_LINK_LIVE)
        return FALSE;
      core_rig_line (rig, "buy 2 ESZ6 limit 4990.25");
      break;
    case STEP_PART:
      if (!is (limit, DESK_STATUS_WORKING))
        return FALSE;
      fill (rig, limit, 1);
      break;
    case STEP_CHANGE:
      if (!is (limit, DESK_STATUS_PART_FILLED))
        return FALSE;
      line = g_strdup_printf ("modify %s price 4991.5 qty 3", limit->id);
      core_rig_line (rig, line);
      break;
    case STEP_CANCEL:
      if (limit->reason != DESK_REASON_CHANGE_DONE)
        return FALSE;
      line = g_strdup_printf ("cancel %s", limit->id);
      core_rig_line (rig, line);
      break;
    case STEP_OCO:
      if (!is (limit, DESK_STATUS_CANCELLED))
        return FALSE;
      core_rig_line (rig, "oco buy 1 ESZ6 limit 4980 stop 5020");
      break;
    case STEP_OCO_FILL:
      if (!is (first, DESK_STATUS_WORKING) || !is (second, DESK_STATUS_WORKING))
        return FALSE;
      fill (rig, first, 1);
      break;
    case STEP_BRACKET:
      if (!is (first, DESK_STATUS_FILLED) || !is (second, DESK_STATUS_CANCELLED))
        return FALSE;
      core_rig_line (rig, "buy 2 ESZ6 limit 4990.25 gtc target 5010 stop 4980");
      break;
    case STEP_BRACKET_FILL:
      if (!is (stop, DESK_STATUS_HELD_BY_PARENT))
        return FALSE;
      fill (rig, entry, 2);
      break;
    case STEP_MARKET:
      if (!is (target, DESK_STATUS_WORKING) || !is (stop, DESK_STATUS_WORKING))
        return FALSE;
      core_rig_line (rig, "buy 1 ESZ6 market");
      break;
    case STEP_FLATTEN:
      if (!is (newest (rig, DESK_ROLE_NONE, DESK_ORDER_TYPE_MARKET), DESK_STATUS_FILLED))
        return FALSE;
      core_rig_line (rig, "flatten ESZ6");
      break;
    case STEP_LOGOFF:
      if (rig->n_flattened == 0 || !is (target, DESK_STATUS_CANCELLED) || !is (stop, DESK_STATUS_CANCELLED))
        return FALSE;
      dtc_session_stop (rig->session, rig->now);
      break;
    case STEP_DONE:
    default:
      return FALSE;
    }
  day->step++;

  return TRUE;
}

static Day *
day_new (DtcNumbering numbering, CoreCut cut, CoreWay way, gsize at)
{
  Day *day = g_new0 (Day, 1);

  day->rig = core_rig_new (numbering, DTC_ENCODING_JSON);
  day->rig->cut = cut;
  day->rig->cut_at = at;
  day->rig->way = way;
  day->rig->kernel_is_wire = cut == CORE_CUT_AT_KERNEL;
  day->rig->next = next_step;
  day->rig->user_data = day;
  /* Something to restate at the first logon. */
  dtc_fake_exchange_foreign (day->rig->exchange, DTC_SELL, 3, day->rig->to_client);
  core_rig_start (day->rig);

  return day;
}

static void
day_free (Day *day)
{
  core_rig_free (day->rig);
  g_free (day);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Day, day_free)

/* The day as it goes when nothing happens; how many bytes it has each way. */
static void
run_whole (DtcNumbering numbering, gsize *to_server, gsize *to_client)
{
  g_autoptr (Day) day = day_new (numbering, CORE_CUT_NONE, CORE_WAY_FIN, 0);
  CoreRig        *rig = day->rig;

  while (rig->link != DESK_LINK_STOPPED && rig->violation == NULL)
    {
      core_rig_run_for (rig, SECOND / 100);
      g_assert_cmpint (rig->now, <, CORE_RIG_BASE + 60 * SECOND);
    }
  g_assert_cmpstr (rig->violation, ==, NULL);
  *to_server = rig->arrived;
  *to_client = rig->received;
  g_assert_cmpuint (day->step, ==, STEP_DONE);
  g_assert_cmpuint (rig->n_links, ==, 1);
  g_assert_cmpuint (dtc_fake_exchange_n_orders (rig->exchange), ==, 9);
  g_assert_cmpuint (dtc_fake_exchange_n_fills (rig->exchange), ==, 5);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_LOGOFF), ==, 1);
  g_assert_cmpfloat (dtc_fake_exchange_position (rig->exchange), ==, 0);
}

/* What the server may have got in all: each of the day's commands once at most. */
static void
check_counts (CoreRig *rig)
{
  static const struct { guint16 type; guint most; } commands[] = {
    { DTC_MSG_SUBMIT_NEW_SINGLE_ORDER, 3 },
    { DTC_MSG_SUBMIT_NEW_OCO_ORDER, 2 },
    { DTC_MSG_CANCEL_REPLACE_ORDER, 1 },
    { DTC_MSG_SUBMIT_FLATTEN_POSITION_ORDER, 1 },
    { DTC_MSG_CANCEL_ORDER, 3 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    if (dtc_fake_exchange_count (rig->exchange, commands[i].type) > commands[i].most)
      core_rig_violation (rig, "I1: the server got message %u %u times", commands[i].type,
                          dtc_fake_exchange_count (rig->exchange, commands[i].type));
}

static void
run_cut (DtcNumbering numbering, CoreCut cut, CoreWay way, gsize at)
{
  g_autoptr (Day) day = day_new (numbering, cut, way, at);
  CoreRig        *rig = day->rig;
  guint           n_live;
  guint           n_denied;

  while (!rig->was_cut && rig->violation == NULL)
    {
      core_rig_run_for (rig, SECOND / 100);
      g_assert_cmpint (rig->now, <, CORE_RIG_BASE + 60 * SECOND);
    }
  /* What has come before the silence is enough to go on with, until the silence is noticed. */
  while (rig->hole && rig->violation == NULL)
    core_rig_run_for (rig, SECOND / 10);
  n_live = rig->n_live;
  n_denied = rig->n_denied;
  /* Who was leaving has left; another process comes the next morning. */
  if (day->step == STEP_DONE)
    {
      core_rig_run_for (rig, 5 * SECOND);
      if (rig->link != DESK_LINK_STOPPED)
        core_rig_violation (rig, "leaving ended as %s", desk_link_nick (rig->link));
      core_rig_crash (rig);
    }
  while (rig->n_live == n_live && rig->violation == NULL)
    {
      core_rig_run_for (rig, SECOND / 10);
      if (rig->now > CORE_RIG_BASE + 120 * SECOND)
        core_rig_violation (rig, "I6: it does not come back");
    }
  core_rig_run_for (rig, 5 * SECOND);
  core_rig_check (rig);
  core_rig_run_for (rig, 100 * SECOND);
  core_rig_check (rig);
  check_counts (rig);
  if (rig->n_links != 2 || rig->n_live != n_live + 1)
    core_rig_violation (rig, "%u connections, %u times live", rig->n_links, rig->n_live);
  /* What still waited, for the symbol's definition or its commit, is not kept for later: a line, or two cancels. */
  if (n_denied > 2)
    core_rig_violation (rig, "%u lines denied", n_denied);
  if (rig->violation != NULL)
    g_error ("cut at %" G_GSIZE_FORMAT ", step %u: %s", at, day->step, rig->violation);
}

static void
test_cut (gconstpointer data)
{
  guint        which = GPOINTER_TO_UINT (data);
  DtcNumbering numbering = which & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  CoreCut      cut = (CoreCut) (which >> 1 & 3);
  CoreWay      way = (CoreWay) (which >> 3);
  gsize        to_server;
  gsize        to_client;
  gsize        end;
  gsize        at;
  guint        n = 0;

  run_whole (numbering, &to_server, &to_client);
  end = cut == CORE_CUT_TO_CLIENT ? to_client : to_server;
  g_assert_cmpuint (end, >, 2000);
  /* The last frame takes the link down by itself. */
  for (at = long_form ? 1 : 1 + which * 13 % STRIDE; at < end; at += long_form ? 1 : STRIDE, n++)
    run_cut (numbering, cut, way, at);
  g_test_message ("%u cuts of %" G_GSIZE_FORMAT " bytes", n, end);
}

/* ---- one bracket ---- */

static gboolean
next_bracket (CoreRig *rig)
{
  Day *day = rig->user_data;

  if (rig->was_cut)
    return FALSE;
  if (day->step == 0 && rig->link == DESK_LINK_LIVE)
    core_rig_line (rig, "buy 2 ESZ6 limit 4990.25 gtc target 5010 stop 4980");
  else if (day->step == 1 && is (newest (rig, DESK_ROLE_STOP, DESK_ORDER_TYPE_UNSET), DESK_STATUS_HELD_BY_PARENT))
    ;
  else
    return FALSE;
  day->step++;

  return TRUE;
}

static Day *
bracket_new (DtcNumbering numbering, CoreCut cut, CoreWay way, gsize at)
{
  Day *day = day_new (numbering, cut, way, at);

  day->rig->next = next_bracket;

  return day;
}

/* None of it, its entry alone, or all: as much as arrived, each once, and never more of it later. */
static void
check_bracket (CoreRig *rig, guint n_at_cut)
{
  guint i;

  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_SUBMIT_NEW_SINGLE_ORDER), <=, 1);
  g_assert_cmpuint (dtc_fake_exchange_count (rig->exchange, DTC_MSG_SUBMIT_NEW_OCO_ORDER), <=, 1);
  g_assert_cmpuint (dtc_fake_exchange_n_orders (rig->exchange), ==, n_at_cut);
  g_assert_true (n_at_cut == 1 || n_at_cut == 2 || n_at_cut == 4);
  for (i = 1; i < n_at_cut; i++)
    {
      const DtcFakeOrder *there = dtc_fake_exchange_get_order (rig->exchange, i);
      const CoreShown    *shown = core_rig_shown (rig, there->client_order_id);

      g_assert_nonnull (shown);
      if (n_at_cut == 2)
        continue;
      g_assert_cmpstr (shown->parent, ==, there->parent);
      g_assert_cmpstr (shown->sibling, ==, there->sibling);
    }
  if (n_at_cut == 2)
    g_assert_cmpuint (core_rig_count_notices (rig, "BRACKET_CUT"), ==, 1);
}

static void
test_bracket (gconstpointer data)
{
  guint           which = GPOINTER_TO_UINT (data);
  DtcNumbering    numbering = which & 1 ? DTC_NUMBERING_BRIEF : DTC_NUMBERING_DTC;
  CoreCut         cut = (CoreCut) (which >> 1 & 3);
  CoreWay         way = (CoreWay) (which >> 3);
  g_autoptr (Day) whole = bracket_new (numbering, CORE_CUT_NONE, CORE_WAY_FIN, 0);
  guint           seen[5] = { 0 };
  gsize           before = 0;
  gsize           at;
  gsize           end;

  while (whole->step != 2)
    {
      if (whole->step == 0)
        before = cut == CORE_CUT_TO_CLIENT ? whole->rig->received : whole->rig->written;
      core_rig_run_for (whole->rig, SECOND / 1000);
      g_assert_cmpint (whole->rig->now, <, CORE_RIG_BASE + 60 * SECOND);
    }
  check_bracket (whole->rig, 4);
  g_assert_cmpuint (core_rig_count_notices (whole->rig, "BRACKET_CUT"), ==, 0);

  end = cut == CORE_CUT_TO_CLIENT ? whole->rig->received : whole->rig->arrived;
  for (at = before + 1; at <= end; at = long_form || at == end ? at + 1 : MIN (at + 7, end))
    {
      g_autoptr (Day) day = bracket_new (numbering, cut, way, at);
      CoreRig        *rig = day->rig;
      guint           n_at_cut;

      while (!rig->was_cut && rig->violation == NULL)
        {
          core_rig_run_for (rig, SECOND / 1000);
          g_assert_cmpint (rig->now, <, CORE_RIG_BASE + 60 * SECOND);
        }
      n_at_cut = dtc_fake_exchange_n_orders (rig->exchange);
      core_rig_run_for (rig, 120 * SECOND);
      core_rig_check (rig);
      if (rig->violation != NULL)
        g_error ("cut at %" G_GSIZE_FORMAT ": %s", at, rig->violation);
      g_assert_cmpuint (rig->n_links, ==, 2);
      check_bracket (rig, n_at_cut);
      seen[n_at_cut]++;
    }
  /* The loop has met them all. */
  if (cut != CORE_CUT_TO_CLIENT)
    {
      g_assert_cmpuint (seen[1], >, 10);
      g_assert_cmpuint (seen[2], >, 10);
    }
  g_assert_cmpuint (seen[4], >, 0);
}

int
main (int argc, char **argv)
{
  static const char *const cuts[] = { NULL, "to-server", "at-kernel", "to-client" };
  static const char *const ways[] = { "fin", "rst", "silence" };
  DtcNumbering             numbering;
  guint                    cut, way;
  int                      i;

  g_test_init (&argc, &argv, NULL);
  for (i = 1; i < argc; i++)
    long_form = long_form || strcmp (argv[i], "--long") == 0;

  for (numbering = DTC_NUMBERING_DTC; numbering <= DTC_NUMBERING_BRIEF; numbering++)
    for (cut = CORE_CUT_TO_SERVER; cut <= CORE_CUT_TO_CLIENT; cut++)
      for (way = CORE_WAY_FIN; way <= CORE_WAY_SILENCE; way++)
        {
          const char      *words = dtc_numbering_to_string (numbering);
          g_autofree char *day = g_strdup_printf ("/core/cut/day/%s/%s/%s", cuts[cut], ways[way], words);
          g_autofree char *bracket = g_strdup_printf ("/core/cut/bracket/%s/%s/%s", cuts[cut], ways[way], words);

          g_test_add_data_func (day, GUINT_TO_POINTER (way << 3 | cut << 1 | numbering), test_cut);
          g_test_add_data_func (bracket, GUINT_TO_POINTER (way << 3 | cut << 1 | numbering), test_bracket);
        }

  return g_test_run ();
}
