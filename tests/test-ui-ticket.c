/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-confirm-strip.h"
#include "desk-date-entry.h"
#include "desk-price-entry.h"
#include "desk-session-private.h"
#include "desk-ticket-check.h"
#include "desk-ticket-preview.h"
#include "desk-ticket-touch.h"
#include "desk-ticket-view-private.h"
#include "desk-words.h"

#define CHILD(view, name) GTK_WIDGET (gtk_widget_get_template_child (view, DESK_TYPE_TICKET_VIEW, name))

static const DeskGrid zn = { 0.015625, 1, 134, 15.625 };

static void
type_price (GtkWidget  *entry,
            const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (ui_find (entry, GTK_TYPE_ENTRY)), text);
}

static GtkWidget *
make_ticket (DeskSession *session)
{
  DeskQuote *quote = desk_quote_new ("ESZ6");
  DeskInstrumentState instrument = { 0 };

  g_strlcpy (instrument.symbol, "ESZ6", sizeof instrument.symbol);
  instrument.known = TRUE;
  instrument.grid = ui_es;
  desk_quote_set_instrument (quote, &instrument);
  desk_keyed_store_add (DESK_KEYED_STORE (desk_session_get_quotes (session)), quote);
  desk_keyed_store_flush (DESK_KEYED_STORE (desk_session_get_quotes (session)));
  return g_object_ref_sink (desk_ticket_view_new (session));
}

static void
test_names (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  static const struct { const char *child; const char *label; } names[] = {
    { "symbol", "Symbol" }, { "side", "Side" }, { "type", "Order type" }, { "quantity", "Quantity" },
    { "tif", "Time in force" }, { "buy", "Buy" }, { "sell", "Sell" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    gtk_test_accessible_assert_property (CHILD (view, names[i].child), GTK_ACCESSIBLE_PROPERTY_LABEL, names[i].label);
  gtk_test_accessible_assert_property (ui_find (CHILD (view, "price"), GTK_TYPE_ENTRY), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Price");
  gtk_test_accessible_assert_property (ui_find (CHILD (view, "stop"), GTK_TYPE_ENTRY), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                       "Stop price");
  g_object_unref (view);
}

static void
test_read (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  DeskTicket ticket;
  g_autofree char *why = NULL;

  /* The first known symbol stands there by itself; a market order needs nothing more. */
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpstr (ticket.symbol, ==, "ESZ6");
  g_assert_cmpint (ticket.type, ==, DESK_ORDER_TYPE_MARKET);
  g_assert_cmpint (ticket.quantity, ==, 1);
  g_assert_cmpint (ticket.tif, ==, DESK_TIF_DAY);
  g_assert_false (ticket.has_price);

  /* A limit needs a price on the tick; comma and point are the same. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 1);
  g_assert_false (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_clear_pointer (&why, g_free);
  type_price (CHILD (view, "price"), "5000,25");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_true (ticket.has_price);
  g_assert_cmpfloat (ticket.price, ==, 5000.25);
  type_price (CHILD (view, "price"), "5000.10");
  g_assert_false (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_clear_pointer (&why, g_free);
  type_price (CHILD (view, "price"), "five thousand");
  g_assert_false (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_clear_pointer (&why, g_free);

  /* Stop-limit: the stop is Price1, the limit Price2. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 3);
  type_price (CHILD (view, "stop"), "5010");
  type_price (CHILD (view, "price"), "5010.50");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpfloat (ticket.price, ==, 5010.0);
  g_assert_cmpfloat (ticket.price2, ==, 5010.5);
  g_assert_true (ticket.has_price2);

  /* Stop alone. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 2);
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpfloat (ticket.price, ==, 5010.0);
  g_assert_false (ticket.has_price2);

  /* GTD needs its date. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "tif")), 2);
  g_assert_false (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_clear_pointer (&why, g_free);
  type_price (CHILD (view, "good_till"), "2026-12-01 21:00");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.good_till, ==, G_GINT64_CONSTANT (1796158800));

  /* Another symbol: prices of the first mean nothing for it. */
  gtk_editable_set_text (GTK_EDITABLE (CHILD (view, "symbol")), "NQZ6");
  g_assert_true (desk_price_entry_is_empty (DESK_PRICE_ENTRY (CHILD (view, "stop"))));
  g_object_unref (view);
}

static void
test_dates (void)
{
  g_assert_cmpint (desk_date_entry_parse ("2026-12-01"), ==, G_GINT64_CONSTANT (1796158800));
  g_assert_cmpint (desk_date_entry_parse ("2026-12-01T21:00:00Z"), ==, G_GINT64_CONSTANT (1796158800));
  g_assert_cmpint (desk_date_entry_parse ("2026-02-30 10:00"), ==, -1);
  g_assert_cmpint (desk_date_entry_parse ("tomorrow"), ==, -1);
  g_assert_cmpint (desk_date_entry_parse (""), ==, -1);
  g_assert_cmpint (desk_date_entry_parse ("2026-12-01 25:00"), ==, -1);
  g_assert_cmpint (desk_date_entry_parse ("99999-12-01 10:00"), ==, -1);
}

static void
test_price_entry (void)
{
  DeskPriceEntry *entry = DESK_PRICE_ENTRY (g_object_ref_sink (desk_price_entry_new ("Price")));
  double price;

  desk_price_entry_set_grid (entry, &zn);
  type_price (GTK_WIDGET (entry), "110'16.5");
  g_assert_cmpint (desk_price_entry_get (entry, &price), ==, DESK_PRICE_ENTRY_VALID);
  g_assert_cmpfloat (price, ==, 110.515625);
  desk_price_entry_set (entry, 110.515625);
  g_assert_cmpint (desk_price_entry_get (entry, &price), ==, DESK_PRICE_ENTRY_VALID);
  g_assert_cmpfloat (price, ==, 110.515625);

  desk_price_entry_set_grid (entry, &ui_es);
  type_price (GTK_WIDGET (entry), "5000.26");
  g_assert_cmpint (desk_price_entry_get (entry, &price), ==, DESK_PRICE_ENTRY_OFF_TICK);
  type_price (GTK_WIDGET (entry), "1e3");
  g_assert_cmpint (desk_price_entry_get (entry, &price), ==, DESK_PRICE_ENTRY_INVALID);
  type_price (GTK_WIDGET (entry), "");
  g_assert_cmpint (desk_price_entry_get (entry, &price), ==, DESK_PRICE_ENTRY_EMPTY);
  g_assert_true (isnan (price));
  g_assert_finalize_object (entry);
}

/* The n-th field for a price below @root, top to bottom. */
static GtkWidget *
nth_price (GtkWidget *root,
           guint      n)
{
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (DESK_IS_PRICE_ENTRY (child) && n-- == 0)
      return child;
  return NULL;
}

static void
choose_kind (GtkWidget  *view,
             const char *kind)
{
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (CHILD (view, kind)), TRUE);
}

static void
refused (GtkWidget  *view,
         const char *with)
{
  DeskTicket ticket;
  g_autofree char *why = NULL;

  g_assert_false (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpstr (why, ==, with);
}

static void
test_types (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  DeskTicket ticket;
  g_autofree char *why = NULL;

  /* Touched: the trigger is Price1, the limit Price2, as with a stop-limit. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 4);
  refused (view, "Give a trigger price.");
  type_price (CHILD (view, "stop"), "4990");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.type, ==, DESK_ORDER_TYPE_MIT);
  g_assert_true (ticket.has_price && !ticket.has_price2);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 5);
  refused (view, "Give a price.");
  type_price (CHILD (view, "price"), "4991");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.type, ==, DESK_ORDER_TYPE_LIT);
  g_assert_cmpfloat (ticket.price, ==, 4990.0);
  g_assert_cmpfloat (ticket.price2, ==, 4991.0);
  /* What was typed for another type stays in its field, and is not sent. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 6);
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.type, ==, DESK_ORDER_TYPE_MARKET_LIMIT);
  g_assert_false (ticket.has_price || ticket.has_price2);
  g_object_unref (view);
}

static void
test_bracket (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  GtkWidget *exits = CHILD (view, "exits");
  DeskTicket ticket;
  g_autofree char *why = NULL;

  choose_kind (view, "kind_bracket");
  g_assert_true (gtk_widget_get_visible (exits));
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 1);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (CHILD (view, "quantity")), 2);
  type_price (CHILD (view, "price"), "5000");
  refused (view, "Give the target of the bracket.");
  type_price (nth_price (exits, 0), "5010");
  refused (view, "Give the protective stop of the bracket.");
  type_price (nth_price (exits, 1), "5005");
  refused (view, "The stop of a buy lies below its entry.");
  type_price (nth_price (exits, 1), "4995");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.kind, ==, DESK_TICKET_BRACKET);
  g_assert_false (ticket.offsets);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (ticket.leg[i].side, ==, DESK_SIDE_SELL);
      g_assert_cmpint (ticket.leg[i].quantity, ==, 2);
    }
  g_assert_cmpint (ticket.leg[0].type, ==, DESK_ORDER_TYPE_LIMIT);
  g_assert_cmpint (ticket.leg[1].type, ==, DESK_ORDER_TYPE_STOP);
  g_assert_cmpfloat (ticket.leg[0].price, ==, 5010.0);
  g_assert_cmpfloat (ticket.leg[1].price, ==, 4995.0);

  /* The same exits make no sense for a sale. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "side")), 1);
  refused (view, "The target of a sell lies below its stop.");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "side")), 0);

  type_price (nth_price (exits, 2), "4994");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.leg[1].type, ==, DESK_ORDER_TYPE_STOP_LIMIT);
  g_assert_cmpfloat (ticket.leg[1].price2, ==, 4994.0);

  /* In ticks: the prices typed before are gone, and a distance is in prices on the ticket. */
  gtk_check_button_set_active (GTK_CHECK_BUTTON (ui_find (exits, GTK_TYPE_CHECK_BUTTON)), TRUE);
  refused (view, "Give the target of the bracket.");
  type_price (nth_price (exits, 0), "40");
  type_price (nth_price (exits, 1), "0");
  refused (view, "The exits lie at least one tick from the entry.");
  type_price (nth_price (exits, 1), "20");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_true (ticket.offsets);
  g_assert_cmpfloat (ticket.leg[0].price, ==, 10.0);
  g_assert_cmpfloat (ticket.leg[1].price, ==, 5.0);
  type_price (nth_price (exits, 1), "2.5");
  refused (view, desk_words_denial (DESK_DENY_PRICE_TICK));
  g_object_unref (view);
}

static void
test_pair (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  GtkWidget *pair = CHILD (view, "pair");
  DeskTicket ticket;
  g_autofree char *why = NULL;

  choose_kind (view, "kind_oco");
  g_assert_true (gtk_widget_get_visible (pair));
  g_assert_false (gtk_widget_get_visible (CHILD (view, "buy")));
  g_assert_true (gtk_widget_get_visible (CHILD (view, "place")));
  refused (view, "Give the price of the first order.");
  type_price (nth_price (pair, 0), "4990");
  refused (view, "Give the price of the second order.");
  type_price (nth_price (pair, 2), "5010");
  refused (view, "The limit to sell lies above the stop to sell.");
  type_price (nth_price (pair, 0), "5010");
  type_price (nth_price (pair, 2), "4990");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.kind, ==, DESK_TICKET_OCO);
  g_assert_cmpint (ticket.leg[0].type, ==, DESK_ORDER_TYPE_LIMIT);
  g_assert_cmpint (ticket.leg[1].type, ==, DESK_ORDER_TYPE_STOP);
  g_assert_cmpint (ticket.leg[0].side, ==, DESK_SIDE_SELL);
  g_assert_cmpint (ticket.leg[1].quantity, ==, 1);
  g_assert_false (ticket.has_price);

  /* A pair does not fill at once. */
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "tif")), 3);
  refused (view, "Exits and pairs wait: choose Day, GTC or GTD.");

  /* Back to a single order: nothing of the pair is left in the ticket. */
  choose_kind (view, "kind_single");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.kind, ==, DESK_TICKET_SINGLE);
  g_assert_false (ticket.leg[0].has_price || ticket.leg[1].has_price);
  g_object_unref (view);
}

/* No check that passed before is left standing while the disk hangs; a refusal keeps its own reason. */
static void
test_blind (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  DeskTicketPreview *lines = DESK_TICKET_PREVIEW (CHILD (view, "preview"));
  DeskPreview preview = { .checks_passed = 25, .checks_total = 25, .no_reference = TRUE };
  DeskTicket ticket = { .side = DESK_SIDE_BUY, .type = DESK_ORDER_TYPE_MARKET, .quantity = 1 };
  const char *blind = "The disk does not answer: at most what reduces the position is sent";
  g_autofree char *down = g_strdup_printf ("%s (LINK_DOWN)", desk_words_denial (DESK_DENY_LINK_DOWN));

  for (guint i = 0; i < 2; i++)
    {
      const char *own = i == 0 ? "25/25 passed" : down;

      preview.denial = i == 0 ? DESK_DENY_NONE : DESK_DENY_LINK_DOWN;
      desk_ticket_preview_show (lines, &ticket, &ui_es, NAN, "USD", &preview, NULL);
      g_assert_true (ui_shows (view, own));
      for (int waits = 1; waits >= 0; waits--)
        {
          DeskEvent *event = desk_event_new (DESK_EVENT_HEALTH);

          event->health.journal_waits = waits;
          desk_session_take (session, event);
          g_assert_true (ui_shows (view, waits && i == 0 ? blind : own));
          /* Nor does a preview that comes meanwhile bring it back. */
          desk_ticket_preview_show (lines, &ticket, &ui_es, NAN, "USD", &preview, NULL);
          g_assert_true (ui_shows (view, waits && i == 0 ? blind : own));
        }
    }
  g_object_unref (view);
}

/* Only the health of the journal says that the disk hangs: what another event keeps in the same bytes is none of it. */
static void
test_blind_by_health_alone (void)
{
  const DeskEventKind kinds[] = { DESK_EVENT_ORDER,   DESK_EVENT_FILL,  DESK_EVENT_POSITION, DESK_EVENT_BALANCE,
                                  DESK_EVENT_ACCOUNT, DESK_EVENT_QUOTE, DESK_EVENT_NOTICE,   DESK_EVENT_FLATTEN };
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  DeskTicketPreview *lines = DESK_TICKET_PREVIEW (CHILD (view, "preview"));
  DeskPreview preview = { .checks_passed = 25, .checks_total = 25, .no_reference = TRUE };
  DeskTicket ticket = { .side = DESK_SIDE_BUY, .type = DESK_ORDER_TYPE_MARKET, .quantity = 1 };

  desk_ticket_preview_show (lines, &ticket, &ui_es, NAN, "USD", &preview, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      DeskEvent *event = desk_event_new (kinds[i]);

      event->health.journal_waits = TRUE;
      desk_session_take (session, event);
      g_assert_true (ui_shows (view, "25/25 passed"));
    }
  g_object_unref (view);
}

/* Top and left of what a trader presses, in the window. */
static void
check_place (GtkWidget       *button,
             GtkWidget       *window,
             graphene_rect_t *before)
{
  graphene_rect_t now;

  ui_spin (60);
  g_assert_true (gtk_widget_compute_bounds (button, window, &now));
  g_assert_cmpfloat (now.size.height, >, 1);
  if (before->size.height == 0)
    *before = now;
  g_assert_cmpfloat (now.origin.x, ==, before->origin.x);
  g_assert_cmpfloat (now.origin.y, ==, before->origin.y);
}

/* Nothing that comes by itself moves a button under the pointer: neither an old quote, nor longer words of a preview, a
 * hint or a strip. */
static void
test_buttons_stay (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  GtkWidget *window = gtk_window_new ();
  DeskTicketPreview *lines = DESK_TICKET_PREVIEW (CHILD (view, "preview"));
  DeskConfirmStrip *strip = DESK_CONFIRM_STRIP (CHILD (view, "strip"));
  DeskQuote *quote = g_list_model_get_item (desk_session_get_quotes (session), 0);
  DeskQuoteState state = *desk_quote_get_state (quote);
  DeskPreview preview = { .checks_passed = 25, .checks_total = 25, .no_reference = TRUE, .value = NAN, .tick_risk = NAN };
  DeskTicket ticket = { .side = DESK_SIDE_BUY, .type = DESK_ORDER_TYPE_MARKET, .quantity = 1 };
  const char *buttons[] = { "quantity", "type", "buy", "sell" };
  const char *words[] = { "Short", "Words that need two lines of the narrow ticket, no less",
                          "Words that go on and on, so that three lines of the narrow ticket are not too many for all of them" };
  graphene_rect_t places[G_N_ELEMENTS (buttons)] = { 0 };
  graphene_rect_t send = { 0 };

  gtk_window_set_default_size (GTK_WINDOW (window), 300, 640);
  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_window_present (GTK_WINDOW (window));
  for (guint i = 0; i < 12; i++)
    {
      const char *text = words[i % 3];

      state.received = i % 2 == 0 ? g_get_monotonic_time () : 1;
      desk_quote_set_state (quote, &state);
      desk_ticket_touch_age (DESK_TICKET_TOUCH (CHILD (view, "touch")));
      preview.denial = i % 4 < 2 ? DESK_DENY_NONE : DESK_DENY_LINK_DOWN;
      preview.tick_risk = i % 3 == 0 ? NAN : 37.5;
      preview.value = i % 3 == 2 ? 748500 : NAN;
      desk_ticket_preview_show (lines, &ticket, &ui_es, NAN, "USD", &preview, text);
      ticket_set_hint (DESK_TICKET_VIEW (view), i % 4 == 3 ? text : NULL, FALSE);
      if (i >= 6)
        {
          desk_confirm_strip_open (strip, &ticket, text, "now 0, worst case +2 / 0", i % 4 == 1 ? text : NULL);
          gtk_stack_set_visible_child (GTK_STACK (CHILD (view, "question")), GTK_WIDGET (strip));
          check_place (gtk_widget_get_last_child (gtk_widget_get_last_child (gtk_widget_get_first_child (GTK_WIDGET (strip)))),
                       window, &send);
        }
      for (guint k = 0; k < G_N_ELEMENTS (buttons); k++)
        check_place (CHILD (view, buttons[k]), window, &places[k]);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (quote);
  g_object_unref (view);
}

static void
test_extras (void)
{
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *view = make_ticket (session);
  GtkWidget *extras = CHILD (view, "extras");
  GtkWidget *show = ui_find (extras, GTK_TYPE_SPIN_BUTTON);
  GtkWidget *note = ui_find (extras, GTK_TYPE_ENTRY);
  DeskTicket ticket;
  g_autofree char *why = NULL;

  g_assert_false (gtk_widget_get_visible (extras));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (CHILD (view, "more")), TRUE);
  g_assert_true (gtk_widget_get_visible (extras));
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (CHILD (view, "quantity")), 9);
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (show), 2);
  refused (view, "Only an order with a limit can show less than it is.");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "type")), 1);
  type_price (CHILD (view, "price"), "5000");
  gtk_editable_set_text (GTK_EDITABLE (note), " at the open ");
  g_assert_true (desk_ticket_view_read (DESK_TICKET_VIEW (view), &ticket, &why));
  g_assert_cmpint (ticket.max_show, ==, 2);
  g_assert_cmpstr (ticket.note, ==, "at the open");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (show), 10);
  refused (view, "What is shown cannot be more than the quantity.");
  gtk_spin_button_set_value (GTK_SPIN_BUTTON (show), 9);
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "tif")), 4);
  refused (view, "An order that fills at once or whole has nothing to hide.");
  gtk_drop_down_set_selected (GTK_DROP_DOWN (CHILD (view, "tif")), 0);

  gtk_editable_set_text (GTK_EDITABLE (note), "très tôt");
  refused (view, "The note takes plain letters, digits and signs, no quotation marks.");
  gtk_editable_set_text (GTK_EDITABLE (note), "a \"quote\"");
  refused (view, "The note takes plain letters, digits and signs, no quotation marks.");

  /* Closing the section hides nothing that is set. */
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (CHILD (view, "more")), FALSE);
  g_assert_true (gtk_widget_get_visible (extras));
  g_object_unref (view);
}

/* What is typed is refused exactly when target, entry and stop do not lie in that order, whichever side it is. */
static void
test_bracket_order (void)
{
  for (int target = -4; target <= 4; target++)
    for (int stop = -4; stop <= 4; stop++)
      for (int side = DESK_SIDE_BUY; side <= DESK_SIDE_SELL; side++)
        {
          int sign = side == DESK_SIDE_BUY ? 1 : -1;
          DeskTicket ticket = { .kind = DESK_TICKET_BRACKET, .side = (DeskSide) side, .type = DESK_ORDER_TYPE_LIMIT,
                                .tif = DESK_TIF_DAY, .quantity = 2, .has_price = TRUE, .price = 5000.0 };
          DeskBracketRisk risk;
          gboolean sound = target * sign > 0 && stop * sign < 0;

          ticket.leg[0] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_LIMIT, .has_price = TRUE, .price = 5000.0 + target };
          ticket.leg[1] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_STOP, .has_price = TRUE, .price = 5000.0 + stop };
          g_assert_cmpint (desk_ticket_check (&ticket, NAN) == NULL, ==, sound);
          /* Without a price of its own and without a market only the exits can be compared. */
          ticket.type = DESK_ORDER_TYPE_MARKET;
          ticket.has_price = FALSE;
          g_assert_cmpint (desk_ticket_check (&ticket, NAN) == NULL, ==, (target - stop) * sign > 0);
          g_assert_false (desk_ticket_bracket_risk (&ticket, &ui_es, NAN, &risk));
          g_assert_true (desk_ticket_bracket_risk (&ticket, &ui_es, 5000.0, &risk));
          g_assert_cmpint (risk.reward_ticks, ==, ABS (target) * 4);
          g_assert_cmpint (risk.risk_ticks, ==, ABS (stop) * 4);
          g_assert_cmpfloat (risk.risk, ==, ABS (stop) * 4 * 12.5 * 2);
        }
}

static void
test_ticket_words (void)
{
  DeskTicket ticket = { .symbol = "ESZ6", .side = DESK_SIDE_BUY, .type = DESK_ORDER_TYPE_LIMIT, .tif = DESK_TIF_DAY,
                        .quantity = 2, .has_price = TRUE, .price = 5000.25 };
  g_autofree char *single = desk_words_ticket (&ticket, &ui_es);
  g_autofree char *iceberg = NULL;
  g_autofree char *bracket = NULL;
  g_autofree char *distances = NULL;
  g_autofree char *pair = NULL;

  g_assert_cmpstr (single, ==, "Buy 2 ESZ6 Limit 5000.25, Day");
  g_assert_null (desk_words_ticket_promise (&ticket));
  ticket.max_show = 1;
  g_strlcpy (ticket.note, "50% %s", sizeof ticket.note);
  iceberg = desk_words_ticket (&ticket, &ui_es);
  g_assert_cmpstr (iceberg, ==, "Buy 2 ESZ6 Limit 5000.25, Day, showing 1, note “50% %s”");

  ticket.max_show = 0;
  *ticket.note = '\0';
  ticket.kind = DESK_TICKET_BRACKET;
  ticket.leg[0] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_LIMIT, .has_price = TRUE, .price = 5010.0 };
  ticket.leg[1] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_STOP_LIMIT, .has_price = TRUE, .price = 4995.0,
                                    .has_price2 = TRUE, .price2 = 4994.0 };
  bracket = desk_words_ticket (&ticket, &ui_es);
  g_assert_cmpstr (bracket, ==, "Buy 2 ESZ6 Limit 5000.25, Day\nTarget: Sell 2 Limit 5010.00\n"
                                "Stop: Sell 2 Stop limit 4995.00 / 4994.00");
  ticket.side = DESK_SIDE_SELL;
  ticket.offsets = TRUE;
  ticket.leg[0].price = 10.0;
  ticket.leg[1] = (DeskTicketLeg) { .type = DESK_ORDER_TYPE_STOP, .has_price = TRUE, .price = 0.25 };
  distances = desk_words_ticket (&ticket, &ui_es);
  g_assert_cmpstr (distances, ==, "Sell 2 ESZ6 Limit 5000.25, Day\nTarget: Buy 2 Limit, 40 ticks below the entry\n"
                                  "Stop: Buy 2 Stop, 1 tick above the entry");
  g_assert_nonnull (desk_words_ticket_promise (&ticket));

  ticket.kind = DESK_TICKET_OCO;
  ticket.offsets = FALSE;
  ticket.leg[0] = (DeskTicketLeg) { DESK_SIDE_BUY, DESK_ORDER_TYPE_STOP, 1, TRUE, FALSE, 5010.0, 0.0 };
  ticket.leg[1] = (DeskTicketLeg) { DESK_SIDE_SELL, DESK_ORDER_TYPE_STOP, 1, TRUE, FALSE, 4990.0, 0.0 };
  pair = desk_words_ticket (&ticket, &ui_es);
  g_assert_cmpstr (pair, ==, "Pair on ESZ6, Day\nOne: Buy 1 Stop 5010.00\nOther: Sell 1 Stop 4990.00");
  g_assert_false (desk_words_ticket_off_tick (&ticket, &ui_es));
  ticket.leg[1].price = 4990.1;
  g_assert_true (desk_words_ticket_off_tick (&ticket, &ui_es));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/ticket/names", test_names);
  g_test_add_func ("/ui/ticket/read", test_read);
  g_test_add_func ("/ui/ticket/types", test_types);
  g_test_add_func ("/ui/ticket/bracket", test_bracket);
  g_test_add_func ("/ui/ticket/bracket-order", test_bracket_order);
  g_test_add_func ("/ui/ticket/pair", test_pair);
  g_test_add_func ("/ui/ticket/extras", test_extras);
  g_test_add_func ("/ui/ticket/blind", test_blind);
  g_test_add_func ("/ui/ticket/blind-by-health-alone", test_blind_by_health_alone);
  g_test_add_func ("/ui/ticket/buttons-stay", test_buttons_stay);
  g_test_add_func ("/ui/ticket/words", test_ticket_words);
  g_test_add_func ("/ui/ticket/dates", test_dates);
  g_test_add_func ("/ui/ticket/price-entry", test_price_entry);
  return g_test_run ();
}
