/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-rows-private.h"
#include "desk-session.h"

#include <adwaita.h>
#include <math.h>

#ifdef __SANITIZE_ADDRESS__
#include <link.h>
#include <string.h>

/* GLib drops its table of quarks on purpose when there are more than 2048 of them, so that readers need no lock; a
 * window with its dialogs has as many. No suppression finds it, for the stack of its allocation ends in g_malloc():
 * what GLib's own variables point to at the start is kept reachable instead. */
static void *ui_kept[4];

static int
ui_keep_cb (struct dl_phdr_info *info,
            size_t               size,
            void                *user_data)
{
  guint n = 0;

  if (strstr (info->dlpi_name, "libglib-2.0") == NULL)
    return 0;
  for (guint i = 0; i < info->dlpi_phnum && n < G_N_ELEMENTS (ui_kept); i++)
    if (info->dlpi_phdr[i].p_type == PT_LOAD && (info->dlpi_phdr[i].p_flags & PF_W) != 0)
      ui_kept[n++] = g_memdup2 ((const void *) (info->dlpi_addr + info->dlpi_phdr[i].p_vaddr),
                                info->dlpi_phdr[i].p_memsz);
  return 1;
}

__attribute__ ((constructor)) static void
ui_keep (void)
{
  dl_iterate_phdr (ui_keep_cb, NULL);
}
#endif

static inline GtkApplication *
ui_application (void)
{
  static GtkApplication *application;

  if (application == NULL)
    {
      application = g_object_new (ADW_TYPE_APPLICATION, "flags", G_APPLICATION_NON_UNIQUE, "resource-base-path",
                                  "/org/dtcdesk/DtcDesk", NULL);
      g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
    }
  return application;
}

/* A session that was never started, and rows put into its stores by hand. */

static inline DeskSession *
ui_session_new (void)
{
  g_autoptr(DeskProfile) profile = desk_profile_new ("Test");
  DeskSessionOptions options = { .memory_only = TRUE };

  return desk_session_new (profile, &options);
}

static const DeskGrid ui_es = { 0.25, 0.01, 2, 12.5 };

static inline DeskOrderState
ui_order (guint64       key,
          DeskStatus    status,
          DeskCertainty certainty)
{
  DeskOrderState order = { 0 };

  order.key = key;
  g_snprintf (order.client_order_id, sizeof order.client_order_id, "C-%" G_GUINT64_FORMAT, key);
  g_strlcpy (order.account, "SIM1", sizeof order.account);
  g_strlcpy (order.symbol, "ESZ6", sizeof order.symbol);
  order.side = DESK_SIDE_BUY;
  order.type = DESK_ORDER_TYPE_LIMIT;
  order.tif = DESK_TIF_DAY;
  order.grid = ui_es;
  order.price = desk_price_from_display (&ui_es, 5000.25);
  order.quantity = 3;
  order.filled = 1;
  order.remaining = 2;
  order.average_price = 5000.25;
  order.status = status;
  order.certainty = certainty;
  order.ack_usec = -1;
  return order;
}

static inline DeskOrder *
ui_add_order (DeskSession          *session,
              const DeskOrderState *state)
{
  DeskOrder *order = desk_order_new (state);

  desk_keyed_store_add (DESK_KEYED_STORE (desk_session_get_orders (session)), order);
  desk_keyed_store_flush (DESK_KEYED_STORE (desk_session_get_orders (session)));
  return order;
}

static inline void
ui_emit_order (DeskSession          *session,
               const DeskOrderState *state)
{
  g_autoptr(DeskEvent) event = desk_event_new (DESK_EVENT_ORDER);

  desk_order_state_copy (&event->order, state);
  g_signal_emit_by_name (session, "event", event);
}

/* The first widget of @type under @root. */
static inline GtkWidget *
ui_find (GtkWidget *root,
         GType      type)
{
  if (g_type_is_a (G_OBJECT_TYPE (root), type))
    return root;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_find (child, type);

      if (found != NULL)
        return found;
    }
  return NULL;
}

/* TRUE when a label, a button or a cell under @root shows @text. */
static inline gboolean
ui_shows (GtkWidget  *root,
          const char *text)
{
  if (GTK_IS_INSCRIPTION (root) && g_strcmp0 (gtk_inscription_get_text (GTK_INSCRIPTION (root)), text) == 0)
    return TRUE;
  if (GTK_IS_LABEL (root) && g_strcmp0 (gtk_label_get_text (GTK_LABEL (root)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (ui_shows (child, text))
      return TRUE;
  return FALSE;
}

/* GTK complains of a widget that needs more height when it has all the width of the world than when nobody asks, but
 * only where a window happens to become so low: here every one is asked. */
static inline void
ui_check_heights (GtkWidget *root)
{
  int any, widest;

  if (!gtk_widget_get_visible (root))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (root); child != NULL; child = gtk_widget_get_next_sibling (child))
    ui_check_heights (child);
  gtk_widget_measure (root, GTK_ORIENTATION_VERTICAL, -1, &any, NULL, NULL, NULL);
  gtk_widget_measure (root, GTK_ORIENTATION_VERTICAL, 1 << 20, &widest, NULL, NULL, NULL);
  if (widest > any)
    {
      g_autofree char *classes = g_strjoinv (".", gtk_widget_get_css_classes (root));

      g_error ("a %s of class '%s' wants a height of %d, but %d when it is widest", G_OBJECT_TYPE_NAME (root), classes,
               any, widest);
    }
}

static inline gboolean
ui_raise_flag (gpointer flag)
{
  *(gboolean *) flag = TRUE;
  return G_SOURCE_REMOVE;
}

/* Between a change of the style and its frame a widget measures with half of the new letters: only what has just been
 * painted is asked. */
static inline void
ui_check_painted (GtkWidget *window)
{
  g_autoptr(GdkFrameClock) clock = NULL;
  gboolean painted = FALSE, late = FALSE;
  gulong checks, ends;
  guint limit;

  if (!gtk_widget_get_mapped (window))
    return;
  clock = g_object_ref (gtk_widget_get_frame_clock (window));
  checks = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (ui_check_heights), window);
  ends = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (ui_raise_flag), &painted);
  limit = g_timeout_add_seconds (30, ui_raise_flag, &late);
  gtk_widget_queue_draw (window);
  while (!painted && !late)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, checks);
  g_signal_handler_disconnect (clock, ends);
  if (!late)
    g_source_remove (limit);
}

/* Lets the main loop run for @ms: for throttles, never for measuring. */
static inline void
ui_spin (guint ms)
{
  gboolean done = FALSE;
  GList *windows;

  g_timeout_add (ms, ui_raise_flag, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  windows = gtk_window_list_toplevels ();
  g_list_foreach (windows, (GFunc) g_object_ref, NULL);
  for (GList *l = windows; l != NULL; l = l->next)
    ui_check_painted (l->data);
  g_list_free_full (windows, g_object_unref);
}
