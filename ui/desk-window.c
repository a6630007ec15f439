/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-window-private.h"

#include "desk-orders.h"
#include "desk-press-guard.h"
#include "desk-settings.h"

#include <glib/gi18n.h>

#define DOUBLE_ESCAPE_USEC 600000

G_DEFINE_FINAL_TYPE (DeskWindow, desk_window, ADW_TYPE_APPLICATION_WINDOW)

DeskTicketView *
window_get_ticket (DeskWindow *self)
{
  GtkWidget *widget = self->workspace != NULL ? desk_workspace_get (self->workspace, "ticket") : NULL;

  return widget != NULL ? DESK_TICKET_VIEW (widget) : NULL;
}

/* Escape drops what is open; twice in a row it disarms. */
static gboolean
escape_cb (GtkWidget *widget,
           GVariant  *args,
           gpointer   user_data)
{
  DeskWindow *self = DESK_WINDOW (widget);
  gint64 now = g_get_monotonic_time ();
  gboolean again = now - self->last_escape < DOUBLE_ESCAPE_USEC;

  self->last_escape = now;
  if (desk_notice_bar_drop (self->notices)
      || (window_get_ticket (self) != NULL && desk_ticket_view_drop (window_get_ticket (self))))
    return TRUE;
  if (again && self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_CONFIRM)
    window_send (self, DESK_COMMAND_DISARM);
  return TRUE;
}

/* A confirmation answers what was on the screen a moment ago: not before a sleep, not on another's screen. */
static void
stand_down (DeskWindow *self)
{
  desk_notice_bar_drop (self->notices);
  if (window_get_ticket (self) != NULL)
    desk_ticket_view_drop (window_get_ticket (self));
  if (self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_CONFIRM)
    window_send (self, DESK_COMMAND_DISARM);
}

void
desk_window_sleep (DeskWindow *self)
{
  g_autofree char *text = NULL;
  guint n;

  g_return_if_fail (DESK_IS_WINDOW (self));

  stand_down (self);
  n = self->session != NULL ? desk_orders_n_open (self->session) : 0;
  if (n == 0)
    return;
  text = g_strdup_printf (ngettext ("The computer has slept with %u open order: it stayed at the server meanwhile, and what "
                                    "is marked This PC did not work.",
                                    "The computer has slept with %u open orders: they stayed at the server meanwhile, and "
                                    "what is marked This PC did not work.", n), n);
  desk_notice_bar_say_about (self->notices, "sleep", DESK_LEVEL_WARNING, text);
  desk_status_bar_say (self->status, text);
}

void
desk_window_wake (DeskWindow *self)
{
  g_return_if_fail (DESK_IS_WINDOW (self));

  stand_down (self);
  /* The socket may look alive for a long time: what is on the screen is asked again now. */
  if (self->session != NULL && desk_session_get_link (self->session)->state != DESK_LINK_STOPPED)
    window_send (self, DESK_COMMAND_RECONNECT);
}

void
desk_window_lock (DeskWindow *self)
{
  g_return_if_fail (DESK_IS_WINDOW (self));

  if (desk_settings_get_boolean ("disarm-on-lock", TRUE))
    stand_down (self);
}

static void
drop_session (DeskWindow *self)
{
  if (self->session != NULL)
    g_clear_signal_handler (&self->event_id, self->session);
  if (self->workspace != NULL)
    {
      desk_workspace_save (self->workspace);
      gtk_stack_remove (GTK_STACK (self->stack), GTK_WIDGET (self->workspace));
      self->workspace = NULL;
    }
  desk_exits_set_session (self->exits, NULL);
  g_clear_pointer (&self->placed, desk_placed_free);
  g_clear_object (&self->session);
}

static void
desk_window_dispose (GObject *object)
{
  DeskWindow *self = DESK_WINDOW (object);

  if (self->stack != NULL)
    drop_session (self);
  self->stack = NULL;
  g_clear_object (&self->power);
  g_clear_pointer (&self->trouble, g_free);
  g_clear_pointer (&self->exits, desk_exits_free);
  G_OBJECT_CLASS (desk_window_parent_class)->dispose (object);
}

static void
desk_window_class_init (DeskWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_window_dispose;

  g_type_ensure (DESK_TYPE_HEADER);
  g_type_ensure (DESK_TYPE_BANNER);
  g_type_ensure (DESK_TYPE_RESYNC_BAR);
  g_type_ensure (DESK_TYPE_EXIT_STRIP);
  g_type_ensure (DESK_TYPE_NOTICE_BAR);
  g_type_ensure (DESK_TYPE_STATUS_BAR);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-window.ui");
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, frame);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, header);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, resync);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, strip);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, notices);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, stack);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, failure);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, advice);
  gtk_widget_class_bind_template_child (widget_class, DeskWindow, status);

  window_install_actions (widget_class);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
press_refused_cb (DeskWindow *self)
{
  desk_status_bar_say (self->status, _("The panels had just moved: that click was not taken"));
}

static void
desk_window_init (DeskWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->exits = desk_exits_new (self->notices, self->strip);
  g_signal_connect_object (desk_press_guard_new (self->stack), "refused", G_CALLBACK (press_refused_cb), self, G_CONNECT_SWAPPED);
  gtk_window_set_default_size (GTK_WINDOW (self), desk_settings_get_int ("window-width", 1280),
                               desk_settings_get_int ("window-height", 720));
  if (desk_settings_get_boolean ("window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  self->since = g_get_real_time ();
  self->power = desk_power_new (NULL);
  g_signal_connect_object (self->power, "sleeping", G_CALLBACK (desk_window_sleep), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->power, "awake", G_CALLBACK (desk_window_wake), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->power, "locked", G_CALLBACK (desk_window_lock), self, G_CONNECT_SWAPPED);
  window_update_actions (self);
}

DeskWindow *
desk_window_new (GtkApplication *application)
{
  return g_object_new (DESK_TYPE_WINDOW, "application", application, NULL);
}

void
desk_window_set_session (DeskWindow  *self,
                         DeskSession *session)
{
  GtkWidget *reconcile;
  gboolean live;

  g_return_if_fail (DESK_IS_WINDOW (self));

  drop_session (self);
  desk_header_set_session (self->header, session);
  desk_banner_set_session (self->banner, session);
  desk_resync_bar_set_session (self->resync, session);
  desk_exit_strip_set_session (self->strip, session);
  desk_status_bar_set_session (self->status, session);
  desk_notice_bar_clear (self->notices);
  live = session != NULL && desk_session_get_profile (session)->live;
  gtk_widget_remove_css_class (self->frame, "live");
  gtk_widget_remove_css_class (self->frame, "sim");
  if (session != NULL)
    {
      self->session = g_object_ref (session);
      self->placed = desk_placed_new ();
      self->arm_told = FALSE;
      desk_exits_set_session (self->exits, session);
      gtk_widget_add_css_class (self->frame, live ? "live" : "sim");
      self->event_id = g_signal_connect (session, "event", G_CALLBACK (window_event_cb), self);
      self->workspace = DESK_WORKSPACE (desk_workspace_new (session));
      gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->workspace), "desk");
      gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (self->workspace));
      reconcile = desk_workspace_get (self->workspace, "reconcile");
      g_signal_connect_object (reconcile, "found", G_CALLBACK (window_found_cb), self, 0);
      g_signal_connect_object (reconcile, "settled", G_CALLBACK (window_settled_cb), self, G_CONNECT_SWAPPED);
      desk_workspace_raise (self->workspace, "orders");
      desk_workspace_raise (self->workspace, "ticket");
    }
  window_update_actions (self);
}

void
desk_window_show_starting (DeskWindow *self)
{
  g_return_if_fail (DESK_IS_WINDOW (self));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "starting");
}

void
desk_window_show_failure (DeskWindow *self,
                          const char *title,
                          const char *text,
                          const char *advice)
{
  g_autofree char *escaped = NULL;

  g_return_if_fail (DESK_IS_WINDOW (self));

  /* The description of a status page is markup; the text is not ours. */
  escaped = g_markup_escape_text (text, -1);
  adw_status_page_set_title (ADW_STATUS_PAGE (self->failure), title);
  adw_status_page_set_description (ADW_STATUS_PAGE (self->failure), escaped);
  gtk_label_set_text (GTK_LABEL (self->advice), advice);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "failed");
  desk_status_bar_say (self->status, title);
}

void
desk_window_save (DeskWindow *self)
{
  int width;
  int height;

  g_return_if_fail (DESK_IS_WINDOW (self));

  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  desk_settings_set_int ("window-width", width);
  desk_settings_set_int ("window-height", height);
  desk_settings_set_boolean ("window-maximized", gtk_window_is_maximized (GTK_WINDOW (self)));
  if (self->workspace != NULL)
    desk_workspace_save (self->workspace);
}

static void
close_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "leave", NULL);
}

gboolean
desk_window_ask_close (DeskWindow *self)
{
  g_autofree char *question = NULL;
  guint n;

  g_return_val_if_fail (DESK_IS_WINDOW (self), FALSE);

  n = self->session != NULL ? desk_orders_n_open (self->session) : 0;
  /* Closing twice is an answer. */
  if (n == 0 || desk_notice_bar_is_asking (self->notices, close_cb))
    return FALSE;
  if (desk_session_get_profile (self->session)->builtin_simulator)
    question = g_strdup_printf (ngettext ("%u order is still open; it waits in the simulator until the next start. Close?",
                                          "%u orders are still open; they wait in the simulator until the next start. "
                                          "Close?", n), n);
  else
    question = g_strdup_printf (ngettext ("%u order is still open and stays at the server: closing cancels nothing. Close?",
                                          "%u orders are still open and stay at the server: closing cancels nothing. "
                                          "Close?", n), n);
  desk_notice_bar_ask (self->notices, question, _("Close the window"), NULL, close_cb, self);
  return TRUE;
}
