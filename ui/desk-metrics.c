/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-metrics.h"

#include "desk-cells.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

/* At most one refresh a frame, however many fills it brought. */
typedef struct
{
  DeskSession *session; /* not owned: the strip goes before it */
  GtkWidget   *strip;
  GtkLabel    *fills;
  GtkLabel    *contracts;
  GtkLabel    *realised;
  GtkLabel    *win_rate;
  guint        idle_id;
} Metrics;

static void
show (GtkLabel   *label,
      const char *name,
      const char *value)
{
  g_autofree char *spoken = desk_words_named (name, value);

  gtk_label_set_text (label, value);
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
}

static void
refresh (Metrics *metrics)
{
  DeskStats stats = desk_session_get_stats (metrics->session);
  g_autofree char *fills = g_strdup_printf ("%u", stats.fills);
  g_autofree char *contracts = g_strdup_printf ("%" G_GINT64_FORMAT, stats.contracts);
  g_autofree char *rate = NULL;
  g_autoptr(GString) money = g_string_new (NULL);
  DeskCell cell = { .text = money };

  show (metrics->fills, _("Fills"), fills);
  show (metrics->contracts, _("Contracts"), contracts);
  desk_cell_money (&cell, stats.realised, TRUE);
  /* Translators: a figure that cannot be worked out. */
  show (metrics->realised, _("Realised P&L"), money->len > 0 ? money->str : _("not known"));
  if (isfinite (stats.win_rate))
    /* Translators: win rate, then winners and closed trades. */
    rate = g_strdup_printf (_("%.0f %% (%u of %u)"), stats.win_rate * 100.0, stats.winners, stats.round_trips);
  show (metrics->win_rate, _("Win rate"), rate != NULL ? rate : "–");
}

static gboolean
refresh_cb (gpointer user_data)
{
  Metrics *metrics = user_data;

  metrics->idle_id = 0;
  refresh (metrics);
  return G_SOURCE_REMOVE;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          Metrics         *metrics)
{
  if (event->kind == DESK_EVENT_FILL && !event->restored)
    dtc_debug_line ("panel3", "Order filled detected - will refresh metrics");
  if (event->kind != DESK_EVENT_FILL && event->kind != DESK_EVENT_ARM)
    return;
  if (metrics->idle_id == 0)
    metrics->idle_id = g_idle_add (refresh_cb, metrics);
}

static void
destroy_cb (GtkWidget *widget,
            Metrics   *metrics)
{
  g_clear_handle_id (&metrics->idle_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (metrics->session, metrics);
  g_object_unref (metrics->session);
  g_free (metrics);
}

static GtkLabel *
add_figure (GtkWidget  *strip,
            const char *name)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *title = gtk_label_new (name);
  GtkWidget *value = gtk_label_new (NULL);

  gtk_widget_add_css_class (title, "dim-label");
  gtk_widget_add_css_class (value, "metric");
  gtk_box_append (GTK_BOX (box), title);
  gtk_box_append (GTK_BOX (box), value);
  gtk_box_append (GTK_BOX (strip), box);
  return GTK_LABEL (value);
}

GtkWidget *
desk_metrics_new (DeskSession *session)
{
  Metrics *metrics = g_new0 (Metrics, 1);
  GtkWidget *strip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 18);

  metrics->session = g_object_ref (session);
  metrics->strip = strip;
  gtk_widget_add_css_class (strip, "metrics");
  gtk_widget_set_tooltip_text (strip, _("Today, the selected account, without commission; first in, first out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (strip), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Metrics of the day"), -1);
  metrics->fills = add_figure (strip, _("Fills"));
  metrics->contracts = add_figure (strip, _("Contracts"));
  metrics->realised = add_figure (strip, _("Realised P&L"));
  metrics->win_rate = add_figure (strip, _("Win rate"));
  g_signal_connect (session, "event", G_CALLBACK (event_cb), metrics);
  g_signal_connect (strip, "destroy", G_CALLBACK (destroy_cb), metrics);
  refresh (metrics);
  return strip;
}
