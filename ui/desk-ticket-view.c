/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-view-private.h"

#include "desk-figure.h"
#include "desk-names.h"
#include "desk-quick-quantities.h"
#include "desk-settings.h"
#include "desk-ticket-check.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>
#include <string.h>

#define PREVIEW_REFRESH_MS 1000

G_DEFINE_FINAL_TYPE (DeskTicketView, desk_ticket_view, GTK_TYPE_WIDGET)

enum
{
  SYMBOL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static const DeskSide sides[] = { DESK_SIDE_BUY, DESK_SIDE_SELL };
static const DeskOrderType types[] = { DESK_ORDER_TYPE_MARKET, DESK_ORDER_TYPE_LIMIT, DESK_ORDER_TYPE_STOP,
                                       DESK_ORDER_TYPE_STOP_LIMIT, DESK_ORDER_TYPE_MIT, DESK_ORDER_TYPE_LIT,
                                       DESK_ORDER_TYPE_MARKET_LIMIT };
static const DeskTif tifs[] = { DESK_TIF_DAY, DESK_TIF_GTC, DESK_TIF_GTD, DESK_TIF_IOC, DESK_TIF_FOK, DESK_TIF_AON };

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

static DeskTicketKind
current_kind (DeskTicketView *self)
{
  for (DeskTicketKind kind = DESK_TICKET_BRACKET; kind <= DESK_TICKET_OCO; kind++)
    if (gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->kinds[kind])))
      return kind;
  return DESK_TICKET_SINGLE;
}

const DeskInstrumentState *
ticket_instrument (DeskTicketView *self)
{
  DeskQuote *quote = desk_ticket_touch_get_quote (self->touch);

  return quote != NULL ? desk_quote_get_instrument (quote) : NULL;
}

const DeskGrid *
ticket_grid (DeskTicketView *self)
{
  const DeskInstrumentState *instrument = ticket_instrument (self);

  return instrument != NULL && instrument->known && instrument->grid.tick > 0.0 ? &instrument->grid : NULL;
}

static gboolean
read_prices (DeskTicketView  *self,
             DeskTicket      *ticket,
             char           **why)
{
  gboolean trigger = desk_words_has_trigger (ticket->type);
  gboolean limit = desk_words_has_limit (ticket->type);

  if (trigger)
    {
      gboolean stop = ticket->type == DESK_ORDER_TYPE_STOP || ticket->type == DESK_ORDER_TYPE_STOP_LIMIT;

      if (!desk_ticket_part_price (self->stop, &ticket->price, stop ? _("Give a stop price.") : _("Give a trigger price."),
                                   why))
        return FALSE;
      ticket->has_price = TRUE;
    }
  if (limit)
    {
      if (!desk_ticket_part_price (self->price, trigger ? &ticket->price2 : &ticket->price, _("Give a price."), why))
        return FALSE;
      *(trigger ? &ticket->has_price2 : &ticket->has_price) = TRUE;
    }
  return TRUE;
}

static gboolean
read_kind (DeskTicketView  *self,
           DeskTicket      *ticket,
           char           **why)
{
  switch (current_kind (self))
    {
    case DESK_TICKET_OCO:
      ticket->side = DESK_SIDE_NONE;
      ticket->type = DESK_ORDER_TYPE_UNSET;
      return desk_ticket_pair_read (self->pair, ticket, why);
    case DESK_TICKET_BRACKET:
      return read_prices (self, ticket, why) && desk_ticket_exits_read (self->exits, ticket, why);
    case DESK_TICKET_SINGLE:
    default:
      return read_prices (self, ticket, why);
    }
}

gboolean
desk_ticket_view_read (DeskTicketView *self,
                       DeskTicket     *ticket,
                       char          **why)
{
  const char *symbol = gtk_editable_get_text (GTK_EDITABLE (self->symbol));
  g_autofree char *trimmed = g_strstrip (g_strdup (symbol));
  const char *nonsense;

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

  if (ticket->tif == DESK_TIF_GTD)
    {
      ticket->good_till = desk_date_entry_get (self->good_till);
      if (ticket->good_till <= 0)
        {
          *why = g_strdup (_("Give the day until which it is good: 2026-12-01 21:00."));
          return FALSE;
        }
    }
  if (!read_kind (self, ticket, why) || !desk_ticket_extras_read (self->extras, ticket, why))
    return FALSE;
  nonsense = desk_ticket_check (ticket, desk_ticket_touch_market (self->touch, ticket->side));
  *why = g_strdup (nonsense);
  return nonsense == NULL;
}

static gboolean
refresh_cb (gpointer user_data)
{
  DeskTicketView *self = user_data;

  desk_ticket_touch_age (self->touch);
  /* While someone types nothing is disturbed; the market and the position move the preview. */
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    ticket_queue_preview (self);
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
  ticket_set_hint (self, NULL, FALSE);
  ticket_queue_preview (self);
}

/* What the prices are counted in, and where stepping starts. */
static void
quote_changed_cb (DeskTicketView *self)
{
  DeskQuote *quote = desk_ticket_touch_get_quote (self->touch);
  const DeskQuoteState *state = quote != NULL ? desk_quote_get_state (quote) : NULL;
  const DeskGrid *grid = ticket_grid (self);

  desk_price_entry_set_grid (self->price, grid);
  desk_price_entry_set_grid (self->stop, grid);
  desk_ticket_exits_set_grid (self->exits, grid);
  desk_ticket_pair_set_grid (self->pair, grid);
  desk_price_entry_set_hint (self->price, state != NULL && state->bid.kind != DESK_PRICE_UNSET ? state->bid.display : NAN);
  desk_price_entry_set_hint (self->stop, state != NULL && state->last.kind != DESK_PRICE_UNSET ? state->last.display
                                                                                               : NAN);
}

static void
follow_symbol (DeskTicketView *self)
{
  g_autofree char *symbol = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->symbol))));

  desk_ticket_touch_set_quote (self->touch, *symbol != '\0' ? desk_session_find_quote (self->session, symbol) : NULL);
  quote_changed_cb (self);
}

static void
symbol_changed_cb (DeskTicketView *self)
{
  if (self->session == NULL)
    return;
  /* Prices of one symbol mean nothing for another. */
  desk_price_entry_clear (self->price);
  desk_price_entry_clear (self->stop);
  desk_ticket_exits_clear (self->exits);
  desk_ticket_pair_clear (self->pair);
  follow_symbol (self);
  field_changed_cb (self);
  g_signal_emit (self, signals[SYMBOL_CHANGED], 0);
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
  DeskTicketKind kind = current_kind (self);
  DeskOrderType type = current_type (self);
  gboolean pair = kind == DESK_TICKET_OCO;
  gboolean touched = type == DESK_ORDER_TYPE_MIT || type == DESK_ORDER_TYPE_LIT;
  gboolean more = gtk_toggle_button_get_active (GTK_TOGGLE_BUTTON (self->more));
  const char *stop_name = touched ? _("Trigger price") : _("Stop price");

  gtk_widget_set_visible (self->order, !pair);
  desk_ticket_part_show (self->price_label, self->price, !pair && desk_words_has_limit (type));
  desk_ticket_part_show (self->stop_label, self->stop, !pair && desk_words_has_trigger (type));
  gtk_label_set_text (GTK_LABEL (self->stop_label), stop_name);
  desk_price_entry_set_label (self->stop, stop_name);
  desk_ticket_part_show (self->good_till_label, self->good_till, current_tif (self) == DESK_TIF_GTD);
  gtk_widget_set_visible (GTK_WIDGET (self->exits), kind == DESK_TICKET_BRACKET);
  gtk_widget_set_visible (GTK_WIDGET (self->pair), pair);
  gtk_widget_set_visible (self->buy, !pair);
  gtk_widget_set_visible (self->sell, !pair);
  gtk_widget_set_visible (self->place, pair);
  desk_ticket_exits_set_more (self->exits, more);
  desk_ticket_extras_set_kind (self->extras, kind);
  /* What is chosen is never out of sight. */
  gtk_widget_set_visible (GTK_WIDGET (self->extras), more || desk_ticket_extras_are_set (self->extras));
}

static void
choice_changed_cb (DeskTicketView *self)
{
  show_fields (self);
  field_changed_cb (self);
}

static void
buy_clicked_cb (DeskTicketView *self)
{
  ticket_propose_side (self, DESK_SIDE_BUY, DESK_SOURCE_CLICK);
}

static void
sell_clicked_cb (DeskTicketView *self)
{
  ticket_propose_side (self, DESK_SIDE_SELL, DESK_SOURCE_CLICK);
}

static void
field_activated_cb (DeskTicketView *self)
{
  symbol_done_cb (self);
  ticket_propose_side (self, current_kind (self) == DESK_TICKET_OCO ? DESK_SIDE_NONE : current_side (self), DESK_SOURCE_KEY);
}

static void
place_clicked_cb (DeskTicketView *self)
{
  ticket_propose_side (self, DESK_SIDE_NONE, DESK_SOURCE_CLICK);
}

static void
touch_taken_cb (DeskTicketTouch *touch,
                const DeskPrice *price,
                DeskTicketView  *self)
{
  DeskOrderType type = current_type (self);

  if (current_kind (self) == DESK_TICKET_OCO)
    return;
  if (type == DESK_ORDER_TYPE_MARKET || type == DESK_ORDER_TYPE_MARKET_LIMIT)
    gtk_drop_down_set_selected (GTK_DROP_DOWN (self->type), 1);
  desk_price_entry_set (desk_words_has_limit (current_type (self)) ? self->price : self->stop, price->display);
}

static void
allow (GtkWidget  *widget,
       const char *why)
{
  gtk_widget_set_sensitive (widget, why == NULL);
  desk_set_tooltip (widget, why);
}

/* What cannot work says why. */
static void
update_buttons (DeskTicketView *self)
{
  const DeskLinkState *link = desk_session_get_link (self->session);
  const char *down = link->state == DESK_LINK_LIVE ? NULL : desk_words_denial (DESK_DENY_LINK_DOWN);
  const char *no_bracket = down != NULL || (link->bracket_supported && link->oco_supported) ? down
    : link->oco_supported ? _("The server says BracketOrdersSupported = 0 in its logon response: it takes no brackets.")
                          : _("The server says OCOOrdersSupported = 0 in its logon response: it takes neither pairs nor "
                              "the exits of a bracket.");
  const char *no_pair = down != NULL || link->oco_supported ? down
    : _("The server says OCOOrdersSupported = 0 in its logon response: it takes neither pairs nor the exits of a bracket.");

  allow (self->buy, down);
  allow (self->sell, down);
  allow (self->place, down);
  allow (self->kinds[DESK_TICKET_BRACKET], no_bracket);
  allow (self->kinds[DESK_TICKET_OCO], no_pair);
  /* A ticket that this server cannot take is not kept from another one. */
  if (down == NULL && ((current_kind (self) == DESK_TICKET_BRACKET && no_bracket != NULL)
                       || (current_kind (self) == DESK_TICKET_OCO && no_pair != NULL)))
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->kinds[DESK_TICKET_SINGLE]), TRUE);
  desk_ticket_touch_set_live (self->touch, link->state == DESK_LINK_LIVE || link->state == DESK_LINK_RESYNC);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskTicketView  *self)
{
  switch (event->kind)
    {
    case DESK_EVENT_PREVIEW:
    case DESK_EVENT_DENIED:
      ticket_take_answer (self, event);
      break;
    case DESK_EVENT_LINK:
      if (event->epoch != self->epoch || event->link.state != self->link)
        ticket_surprise (self, _("The link changed: the order was dropped, nothing was sent."));
      self->epoch = event->epoch;
      self->link = event->link.state;
      if (self->link == DESK_LINK_LIVE)
        ticket_hint_linked (self);
      update_buttons (self);
      break;
    case DESK_EVENT_ARM:
      if (event->arm.arm != DESK_ARM_CONFIRM || !g_str_equal (event->arm.account, self->account))
        ticket_surprise (self, _("Arming or account changed: the order was dropped, nothing was sent."));
      g_strlcpy (self->account, event->arm.account, sizeof self->account);
      /* "Press F9" is done; why an order was dropped must stay to be read. */
      if (event->arm.arm == DESK_ARM_CONFIRM)
        ticket_set_hint (self, NULL, FALSE);
      ticket_queue_preview (self);
      break;
    case DESK_EVENT_INSTRUMENT:
      follow_symbol (self);
      ticket_queue_preview (self);
      break;
    case DESK_EVENT_HEALTH:
      desk_ticket_preview_set_blind (self->preview, event->health.journal_waits);
      break;
    case DESK_EVENT_ORDER:
    case DESK_EVENT_FILL:
    case DESK_EVENT_POSITION:
    case DESK_EVENT_BALANCE:
    case DESK_EVENT_ACCOUNT:
    case DESK_EVENT_QUOTE:
    case DESK_EVENT_NOTICE:
    case DESK_EVENT_FLATTEN:
    default:
      break;
    }
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
  g_clear_object (&self->session);
  g_clear_pointer (&self->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ticket_view_parent_class)->dispose (object);
}

#define BIND(name) gtk_widget_class_bind_template_child (widget_class, DeskTicketView, name)

static void
bind_children (GtkWidgetClass *widget_class)
{
  BIND (scroller);
  BIND (line);
  BIND (symbol);
  BIND (symbols);
  BIND (touch);
  BIND (more);
  BIND (labels);
  BIND (order);
  BIND (side);
  BIND (type);
  BIND (quantity);
  BIND (quick_place);
  BIND (price);
  BIND (price_label);
  BIND (stop);
  BIND (stop_label);
  BIND (exits);
  BIND (pair);
  BIND (extras);
  BIND (tif);
  BIND (good_till);
  BIND (good_till_label);
  BIND (preview);
  BIND (strip);
  BIND (hint);
  BIND (question);
  BIND (buy);
  BIND (sell);
  BIND (place);
  gtk_widget_class_bind_template_child_full (widget_class, "kind_single", FALSE,
                                             G_STRUCT_OFFSET (DeskTicketView, kinds[DESK_TICKET_SINGLE]));
  gtk_widget_class_bind_template_child_full (widget_class, "kind_bracket", FALSE,
                                             G_STRUCT_OFFSET (DeskTicketView, kinds[DESK_TICKET_BRACKET]));
  gtk_widget_class_bind_template_child_full (widget_class, "kind_oco", FALSE,
                                             G_STRUCT_OFFSET (DeskTicketView, kinds[DESK_TICKET_OCO]));
}

static void
desk_ticket_view_class_init (DeskTicketViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_ticket_view_dispose;
  widget_class->grab_focus = desk_ticket_view_grab_focus;
  signals[SYMBOL_CHANGED] = g_signal_new ("symbol-changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                          NULL, G_TYPE_NONE, 0);
  g_type_ensure (DESK_TYPE_DATE_ENTRY);
  g_type_ensure (DESK_TYPE_PRICE_ENTRY);
  g_type_ensure (DESK_TYPE_TICKET_EXITS);
  g_type_ensure (DESK_TYPE_TICKET_EXTRAS);
  g_type_ensure (DESK_TYPE_TICKET_LINE);
  g_type_ensure (DESK_TYPE_TICKET_PAIR);
  g_type_ensure (DESK_TYPE_TICKET_PREVIEW);
  g_type_ensure (DESK_TYPE_TICKET_TOUCH);
  g_type_ensure (DESK_TYPE_CONFIRM_STRIP);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/dtcdesk/DtcDesk/desk-ticket-view.ui");
  bind_children (widget_class);
  gtk_widget_class_bind_template_callback (widget_class, buy_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, sell_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, place_clicked_cb);
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
  GtkEventController *focus = gtk_event_controller_focus_new ();
  GtkEditable *quantity_text = gtk_editable_get_delegate (GTK_EDITABLE (self->quantity));
  DeskTicketPart *parts[] = { DESK_TICKET_PART (self->exits), DESK_TICKET_PART (self->pair),
                              DESK_TICKET_PART (self->extras) };

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
  for (guint i = 0; i < G_N_ELEMENTS (self->kinds); i++)
    g_signal_connect_swapped (self->kinds[i], "toggled", G_CALLBACK (choice_changed_cb), self);
  g_signal_connect_swapped (self->more, "toggled", G_CALLBACK (show_fields), self);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      desk_ticket_part_align (parts[i], self->labels);
      g_signal_connect_swapped (parts[i], "changed", G_CALLBACK (field_changed_cb), self);
      g_signal_connect_swapped (parts[i], "activate", G_CALLBACK (field_activated_cb), self);
    }
  g_signal_connect_swapped (self->touch, "changed", G_CALLBACK (quote_changed_cb), self);
  g_signal_connect (self->touch, "taken", G_CALLBACK (touch_taken_cb), self);
  ticket_connect (self);
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
  desk_narrow_drop_down (GTK_DROP_DOWN (self->type));
  desk_narrow_drop_down (GTK_DROP_DOWN (self->tif));
  desk_name_drop_down (GTK_WIDGET (self->side), _("Side"));
  desk_name_drop_down (GTK_WIDGET (self->type), _("Order type"));
  desk_name_drop_down (GTK_WIDGET (self->tif), _("Time in force"));
  gtk_box_append (GTK_BOX (self->quick_place), desk_quick_quantities_new (GTK_SPIN_BUTTON (self->quantity)));
  desk_date_entry_set_label (self->good_till, _("Good till (UTC)"));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (self->quantity), desk_settings_get_int ("default-quantity", 1));
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
  desk_ticket_line_set_session (self->line, session);
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
  update_buttons (self);
  desk_ticket_preview_set_blind (self->preview, desk_session_get_health (session)->journal_waits);
  ticket_queue_preview (self);
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
  gtk_widget_grab_focus (GTK_WIDGET (self->line));
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
