/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-link-words.h"

#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define SILENT_AFTER_SECONDS 2 /* behind a heartbeat that was due */

/* Lines of the checklist that need nothing more, of the nine that are asked. */
static void
count_lines (const DeskResyncState *state,
             guint                 *done,
             guint                 *total)
{
  *done = 0;
  *total = DESK_RESYNC_RECONCILE;
  for (guint i = 0; i < DESK_RESYNC_RECONCILE; i++)
    *done += state->lines[i].mark >= DESK_RESYNC_DONE && state->lines[i].mark != DESK_RESYNC_FAILED;
}

gboolean
desk_link_is_blind (DeskSession *session)
{
  return desk_session_get_link (session)->state == DESK_LINK_LIVE && desk_session_get_health (session)->journal_waits;
}

/* Nothing for longer than the server's next heartbeat takes: it may be gone, and nothing has said so yet. */
gboolean
desk_link_is_silent (DeskSession *session)
{
  gint64 last = desk_session_get_health (session)->last_receive;
  guint heartbeat = desk_session_get_profile (session)->heartbeat_seconds;

  return desk_session_get_link (session)->state == DESK_LINK_LIVE && last > 0
         && g_get_monotonic_time () - last > (heartbeat + SILENT_AFTER_SECONDS) * G_USEC_PER_SEC;
}

char *
desk_link_words_orders (DeskSession *session,
                        gint64       lost_at)
{
  const DeskLinkState *link = desk_session_get_link (session);
  const DeskHealth *health = desk_session_get_health (session);
  DeskResyncState *state = desk_session_get_resync (session);
  gint64 now = g_get_monotonic_time ();
  g_autofree char *age = NULL;

  switch (link->state)
    {
    case DESK_LINK_LIVE:
      age = desk_words_age (health->last_receive > 0 ? now - health->last_receive : 0);
      if (desk_link_is_blind (session))
        /* Translators: what the server says of orders waits for a disk that does not answer; as short as possible. */
        return g_strdup (_("Orders: not shown"));
      if (desk_link_is_silent (session))
        /* Translators: nothing came over the link that orders take for so long, and it is not known why. */
        return g_strdup_printf (_("Orders: silent %s"), age);
      /* Translators: the state of the link that orders take; %s is the age of its last message. */
      return g_strdup_printf (_("Orders: live %s"), age);
    case DESK_LINK_RESYNC:
      {
        guint done = link->resync_done;
        guint total = link->resync_total;

        if (state != NULL && !state->ended)
          count_lines (state, &done, &total);
        if (total > 0)
          return g_strdup_printf (_("Asking the server %u/%u"), done, total);
        return g_strdup (desk_words_link (link->state));
      }
    case DESK_LINK_DOWN:
      if (lost_at > 0)
        {
          age = desk_words_age (now - lost_at);
          /* Translators: how long the link has been lost, as short as possible. */
          return g_strdup_printf (_("Link lost %s"), age);
        }
      return g_strdup (_("Not connected"));
    case DESK_LINK_CONNECTING:
    case DESK_LINK_HANDSHAKE:
    case DESK_LINK_LOGON:
    case DESK_LINK_STOPPED:
    default:
      return g_strdup (desk_words_link (link->state));
    }
}

static char *
quotes_text (DeskSession *session)
{
  GListModel *quotes = desk_session_get_quotes (session);
  guint n = g_list_model_get_n_items (quotes);
  gint64 newest = 0;
  gboolean off = FALSE;
  guint refused = 0;
  g_autofree char *age = NULL;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskQuote) quote = g_list_model_get_item (quotes, i);
      const DeskQuoteState *state = desk_quote_get_state (quote);

      off = off || state->feed == DESK_FEED_UNAVAILABLE;
      refused += state->rejected;
      if (!state->stale)
        newest = MAX (newest, state->received);
    }
  if (n == 0)
    /* Translators: the state of the link that market data takes, as short as possible; so the next ones. */
    return g_strdup (_("Data: no symbol"));
  if (off)
    return g_strdup (_("Data: off at the server"));
  if (refused == n)
    return g_strdup (_("Data: refused"));
  if (newest == 0)
    return g_strdup (_("Data: none yet"));
  age = desk_words_age (g_get_monotonic_time () - newest);
  return g_strdup_printf (_("Data: %s"), age);
}

char *
desk_link_words_data (DeskSession *session)
{
  const DeskLinkState *link = desk_session_get_link (session);
  gint64 wait = link->retry_at - g_get_monotonic_time ();

  switch (link->state)
    {
    case DESK_LINK_LIVE:
      return quotes_text (session);
    case DESK_LINK_RESYNC:
      return g_strdup (*link->step != '\0' ? desk_words_resync_step (link->step) : "");
    case DESK_LINK_DOWN:
      if (wait <= 0)
        return g_strdup (_("trying again"));
      /* Translators: a number of a try to connect, seconds until then. */
      return g_strdup_printf (_("try %u in %d s"), link->attempt + 1, (int) ((wait + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC));
    case DESK_LINK_STOPPED:
      return g_strdup (_("no more tries"));
    case DESK_LINK_CONNECTING:
    case DESK_LINK_HANDSHAKE:
    case DESK_LINK_LOGON:
    default:
      return g_strdup_printf (_("try %u"), MAX (link->attempt, 1));
    }
}

/* An order whose fate is not known came into doubt after the round that verified, or was put there by hand. */
static gboolean
has_doubt (DeskSession *session)
{
  GListModel *orders = desk_session_get_orders (session);
  guint n = g_list_model_get_n_items (orders);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i);

      switch (desk_order_get_state (order)->certainty)
        {
        case DESK_CERTAINTY_UNKNOWN:
        case DESK_CERTAINTY_PROBABLE:
        case DESK_CERTAINTY_CONFLICT:
          return TRUE;
        case DESK_CERTAINTY_FRESH:
        case DESK_CERTAINTY_STALE:
        case DESK_CERTAINTY_NO_TRACE:
        case DESK_CERTAINTY_GONE:
        case DESK_CERTAINTY_EXTERNAL:
        default:
          break;
        }
    }
  return FALSE;
}

typedef enum
{
  NOT_VERIFIED,
  PARTLY,   /* all that there is a question for */
  ACCEPTED,
  VERIFIED,
} Standing;

static Standing
standing_of (DeskSession *session)
{
  DeskVerifyRun *run = desk_session_get_verify (session);
  DeskResyncState *state = desk_session_get_resync (session);

  if (desk_session_get_link (session)->state != DESK_LINK_LIVE || state == NULL || !state->ended || !state->verified
      || has_doubt (session) || desk_link_is_blind (session))
    return NOT_VERIFIED;
  if (run == NULL || run->epoch != state->epoch || run->verdict == DESK_VERDICT_MATCH)
    return VERIFIED;
  if (run->verdict != DESK_VERDICT_ACCEPTED && !run->rest_unaskable)
    return NOT_VERIFIED;
  return run->n_accepted > 0 ? ACCEPTED : PARTLY;
}

gboolean
desk_link_is_verified (DeskSession *session)
{
  return standing_of (session) == VERIFIED;
}

gboolean
desk_link_is_mismatch (DeskSession *session)
{
  DeskVerifyRun *run = desk_session_get_verify (session);
  DeskResyncState *state = desk_session_get_resync (session);

  return (run != NULL && run->verdict == DESK_VERDICT_MISMATCH)
         || (state != NULL && state->ended && (state->counts.position_mismatches > 0 || state->counts.conflict > 0));
}

char *
desk_link_words_verdict (DeskSession *session)
{
  DeskVerifyRun *run = desk_session_get_verify (session);
  DeskResyncState *state = desk_session_get_resync (session);
  Standing standing = standing_of (session);
  g_autoptr(GString) when = g_string_new (NULL);

  if (desk_link_is_mismatch (session))
    return g_strdup (C_("verification", "Mismatch"));
  if (standing == NOT_VERIFIED)
    return g_strdup (C_("verification", "Not verified"));
  desk_words_time (when, run != NULL ? MAX (run->utc, state->utc) : state->utc, FALSE);
  g_string_truncate (when, 5);
  if (standing == ACCEPTED)
    /* Translators: what does not match was accepted by a person; %s is a time of day in hours and minutes, as in the next. */
    return g_strdup_printf (_("Accepted %s"), when->str);
  return g_strdup_printf (_("Verified %s"), when->str);
}

char *
desk_link_words_checks (DeskSession *session)
{
  DeskVerifyRun *run = desk_session_get_verify (session);
  GString *out = g_string_new (NULL);
  guint ok = 0;
  guint wrong = 0;
  guint unproved = 0;

  for (guint i = 1; run != NULL && i <= DESK_N_CHECKS; i++)
    {
      wrong += run->n_mismatch[i] > 0;
      unproved += run->n_mismatch[i] == 0 && run->n_not_provable[i] > 0;
      ok += run->n_mismatch[i] == 0 && run->n_not_provable[i] == 0 && run->n_match[i] > 0;
    }
  if (run != NULL)
    /* Translators: how many of the checks agree, as short as possible: "14 ok". */
    g_string_append_printf (out, _("%u ok"), ok);
  if (wrong > 0)
    g_string_append_printf (out, " %u !", wrong);
  if (unproved > 0 && standing_of (session) == PARTLY)
    {
      g_string_append (out, " · ");
      g_string_append_printf (out, ngettext ("%u not provable", "%u not provable", unproved), unproved);
    }
  else if (unproved > 0)
    g_string_append_printf (out, " %u ?", unproved);
  return g_string_free (out, FALSE);
}

char *
desk_link_words_rest (DeskSession *session)
{
  DeskVerifyRun *run = desk_session_get_verify (session);
  GString *out = NULL;

  for (guint i = 0; standing_of (session) == PARTLY && i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);
      g_autofree char *text = NULL;

      if (!finding->unaskable || finding->accepted)
        continue;
      text = desk_words_core (finding->text);
      if (out == NULL)
        out = g_string_new (NULL);
      g_string_append_printf (out, "%sV%u · %s", out->len > 0 ? "\n" : "", finding->check, text);
    }
  return out != NULL ? g_string_free (out, FALSE) : NULL;
}
