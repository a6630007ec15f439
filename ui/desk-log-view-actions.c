/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-view-private.h"

#include "desk-log-report.h"

#include <glib/gi18n.h>

/* ---- what narrows it ---- */

static void
widen (GtkWidget  *widget,
       const char *name,
       GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);

  self->wanted = desk_log_table_get_selected (self->table);
  if (g_str_equal (name, "log.all-orders"))
    g_clear_pointer (&self->filter.order, g_free);
  else if (g_str_equal (name, "log.all-links"))
    self->filter.link = 0;
  else
    g_clear_pointer (&self->filter.marked, g_array_unref);
  log_view_apply (self);
}

/* The id by which an order of the row is known, or "". */
static const char *
order_id (DeskLogView      *self,
          const DeskLogRow *row)
{
  DeskLogSnapshot *snapshot = desk_log_list_get_snapshot (self->list);

  return desk_log_snapshot_string (snapshot, row->client != 0 ? row->client : row->server);
}

static void
narrow (GtkWidget  *widget,
        const char *name,
        GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  const DeskLogRow *row = log_view_get_selected (self);

  if (row == NULL)
    return;
  self->wanted = row->number;
  if (g_str_equal (name, "log.this-link"))
    {
      self->filter.link = row->link;
      log_view_apply (self);
    }
  else if (*order_id (self, row) != '\0')
    log_view_set_order (self, order_id (self, row));
  else
    log_view_say (self, _("This message is about no order."));
}

static int
compare_numbers (gconstpointer a,
                 gconstpointer b)
{
  const guint64 *one = a;
  const guint64 *two = b;

  return (*one > *two) - (*one < *two);
}

static void
marked_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  GHashTableIter iter;
  gpointer number;

  g_clear_pointer (&self->filter.marked, g_array_unref);
  self->filter.marked = g_array_new (FALSE, FALSE, sizeof (guint64));
  g_hash_table_iter_init (&iter, desk_log_table_get_marks (self->table));
  while (g_hash_table_iter_next (&iter, &number, NULL))
    g_array_append_vals (self->filter.marked, number, 1);
  g_array_sort (self->filter.marked, compare_numbers);
  log_view_apply (self);
}

/* ---- where it leads to ---- */

static void
jump (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  const DeskLogRow *row = log_view_get_selected (self);

  if (row == NULL || *order_id (self, row) == '\0')
    {
      if (row != NULL)
        log_view_say (self, _("This message is about no order."));
      return;
    }
  gtk_widget_activate_action (widget, g_str_equal (name, "log.order") ? "win.show-order" : "win.show-timeline", "s",
                              order_id (self, row));
}

static void
partner_action (GtkWidget  *widget,
                const char *name,
                GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  guint64 partner = desk_log_table_get_scene (self->table)->partner;

  if (partner != 0 && !desk_log_table_select (self->table, partner))
    log_view_say (self, _("The other message of the pair is not shown."));
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  const DeskLogRow *row = log_view_get_selected (self);
  g_autofree char *text = NULL;

  if (row == NULL)
    return;
  text = desk_log_detail_dup_text (row);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* ---- bookmarks ---- */

static void
mark_cb (DeskLogView *self)
{
  guint64 number = desk_log_table_get_selected (self->table);

  if (number != 0)
    g_hash_table_replace (desk_log_table_get_marks (self->table), g_memdup2 (&number, sizeof number),
                          g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->mark_entry))));
  gtk_popover_popdown (GTK_POPOVER (self->mark));
  desk_log_table_refresh (self->table, FALSE);
  desk_log_table_refresh (self->table, self->file == NULL);
  gtk_widget_grab_focus (GTK_WIDGET (self->table));
}

static void
unmark_cb (DeskLogView *self)
{
  guint64 number = desk_log_table_get_selected (self->table);

  g_hash_table_remove (desk_log_table_get_marks (self->table), &number);
  gtk_popover_popdown (GTK_POPOVER (self->mark));
  desk_log_table_refresh (self->table, FALSE);
  desk_log_table_refresh (self->table, self->file == NULL);
}

static void
mark_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  guint64 number = desk_log_table_get_selected (self->table);
  const char *note;

  if (number == 0)
    return;
  note = g_hash_table_lookup (desk_log_table_get_marks (self->table), &number);
  gtk_editable_set_text (GTK_EDITABLE (self->mark_entry), note != NULL ? note : "");
  gtk_popover_popup (GTK_POPOVER (self->mark));
  gtk_widget_grab_focus (self->mark_entry);
}

GtkWidget *
log_view_make_mark_popover (DeskLogView *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *set = gtk_button_new_with_mnemonic (_("_Bookmark"));
  GtkWidget *remove = gtk_button_new_with_mnemonic (_("_Remove"));

  self->mark_entry = gtk_entry_new ();
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->mark_entry), _("Note"));
  gtk_editable_set_max_width_chars (GTK_EDITABLE (self->mark_entry), 40);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->mark_entry), 30);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->mark_entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Note of the bookmark"), -1);
  gtk_widget_add_css_class (set, "suggested-action");
  g_signal_connect_object (self->mark_entry, "activate", G_CALLBACK (mark_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (set, "clicked", G_CALLBACK (mark_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (unmark_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (box), self->mark_entry);
  gtk_box_append (GTK_BOX (box), set);
  gtk_box_append (GTK_BOX (box), remove);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  return popover;
}

/* ---- old logs ---- */

static void
chosen_cb (GtkNativeDialog *dialog,
           int              response,
           DeskLogView     *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    desk_log_view_open (self, path);
  g_object_unref (dialog);
}

static void
open_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Open a log"), GTK_WINDOW (gtk_widget_get_root (widget)),
                                                              GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);

  g_signal_connect_object (dialog, "response", G_CALLBACK (chosen_cb), widget, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

static void
live_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);

  if (self->file != NULL)
    log_view_set_store (self, NULL);
}

/* ---- reports ---- */

static void
report_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));

  if (g_str_equal (name, "log.latency"))
    desk_log_report_latency (window, desk_log_list_get_snapshot (self->list));
  else if (g_str_equal (name, "log.compare"))
    desk_log_report_compare (window, desk_log_list_get_snapshot (self->list), self->file != NULL ? self->file->path : NULL,
                             desk_session_get_profile (self->session)->numbering);
  else
    desk_log_report_export (window, self->list);
}

/* ---- the menus and the keys ---- */

static void
focus_query_action (GtkWidget  *widget,
                    const char *name,
                    GVariant   *parameter)
{
  desk_log_query_bar_focus (DESK_LOG_VIEW (widget)->bar);
}

static void
column_action (GSimpleAction *action,
               GVariant      *parameter,
               gpointer       user_data)
{
  DeskLogView *self = user_data;
  g_autoptr (GVariant) state = g_action_get_state (G_ACTION (action));
  gboolean shown = !g_variant_get_boolean (state);

  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    if (g_str_equal (desk_log_column_id ((DeskLogColumn) i), g_action_get_name (G_ACTION (action))))
      desk_log_table_set_column (self->table, (DeskLogColumn) i, shown);
  g_simple_action_set_state (action, g_variant_new_boolean (shown));
}

GMenuModel *
log_view_make_menu (DeskLogView *self)
{
  GMenu *menu = g_menu_new ();
  GMenu *section = g_menu_new ();
  GMenu *columns = g_menu_new ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();

  g_menu_append (section, _("_Hide heartbeats"), "log.hide-heartbeats");
  g_menu_append (section, _("_Keep everything, market data too"), "log.everything");
  for (guint i = 0; i < DESK_LOG_N_COLUMNS; i++)
    {
      const char *id = desk_log_column_id ((DeskLogColumn) i);
      g_autoptr (GSimpleAction) action = NULL;
      g_autofree char *name = g_strconcat ("log-column.", id, NULL);

      if (i == DESK_LOG_COLUMN_SUMMARY)
        continue;
      action = g_simple_action_new_stateful (id, NULL, g_variant_new_boolean (desk_log_table_get_column (self->table, (DeskLogColumn) i)));
      g_signal_connect_object (action, "activate", G_CALLBACK (column_action), self, 0);
      g_action_map_add_action (G_ACTION_MAP (group), G_ACTION (action));
      g_menu_append (columns, i == DESK_LOG_COLUMN_DIRECTION ? _("Direction") : desk_log_column_title ((DeskLogColumn) i), name);
    }
  gtk_widget_insert_action_group (GTK_WIDGET (self), "log-column", G_ACTION_GROUP (group));
  g_menu_append_submenu (section, _("_Columns"), G_MENU_MODEL (columns));
  g_menu_append (section, _("_Bookmarks only"), "log.marked");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
  section = g_menu_new ();
  g_menu_append (section, _("_Open a log…"), "log.open");
  g_menu_append (section, _("_Compare with a log…"), "log.compare");
  g_menu_append (section, _("_Latencies"), "log.latency");
  g_menu_append (section, _("_Export what is shown…"), "log.export");
  g_menu_append_section (menu, NULL, G_MENU_MODEL (section));
  g_object_unref (section);
  g_object_unref (columns);
  return G_MENU_MODEL (menu);
}

GMenuModel *
log_view_make_row_menu (void)
{
  GMenu *menu = g_menu_new ();

  g_menu_append (menu, _("Show the _order"), "log.order");
  g_menu_append (menu, _("Show its _timeline"), "log.timeline");
  g_menu_append (menu, _("This order _only"), "log.this-order");
  g_menu_append (menu, _("This _link only"), "log.this-link");
  g_menu_append (menu, _("Go to its request or _answer"), "log.partner");
  g_menu_append (menu, _("_Bookmark…"), "log.mark");
  g_menu_append (menu, _("_Copy"), "log.copy");
  return G_MENU_MODEL (menu);
}

static void
add_key (GtkWidgetClass  *widget_class,
         guint            key,
         GdkModifierType  modifiers,
         const char      *action)
{
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, action, NULL);
}

void
log_view_install_actions (GtkWidgetClass *widget_class)
{
  gtk_widget_class_install_action (widget_class, "log.order", NULL, jump);
  gtk_widget_class_install_action (widget_class, "log.timeline", NULL, jump);
  gtk_widget_class_install_action (widget_class, "log.this-order", NULL, narrow);
  gtk_widget_class_install_action (widget_class, "log.this-link", NULL, narrow);
  gtk_widget_class_install_action (widget_class, "log.all-orders", NULL, widen);
  gtk_widget_class_install_action (widget_class, "log.all-links", NULL, widen);
  gtk_widget_class_install_action (widget_class, "log.all-marks", NULL, widen);
  gtk_widget_class_install_action (widget_class, "log.partner", NULL, partner_action);
  gtk_widget_class_install_action (widget_class, "log.mark", NULL, mark_action);
  gtk_widget_class_install_action (widget_class, "log.marked", NULL, marked_action);
  gtk_widget_class_install_action (widget_class, "log.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "log.open", NULL, open_action);
  gtk_widget_class_install_action (widget_class, "log.live", NULL, live_action);
  gtk_widget_class_install_action (widget_class, "log.latency", NULL, report_action);
  gtk_widget_class_install_action (widget_class, "log.compare", NULL, report_action);
  gtk_widget_class_install_action (widget_class, "log.export", NULL, report_action);
  gtk_widget_class_install_action (widget_class, "log.focus-query", NULL, focus_query_action);
  add_key (widget_class, GDK_KEY_o, 0, "log.order");
  add_key (widget_class, GDK_KEY_r, 0, "log.timeline");
  add_key (widget_class, GDK_KEY_t, 0, "log.this-order");
  add_key (widget_class, GDK_KEY_l, 0, "log.this-link");
  add_key (widget_class, GDK_KEY_p, 0, "log.partner");
  add_key (widget_class, GDK_KEY_b, 0, "log.mark");
  add_key (widget_class, GDK_KEY_d, 0, "log.details");
  add_key (widget_class, GDK_KEY_f, 0, "log.follow");
  add_key (widget_class, GDK_KEY_slash, 0, "log.focus-query");
  add_key (widget_class, GDK_KEY_z, 0, "win.enlarge-log");
  add_key (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "log.copy");
}
