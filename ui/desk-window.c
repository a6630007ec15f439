/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-window.h"

#include "desk-alarms.h"
#include "desk-banner.h"
#include "desk-case-dialog.h"
#include "desk-connections.h"
#include "desk-diagnostics.h"
#include "desk-drill-dialog.h"
#include "desk-exits.h"
#include "desk-header.h"
#include "desk-log-view.h"
#include "desk-market-view.h"
#include "desk-notice-bar.h"
#include "desk-orders.h"
#include "desk-placed.h"
#include "desk-power.h"
#include "desk-resync-bar.h"
#include "desk-reconcile-view.h"
#include "desk-settings.h"
#include "desk-status-bar.h"
#include "desk-symbol-search.h"
#include "desk-ticket-view.h"
#include "desk-timeline-view.h"
#include "desk-words.h"
#include "desk-workspace.h"

#include <glib/gi18n.h>

#define DOUBLE_ESCAPE_USEC 600000

struct _DeskWindow
{
  AdwApplicationWindow parent_instance;

  GtkWidget     *frame;
  DeskHeader    *header;
  DeskBanner    *banner;
  DeskResyncBar *resync;
  DeskExitStrip *strip;
  DeskNoticeBar *notices;
  GtkWidget     *stack;
  GtkWidget     *failure;
  GtkWidget     *advice;
  DeskStatusBar *status;

  DeskSession   *session;
  DeskPlaced    *placed;
  DeskWorkspace *workspace;
  char          *trouble;          /* why there is no link, as it was said on standard error */
  gulong         event_id;
  gint64         last_escape;
  guint64        finding;          /* that the notice is about */
  DeskExits     *exits;
  DeskArm        arm;              /* as it was told last */
  gboolean       arm_told;
  gint64         since;            /* UTC: when this window was made */
  DeskPower     *power;
};

G_DEFINE_FINAL_TYPE (DeskWindow, desk_window, ADW_TYPE_APPLICATION_WINDOW)

static void
send_simple (DeskWindow      *self,
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
  send_simple (self, desk_session_get_arm (self->session)->arm == DESK_ARM_DISARMED ? DESK_COMMAND_ARM
                                                                                    : DESK_COMMAND_DISARM);
}

static void
verify_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  send_simple (DESK_WINDOW (widget), DESK_COMMAND_VERIFY);
}

static void
link_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  send_simple (DESK_WINDOW (widget), g_str_equal (name, "win.reconnect") ? DESK_COMMAND_RECONNECT
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
  send_simple (user_data, DESK_COMMAND_UNHALT);
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

static DeskTicketView *
ticket (DeskWindow *self)
{
  GtkWidget *widget = self->workspace != NULL ? desk_workspace_get (self->workspace, "ticket") : NULL;

  return widget != NULL ? DESK_TICKET_VIEW (widget) : NULL;
}

static void
order_line_action (GtkWidget  *widget,
                   const char *name,
                   GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (ticket (self) == NULL)
    return;
  desk_workspace_raise (self->workspace, "ticket");
  desk_ticket_view_focus_line (ticket (self));
}

static void
order_symbol_action (GtkWidget  *widget,
                     const char *name,
                     GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (ticket (self) != NULL)
    desk_ticket_view_set_symbol (ticket (self), g_variant_get_string (parameter, NULL));
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
  send_simple (DESK_WINDOW (widget), DESK_COMMAND_CANCEL_ALL);
}

static void
flatten_symbol_action (GtkWidget  *widget,
                       const char *name,
                       GVariant   *parameter)
{
  DeskWindow *self = DESK_WINDOW (widget);

  if (ticket (self) != NULL)
    desk_exits_ask_flatten (self->exits, desk_ticket_view_get_symbol (ticket (self)),
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
say (DeskWindow *self,
     DeskLevel   level,
     const char *text)
{
  if (level != DESK_LEVEL_INFO)
    desk_notice_bar_say (self->notices, level, text);
  desk_status_bar_say (self->status, text);
}

static void
say_action (GtkWidget  *widget,
            const char *name,
            GVariant   *parameter)
{
  say (DESK_WINDOW (widget), DESK_LEVEL_WARNING, g_variant_get_string (parameter, NULL));
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

static void
update_actions (DeskWindow *self)
{
  DeskLink link = self->session != NULL ? desk_session_get_link (self->session)->state : DESK_LINK_DOWN;
  gboolean linked = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
  gboolean halted = self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_HALTED;

  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.halt", self->session != NULL && !halted);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.unhalt", halted);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.flatten-all", linked);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "win.verify", self->session != NULL);
}

/* @about: what the news must not be read without, or NULL. */
static void
say_of (DeskWindow *self,
        const char *news,
        const char *about)
{
  g_autofree char *text = about != NULL ? g_strdup_printf ("%s · %s", news, about) : g_strdup (news);

  desk_status_bar_say (self->status, text);
}

static void
order_news (DeskWindow           *self,
            const DeskOrderState *order)
{
  g_autofree char *news = NULL;

  if (order->reason == DESK_REASON_REJECTED || order->reason == DESK_REASON_CHANGE_REJECTED
      || order->reason == DESK_REASON_CANCEL_REJECTED)
    /* Translators: an order's state, its symbol, the server's reason. */
    news = g_strdup_printf (_("%s, %s: %s"), desk_words_order_state (order), order->symbol,
                            order->text != NULL && *order->text != '\0' ? order->text
                                                                        : desk_words_reason (order->reason));
  else if (order->status == DESK_STATUS_CANCELLED && order->reason == DESK_REASON_CANCELLED)
    news = g_strdup_printf (_("%s: %s"), desk_words_order_state (order), order->symbol);
  if (news != NULL)
    say_of (self, news, order->source == DESK_SOURCE_EXTERNAL ? desk_words_certainty (DESK_CERTAINTY_EXTERNAL) : NULL);
}

static void
flatten_news (DeskWindow             *self,
              const DeskFlattenState *flatten)
{
  g_autofree char *text = g_strdup_printf (_("Flatten %s: %s"), flatten->symbol, desk_words_flatten_step (flatten->step));

  desk_exits_show_step (self->exits, flatten);
  desk_status_bar_say (self->status, text);
}

static void
denied (DeskWindow      *self,
        const DeskEvent *event)
{
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;

  if (ticket (self) != NULL && desk_ticket_view_owns (ticket (self), event->tag))
    {
      desk_status_bar_say (self->status, desk_words_denial (event->denial));
      return;
    }
  why = desk_words_denial_text (event->denial, event->text);
  text = g_strdup_printf ("%s (%s)", why, event->code);
  desk_notice_bar_say_about (self->notices, event->code, DESK_LEVEL_WARNING, text);
  desk_status_bar_say (self->status, text);
}

/* The trader's choice, never ours: the profile is saved with the other numbering and opened again. */
static void
change_numbering_cb (gpointer user_data)
{
  DeskWindow *self = user_data;
  g_autoptr(DeskProfile) profile = NULL;
  g_autoptr(GError) error = NULL;

  if (self->session == NULL)
    return;
  profile = desk_profile_copy (desk_session_get_profile (self->session));
  profile->numbering = profile->numbering == DTC_NUMBERING_BRIEF ? DTC_NUMBERING_DTC : DTC_NUMBERING_BRIEF;
  if (!desk_profile_save (profile, &error))
    say (self, DESK_LEVEL_ALARM, error->message);
  else
    g_action_group_activate_action (G_ACTION_GROUP (g_application_get_default ()), "open-profile",
                                    g_variant_new_string (profile->name));
}

/* What a notice is about, where only its last word is true; else NULL. */
static const char *
last_word_about (const char *code)
{
  if (g_str_equal (code, "HALTED"))
    return code;
  if (g_str_equal (code, "STORAGE_SLOW") || g_str_equal (code, "KEPT_ASIDE") || g_str_equal (code, "STORAGE_BACK"))
    return "STORAGE_SLOW";
  return g_str_equal (code, "FEED_OFF") || g_str_equal (code, "FEED_ON") ? "FEED_OFF" : NULL;
}

static void
notice_news (DeskWindow      *self,
             const DeskEvent *event)
{
  g_autofree char *text = desk_words_notice (event->code, event->text);
  const char *subject;
  g_autofree char *label = NULL;

  if (desk_alarms_say (self->notices, self->session, event, text))
    {
      desk_status_bar_say (self->status, text);
      return;
    }
  if ((g_str_equal (event->code, "FLATTEN_FAILED") || g_str_equal (event->code, "FLATTEN_DONE"))
      && desk_exit_strip_say (self->strip, event->text, text))
    {
      desk_status_bar_say (self->status, text);
      return;
    }
  /* The checklist has it, with the button that goes on without. */
  if (g_str_equal (event->code, "RESYNC_STEP"))
    {
      desk_status_bar_say (self->status, text);
      return;
    }
  /* Somebody at the server wrote it to be read: a line that passes is not enough. */
  if (desk_words_is_server_message (event->code))
    {
      desk_notice_bar_say (self->notices, event->level, text);
      desk_status_bar_say (self->status, text);
      return;
    }
  subject = last_word_about (event->code);
  if (subject != NULL)
    {
      desk_notice_bar_forget (self->notices, subject);
      if (event->level != DESK_LEVEL_INFO)
        desk_notice_bar_say_about (self->notices, subject, event->level, text);
      desk_status_bar_say (self->status, text);
      return;
    }
  if (!g_str_equal (event->code, "NUMBERING"))
    {
      say (self, event->level, text);
      return;
    }
  /* Translators: %s is the name of a numbering, "dtc" or "brief". */
  label = g_strdup_printf (_("Change the profile to numbering %s"),
                           desk_session_get_profile (self->session)->numbering == DTC_NUMBERING_BRIEF ? "dtc" : "brief");
  desk_notice_bar_offer (self->notices, "numbering", event->level, text, label, change_numbering_cb, self);
  desk_status_bar_say (self->status, text);
}

/* A mismatch is told where it is seen whatever panel is open, and shown from there. */
static void
show_found_cb (gpointer user_data)
{
  DeskWindow *self = user_data;

  desk_notice_bar_forget (self->notices, "finding");
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-finding", "t", self->finding);
}

static void
found_cb (DeskReconcileView *view,
          guint64            number,
          const char        *words,
          DeskWindow        *self)
{
  self->finding = number;
  desk_status_bar_say (self->status, words);
  if (gtk_widget_get_mapped (GTK_WIDGET (view)))
    return;
  desk_notice_bar_offer (self->notices, "finding", DESK_LEVEL_WARNING, words, _("Show the finding"), show_found_cb, self);
}

static void
settled_cb (DeskWindow *self)
{
  desk_notice_bar_forget (self->notices, "finding");
}

/* Once, not at every try. */
static void
print_trouble (DeskWindow          *self,
               const DeskLinkState *link,
               const char          *why)
{
  if (link->state == DESK_LINK_LIVE)
    g_clear_pointer (&self->trouble, g_free);
  if ((link->state != DESK_LINK_DOWN && link->state != DESK_LINK_STOPPED) || why == NULL || *why == '\0'
      || g_strcmp0 (why, self->trouble) == 0)
    return;
  g_free (self->trouble);
  self->trouble = g_strdup (why);
  g_printerr ("dtc-desk: %s\n", why);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskWindow      *self)
{
  g_autofree char *text = NULL;

  if (event->kind == DESK_EVENT_ORDER)
    desk_placed_note (self->placed, &event->order);
  if (event->restored)
    return;
  switch (event->kind)
    {
    case DESK_EVENT_FILL:
      if (!event->fill.historical)
        {
          text = desk_words_fill (&event->fill);
          say_of (self, text, desk_placed_say (self->placed, &event->fill));
        }
      break;
    case DESK_EVENT_ORDER:
      desk_alarms_order (self->notices, &event->order);
      order_news (self, &event->order);
      break;
    case DESK_EVENT_LINK:
      update_actions (self);
      print_trouble (self, &event->link, event->text);
      if (event->link.state == DESK_LINK_LIVE)
        {
          desk_notice_bar_forget (self->notices, desk_denial_nick (DESK_DENY_LINK_DOWN));
          desk_notice_bar_forget (self->notices, desk_denial_nick (DESK_DENY_RESYNC_RUNNING));
        }
      /* What was asked was asked of another connection. */
      desk_notice_bar_drop (self->notices);
      desk_status_bar_say (self->status, desk_words_link (event->link.state));
      break;
    case DESK_EVENT_DENIED:
      denied (self, event);
      break;
    case DESK_EVENT_NOTICE:
      if (event->text != NULL)
        notice_news (self, event);
      break;
    case DESK_EVENT_FLATTEN:
      flatten_news (self, &event->flatten);
      break;
    case DESK_EVENT_ARM:
      update_actions (self);
      /* One that is told at the start was made another day. */
      if (self->arm_told && event->arm.arm == DESK_ARM_HALTED && self->arm != DESK_ARM_HALTED)
        desk_exit_strip_show_halt (self->strip);
      self->arm = event->arm.arm;
      self->arm_told = TRUE;
      if (event->arm.arm != DESK_ARM_HALTED)
        desk_notice_bar_forget (self->notices, "HALTED");
      desk_status_bar_say (self->status, event->arm.arm == DESK_ARM_CONFIRM  ? _("Trading armed")
                                         : event->arm.arm == DESK_ARM_HALTED ? _("Trading halted")
                                                                             : _("Trading disarmed"));
      break;
    case DESK_EVENT_POSITION:
      desk_exits_take_position (self->exits, &event->position);
      break;
    case DESK_EVENT_BALANCE:
    case DESK_EVENT_ACCOUNT:
    case DESK_EVENT_QUOTE:
    case DESK_EVENT_INSTRUMENT:
    case DESK_EVENT_HEALTH:
    case DESK_EVENT_PREVIEW:
    default:
      break;
    }
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
  if (desk_notice_bar_drop (self->notices) || (ticket (self) != NULL && desk_ticket_view_drop (ticket (self))))
    return TRUE;
  if (again && self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_CONFIRM)
    send_simple (self, DESK_COMMAND_DISARM);
  return TRUE;
}

/* A confirmation answers what was on the screen a moment ago: not before a sleep, not on another's screen. */
static void
stand_down (DeskWindow *self)
{
  desk_notice_bar_drop (self->notices);
  if (ticket (self) != NULL)
    desk_ticket_view_drop (ticket (self));
  if (self->session != NULL && desk_session_get_arm (self->session)->arm == DESK_ARM_CONFIRM)
    send_simple (self, DESK_COMMAND_DISARM);
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
    send_simple (self, DESK_COMMAND_RECONNECT);
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
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Escape, 0, escape_cb, NULL);
}

static void
desk_window_init (DeskWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->exits = desk_exits_new (self->notices, self->strip);
  gtk_window_set_default_size (GTK_WINDOW (self), desk_settings_get_int ("window-width", 1280),
                               desk_settings_get_int ("window-height", 720));
  if (desk_settings_get_boolean ("window-maximized", FALSE))
    gtk_window_maximize (GTK_WINDOW (self));
  self->since = g_get_real_time ();
  self->power = desk_power_new (NULL);
  g_signal_connect_object (self->power, "sleeping", G_CALLBACK (desk_window_sleep), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->power, "awake", G_CALLBACK (desk_window_wake), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->power, "locked", G_CALLBACK (desk_window_lock), self, G_CONNECT_SWAPPED);
  update_actions (self);
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
      self->event_id = g_signal_connect (session, "event", G_CALLBACK (event_cb), self);
      self->workspace = DESK_WORKSPACE (desk_workspace_new (session));
      gtk_stack_add_named (GTK_STACK (self->stack), GTK_WIDGET (self->workspace), "desk");
      gtk_stack_set_visible_child (GTK_STACK (self->stack), GTK_WIDGET (self->workspace));
      reconcile = desk_workspace_get (self->workspace, "reconcile");
      g_signal_connect_object (reconcile, "found", G_CALLBACK (found_cb), self, 0);
      g_signal_connect_object (reconcile, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
      desk_workspace_raise (self->workspace, "orders");
      desk_workspace_raise (self->workspace, "ticket");
    }
  update_actions (self);
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
