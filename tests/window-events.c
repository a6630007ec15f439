/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "window-tests.h"

#include "ui-fixture.h"

#include "desk-case-dialog.h"
#include "desk-symbol-search.h"
#include "desk-ticket-preview.h"
#include "desk-window.h"

#include <string.h>

/* An event tells of one thing: what another kind would have at the same place in memory is nobody's business. */

#define N_KINDS (DESK_EVENT_PREVIEW + 1)
#define UNION   G_STRUCT_OFFSET (DeskEvent, link)

/* How many of the shared bytes are the kind's own. */
static gsize
own_size (DeskEventKind kind)
{
  switch (kind)
    {
    case DESK_EVENT_LINK:
      return sizeof (DeskLinkState);
    case DESK_EVENT_ORDER:
      return sizeof (DeskOrderState);
    case DESK_EVENT_FILL:
      return sizeof (DeskFillState);
    case DESK_EVENT_POSITION:
      return sizeof (DeskPositionState);
    case DESK_EVENT_BALANCE:
    case DESK_EVENT_ACCOUNT:
      return sizeof (DeskAccountState);
    case DESK_EVENT_QUOTE:
      return sizeof (DeskQuoteState);
    case DESK_EVENT_INSTRUMENT:
    case DESK_EVENT_UNWATCHED:
      return sizeof (DeskInstrumentState);
    case DESK_EVENT_DEPTH:
    case DESK_EVENT_QUEUE:
    case DESK_EVENT_RESYNC:
    case DESK_EVENT_VERIFY:
    case DESK_EVENT_CASE:
      return sizeof (gpointer);
    case DESK_EVENT_TRADES:
      return sizeof (DeskTrades);
    case DESK_EVENT_FOUND:
      return sizeof (DeskFoundState);
    case DESK_EVENT_LISTED:
      return sizeof (DeskListedState);
    case DESK_EVENT_ARM:
      return sizeof (DeskArmState);
    case DESK_EVENT_HEALTH:
      return sizeof (DeskHealth);
    case DESK_EVENT_FLATTEN:
      return sizeof (DeskFlattenState);
    case DESK_EVENT_PREVIEW:
      return sizeof (DeskPreview);
    case DESK_EVENT_DENIED:
    case DESK_EVENT_NOTICE:
    default:
      return 0;
    }
}

/* What the kind tells is always the same. */
static void
tell (DeskEvent *event)
{
  DeskOrderState order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_STALE);

  switch ((guint) event->kind)
    {
    case DESK_EVENT_ORDER:
      event->order = order;
      break;
    case DESK_EVENT_FILL:
      g_strlcpy (event->fill.client_order_id, "C-1", sizeof event->fill.client_order_id);
      g_strlcpy (event->fill.symbol, "ESZ6", sizeof event->fill.symbol);
      event->fill.side = DESK_SIDE_BUY;
      event->fill.quantity = 1;
      event->fill.grid = ui_es;
      event->fill.price = desk_price_from_display (&ui_es, 5000.25);
      break;
    case DESK_EVENT_DEPTH:
      event->depth = desk_depth_state_new ("ESZ6", 1, 0, 0);
      break;
    case DESK_EVENT_QUEUE:
      event->queue = desk_queue_state_new ("ESZ6", 1, 0, 0);
      break;
    case DESK_EVENT_RESYNC:
      event->resync = desk_resync_state_new (1, "link");
      break;
    case DESK_EVENT_VERIFY:
      event->verify = desk_verify_run_new ("verify");
      break;
    case DESK_EVENT_CASE:
      event->doubt = desk_case_new ();
      break;
    default:
      break;
    }
  if (event->kind == DESK_EVENT_DENIED)
    event->denial = DESK_DENY_LINK_DOWN;
  g_strlcpy (event->code, event->kind == DESK_EVENT_DENIED ? "LINK_DOWN" : "HALTED", sizeof event->code);
  event->text = g_ref_string_new ("What an event says");
}

static void
send (DeskSession   *session,
      DeskEventKind  kind,
      int            others)
{
  g_autoptr(DeskEvent) event = desk_event_new (kind);

  memset ((char *) event + UNION, others, sizeof *event - UNION);
  memset ((char *) event + UNION, 0, own_size (kind));
  tell (event);
  g_signal_emit_by_name (session, "event", event);
}

/* What is not told by a pointer lies where another kind has other things: with something in every byte. It is restored, so
 * it is no news to anybody. */
static void
send_full (DeskSession   *session,
           DeskEventKind  kind,
           int            bytes)
{
  g_autoptr(DeskEvent) event = NULL;

  if (own_size (kind) <= sizeof (gpointer) || kind == DESK_EVENT_LINK || kind == DESK_EVENT_ARM || kind == DESK_EVENT_HEALTH)
    return;
  event = desk_event_new (kind);
  memset ((char *) event + UNION, bytes, sizeof *event - UNION);
  event->restored = TRUE;
  switch ((guint) kind)
    {
    case DESK_EVENT_ORDER:
      event->order.client_order_id[DESK_ID_SIZE - 1] = event->order.server_order_id[DESK_ID_SIZE - 1] = '\0';
      event->order.account[DESK_ID_SIZE - 1] = event->order.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      event->order.parent[DESK_ID_SIZE - 1] = event->order.sibling[DESK_ID_SIZE - 1] = '\0';
      event->order.text = event->order.note = NULL;
      break;
    case DESK_EVENT_FILL:
      event->fill.execution_id[DESK_EXEC_ID_SIZE - 1] = '\0';
      event->fill.client_order_id[DESK_ID_SIZE - 1] = event->fill.server_order_id[DESK_ID_SIZE - 1] = '\0';
      event->fill.account[DESK_ID_SIZE - 1] = event->fill.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      event->fill.replaces = NULL;
      break;
    case DESK_EVENT_POSITION:
      event->position.account[DESK_ID_SIZE - 1] = event->position.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      break;
    case DESK_EVENT_QUOTE:
      event->quote.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      event->quote.text = NULL;
      break;
    case DESK_EVENT_INSTRUMENT:
    case DESK_EVENT_UNWATCHED:
      event->instrument.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      break;
    case DESK_EVENT_TRADES:
      event->trades.symbol[DESK_SYMBOL_SIZE - 1] = '\0';
      event->trades.ring = NULL;
      event->trades.n = 0;
      break;
    default:
      break;
    }
  g_signal_emit_by_name (session, "event", event);
}

/* Times go on: of digits only that there are some. */
static void
append_text (GString    *out,
             const char *text)
{
  for (const char *p = text; *p != '\0'; p++)
    if (!g_ascii_isdigit (*p))
      g_string_append_c (out, *p);
    else if (out->len == 0 || out->str[out->len - 1] != '#')
      g_string_append_c (out, '#');
}

/* All that is in sight, a widget a line. */
static void
append_sight (GString   *out,
              GtkWidget *root,
              guint      depth)
{
  g_auto(GStrv) classes = NULL;
  g_autofree char *joined = NULL;

  if (!gtk_widget_get_visible (root))
    return;
  classes = gtk_widget_get_css_classes (root);
  joined = g_strjoinv (".", classes);
  g_string_append_printf (out, "%*s%s.%s%s ", (int) depth, "", G_OBJECT_TYPE_NAME (root), joined,
                          gtk_widget_get_sensitive (root) ? "" : " insensitive");
  if (GTK_IS_LABEL (root))
    append_text (out, gtk_label_get_text (GTK_LABEL (root)));
  else if (GTK_IS_INSCRIPTION (root))
    append_text (out, gtk_inscription_get_text (GTK_INSCRIPTION (root)) != NULL
                        ? gtk_inscription_get_text (GTK_INSCRIPTION (root)) : "");
  else if (GTK_IS_EDITABLE (root))
    append_text (out, gtk_editable_get_text (GTK_EDITABLE (root)));
  g_string_append_c (out, '\n');
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    append_sight (out, child, depth + 1);
}

static char **
sight (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  g_autoptr(GString) out = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr(GtkWidget) window = g_list_model_get_item (windows, i);

      append_sight (out, window, 0);
    }
  return g_strsplit (out->str, "\n", -1);
}

/* After what throttles has come to rest, and with a ticket that has passed the checks, so that what it says of them may go
 * wrong. */
static char **
sight_of (GtkWidget *preview)
{
  DeskTicket ticket = { 0 };
  DeskPreview checked = { .checks_passed = 12, .checks_total = 12, .distance_ticks = G_MAXINT64, .value = NAN, .tick_risk = NAN };

  ui_spin (20);
  desk_ticket_preview_show (DESK_TICKET_PREVIEW (preview), &ticket, &ui_es, NAN, "USD", &checked, NULL);
  return sight ();
}

static gboolean
are_same (char **before,
          char **after)
{
  for (guint i = 0; before[i] != NULL || after[i] != NULL; i++)
    if (g_strcmp0 (before[i], after[i]) != 0)
      {
        g_test_message ("before: %s", before[i]);
        g_test_message ("after:  %s", after[i]);
        return FALSE;
      }
  return TRUE;
}

static void
test_own_bytes (void)
{
  static const int patterns[] = { 0xff, 0x01 };
  g_autoptr(DeskSession) session = ui_session_new ();
  DeskOrderState order = ui_order (1, DESK_STATUS_WORKING, DESK_CERTAINTY_STALE);
  DeskWindow *window = desk_window_new (ui_application ());
  g_autoptr(DeskEvent) health = desk_event_new (DESK_EVENT_HEALTH);
  GtkWidget *preview;
  GtkWidget *dialogs[2];
  g_auto(GStrv) calm = NULL;
  g_auto(GStrv) blind = NULL;

  ui_add_order (session, &order);
  desk_window_set_session (window, session);
  gtk_window_present (GTK_WINDOW (window));
  dialogs[0] = desk_case_dialog_new (GTK_WINDOW (window), session, "C-1");
  dialogs[1] = desk_symbol_search_new (GTK_WINDOW (window), session);
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    gtk_window_present (GTK_WINDOW (dialogs[i]));
  preview = ui_find (GTK_WIDGET (window), DESK_TYPE_TICKET_PREVIEW);
  ui_spin (100);
  for (DeskEventKind kind = 0; kind < N_KINDS; kind++)
    {
      g_auto(GStrv) before = NULL;

      for (guint i = 0; i < 2; i++)
        send (session, kind, 0);
      before = sight_of (preview);
      for (guint i = 0; i < 2 * G_N_ELEMENTS (patterns); i++)
        {
          g_auto(GStrv) after = NULL;

          (i < 2 ? send : send_full) (session, kind, patterns[i % 2]);
          after = sight_of (preview);
          if (!are_same (before, after))
            g_error ("an event of kind %d changes what is shown by bytes that are not its own", kind);
        }
    }

  /* And what is looked at does see what an event says. */
  calm = sight_of (preview);
  health->health.journal_waits = TRUE;
  g_signal_emit_by_name (session, "event", health);
  blind = sight_of (preview);
  g_assert_false (are_same (calm, blind));
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    gtk_window_destroy (GTK_WINDOW (dialogs[i]));
  gtk_window_destroy (GTK_WINDOW (window));
  ui_spin (50);
}

void
add_event_tests (void)
{
  g_test_add_func ("/ui/window/own-bytes", test_own_bytes);
}
