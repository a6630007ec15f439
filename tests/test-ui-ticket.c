/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui-fixture.h"

#include "desk-date-entry.h"
#include "desk-price-entry.h"
#include "desk-ticket-view.h"

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

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/ui/ticket/names", test_names);
  g_test_add_func ("/ui/ticket/read", test_read);
  g_test_add_func ("/ui/ticket/dates", test_dates);
  g_test_add_func ("/ui/ticket/price-entry", test_price_entry);
  return g_test_run ();
}
