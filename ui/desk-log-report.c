/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-log-report.h"

#include "desk-log-compare.h"
#include "desk-log-export.h"
#include "desk-log-file.h"
#include "desk-log-latency.h"
#include "desk-log-words.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* ---- tables ---- */

#define DESK_TYPE_LOG_LINE_ITEM (desk_log_line_item_get_type ())
G_DECLARE_FINAL_TYPE (DeskLogLineItem, desk_log_line_item, DESK, LOG_LINE_ITEM, GObject)

/* One line of a table: its texts, and how it looks. */
struct _DeskLogLineItem
{
  GObject     parent_instance;
  GPtrArray  *texts;
  const char *style; /* static, or NULL */
};

G_DEFINE_FINAL_TYPE (DeskLogLineItem, desk_log_line_item, G_TYPE_OBJECT)

static void
desk_log_line_item_finalize (GObject *object)
{
  g_ptr_array_unref (DESK_LOG_LINE_ITEM (object)->texts);
  G_OBJECT_CLASS (desk_log_line_item_parent_class)->finalize (object);
}

static void
desk_log_line_item_class_init (DeskLogLineItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_log_line_item_finalize;
}

static void
desk_log_line_item_init (DeskLogLineItem *self)
{
  self->texts = g_ptr_array_new_with_free_func (g_free);
}

static DeskLogLineItem *
add_line (GListStore *store)
{
  g_autoptr (DeskLogLineItem) item = g_object_new (DESK_TYPE_LOG_LINE_ITEM, NULL);

  g_list_store_append (store, item);
  return item;
}

static void
add_text (DeskLogLineItem *item,
          const char      *text)
{
  g_ptr_array_add (item->texts, g_strdup (text != NULL ? text : ""));
}

static void
add_number (DeskLogLineItem *item,
            guint64          number)
{
  g_ptr_array_add (item->texts, g_strdup_printf ("%" G_GUINT64_FORMAT, number));
}

/* -1: there is none. */
static void
add_span (DeskLogLineItem *item,
          gint64           usec)
{
  GString *text = g_string_new (NULL);

  if (usec >= 0)
    desk_log_words_span (usec, text);
  g_ptr_array_add (item->texts, g_string_free (text, FALSE));
}

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item,
          gpointer                  column)
{
  GtkWidget *label = gtk_inscription_new (NULL);

  gtk_inscription_set_text_overflow (GTK_INSCRIPTION (label), GTK_INSCRIPTION_OVERFLOW_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "desk-cell");
  gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_cb (GtkSignalListItemFactory *factory,
         GtkListItem              *item,
         gpointer                  column)
{
  DeskLogLineItem *line = gtk_list_item_get_item (item);
  GtkWidget *label = gtk_list_item_get_child (item);
  guint index = GPOINTER_TO_UINT (column);
  const char *text = index < line->texts->len ? line->texts->pdata[index] : "";

  gtk_inscription_set_text (GTK_INSCRIPTION (label), text);
  gtk_widget_set_tooltip_text (label, text);
  gtk_widget_remove_css_class (label, "log-only");
  gtk_widget_remove_css_class (label, "log-group");
  if (line->style != NULL)
    gtk_widget_add_css_class (label, line->style);
}

/* The last of @titles is NULL; the column of index @wide takes what is left. */
static GtkWidget *
make_table (GListStore        *store,
            const char *const *titles,
            guint              wide,
            const char        *name)
{
  GtkWidget *scroll = gtk_scrolled_window_new ();
  GtkWidget *view = gtk_column_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (g_object_ref (store)))));

  for (guint i = 0; titles[i] != NULL; i++)
    {
      GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
      GtkColumnViewColumn *column;

      g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), GUINT_TO_POINTER (i));
      g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), GUINT_TO_POINTER (i));
      column = gtk_column_view_column_new (titles[i], factory);
      gtk_column_view_column_set_resizable (column, TRUE);
      if (i == wide)
        gtk_column_view_column_set_expand (column, TRUE);
      else
        gtk_column_view_column_set_fixed_width (column, 104);
      gtk_column_view_append_column (GTK_COLUMN_VIEW (view), column);
      g_object_unref (column);
    }
  gtk_widget_add_css_class (view, "desk-table");
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroll), view);
  gtk_widget_set_vexpand (scroll, TRUE);
  return scroll;
}

static GtkWidget *
make_window (GtkWindow  *parent,
             const char *title,
             int         width,
             GtkWidget  *content)
{
  GtkWidget *window = adw_window_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  gtk_window_set_title (GTK_WINDOW (window), title);
  gtk_window_set_transient_for (GTK_WINDOW (window), parent);
  gtk_window_set_destroy_with_parent (GTK_WINDOW (window), TRUE);
  gtk_window_set_default_size (GTK_WINDOW (window), width, 560);
  gtk_box_append (GTK_BOX (box), adw_header_bar_new ());
  gtk_box_append (GTK_BOX (box), content);
  adw_window_set_content (ADW_WINDOW (window), box);
  return window;
}

static GtkWidget *
make_heading (const char *text)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "log-report-head");
  return label;
}

/* ---- latencies ---- */

void
desk_log_report_latency (GtkWindow       *parent,
                         DeskLogSnapshot *snapshot)
{
  const char *const kinds[] = { _("Request"), _("Answered"), _("No answer"), _("Least"), _("Half within"), _("90 % within"),
                                _("95 % within"), _("99 % within"), _("Most"), NULL };
  const char *const orders[] = { _("Order"), _("Symbol"), _("To the first update"), _("To the first fill"),
                                 _("Cancel or change"), NULL };
  g_autoptr (DeskLogLatency) latency = desk_log_latency_new (snapshot);
  g_autoptr (GListStore) answers = g_list_store_new (DESK_TYPE_LOG_LINE_ITEM);
  g_autoptr (GListStore) by_order = g_list_store_new (DESK_TYPE_LOG_LINE_ITEM);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  for (guint i = 0; i < latency->answers->len; i++)
    {
      const DeskLogAnswers *kind = &g_array_index (latency->answers, DeskLogAnswers, i);
      DeskLogLineItem *line = add_line (answers);
      const gint64 times[] = { kind->least, kind->p50, kind->p90, kind->p95, kind->p99, kind->most };

      add_text (line, dtc_message_desc (kind->type)->camel_name);
      add_number (line, kind->n);
      add_number (line, kind->unanswered);
      for (guint k = 0; k < G_N_ELEMENTS (times); k++)
        add_span (line, kind->n > 0 ? times[k] : -1);
    }
  for (guint i = 0; i < latency->orders->len; i++)
    {
      const DeskLogOrderTimes *order = latency->orders->pdata[i];
      DeskLogLineItem *line = add_line (by_order);

      add_text (line, order->id);
      add_text (line, order->symbol);
      add_span (line, order->ack);
      add_span (line, order->fill);
      add_span (line, order->cancel);
    }
  gtk_box_append (GTK_BOX (box), make_heading (latency->answers->len > 0
                                                 ? _("From each request to its first answer, as the messages of this log were read and written")
                                                 : _("This log has no request that asks for an answer.")));
  gtk_box_append (GTK_BOX (box), make_table (answers, kinds, 0, _("Latencies by request")));
  gtk_box_append (GTK_BOX (box), make_heading (_("By order")));
  gtk_box_append (GTK_BOX (box), make_table (by_order, orders, 0, _("Latencies by order")));
  gtk_window_present (GTK_WINDOW (make_window (parent, _("Latencies"), 1080, box)));
}

/* ---- comparison ---- */

typedef struct
{
  GtkWindow       *parent;
  DeskLogSnapshot *snapshot;
  char            *name;
  DtcNumbering     numbering;
} Comparison;

static void
comparison_free (gpointer data)
{
  Comparison *self = data;

  g_clear_weak_pointer (&self->parent);
  desk_log_snapshot_unref (self->snapshot);
  g_free (self->name);
  g_free (self);
}

static void
add_place (DeskLogLineItem *line,
           guint64          number,
           gint64           after)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (number != 0)
    {
      g_string_append_printf (text, "#%" G_GUINT64_FORMAT "  +", number);
      desk_log_words_span (MAX (after, 0), text);
    }
  add_text (line, text->str);
}

void
desk_log_report_compare_with (GtkWindow       *parent,
                              DeskLogSnapshot *left,
                              const char      *left_name,
                              DeskLogSnapshot *right,
                              const char      *right_name)
{
  const char *const titles[] = { _("Message"), left_name, right_name, NULL };
  g_autoptr (GPtrArray) pairs = desk_log_compare (left, right);
  g_autoptr (GListStore) store = g_list_store_new (DESK_TYPE_LOG_LINE_ITEM);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  g_autofree char *heading = NULL;
  g_autofree char *differ = NULL;
  guint n = 0;

  for (guint i = 0; i < pairs->len; i++)
    {
      const DeskLogOrderPair *pair = pairs->pdata[i];
      DeskLogLineItem *line = add_line (store);
      g_autofree char *title = g_strdup_printf ("%s %s", pair->id, pair->symbol != NULL ? pair->symbol : "");

      n += pair->n_left + pair->n_right > 0 ? 1 : 0;
      add_text (line, title);
      line->style = "log-group";
      if (pair->n_left + pair->n_right == 0)
        add_text (line, _("the same"));
      else if (pair->n_same + pair->n_right == 0 || pair->n_same + pair->n_left == 0)
        {
          add_text (line, pair->n_left > 0 ? _("only here") : "");
          add_text (line, pair->n_right > 0 ? _("only here") : "");
        }
      for (guint k = 0; k < pair->steps->len; k++)
        {
          const DeskLogStep *step = pair->steps->pdata[k];
          g_autofree char *words = g_strdup_printf ("      %s", step->words);

          line = add_line (store);
          add_text (line, words);
          add_place (line, step->left, step->left_after);
          add_place (line, step->right, step->right_after);
          line->style = step->kind != DESK_LOG_STEP_SAME ? "log-only" : NULL;
        }
    }
  differ = g_strdup_printf (ngettext ("%u differs", "%u differ", n), n);
  heading = g_strdup_printf (ngettext ("%u order, %s; what only one log has is marked", "%u orders, %s; what only one log has is marked",
                                       pairs->len), pairs->len, differ);
  gtk_box_append (GTK_BOX (box), make_heading (pairs->len > 0 ? heading : _("Neither log has an order.")));
  gtk_box_append (GTK_BOX (box), make_table (store, titles, 0, _("Comparison of two logs")));
  gtk_window_present (GTK_WINDOW (make_window (parent, _("Two logs, order by order"), 860, box)));
}

static void
loaded_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Comparison *comparison = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskLogFile) file = desk_log_file_load_finish (result, &error);

  if (comparison->parent != NULL && file == NULL)
    {
      g_autofree char *words = desk_log_words_complaint (error->message);

      gtk_widget_activate_action (GTK_WIDGET (comparison->parent), "win.say", "s", words);
    }
  else if (comparison->parent != NULL)
    {
      g_autoptr (DeskLogSnapshot) right = desk_log_store_snapshot (file->store);
      g_autofree char *name = g_path_get_basename (file->path);

      desk_log_report_compare_with (comparison->parent, comparison->snapshot, comparison->name, right, name);
    }
  comparison_free (comparison);
}

static void
other_chosen_cb (GtkNativeDialog *dialog,
                 int              response,
                 Comparison      *comparison)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (path != NULL)
    desk_log_file_load_async (path, comparison->numbering, NULL, loaded_cb, comparison);
  else
    comparison_free (comparison);
  g_object_unref (dialog);
}

void
desk_log_report_compare (GtkWindow       *parent,
                         DeskLogSnapshot *snapshot,
                         const char      *path,
                         DtcNumbering     numbering)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Compare with a log"), parent, GTK_FILE_CHOOSER_ACTION_OPEN,
                                                              NULL, NULL);
  Comparison *comparison = g_new0 (Comparison, 1);

  g_set_weak_pointer (&comparison->parent, parent);
  comparison->snapshot = desk_log_snapshot_ref (snapshot);
  comparison->name = path != NULL ? g_path_get_basename (path) : g_strdup (_("Live"));
  comparison->numbering = numbering;
  g_signal_connect (dialog, "response", G_CALLBACK (other_chosen_cb), comparison);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/* ---- export ---- */

typedef struct
{
  GtkWindow       *parent;
  DeskLogSnapshot *snapshot;
  GArray          *numbers;
} Export;

static void
export_free (gpointer data)
{
  Export *self = data;

  g_clear_weak_pointer (&self->parent);
  desk_log_snapshot_unref (self->snapshot);
  g_array_unref (self->numbers);
  g_free (self);
}

static void
exported_cb (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  Export *export = user_data;
  g_autoptr (GError) error = NULL;

  if (!desk_log_export_finish (result, &error) && export->parent != NULL)
    {
      g_autofree char *words = g_strdup_printf (_("The log was not written: %s"), error->message);

      gtk_widget_activate_action (GTK_WIDGET (export->parent), "win.say", "s", words);
    }
  export_free (export);
}

static void
target_chosen_cb (GtkNativeDialog *dialog,
                  int              response,
                  Export          *export)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog)) : NULL;

  if (file != NULL)
    {
      g_autofree char *name = g_file_get_basename (file);

      desk_log_export_async (export->snapshot, export->numbers,
                             g_str_has_suffix (name, ".csv") ? DESK_LOG_EXPORT_CSV : DESK_LOG_EXPORT_TEXT, file, NULL,
                             exported_cb, export);
    }
  else
    export_free (export);
  g_object_unref (dialog);
}

void
desk_log_report_export (GtkWindow   *parent,
                        DeskLogList *list)
{
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (_("Export what is shown: .csv or .txt"), parent,
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  Export *export = g_new0 (Export, 1);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  g_set_weak_pointer (&export->parent, parent);
  export->snapshot = desk_log_snapshot_ref (desk_log_list_get_snapshot (list));
  export->numbers = g_array_sized_new (FALSE, FALSE, sizeof (guint64), n);
  for (guint i = 0; i < n; i++)
    {
      guint64 number = desk_log_list_get_number (list, i);

      g_array_append_val (export->numbers, number);
    }
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), "dtc-log.csv");
  g_signal_connect (dialog, "response", G_CALLBACK (target_chosen_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}
