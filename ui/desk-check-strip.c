/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-check-strip.h"

#include "desk-figure.h"
#include "desk-words-verify.h"

#include <glib/gi18n.h>

typedef struct
{
  GtkWidget  *button;
  GtkWidget  *count;
  const char *style;
} Check;

struct _DeskCheckStrip
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  Check      checks[DESK_N_CHECKS + 1]; /* from 1 */
  guint      chosen;
  gboolean   setting;
};

G_DEFINE_FINAL_TYPE (DeskCheckStrip, desk_check_strip, GTK_TYPE_WIDGET)

static guint chosen_signal;

/* A check that only informs has no verdict of its own. */
static gboolean
only_informs (DeskVerifyRun *run,
              guint          check)
{
  for (guint i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->check == check && finding->verdict == DESK_VERDICT_MISMATCH && !finding->information)
        return FALSE;
    }
  return TRUE;
}

static void
describe (Check      *check,
          guint       number,
          const char *mark,
          const char *verdict,
          guint       n_match,
          guint       n_mismatch,
          guint       n_not_provable)
{
  g_autofree char *counts = NULL;
  g_autofree char *tooltip = NULL;
  g_autofree char *spoken = NULL;

  if (verdict == NULL)
    counts = g_strdup (_("There was nothing to check yet."));
  else
    /* Translators: how often a check came to each of the three verdicts. */
    counts = g_strdup_printf (_("%u match, %u mismatch, %u not provable"), n_match, n_mismatch, n_not_provable);
  tooltip = g_strdup_printf ("V%u · %s\n%s\n%s", number, desk_words_check_title (number), desk_words_check_rule (number),
                             counts);
  spoken = g_strdup_printf ("V%u %s: %s", number, desk_words_check_title (number), verdict != NULL ? verdict : "–");
  desk_set_tooltip (check->button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check->button), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, tooltip, -1);
  gtk_label_set_text (GTK_LABEL (check->count), mark);
}

static void
set_style (Check      *check,
           const char *style)
{
  if (check->style != NULL)
    gtk_widget_remove_css_class (check->button, check->style);
  if (style != NULL)
    gtk_widget_add_css_class (check->button, style);
  check->style = style;
}

static void
show (DeskCheckStrip *self,
      DeskVerifyRun  *run,
      guint           number)
{
  Check *check = &self->checks[number];
  guint n_match = run != NULL ? run->n_match[number] : 0;
  guint n_mismatch = run != NULL ? run->n_mismatch[number] : 0;
  guint n_not_provable = run != NULL ? run->n_not_provable[number] : 0;
  DeskVerdict verdict = n_mismatch > 0 ? DESK_VERDICT_MISMATCH
                        : n_not_provable > 0 ? DESK_VERDICT_NOT_PROVABLE : DESK_VERDICT_MATCH;
  guint n = n_mismatch > 0 ? n_mismatch : n_not_provable > 0 ? n_not_provable : n_match;
  gboolean informs = n_mismatch > 0 && only_informs (run, number);
  g_autofree char *mark = NULL;

  if (n == 0)
    {
      describe (check, number, "–", NULL, 0, 0, 0);
      set_style (check, "empty");
      return;
    }
  mark = g_strdup_printf ("%s %u", informs ? "i" : desk_words_verdict_mark (verdict), n);
  describe (check, number, mark, informs ? C_("verdict", "For information") : desk_words_verdict (verdict), n_match,
            n_mismatch, n_not_provable);
  set_style (check, informs ? "informs" : desk_words_verdict_style (verdict));
}

static void
toggled_cb (GtkToggleButton *button,
            DeskCheckStrip  *self)
{
  guint number = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "desk-check"));

  if (self->setting)
    return;
  desk_check_strip_set (self, gtk_toggle_button_get_active (button) ? number : 0);
}

static void
desk_check_strip_dispose (GObject *object)
{
  g_clear_pointer (&DESK_CHECK_STRIP (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_check_strip_parent_class)->dispose (object);
}

static void
desk_check_strip_class_init (DeskCheckStripClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_check_strip_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
desk_check_strip_init (DeskCheckStrip *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->box), TRUE);
  gtk_widget_add_css_class (self->box, "linked");
  gtk_widget_add_css_class (self->box, "check-strip");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    {
      Check *check = &self->checks[i];
      GtkWidget *content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      g_autofree char *name = g_strdup_printf ("V%u", i);
      GtkWidget *label = gtk_label_new (name);

      gtk_widget_add_css_class (label, "check-name");
      check->count = gtk_label_new (NULL);
      gtk_widget_add_css_class (check->count, "check-count");
      gtk_box_append (GTK_BOX (content), label);
      gtk_box_append (GTK_BOX (content), check->count);
      check->button = gtk_toggle_button_new ();
      gtk_button_set_child (GTK_BUTTON (check->button), content);
      g_object_set_data (G_OBJECT (check->button), "desk-check", GUINT_TO_POINTER (i));
      g_signal_connect (check->button, "toggled", G_CALLBACK (toggled_cb), self);
      gtk_box_append (GTK_BOX (self->box), check->button);
      show (self, NULL, i);
    }
}

GtkWidget *
desk_check_strip_new (void)
{
  return g_object_new (DESK_TYPE_CHECK_STRIP, NULL);
}

void
desk_check_strip_take (DeskCheckStrip *self,
                       DeskVerifyRun  *run)
{
  g_return_if_fail (DESK_IS_CHECK_STRIP (self));

  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    show (self, run, i);
}

guint
desk_check_strip_get (DeskCheckStrip *self)
{
  g_return_val_if_fail (DESK_IS_CHECK_STRIP (self), 0);
  return self->chosen;
}

void
desk_check_strip_set (DeskCheckStrip *self,
                      guint           check)
{
  g_return_if_fail (DESK_IS_CHECK_STRIP (self));
  g_return_if_fail (check <= DESK_N_CHECKS);

  self->setting = TRUE;
  for (guint i = 1; i <= DESK_N_CHECKS; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (self->checks[i].button), i == check);
  self->setting = FALSE;
  if (self->chosen == check)
    return;
  self->chosen = check;
  g_signal_emit (self, chosen_signal, 0);
}

const char *
desk_check_strip_get_text (DeskCheckStrip *self,
                           guint           check)
{
  g_return_val_if_fail (DESK_IS_CHECK_STRIP (self), NULL);
  g_return_val_if_fail (check >= 1 && check <= DESK_N_CHECKS, NULL);
  return gtk_label_get_text (GTK_LABEL (self->checks[check].count));
}
