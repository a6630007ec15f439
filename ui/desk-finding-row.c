/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-finding-row.h"

#include "desk-words.h"
#include "desk-words-verify.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _DeskFindingRow
{
  GtkWidget        parent_instance;

  GtkWidget       *box;
  GtkWidget       *verdict;
  GtkWidget       *check;
  GtkWidget       *subject;
  GtkWidget       *times;
  GtkWidget       *last;  /* the last of them, where there is no room for all */
  GtkWidget       *text;
  GtkWidget       *more;
  GtkWidget       *values;
  GtkWidget       *note;
  GtkWidget       *actions;

  DeskFindingItem *item;
  gulong           changed_id;
  const char      *style;
  gboolean         chosen;
};

G_DEFINE_FINAL_TYPE (DeskFindingRow, desk_finding_row, GTK_TYPE_WIDGET)

char *
desk_finding_row_subject (const DeskFinding *finding)
{
  GString *out = g_string_new (finding->symbol);
  const char *order = *finding->client_order_id != '\0' ? finding->client_order_id : finding->server_order_id;

  if (*order != '\0')
    {
      if (out->len > 0)
        g_string_append (out, " · ");
      /* Translators: %s is the id of an order. */
      g_string_append_printf (out, _("order %s"), order);
    }
  if (*finding->execution_id != '\0')
    {
      if (out->len > 0)
        g_string_append (out, " · ");
      /* Translators: %s is the id of an execution. */
      g_string_append_printf (out, _("execution %s"), finding->execution_id);
    }
  if (*order == '\0' && *finding->account != '\0')
    {
      if (out->len > 0)
        g_string_append (out, " · ");
      g_string_append (out, finding->account);
    }
  return g_string_free (out, FALSE);
}

char *
desk_finding_row_times (DeskFindingItem *item)
{
  const DeskFinding *finding = desk_finding_item_get (item);
  gint64 gone = desk_finding_item_get_gone (item);
  g_autoptr(GString) first = g_string_new (NULL);
  g_autoptr(GString) last = g_string_new (NULL);
  g_autoptr(GString) since = g_string_new (NULL);
  g_autofree char *found = NULL;

  if (finding->number == 0 || finding->first_utc <= 0)
    return g_strdup ("");
  desk_words_time (first, finding->first_utc, FALSE);
  desk_words_time (last, finding->utc, FALSE);
  if (g_str_equal (first->str, last->str))
    /* Translators: %s is a time of day. */
    found = g_strdup_printf (_("found %s"), first->str);
  else
    /* Translators: times of day: when it was found first, and last. */
    found = g_strdup_printf (_("found %s to %s"), first->str, last->str);
  if (gone == 0)
    return g_steal_pointer (&found);
  desk_words_time (since, gone, FALSE);
  /* Translators: when it was found; the time of day from which it was not. */
  return g_strdup_printf (_("%s · no longer found since %s"), found, since->str);
}

/* When it was seen last, as short as possible. */
static char *
last_time (DeskFindingItem *item)
{
  gint64 gone = desk_finding_item_get_gone (item);
  g_autoptr(GString) time = g_string_new (NULL);

  if (desk_finding_item_get (item)->number == 0)
    return g_strdup ("");
  desk_words_time (time, gone != 0 ? gone : desk_finding_item_get (item)->utc, FALSE);
  /* Translators: a finding of which the newest comparison knows nothing; %s is a time of day. */
  return gone != 0 ? g_strdup_printf (_("gone since %s"), time->str) : g_strdup (time->str);
}

static GtkWidget *
add_button (DeskFindingRow *self,
            const char     *label,
            const char     *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_flow_box_insert (GTK_FLOW_BOX (self->actions), button, -1);
  /* The button is what takes the focus, not the place it stands in. */
  gtk_widget_set_focusable (gtk_widget_get_parent (button), FALSE);
  return button;
}

static void
add_order_button (DeskFindingRow *self,
                  const char     *label,
                  const char     *action,
                  const char     *id)
{
  GtkWidget *button = add_button (self, label, NULL);

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", id);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
add_number_button (DeskFindingRow *self,
                   const char     *label,
                   const char     *tooltip,
                   const char     *action,
                   guint64         number)
{
  GtkWidget *button = add_button (self, label, NULL);

  gtk_widget_set_tooltip_text (button, tooltip);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "t", number);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
}

static void
show_actions (DeskFindingRow    *self,
              const DeskFinding *finding,
              const char        *order)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (self->actions)) != NULL)
    gtk_flow_box_remove (GTK_FLOW_BOX (self->actions), child);
  if (*order != '\0')
    {
      add_order_button (self, _("Show messages"), "win.show-messages", order);
      add_order_button (self, _("Show order"), "win.show-order", order);
      add_order_button (self, _("Timeline"), "win.show-timeline", order);
    }
  for (guint i = 0; i < G_N_ELEMENTS (finding->records) && finding->records[i] != 0; i++)
    {
      g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, finding->records[i]);
      /* Translators: a button; %s is the number of a message in the journal. */
      g_autofree char *label = g_strdup_printf (_("Message %s"), number);

      add_number_button (self, label, _("The message of the journal that shows it"), "win.show-record",
                         finding->records[i]);
    }
  if (finding->number == 0)
    return;
  add_number_button (self, finding->note != NULL ? _("Change note…") : _("Note…"), NULL, "reconcile.note",
                     finding->number);
  if (finding->verdict == DESK_VERDICT_MISMATCH && !finding->accepted && desk_finding_item_get_gone (self->item) == 0)
    add_number_button (self, _("Accept…"), _("Take the server's value, with a reason. Nothing is traded."),
                       "reconcile.accept", finding->number);
}

static void
show_values (DeskFindingRow    *self,
             const DeskFinding *finding)
{
  g_autofree char *expected = desk_words_core (desk_finding_expected (finding));
  g_autofree char *seen = desk_words_core (desk_finding_seen (finding));
  g_autofree char *text = NULL;

  if (finding->expected != NULL || finding->seen != NULL)
    /* Translators: the two values of a comparison. */
    text = g_strdup_printf (_("Expected: %s · Seen: %s"), *expected != '\0' ? expected : C_("value", "nothing"),
                            *seen != '\0' ? seen : C_("value", "nothing"));
  gtk_label_set_text (GTK_LABEL (self->values), text != NULL ? text : "");
  gtk_widget_set_visible (self->values, text != NULL);
}

static void
set_style (DeskFindingRow *self,
           const char     *style)
{
  if (self->style != NULL)
    gtk_widget_remove_css_class (self->verdict, self->style);
  self->style = style;
  gtk_widget_add_css_class (self->verdict, style);
}

static void
show_head (DeskFindingRow    *self,
           const DeskFinding *finding)
{
  gint64 gone = desk_finding_item_get_gone (self->item);
  g_autofree char *verdict = desk_words_finding (finding);
  g_autofree char *full = finding->accepted ? g_strdup_printf ("%s · %s", verdict, C_("finding", "accepted"))
                                            : g_strdup (verdict);
  g_autofree char *check = g_strdup_printf ("V%u %s", finding->check, desk_words_check_title (finding->check));
  g_autofree char *subject = desk_finding_row_subject (finding);
  g_autofree char *times = desk_finding_row_times (self->item);
  g_autofree char *last = last_time (self->item);
  g_autofree char *text = desk_words_core (finding->text);

  gtk_label_set_text (GTK_LABEL (self->verdict), full);
  set_style (self, finding->information ? "informs" : desk_words_verdict_style (finding->verdict));
  gtk_label_set_text (GTK_LABEL (self->check), check);
  gtk_widget_set_tooltip_text (self->check, desk_words_check_rule (finding->check));
  gtk_label_set_text (GTK_LABEL (self->subject), subject);
  gtk_widget_set_tooltip_text (self->subject, subject);
  gtk_label_set_text (GTK_LABEL (self->times), times);
  gtk_label_set_text (GTK_LABEL (self->last), last);
  gtk_widget_set_tooltip_text (self->last, times);
  gtk_label_set_text (GTK_LABEL (self->text), text);
  gtk_widget_set_visible (self->text, *text != '\0');
  if (gone != 0)
    gtk_widget_add_css_class (self->box, "gone");
  else
    gtk_widget_remove_css_class (self->box, "gone");
}

static void
show (DeskFindingRow *self)
{
  const DeskFinding *finding;
  g_autofree char *note = NULL;

  if (self->item == NULL)
    return;
  finding = desk_finding_item_get (self->item);
  show_head (self, finding);
  show_values (self, finding);
  if (finding->note != NULL)
    /* Translators: %s is what the trader wrote. */
    note = g_strdup_printf (_("Note: %s"), finding->note);
  gtk_label_set_text (GTK_LABEL (self->note), note != NULL ? note : "");
  gtk_widget_set_visible (self->note, note != NULL);
  if (self->chosen)
    show_actions (self, finding, desk_finding_item_get_order (self->item));
  gtk_widget_set_visible (self->more, self->chosen);
}

static void
desk_finding_row_dispose (GObject *object)
{
  DeskFindingRow *self = DESK_FINDING_ROW (object);

  if (self->item != NULL)
    g_clear_signal_handler (&self->changed_id, self->item);
  g_clear_object (&self->item);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_finding_row_parent_class)->dispose (object);
}

static void
desk_finding_row_class_init (DeskFindingRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_finding_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_text (GtkWidget  *box,
           const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_natural_wrap_mode (GTK_LABEL (label), GTK_NATURAL_WRAP_NONE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
make_head (DeskFindingRow *self)
{
  GtkWidget *head = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *narrow = adw_squeezer_new ();

  self->verdict = gtk_label_new (NULL);
  self->check = gtk_label_new (NULL);
  self->subject = gtk_label_new (NULL);
  self->times = gtk_label_new (NULL);
  self->last = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->verdict, "finding-verdict");
  gtk_widget_add_css_class (self->check, "finding-check");
  gtk_widget_add_css_class (narrow, "dim-label");
  gtk_widget_add_css_class (narrow, "numeric");
  adw_squeezer_add (ADW_SQUEEZER (narrow), self->times);
  adw_squeezer_add (ADW_SQUEEZER (narrow), self->last);
  adw_squeezer_set_homogeneous (ADW_SQUEEZER (narrow), FALSE);
  adw_squeezer_set_xalign (ADW_SQUEEZER (narrow), 1.0f);
  gtk_label_set_xalign (GTK_LABEL (self->subject), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (self->subject), PANGO_ELLIPSIZE_END);
  gtk_label_set_width_chars (GTK_LABEL (self->subject), 7);
  gtk_widget_set_hexpand (self->subject, TRUE);
  gtk_box_append (GTK_BOX (head), self->verdict);
  gtk_box_append (GTK_BOX (head), self->check);
  gtk_box_append (GTK_BOX (head), self->subject);
  gtk_box_append (GTK_BOX (head), narrow);
  return head;
}

static void
desk_finding_row_init (DeskFindingRow *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_add_css_class (self->box, "finding");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_box_append (GTK_BOX (self->box), make_head (self));
  self->text = make_text (self->box, NULL);
  self->note = make_text (self->box, "finding-note");
  self->more = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  gtk_widget_set_visible (self->more, FALSE);
  gtk_box_append (GTK_BOX (self->box), self->more);
  self->values = make_text (self->more, "finding-values");
  self->actions = gtk_flow_box_new ();
  gtk_flow_box_set_selection_mode (GTK_FLOW_BOX (self->actions), GTK_SELECTION_NONE);
  gtk_flow_box_set_max_children_per_line (GTK_FLOW_BOX (self->actions), 12);
  gtk_flow_box_set_column_spacing (GTK_FLOW_BOX (self->actions), 6);
  gtk_flow_box_set_row_spacing (GTK_FLOW_BOX (self->actions), 4);
  gtk_widget_add_css_class (self->actions, "finding-actions");
  gtk_box_append (GTK_BOX (self->more), self->actions);
}

GtkWidget *
desk_finding_row_new (void)
{
  return g_object_new (DESK_TYPE_FINDING_ROW, NULL);
}

void
desk_finding_row_set_item (DeskFindingRow  *self,
                           DeskFindingItem *item)
{
  g_return_if_fail (DESK_IS_FINDING_ROW (self));

  if (self->item != NULL)
    g_clear_signal_handler (&self->changed_id, self->item);
  g_set_object (&self->item, item);
  if (item != NULL)
    self->changed_id = g_signal_connect_swapped (item, "changed", G_CALLBACK (show), self);
  show (self);
}

void
desk_finding_row_set_chosen (DeskFindingRow *self,
                             gboolean        chosen)
{
  g_return_if_fail (DESK_IS_FINDING_ROW (self));

  if (self->chosen == chosen)
    return;
  self->chosen = chosen;
  show (self);
}
