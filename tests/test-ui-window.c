/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "ui-fixture.h"
#include "window-tests.h"

#include "desk-banner.h"
#include "desk-header.h"
#include "desk-notice-bar.h"
#include "desk-order-chips.h"
#include "desk-orders.h"
#include "desk-press-guard.h"
#include "desk-status-bar.h"
#include "desk-table.h"
#include "desk-ticket-view.h"
#include "desk-window.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <libpanel.h>
#include <locale.h>

/* Every template instantiates, with a session and without, twice over. */
static void
test_window (void)
{
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();

  gtk_window_present (GTK_WINDOW (window));
  desk_window_show_starting (window);
  desk_window_show_failure (window, "Title", "A <b> that is text & nothing else", "Advice");
  g_assert_true (ui_shows (GTK_WIDGET (window), "Advice"));
  for (int i = 0; i < 2; i++)
    {
      desk_window_set_session (window, session);
      g_assert_nonnull (ui_find (GTK_WIDGET (window), DESK_TYPE_TICKET_VIEW));
      g_assert_nonnull (ui_find (GTK_WIDGET (window), DESK_TYPE_ORDERS));
      g_assert_true (ui_shows (GTK_WIDGET (window), "SIM"));
      ui_spin (200);
      desk_window_set_session (window, NULL);
      g_assert_null (ui_find (GTK_WIDGET (window), DESK_TYPE_TICKET_VIEW));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* Notices of up to 340 letters ask for a few lines more, never for a window that no screen has: Buy and Sell stand at its end. */
static void
test_long_notices (void)
{
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskNoticeBar *notices = DESK_NOTICE_BAR (ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR));
  g_autoptr(GString) text = g_string_new (NULL);

  gtk_window_present (GTK_WINDOW (window));
  desk_window_set_session (window, session);
  for (guint words = 8; words <= 16; words += 8)
    {
      for (guint i = 0; i < 8; i++)
        g_string_append (text, "What the server says ");
      for (guint level = DESK_LEVEL_INFO; level <= DESK_LEVEL_ALARM; level++)
        {
          g_autofree char *subject = g_strdup_printf ("%u", level);

          desk_notice_bar_say_about (notices, subject, level, text->str);
        }
      ui_spin (60);
      g_assert_cmpint (gtk_widget_get_height (GTK_WIDGET (window)), <=, 720);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

/* A bar that comes above the panels moves them: what slid under the pointer takes no press for a moment, the buttons that
 * stay where they are do, and bars that come and go all the time lock nothing. */
static void
test_press_guard (void)
{
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *orders, *buy;
  GObject *stack;
  DeskPressGuard *guard;
  gint64 start, ms;

  gtk_window_present (GTK_WINDOW (window));
  desk_window_set_session (window, session);
  ui_spin (300);
  stack = gtk_widget_get_template_child (GTK_WIDGET (window), DESK_TYPE_WINDOW, "stack");
  guard = g_object_get_data (stack, "desk-press-guard");
  orders = ui_find (GTK_WIDGET (window), DESK_TYPE_ORDERS);
  buy = GTK_WIDGET (gtk_widget_get_template_child (ui_find (GTK_WIDGET (window), DESK_TYPE_TICKET_VIEW), DESK_TYPE_TICKET_VIEW,
                                                   "buy"));
  start = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;
  /* The window itself tells where its panels stand. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.say", "s", "A notice above the panels");
  for (guint i = 0; i < 500 && desk_press_guard_takes (guard, orders, 1); i++)
    ui_spin (20); /* a busy machine lays out late */
  g_assert_false (desk_press_guard_takes (guard, orders, 1));
  g_assert_true (desk_press_guard_takes (guard, buy, 1));
  g_assert_true (desk_press_guard_takes (guard, orders, start));

  desk_press_guard_place (guard, 100, start);
  start += 10 * G_USEC_PER_SEC;
  for (ms = 0; ms < 5000; ms += 10)
    {
      desk_press_guard_place (guard, 100 + ms % 100 + 1, start + ms * 1000);
      g_assert_cmpint (desk_press_guard_takes (guard, orders, start + ms * 1000), ==,
                       ms % DESK_PRESS_GUARD_REST_MS >= DESK_PRESS_GUARD_MS);
      g_assert_true (desk_press_guard_takes (guard, buy, start + ms * 1000));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static void
test_names (void)
{
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *orders;
  GtkWidget *header;

  desk_window_set_session (window, session);
  orders = ui_find (GTK_WIDGET (window), DESK_TYPE_ORDERS);
  gtk_test_accessible_assert_property (desk_table_get_view (DESK_TABLE (ui_find (orders, DESK_TYPE_TABLE))),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Orders");
  header = ui_find (GTK_WIDGET (window), DESK_TYPE_HEADER);
  gtk_test_accessible_assert_property (gtk_widget_get_template_child (header, DESK_TYPE_HEADER, "arm"),
                                       GTK_ACCESSIBLE_PROPERTY_LABEL, "Arm trading");
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (gtk_widget_get_template_child (header, DESK_TYPE_HEADER,
                                                                                    "flatten"))),
                   ==, "Cancel all and flatten");
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static void
set_label (GtkWidget  *header,
           const char *id,
           const char *text)
{
  GtkWidget *label = GTK_WIDGET (gtk_widget_get_template_child (header, DESK_TYPE_HEADER, id));

  gtk_label_set_text (GTK_LABEL (label), text);
  gtk_widget_set_visible (label, TRUE);
}

static void
begin_languages (void)
{
  setlocale (LC_ALL, "C.UTF-8");
  bindtextdomain (GETTEXT_PACKAGE, BUILD_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
}

static void
speak (const char *language)
{
  extern int _nl_msg_cat_cntr;

  /* The catalogues are read again. */
  g_setenv ("LANGUAGE", language, TRUE);
  _nl_msg_cat_cntr++;
}

static void
end_languages (void)
{
  g_unsetenv ("LANGUAGE");
  setlocale (LC_ALL, "C");
}

static GtkWidget *
header_of (const char *language)
{
  DeskWindow *window;
  g_autoptr(DeskSession) session = ui_session_new ();

  speak (language);
  window = desk_window_new (ui_application ());
  desk_window_set_session (window, session);
  return ui_find (GTK_WIDGET (window), DESK_TYPE_HEADER);
}

/* What the header says of the truth is never cut: with everything at its longest it fits the smallest window, less its
 * frame, in each language. */
static void
test_header_fits (void)
{
  static const char *const languages[] = { "en", "es", "fr" };

  begin_languages ();
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      GtkWidget *header = header_of (languages[i]);
      g_autofree char *numbering = g_strdup_printf (_("numbering %s"), "brief");
      g_autofree char *orders = g_strdup_printf (_("Orders: live %s"), "59 min");
      g_autofree char *verified = g_strdup_printf (_("Verified %s"), "23:59");
      g_autofree char *checks = g_strdup_printf (_("%u ok"), 12);
      g_autofree char *all_checks = g_strdup_printf ("%s 2 ! 1 ?", checks);
      GtkWidget *account = (GtkWidget *) gtk_widget_get_template_child (header, DESK_TYPE_HEADER, "account");
      int least;

      g_test_message ("%s: %s", languages[i], numbering);
      g_assert_true ((i == 0) == g_str_equal (numbering, "numbering brief"));
      set_label (header, "mode", C_("mode", "LIVE"));
      set_label (header, "profile", "Sierra Chart on the big machine in the cellar");
      set_label (header, "numbering", numbering);
      set_label (header, "security", C_("connection", "Not encrypted"));
      set_label (header, "arm_word", C_("arm state", "Armed, confirm each order"));
      set_label (header, "arm_short", C_("arm state", "Armed"));
      set_label (header, "link_orders", orders);
      set_label (header, "link_data", _("Data: off at the server"));
      set_label (header, "verdict", g_utf8_strlen (C_("verification", "Not verified"), -1) > g_utf8_strlen (verified, -1)
                                    ? C_("verification", "Not verified") : verified);
      set_label (header, "checks", all_checks);
      gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (GTK_DROP_DOWN (account))), "F-1234567890");
      gtk_widget_set_visible (account, TRUE);
      gtk_widget_measure (header, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
      g_test_message ("%s: at least %d wide", languages[i], least);
      g_assert_cmpint (least, <=, 1262);
      gtk_window_destroy (GTK_WINDOW (gtk_widget_get_root (header)));
      ui_spin (50);
    }
  end_languages ();
}

static void
add_orders (DeskSession *session,
            guint        n,
            DeskStatus   status,
            DeskSource   source,
            const char  *account)
{
  static guint64 key = 1000;

  for (guint i = 0; i < n; i++)
    {
      DeskOrderState state = ui_order (++key, status, DESK_CERTAINTY_FRESH);

      state.source = source;
      g_strlcpy (state.account, account, sizeof state.account);
      ui_add_order (session, &state);
    }
}

/* No word and no count above the orders is cut in the smallest window, whoever else trades: the chips take another line. */
static void
test_chips_fit (void)
{
  static const char *const languages[] = { "en", "es", "fr" };

  begin_languages ();
  for (guint i = 0; i < G_N_ELEMENTS (languages); i++)
    {
      DeskWindow *window;
      g_autoptr(DeskSession) session = ui_session_new ();
      g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_ARM);
      GtkWidget *chips;
      guint n = 0;

      speak (languages[i]);
      window = desk_window_new (ui_application ());
      desk_window_set_session (window, session);
      gtk_window_set_default_size (GTK_WINDOW (window), 1280, 720);
      gtk_window_present (GTK_WINDOW (window));
      g_strlcpy (event->arm.account, "SIM1", sizeof event->arm.account);
      g_signal_emit_by_name (session, "event", event);
      add_orders (session, 100, DESK_STATUS_FILLED, DESK_SOURCE_EXTERNAL, "SIM1");
      add_orders (session, 100, DESK_STATUS_REJECTED, DESK_SOURCE_CLICK, "SIM1");
      add_orders (session, 100, DESK_STATUS_UNKNOWN, DESK_SOURCE_CLICK, "SIM1");
      add_orders (session, 100, DESK_STATUS_WORKING, DESK_SOURCE_CLICK, "SIM1");
      add_orders (session, 100, DESK_STATUS_WORKING, DESK_SOURCE_CLICK, "SIM2");
      chips = ui_find (GTK_WIDGET (window), DESK_TYPE_ORDER_CHIPS);
      desk_order_chips_show_group (DESK_ORDER_CHIPS (chips), "BRACKET-0001-00000042");
      ui_spin (400);
      for (GtkWidget *chip = gtk_widget_get_first_child (chips); chip != NULL; chip = gtk_widget_get_next_sibling (chip))
        {
          const char *label = gtk_button_get_label (GTK_BUTTON (chip));
          int wanted;
          graphene_rect_t box;

          g_assert_true (gtk_widget_get_mapped (chip));
          gtk_widget_measure (chip, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &wanted, NULL, NULL);
          g_assert_true (gtk_widget_compute_bounds (chip, chips, &box));
          g_test_message ("%s: %s at %.0f, %.0f, %.0f of %d wide, in %d", languages[i], label, box.origin.x, box.origin.y,
                          box.size.width, wanted, gtk_widget_get_width (chips));
          g_assert_cmpint (gtk_widget_get_allocated_width (chip), >=, wanted);
          g_assert_cmpfloat (box.origin.x + box.size.width, <=, gtk_widget_get_width (chips));
          g_assert_cmpfloat (box.origin.y + box.size.height, <=, gtk_widget_get_height (chips));
          g_assert_true (strstr (label, "00") != NULL);
          n++;
        }
      g_assert_cmpuint (n, ==, 8);
      g_assert_cmpint (gtk_widget_get_width (chips), <=, 660);
      gtk_window_destroy (GTK_WINDOW (window));
      ui_spin (50);
    }
  end_languages ();
}

static void
emit_link (DeskSession *session,
           DeskLink     state,
           const char  *text)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_LINK);

  event->link.state = state;
  event->epoch = 1;
  event->text = g_ref_string_new (text);
  g_signal_emit_by_name (session, "event", event);
}

/* A session that is not live has its banner; a lost link empties no table. */
static void
test_banner (void)
{
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskOrderState state = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  GtkWidget *banner;
  DeskTable *table;

  ui_add_order (session, &state);
  desk_window_set_session (window, session);
  banner = ui_find (GTK_WIDGET (window), DESK_TYPE_BANNER);
  table = DESK_TABLE (ui_find (ui_find (GTK_WIDGET (window), DESK_TYPE_ORDERS), DESK_TYPE_TABLE));
  g_assert_true (gtk_widget_get_visible (banner));
  emit_link (session, DESK_LINK_DOWN, "The server closed the connection.");
  g_assert_true (gtk_widget_get_visible (banner));
  g_assert_cmpuint (desk_table_get_n_rows (table), ==, 1);
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static void
emit_notice (DeskSession *session,
             DeskLevel    level,
             const char  *code,
             const char  *text)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_NOTICE);

  event->level = level;
  g_strlcpy (event->code, code, sizeof event->code);
  event->text = g_ref_string_new (text);
  g_signal_emit_by_name (session, "event", event);
}

/* What was said is taken back when it is no longer so. */
static void
test_last_word (void)
{
  static const char off[] = "The server has no market data now: the quotes are old. Orders work all the same";
  static const char slow[] = "The disk of the state file does not answer";
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *notices;

  desk_window_set_session (window, session);
  notices = ui_find (GTK_WIDGET (window), DESK_TYPE_NOTICE_BAR);
  emit_notice (session, DESK_LEVEL_WARNING, "FEED_OFF", off);
  g_assert_true (ui_shows (notices, off));
  emit_notice (session, DESK_LEVEL_INFO, "FEED_ON", "The server has market data again");
  g_assert_false (ui_shows (notices, off));
  emit_notice (session, DESK_LEVEL_ALARM, "STORAGE_SLOW", slow);
  g_assert_true (ui_shows (notices, slow));
  emit_notice (session, DESK_LEVEL_INFO, "STORAGE_BACK", "The disk of the state file answers again");
  g_assert_false (ui_shows (notices, slow));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

static DeskSession *
session_to (const char *host,
            gboolean    use_tls)
{
  g_autoptr(DeskProfile) profile = desk_profile_new ("Far away");
  DeskSessionOptions options = { .memory_only = TRUE };

  g_free (profile->host);
  profile->host = g_strdup (host);
  profile->use_tls = use_tls;
  profile->allow_plain = !use_tls;
  return desk_session_new (profile, &options);
}

/* What is not encrypted says so as long as the window is open, whatever the link does. */
static void
test_security (void)
{
  static const struct { const char *host; gboolean use_tls; const char *says; } cases[] = {
    { "desk.example", FALSE, "Not encrypted" },
    { "192.0.2.1", FALSE, "Not encrypted" },
    { "desk.example", TRUE, "Encrypted" },
    { "127.0.0.1", TRUE, "Encrypted" },
    { "127.0.0.1", FALSE, NULL },
    { "localhost", FALSE, NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      DeskWindow *window = desk_window_new (ui_application ());
      g_autoptr(DeskSession) session = session_to (cases[i].host, cases[i].use_tls);
      GtkWidget *label;

      desk_window_set_session (window, session);
      label = GTK_WIDGET (gtk_widget_get_template_child (ui_find (GTK_WIDGET (window), DESK_TYPE_HEADER), DESK_TYPE_HEADER,
                                                         "security"));
      for (int state = DESK_LINK_DOWN; state <= DESK_LINK_STOPPED; state++)
        {
          emit_link (session, state, "");
          g_assert_true (gtk_widget_get_visible (label) == (cases[i].says != NULL));
          if (cases[i].says != NULL)
            g_assert_cmpstr (gtk_label_get_text (GTK_LABEL (label)), ==, cases[i].says);
        }
      gtk_window_destroy (GTK_WINDOW (window));
      ui_spin (50);
    }
}

static GtkWidget *
find_button (GtkWidget  *root,
             const char *label)
{
  if (GTK_IS_BUTTON (root) && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (root)), label) == 0)
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static AdwMessageDialog *
find_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWindow) window = g_list_model_get_item (windows, i);

      if (ADW_IS_MESSAGE_DIALOG (window))
        return ADW_MESSAGE_DIALOG (window);
    }
  return NULL;
}

/* A certificate is trusted by a person who has seen it, and by nothing else. */
static void
test_trust (void)
{
  static const char answers[][8] = { "cancel", "trust" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      DeskWindow *window = desk_window_new (ui_application ());
      g_autoptr(DeskSession) session = session_to ("desk.example", TRUE);
      g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_LINK);
      g_autoptr(DeskProfile) saved = NULL;
      GtkWidget *button;

      desk_window_set_session (window, session);
      button = find_button (ui_find (GTK_WIDGET (window), DESK_TYPE_BANNER), "Trust this certificate…");
      g_assert_false (gtk_widget_get_visible (button));
      memset (event->link.certificate, 'a', DTC_FINGERPRINT_SIZE - 1);
      event->link.certificate_flags = G_TLS_CERTIFICATE_UNKNOWN_CA | G_TLS_CERTIFICATE_EXPIRED;
      event->link.reason = "certificate";
      event->link.state = DESK_LINK_DOWN;
      event->text = g_ref_string_new ("The certificate is not trusted.");
      g_signal_emit_by_name (session, "event", event);
      /* The next try is under way before the trader has read it. */
      emit_link (session, DESK_LINK_CONNECTING, "");
      g_assert_true (gtk_widget_get_visible (button));
      g_signal_emit_by_name (button, "clicked");
      g_assert_nonnull (find_dialog ());
      g_assert_true (ui_shows (GTK_WIDGET (find_dialog ()), "desk.example:11099"));
      g_assert_true (ui_shows (GTK_WIDGET (find_dialog ()), "AA:AA:AA:AA:AA:AA:AA:AA\nAA:AA:AA:AA:AA:AA:AA:AA\n"
                                                            "AA:AA:AA:AA:AA:AA:AA:AA\nAA:AA:AA:AA:AA:AA:AA:AA"));
      g_assert_true (ui_shows (GTK_WIDGET (find_dialog ()), "No authority that this computer knows has signed it\nIt has expired"));
      adw_message_dialog_response (find_dialog (), answers[i]);
      saved = desk_profile_find ("Far away", NULL);
      g_assert_true ((saved != NULL) == (i == 1));
      if (saved != NULL)
        g_assert_cmpstr (saved->tls_pin, ==, event->link.certificate);
      emit_link (session, DESK_LINK_DOWN, "Something else.");
      g_assert_false (gtk_widget_get_visible (button));
      gtk_window_destroy (GTK_WINDOW (window));
      ui_spin (50);
    }
}

/* No number of any enum is without its word. */
static void
test_words (void)
{
  for (int i = DESK_STATUS_DRAFT; i <= DESK_STATUS_NOT_SENT; i++)
    {
      DeskOrderState order = ui_order (1, i, DESK_CERTAINTY_FRESH);

      g_assert_cmpstr (desk_words_status (i), !=, "");
      g_assert_cmpstr (desk_words_order_state (&order), !=, "");
      g_assert_cmpstr (desk_words_order_mark (&order), !=, "");
      /* Where it is held is no more certain than that it is. */
      g_assert_cmpstr (desk_words_where (&order), ==, i == DESK_STATUS_UNKNOWN ? "Server ?"
                       : i == DESK_STATUS_NOT_AT_SERVER || i == DESK_STATUS_NOT_SENT || i == DESK_STATUS_BLOCKED
                           || i == DESK_STATUS_DRAFT
                         ? "–"
                         : "Server");
      order.held_here = TRUE;
      g_assert_cmpstr (desk_words_where (&order), ==, "This PC");
      /* Another trader's order is never taken for one's own. */
      order.held_here = FALSE;
      order.source = DESK_SOURCE_EXTERNAL;
      g_assert_cmpstr (desk_words_where (&order), ==, "External");
    }
  /* What never left has no fill, and of what left nobody knows before a word of the server. */
  for (int sent = 0; sent <= 1; sent++)
    {
      DeskOrderState order = ui_order (1, sent ? DESK_STATUS_SENT : DESK_STATUS_NOT_SENT, DESK_CERTAINTY_FRESH);
      g_autofree char *filled = NULL;

      order.filled = -1;
      order.quantity = 2;
      filled = desk_order_state_filled_text (&order);
      g_assert_cmpstr (filled, ==, sent ? "?/2" : "0/2");
    }
  /* What the server's lists deny is not said as if they did not. */
  {
    DeskOrderState order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_CONFLICT);
    g_autoptr(GString) now = g_string_new (NULL);

    order.filled = 0;
    desk_words_order_now (&order, now);
    g_assert_cmpstr (now->str, ==, "Working · server disagrees");
    g_assert_cmpstr (desk_words_order_mark (&order), ==, "!");
  }
  /* What was answered once is not said to have no answer. */
  for (int acked = 0; acked <= 1; acked++)
    {
      DeskOrderState order = ui_order (1, DESK_STATUS_UNKNOWN, DESK_CERTAINTY_UNKNOWN);
      g_autoptr(GString) reason = g_string_new (NULL);

      order.acked = acked;
      desk_words_order_reason (&order, reason);
      g_assert_cmpstr (reason->str, ==, acked ? "unknown" : "sent, no answer known");
    }
  for (int i = DESK_DENY_USAGE; i <= DESK_DENY_IN_FLIGHT; i++)
    g_assert_cmpstr (desk_words_denial (i), !=, "");
  for (int i = DESK_LINK_DOWN; i <= DESK_LINK_STOPPED; i++)
    g_assert_cmpstr (desk_words_link (i), !=, "");
  for (int i = DESK_REASON_ACCEPTED; i <= DESK_REASON_RECONCILED; i++)
    g_assert_cmpstr (desk_words_reason (i), !=, "");
  for (int i = DESK_CERTAINTY_FRESH; i <= DESK_CERTAINTY_EXTERNAL; i++)
    g_assert_cmpstr (desk_words_certainty (i), !=, "");
  for (int i = DESK_SOURCE_CLICK; i <= DESK_SOURCE_EXTERNAL; i++)
    g_assert_cmpstr (desk_words_source (i), !=, "");
  for (int i = DESK_TIF_DAY; i <= DESK_TIF_FOK; i++)
    g_assert_cmpstr (desk_words_tif_long (i), !=, "");
}

static void
test_fill_words (void)
{
  DeskFillState fill = { 0 };
  g_autofree char *words = NULL;

  g_strlcpy (fill.symbol, "ES", sizeof fill.symbol);
  fill.side = DESK_SIDE_BUY;
  fill.quantity = 1;
  fill.grid = ui_es;
  fill.price = desk_price_from_display (&ui_es, 5000.25);
  words = desk_words_fill (&fill);
  g_assert_cmpstr (words, ==, "Filled: bought 1 ES at 5000.25");
}

static void
emit_order (DeskSession *session,
            DeskSource   source,
            gboolean     restored,
            const char  *client_id,
            const char  *server_id)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_ORDER);

  event->order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_FRESH);
  event->order.source = source;
  event->restored = restored;
  g_strlcpy (event->order.client_order_id, client_id, sizeof event->order.client_order_id);
  g_strlcpy (event->order.server_order_id, server_id, sizeof event->order.server_order_id);
  g_signal_emit_by_name (session, "event", event);
}

/* Each fill that is news says whose it is: another trader's reads like no fill of one's own. */
static void
test_fill_news (void)
{
  static const struct { const char *client_id, *server_id, *ends; } cases[] = {
    { "C-1", "S1", "at 5000.25" },
    { "C-9", "S1", "at 5000.25" },
    { "C-1", "", "at 5000.25" },
    { "C-2", "S2", "at 5000.25" },
    { "", "S3", "at 5000.25 · not placed here" },
    { "X-4", "S4", "at 5000.25 · not placed here" },
    { "X-5", "S5", "at 5000.25 · not placed here" },
    { "", "S6", "at 5000.25 · not attributed" },
    { "", "", "at 5000.25 · not attributed" },
  };
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskSession) session = ui_session_new ();
  GtkWidget *label;

  desk_window_set_session (window, session);
  label = GTK_WIDGET (gtk_widget_get_template_child (ui_find (GTK_WIDGET (window), DESK_TYPE_STATUS_BAR), DESK_TYPE_STATUS_BAR,
                                                     "news"));
  emit_order (session, DESK_SOURCE_CLICK, FALSE, "C-1", "");
  emit_order (session, DESK_SOURCE_CLICK, FALSE, "C-1", "S1");
  emit_order (session, DESK_SOURCE_LINE, TRUE, "C-2", "S2");
  emit_order (session, DESK_SOURCE_EXTERNAL, FALSE, "", "S3");
  emit_order (session, DESK_SOURCE_EXTERNAL, TRUE, "X-4", "S4");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_FILL);

      g_strlcpy (event->fill.client_order_id, cases[i].client_id, sizeof event->fill.client_order_id);
      g_strlcpy (event->fill.server_order_id, cases[i].server_id, sizeof event->fill.server_order_id);
      g_strlcpy (event->fill.symbol, "ES", sizeof event->fill.symbol);
      event->fill.side = DESK_SIDE_SELL;
      event->fill.quantity = 1;
      event->fill.grid = ui_es;
      event->fill.price = desk_price_from_display (&ui_es, 5000.25);
      g_signal_emit_by_name (session, "event", event);
      g_test_message ("%s", gtk_label_get_text (GTK_LABEL (label)));
      g_assert_true (g_str_has_suffix (gtk_label_get_text (GTK_LABEL (label)), cases[i].ends));
      g_assert_nonnull (strstr (gtk_label_get_text (GTK_LABEL (label)), "Filled: sold 1 ES "));
    }
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *home = g_dir_make_tmp ("desk-window-XXXXXX", NULL);
  g_autofree char *path = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *parent = NULL;
  int status;

  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  panel_init ();
  g_test_add_func ("/ui/window/templates", test_window);
  g_test_add_func ("/ui/window/long-notices", test_long_notices);
  g_test_add_func ("/ui/window/press-guard", test_press_guard);
  g_test_add_func ("/ui/window/names", test_names);
  g_test_add_func ("/ui/window/header-fits", test_header_fits);
  g_test_add_func ("/ui/window/chips-fit", test_chips_fit);
  g_test_add_func ("/ui/window/banner", test_banner);
  g_test_add_func ("/ui/window/last-word", test_last_word);
  g_test_add_func ("/ui/window/security", test_security);
  g_test_add_func ("/ui/window/trust", test_trust);
  g_test_add_func ("/ui/words/complete", test_words);
  g_test_add_func ("/ui/words/fill", test_fill_words);
  g_test_add_func ("/ui/window/fill-news", test_fill_news);
  add_event_tests ();
  status = g_test_run ();
  path = desk_profile_path ("far-away");
  folder = g_path_get_dirname (path);
  parent = g_path_get_dirname (folder);
  g_unlink (path);
  g_rmdir (folder);
  g_rmdir (parent);
  g_rmdir (home);
  return status;
}
