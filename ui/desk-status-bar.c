/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-status-bar.h"

#include "desk-figure.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskStatusBar
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *clock;
  GtkWidget   *news;
  GtkWidget   *link;
  GtkWidget   *heartbeat;
  GtkWidget   *ack;
  GtkWidget   *dropped;
  GtkWidget   *journal;

  DeskSession *session;
  guint        timer_id;
};

G_DEFINE_FINAL_TYPE (DeskStatusBar, desk_status_bar, GTK_TYPE_WIDGET)

static void
set_text (GtkWidget  *label,
          const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static void
show_age (GtkWidget  *label,
          const char *format,
          gint64      since)
{
  g_autofree char *age = since > 0 ? desk_words_age (g_get_monotonic_time () - since) : g_strdup ("–");
  g_autofree char *text = g_strdup_printf ("%s %s", format, age);

  set_text (label, text);
}

static void
show_ack (DeskStatusBar    *self,
          const DeskHealth *health)
{
  g_autofree char *text = NULL;

  if (health->last_ack_usec < 0)
    text = g_strdup_printf (_("ack –"));
  else if (health->p95_ack_usec < 0)
    text = g_strdup_printf (_("ack %.1f ms"), (double) health->last_ack_usec / 1000.0);
  else
    text = g_strdup_printf (_("ack %.1f ms, p95 %.1f"), (double) health->last_ack_usec / 1000.0,
                            (double) health->p95_ack_usec / 1000.0);
  set_text (self->ack, text);
}

static void
show_journal (DeskStatusBar    *self,
              const DeskHealth *health)
{
  g_autofree char *records = g_strdup_printf ("%" G_GUINT64_FORMAT, health->journal_records);
  g_autofree char *text = health->journal_ok      ? g_strdup_printf (_("journal ok %s"), records)
                          : health->journal_waits ? g_strdup (_("JOURNAL WAITS"))
                                                  : g_strdup (_("JOURNAL FAILED"));

  set_text (self->journal, text);
  if (health->journal_ok)
    gtk_widget_remove_css_class (self->journal, "error");
  else
    gtk_widget_add_css_class (self->journal, "error");
}

static gboolean
update_cb (gpointer user_data)
{
  DeskStatusBar *self = user_data;
  g_autoptr(GString) clock = g_string_new (NULL);
  const DeskHealth *health;
  gboolean linked;
  g_autofree char *dropped = NULL;

  desk_words_time (clock, g_get_real_time (), FALSE);
  g_string_append (clock, " UTC");
  set_text (self->clock, clock->str);
  if (self->session == NULL)
    return G_SOURCE_CONTINUE;

  health = desk_session_get_health (self->session);
  /* The health comes once a second; that the link is down is known at once. */
  linked = desk_session_get_link (self->session)->state == DESK_LINK_LIVE || desk_session_get_link (self->session)->state == DESK_LINK_RESYNC;
  show_age (self->link, C_("status bar", "link"), linked ? health->link_since : 0);
  /* One of the connection before would be an alarm about nothing. */
  show_age (self->heartbeat, C_("status bar", "heartbeat"),
            linked && health->link_since > 0 && health->last_heartbeat >= health->link_since ? health->last_heartbeat : 0);
  show_ack (self, health);
  dropped = g_strdup_printf (_("dropped %u, queue %u"), health->dropped, health->write_queue);
  set_text (self->dropped, dropped);
  show_journal (self, health);
  return G_SOURCE_CONTINUE;
}

static void
desk_status_bar_dispose (GObject *object)
{
  DeskStatusBar *self = DESK_STATUS_BAR (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_object (&self->session);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_status_bar_parent_class)->dispose (object);
}

static void
desk_status_bar_class_init (DeskStatusBarClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_status_bar_dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-status-bar.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, box);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, clock);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, news);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, link);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, heartbeat);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, ack);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, dropped);
  gtk_widget_class_bind_template_child (widget_class, DeskStatusBar, journal);
}

static void
desk_status_bar_init (DeskStatusBar *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->timer_id = g_timeout_add (1000, update_cb, self);
  desk_status_bar_set_session (self, NULL);
}

void
desk_status_bar_set_session (DeskStatusBar *self,
                             DeskSession   *session)
{
  GtkWidget *parts[] = { self->link, self->heartbeat, self->ack, self->dropped, self->journal };

  g_return_if_fail (DESK_IS_STATUS_BAR (self));

  g_set_object (&self->session, session);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    gtk_widget_set_visible (parts[i], session != NULL);
  update_cb (self);
}

void
desk_status_bar_say (DeskStatusBar *self,
                     const char    *news)
{
  g_autoptr(GString) text = g_string_new (NULL);

  g_return_if_fail (DESK_IS_STATUS_BAR (self));

  /* It stands until the next news: with its time nobody takes old news for the present. */
  desk_words_time (text, g_get_real_time (), FALSE);
  g_string_append_printf (text, "  %s", news);
  gtk_label_set_text (GTK_LABEL (self->news), text->str);
  desk_set_tooltip (self->news, news);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->news), GTK_ACCESSIBLE_PROPERTY_LABEL, news, -1);
  /* What the news changed does not stand beside it unchanged. */
  update_cb (self);
}
