/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-link-card.h"

#include "desk-checklist.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskLinkCard
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *title;
  GtkWidget   *server;
  GtkWidget   *checklist;
  GtkWidget   *report;
  GtkWidget   *buttons;

  DeskSession *session;
  gulong       event_id;
};

G_DEFINE_FINAL_TYPE (DeskLinkCard, desk_link_card, GTK_TYPE_WIDGET)

static void
show_label (GtkWidget  *label,
            const char *text)
{
  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, *text != '\0');
}

static void
update (DeskLinkCard *self)
{
  const DeskLinkState *link = desk_session_get_link (self->session);
  const DeskProfile *profile = desk_session_get_profile (self->session);
  DeskResyncState *state = desk_session_get_resync (self->session);
  g_autofree char *server = NULL;
  g_autofree char *report = NULL;

  gtk_label_set_text (GTK_LABEL (self->title), desk_words_link (link->state));
  /* Translators: the name a server gives itself, its address. */
  server = *link->server_name != '\0' ? g_strdup_printf (_("%s at %s"), link->server_name, profile->host)
                                      : g_strdup (profile->host != NULL ? profile->host : "");
  show_label (self->server, server);
  desk_checklist_set_state (DESK_CHECKLIST (self->checklist), state, link->state == DESK_LINK_RESYNC);
  if (state != NULL && state->ended)
    report = desk_words_report (state);
  show_label (self->report, report != NULL ? report : "");
  gtk_widget_set_visible (self->buttons, link->state != DESK_LINK_LIVE && link->state != DESK_LINK_RESYNC);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskLinkCard    *self)
{
  if (event->kind == DESK_EVENT_LINK || event->kind == DESK_EVENT_RESYNC)
    update (self);
}

static GtkWidget *
add_label (DeskLinkCard *self,
           const char   *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 64);
  gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (self->box), label);
  return label;
}

static void
add_button (GtkWidget  *box,
            const char *label,
            const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (box), button);
}

static void
drop_session (DeskLinkCard *self)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  g_clear_object (&self->session);
}

static void
desk_link_card_dispose (GObject *object)
{
  DeskLinkCard *self = DESK_LINK_CARD (object);

  drop_session (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_link_card_parent_class)->dispose (object);
}

static void
desk_link_card_class_init (DeskLinkCardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_link_card_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_link_card_init (DeskLinkCard *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  gtk_widget_add_css_class (self->box, "link-card");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->title = add_label (self, "heading");
  self->server = add_label (self, "dim-label");
  self->checklist = desk_checklist_new (DESK_CHECKLIST_LIST);
  gtk_box_append (GTK_BOX (self->box), self->checklist);
  self->report = add_label (self, "check-report");
  self->buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  add_button (self->buttons, _("Connect now"), "win.reconnect");
  add_button (self->buttons, _("Stop trying"), "win.stop-trying");
  gtk_box_append (GTK_BOX (self->box), self->buttons);
}

void
desk_link_card_set_session (DeskLinkCard *self,
                            DeskSession  *session)
{
  g_return_if_fail (DESK_IS_LINK_CARD (self));

  drop_session (self);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  update (self);
}
