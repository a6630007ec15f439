/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-drill-dialog.h"

#include "desk-checklist.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskDrillDialog
{
  AdwWindow     parent_instance;

  GtkWidget    *stack;
  GtkWidget    *list;
  GtkWidget    *title;
  GtkWidget    *story;
  GtkWidget    *scroller;
  GtkWidget    *spinner;
  GtkWidget    *verdict;
  GtkWidget    *report;     /* a box, filled at the end */
  GtkWidget    *back;
  GtkWidget    *stop;
  GtkWidget    *again;

  DtcNumbering  numbering;
  const DeskDrillInfo *info;  /* of the one that runs or ran last */
  DeskDrill    *drill;        /* or NULL */
  GCancellable *cancellable;  /* of that one */
};

G_DEFINE_FINAL_TYPE (DeskDrillDialog, desk_drill_dialog, ADW_TYPE_WINDOW)

static GtkWidget *
add_label (GtkWidget  *box,
           const char *text,
           const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static void
clear (GtkWidget *box)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (box)) != NULL)
    gtk_box_remove (GTK_BOX (box), child);
}

static void
add_line (DeskDrillDialog     *self,
          const DeskDrillLine *line)
{
  static const char *const signs[] = { "→", "…", "✓", "✗" };
  static const char *const classes[] = { "waiting", "running", "done", "failed" };
  guint mark = MIN ((guint) line->mark, G_N_ELEMENTS (signs) - 1);
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  const char *words = desk_words_drill (line->text);
  g_autofree char *text = line->detail != NULL ? g_strdup_printf ("%s · %s", words, line->detail) : g_strdup (words);
  g_autofree char *time = desk_words_age (line->usec);
  GtkWidget *sign = add_label (row, signs[mark], "check-sign");
  GtkWidget *label = add_label (row, text, NULL);
  GtkWidget *when = add_label (row, time, "check-detail");
  GtkWidget *last;

  gtk_widget_add_css_class (sign, classes[mark]);
  gtk_label_set_width_chars (GTK_LABEL (sign), 2);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_label_set_wrap (GTK_LABEL (when), FALSE);
  /* What was looked for and has come, or has not, takes the place of the question. */
  last = gtk_widget_get_last_child (self->story);
  if (last != NULL && mark >= DESK_DRILL_SEEN && g_object_get_data (G_OBJECT (last), "desk-look") == line->text)
    gtk_box_remove (GTK_BOX (self->story), last);
  if (mark == DESK_DRILL_LOOK)
    g_object_set_data (G_OBJECT (row), "desk-look", (gpointer) line->text);
  gtk_box_append (GTK_BOX (self->story), row);
}

static gboolean
scroll_cb (gpointer user_data)
{
  DeskDrillDialog *self = user_data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));

  if (self->stack != NULL)
    gtk_adjustment_set_value (adjustment, gtk_adjustment_get_upper (adjustment));
  return G_SOURCE_REMOVE;
}

static void
line_cb (DeskDrill           *drill,
         const DeskDrillLine *line,
         DeskDrillDialog     *self)
{
  add_line (self, line);
  /* Behind the layout of the line. */
  g_idle_add_full (G_PRIORITY_LOW, scroll_cb, g_object_ref (self), g_object_unref);
}

static void
add_counts (GtkWidget             *box,
            const DeskDrillReport *report)
{
  const char *const names[DESK_N_DRILL_COMMANDS] = { C_("drill", "Orders"), C_("drill", "Changes"), C_("drill", "Cancels"),
                                                     C_("drill", "Flattens") };
  GtkWidget *grid = gtk_grid_new ();
  const char *const heads[] = { "", C_("drill", "Meant"), C_("drill", "Reached the server") };

  gtk_grid_set_column_spacing (GTK_GRID (grid), 22);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  for (guint column = 0; column < G_N_ELEMENTS (heads); column++)
    {
      GtkWidget *head = gtk_label_new (heads[column]);

      gtk_widget_add_css_class (head, "check-detail");
      gtk_label_set_xalign (GTK_LABEL (head), column == 0 ? 0.0f : 1.0f);
      gtk_grid_attach (GTK_GRID (grid), head, (int) column, 0, 1, 1);
    }
  for (guint i = 0; i < DESK_N_DRILL_COMMANDS; i++)
    {
      g_autofree char *intended = g_strdup_printf ("%u", report->intended[i]);
      g_autofree char *received = g_strdup_printf ("%u", report->received[i]);
      const char *const texts[] = { names[i], intended, received };

      for (guint column = 0; column < G_N_ELEMENTS (texts); column++)
        {
          GtkWidget *label = gtk_label_new (texts[column]);

          gtk_label_set_xalign (GTK_LABEL (label), column == 0 ? 0.0f : 1.0f);
          gtk_grid_attach (GTK_GRID (grid), label, (int) column, (int) i + 1, 1, 1);
        }
    }
  gtk_box_append (GTK_BOX (box), grid);
}

static void
add_checks (GtkWidget           *box,
            const DeskVerifyRun *run)
{
  guint ok = 0;
  guint wrong = 0;
  guint unproved = 0;
  g_autofree char *text = NULL;

  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    {
      ok += run->n_match[i];
      wrong += run->n_mismatch[i];
      unproved += run->n_not_provable[i];
    }
  /* Translators: numbers of checks made by the verification. */
  text = g_strdup_printf (_("Verification: %u agree, %u do not, %u not provable."), ok, wrong, unproved);
  add_label (box, text, NULL);
}

static void
show_verdict (DeskDrillDialog *self,
              gboolean         passed,
              const char      *text)
{
  g_autofree char *line = g_strdup_printf ("%s  %s", passed ? "✓" : "✗", desk_words_drill (text));

  gtk_label_set_text (GTK_LABEL (self->verdict), line);
  gtk_widget_set_visible (self->verdict, TRUE);
  gtk_widget_remove_css_class (self->verdict, passed ? "error" : "success");
  gtk_widget_add_css_class (self->verdict, passed ? "success" : "error");
}

static void
show_over (DeskDrillDialog *self)
{
  gtk_spinner_stop (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->stop, FALSE);
  gtk_widget_set_visible (self->again, TRUE);
  gtk_widget_set_sensitive (self->back, TRUE);
  g_idle_add_full (G_PRIORITY_LOW, scroll_cb, g_object_ref (self), g_object_unref);
}

void
desk_drill_dialog_show_report (DeskDrillDialog       *self,
                               const DeskDrillReport *report)
{
  g_return_if_fail (DESK_IS_DRILL_DIALOG (self));

  clear (self->report);
  gtk_widget_set_visible (self->report, TRUE);
  show_verdict (self, report->passed, report->text);
  if (report->twice > 0)
    {
      g_autofree char *text = g_strdup_printf (ngettext ("%u command reached the server more often than it was meant.",
                                                         "%u commands reached the server more often than they were meant.",
                                                         report->twice), report->twice);

      add_label (self->report, text, "error");
    }
  add_counts (self->report, report);
  if (report->resync != NULL)
    {
      GtkWidget *checklist = desk_checklist_new (DESK_CHECKLIST_LIST);
      g_autofree char *counts = desk_words_report (report->resync);

      add_label (self->report, _("The last time the server was asked"), "heading");
      add_label (self->report, counts, NULL);
      desk_checklist_set_state (DESK_CHECKLIST (checklist), report->resync, FALSE);
      gtk_box_append (GTK_BOX (self->report), checklist);
    }
  if (report->verify != NULL)
    add_checks (self->report, report->verify);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "run");
  show_over (self);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr(DeskDrillDialog) self = user_data;
  g_autoptr(GError) error = NULL;
  g_autoptr(DeskDrillReport) report = desk_drill_run_finish (DESK_DRILL (source), result, &error);

  g_clear_object (&self->drill);
  g_clear_object (&self->cancellable);
  if (self->stack == NULL)
    return;
  if (report != NULL)
    desk_drill_dialog_show_report (self, report);
  else
    {
      show_verdict (self, FALSE, g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ? _("Stopped.") : error->message);
      show_over (self);
    }
}

static void
run (DeskDrillDialog     *self,
     const DeskDrillInfo *info)
{
  if (self->drill != NULL)
    return;
  self->info = info;
  clear (self->story);
  clear (self->report);
  gtk_widget_set_visible (self->report, FALSE);
  gtk_widget_set_visible (self->verdict, FALSE);
  gtk_label_set_text (GTK_LABEL (self->title), desk_words_drill (info->title));
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "run");
  gtk_spinner_start (GTK_SPINNER (self->spinner));
  gtk_widget_set_visible (self->back, TRUE);
  gtk_widget_set_sensitive (self->back, FALSE);
  gtk_widget_set_visible (self->stop, TRUE);
  gtk_widget_set_visible (self->again, FALSE);
  self->drill = desk_drill_new (info, self->numbering);
  self->cancellable = g_cancellable_new ();
  g_signal_connect_object (self->drill, "line", G_CALLBACK (line_cb), self, 0);
  desk_drill_run_async (self->drill, self->cancellable, ended_cb, g_object_ref (self));
}

static void
row_activated_cb (DeskDrillDialog *self,
                  GtkListBoxRow   *row)
{
  guint n;
  const DeskDrillInfo *drills = desk_drill_list (&n);
  int index = gtk_list_box_row_get_index (row);

  if (index >= 0 && (guint) index < n)
    run (self, &drills[index]);
}

static void
again_clicked_cb (DeskDrillDialog *self)
{
  run (self, self->info);
}

static void
stop_clicked_cb (DeskDrillDialog *self)
{
  g_cancellable_cancel (self->cancellable);
}

static void
back_clicked_cb (DeskDrillDialog *self)
{
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack), "list");
  gtk_widget_set_visible (self->back, FALSE);
  gtk_widget_set_visible (self->again, FALSE);
}

static void
desk_drill_dialog_dispose (GObject *object)
{
  DeskDrillDialog *self = DESK_DRILL_DIALOG (object);

  G_OBJECT_CLASS (desk_drill_dialog_parent_class)->dispose (object);
  self->stack = NULL;
}

/* A drill that runs ends with its window, and clears up behind it. */
static gboolean
close_request_cb (DeskDrillDialog *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  return FALSE;
}

static void
desk_drill_dialog_class_init (DeskDrillDialogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_drill_dialog_dispose;
  gtk_widget_class_add_binding_action (GTK_WIDGET_CLASS (klass), GDK_KEY_Escape, 0, "window.close", NULL);
}

static GtkWidget *
make_scroller (GtkWidget *child)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), child);
  gtk_widget_set_vexpand (scroller, TRUE);
  return scroller;
}

static GtkWidget *
make_list (DeskDrillDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 14);
  guint n;
  const DeskDrillInfo *drills = desk_drill_list (&n);

  gtk_widget_add_css_class (box, "case");
  add_label (box, _("A drill runs against a simulator and a state file of its own. It uses no account of yours, and your "
                    "connection stays as it is."), "case-promise");
  self->list = gtk_list_box_new ();
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (self->list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (self->list, "boxed-list");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Drills"), -1);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *row = adw_action_row_new ();
      g_autofree char *seconds = g_strdup_printf (ngettext ("about %u second", "about %u seconds", drills[i].seconds),
                                                  drills[i].seconds);
      GtkWidget *length = gtk_label_new (seconds);

      adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
      adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), desk_words_drill (drills[i].title));
      adw_action_row_set_subtitle (ADW_ACTION_ROW (row), desk_words_drill (drills[i].description));
      adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
      gtk_widget_add_css_class (length, "dim-label");
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), length);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
      gtk_list_box_append (GTK_LIST_BOX (self->list), row);
    }
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (row_activated_cb), self);
  gtk_box_append (GTK_BOX (box), self->list);
  return make_scroller (box);
}

static GtkWidget *
make_run (DeskDrillDialog *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);

  gtk_widget_add_css_class (box, "case");
  self->title = add_label (head, NULL, "title-3");
  self->spinner = gtk_spinner_new ();
  gtk_box_append (GTK_BOX (head), self->spinner);
  gtk_box_append (GTK_BOX (box), head);
  self->story = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->story, "checklist");
  gtk_box_append (GTK_BOX (box), self->story);
  self->verdict = add_label (box, NULL, "heading");
  self->report = gtk_box_new (GTK_ORIENTATION_VERTICAL, 10);
  gtk_widget_add_css_class (self->report, "card");
  gtk_widget_add_css_class (self->report, "case-evidence");
  gtk_box_append (GTK_BOX (box), self->report);
  self->scroller = make_scroller (box);
  return self->scroller;
}

static GtkWidget *
add_button (AdwHeaderBar *header,
            gboolean      at_end,
            const char   *label,
            GCallback     clicked,
            gpointer      user_data)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  g_signal_connect_swapped (button, "clicked", clicked, user_data);
  gtk_widget_set_visible (button, FALSE);
  if (at_end)
    adw_header_bar_pack_end (header, button);
  else
    adw_header_bar_pack_start (header, button);
  return button;
}

static void
desk_drill_dialog_init (DeskDrillDialog *self)
{
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *header = adw_header_bar_new ();

  self->back = add_button (ADW_HEADER_BAR (header), FALSE, _("All drills"), G_CALLBACK (back_clicked_cb), self);
  self->stop = add_button (ADW_HEADER_BAR (header), TRUE, _("Stop the drill"), G_CALLBACK (stop_clicked_cb), self);
  self->again = add_button (ADW_HEADER_BAR (header), TRUE, _("Run it again"), G_CALLBACK (again_clicked_cb), self);
  self->stack = gtk_stack_new ();
  gtk_stack_add_named (GTK_STACK (self->stack), make_list (self), "list");
  gtk_stack_add_named (GTK_STACK (self->stack), make_run (self), "run");
  gtk_box_append (GTK_BOX (content), header);
  gtk_box_append (GTK_BOX (content), self->stack);
  adw_window_set_content (ADW_WINDOW (self), content);
  gtk_window_set_title (GTK_WINDOW (self), _("Drills"));
  gtk_window_set_default_size (GTK_WINDOW (self), 820, 660);
  g_signal_connect (self, "close-request", G_CALLBACK (close_request_cb), NULL);
}

GtkWidget *
desk_drill_dialog_new (GtkWindow    *parent,
                       DtcNumbering  numbering)
{
  DeskDrillDialog *self = g_object_new (DESK_TYPE_DRILL_DIALOG, "transient-for", parent, NULL);

  self->numbering = numbering;
  return GTK_WIDGET (self);
}
