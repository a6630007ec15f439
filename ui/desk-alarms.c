/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-alarms.h"

#include "desk-order-links.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <string.h>

/* What a button of an alarm acts on. */
typedef struct
{
  DeskNoticeBar *notices; /* holds the button that holds this */
  DeskSession   *session;
  char           id[DESK_ID_SIZE];
  char           account[DESK_ID_SIZE];
  char           symbol[DESK_SYMBOL_SIZE];
} Target;

static void
target_free (gpointer data,
             GClosure *closure)
{
  Target *target = data;

  g_object_unref (target->session);
  g_free (target);
}

static void
cancel_cb (gpointer user_data)
{
  Target *target = user_data;
  DeskCommand *command = desk_command_new (DESK_COMMAND_CANCEL);

  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->id, target->id, sizeof command->id);
  g_strlcpy (command->ticket.account, target->account, sizeof command->ticket.account);
  g_strlcpy (command->ticket.symbol, target->symbol, sizeof command->ticket.symbol);
  command->ticket.source = DESK_SOURCE_CLICK;
  desk_session_send (target->session, command);
}

static void
flatten_cb (gpointer user_data)
{
  Target *target = user_data;

  gtk_widget_activate_action (GTK_WIDGET (target->notices), "win.flatten", "(ss)", target->symbol, target->account);
}

/* The order the notice is about: the engine names it, or its sentence does. (transfer full) */
static DeskOrder *
find_order (DeskSession     *session,
            const DeskEvent *event)
{
  GListModel *orders = desk_session_get_orders (session);
  guint n = g_list_model_get_n_items (orders);

  if (*event->id != '\0')
    return desk_order_links_find (orders, NULL, event->id);
  for (guint i = n; event->text != NULL && i > 0; i--)
    {
      g_autoptr(DeskOrder) order = g_list_model_get_item (orders, i - 1);
      const char *id = desk_order_get_state (order)->client_order_id;

      if (*id != '\0' && strstr (event->text, id) != NULL)
        return g_steal_pointer (&order);
    }
  return NULL;
}

static void
offer_action (DeskNoticeBar *notices,
              const char    *subject,
              DeskOrder     *order,
              const char    *label,
              const char    *action)
{
  const DeskOrderState *state = desk_order_get_state (order);

  desk_notice_bar_add_action (notices, subject, label, action,
                              *state->client_order_id != '\0' ? state->client_order_id : state->server_order_id);
}

static void
offer (DeskNoticeBar    *notices,
       DeskSession      *session,
       const char       *subject,
       const DeskOrder  *order,
       const char       *label,
       DeskNoticeAnswer  answer)
{
  const DeskOrderState *state = desk_order_get_state ((DeskOrder *) order);
  Target *target = g_new0 (Target, 1);

  target->notices = notices;
  target->session = g_object_ref (session);
  g_strlcpy (target->id, *state->client_order_id != '\0' ? state->client_order_id : state->server_order_id,
             sizeof target->id);
  g_strlcpy (target->account, state->account, sizeof target->account);
  g_strlcpy (target->symbol, state->symbol, sizeof target->symbol);
  desk_notice_bar_add_answer (notices, subject, label, answer, target, target_free);
}

static char *
slow_subject (const DeskOrderState *order)
{
  return g_strdup_printf ("SLOW_ANSWER %s", *order->client_order_id != '\0' ? order->client_order_id
                                                                           : order->server_order_id);
}

/* A server that is slow, and then one that has not answered: about one order only the later is true. */
static gboolean
say_no_answer (DeskNoticeBar   *notices,
               DeskSession     *session,
               const DeskEvent *event,
               const char      *words)
{
  gboolean slow = g_str_equal (event->code, "SLOW_ANSWER");
  g_autoptr(DeskOrder) order = find_order (session, event);
  g_autofree char *before = NULL;
  g_autofree char *subject = NULL;

  if (order == NULL)
    {
      desk_notice_bar_say_about (notices, event->code, event->level, words);
      return TRUE;
    }
  before = slow_subject (desk_order_get_state (order));
  if (slow)
    {
      desk_notice_bar_say_about (notices, before, event->level, words);
      return TRUE;
    }
  desk_notice_bar_forget (notices, before);
  subject = g_strdup_printf ("%s %s", event->code, desk_order_get_state (order)->client_order_id);
  desk_notice_bar_say_about (notices, subject, event->level, words);
  offer_action (notices, subject, order, _("Show the order"), "win.show-order");
  offer_action (notices, subject, order, _("Settle it…"), "win.resolve");
  return TRUE;
}

/* The outcome of a change or a cancel is still to come. */
static gboolean
is_open (DeskOverlay overlay)
{
  return overlay == DESK_OVERLAY_INTENDED || overlay == DESK_OVERLAY_SENT || overlay == DESK_OVERLAY_UNKNOWN;
}

/* What the alarm said is not so any more, and there is nothing left to settle: what was unknown is told as news. */
static void
tell_answer (DeskNoticeBar        *notices,
             const DeskOrderState *order)
{
  g_autofree char *subject = g_strdup_printf ("NO_ANSWER %s", order->client_order_id);
  g_autofree char *text = NULL;

  if (desk_words_in_doubt (order) || order->certainty == DESK_CERTAINTY_STALE || order->status == DESK_STATUS_SENT
      || is_open (order->change) || is_open (order->cancel) || !desk_notice_bar_has (notices, subject))
    return;
  /* Translators: an order's id, its state. */
  text = g_strdup_printf (_("%s was unknown for a while. It is known now: %s."), order->client_order_id,
                          desk_words_order_state (order));
  desk_notice_bar_forget (notices, subject);
  desk_notice_bar_say (notices, DESK_LEVEL_WARNING, text);
  desk_notice_bar_add_action (notices, text, _("Show the order"), "win.show-order", order->client_order_id);
}

void
desk_alarms_order (DeskNoticeBar        *notices,
                   const DeskOrderState *order)
{
  g_autofree char *subject = NULL;

  tell_answer (notices, order);
  if (order->status == DESK_STATUS_SENT || order->change == DESK_OVERLAY_SENT || order->cancel == DESK_OVERLAY_SENT)
    return;
  subject = slow_subject (order);
  desk_notice_bar_forget (notices, subject);
}

gboolean
desk_alarms_say (DeskNoticeBar   *notices,
                 DeskSession     *session,
                 const DeskEvent *event,
                 const char      *words)
{
  gboolean unprotected = g_str_equal (event->code, "UNPROTECTED");
  gboolean second = g_str_equal (event->code, "SECOND_EXIT");
  g_autoptr(DeskOrder) order = NULL;
  g_autofree char *subject = NULL;

  if (g_str_equal (event->code, "SLOW_ANSWER") || g_str_equal (event->code, "NO_ANSWER"))
    return say_no_answer (notices, session, event, words);
  if (!unprotected && !second && !g_str_equal (event->code, "BRACKET_CUT"))
    return FALSE;
  order = find_order (session, event);
  /* One bar for each order and each kind of trouble: the newest sentence about it. */
  subject = g_strdup_printf ("%s %s", event->code, order != NULL ? desk_order_get_state (order)->client_order_id : words);
  desk_notice_bar_say_about (notices, subject, DESK_LEVEL_ALARM, words);
  if (order == NULL)
    return TRUE;
  offer_action (notices, subject, order, _("Show the order"), "win.show-order");
  if (second)
    offer (notices, session, subject, order, _("Cancel the other exit"), cancel_cb);
  else if (unprotected && desk_order_get_state (order)->filled > 0)
    {
      g_autofree char *label = g_strdup_printf (_("Flatten %s"), desk_order_get_state (order)->symbol);

      offer (notices, session, subject, order, label, flatten_cb);
    }
  else if (unprotected && !desk_status_is_final (desk_order_get_state (order)->status))
    offer (notices, session, subject, order, _("Cancel the entry"), cancel_cb);
  return TRUE;
}
