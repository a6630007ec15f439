/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-view-private.h"

#include "desk-settings.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define PREVIEW_DELAY_MS 120
#define SENT_HINT_MS     3000

void
ticket_set_hint (DeskTicketView *self,
                 const char     *text,
                 gboolean        bad)
{
  g_clear_handle_id (&self->sent_id, g_source_remove);
  self->hint_denial = DESK_DENY_NONE;
  gtk_widget_set_tooltip_text (self->hint, NULL);
  gtk_label_set_text (GTK_LABEL (self->hint), text != NULL ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL && *text != '\0');
  if (bad)
    gtk_widget_add_css_class (self->hint, "bad");
  else
    gtk_widget_remove_css_class (self->hint, "bad");
}

static void
hint_denial (DeskTicketView *self,
             DeskDenial      denial,
             const char     *text)
{
  g_autofree char *why = desk_words_denial_text (denial, text);

  ticket_set_hint (self, why, denial != DESK_DENY_DISARMED);
  gtk_widget_set_tooltip_text (self->hint, text);
  self->hint_denial = denial;
}

void
ticket_hint_linked (DeskTicketView *self)
{
  if (self->hint_denial == DESK_DENY_LINK_DOWN || self->hint_denial == DESK_DENY_RESYNC_RUNNING)
    ticket_set_hint (self, NULL, FALSE);
}

static guint64
send_ticket (DeskTicketView   *self,
             DeskCommandKind   kind,
             const DeskTicket *ticket)
{
  DeskCommand *command = desk_command_new (kind);

  command->clicked = g_get_monotonic_time ();
  command->ticket = *ticket;
  return desk_session_send (self->session, command);
}

static gboolean
preview_cb (gpointer user_data)
{
  DeskTicketView *self = user_data;
  g_autofree char *why = NULL;

  self->preview_id = 0;
  if (desk_ticket_view_read (self, &self->previewed, &why))
    self->preview_tag = send_ticket (self, DESK_COMMAND_PREVIEW, &self->previewed);
  else
    {
      self->preview_tag = 0;
      desk_ticket_preview_clear (self->preview, why);
    }
  return G_SOURCE_REMOVE;
}

void
ticket_queue_preview (DeskTicketView *self)
{
  if (self->preview_id == 0)
    self->preview_id = g_timeout_add (PREVIEW_DELAY_MS, preview_cb, self);
}

static void
propose (DeskTicketView   *self,
         const DeskTicket *ticket)
{
  desk_confirm_strip_drop (self->strip);
  ticket_set_hint (self, NULL, FALSE);
  self->proposed = *ticket;
  self->proposed.override_duplicate = FALSE;
  self->propose_tag = send_ticket (self, DESK_COMMAND_PREVIEW, &self->proposed);
}

void
ticket_propose_side (DeskTicketView *self,
                     DeskSide        side,
                     DeskSource      source)
{
  DeskTicket ticket;
  g_autofree char *why = NULL;

  /* The second half of a double click: the question is already there. */
  if (self->session == NULL || (self->propose_tag != 0 && self->proposed.side == side))
    return;
  if (side != DESK_SIDE_NONE)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->side), side == DESK_SIDE_BUY ? 0 : 1);
  if (!desk_ticket_view_read (self, &ticket, &why))
    {
      ticket_set_hint (self, why, TRUE);
      return;
    }
  ticket.source = source;
  propose (self, &ticket);
}

static void
answer_preview (DeskTicketView  *self,
                const DeskEvent *event)
{
  const DeskInstrumentState *instrument = ticket_instrument (self);

  self->preview_tag = 0;
  desk_ticket_preview_show (self->preview, &self->previewed, ticket_grid (self),
                            desk_ticket_touch_market (self->touch, self->previewed.side),
                            instrument != NULL ? instrument->currency : "", &event->preview, event->text);
}

/* Below the words of the order: what the server does with it, and what may come of it. */
static char *
what_follows (DeskTicketView    *self,
              const DeskPreview *preview)
{
  DeskQuote *quote = desk_session_find_quote (self->session, self->proposed.symbol);
  const DeskInstrumentState *instrument = quote != NULL ? desk_quote_get_instrument (quote) : NULL;
  const char *promise = desk_words_ticket_promise (&self->proposed);
  g_autofree char *bracket = desk_ticket_preview_bracket (&self->proposed,
                                                          desk_session_find_grid (self->session, self->proposed.symbol),
                                                          quote == desk_ticket_touch_get_quote (self->touch)
                                                            ? desk_ticket_touch_market (self->touch, self->proposed.side)
                                                            : NAN,
                                                          instrument != NULL ? instrument->currency : "");
  g_autofree char *worst = desk_ticket_preview_worst_case (preview);
  g_autoptr(GString) text = g_string_new (promise);

  if (bracket != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", bracket);
  g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", worst);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
answer_proposal (DeskTicketView  *self,
                 const DeskEvent *event)
{
  const DeskPreview *preview = &event->preview;
  g_autofree char *words = NULL;
  g_autofree char *worst = NULL;
  g_autofree char *warnings = NULL;

  self->propose_tag = 0;
  if (preview->denial != DESK_DENY_NONE && preview->denial != DESK_DENY_DUPLICATE
      && preview->denial != DESK_DENY_UNKNOWN_ON_SYMBOL)
    {
      hint_denial (self, preview->denial, event->text);
      return;
    }
  if (preview->denial == DESK_DENY_DUPLICATE)
    self->proposed.override_duplicate = TRUE;
  words = desk_words_ticket (&self->proposed, desk_session_find_grid (self->session, self->proposed.symbol));
  worst = what_follows (self, preview);
  warnings = desk_ticket_preview_warnings (preview, &self->proposed);
  desk_confirm_strip_open (self->strip, &self->proposed, words, worst, warnings);
  gtk_stack_set_visible_child (GTK_STACK (self->question), GTK_WIDGET (self->strip));
}

void
ticket_take_answer (DeskTicketView  *self,
                    const DeskEvent *event)
{
  if (event->kind == DESK_EVENT_PREVIEW)
    {
      if (event->tag != 0 && event->tag == self->propose_tag)
        answer_proposal (self, event);
      else if (event->tag != 0 && event->tag == self->preview_tag)
        answer_preview (self, event);
    }
  else if (desk_ticket_view_owns (self, event->tag))
    {
      self->propose_tag = 0;
      hint_denial (self, event->denial, event->text);
    }
}

static gboolean
sent_over_cb (gpointer user_data)
{
  DeskTicketView *self = user_data;

  self->sent_id = 0;
  ticket_set_hint (self, NULL, FALSE);
  return G_SOURCE_REMOVE;
}

static void
strip_send_cb (DeskConfirmStrip *strip,
               const DeskTicket *ticket,
               DeskTicketView   *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->question), GTK_WIDGET (self->preview));
  self->submit_tag = send_ticket (self, DESK_COMMAND_SUBMIT, ticket);
  if (ticket->source == DESK_SOURCE_LINE)
    desk_ticket_line_clear (self->line);
  else
    {
      desk_ticket_extras_sent (self->extras);
      if (desk_settings_get_boolean ("reset-quantity", TRUE))
        gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->quantity), desk_settings_get_int ("default-quantity", 1));
    }
  ticket_set_hint (self, _("Sent."), FALSE);
  self->sent_id = g_timeout_add (SENT_HINT_MS, sent_over_cb, self);
}

static void
strip_dropped_cb (DeskConfirmStrip *strip,
                  DeskTicketView   *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->question), GTK_WIDGET (self->preview));
}

void
ticket_surprise (DeskTicketView *self,
                 const char     *why)
{
  self->propose_tag = 0;
  if (desk_confirm_strip_drop (self->strip))
    ticket_set_hint (self, why, TRUE);
  ticket_queue_preview (self);
}

static void
line_hint_cb (DeskTicketLine *line,
              const char     *text,
              gboolean        bad,
              DeskTicketView *self)
{
  if (text != NULL)
    desk_confirm_strip_drop (self->strip);
  ticket_set_hint (self, text, bad);
}

static void
line_entered_cb (DeskTicketLine *line,
                 DeskTicketView *self)
{
  g_autoptr(DeskCommand) command = desk_ticket_line_take (line);

  if (command == NULL)
    return;
  command->clicked = g_get_monotonic_time ();
  command->ticket.source = DESK_SOURCE_LINE;
  command->ticket.live = desk_session_get_profile (self->session)->live;
  if (command->kind == DESK_COMMAND_REVERSE)
    {
      desk_ticket_line_clear (line);
      /* It adds risk: the window explains it and asks. */
      gtk_widget_activate_action (GTK_WIDGET (self), "win.reverse", "(ss)", command->ticket.symbol,
                                  desk_session_get_arm (self->session)->account);
      return;
    }
  if (command->kind == DESK_COMMAND_SUBMIT)
    {
      if (*command->ticket.account == '\0')
        g_strlcpy (command->ticket.account, desk_session_get_arm (self->session)->account,
                   sizeof command->ticket.account);
      propose (self, &command->ticket);
      return;
    }
  desk_ticket_line_clear (line);
  self->submit_tag = desk_session_send (self->session, g_steal_pointer (&command));
}

static gboolean
key_cb (DeskTicketView *self,
        guint           keyval,
        gboolean        pressed)
{
  return desk_confirm_strip_key (self->strip, keyval, pressed, g_get_monotonic_time ());
}

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                DeskTicketView        *self)
{
  return key_cb (self, keyval, TRUE);
}

static void
key_released_cb (GtkEventControllerKey *controller,
                 guint                  keyval,
                 guint                  keycode,
                 GdkModifierType        state,
                 DeskTicketView        *self)
{
  key_cb (self, keyval, FALSE);
}

void
ticket_connect (DeskTicketView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();

  g_signal_connect (self->line, "hint", G_CALLBACK (line_hint_cb), self);
  g_signal_connect (self->line, "entered", G_CALLBACK (line_entered_cb), self);
  g_signal_connect (self->strip, "send", G_CALLBACK (strip_send_cb), self);
  g_signal_connect (self->strip, "dropped", G_CALLBACK (strip_dropped_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}
