/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-query-bar.h"

#include "desk-log-words.h"
#include "desk-settings.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define N_CHIPS 7
#define SAVED "log-queries"
#define MAX_SAVED 40
#define TYPING_MS 120

struct _DeskLogQueryBar
{
  GtkWidget     parent_instance;

  GtkWidget    *box;
  GtkWidget    *toggles[N_CHIPS];
  GtkWidget    *checks[N_CHIPS];   /* the same in the menu of a narrow panel */
  GtkWidget    *narrow;
  GtkWidget    *entry;
  GtkWidget    *complaint;
  GtkWidget    *count;
  GtkWidget    *saved;             /* menu button */
  GtkWidget    *saved_list;
  GtkWidget    *save;
  GtkWidget    *enlarge;
  DeskLogQuery *query;
  guint         chips;
  gboolean      setting;
  guint         typed_id;          /* until the fingers rest */
};

G_DEFINE_FINAL_TYPE (DeskLogQueryBar, desk_log_query_bar, GTK_TYPE_WIDGET)

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

guint
desk_log_query_bar_get_chips (DeskLogQueryBar *self)
{
  g_return_val_if_fail (DESK_IS_LOG_QUERY_BAR (self), 0);

  return self->chips;
}

DeskLogQuery *
desk_log_query_bar_dup_query (DeskLogQueryBar *self)
{
  g_return_val_if_fail (DESK_IS_LOG_QUERY_BAR (self), NULL);

  return self->query != NULL ? desk_log_query_ref (self->query) : NULL;
}

/* ---- chips ---- */

static void
show_chips (DeskLogQueryBar *self)
{
  g_autoptr (GString) words = g_string_new (NULL);

  self->setting = TRUE;
  for (guint i = 0; i < N_CHIPS; i++)
    {
      gboolean on = (self->chips >> i) & 1;

      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->toggles[i]), on);
      gtk_check_button_set_active (GTK_CHECK_BUTTON (self->checks[i]), on);
      if (on)
        g_string_append_printf (words, "%s%s", words->len > 0 ? ", " : "", desk_log_words_chip ((DeskLogChip) (1u << i)));
    }
  self->setting = FALSE;
  gtk_menu_button_set_label (GTK_MENU_BUTTON (self->narrow), words->len > 0 ? words->str : _("All messages"));
}

static void
chip_cb (GtkWidget       *button,
         GParamSpec      *pspec,
         DeskLogQueryBar *self)
{
  guint chip = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "desk-chip"));
  gboolean on = FALSE;

  if (self->setting)
    return;
  g_object_get (button, "active", &on, NULL);
  if (on)
    self->chips |= chip;
  else
    self->chips &= ~chip;
  show_chips (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static GtkWidget *
make_chips (DeskLogQueryBar *self)
{
  GtkWidget *squeezer = adw_squeezer_new ();
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  GtkWidget *list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *popover = gtk_popover_new ();

  gtk_widget_add_css_class (row, "linked");
  for (guint i = 0; i < N_CHIPS; i++)
    {
      const char *words = desk_log_words_chip ((DeskLogChip) (1u << i));

      self->toggles[i] = gtk_toggle_button_new_with_label (words);
      gtk_widget_add_css_class (self->toggles[i], "chip");
      self->checks[i] = gtk_check_button_new_with_label (words);
      g_object_set_data (G_OBJECT (self->toggles[i]), "desk-chip", GUINT_TO_POINTER (1u << i));
      g_object_set_data (G_OBJECT (self->checks[i]), "desk-chip", GUINT_TO_POINTER (1u << i));
      g_signal_connect_object (self->toggles[i], "notify::active", G_CALLBACK (chip_cb), self, 0);
      g_signal_connect_object (self->checks[i], "notify::active", G_CALLBACK (chip_cb), self, 0);
      gtk_box_append (GTK_BOX (row), self->toggles[i]);
      gtk_box_append (GTK_BOX (list), self->checks[i]);
    }
  gtk_popover_set_child (GTK_POPOVER (popover), list);
  self->narrow = gtk_menu_button_new ();
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->narrow), popover);
  gtk_widget_add_css_class (self->narrow, "chip-menu");
  gtk_widget_set_tooltip_text (self->narrow, _("Which messages are shown"));
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (squeezer), FALSE);
  adw_squeezer_set_switch_threshold_policy (ADW_SQUEEZER (squeezer), ADW_FOLD_THRESHOLD_POLICY_NATURAL);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), row);
  adw_squeezer_add (ADW_SQUEEZER (squeezer), self->narrow);
  gtk_widget_set_hexpand (squeezer, FALSE);
  return squeezer;
}

/* ---- the query ---- */

static void
query_cb (DeskLogQueryBar *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr (GError) error = NULL;
  guint at = 0;
  DeskLogQuery *query = desk_log_query_parse (text, &at, &error);

  g_clear_handle_id (&self->typed_id, g_source_remove);
  gtk_widget_set_sensitive (self->save, query != NULL && *text != '\0');
  if (query == NULL)
    {
      g_autofree char *words = desk_log_words_complaint (error->message);

      gtk_label_set_text (GTK_LABEL (self->complaint), words);
      gtk_widget_set_tooltip_text (self->complaint, words);
      gtk_widget_set_visible (self->complaint, TRUE);
      gtk_widget_add_css_class (self->entry, "error");
      gtk_accessible_update_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID, GTK_ACCESSIBLE_INVALID_TRUE, -1);
      return;
    }
  gtk_widget_set_visible (self->complaint, FALSE);
  gtk_widget_remove_css_class (self->entry, "error");
  gtk_accessible_reset_state (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_STATE_INVALID);
  g_clear_pointer (&self->query, desk_log_query_unref);
  self->query = query;
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static gboolean
rested_cb (gpointer user_data)
{
  DeskLogQueryBar *self = user_data;

  self->typed_id = 0;
  query_cb (self);
  return G_SOURCE_REMOVE;
}

/* Not the entry's own delay: that one tells at once when the text is empty, as it is in the middle of a replacement. */
static void
typed_cb (DeskLogQueryBar *self)
{
  g_clear_handle_id (&self->typed_id, g_source_remove);
  self->typed_id = g_timeout_add (TYPING_MS, rested_cb, self);
}

void
desk_log_query_bar_focus (DeskLogQueryBar *self)
{
  g_return_if_fail (DESK_IS_LOG_QUERY_BAR (self));

  gtk_widget_grab_focus (self->entry);
}

void
desk_log_query_bar_clear (DeskLogQueryBar *self)
{
  g_return_if_fail (DESK_IS_LOG_QUERY_BAR (self));

  self->chips = 0;
  show_chips (self);
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
  query_cb (self);
}

void
desk_log_query_bar_set_count (DeskLogQueryBar *self,
                              guint            shown,
                              guint            all,
                              guint            given_up)
{
  g_autofree char *text = NULL;

  g_return_if_fail (DESK_IS_LOG_QUERY_BAR (self));

  if (shown == all)
    text = g_strdup_printf ("%'u", all);
  else
    /* Translators: how many messages of how many are shown. */
    text = g_strdup_printf (_("%'u of %'u"), shown, all);
  gtk_label_set_text (GTK_LABEL (self->count), text);
  if (given_up > 0)
    {
      g_autofree char *words = g_strdup_printf (ngettext ("The expression took too long on %u message; it is left out",
                                                          "The expression took too long on %u messages; they are left out",
                                                          given_up), given_up);

      gtk_label_set_text (GTK_LABEL (self->complaint), words);
      gtk_widget_set_visible (self->complaint, TRUE);
    }
}

/* ---- saved queries ---- */

static GStrv
saved_queries (void)
{
  return desk_settings_get () != NULL ? g_settings_get_strv (desk_settings_get (), SAVED) : g_new0 (char *, 1);
}

static void
keep (DeskLogQueryBar *self,
      const char      *add,
      const char      *drop)
{
  g_auto (GStrv) old = saved_queries ();
  g_autoptr (GPtrArray) queries = g_ptr_array_new ();

  if (desk_settings_get () == NULL)
    return;
  if (add != NULL)
    g_ptr_array_add (queries, (gpointer) add);
  for (guint i = 0; old[i] != NULL && queries->len < MAX_SAVED; i++)
    if (g_strcmp0 (old[i], add) != 0 && g_strcmp0 (old[i], drop) != 0)
      g_ptr_array_add (queries, old[i]);
  g_ptr_array_add (queries, NULL);
  g_settings_set_strv (desk_settings_get (), SAVED, (const char *const *) queries->pdata);
}

static void fill_saved (DeskLogQueryBar *self);

static void
use_cb (GtkWidget       *button,
        DeskLogQueryBar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->entry), g_object_get_data (G_OBJECT (button), "desk-query"));
  query_cb (self);
  gtk_menu_button_popdown (GTK_MENU_BUTTON (self->saved));
  gtk_widget_grab_focus (self->entry);
}

static void
drop_cb (GtkWidget       *button,
         DeskLogQueryBar *self)
{
  keep (self, NULL, g_object_get_data (G_OBJECT (button), "desk-query"));
  fill_saved (self);
}

static void
save_cb (DeskLogQueryBar *self)
{
  keep (self, gtk_editable_get_text (GTK_EDITABLE (self->entry)), NULL);
  fill_saved (self);
}

static void
add_query (DeskLogQueryBar *self,
           const char      *query,
           gboolean         own)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 2);
  GtkWidget *use = gtk_button_new_with_label (query);
  GtkWidget *label = gtk_button_get_child (GTK_BUTTON (use));

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 60);
  gtk_widget_set_hexpand (use, TRUE);
  gtk_widget_add_css_class (use, "flat");
  g_object_set_data_full (G_OBJECT (use), "desk-query", g_strdup (query), g_free);
  g_signal_connect_object (use, "clicked", G_CALLBACK (use_cb), self, 0);
  gtk_box_append (GTK_BOX (row), use);
  if (own)
    {
      GtkWidget *drop = gtk_button_new_from_icon_name ("window-close-symbolic");

      gtk_widget_add_css_class (drop, "flat");
      gtk_widget_set_tooltip_text (drop, _("Forget this query"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (drop), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Forget this query"), -1);
      g_object_set_data_full (G_OBJECT (drop), "desk-query", g_strdup (query), g_free);
      g_signal_connect_object (drop, "clicked", G_CALLBACK (drop_cb), self, 0);
      gtk_box_append (GTK_BOX (row), drop);
    }
  gtk_box_append (GTK_BOX (self->saved_list), row);
}

static void
add_heading (DeskLogQueryBar *self,
             const char      *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "heading");
  gtk_box_append (GTK_BOX (self->saved_list), label);
}

static void
fill_saved (DeskLogQueryBar *self)
{
  static const char *const examples[] = {
    "type=301 & OrderStatus=REJECTED", "type=208 | type=203 | type=204", "Symbol~ES & !type=3", "answer>100",
    "Price1=unset & type=301", "/margin|risk/i",
  };
  g_auto (GStrv) queries = saved_queries ();
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->saved_list)) != NULL)
    gtk_box_remove (GTK_BOX (self->saved_list), child);
  if (queries[0] != NULL)
    add_heading (self, _("Saved"));
  for (guint i = 0; queries[i] != NULL; i++)
    add_query (self, queries[i], TRUE);
  add_heading (self, _("Examples"));
  for (guint i = 0; i < G_N_ELEMENTS (examples); i++)
    add_query (self, examples[i], FALSE);
}

static GtkWidget *
make_saved (DeskLogQueryBar *self)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  GtkWidget *scroll = gtk_scrolled_window_new ();

  self->save = gtk_button_new_with_mnemonic (_("_Save this query"));
  gtk_widget_set_sensitive (self->save, FALSE);
  g_signal_connect_object (self->save, "clicked", G_CALLBACK (save_cb), self, G_CONNECT_SWAPPED);
  self->saved_list = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (scroll), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (scroll), 320);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), self->saved_list);
  gtk_box_append (GTK_BOX (box), self->save);
  gtk_box_append (GTK_BOX (box), scroll);
  gtk_popover_set_child (GTK_POPOVER (popover), box);
  self->saved = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->saved), "user-bookmarks-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (self->saved), popover);
  gtk_widget_set_tooltip_text (self->saved, _("Saved queries"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->saved), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Saved queries"), -1);
  fill_saved (self);
  return self->saved;
}

/* ---- the widget ---- */

static GtkWidget *
make_toggle (const char *icon,
             const char *action,
             const char *words)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_button_set_icon_name (GTK_BUTTON (button), icon);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  return button;
}

static void
desk_log_query_bar_dispose (GObject *object)
{
  DeskLogQueryBar *self = DESK_LOG_QUERY_BAR (object);

  g_clear_handle_id (&self->typed_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->query, desk_log_query_unref);
  G_OBJECT_CLASS (desk_log_query_bar_parent_class)->dispose (object);
}

static void
desk_log_query_bar_class_init (DeskLogQueryBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_log_query_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", DESK_TYPE_LOG_QUERY_BAR, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                          G_TYPE_NONE, 0);
}

static void
desk_log_query_bar_init (DeskLogQueryBar *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_add_css_class (bar, "panel-bar");
  gtk_widget_add_css_class (bar, "log-bar");
  gtk_box_append (GTK_BOX (bar), make_chips (self));
  self->entry = gtk_search_entry_new ();
  g_object_set (self->entry, "placeholder-text", _("Words, /expression/ or Field=value"), NULL);
  gtk_widget_set_tooltip_text (self->entry, _("Words, /expression/, or a field of DTC: type=301 & OrderStatus=9 & Symbol~ES. "
                                              "Also | ! ( ) != < <= > >= !~, and unset as a value."));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search the log"), -1);
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_widget_set_size_request (self->entry, 150, -1);
  g_signal_connect_object (self->entry, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (query_cb), self, G_CONNECT_SWAPPED);
  gtk_box_append (GTK_BOX (bar), self->entry);
  self->count = gtk_label_new ("");
  gtk_widget_add_css_class (self->count, "log-count");
  gtk_widget_set_tooltip_text (self->count, _("Messages shown, of all in the log"));
  gtk_box_append (GTK_BOX (bar), self->count);
  gtk_box_append (GTK_BOX (bar), make_saved (self));
  gtk_box_append (GTK_BOX (bar), make_toggle ("go-bottom-symbolic", "log.follow", _("Follow the end (F)")));
  gtk_box_append (GTK_BOX (bar), make_toggle ("sidebar-show-right-symbolic", "log.details", _("Show the fields of the message (D)")));
  self->enlarge = gtk_button_new_from_icon_name ("view-fullscreen-symbolic");
  gtk_widget_add_css_class (self->enlarge, "flat");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->enlarge), "win.enlarge-log");
  gtk_widget_set_tooltip_text (self->enlarge, _("More room for the log, and back (Z)"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->enlarge), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More room for the log, and back (Z)"), -1);
  gtk_box_append (GTK_BOX (bar), self->enlarge);
  gtk_box_append (GTK_BOX (self->box), bar);
  self->complaint = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->complaint), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->complaint), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->complaint, "log-complaint");
  gtk_widget_set_visible (self->complaint, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->complaint);
}

GtkWidget *
desk_log_query_bar_new (GMenuModel *menu)
{
  DeskLogQueryBar *self = g_object_new (DESK_TYPE_LOG_QUERY_BAR, NULL);
  GtkWidget *more = gtk_menu_button_new ();

  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (more), "view-more-symbolic");
  gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (more), menu);
  gtk_widget_add_css_class (more, "flat");
  gtk_widget_set_tooltip_text (more, _("More of the log"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (more), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More of the log"), -1);
  gtk_box_append (GTK_BOX (gtk_widget_get_first_child (self->box)), more);
  show_chips (self);
  return GTK_WIDGET (self);
}
