/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-window-private.h"

#include "desk-alarms.h"
#include "desk-words.h"

#include <glib/gi18n.h>

void
window_say (DeskWindow *self,
            DeskLevel   level,
            const char *text)
{
  if (level != DESK_LEVEL_INFO)
    desk_notice_bar_say (self->notices, level, text);
  desk_status_bar_say (self->status, text);
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
flatten_news (DeskWindow      *self,
              const DeskEvent *event)
{
  const DeskFlattenState *flatten = &event->flatten;
  g_autofree char *text = g_strdup_printf (_("Flatten %s: %s"), flatten->symbol, desk_words_flatten_step (flatten->step));

  desk_exits_show_step (self->exits, flatten, event->utc > 0 ? event->utc : g_get_real_time ());
  desk_status_bar_say (self->status, text);
}

static void
denied (DeskWindow      *self,
        const DeskEvent *event)
{
  g_autofree char *text = NULL;
  g_autofree char *why = NULL;

  if (window_get_ticket (self) != NULL && desk_ticket_view_owns (window_get_ticket (self), event->tag))
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
    window_say (self, DESK_LEVEL_ALARM, error->message);
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
      window_say (self, event->level, text);
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

void
window_found_cb (DeskReconcileView *view,
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

void
window_settled_cb (DeskWindow *self)
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

void
window_event_cb (DeskSession     *session,
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
      window_update_actions (self);
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
      flatten_news (self, event);
      break;
    case DESK_EVENT_ARM:
      window_update_actions (self);
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
