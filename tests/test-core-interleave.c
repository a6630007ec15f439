/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "core-rig.h"
#include "dice.h"

#include <string.h>

/* What a server says of one order, in every order, with every message left out or repeated, and at random with bytes
 * split anywhere and the link cut between. In the end the client has what the server has, or says that it doubts.
 *
 * Here a part of it; --long takes all orderings with all omissions and repeats, --runs N plays so many at random,
 * --run N one of them, told step by step. */

#define SECOND     CORE_RIG_SECOND
#define RUNS       8000
#define ORDERS     8      /* of one client, one after the other */
#define MAX_FRAMES 64

static gboolean long_form;
static guint64  n_runs = RUNS;
static guint64  first_run = 1;
static guint64  only_run;

typedef struct
{
  guint  n;
  gsize  at[MAX_FRAMES];
  gsize  len[MAX_FRAMES];
  GByteArray *bytes;
} Frames;

static const struct { DtcNumbering numbering; DtcEncodingKind encoding; } forms[] = {
  { DTC_NUMBERING_DTC, DTC_ENCODING_BINARY },
  { DTC_NUMBERING_DTC, DTC_ENCODING_JSON },
  { DTC_NUMBERING_DTC, DTC_ENCODING_BINARY_VLS },
  { DTC_NUMBERING_BRIEF, DTC_ENCODING_JSON },
};

/* What is on its way to the client, message by message. */
static void
take_frames (CoreRig *rig, guint form, Frames *frames)
{
  gsize at = 0;

  frames->n = 0;
  frames->bytes = rig->to_client;
  rig->to_client = g_byte_array_new ();
  while (at < frames->bytes->len)
    {
      const guint8 *start = frames->bytes->data + at;
      gsize         len = forms[form].encoding >= DTC_ENCODING_JSON ? strlen ((const char *) start) + 1 : start[0] | (gsize) start[1] << 8;

      g_assert_cmpuint (frames->n, <, MAX_FRAMES);
      frames->at[frames->n] = at;
      frames->len[frames->n++] = len;
      at += len;
    }
}

static void
put_frame (CoreRig *rig, const Frames *frames, guint i)
{
  g_byte_array_append (rig->to_client, frames->bytes->data + frames->at[i], (guint) frames->len[i]);
}

/* Somebody else than we changes it: the broker, another client. */
static void
change_there (CoreRig *rig, guint index, double price, double quantity)
{
  dtc_fake_exchange_change (rig->exchange, index, price, quantity, rig->to_client);
}

/* The newest order of ours at the server. */
static guint
submit (CoreRig *rig, guint quantity)
{
  g_autofree char *line = g_strdup_printf ("buy %u ESZ6 limit 4990", quantity);
  guint            n = dtc_fake_exchange_n_orders (rig->exchange);

  rig->hold_down = TRUE;
  core_rig_line (rig, line);
  core_rig_settle (rig);
  if (dtc_fake_exchange_n_orders (rig->exchange) != n + 1)
    {
      core_rig_violation (rig, "the order did not leave");
      return 0;
    }

  return n;
}

/* Not one of them works any more, and both sides know it. */
static void
clear (CoreRig *rig)
{
  guint i;

  for (i = 0; i < dtc_fake_exchange_n_orders (rig->exchange); i++)
    if (dtc_fake_order_is_live (dtc_fake_exchange_get_order (rig->exchange, i)))
      dtc_fake_exchange_cancel (rig->exchange, i, rig->to_client);
  core_rig_settle (rig);
}

/* Nothing more happens; the questions find what was missed. In the brief's numbering there is none for open orders: the
 * next connection tells. */
static void
come_to_rest (CoreRig *rig, gboolean always)
{
  rig->hold_down = FALSE;
  if (!always)
    {
      /* What agrees with the server already is asked about now and then only. */
      core_rig_settle (rig);
      if (rig->link == DESK_LINK_LIVE && core_rig_agrees (rig))
        {
          clear (rig);
          return;
        }
    }
  if (rig->engine_config.numbering == DTC_NUMBERING_BRIEF && rig->open)
    {
      core_rig_settle (rig);
      rig->way = CORE_WAY_FIN;
      core_rig_cut (rig);
    }
  core_rig_run_for (rig, 46 * SECOND);
  core_rig_check (rig);
  if (rig->violation == NULL)
    clear (rig);
}

static CoreRig *
live_rig (guint form)
{
  CoreRig *rig = core_rig_new (forms[form].numbering, forms[form].encoding);

  rig->told = only_run != 0;
  rig->reordered = TRUE;
  core_rig_start (rig);
  core_rig_run_for (rig, SECOND / 10);
  /* The first order waits for its symbol's definition. */
  core_rig_line (rig, "buy 1 ESZ6 limit 4000");
  core_rig_settle (rig);
  clear (rig);
  if (rig->link != DESK_LINK_LIVE)
    core_rig_violation (rig, "the link is %s", desk_link_nick (rig->link));

  return rig;
}

/* ---- every order of six ---- */

static const char *const stories[] = {
  /* what happens to an order of five at the server: a fill of so many, a changed quantity (Q) or price (P), its cancel */
  "11111",
  "1Q11C",
  "2P1QC",
  "P21Q1",
};

static void
tell_story (CoreRig *rig, guint index, const char *story)
{
  for (; *story != '\0'; story++)
    if (*story == 'Q')
      change_there (rig, index, 0, dtc_fake_exchange_get_order (rig->exchange, index)->quantity + 1);
    else if (*story == 'P')
      change_there (rig, index, 4991, 0);
    else if (*story == 'C')
      dtc_fake_exchange_cancel (rig->exchange, index, rig->to_client);
    else
      dtc_fake_exchange_fill (rig->exchange, index, *story - '0', rig->to_client);
}

static void
next_permutation (guint8 *order, guint n)
{
  guint i = n - 1, k = n - 1, from, to;

  while (i > 0 && order[i - 1] > order[i])
    i--;
  for (from = i, to = n - 1; from < to; from++, to--)
    {
      guint8 kept = order[from];

      order[from] = order[to];
      order[to] = kept;
    }
  if (i == 0)
    return;
  for (k = i; order[k] < order[i - 1];)
    k++;
  from = order[i - 1];
  order[i - 1] = order[k];
  order[k] = (guint8) from;
}

/* Of each message of six: as it is, left out, or twice. */
static void
tell_in_order (CoreRig *rig, guint form, const char *story, const guint8 *order, guint fate)
{
  Frames frames;
  guint  updates[8];
  guint  n = 0, i;
  guint  index = submit (rig, 5);

  tell_story (rig, index, story);
  take_frames (rig, form, &frames);
  /* The positions among them are left out: they would tell too soon. */
  for (i = 0; i < frames.n; i++)
    {
      const guint8 *start = frames.bytes->data + frames.at[i];
      gboolean      is_order = forms[form].encoding >= DTC_ENCODING_JSON ? strncmp ((const char *) start, "{\"Type\":301,", 12) == 0
                                                                         : (start[2] | start[3] << 8) == DTC_MSG_ORDER_UPDATE;

      if (is_order && n < 8)
        updates[n++] = i;
    }
  g_assert_cmpuint (n, ==, 6);
  for (i = 0; i < n; i++, fate /= 3)
    {
      if (fate % 3 != 1)
        put_frame (rig, &frames, updates[order[i]]);
      if (fate % 3 == 2)
        put_frame (rig, &frames, updates[order[i]]);
    }
  g_byte_array_unref (frames.bytes);
  come_to_rest (rig, TRUE);
}

static void
test_orderings (gconstpointer data)
{
  guint              form = GPOINTER_TO_UINT (data) & 3;
  const char        *story = stories[GPOINTER_TO_UINT (data) >> 2];
  guint8             order[6] = { 0, 1, 2, 3, 4, 5 };
  g_autoptr (CoreRig) rig = NULL;
  guint              n = 0, i, fate;

  for (i = 0; i < 720; i++, next_permutation (order, 6))
    for (fate = 0; fate < 729; fate++)
      {
        /* The short form has every ordering as it is, and each fate with some. */
        if (!long_form && (fate == 0 ? i % 4 != form : (i * 729 + fate) % 2999 != 0))
          continue;
        if (n++ % ORDERS == 0)
          {
            g_clear_pointer (&rig, core_rig_free);
            rig = live_rig (form);
          }
        tell_in_order (rig, form, story, order, fate);
        if (rig->violation != NULL)
          g_error ("story %s, ordering %u, fate %u: %s", story, i, fate, rig->violation);
      }
  g_test_message ("%u runs", n);
}

/* ---- at random ---- */

static void
one_at_random (CoreRig *rig, guint form, Dice *chance)
{
  guint  index = submit (rig, 1 + dice_roll (chance, 6));
  guint  n = dice_roll (chance, 7);
  guint  order[MAX_FRAMES * 2];
  guint  n_order = 0;
  guint  i;
  Frames frames;
  gboolean cut = dice_roll (chance, 12) == 0;

  for (i = 0; i < n && rig->violation == NULL; i++)
    {
      const DtcFakeOrder *there = dtc_fake_exchange_get_order (rig->exchange, index);
      guint               left = (guint) (there->quantity - there->filled);

      if (!dtc_fake_order_is_live (there))
        break;
      switch (dice_roll (chance, 8))
        {
        case 0:
          dtc_fake_exchange_cancel (rig->exchange, index, rig->to_client);
          break;
        case 1:
          change_there (rig, index, 4980 + dice_roll (chance, 20), 0);
          break;
        case 2:
          change_there (rig, index, 0, there->filled + 1 + dice_roll (chance, 5));
          break;
        default:
          dtc_fake_exchange_fill (rig->exchange, index, 1 + dice_roll (chance, MIN (left, 2)), rig->to_client);
          break;
        }
    }
  take_frames (rig, form, &frames);
  for (i = 0; i < frames.n; i++)
    {
      guint fate = dice_roll (chance, 10);

      if (fate == 0)
        continue;
      order[n_order++] = i;
      if (fate == 1)
        order[n_order++] = i;
    }
  for (i = 1; i < n_order; i++)
    if (dice_roll (chance, 3) == 0)
      {
        guint with = dice_roll (chance, 4) == 0 ? dice_roll (chance, i) : i - 1;
        guint kept = order[i];

        order[i] = order[with];
        order[with] = kept;
      }
  for (i = 0; i < n_order; i++)
    put_frame (rig, &frames, order[i]);
  g_byte_array_unref (frames.bytes);
  /* In pieces, as networks do; perhaps not all of it. */
  while (rig->open && rig->to_client->len > 0 && rig->violation == NULL)
    {
      core_rig_carry_down (rig, 1 + dice_roll (chance, dice_roll (chance, 2) ? 16 : 400));
      if (dice_roll (chance, 4) == 0)
        {
          core_rig_settle (rig);
          rig->hold_down = TRUE;
        }
      if (cut && rig->open && dice_roll (chance, 4) == 0)
        {
          rig->way = CORE_WAY_RST;
          core_rig_cut (rig);
        }
    }
  come_to_rest (rig, dice_roll (chance, 8) == 0);
}

static void
test_random (void)
{
  CoreRig *rig = NULL;
  guint64  run;
  guint    form = 0;
  guint64  end = only_run != 0 ? only_run + 1 : first_run + n_runs;

  for (run = only_run != 0 ? only_run - only_run % ORDERS : first_run; run < end; run++)
    {
      Dice chance = { run * G_GUINT64_CONSTANT (0x2545f4914f6cdd1d) };

      if (rig == NULL || run % ORDERS == 0)
        {
          g_clear_pointer (&rig, core_rig_free);
          form = (guint) (run / ORDERS % G_N_ELEMENTS (forms));
          rig = live_rig (form);
        }
      if (only_run != 0)
        g_print ("# run %" G_GUINT64_FORMAT "\n", run);
      one_at_random (rig, form, &chance);
      if (rig->violation != NULL)
        g_error ("--run %" G_GUINT64_FORMAT " (form %u): %s", run, form, rig->violation);
    }
  g_clear_pointer (&rig, core_rig_free);
  g_test_message ("%" G_GUINT64_FORMAT " runs", n_runs);
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
  guint form, story;
  int   i;

  g_test_init (&argc, &argv, NULL);
  for (i = 1; i < argc; i++)
    long_form = long_form || strcmp (argv[i], "--long") == 0;
  n_runs = number_after (argc, argv, "--runs", long_form ? 10000000 : RUNS);
  first_run = number_after (argc, argv, "--from", 1);
  only_run = number_after (argc, argv, "--run", 0);

  g_test_add_func ("/core/interleave/random", test_random);
  for (form = 0; only_run == 0 && form < G_N_ELEMENTS (forms); form++)
    for (story = 0; story < G_N_ELEMENTS (stories); story++)
      {
        static const char *const names[] = { "binary", "json", "vls", "brief" };
        g_autofree char         *path = g_strdup_printf ("/core/interleave/orderings/%s/%s", names[form], stories[story]);

        g_test_add_data_func (path, GUINT_TO_POINTER (story << 2 | form), test_orderings);
      }

  return g_test_run ();
}
