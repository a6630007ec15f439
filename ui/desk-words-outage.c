/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words-outage.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
desk_words_resync_line (DeskResyncStep step)
{
  switch (step)
    {
    case DESK_RESYNC_SOCKET:
      return C_("checklist", "Connection");
    case DESK_RESYNC_ENCODING:
      return C_("checklist", "Encoding");
    case DESK_RESYNC_LOGON:
      return C_("checklist", "Logon");
    case DESK_RESYNC_ACCOUNTS:
      return C_("checklist", "Accounts");
    case DESK_RESYNC_ORDERS:
      return C_("checklist", "Open orders");
    case DESK_RESYNC_FILLS:
      return C_("checklist", "Fills");
    case DESK_RESYNC_POSITIONS:
      return C_("checklist", "Positions");
    case DESK_RESYNC_BALANCES:
      return C_("checklist", "Balances");
    case DESK_RESYNC_SYMBOLS:
      return C_("checklist", "Symbols");
    case DESK_RESYNC_RECONCILE:
      return C_("checklist", "Comparison");
    case DESK_N_RESYNC_LINES:
    default:
      return "";
    }
}

const char *
desk_words_resync_mark (DeskResyncMark mark)
{
  switch (mark)
    {
    case DESK_RESYNC_WAITING:
      return C_("checklist", "to come");
    case DESK_RESYNC_RUNNING:
      return C_("checklist", "asked");
    case DESK_RESYNC_DONE:
      return C_("checklist", "done");
    case DESK_RESYNC_FAILED:
      return C_("checklist", "failed");
    case DESK_RESYNC_UNAVAILABLE:
      return C_("checklist", "not told");
    case DESK_RESYNC_WAIVED:
      return C_("checklist", "waived");
    case DESK_RESYNC_SKIPPED:
      return C_("checklist", "not asked");
    default:
      return "";
    }
}

const char *
desk_words_resync_sign (DeskResyncMark mark)
{
  static const char *const signs[] = { "○", "…", "✓", "✗", "?", "⊘", "–" };

  return (guint) mark < G_N_ELEMENTS (signs) ? signs[mark] : "";
}

char *
desk_words_resync_count (DeskResyncStep step,
                         guint          count)
{
  switch (step)
    {
    case DESK_RESYNC_ACCOUNTS:
      return g_strdup_printf (ngettext ("%u account", "%u accounts", count), count);
    case DESK_RESYNC_ORDERS:
      return g_strdup_printf (ngettext ("%u order", "%u orders", count), count);
    case DESK_RESYNC_FILLS:
      return g_strdup_printf (ngettext ("%u fill", "%u fills", count), count);
    case DESK_RESYNC_POSITIONS:
      return g_strdup_printf (ngettext ("%u position", "%u positions", count), count);
    case DESK_RESYNC_BALANCES:
      return g_strdup_printf (ngettext ("%u balance", "%u balances", count), count);
    case DESK_RESYNC_SYMBOLS:
      return g_strdup_printf (ngettext ("%u symbol", "%u symbols", count), count);
    case DESK_RESYNC_SOCKET:
    case DESK_RESYNC_ENCODING:
    case DESK_RESYNC_LOGON:
    case DESK_RESYNC_RECONCILE:
    case DESK_N_RESYNC_LINES:
    default:
      return NULL;
    }
}

gboolean
desk_words_resync_needed (DeskResyncStep step)
{
  return step == DESK_RESYNC_ACCOUNTS || step == DESK_RESYNC_ORDERS || step == DESK_RESYNC_FILLS;
}

/* (transfer full) for @part, which is about @n of something. */
static void
append (GString    *out,
        const char *between,
        guint       n,
        char       *part)
{
  if (n > 0)
    g_string_append_printf (out, "%s%s", out->len > 0 ? between : "", part);
  g_free (part);
}

/* What became of the orders; the numbers alone would not say of what. */
static void
append_fates (GString                *out,
              const DeskResyncCounts *counts,
              gboolean                away)
{
  g_autoptr(GString) fates = g_string_new (NULL);

  /* Translators: parts of "12 orders: 10 confirmed, 1 filled while away, 1 unknown"; each is about orders. */
  append (fates, ", ", counts->confirmed, g_strdup_printf (ngettext ("%u confirmed", "%u confirmed", counts->confirmed),
                                                            counts->confirmed));
  append (fates, ", ", counts->filled,
          g_strdup_printf (away ? ngettext ("%u filled while away", "%u filled while away", counts->filled)
                                : ngettext ("%u found filled", "%u found filled", counts->filled), counts->filled));
  append (fates, ", ", counts->part_filled,
          g_strdup_printf (away ? ngettext ("%u part filled while away", "%u part filled while away", counts->part_filled)
                                : ngettext ("%u found part filled", "%u found part filled", counts->part_filled), counts->part_filled));
  append (fates, ", ", counts->ended, g_strdup_printf (ngettext ("%u ended at the server", "%u ended at the server", counts->ended),
                                                            counts->ended));
  append (fates, ", ", counts->gone, g_strdup_printf (ngettext ("%u not at the server", "%u not at the server", counts->gone),
                                                            counts->gone));
  append (fates, ", ", counts->probable, g_strdup_printf (ngettext ("%u probable, not proved", "%u probable, not proved", counts->probable),
                                                            counts->probable));
  append (fates, ", ", counts->conflict, g_strdup_printf (ngettext ("%u in conflict", "%u in conflict", counts->conflict),
                                                            counts->conflict));
  append (fates, ", ", counts->unknown, g_strdup_printf (ngettext ("%u unknown", "%u unknown", counts->unknown),
                                                            counts->unknown));
  if (fates->len > 0)
    {
      g_autofree char *whole = desk_words_named (out->str, fates->str);

      g_string_assign (out, whole);
    }
  g_string_append_c (out, '.');
}

char *
desk_words_report (const DeskResyncState *state)
{
  const DeskResyncCounts *counts = &state->counts;
  GString *out = g_string_new (NULL);

  if (counts->orders == 0)
    g_string_append (out, _("No order was open."));
  else
    {
      g_string_append_printf (out, ngettext ("%u order", "%u orders", counts->orders), counts->orders);
      append_fates (out, counts, g_strcmp0 (state->trigger, "link") == 0);
    }
  append (out, " ", counts->external,
          g_strdup_printf (ngettext ("%u order placed elsewhere is new.", "%u orders placed elsewhere are new.",
                                     counts->external), counts->external));
  append (out, " ", counts->fills,
          g_strdup_printf (ngettext ("%u fill is new.", "%u fills are new.",
                                     counts->fills), counts->fills));
  append (out, " ", counts->position_mismatches,
          g_strdup_printf (ngettext ("%u position differs from our fills.", "%u positions differ from our fills.",
                                     counts->position_mismatches), counts->position_mismatches));
  append (out, " ", counts->not_provable,
          g_strdup_printf (ngettext ("%u position cannot be checked.", "%u positions cannot be checked.",
                                     counts->not_provable), counts->not_provable));
  return g_string_free (out, FALSE);
}

const char *
desk_words_flatten_name (DeskFlattenStep step)
{
  switch (step)
    {
    case DESK_FLATTEN_CANCEL_ENTRIES:
      return C_("flatten step", "Cancel entries");
    case DESK_FLATTEN_READ_POSITION:
      return C_("flatten step", "Read position");
    case DESK_FLATTEN_EXIT:
      return C_("flatten step", "One exit");
    case DESK_FLATTEN_CANCEL_PROTECTIONS:
      return C_("flatten step", "Cancel protections");
    case DESK_FLATTEN_VERIFY:
      return C_("flatten step", "Verify flat");
    case DESK_FLATTEN_DONE:
    case DESK_FLATTEN_FAILED:
    default:
      return "";
    }
}

gboolean
desk_words_in_doubt (const DeskOrderState *order)
{
  return order->status == DESK_STATUS_UNKNOWN || order->certainty == DESK_CERTAINTY_UNKNOWN
         || order->certainty == DESK_CERTAINTY_PROBABLE || order->certainty == DESK_CERTAINTY_NO_TRACE
         || order->certainty == DESK_CERTAINTY_CONFLICT;
}

const char *
desk_words_decision (DeskDecision decision)
{
  switch (decision)
    {
    case DESK_DECISION_MINE:
      return _("It is the one that is chosen there");
    case DESK_DECISION_FILLED:
      return _("It was filled");
    case DESK_DECISION_CANCELLED:
      return _("It does not work any more");
    case DESK_DECISION_NEVER:
      return _("It never reached the market");
    case DESK_DECISION_WORKING:
      return _("It is working at the server");
    default:
      return "";
    }
}

const char *
desk_words_decision_effect (DeskDecision decision)
{
  switch (decision)
    {
    case DESK_DECISION_MINE:
      return _("What the server says of that one is taken as said of this order, its fills too.");
    case DESK_DECISION_FILLED:
      return _("It is closed here by hand. No fill is booked: until the server states one, the position differs from our "
               "fills, and that stays in sight.");
    case DESK_DECISION_CANCELLED:
      return _("It is closed here by hand and counts no more in the worst case. Cancel it at the server first if it might work.");
    case DESK_DECISION_NEVER:
      return _("It is closed here by hand and counts no more in the worst case. A new try is a new order, by you.");
    case DESK_DECISION_WORKING:
      return _("It stays open and in the worst case, as unknown, until the server says something about it.");
    default:
      return "";
    }
}

static void
add_sentence (GPtrArray *to,
              char      *sentence)
{
  g_ptr_array_add (to, sentence);
}

static char *
time_of (gint64 utc)
{
  GString *when = g_string_new (NULL);

  desk_words_time (when, utc, TRUE);
  return g_string_free (when, FALSE);
}

static void
say_sent (GPtrArray      *to,
          const DeskCase *evidence)
{
  g_autofree char *sent = time_of (evidence->sent_utc);
  g_autofree char *lost = time_of (evidence->lost_utc);

  if (!evidence->written)
    add_sentence (to, g_strdup (_("Not one byte of it is known to have left this PC.")));
  else if (evidence->sent_utc > 0)
    /* Translators: %s is a time of day, as in the sentences that follow. */
    add_sentence (to, g_strdup_printf (_("It was sent at %s; at least part of it may have left this PC."), sent));
  else
    add_sentence (to, g_strdup (_("It was sent; at least part of it may have left this PC.")));
  if (evidence->lost_utc > 0)
    add_sentence (to, g_strdup_printf (_("The link was lost at %s, before the server answered."), lost));
  else
    add_sentence (to, g_strdup (_("The link has not been lost since; the server has not answered.")));
}

static void
say_lists (GPtrArray      *to,
           const DeskCase *evidence)
{
  g_autofree char *orders = time_of (evidence->orders_utc);
  g_autofree char *fills = time_of (evidence->fills_utc);

  if (!evidence->orders_known)
    add_sentence (to, g_strdup (_("The server has not listed its open orders since.")));
  else if (evidence->listed)
    add_sentence (to, g_strdup_printf (_("The server listed its open orders at %s, and this one is among them."), orders));
  else if (evidence->absent_rounds == 0)
    add_sentence (to, g_strdup_printf (_("The server listed its open orders at %s, and none of them names this order."),
                                       orders));
  else
    add_sentence (to, g_strdup_printf (ngettext ("The server listed its open orders at %s, and this one is not among them "
                                                 "(%u complete list without it).",
                                                 "The server listed its open orders at %s, and this one is not among them "
                                                 "(%u complete lists in a row without it).", evidence->absent_rounds),
                                       orders, evidence->absent_rounds));
  if (!evidence->fills_known)
    add_sentence (to, g_strdup (_("The server has not listed its fills since.")));
  else
    add_sentence (to, g_strdup_printf (_("The server listed its fills at %s, and none of them names this order."), fills));
}

static char *
signed_text (gint64 quantity)
{
  return g_strdup_printf (quantity > 0 ? "+%" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, quantity);
}

static void
say_position (GPtrArray      *to,
              const DeskCase *evidence)
{
  gint64 moved = evidence->position_now - evidence->position_base;
  gint64 whole = evidence->order.side == DESK_SIDE_SELL ? -evidence->order.quantity : evidence->order.quantity;
  g_autofree char *base = signed_text (evidence->position_base);
  g_autofree char *now = signed_text (evidence->position_now);

  if (!evidence->position_known)
    add_sentence (to, g_strdup (_("The server has not told the position since.")));
  else if (moved == 0)
    /* Translators: a signed number of contracts. */
    add_sentence (to, g_strdup_printf (_("The server's position is %s, just what the fills booked so far make."), now));
  else if (evidence->order.quantity > 0 && moved == whole)
    add_sentence (to, g_strdup_printf (_("The fills booked so far make a position of %s and the server's is %s: as if this "
                                         "order had filled whole besides."), base, now));
  else
    add_sentence (to, g_strdup_printf (_("The fills booked so far make a position of %s and the server's is %s; this order "
                                         "alone does not explain that."), base, now));
}

GPtrArray *
desk_words_evidence (const DeskCase *evidence)
{
  GPtrArray *to = g_ptr_array_new_with_free_func (g_free);

  say_sent (to, evidence);
  say_lists (to, evidence);
  say_position (to, evidence);
  return to;
}

char *
desk_words_candidate (const DeskCandidate *candidate,
                      const DeskGrid      *grid)
{
  g_autofree char *price = candidate->kind == DESK_CANDIDATE_ORDER && candidate->price.kind != DESK_PRICE_UNSET
                           ? desk_price_format (grid, &candidate->price)
                           : isfinite (candidate->average) ? desk_price_format_double (grid, candidate->average) : NULL;
  g_autofree char *when = time_of (candidate->utc);
  g_autofree char *what = g_strdup_printf ("%s %d%s%s", desk_words_side (candidate->side), (int) candidate->quantity,
                                           price != NULL ? " @ " : "", price != NULL ? price : "");
  GString *out = g_string_new (NULL);

  if (candidate->kind == DESK_CANDIDATE_ORDER)
    /* Translators: the server's number of an order, then side, contracts and price. */
    g_string_append_printf (out, _("Order %s: %s"), candidate->server_order_id, what);
  else if (*candidate->server_order_id != '\0')
    g_string_append_printf (out, _("Fills of order %s: %s"), candidate->server_order_id, what);
  else
    g_string_append_printf (out, _("Fills: %s"), what);
  if (candidate->kind == DESK_CANDIDATE_ORDER && candidate->filled > 0)
    g_string_append_printf (out, _(", %d filled"), (int) candidate->filled);
  if (candidate->utc > 0)
    g_string_append_printf (out, ", %s", when);
  return g_string_free (out, FALSE);
}

char *
desk_words_took (gint64 usec)
{
  if (usec < G_USEC_PER_SEC)
    return g_strdup_printf ("%d ms", (int) (MAX (usec, 0) / 1000));
  return desk_words_age (usec);
}
