/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-view.h"

#include "desk-log-detail.h"
#include "desk-log-file.h"
#include "desk-log-query-bar.h"
#include "desk-log-report.h"
#include "desk-log-table.h"
#include "desk-log-words.h"
#include "desk-settings.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

/* Too narrow for a message beside the list. */
#define NARROW 760

struct _DeskLogView
{
  GtkWidget        parent_instance;

  GtkWidget       *box;
  DeskLogQueryBar *bar;
  GtkWidget       *context;      /* what narrows the log, and where it comes from */
  GtkWidget       *paned;
  DeskLogTable    *table;
  DeskLogDetail   *detail;
  GtkWidget       *mark;         /* popover with the note of a bookmark */
  GtkWidget       *mark_entry;

  DeskSession     *session;
  DeskLogList     *list;
  DeskLogFile     *file;         /* NULL: live */
  DeskLogFilter    filter;
  GCancellable    *loading;
  guint            timer;
  guint            fit_id;
  guint64          wanted;       /* to be selected once the filter has settled */
  guint64          record;       /* of the journal, once that is open */
  gboolean         hide_heartbeats;
  gboolean         everything;
  gboolean         details;      /* wanted where there is room for both */
  gboolean         narrow;       /* there is none: they show when they are asked for */
  gboolean         asked;
  gboolean         follow;
};

G_DEFINE_FINAL_TYPE (DeskLogView, desk_log_view, GTK_TYPE_WIDGET)

enum
{
  PROP_0,
  PROP_HIDE_HEARTBEATS,
  PROP_EVERYTHING,
  PROP_DETAILS,
  PROP_FOLLOW,
  N_PROPS
};

static GParamSpec *props[N_PROPS];

static DeskLogStore *
live_store (DeskLogView *self)
{
  return desk_flight_recorder_get_store (desk_session_get_recorder (self->session));
}

static const DeskLogRow *
selected_row (DeskLogView *self)
{
  guint64 number = desk_log_table_get_selected (self->table);

  return number != 0 ? desk_log_list_find_row (self->list, number) : NULL;
}

static void
say (DeskLogView *self,
     const char  *text)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.say", "s", text);
}

/* ---- what narrows it ---- */

static void
add_context (DeskLogView *self,
             const char  *text,
             const char  *action,
             const char  *button)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *label = gtk_label_new (text);
  GtkWidget *end;

  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_add_css_class (box, "log-context");
  gtk_box_append (GTK_BOX (box), label);
  if (action != NULL)
    {
      if (button != NULL)
        end = gtk_button_new_with_label (button);
      else
        {
          end = gtk_button_new_from_icon_name ("window-close-symbolic");
          gtk_widget_set_tooltip_text (end, _("Show all again"));
          gtk_accessible_update_property (GTK_ACCESSIBLE (end), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Show all again"), -1);
        }
      gtk_widget_add_css_class (end, "flat");
      gtk_actionable_set_action_name (GTK_ACTIONABLE (end), action);
      gtk_box_append (GTK_BOX (box), end);
    }
  gtk_box_append (GTK_BOX (self->context), box);
}

static void
update_context (DeskLogView *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->context)) != NULL)
    gtk_box_remove (GTK_BOX (self->context), child);
  if (self->loading != NULL)
    {
      GtkWidget *spinner = gtk_spinner_new ();

      gtk_spinner_start (GTK_SPINNER (spinner));
      gtk_box_append (GTK_BOX (self->context), spinner);
      add_context (self, _("Opening the log…"), NULL, NULL);
    }
  if (self->file != NULL)
    {
      g_autofree char *name = g_path_get_basename (self->file->path);
      g_autofree char *count = NULL;
      guint n = desk_log_store_get_n (self->file->store);
      g_autoptr (GString) text = g_string_new (name);

      count = g_strdup_printf (ngettext ("%u message", "%u messages", n), n);
      g_string_append_printf (text, " · %s", count);
      if (!self->file->timed)
        g_string_append_printf (text, " · %s", _("without times"));
      if (self->file->remark != NULL)
        {
          g_autofree char *remark = desk_log_words_complaint (self->file->remark);

          g_string_append_printf (text, " · %s", remark);
        }
      add_context (self, text->str, "log.live", _("Back to live"));
    }
  if (self->filter.order != NULL)
    {
      g_autofree char *text = g_strdup_printf (_("Order %s only"), self->filter.order);

      add_context (self, text, "log.all-orders", NULL);
    }
  if (self->filter.link != 0)
    {
      g_autofree char *text = g_strdup_printf (_("Link #%u only"), self->filter.link);

      add_context (self, text, "log.all-links", NULL);
    }
  if (self->filter.marked != NULL)
    add_context (self, _("Bookmarks only"), "log.all-marks", NULL);
  gtk_widget_set_visible (self->context, gtk_widget_get_first_child (self->context) != NULL);
}

static void
apply (DeskLogView *self)
{
  self->filter.hide_heartbeats = self->hide_heartbeats;
  self->filter.chips = desk_log_query_bar_get_chips (self->bar);
  g_clear_pointer (&self->filter.query, desk_log_query_unref);
  self->filter.query = desk_log_query_bar_dup_query (self->bar);
  desk_log_list_set_filter (self->list, &self->filter);
  update_context (self);
}

static void
update_count (DeskLogView *self)
{
  desk_log_query_bar_set_count (self->bar, g_list_model_get_n_items (G_LIST_MODEL (self->list)),
                                desk_log_snapshot_get_n (desk_log_list_get_snapshot (self->list)),
                                desk_log_list_get_given_up (self->list));
}

static void
settled_cb (DeskLogView *self)
{
  guint64 wanted = self->wanted;

  self->wanted = 0;
  desk_log_table_refresh (self->table, self->file == NULL);
  update_count (self);
  if (wanted != 0)
    desk_log_table_select (self->table, wanted);
}

static gboolean
tick_cb (gpointer user_data)
{
  DeskLogView *self = user_data;

  if (self->file == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    desk_log_table_refresh (self->table, TRUE);
  update_count (self);
  return G_SOURCE_CONTINUE;
}

static void
set_order (DeskLogView *self,
           const char  *id)
{
  g_free (self->filter.order);
  self->filter.order = g_strdup (id);
  apply (self);
}

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
  apply (self);
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
  const DeskLogRow *row = selected_row (self);

  if (row == NULL)
    return;
  self->wanted = row->number;
  if (g_str_equal (name, "log.this-link"))
    {
      self->filter.link = row->link;
      apply (self);
    }
  else if (*order_id (self, row) != '\0')
    set_order (self, order_id (self, row));
  else
    say (self, _("This message is about no order."));
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
  apply (self);
}

/* ---- where it leads to ---- */

static void
jump (GtkWidget  *widget,
      const char *name,
      GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  const DeskLogRow *row = selected_row (self);

  if (row == NULL || *order_id (self, row) == '\0')
    {
      if (row != NULL)
        say (self, _("This message is about no order."));
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
    say (self, _("The other message of the pair is not shown."));
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  const DeskLogRow *row = selected_row (self);
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

static GtkWidget *
make_mark_popover (DeskLogView *self)
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
set_store (DeskLogView *self,
           DeskLogFile *file)
{
  GHashTable *marks = desk_log_table_get_marks (self->table);

  /* Bookmarks belong to the log they were set in. */
  g_hash_table_remove_all (marks);
  desk_log_file_free (self->file);
  self->file = file;
  self->filter.link = 0;
  g_clear_pointer (&self->filter.order, g_free);
  g_clear_pointer (&self->filter.marked, g_array_unref);
  desk_log_table_set_following (self->table, file == NULL);
  desk_log_list_set_store (self->list, file != NULL ? file->store : live_store (self));
  desk_log_detail_show (self->detail, NULL);
  apply (self);
  desk_log_table_refresh (self->table, file == NULL);
  update_count (self);
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (DeskLogView) self = user_data;
  g_autoptr (GError) error = NULL;
  DeskLogFile *file = desk_log_file_load_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  g_clear_object (&self->loading);
  if (file == NULL)
    {
      g_autofree char *complaint = desk_log_words_complaint (error->message);

      say (self, complaint);
      self->record = 0;
      update_context (self);
      return;
    }
  set_store (self, file);
  if (self->record != 0)
    {
      self->wanted = self->record;
      self->record = 0;
      desk_log_query_bar_clear (self->bar);
      if (!desk_log_list_is_busy (self->list))
        settled_cb (self);
    }
}

void
desk_log_view_open (DeskLogView *self,
                    const char  *path)
{
  g_return_if_fail (DESK_IS_LOG_VIEW (self));

  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  self->loading = g_cancellable_new ();
  desk_log_file_load_async (path, desk_session_get_profile (self->session)->numbering, self->loading, loaded_cb,
                            g_object_ref (self));
  update_context (self);
}

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
    set_store (self, NULL);
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

/* ---- other actions ---- */

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

static GMenuModel *
make_menu (DeskLogView *self)
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

static GMenuModel *
make_row_menu (void)
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
selection_cb (DeskLogView *self)
{
  desk_log_detail_show (self->detail, selected_row (self));
}

static void
following_cb (DeskLogView *self)
{
  gboolean follow = desk_log_table_get_following (self->table);

  if (follow == self->follow)
    return;
  self->follow = follow;
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_FOLLOW]);
}

static void
activated_cb (DeskLogView *self)
{
  g_object_set (self, "details", TRUE, NULL);
}

static gboolean
details_shown (DeskLogView *self)
{
  return self->narrow ? self->asked : self->details;
}

static void
show_details (DeskLogView *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->detail), details_shown (self));
  g_object_notify_by_pspec (G_OBJECT (self), props[PROP_DETAILS]);
}

static gboolean
fit_cb (gpointer user_data)
{
  DeskLogView *self = user_data;

  self->fit_id = 0;
  show_details (self);
  return G_SOURCE_REMOVE;
}

static void
desk_log_view_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  DeskLogView *self = DESK_LOG_VIEW (widget);
  gboolean narrow = width < NARROW;

  gtk_widget_allocate (self->box, width, height, baseline, NULL);
  gtk_popover_present (GTK_POPOVER (self->mark));
  if (narrow == self->narrow)
    return;
  self->narrow = narrow;
  /* Not in the middle of an allocation. */
  if (self->fit_id == 0)
    self->fit_id = g_idle_add (fit_cb, self);
}

static void
desk_log_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  gtk_widget_measure (DESK_LOG_VIEW (widget)->box, orientation, -1, minimum, natural, NULL, NULL);
}

void
desk_log_view_show_order (DeskLogView *self,
                          const char  *id)
{
  g_return_if_fail (DESK_IS_LOG_VIEW (self));

  if (self->file != NULL)
    set_store (self, NULL);
  self->filter.link = 0;
  g_clear_pointer (&self->filter.marked, g_array_unref);
  desk_log_query_bar_clear (self->bar);
  set_order (self, id);
}

void
desk_log_view_show_record (DeskLogView *self,
                           guint64      seq)
{
  g_autofree char *path = NULL;

  g_return_if_fail (DESK_IS_LOG_VIEW (self));

  path = desk_profile_state_path (desk_session_get_profile (self->session));
  if (self->file != NULL && g_str_equal (self->file->path, path) && desk_log_table_select (self->table, seq))
    return;
  self->record = seq;
  desk_log_view_open (self, path);
}

/* ---- the widget ---- */

static void
desk_log_view_get_property (GObject    *object,
                            guint       id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  DeskLogView *self = DESK_LOG_VIEW (object);

  switch (id)
    {
    case PROP_HIDE_HEARTBEATS:
      g_value_set_boolean (value, self->hide_heartbeats);
      break;
    case PROP_EVERYTHING:
      g_value_set_boolean (value, self->everything);
      break;
    case PROP_DETAILS:
      g_value_set_boolean (value, details_shown (self));
      break;
    case PROP_FOLLOW:
      g_value_set_boolean (value, self->follow);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
desk_log_view_set_property (GObject      *object,
                            guint         id,
                            const GValue *value,
                            GParamSpec   *pspec)
{
  DeskLogView *self = DESK_LOG_VIEW (object);
  gboolean on = g_value_get_boolean (value);

  switch (id)
    {
    case PROP_HIDE_HEARTBEATS:
      self->hide_heartbeats = on;
      apply (self);
      break;
    case PROP_EVERYTHING:
      self->everything = on;
      desk_flight_recorder_set_everything (desk_session_get_recorder (self->session), on);
      break;
    case PROP_DETAILS:
      self->asked = on;
      if (!self->narrow)
        {
          self->details = on;
          desk_settings_set_boolean ("log-details", on);
        }
      show_details (self);
      break;
    case PROP_FOLLOW:
      self->follow = on;
      desk_log_table_set_following (self->table, on);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static gboolean
desk_log_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_LOG_VIEW (widget)->table));
}

static void
desk_log_view_dispose (GObject *object)
{
  DeskLogView *self = DESK_LOG_VIEW (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->fit_id, g_source_remove);
  if (self->loading != NULL)
    g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  g_clear_pointer (&self->mark, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->list);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_log_view_parent_class)->dispose (object);
}

static void
desk_log_view_finalize (GObject *object)
{
  DeskLogView *self = DESK_LOG_VIEW (object);

  desk_log_file_free (self->file);
  g_clear_pointer (&self->filter.query, desk_log_query_unref);
  g_clear_pointer (&self->filter.marked, g_array_unref);
  g_free (self->filter.order);
  G_OBJECT_CLASS (desk_log_view_parent_class)->finalize (object);
}

static void
add_key (GtkWidgetClass  *widget_class,
         guint            key,
         GdkModifierType  modifiers,
         const char      *action)
{
  gtk_widget_class_add_binding_action (widget_class, key, modifiers, action, NULL);
}

static void
desk_log_view_class_init (DeskLogViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  GParamFlags flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = desk_log_view_dispose;
  object_class->finalize = desk_log_view_finalize;
  object_class->get_property = desk_log_view_get_property;
  object_class->set_property = desk_log_view_set_property;
  widget_class->grab_focus = desk_log_view_grab_focus;
  widget_class->size_allocate = desk_log_view_size_allocate;
  widget_class->measure = desk_log_view_measure;

  props[PROP_HIDE_HEARTBEATS] = g_param_spec_boolean ("hide-heartbeats", NULL, NULL, TRUE, flags);
  props[PROP_EVERYTHING] = g_param_spec_boolean ("everything", NULL, NULL, FALSE, flags);
  props[PROP_DETAILS] = g_param_spec_boolean ("details", NULL, NULL, TRUE, flags);
  props[PROP_FOLLOW] = g_param_spec_boolean ("follow", NULL, NULL, TRUE, flags);
  g_object_class_install_properties (object_class, N_PROPS, props);

  gtk_widget_class_install_property_action (widget_class, "log.hide-heartbeats", "hide-heartbeats");
  gtk_widget_class_install_property_action (widget_class, "log.everything", "everything");
  gtk_widget_class_install_property_action (widget_class, "log.details", "details");
  gtk_widget_class_install_property_action (widget_class, "log.follow", "follow");
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

static void
desk_log_view_init (DeskLogView *self)
{
  self->hide_heartbeats = TRUE;
  self->follow = TRUE;
  self->details = desk_settings_get_boolean ("log-details", TRUE);
}

GtkWidget *
desk_log_view_new (DeskSession *session)
{
  DeskLogView *self = g_object_new (DESK_TYPE_LOG_VIEW, NULL);
  g_autoptr (GMenuModel) menu = NULL;
  g_autoptr (GMenuModel) row_menu = make_row_menu ();

  self->session = g_object_ref (session);
  self->everything = desk_flight_recorder_get_everything (desk_session_get_recorder (session));
  self->list = desk_log_list_new (live_store (self));
  self->table = DESK_LOG_TABLE (desk_log_table_new (self->list));
  desk_log_table_set_menu (self->table, row_menu);
  self->detail = DESK_LOG_DETAIL (desk_log_detail_new ());
  menu = make_menu (self);
  self->bar = DESK_LOG_QUERY_BAR (desk_log_query_bar_new (menu));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->bar));
  self->context = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->context, "log-contexts");
  gtk_box_append (GTK_BOX (self->box), self->context);
  self->paned = gtk_paned_new (GTK_ORIENTATION_HORIZONTAL);
  gtk_paned_set_start_child (GTK_PANED (self->paned), GTK_WIDGET (self->table));
  gtk_paned_set_end_child (GTK_PANED (self->paned), GTK_WIDGET (self->detail));
  gtk_paned_set_resize_end_child (GTK_PANED (self->paned), FALSE);
  gtk_paned_set_shrink_start_child (GTK_PANED (self->paned), TRUE);
  gtk_paned_set_shrink_end_child (GTK_PANED (self->paned), FALSE);
  gtk_widget_set_size_request (GTK_WIDGET (self->detail), 340, -1);
  gtk_widget_set_vexpand (self->paned, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->paned);
  self->mark = make_mark_popover (self);
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));

  g_signal_connect_object (self->bar, "changed", G_CALLBACK (apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "following-changed", G_CALLBACK (following_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  show_details (self);
  apply (self);
  self->timer = g_timeout_add_seconds (1, tick_cb, self);
  return GTK_WIDGET (self);
}
