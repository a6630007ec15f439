/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-exits.h"

#include "desk-orders.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define CHANGED "position-changed" /* subject of a notice */

struct _DeskExits
{
  DeskNoticeBar  *notices;                   /* not owned, as the next */
  DeskExitStrip  *strip;
  DeskSession    *session;

  DeskCommandKind kind;                      /* of the question that is open */
  char            symbol[DESK_SYMBOL_SIZE];
  char            account[DESK_ID_SIZE];
  gint64          position;                  /* that the question about a reverse names */
};

DeskExits *
desk_exits_new (DeskNoticeBar *notices,
                DeskExitStrip *strip)
{
  DeskExits *self = g_new0 (DeskExits, 1);

  self->notices = notices;
  self->strip = strip;
  return self;
}

void
desk_exits_free (DeskExits *self)
{
  g_clear_object (&self->session);
  g_free (self);
}

void
desk_exits_set_session (DeskExits   *self,
                        DeskSession *session)
{
  g_set_object (&self->session, session);
}

static void
yes_cb (gpointer user_data)
{
  DeskExits *self = user_data;
  DeskCommand *command;

  if (self->session == NULL)
    return;
  command = desk_command_new (self->kind);
  command->clicked = g_get_monotonic_time ();
  g_strlcpy (command->ticket.symbol, self->symbol, sizeof command->ticket.symbol);
  g_strlcpy (command->ticket.account, self->account, sizeof command->ticket.account);
  command->ticket.live = desk_session_get_profile (self->session)->live;
  command->ticket.source = DESK_SOURCE_KEY;
  desk_session_send (self->session, command);
}

/* The orders that stay; NULL: none. */
static char *
left_alone (DeskExits  *self,
            const char *account,
            const char *symbol)
{
  guint n = desk_orders_n_external (self->session, account, symbol);

  if (n == 0)
    return NULL;
  return g_strdup_printf (ngettext ("%u working order placed elsewhere is left alone: cancel it in the table.",
                                    "%u working orders placed elsewhere are left alone: cancel them in the table.", n),
                          n);
}

/* Without a link there is nothing to ask, and a question would be gone with the next try. */
static gboolean
refuse_without_link (DeskExits       *self,
                     DeskCommandKind  kind)
{
  DeskLink link = desk_session_get_link (self->session)->state;
  g_autofree char *text = NULL;

  if (kind == DESK_COMMAND_HALT || link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC)
    return FALSE;
  text = desk_words_core ("There is no live connection; nothing was sent and nothing is kept for later. Act at the server if it cannot "
                          "wait");
  desk_notice_bar_say_about (self->notices, desk_denial_nick (DESK_DENY_LINK_DOWN), DESK_LEVEL_WARNING, text);
  return TRUE;
}

/* @symbol "" is the whole account. */
static void
ask (DeskExits       *self,
     DeskCommandKind  kind,
     const char      *symbol,
     const char      *account,
     const char      *text,
     const char      *yes)
{
  g_autofree char *left = left_alone (self, account, symbol);
  g_autofree char *question = g_strdup_printf ("%s%s%s", text, left != NULL ? " " : "", left != NULL ? left : "");

  if (refuse_without_link (self, kind))
    return;
  self->kind = kind;
  g_strlcpy (self->symbol, symbol, sizeof self->symbol);
  g_strlcpy (self->account, account, sizeof self->account);
  desk_notice_bar_ask (self->notices, question, yes, NULL, yes_cb, self);
}

void
desk_exits_ask_flatten (DeskExits  *self,
                        const char *symbol,
                        const char *account)
{
  g_autofree char *text = NULL;

  if (self->session == NULL || *symbol == '\0')
    return;
  /* Translators: symbol, account. */
  text = g_strdup_printf (_("Cancel the orders placed here on %s and close its position at market, account %s?"), symbol,
                          account);
  ask (self, DESK_COMMAND_FLATTEN, symbol, account, text, _("Yes, flatten"));
}

static const DeskPositionState *
find_position (DeskExits  *self,
               const char *symbol,
               const char *account)
{
  GListModel *positions = desk_session_get_positions (self->session);
  guint n = g_list_model_get_n_items (positions);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskPosition) position = g_list_model_get_item (positions, i);
      const DeskPositionState *state = desk_position_get_state (position);

      if (g_str_equal (state->symbol, symbol) && g_str_equal (state->account, account))
        return state;
    }
  return NULL;
}

static void
refuse (DeskExits  *self,
        DeskDenial  denial)
{
  desk_notice_bar_say_about (self->notices, desk_denial_nick (denial), DESK_LEVEL_WARNING, desk_words_denial (denial));
}

void
desk_exits_ask_reverse (DeskExits  *self,
                        const char *symbol,
                        const char *account)
{
  const DeskPositionState *position;
  g_autofree char *text = NULL;
  int quantity;

  if (self->session == NULL || *symbol == '\0')
    return;
  /* It ends with new risk: what the engine would refuse is said before it is asked. */
  if (desk_session_get_arm (self->session)->arm != DESK_ARM_CONFIRM)
    {
      refuse (self, desk_session_get_arm (self->session)->arm == DESK_ARM_HALTED ? DESK_DENY_HALTED : DESK_DENY_DISARMED);
      return;
    }
  position = find_position (self, symbol, account);
  if (position == NULL || position->quantity == 0)
    {
      refuse (self, DESK_DENY_FLAT);
      return;
    }
  quantity = (int) CLAMP (ABS (position->quantity), 0, G_MAXINT);
  /* Translators: symbol, account, contracts, symbol, contracts. */
  if (position->quantity > 0)
    text = g_strdup_printf (_("Reverse %s in account %s with two orders? The orders placed here are cancelled and %d sold "
                              "at market; only when it is flat, %d more are sold at market: short instead of long."),
                            symbol, account, quantity, quantity);
  else
    text = g_strdup_printf (_("Reverse %s in account %s with two orders? The orders placed here are cancelled and %d bought "
                              "at market; only when it is flat, %d more are bought at market: long instead of short."),
                            symbol, account, quantity, quantity);
  desk_notice_bar_forget (self->notices, CHANGED);
  self->position = position->quantity;
  ask (self, DESK_COMMAND_REVERSE, symbol, account, text, _("Yes, reverse"));
}

void
desk_exits_take_position (DeskExits               *self,
                          const DeskPositionState *position)
{
  g_autofree char *text = NULL;

  if (self->kind != DESK_COMMAND_REVERSE || !desk_notice_bar_is_asking (self->notices, yes_cb)
      || !g_str_equal (position->symbol, self->symbol) || !g_str_equal (position->account, self->account)
      || position->quantity == self->position)
    return;
  desk_notice_bar_drop (self->notices);
  text = g_strdup_printf (_("The position of %s has changed: look at it, and ask again."), position->symbol);
  desk_notice_bar_say_about (self->notices, CHANGED, DESK_LEVEL_WARNING, text);
}

void
desk_exits_ask_account (DeskExits  *self,
                        const char *account)
{
  g_autofree char *text = NULL;

  if (self->session == NULL)
    return;
  text = g_strdup_printf (_("Ask the server with one request to close every position of account %s at market? "
                            "Working orders stay; cancel them first."), account);
  ask (self, DESK_COMMAND_FLATTEN, "", account, text, _("Yes, flatten the account"));
}

void
desk_exits_ask_everything (DeskExits *self)
{
  g_autofree char *text = NULL;
  const char *account;

  if (self->session == NULL)
    return;
  account = desk_session_get_arm (self->session)->account;
  text = g_strdup_printf (_("Cancel every order placed here in account %s and close its positions at market?"), account);
  ask (self, DESK_COMMAND_CANCEL_ALL_AND_FLATTEN, "", account, text, _("Yes, cancel and flatten"));
}

void
desk_exits_ask_halt (DeskExits *self)
{
  if (self->session == NULL)
    return;
  ask (self, DESK_COMMAND_HALT, "", desk_session_get_arm (self->session)->account,
       _("Halt: refuse new risk, cancel your own working orders, keep the positions?"), _("Yes, halt"));
}

void
desk_exits_show_step (DeskExits              *self,
                      const DeskFlattenState *flatten,
                      gint64                  utc)
{
  gboolean over = flatten->step == DESK_FLATTEN_DONE || flatten->step == DESK_FLATTEN_FAILED;
  g_autofree char *left = over && self->session != NULL ? left_alone (self, flatten->account, flatten->symbol) : NULL;

  desk_exit_strip_show_step (self->strip, flatten, utc, left);
}
