/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-confirm-strip.h"

#include <adwaita.h>

/* One press, one order: what the strip between a click and the wire lets through. */

typedef struct
{
  DeskConfirmStrip *strip;
  guint             sent;
  guint             dropped;
  DeskTicket        ticket;
} Fixture;

#define LATER(ms) (g_get_monotonic_time () + (DESK_CONFIRM_QUIET_MS + (ms)) * G_GINT64_CONSTANT (1000))

static void
send_cb (DeskConfirmStrip *strip,
         const DeskTicket *ticket,
         Fixture          *fixture)
{
  fixture->sent++;
  fixture->ticket = *ticket;
}

static void
dropped_cb (DeskConfirmStrip *strip,
            Fixture          *fixture)
{
  fixture->dropped++;
}

static GtkWidget *
send_button (Fixture *fixture)
{
  return gtk_widget_get_last_child (gtk_widget_get_last_child (gtk_widget_get_first_child (GTK_WIDGET (fixture->strip))));
}

static void
open_strip (Fixture *fixture)
{
  DeskTicket ticket = DESK_TICKET_INIT;

  g_strlcpy (ticket.symbol, "ESZ6", sizeof ticket.symbol);
  ticket.side = DESK_SIDE_BUY;
  ticket.quantity = 2;
  desk_confirm_strip_open (fixture->strip, &ticket, "Buy 2 ESZ6 Market, Day", "now 0, worst case +2 / 0", NULL);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->strip = g_object_ref_sink (g_object_new (DESK_TYPE_CONFIRM_STRIP, NULL));
  g_signal_connect (fixture->strip, "send", G_CALLBACK (send_cb), fixture);
  g_signal_connect (fixture->strip, "dropped", G_CALLBACK (dropped_cb), fixture);
  open_strip (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->strip);
}

static void
test_one_press (Fixture       *fixture,
                gconstpointer  data)
{
  g_assert_true (desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (1)));
  g_assert_cmpuint (fixture->sent, ==, 0);
  g_assert_true (desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (20)));
  g_assert_cmpuint (fixture->sent, ==, 1);
  g_assert_cmpstr (fixture->ticket.symbol, ==, "ESZ6");
  g_assert_cmpint (fixture->ticket.quantity, ==, 2);
  g_assert_false (desk_confirm_strip_is_open (fixture->strip));

  /* The strip is gone: nothing can press its button, and another Enter is nobody's. */
  g_assert_false (gtk_widget_get_sensitive (send_button (fixture)));
  g_assert_false (desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (40)));
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (60));
  g_assert_cmpuint (fixture->sent, ==, 1);
}

static void
test_too_early (Fixture       *fixture,
                gconstpointer  data)
{
  /* Pressed within the quiet time, let go after it: that press was not meant for the strip. */
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, g_get_monotonic_time ());
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (50));
  g_assert_cmpuint (fixture->sent, ==, 0);
  g_assert_true (desk_confirm_strip_is_open (fixture->strip));
}

static void
test_held_key (Fixture       *fixture,
               gconstpointer  data)
{
  /* The Enter that opened the strip is still down and repeats for two seconds. */
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, g_get_monotonic_time ());
  for (int ms = 1; ms < 2000; ms += 30)
    desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (ms));
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (2001));
  g_assert_cmpuint (fixture->sent, ==, 0);

  /* A press of its own counts, once, however long it repeats. */
  for (int ms = 2100; ms < 4000; ms += 30)
    desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (ms));
  g_assert_cmpuint (fixture->sent, ==, 0);
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (4001));
  g_assert_cmpuint (fixture->sent, ==, 1);
}

static void
test_escape (Fixture       *fixture,
             gconstpointer  data)
{
  g_assert_true (desk_confirm_strip_key (fixture->strip, GDK_KEY_Escape, TRUE, LATER (1)));
  g_assert_cmpuint (fixture->dropped, ==, 1);
  g_assert_false (desk_confirm_strip_is_open (fixture->strip));
  g_assert_false (desk_confirm_strip_drop (fixture->strip));
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (10));
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (20));
  g_assert_cmpuint (fixture->sent, ==, 0);
}

static void
test_reopen (Fixture       *fixture,
             gconstpointer  data)
{
  /* A press on one question does not answer the next. */
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, TRUE, LATER (1));
  open_strip (fixture);
  desk_confirm_strip_key (fixture->strip, GDK_KEY_Return, FALSE, LATER (20));
  g_assert_cmpuint (fixture->sent, ==, 0);
}

static void
test_other_keys (Fixture       *fixture,
                 gconstpointer  data)
{
  g_assert_false (desk_confirm_strip_key (fixture->strip, GDK_KEY_space, TRUE, LATER (1)));
  g_assert_false (desk_confirm_strip_key (fixture->strip, GDK_KEY_b, TRUE, LATER (1)));
  g_assert_true (desk_confirm_strip_is_open (fixture->strip));
}

int
main (int   argc,
      char *argv[])
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
#define ADD(name, function) g_test_add ("/ui/confirm/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("one-press", test_one_press);
  ADD ("too-early", test_too_early);
  ADD ("held-key", test_held_key);
  ADD ("escape", test_escape);
  ADD ("reopen", test_reopen);
  ADD ("other-keys", test_other_keys);
  return g_test_run ();
}
