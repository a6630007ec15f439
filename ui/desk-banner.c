/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-banner.h"

#include "desk-orders.h"
#include "desk-sentence.h"
#include "desk-settings.h"
#include "desk-trust-dialog.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskBanner
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *title;
  GtkWidget   *text;
  GtkWidget   *phone;
  GtkWidget   *now;
  GtkWidget   *stop;
  GtkWidget   *trust;

  DeskSession *session;
  gulong       event_id;
  guint        timer_id;
  gboolean     was_live;
  gboolean     at_stake;    /* orders of ours may be at the server: a link was live, or the journal has open ones */
  DeskLinkState failed;     /* the end of the last try, for the certificate that it showed */
  gint64       lost_at;     /* monotonic */
  char        *why;         /* text of the last link event that was bad news */
};

G_DEFINE_FINAL_TYPE (DeskBanner, desk_banner, GTK_TYPE_WIDGET)

static char *
countdown_text (DeskBanner          *self,
                const DeskLinkState *link)
{
  gint64 now = g_get_monotonic_time ();
  guint seconds;

  if (link->retry_at <= now)
    return g_strdup (_("Trying again now."));
  seconds = (guint) ((link->retry_at - now + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC);
  return g_strdup_printf (ngettext ("Next try in %u second.", "Next try in %u seconds.", seconds), seconds);
}

static char *
title_text (DeskBanner          *self,
            const DeskLinkState *link)
{
  g_autofree char *age = NULL;

  if (link->state == DESK_LINK_STOPPED)
    return g_strdup (_("The connection has stopped"));
  if (!self->was_live)
    return g_strdup (link->state == DESK_LINK_RESYNC ? _("Connected, the server is being asked") : _("Not connected yet"));
  if (link->state == DESK_LINK_RESYNC)
    return g_strdup (_("The link is back, the server is being asked"));
  age = desk_words_age (g_get_monotonic_time () - self->lost_at);
  return g_strdup_printf (_("Link lost for %s"), age);
}

/* Whom to call while the orders cannot be reached from here. */
static void
show_phone (DeskBanner          *self,
            const DeskLinkState *link)
{
  g_autofree char *number = desk_settings_dup_string ("broker-phone");
  g_autofree char *text = g_strdup_printf (_("Your broker's desk: %s"), number);

  gtk_label_set_text (GTK_LABEL (self->phone), text);
  gtk_widget_set_visible (self->phone, *number != '\0' && self->at_stake && link->state != DESK_LINK_RESYNC);
}

static void
update (DeskBanner *self)
{
  const DeskLinkState *link = desk_session_get_link (self->session);
  gboolean asking = link->state == DESK_LINK_RESYNC;
  g_autofree char *title = title_text (self, link);
  g_autoptr(GString) text = g_string_new (NULL);

  if (self->at_stake && link->state != DESK_LINK_RESYNC)
    g_string_append (text, _("Your orders may still be working at the server. Stops marked Server stay. Stops marked "
                             "This PC are not active."));
  if (self->why != NULL && *self->why != '\0')
    g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", self->why);
  switch (link->state)
    {
    case DESK_LINK_DOWN:
      {
        g_autofree char *countdown = countdown_text (self, link);

        g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", countdown);
        break;
      }
    case DESK_LINK_CONNECTING:
    case DESK_LINK_HANDSHAKE:
    case DESK_LINK_LOGON:
      if (text->len > 0)
        g_string_append_c (text, ' ');
      g_string_append_printf (text, _("%s, try %u."), desk_words_link (link->state), MAX (link->attempt, 1));
      break;
    case DESK_LINK_RESYNC:
      /* The checklist below it says how far that is. */
      g_string_truncate (text, 0);
      break;
    case DESK_LINK_STOPPED:
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "",
                              _("It does not try again by itself."));
      break;
    case DESK_LINK_LIVE:
    default:
      break;
    }
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->text), text->str);
  gtk_widget_set_visible (self->text, text->len > 0);
  if (asking)
    gtk_widget_add_css_class (self->box, "asking");
  else
    gtk_widget_remove_css_class (self->box, "asking");
  show_phone (self, link);
  gtk_widget_set_visible (self->now, link->state == DESK_LINK_DOWN || link->state == DESK_LINK_STOPPED);
  gtk_widget_set_visible (self->stop, link->state != DESK_LINK_RESYNC && link->state != DESK_LINK_STOPPED);
  gtk_widget_set_visible (self->trust, *self->failed.certificate != '\0');
}

static gboolean
timer_cb (gpointer user_data)
{
  update (user_data);
  return G_SOURCE_CONTINUE;
}

static void
show_link (DeskBanner *self)
{
  gboolean live = desk_session_get_link (self->session)->state == DESK_LINK_LIVE;

  self->at_stake = live || self->was_live || desk_orders_n_open (self->session) > 0;
  if (live)
    {
      self->was_live = TRUE;
      self->failed.certificate[0] = '\0';
      g_clear_pointer (&self->why, g_free);
      g_clear_handle_id (&self->timer_id, g_source_remove);
    }
  else
    {
      update (self);
      if (self->timer_id == 0)
        self->timer_id = g_timeout_add (250, timer_cb, self);
    }
  gtk_widget_set_visible (GTK_WIDGET (self), !live);
}

/* In English the session's own sentence; else ours, with the server's words where they say more. */
static char *
reason_text (const DeskEvent *event)
{
  const char *ours = desk_words_link_reason (event->link.reason);
  const char *text = event->text != NULL ? event->text : "";

  if (desk_words_are_english () || *ours == '\0')
    return g_strdup (text);
  if (g_strcmp0 (event->link.reason, "logon-refused") == 0 || g_strcmp0 (event->link.reason, "logoff") == 0
      || g_strcmp0 (event->link.reason, "no-reconnect") == 0)
    return g_strdup_printf ("%s (%s)", ours, text);
  return g_strdup (ours);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskBanner      *self)
{
  if (event->kind != DESK_EVENT_LINK)
    return;
  if (event->link.state == DESK_LINK_DOWN || event->link.state == DESK_LINK_STOPPED)
    {
      if (!gtk_widget_get_visible (GTK_WIDGET (self)))
        self->lost_at = g_get_monotonic_time ();
      g_free (self->why);
      self->why = reason_text (event);
      self->failed = event->link;
    }
  show_link (self);
}

static void
trust_clicked_cb (DeskBanner *self)
{
  if (self->session != NULL && *self->failed.certificate != '\0')
    desk_trust_dialog_present (GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
                               desk_session_get_profile (self->session), &self->failed);
}

static void
drop_session (DeskBanner *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->why, g_free);
  self->was_live = FALSE;
  self->at_stake = FALSE;
  self->failed.certificate[0] = '\0';
}

static void
desk_banner_dispose (GObject *object)
{
  DeskBanner *self = DESK_BANNER (object);

  drop_session (self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_banner_parent_class)->dispose (object);
}

static void
desk_banner_class_init (DeskBannerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_banner_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_ALERT);
}

static GtkWidget *
add_button (DeskBanner *self,
            GtkWidget  *box,
            const char *label,
            GCallback   clicked)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  if (clicked != NULL)
    g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
desk_banner_init (DeskBanner *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 1);
  GtkWidget *icon = gtk_image_new_from_icon_name ("network-offline-symbolic");

  /* Shown and hidden at once, nothing slides: the trader must not read old states meanwhile. */
  self->box = box;
  gtk_widget_set_parent (box, GTK_WIDGET (self));
  gtk_widget_add_css_class (box, "link-banner");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);

  gtk_box_append (GTK_BOX (box), icon);
  self->title = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->title, "heading");
  self->text = gtk_label_new (NULL);
  gtk_label_set_wrap (GTK_LABEL (self->text), TRUE);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0.0f);
  gtk_label_set_xalign (GTK_LABEL (self->text), 0.0f);
  self->phone = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->phone), 0.0f);
  gtk_label_set_selectable (GTK_LABEL (self->phone), TRUE);
  gtk_widget_add_css_class (self->phone, "broker-phone");
  gtk_box_append (GTK_BOX (lines), self->title);
  gtk_box_append (GTK_BOX (lines), self->text);
  gtk_box_append (GTK_BOX (lines), self->phone);
  gtk_box_append (GTK_BOX (box), desk_sentence_new (lines));
  self->trust = add_button (self, box, _("Trust this certificate…"), G_CALLBACK (trust_clicked_cb));
  gtk_widget_set_tooltip_text (self->trust, _("Shows its fingerprint, and asks"));
  self->now = add_button (self, box, C_("retry", "Now"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->now), "win.reconnect");
  gtk_widget_set_tooltip_text (self->now, _("Connects now instead of waiting"));
  self->stop = add_button (self, box, _("Stop trying"), NULL);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->stop), "win.stop-trying");
  gtk_widget_set_tooltip_text (self->stop, _("Does not connect again until you say so"));
}

void
desk_banner_set_session (DeskBanner  *self,
                         DeskSession *session)
{
  g_return_if_fail (DESK_IS_BANNER (self));

  drop_session (self);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (session == NULL)
    return;
  self->session = g_object_ref (session);
  self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
  show_link (self);
}
