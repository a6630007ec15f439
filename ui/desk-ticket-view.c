/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-view.h"

#include "desk-confirm-strip.h"
#include "desk-date-entry.h"
#include "desk-names.h"
#include "desk-order-line.h"
#include "desk-price-entry.h"
#include "desk-quick-quantities.h"
#include "desk-ticket-preview.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define PREVIEW_DELAY_MS   120
#define PREVIEW_REFRESH_MS 1000
#define SENT_HINT_MS       3000
#define QUOTE_OLD_USEC     (5 * G_USEC_PER_SEC) /* from then on the checks take no price from it either */

struct _DeskTicketView
{
  GtkWidget          parent_instance;

  GtkWidget         *scroller;
  GtkWidget         *line;
  GtkWidget         *symbol;
  GtkWidget         *symbols;
  GtkWidget         *touch;
  GtkWidget         *bid;
  GtkWidget         *ask;
  GtkWidget         *quote_age;
  GtkWidget         *side;
  GtkWidget         *type;
  GtkWidget         *quantity;
  GtkWidget         *quick_place;
  DeskPriceEntry    *price;
  GtkWidget         *price_label;
  DeskPriceEntry    *stop;
  GtkWidget         *stop_label;
  GtkWidget         *tif;
  DeskDateEntry     *good_till;
  GtkWidget         *good_till_label;
  DeskTicketPreview *preview;
  DeskConfirmStrip  *strip;
  GtkWidget         *question;   /* the preview, or the strip in its place */
  GtkWidget         *hint;
  GtkWidget         *buy;
  GtkWidget         *sell;

  DeskSession       *session;
  DeskQuote         *quote;       /* of the symbol in the field, or NULL */
  gulong             quote_id;
  guint              quote_tick;
  guint              preview_id;
  guint              refresh_id;
  guint              sent_id;
  guint32            epoch;
  DeskLink           link;
  char               account[DESK_ID_SIZE];
  guint64            preview_tag; /* of the preview that fills the lines */
  DeskTicket         previewed;
  guint64            propose_tag; /* of the preview that opens the strip */
  DeskTicket         proposed;
  guint64            submit_tag;
};

G_DEFINE_FINAL_TYPE (DeskTicketView, desk_ticket_view, GTK_TYPE_WIDGET)

static const DeskSide sides[] = { DESK_SIDE_BUY, DESK_SIDE_SELL };
static const DeskOrderType types[] = { DESK_ORDER_TYPE_MARKET, DESK_ORDER_TYPE_LIMIT, DESK_ORDER_TYPE_STOP,
                                       DESK_ORDER_TYPE_STOP_LIMIT };
static const DeskTif tifs[] = { DESK_TIF_DAY, DESK_TIF_GTC, DESK_TIF_GTD, DESK_TIF_IOC, DESK_TIF_FOK };

static DeskOrderType
current_type (DeskTicketView *self)
{
  return types[MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->type)), G_N_ELEMENTS (types) - 1)];
}

static DeskSide
current_side (DeskTicketView *self)
{
  return sides[MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->side)), G_N_ELEMENTS (sides) - 1)];
}

static DeskTif
current_tif (DeskTicketView *self)
{
  return tifs[MIN (gtk_drop_down_get_selected (GTK_DROP_DOWN (self->tif)), G_N_ELEMENTS (tifs) - 1)];
}

static const DeskInstrumentState *
current_instrument (DeskTicketView *self)
{
  return self->quote != NULL ? desk_quote_get_instrument (self->quote) : NULL;
}

static const DeskGrid *
current_grid (DeskTicketView *self)
{
  const DeskInstrumentState *instrument = current_instrument (self);

  return instrument != NULL && instrument->known && instrument->grid.tick > 0.0 ? &instrument->grid : NULL;
}

static const DeskGrid *
grid_of_symbol (DeskTicketView *self,
                const char     *symbol)
{
  DeskQuote *quote = desk_session_find_quote (self->session, symbol);
  const DeskInstrumentState *instrument = quote != NULL ? desk_quote_get_instrument (quote) : NULL;

  return instrument != NULL && instrument->known && instrument->grid.tick > 0.0 ? &instrument->grid : NULL;
}

static void
set_hint (DeskTicketView *self,
          const char     *text,
          gboolean        bad)
{
  g_clear_handle_id (&self->sent_id, g_source_remove);
  gtk_label_set_text (GTK_LABEL (self->hint), text != NULL ? text : "");
  gtk_widget_set_visible (self->hint, text != NULL && *text != '\0');
  if (bad)
    gtk_widget_add_css_class (self->hint, "bad");
  else
    gtk_widget_remove_css_class (self->hint, "bad");
}

static gboolean
read_price (DeskPriceEntry *entry,
            double         *price,
            const char     *missing,
            char          **why)
{
  switch (desk_price_entry_get (entry, price))
    {
    case DESK_PRICE_ENTRY_VALID:
      return TRUE;
    case DESK_PRICE_ENTRY_OFF_TICK:
      *why = g_strdup (desk_words_denial (DESK_DENY_PRICE_TICK));
      return FALSE;
    case DESK_PRICE_ENTRY_INVALID:
      *why = g_strdup (_("This is not a price."));
      return FALSE;
    case DESK_PRICE_ENTRY_EMPTY:
    default:
      *why = g_strdup (missing);
      return FALSE;
    }
}

gboolean
desk_ticket_view_read (DeskTicketView *self,
                       DeskTicket     *ticket,
                       char          **why)
{
  const char *symbol = gtk_editable_get_text (GTK_EDITABLE (self->symbol));
  g_autofree char *trimmed = g_strstrip (g_strdup (symbol));

  memset (ticket, 0, sizeof *ticket);
  *why = NULL;
  if (*trimmed == '\0')
    {
      *why = g_strdup (_("Choose a symbol."));
      return FALSE;
    }
  g_strlcpy (ticket->symbol, trimmed, sizeof ticket->symbol);
  g_strlcpy (ticket->account, desk_session_get_arm (self->session)->account, sizeof ticket->account);
  ticket->side = current_side (self);
  ticket->type = current_type (self);
  ticket->tif = current_tif (self);
  ticket->live = desk_session_get_profile (self->session)->live;
  ticket->source = DESK_SOURCE_CLICK;
  gtk_spin_button_update (GTK_SPIN_BUTTON (self->quantity));
  ticket->quantity = gtk_spin_button_get_value_as_int (GTK_SPIN_BUTTON (self->quantity));

  if (ticket->type == DESK_ORDER_TYPE_LIMIT)
    {
      if (!read_price (self->price, &ticket->price, _("Give a price."), why))
        return FALSE;
      ticket->has_price = TRUE;
    }
  else if (ticket->type == DESK_ORDER_TYPE_STOP)
    {
      if (!read_price (self->stop, &ticket->price, _("Give a stop price."), why))
        return FALSE;
      ticket->has_price = TRUE;
    }
  else if (ticket->type == DESK_ORDER_TYPE_STOP_LIMIT)
    {
      if (!read_price (self->stop, &ticket->price, _("Give a stop price."), why)
          || !read_price (self->price, &ticket->price2, _("Give a price."), why))
        return FALSE;
      ticket->has_price = TRUE;
      ticket->has_price2 = TRUE;
    }
  if (ticket->tif == DESK_TIF_GTD)
    {
      ticket->good_till = desk_date_entry_get (self->good_till);
      if (ticket->good_till <= 0)
        {
          *why = g_strdup (_("Give the day until which it is good: 2026-12-01 21:00."));
          return FALSE;
        }
    }
  return TRUE;
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

/* A price that nothing has confirmed for a while must not look like the market. */
static void
show_quote_age (DeskTicketView *self)
{
  const DeskQuoteState *quote = self->quote != NULL ? desk_quote_get_state (self->quote) : NULL;
  DeskLink link = desk_session_get_link (self->session)->state;
  gboolean live = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC;
  gint64 age = quote != NULL && quote->received > 0 ? g_get_monotonic_time () - quote->received : -1;
  gboolean old = age >= 0 && (!live || age > QUOTE_OLD_USEC);
  g_autofree char *words = old ? desk_words_age (age) : NULL;
  /* Translators: %s is the age of the bid and ask above. */
  g_autofree char *text = old ? g_strdup_printf (_("stale, %s old"), words) : NULL;

  gtk_label_set_text (GTK_LABEL (self->quote_age), text != NULL ? text : "");
  gtk_widget_set_visible (self->quote_age, old);
  gtk_widget_set_opacity (self->touch, old ? 0.5 : 1.0);
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

static void
queue_preview (DeskTicketView *self)
{
  if (self->preview_id == 0)
    self->preview_id = g_timeout_add (PREVIEW_DELAY_MS, preview_cb, self);
}

static gboolean
refresh_cb (gpointer user_data)
{
  DeskTicketView *self = user_data;

  show_quote_age (self);
  /* While someone types nothing is disturbed; the market and the position move the preview. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    queue_preview (self);
  return G_SOURCE_CONTINUE;
}

/* A field changed: whatever was asked is no longer what is meant. */
static void
field_changed_cb (DeskTicketView *self)
{
  if (self->session == NULL)
    return;
  self->propose_tag = 0;
  desk_confirm_strip_drop (self->strip);
  set_hint (self, NULL, FALSE);
  queue_preview (self);
}

static void
show_touch (DeskTicketView *self)
{
  const DeskQuoteState *quote = self->quote != NULL ? desk_quote_get_state (self->quote) : NULL;
  g_autofree char *bid = NULL;
  g_autofree char *ask = NULL;
  g_autofree char *bid_text = NULL;
  g_autofree char *ask_text = NULL;

  if (quote != NULL && quote->bid.kind != DESK_PRICE_UNSET)
    bid = desk_price_format (&quote->grid, &quote->bid);
  if (quote != NULL && quote->ask.kind != DESK_PRICE_UNSET)
    ask = desk_price_format (&quote->grid, &quote->ask);
  /* Translators: the best bid and the best ask, with their prices. */
  bid_text = g_strdup_printf (_("Bid %s"), bid != NULL ? bid : "–");
  ask_text = g_strdup_printf (_("Ask %s"), ask != NULL ? ask : "–");
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->bid)), bid_text) != 0)
    gtk_button_set_label (GTK_BUTTON (self->bid), bid_text);
  if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (self->ask)), ask_text) != 0)
    gtk_button_set_label (GTK_BUTTON (self->ask), ask_text);
  gtk_widget_set_sensitive (self->bid, bid != NULL);
  gtk_widget_set_sensitive (self->ask, ask != NULL);
  desk_price_entry_set_hint (self->price, quote != NULL && quote->bid.kind != DESK_PRICE_UNSET ? quote->bid.display
                                                                                               : NAN);
  desk_price_entry_set_hint (self->stop, quote != NULL && quote->last.kind != DESK_PRICE_UNSET ? quote->last.display
                                                                                               : NAN);
  show_quote_age (self);
}

static gboolean
quote_tick_cb (GtkWidget     *widget,
               GdkFrameClock *clock,
               gpointer       user_data)
{
  DeskTicketView *self = DESK_TICKET_VIEW (widget);

  self->quote_tick = 0;
  desk_price_entry_set_grid (self->price, current_grid (self));
  desk_price_entry_set_grid (self->stop, current_grid (self));
  show_touch (self);
  return G_SOURCE_REMOVE;
}

static void
quote_changed_cb (DeskTicketView *self)
{
  if (self->quote_tick == 0)
    self->quote_tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), quote_tick_cb, NULL, NULL);
}

static void
follow_symbol (DeskTicketView *self)
{
  g_autofree char *symbol = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->symbol))));
  DeskQuote *quote = *symbol != '\0' ? desk_session_find_quote (self->session, symbol) : NULL;

  if (quote == self->quote)
    return;
  if (self->quote != NULL)
    g_clear_signal_handler (&self->quote_id, self->quote);
  g_set_object (&self->quote, quote);
  if (quote != NULL)
    self->quote_id = g_signal_connect_swapped (quote, "changed", G_CALLBACK (quote_changed_cb), self);
  desk_price_entry_set_grid (self->price, current_grid (self));
  desk_price_entry_set_grid (self->stop, current_grid (self));
  show_touch (self);
}

static void
symbol_changed_cb (DeskTicketView *self)
{
  if (self->session == NULL)
    return;
  /* Prices of one symbol mean nothing for another. */
  desk_price_entry_clear (self->price);
  desk_price_entry_clear (self->stop);
  follow_symbol (self);
  field_changed_cb (self);
}

/* The symbol is meant: ask for it when it is new. */
static void
symbol_done_cb (DeskTicketView *self)
{
  g_autofree char *symbol = NULL;
  DeskCommand *command;

  if (self->session == NULL)
    return;
  symbol = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->symbol))));
  if (*symbol == '\0' || desk_session_find_quote (self->session, symbol) != NULL)
    return;
  command = desk_command_new (DESK_COMMAND_WATCH_SYMBOL);
  g_strlcpy (command->ticket.symbol, symbol, sizeof command->ticket.symbol);
  desk_session_send (self->session, command);
}

static void
show_fields (DeskTicketView *self)
{
  DeskOrderType type = current_type (self);
  gboolean price = type == DESK_ORDER_TYPE_LIMIT || type == DESK_ORDER_TYPE_STOP_LIMIT;
  gboolean stop = type == DESK_ORDER_TYPE_STOP || type == DESK_ORDER_TYPE_STOP_LIMIT;
  gboolean date = current_tif (self) == DESK_TIF_GTD;

  gtk_widget_set_sensitive (GTK_WIDGET (self->price), price);
  gtk_widget_set_sensitive (self->price_label, price);
  gtk_widget_set_sensitive (GTK_WIDGET (self->stop), stop);
  gtk_widget_set_sensitive (self->stop_label, stop);
  gtk_widget_set_visible (GTK_WIDGET (self->good_till), date);
  gtk_widget_set_visible (self->good_till_label, date);
}

static void
choice_changed_cb (DeskTicketView *self)
{
  show_fields (self);
  field_changed_cb (self);
}

static void
propose (DeskTicketView   *self,
         const DeskTicket *ticket)
{
  desk_confirm_strip_drop (self->strip);
  set_hint (self, NULL, FALSE);
  self->proposed = *ticket;
  self->proposed.override_duplicate = FALSE;
  self->propose_tag = send_ticket (self, DESK_COMMAND_PREVIEW, &self->proposed);
}

static void
propose_side (DeskTicketView *self,
              DeskSide        side,
              DeskSource      source)
{
  DeskTicket ticket;
  g_autofree char *why = NULL;

  /* The second half of a double click: the question is already there. */
  if (self->session == NULL || (self->propose_tag != 0 && self->proposed.side == side))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    if (sides[i] == side)
      gtk_drop_down_set_selected (GTK_DROP_DOWN (self->side), i);
  if (!desk_ticket_view_read (self, &ticket, &why))
    {
      set_hint (self, why, TRUE);
      return;
    }
  ticket.source = source;
  propose (self, &ticket);
}

static void
buy_clicked_cb (DeskTicketView *self)
{
  propose_side (self, DESK_SIDE_BUY, DESK_SOURCE_CLICK);
}

static void
sell_clicked_cb (DeskTicketView *self)
{
  propose_side (self, DESK_SIDE_SELL, DESK_SOURCE_CLICK);
}

static void
field_activated_cb (DeskTicketView *self)
{
  symbol_done_cb (self);
  propose_side (self, current_side (self), DESK_SOURCE_KEY);
}

static void
take_price (DeskTicketView  *self,
            const DeskPrice *price)
{
  DeskOrderType type = current_type (self);

  if (price->kind == DESK_PRICE_UNSET)
    return;
  if (type == DESK_ORDER_TYPE_MARKET)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->type), 1);
  desk_price_entry_set (type == DESK_ORDER_TYPE_STOP ? self->stop : self->price, price->display);
}

static void
bid_clicked_cb (DeskTicketView *self)
{
  if (self->quote != NULL)
    take_price (self, &desk_quote_get_state (self->quote)->bid);
}

static void
ask_clicked_cb (DeskTicketView *self)
{
  if (self->quote != NULL)
    take_price (self, &desk_quote_get_state (self->quote)->ask);
}

static void
answer_preview (DeskTicketView  *self,
                const DeskEvent *event)
{
  const DeskInstrumentState *instrument = current_instrument (self);

  self->preview_tag = 0;
  desk_ticket_preview_show (self->preview, &self->previewed, current_grid (self),
                            instrument != NULL ? instrument->currency : "", &event->preview, event->text);
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
      g_autofree char *why = desk_words_denial_text (preview->denial, event->text);

      set_hint (self, why, preview->denial != DESK_DENY_DISARMED);
      gtk_widget_set_tooltip_text (self->hint, event->text);
      return;
    }
  if (preview->denial == DESK_DENY_DUPLICATE)
    self->proposed.override_duplicate = TRUE;
  words = desk_words_ticket (&self->proposed, grid_of_symbol (self, self->proposed.symbol));
  worst = desk_ticket_preview_worst_case (preview);
  warnings = desk_ticket_preview_warnings (preview, &self->proposed);
  desk_confirm_strip_open (self->strip, &self->proposed, words, worst, warnings);
  gtk_stack_set_visible_child (GTK_STACK (self->question), GTK_WIDGET (self->strip));
}

static gboolean
sent_over_cb (gpointer user_data)
{
  DeskTicketView *self = user_data;

  self->sent_id = 0;
  set_hint (self, NULL, FALSE);
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
    gtk_editable_set_text (GTK_EDITABLE (self->line), "");
  set_hint (self, _("Sent."), FALSE);
  self->sent_id = g_timeout_add (SENT_HINT_MS, sent_over_cb, self);
}

static void
strip_dropped_cb (DeskConfirmStrip *strip,
                  DeskTicketView   *self)
{
  gtk_stack_set_visible_child (GTK_STACK (self->question), GTK_WIDGET (self->preview));
}

/* What was asked was asked of another connection, account or mode. */
static void
surprise (DeskTicketView *self,
          const char     *why)
{
  self->propose_tag = 0;
  if (desk_confirm_strip_drop (self->strip))
    set_hint (self, why, TRUE);
  queue_preview (self);
}

/* What cannot work says why. */
static void
update_buttons (DeskTicketView *self)
{
  gboolean live = desk_session_get_link (self->session)->state == DESK_LINK_LIVE;

  gtk_widget_set_sensitive (self->buy, live);
  gtk_widget_set_sensitive (self->sell, live);
  gtk_widget_set_tooltip_text (self->buy, live ? NULL : desk_words_denial (DESK_DENY_LINK_DOWN));
  gtk_widget_set_tooltip_text (self->sell, live ? NULL : desk_words_denial (DESK_DENY_LINK_DOWN));
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskTicketView  *self)
{
  switch (event->kind)
    {
    case DESK_EVENT_PREVIEW:
      if (event->tag != 0 && event->tag == self->propose_tag)
        answer_proposal (self, event);
      else if (event->tag != 0 && event->tag == self->preview_tag)
        answer_preview (self, event);
      break;
    case DESK_EVENT_DENIED:
      if (desk_ticket_view_owns (self, event->tag))
        {
          g_autofree char *why = desk_words_denial_text (event->denial, event->text);

          self->propose_tag = 0;
          set_hint (self, why, event->denial != DESK_DENY_DISARMED);
          gtk_widget_set_tooltip_text (self->hint, event->text);
        }
      break;
    case DESK_EVENT_LINK:
      if (event->epoch != self->epoch || event->link.state != self->link)
        surprise (self, _("The link changed: the order was dropped, nothing was sent."));
      self->epoch = event->epoch;
      self->link = event->link.state;
      update_buttons (self);
      show_quote_age (self);
      break;
    case DESK_EVENT_ARM:
      if (event->arm.arm != DESK_ARM_CONFIRM || !g_str_equal (event->arm.account, self->account))
        surprise (self, _("Arming or account changed: the order was dropped, nothing was sent."));
      g_strlcpy (self->account, event->arm.account, sizeof self->account);
      /* "Press F9" is done; why an order was dropped must stay to be read. */
      if (event->arm.arm == DESK_ARM_CONFIRM)
        set_hint (self, NULL, FALSE);
      queue_preview (self);
      break;
    case DESK_EVENT_INSTRUMENT:
      follow_symbol (self);
      quote_changed_cb (self);
      queue_preview (self);
      break;
    case DESK_EVENT_ORDER:
    case DESK_EVENT_FILL:
    case DESK_EVENT_POSITION:
    case DESK_EVENT_BALANCE:
    case DESK_EVENT_ACCOUNT:
    case DESK_EVENT_QUOTE:
    case DESK_EVENT_NOTICE:
    case DESK_EVENT_HEALTH:
    case DESK_EVENT_FLATTEN:
    default:
      break;
    }
}

static const DeskGrid *
lookup_grid (const char *symbol,
             gpointer    user_data)
{
  return grid_of_symbol (user_data, symbol);
}

static void
line_changed_cb (DeskTicketView *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->line));
  g_autoptr(GError) error = NULL;
  g_autoptr(DeskCommand) command = NULL;

  gtk_widget_remove_css_class (self->line, "error");
  if (*text == '\0')
    {
      set_hint (self, NULL, FALSE);
      return;
    }
  desk_confirm_strip_drop (self->strip);
  command = desk_order_line_parse_full (text, lookup_grid, self, &error);
  if (command == NULL)
    {
      g_autofree char *why = desk_words_core (error->message);

      set_hint (self, why, FALSE);
    }
  else if (command->kind == DESK_COMMAND_SUBMIT)
    {
      const DeskGrid *grid = grid_of_symbol (self, command->ticket.symbol);
      g_autofree char *words = desk_words_ticket (&command->ticket, grid);
      gboolean off = desk_words_ticket_off_tick (&command->ticket, grid);

      set_hint (self, off ? desk_words_denial (DESK_DENY_PRICE_TICK) : words, off);
    }
  else
    set_hint (self, NULL, FALSE);
}

static void
line_activated_cb (DeskTicketView *self)
{
  g_autoptr(GError) error = NULL;
  g_autofree char *why = NULL;
  g_autoptr(DeskCommand) command = NULL;

  command = desk_order_line_parse_full (gtk_editable_get_text (GTK_EDITABLE (self->line)), lookup_grid, self, &error);
  if (command == NULL)
    {
      gtk_widget_add_css_class (self->line, "error");
      why = desk_words_core (error->message);
      set_hint (self, why, TRUE);
      return;
    }
  command->clicked = g_get_monotonic_time ();
  command->ticket.source = DESK_SOURCE_LINE;
  command->ticket.live = desk_session_get_profile (self->session)->live;
  if (command->kind == DESK_COMMAND_SUBMIT)
    {
      if (*command->ticket.account == '\0')
        g_strlcpy (command->ticket.account, desk_session_get_arm (self->session)->account,
                   sizeof command->ticket.account);
      propose (self, &command->ticket);
      return;
    }
  gtk_editable_set_text (GTK_EDITABLE (self->line), "");
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

static void
symbol_chosen_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  desk_ticket_view_set_symbol (user_data, g_variant_get_string (parameter, NULL));
}

static void
symbols_changed_cb (DeskTicketView *self)
{
  GListModel *quotes = desk_session_get_quotes (self->session);
  guint n = g_list_model_get_n_items (quotes);
  g_autoptr(GMenu) menu = g_menu_new ();

  for (guint i = 0; i < n; i++)
    {
      g_autoptr(DeskQuote) quote = g_list_model_get_item (quotes, i);
      const char *symbol = desk_quote_get_state (quote)->symbol;
      g_autoptr(GMenuItem) item = g_menu_item_new (symbol, NULL);

      g_menu_item_set_action_and_target (item, "ticket.symbol", "s", symbol);
      g_menu_append_item (menu, item);
      if (*gtk_editable_get_text (GTK_EDITABLE (self->symbol)) == '\0')
        desk_ticket_view_set_symbol (self, symbol);
    }
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->symbols), G_MENU_MODEL (menu));
  follow_symbol (self);
}

static gboolean
desk_ticket_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (DESK_TICKET_VIEW (widget)->symbol);
}

static void
desk_ticket_view_dispose (GObject *object)
{
  DeskTicketView *self = DESK_TICKET_VIEW (object);

  g_clear_handle_id (&self->preview_id, g_source_remove);
  g_clear_handle_id (&self->refresh_id, g_source_remove);
  g_clear_handle_id (&self->sent_id, g_source_remove);
  if (self->quote_tick != 0)
    {
      gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->quote_tick);
      self->quote_tick = 0;
    }
  if (self->quote != NULL)
    g_clear_signal_handler (&self->quote_id, self->quote);
  g_clear_object (&self->quote);
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ticket_view_parent_class)->dispose (object);
}

static void
bind_children (GtkWidgetClass *widget_class)
{
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, scroller);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, line);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, symbol);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, symbols);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, touch);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, bid);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, ask);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, quote_age);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, side);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, type);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, quantity);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, quick_place);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, price);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, price_label);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, stop);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, stop_label);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, tif);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, good_till);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, good_till_label);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, preview);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, strip);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, hint);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, question);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, buy);
  gtk_widget_class_bind_template_child (widget_class, DeskTicketView, sell);
}

static void
desk_ticket_view_class_init (DeskTicketViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_ticket_view_dispose;
  widget_class->grab_focus = desk_ticket_view_grab_focus;
  g_type_ensure (DESK_TYPE_DATE_ENTRY);
  g_type_ensure (DESK_TYPE_PRICE_ENTRY);
  g_type_ensure (DESK_TYPE_TICKET_PREVIEW);
  g_type_ensure (DESK_TYPE_CONFIRM_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-ticket-view.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, buy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, sell_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, bid_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, ask_clicked_cb);
}

static void
fill_drop_downs (DeskTicketView *self)
{
  g_autoptr(GtkStringList) side_words = gtk_string_list_new (NULL);
  g_autoptr(GtkStringList) type_words = gtk_string_list_new (NULL);
  g_autoptr(GtkStringList) tif_words = gtk_string_list_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    gtk_string_list_append (side_words, desk_words_side (sides[i]));
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    gtk_string_list_append (type_words, desk_words_type (types[i]));
  for (guint i = 0; i < G_N_ELEMENTS (tifs); i++)
    gtk_string_list_append (tif_words, desk_words_tif_long (tifs[i]));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->side), G_LIST_MODEL (side_words));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->type), G_LIST_MODEL (type_words));
  gtk_drop_down_set_model (GTK_DROP_DOWN (self->tif), G_LIST_MODEL (tif_words));
}

static void
set_trade_label (GtkWidget  *button,
                 const char *arrow,
                 const char *word)
{
  g_autofree char *label = g_strdup_printf ("%s %s", arrow, word);

  gtk_button_set_label (GTK_BUTTON (button), label);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, word, -1);
}

static void
connect_fields (DeskTicketView *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEditable *quantity_text = gtk_editable_get_delegate (GTK_EDITABLE (self->quantity));

  g_signal_connect_swapped (self->symbol, "changed", G_CALLBACK (symbol_changed_cb), self);
  g_signal_connect_swapped (self->symbol, "activate", G_CALLBACK (field_activated_cb), self);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (symbol_done_cb), self);
  gtk_widget_add_controller (self->symbol, focus);
  g_signal_connect_swapped (self->side, "notify::selected", G_CALLBACK (field_changed_cb), self);
  g_signal_connect_swapped (self->type, "notify::selected", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (self->tif, "notify::selected", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (self->quantity, "changed", G_CALLBACK (field_changed_cb), self);
  g_signal_connect_swapped (quantity_text, "activate", G_CALLBACK (field_activated_cb), self);
  g_signal_connect_swapped (self->price, "changed", G_CALLBACK (field_changed_cb), self);
  g_signal_connect_swapped (self->price, "activate", G_CALLBACK (field_activated_cb), self);
  g_signal_connect_swapped (self->stop, "changed", G_CALLBACK (field_changed_cb), self);
  g_signal_connect_swapped (self->stop, "activate", G_CALLBACK (field_activated_cb), self);
  g_signal_connect_swapped (self->good_till, "changed", G_CALLBACK (field_changed_cb), self);
  g_signal_connect_swapped (self->good_till, "activate", G_CALLBACK (field_activated_cb), self);
  g_signal_connect_swapped (self->line, "changed", G_CALLBACK (line_changed_cb), self);
  g_signal_connect_swapped (self->line, "activate", G_CALLBACK (line_activated_cb), self);
  g_signal_connect (self->strip, "send", G_CALLBACK (strip_send_cb), self);
  g_signal_connect (self->strip, "dropped", G_CALLBACK (strip_dropped_cb), self);
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (key_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
}

static void
desk_ticket_view_init (DeskTicketView *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  desk_price_entry_set_label (self->price, _("Price"));
  desk_price_entry_set_label (self->stop, _("Stop price"));
  set_trade_label (self->buy, "▲", C_("order side", "Buy"));
  set_trade_label (self->sell, "▼", C_("order side", "Sell"));
  fill_drop_downs (self);
  desk_name_drop_down (GTK_WIDGET (self->side), _("Side"));
  desk_name_drop_down (GTK_WIDGET (self->type), _("Order type"));
  desk_name_drop_down (GTK_WIDGET (self->tif), _("Time in force"));
  gtk_box_append (GTK_BOX (self->quick_place), desk_quick_quantities_new (GTK_SPIN_BUTTON (self->quantity)));
  desk_date_entry_set_label (self->good_till, _("Good till (UTC)"));
  show_fields (self);
  connect_fields (self);
}

GtkWidget *
desk_ticket_view_new (DeskSession *session)
{
  static const GActionEntry actions[] = {
    { .name = "symbol", .activate = symbol_chosen_cb, .parameter_type = "s" },
  };
  DeskTicketView *self = g_object_new (DESK_TYPE_TICKET_VIEW, NULL);
  g_autoptr(GSimpleActionGroup) group = g_simple_action_group_new ();
  const DeskProfile *profile = desk_session_get_profile (session);

  self->session = g_object_ref (session);
  self->link = desk_session_get_link (session)->state;
  g_strlcpy (self->account, desk_session_get_arm (session)->account, sizeof self->account);
  g_action_map_add_action_entries (G_ACTION_MAP (group), actions, G_N_ELEMENTS (actions), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "ticket", G_ACTION_GROUP (group));
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  g_signal_connect_object (desk_session_get_quotes (session), "items-changed", G_CALLBACK (symbols_changed_cb), self,
                           G_CONNECT_SWAPPED);
  if (profile->symbols != NULL && profile->symbols[0] != NULL)
    desk_ticket_view_set_symbol (self, profile->symbols[0]);
  symbols_changed_cb (self);
  show_touch (self);
  update_buttons (self);
  queue_preview (self);
  self->refresh_id = g_timeout_add (PREVIEW_REFRESH_MS, refresh_cb, self);
  return GTK_WIDGET (self);
}

void
desk_ticket_view_set_symbol (DeskTicketView *self,
                             const char     *symbol)
{
  g_return_if_fail (DESK_IS_TICKET_VIEW (self));

  if (g_strcmp0 (gtk_editable_get_text (GTK_EDITABLE (self->symbol)), symbol) != 0)
    gtk_editable_set_text (GTK_EDITABLE (self->symbol), symbol);
  symbol_done_cb (self);
}

const char *
desk_ticket_view_get_symbol (DeskTicketView *self)
{
  g_return_val_if_fail (DESK_IS_TICKET_VIEW (self), "");
  return gtk_editable_get_text (GTK_EDITABLE (self->symbol));
}

void
desk_ticket_view_focus_line (DeskTicketView *self)
{
  g_return_if_fail (DESK_IS_TICKET_VIEW (self));
  gtk_widget_grab_focus (self->line);
}

gboolean
desk_ticket_view_drop (DeskTicketView *self)
{
  g_return_val_if_fail (DESK_IS_TICKET_VIEW (self), FALSE);
  return desk_confirm_strip_drop (self->strip);
}

gboolean
desk_ticket_view_owns (DeskTicketView *self,
                       guint64         tag)
{
  g_return_val_if_fail (DESK_IS_TICKET_VIEW (self), FALSE);
  return tag != 0 && (tag == self->submit_tag || tag == self->propose_tag || tag == self->preview_tag);
}
