/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-window-private.h"

#include "desk-case-dialog.h"
#include "desk-connections.h"
#include "desk-diagnostics.h"
#include "desk-drill-dialog.h"
#include "desk-log-view.h"
#include "desk-market-view.h"
#include "desk-orders.h"
#include "desk-symbol-search.h"
#include "desk-timeline-view.h"

#include <glib/gi18n.h>

void
window_send (DeskWindow      *self,
             DeskCommandKind  kind)
{
  DeskCommand *command;

  if (self->session == NULL)
    return;
  command = desk_command_new (kind);
  command->clicked = g_get_monotonic_time ();
  command->ticket.source = DESK_SOURCE_KEY;
  desk_session_send (self->session, command);
}

static void
arm_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->session == NULL)
    return;
  /* A halt is not armed away; the same key asks for the word. */
  if (desk_session_get_arm (self->session)->arm == DESK_ARM_HALTED)
    {
      gtk_widget_activate_action (widget, "win.unhalt", NULL);
      return;
    }
  window_send (self, desk_session_get_arm (self->session)->arm == DESK_ARM_DISARMED ? DESK_COMMAND_ARM
                                                                                    : DESK_COMMAND_DISARM);
}

static void
verify_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  window_send (DESK_WINDOW (widget), DESK_COMMAND_VERIFY);
}

static void
link_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  window_send (DESK_WINDOW (widget), g_str_equal (name, "win.reconnect") ? DESK_COMMAND_RECONNECT
                                                                         : DESK_COMMAND_STOP_TRYING);
}

static void
waive_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  DeskCommand *command;

  if (self->session == NULL)
    return;
  command = desk_command_new (DESK_COMMAND_WAIVE);
  g_strlcpy (command->step, g_variant_get_string (parameter, NULL), sizeof command->step);
  desk_session_send (self->session, command);
}

static void
show_link_action (GtkWidget  *widget,
                  const char *name,
                  GVariant   *parameter)
{
  desk_header_show_link (DESK_WINDOW (widget)->header);
}

static void
show_unknown_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  desk_workspace_raise (self->workspace, "orders");
  desk_orders_show_unknown (DESK_ORDERS (desk_workspace_get (self->workspace, "orders")));
}

static void
flatten_all_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  desk_exits_ask_everything (DESK_WINDOW (widget)->exits);
}

static void
halt_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  desk_exits_ask_halt (DESK_WINDOW (widget)->exits);
}

/* A position's way out, by its symbol and account. */
static void
exit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  const char *symbol;
  const char *account;

  g_variant_get (parameter, "(&s&s)", &symbol, &account);
  if (g_str_equal (name, "win.reverse"))
    desk_exits_ask_reverse (self->exits, symbol, account);
  else if (*symbol != '\0')
    desk_exits_ask_flatten (self->exits, symbol, account);
  else
    desk_exits_ask_account (self->exits, account);
}

static void
unhalt_cb (gpointer user_data)
{
  window_send (user_data, DESK_COMMAND_UNHALT);
}

static void
unhalt_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  /* Translators: the word a trader types to release a halt. */
  const char *word = C_("typed word", "HALT");
  g_autofree char *question = NULL;

  if (self->session == NULL)
    return;
  question = g_strdup_printf (_("Type %s to release the halt"), word);
  desk_notice_bar_ask (self->notices, question, _("Release the halt"), word, unhalt_cb, self);
}

static void
go_to_action (GtkWidget  *widget,
              const char *name,
              GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace != NULL)
    desk_workspace_raise (self->workspace, g_variant_get_string (parameter, NULL));
}

static void
order_line_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (window_get_ticket (self) == NULL)
    return;
  desk_workspace_raise (self->workspace, "ticket");
  desk_ticket_view_focus_line (window_get_ticket (self));
}

static void
order_symbol_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (window_get_ticket (self) != NULL)
    desk_ticket_view_set_symbol (window_get_ticket (self), g_variant_get_string (parameter, NULL));
}

static void
find_symbol_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->session != NULL)
    gtk_window_present (GTK_WINDOW (desk_symbol_search_new (GTK_WINDOW (self), self->session)));
}

static void
market_symbol_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  desk_market_view_show_symbol (DESK_MARKET_VIEW (desk_workspace_get (self->workspace, "market")),
                                g_variant_get_string (parameter, NULL));
  desk_workspace_raise (self->workspace, "market");
}

static void
place_market_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  if (g_str_equal (name, "win.move-market"))
    desk_workspace_move_market (self->workspace);
  else
    desk_workspace_fit_market (self->workspace);
}

static void
cancel_side_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace != NULL)
    desk_orders_cancel_side (DESK_ORDERS (desk_workspace_get (self->workspace, "orders")),
                             g_str_equal (name, "win.cancel-buys") ? DESK_SIDE_BUY : DESK_SIDE_SELL);
}

static void
cancel_all_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  window_send (DESK_WINDOW (widget), DESK_COMMAND_CANCEL_ALL);
}

static void
flatten_symbol_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (window_get_ticket (self) != NULL)
    desk_exits_ask_flatten (self->exits, desk_ticket_view_get_symbol (window_get_ticket (self)),
                            desk_session_get_arm (self->session)->account);
}

static void
show_order_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  desk_workspace_raise (self->workspace, "orders");
  desk_orders_show (DESK_ORDERS (desk_workspace_get (self->workspace, "orders")), g_variant_get_string (parameter, NULL));
}

static void
show_timeline_action (GtkWidget  *widget,
                      const char *name,
                      GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  desk_timeline_view_show (DESK_TIMELINE_VIEW (desk_workspace_get (self->workspace, "timeline")),
                           g_variant_get_string (parameter, NULL));
  desk_workspace_raise (self->workspace, "timeline");
}

static void
show_finding_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace == NULL)
    return;
  desk_workspace_raise (self->workspace, "reconcile");
  desk_reconcile_view_show (DESK_RECONCILE_VIEW (desk_workspace_get (self->workspace, "reconcile")),
                            g_variant_get_uint64 (parameter));
}

static void
drills_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  DtcNumbering numbering = self->session != NULL ? desk_session_get_profile (self->session)->numbering
                                                 : DTC_NUMBERING_BRIEF;

  gtk_window_present (GTK_WINDOW (desk_drill_dialog_new (GTK_WINDOW (self), numbering)));
}

static void
diagnostics_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->session != NULL)
    gtk_window_present (GTK_WINDOW (desk_diagnostics_new (GTK_WINDOW (self), self->session, self->since)));
}

static void
resolve_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->session != NULL)
    gtk_window_present (GTK_WINDOW (desk_case_dialog_new (GTK_WINDOW (self), self->session,
                                                          g_variant_get_string (parameter, NULL))));
}

static void
show_log_action (GtkWidget  *widget,
                 const char *name,
                 GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  DeskLogView *log;

  if (self->workspace == NULL)
    return;
  log = DESK_LOG_VIEW (desk_workspace_get (self->workspace, "log"));
  desk_workspace_raise (self->workspace, "log");
  if (g_str_equal (name, "win.show-messages"))
    desk_log_view_show_order (log, g_variant_get_string (parameter, NULL));
  else
    desk_log_view_show_record (log, g_variant_get_uint64 (parameter));
}

static void
enlarge_log_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (self->workspace != NULL)
    desk_workspace_enlarge_bottom (self->workspace);
}

static void
say_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  window_say (DESK_WINDOW (widget), DESK_LEVEL_WARNING, g_variant_get_string (parameter, NULL));
}

static void
connections_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);
  const char *current = self->session != NULL ? desk_session_get_profile (self->session)->name : NULL;

  gtk_window_present (GTK_WINDOW (desk_connections_new (GTK_WINDOW (self), current)));
}

void
window_update_actions (DeskWindow *self)
{
  DeskLink link = self->session != NULL ? desk_session_get_link (self->session)->state : DESK_LINK_DOWN;
  gboolean linked = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
  gboolean halted = self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_HALTED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.halt", self->session != NULL && !halted);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.unhalt", halted);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.flatten-all", linked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.verify", self->session != NULL);
}

void
window_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "win.arm", NULL, arm_action);
  gtk_widget_class_install_action (widget_class, "win.verify", NULL, verify_action);
  gtk_widget_class_install_action (widget_class, "win.reconnect", NULL, link_action);
  gtk_widget_class_install_action (widget_class, "win.stop-trying", NULL, link_action);
  gtk_widget_class_install_action (widget_class, "win.waive", "s", waive_action);
  gtk_widget_class_install_action (widget_class, "win.show-link", NULL, show_link_action);
  gtk_widget_class_install_action (widget_class, "win.show-unknown", NULL, show_unknown_action);
  gtk_widget_class_install_action (widget_class, "win.flatten-all", NULL, flatten_all_action);
  gtk_widget_class_install_action (widget_class, "win.halt", NULL, halt_action);
  gtk_widget_class_install_action (widget_class, "win.unhalt", NULL, unhalt_action);
  gtk_widget_class_install_action (widget_class, "win.go-to", "s", go_to_action);
  gtk_widget_class_install_action (widget_class, "win.order-line", NULL, order_line_action);
  gtk_widget_class_install_action (widget_class, "win.order-symbol", "s", order_symbol_action);
  gtk_widget_class_install_action (widget_class, "win.find-symbol", NULL, find_symbol_action);
  gtk_widget_class_install_action (widget_class, "win.market-symbol", "s", market_symbol_action);
  gtk_widget_class_install_action (widget_class, "win.move-market", NULL, place_market_action);
  gtk_widget_class_install_action (widget_class, "win.fit-market", NULL, place_market_action);
  gtk_widget_class_install_action (widget_class, "win.cancel-all", NULL, cancel_all_action);
  gtk_widget_class_install_action (widget_class, "win.cancel-buys", NULL, cancel_side_action);
  gtk_widget_class_install_action (widget_class, "win.cancel-sells", NULL, cancel_side_action);
  gtk_widget_class_install_action (widget_class, "win.flatten-symbol", NULL, flatten_symbol_action);
  gtk_widget_class_install_action (widget_class, "win.flatten", "(ss)", exit_action);
  gtk_widget_class_install_action (widget_class, "win.reverse", "(ss)", exit_action);
  gtk_widget_class_install_action (widget_class, "win.show-order", "s", show_order_action);
  gtk_widget_class_install_action (widget_class, "win.show-timeline", "s", show_timeline_action);
  gtk_widget_class_install_action (widget_class, "win.show-finding", "t", show_finding_action);
  gtk_widget_class_install_action (widget_class, "win.drills", NULL, drills_action);
  gtk_widget_class_install_action (widget_class, "win.diagnostics", NULL, diagnostics_action);
  gtk_widget_class_install_action (widget_class, "win.resolve", "s", resolve_action);
  gtk_widget_class_install_action (widget_class, "win.show-messages", "s", show_log_action);
  gtk_widget_class_install_action (widget_class, "win.show-record", "t", show_log_action);
  gtk_widget_class_install_action (widget_class, "win.enlarge-log", NULL, enlarge_log_action);
  gtk_widget_class_install_action (widget_class, "win.say", "s", say_action);
  gtk_widget_class_install_action (widget_class, "win.connections", NULL, connections_action);
}
