/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-view-private.h"

#include "desk-log-words.h"
#include "desk-settings.h"

#include <glib/gi18n.h>

/* Too narrow for a message beside the list. */
#define NARROW 760

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

const DeskLogRow *
log_view_get_selected (DeskLogView *self)
{
  guint64 number = desk_log_table_get_selected (self->table);

  return number != 0 ? desk_log_list_find_row (self->list, number) : NULL;
}

void
log_view_say (DeskLogView *self,
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

void
log_view_apply (DeskLogView *self)
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

void
log_view_set_order (DeskLogView *self,
                    const char  *id)
{
  g_free (self->filter.order);
  self->filter.order = g_strdup (id);
  log_view_apply (self);
}

/* ---- old logs ---- */

void
log_view_set_store (DeskLogView *self,
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
  log_view_apply (self);
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

      log_view_say (self, complaint);
      self->record = 0;
      update_context (self);
      return;
    }
  log_view_set_store (self, file);
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

/* ---- what it shows beside the list ---- */

static void
selection_cb (DeskLogView *self)
{
  desk_log_detail_show (self->detail, log_view_get_selected (self));
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
    log_view_set_store (self, NULL);
  self->filter.link = 0;
  g_clear_pointer (&self->filter.marked, g_array_unref);
  desk_log_query_bar_clear (self->bar);
  log_view_set_order (self, id);
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
      log_view_apply (self);
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
  log_view_install_actions (widget_class);
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
  g_autoptr (GMenuModel) row_menu = log_view_make_row_menu ();

  self->session = g_object_ref (session);
  self->everything = desk_flight_recorder_get_everything (desk_session_get_recorder (session));
  self->list = desk_log_list_new (live_store (self));
  self->table = DESK_LOG_TABLE (desk_log_table_new (self->list));
  desk_log_table_set_menu (self->table, row_menu);
  self->detail = DESK_LOG_DETAIL (desk_log_detail_new ());
  menu = log_view_make_menu (self);
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
  self->mark = log_view_make_mark_popover (self);
  gtk_widget_set_parent (self->mark, GTK_WIDGET (self));

  g_signal_connect_object (self->bar, "changed", G_CALLBACK (log_view_apply), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (selection_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "following-changed", G_CALLBACK (following_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-activated", G_CALLBACK (activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "settled", G_CALLBACK (settled_cb), self, G_CONNECT_SWAPPED);
  show_details (self);
  log_view_apply (self);
  self->timer = g_timeout_add_seconds (1, tick_cb, self);
  return GTK_WIDGET (self);
}
