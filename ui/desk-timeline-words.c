/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-timeline-words.h"

#include "desk-timeline-axis.h"
#include "desk-words.h"

#include <glib/gi18n.h>

/* The last marks that a tooltip shows. */
#define N_LAST 5

char *
desk_timeline_words_order (const DeskOrderState *order)
{
  const DeskPrice *prices[] = { desk_words_stop_price (order), desk_words_limit_price (order) };
  g_autoptr(GString) out = g_string_new (desk_words_side (order->side));

  if (order->quantity >= 0)
    g_string_append_printf (out, " %" G_GINT64_FORMAT, order->quantity);
  g_string_append_printf (out, " %s %s", order->symbol, desk_words_type_short (order->type));
  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    if (prices[i] != NULL)
      {
        g_autofree char *price = desk_price_format (&order->grid, prices[i]);

        g_string_append_printf (out, " %s", price);
      }
  desk_words_order_now (order, out);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static void
add_latency (GString    *out,
             const char *words,
             gint64      usec)
{
  g_autofree char *duration = NULL;

  if (usec < 0)
    return;
  duration = desk_timeline_duration (usec);
  if (out->len > 0)
    g_string_append (out, " · ");
  g_string_append_printf (out, "%s %s", words, duration);
}

char *
desk_timeline_words_latencies (const DeskOrderState *order)
{
  GString *out = g_string_new (NULL);

  add_latency (out, _("click → journal"), order->journal_usec);
  add_latency (out, _("journal → socket"), order->wire_usec);
  add_latency (out, _("socket → answer"), order->ack_usec);
  add_latency (out, _("answer → first fill"), order->fill_usec);
  add_latency (out, _("cancel → confirmed"), order->cancel_usec);
  return g_string_free (out, FALSE);
}

static const struct
{
  const char *glyph;
  const char *style;
} kinds[] = {
  [DESK_TIMELINE_CLICK] = { "○", NULL },
  [DESK_TIMELINE_JOURNAL] = { "▤", NULL },
  [DESK_TIMELINE_SOCKET] = { "→", NULL },
  [DESK_TIMELINE_UPDATE] = { "□", NULL },
  [DESK_TIMELINE_FILL] = { "◆", "fill-mark" },
  [DESK_TIMELINE_FINAL] = { "■", "final-mark" },
  [DESK_TIMELINE_LINK] = { "⚡", "warning" },
  [DESK_TIMELINE_HUMAN] = { "✎", NULL },
};

const char *
desk_timeline_words_glyph (DeskTimelineKind kind)
{
  return (guint) kind < G_N_ELEMENTS (kinds) ? kinds[kind].glyph : "·";
}

const char *
desk_timeline_words_style (DeskTimelineKind kind)
{
  return (guint) kind < G_N_ELEMENTS (kinds) ? kinds[kind].style : NULL;
}

/* The first line of its text: what follows is for the panel. */
static char *
first_line (const DeskTimelineMark *mark)
{
  g_autofree char *words = desk_words_core (mark->text);
  char *end = strchr (words, '\n');

  if (end != NULL)
    *end = '\0';
  return g_steal_pointer (&words);
}

/* A click is a cancel or a change, where it is not the order itself. */
static const char *
click_word (const DeskTimelineMark *mark)
{
  switch (mark->command)
    {
    case 'c':
      return C_("timeline", "Cancel");
    case 'm':
      return C_("timeline", "Change");
    default:
      return C_("timeline", "Click");
    }
}

/* What stands before the first detail. */
static char *
headline (const DeskTimelineMark *mark)
{
  g_autofree char *words = first_line (mark);

  for (char *end = words; *end != '\0'; end++)
    if (strchr ("(,:;", *end) != NULL && (end[1] == ' ' || *end == '('))
      {
        *end = '\0';
        break;
      }
  return g_strchomp (g_steal_pointer (&words));
}

char *
desk_timeline_words_label (const DeskTimelineMark *mark)
{
  switch (mark->kind)
    {
    case DESK_TIMELINE_CLICK:
      return g_strdup (click_word (mark));
    case DESK_TIMELINE_JOURNAL:
      return g_strdup (C_("timeline", "Journal"));
    case DESK_TIMELINE_SOCKET:
      return g_strdup (C_("timeline", "Socket"));
    case DESK_TIMELINE_HUMAN:
      return g_strdup (C_("timeline", "By hand"));
    case DESK_TIMELINE_UPDATE:
    case DESK_TIMELINE_FILL:
    case DESK_TIMELINE_FINAL:
    case DESK_TIMELINE_LINK:
    default:
      return headline (mark);
    }
}

char *
desk_timeline_words_mark (const DeskTimelineMark *mark)
{
  g_autofree char *words = first_line (mark);
  GString *out = g_string_new (NULL);

  desk_words_time (out, mark->utc, TRUE);
  if (out->len > 0)
    g_string_append_c (out, ' ');
  g_string_append (out, words);
  if (mark->since_previous_usec > 0)
    {
      g_autofree char *duration = desk_timeline_duration (mark->since_previous_usec);

      g_string_append (out, " · ");
      /* Translators: %s is a length of time: so long after the mark before. */
      g_string_append_printf (out, _("%s later"), duration);
    }
  return g_string_free (out, FALSE);
}

char *
desk_timeline_words_tooltip (const DeskOrderState *order,
                             GPtrArray            *marks)
{
  GString *out = g_string_new (NULL);
  g_autofree char *latencies = desk_timeline_words_latencies (order);
  guint first = marks != NULL && marks->len > N_LAST ? marks->len - N_LAST : 0;

  g_string_append (out, latencies);
  for (guint i = first; marks != NULL && i < marks->len; i++)
    {
      g_autofree char *line = desk_timeline_words_mark (g_ptr_array_index (marks, i));

      g_string_append_printf (out, "%s%s%s", out->len > 0 ? "\n" : "", i == first && first > 0 ? "… " : "", line);
    }
  return g_string_free (out, FALSE);
}
