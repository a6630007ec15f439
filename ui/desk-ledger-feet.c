/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ledger-feet.h"

#include "desk-words.h"
#include "desk-words-verify.h"

#include <glib/gi18n.h>

/* Lines in sight; the rest is scrolled to. */
#define MAX_LINES  4
#define MAX_HEIGHT 92

struct _DeskLedgerFeet
{
  GtkWidget  parent_instance;

  GtkWidget *scroller;
  GtkWidget *grid;
};

G_DEFINE_FINAL_TYPE (DeskLedgerFeet, desk_ledger_feet, GTK_TYPE_WIDGET)

static char *
signed_text (gint64 value)
{
  return g_strdup_printf (value > 0 ? "+%" G_GINT64_FORMAT : "%" G_GINT64_FORMAT, value);
}

char *
desk_ledger_feet_words (const DeskLedgerFoot *foot)
{
  g_autofree char *baseline = signed_text (foot->baseline);
  g_autofree char *fills = signed_text (foot->fills);
  g_autofree char *computed = signed_text (foot->computed);
  g_autofree char *server = signed_text (foot->server);
  g_autofree char *difference = signed_text (foot->server - foot->computed);
  g_autofree char *sum = NULL;

  if (foot->based)
    /* Translators: a sum of contracts: where it began, what was filled since, what that makes. */
    sum = g_strdup_printf (_("baseline %s, fills %s, sum %s"), baseline, fills, computed);
  else
    /* Translators: no position to begin the sum with is known. */
    sum = g_strdup_printf (_("no baseline, fills %s"), fills);
  if (!foot->stated)
    return g_strdup_printf (_("%s · server: not said"), sum);
  if (!foot->based)
    return g_strdup_printf (_("%s · server %s"), sum, server);
  return g_strdup_printf (_("%s · server %s · difference %s"), sum, server, difference);
}

static GtkWidget *
add_label (DeskLedgerFeet *self,
           int             column,
           int             row,
           const char     *text,
           const char     *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_ellipsize (GTK_LABEL (label), column == 1 ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_widget_set_hexpand (label, column == 1);
  gtk_widget_add_css_class (label, "numeric");
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_grid_attach (GTK_GRID (self->grid), label, column, row, 1, 1);
  return label;
}

static void
add_verdict (DeskLedgerFeet       *self,
             int                   row,
             const DeskLedgerFoot *foot)
{
  g_autofree char *text = NULL;
  g_autofree char *why = desk_words_core (foot->why);
  GtkWidget *label;

  if (foot->verdict == DESK_VERDICT_MISMATCH && foot->finding != 0)
    text = g_strdup_printf ("%s %s #%" G_GUINT64_FORMAT, desk_words_verdict_mark (foot->verdict),
                            desk_words_verdict (foot->verdict), foot->finding);
  else
    text = g_strdup_printf ("%s %s", desk_words_verdict_mark (foot->verdict), desk_words_verdict (foot->verdict));
  label = add_label (self, 2, row, text, desk_words_verdict_style (foot->verdict));
  if (*why != '\0')
    gtk_widget_set_tooltip_text (label, why);
}

static void
add_foot (DeskLedgerFeet       *self,
          int                   row,
          const DeskLedgerFoot *foot)
{
  g_autofree char *name = g_strdup_printf ("%s · %s", foot->account, foot->symbol);
  g_autofree char *words = desk_ledger_feet_words (foot);
  g_autofree char *spoken = NULL;
  GtkWidget *button;

  add_label (self, 0, row, name, "foot-name");
  gtk_widget_set_tooltip_text (add_label (self, 1, row, words, NULL), words);
  add_verdict (self, row, foot);
  button = gtk_button_new_with_label (_("Baseline…"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "chip");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  if (foot->stated)
    {
      gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "(ss)", foot->account, foot->symbol);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "reconcile.baseline");
      gtk_widget_set_tooltip_text (button, _("Take the server's position as the new start of the sum"));
    }
  else
    {
      gtk_widget_set_sensitive (button, FALSE);
      gtk_widget_set_tooltip_text (button, _("The server has not said this position"));
    }
  /* Translators: of a button; %s is an account and a symbol. */
  spoken = g_strdup_printf (_("Baseline of %s"), name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  gtk_grid_attach (GTK_GRID (self->grid), button, 3, row, 1, 1);
}

static void
desk_ledger_feet_dispose (GObject *object)
{
  g_clear_pointer (&DESK_LEDGER_FEET (object)->scroller, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ledger_feet_parent_class)->dispose (object);
}

static void
desk_ledger_feet_class_init (DeskLedgerFeetClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_ledger_feet_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static void
desk_ledger_feet_init (DeskLedgerFeet *self)
{
  self->scroller = gtk_scrolled_window_new ();
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 8);
  gtk_widget_add_css_class (self->grid, "ledger-feet");
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_max_content_height (GTK_SCROLLED_WINDOW (self->scroller), MAX_HEIGHT);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->grid);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
desk_ledger_feet_new (void)
{
  return g_object_new (DESK_TYPE_LEDGER_FEET, NULL);
}

void
desk_ledger_feet_take (DeskLedgerFeet *self,
                       DeskVerifyRun  *run)
{
  GtkWidget *child;

  g_return_if_fail (DESK_IS_LEDGER_FEET (self));

  while ((child = gtk_widget_get_first_child (self->grid)) != NULL)
    gtk_grid_remove (GTK_GRID (self->grid), child);
  for (guint i = 0; i < run->feet->len; i++)
    add_foot (self, (int) i, &g_array_index (run->feet, DeskLedgerFoot, i));
  /* A scrollbar that is not needed would take the height of two lines. */
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER,
                                  run->feet->len > MAX_LINES ? GTK_POLICY_AUTOMATIC : GTK_POLICY_NEVER);
  gtk_widget_set_visible (GTK_WIDGET (self), run->feet->len > 0);
}
