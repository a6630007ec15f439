/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-checklist.h"

#include "desk-figure.h"
#include "desk-words-outage.h"
#include "desk-words.h"

#include <glib/gi18n.h>

#define TICK_MS       200
#define PATIENCE_USEC (5 * G_USEC_PER_SEC)

typedef struct
{
  GtkWidget *box;    /* of the strip; NULL in the list */
  GtkWidget *sign;
  GtkWidget *name;
  GtkWidget *detail; /* count and time */
  GtkWidget *when;   /* of the list */
  GtkWidget *reason; /* of the list: in its row; of the strip: below all of them */
  GtkWidget *trouble; /* the strip's row of the reason and its button */
  GtkWidget *waive;
} Line;

struct _DeskChecklist
{
  GtkWidget          parent_instance;

  GtkWidget         *box;
  Line               lines[DESK_N_RESYNC_LINES];
  DeskChecklistForm  form;
  DeskResyncState   *state;
  gboolean           running;
  guint              timer_id;
};

G_DEFINE_FINAL_TYPE (DeskChecklist, desk_checklist, GTK_TYPE_WIDGET)

static const char *const mark_classes[] = { "waiting", "running", "done", "failed", "unavailable", "waived", "skipped" };

static void
set_mark_class (GtkWidget      *widget,
                DeskResyncMark  mark)
{
  for (guint i = 0; i < G_N_ELEMENTS (mark_classes); i++)
    if (i == mark)
      gtk_widget_add_css_class (widget, mark_classes[i]);
    else
      gtk_widget_remove_css_class (widget, mark_classes[i]);
}

static gint64
line_took (const DeskResyncLine *line)
{
  if (line->started <= 0)
    return -1;
  return (line->ended > 0 ? line->ended : g_get_monotonic_time ()) - line->started;
}

/* "12 orders · 34 ms"; what has no end yet says what is the matter with it. */
static char *
detail_text (DeskChecklist        *self,
             DeskResyncStep        step,
             const DeskResyncLine *line)
{
  GString *out = g_string_new (NULL);
  gint64 took = line_took (line);
  gboolean idle = line->mark == DESK_RESYNC_RUNNING && !self->running;

  if (line->mark == DESK_RESYNC_DONE)
    {
      g_autofree char *count = desk_words_resync_count (step, line->count);

      if (count != NULL)
        g_string_append (out, count);
    }
  else if (idle)
    g_string_append (out, _("no answer"));
  else
    g_string_append (out, desk_words_resync_mark (line->mark));
  if (took >= 0 && !idle && line->mark != DESK_RESYNC_WAITING && line->mark != DESK_RESYNC_SKIPPED)
    {
      g_autofree char *text = desk_words_took (took);

      g_string_append_printf (out, "%s%s", out->len > 0 ? " · " : "", text);
    }
  return g_string_free (out, FALSE);
}

/* The server's words or why there are none, and how often it was asked. */
static char *
reason_text (const DeskResyncLine *line)
{
  g_autofree char *why = desk_words_core (line->text);
  GString *out = g_string_new (why);

  if (line->tries > 1)
    {
      g_autofree char *tries = g_strdup_printf (ngettext ("asked %u time", "asked %u times", line->tries), line->tries);

      g_string_append_printf (out, "%s%s", out->len > 0 ? " · " : "", tries);
    }
  return g_string_free (out, FALSE);
}

static void
set_text (GtkWidget  *label,
          const char *text)
{
  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (label)), text) != 0)
    gtk_label_set_text (GTK_LABEL (label), text);
}

static void
show_when (GtkWidget            *label,
           const DeskResyncLine *line)
{
  g_autoptr(GString) when = g_string_new (NULL);
  gint64 at = line->ended > 0 ? line->ended : line->started;

  /* Lines carry the clock that nobody can set; what was read off the wall then is as far back. */
  if (at > 0 && line->mark != DESK_RESYNC_WAITING && line->mark != DESK_RESYNC_SKIPPED)
    desk_words_time (when, g_get_real_time () - (g_get_monotonic_time () - at), FALSE);
  set_text (label, when->str);
}

static void
show_line (DeskChecklist  *self,
           DeskResyncStep  step)
{
  static const DeskResyncLine none = { .mark = DESK_RESYNC_WAITING };
  const DeskResyncLine *line = self->state != NULL ? &self->state->lines[step] : &none;
  Line *widgets = &self->lines[step];
  g_autofree char *detail = detail_text (self, step, line);
  g_autofree char *reason = reason_text (line);
  g_autofree char *spoken = NULL;
  g_autofree char *came = NULL;
  /* One that failed is asked again by itself; what was the matter stays in sight until it is answered. */
  gboolean again = line->mark == DESK_RESYNC_RUNNING && self->running
                   && (line->tries > 1 || line->text != NULL || line_took (line) > PATIENCE_USEC);
  gboolean waivable = self->running && (line->mark == DESK_RESYNC_FAILED || again) && desk_words_resync_needed (step);
  gboolean trouble = again || line->mark == DESK_RESYNC_FAILED || line->mark == DESK_RESYNC_UNAVAILABLE;

  set_text (widgets->sign, desk_words_resync_sign (line->mark));
  set_mark_class (widgets->sign, line->mark);
  set_text (widgets->detail, detail);
  came = g_strdup_printf ("%s%s%s%s%s", line->mark == DESK_RESYNC_DONE ? desk_words_resync_mark (line->mark) : "",
                          line->mark == DESK_RESYNC_DONE ? ", " : "", detail, *reason != '\0' ? ", " : "", reason);
  spoken = desk_words_named (desk_words_resync_line (step), came);
  gtk_widget_set_visible (widgets->waive, waivable);
  if (self->form == DESK_CHECKLIST_LIST)
    {
      set_text (widgets->reason, reason);
      show_when (widgets->when, line);
      return;
    }
  gtk_accessible_update_property (GTK_ACCESSIBLE (widgets->name), GTK_ACCESSIBLE_PROPERTY_LABEL, spoken, -1);
  desk_set_tooltip (widgets->box, spoken);
  gtk_widget_set_visible (widgets->trouble, trouble && (waivable || *reason != '\0'));
  if (trouble)
    {
      g_autofree char *text = desk_words_named (desk_words_resync_line (step),
                                                *reason != '\0' ? reason
                                                : again         ? _("no answer yet") : desk_words_resync_mark (line->mark));

      set_text (widgets->reason, text);
    }
}

static gboolean
tick_cb (gpointer user_data)
{
  DeskChecklist *self = user_data;

  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    if (self->state->lines[i].mark == DESK_RESYNC_RUNNING)
      show_line (self, i);
  return G_SOURCE_CONTINUE;
}

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

static GtkWidget *
make_waive (DeskResyncStep step)
{
  GtkWidget *button = gtk_button_new_with_label (_("Go on without it"));
  g_autofree char *name = desk_words_named (_("Go on without it"), desk_words_resync_line (step));

  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), "win.waive");
  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", desk_resync_step_nick (step));
  gtk_widget_set_tooltip_text (button, _("Trades without the answer to this question; recorded in the journal"));
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "chip");
  gtk_widget_set_visible (button, FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  return button;
}

static void
make_strip (DeskChecklist *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_widget_add_css_class (self->box, "strip");
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 2);
  gtk_box_append (GTK_BOX (self->box), grid);
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    {
      Line *line = &self->lines[i];

      line->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
      line->sign = make_label (NULL, "check-sign");
      line->name = make_label (desk_words_resync_line (i), NULL);
      line->detail = make_label (NULL, "check-detail");
      gtk_label_set_width_chars (GTK_LABEL (line->sign), 2);
      gtk_label_set_ellipsize (GTK_LABEL (line->detail), PANGO_ELLIPSIZE_END);
      gtk_label_set_xalign (GTK_LABEL (line->detail), 1.0f);
      gtk_widget_set_hexpand (line->detail, TRUE);
      gtk_box_append (GTK_BOX (line->box), line->sign);
      gtk_box_append (GTK_BOX (line->box), line->name);
      gtk_box_append (GTK_BOX (line->box), line->detail);
      /* Down the columns, as they are asked. */
      gtk_grid_attach (GTK_GRID (grid), line->box, (int) (i / 2), (int) (i % 2), 1, 1);

      line->trouble = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
      line->reason = make_label (NULL, "check-reason");
      line->waive = make_waive (i);
      gtk_label_set_wrap (GTK_LABEL (line->reason), TRUE);
      gtk_widget_set_hexpand (line->reason, TRUE);
      gtk_box_append (GTK_BOX (line->trouble), line->reason);
      gtk_box_append (GTK_BOX (line->trouble), line->waive);
      gtk_widget_set_visible (line->trouble, FALSE);
    }
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    gtk_box_append (GTK_BOX (self->box), self->lines[i].trouble);
}

static void
make_list (DeskChecklist *self)
{
  GtkWidget *grid = gtk_grid_new ();

  gtk_widget_add_css_class (self->box, "list");
  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 5);
  gtk_box_append (GTK_BOX (self->box), grid);
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    {
      Line *line = &self->lines[i];
      GtkWidget *parts[6];

      line->sign = parts[0] = make_label (NULL, "check-sign");
      line->name = parts[1] = make_label (desk_words_resync_line (i), NULL);
      line->detail = parts[2] = make_label (NULL, "check-detail");
      line->when = parts[3] = make_label (NULL, "check-detail");
      line->reason = parts[4] = make_label (NULL, "check-reason");
      line->waive = parts[5] = make_waive (i);
      gtk_label_set_wrap (GTK_LABEL (line->reason), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (line->reason), 40);
      gtk_accessible_update_relation (GTK_ACCESSIBLE (line->detail), GTK_ACCESSIBLE_RELATION_LABELLED_BY, line->name,
                                      NULL, -1);
      for (guint k = 0; k < G_N_ELEMENTS (parts); k++)
        gtk_grid_attach (GTK_GRID (grid), parts[k], (int) k, (int) i, 1, 1);
    }
}

static void
desk_checklist_dispose (GObject *object)
{
  DeskChecklist *self = DESK_CHECKLIST (object);

  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_pointer (&self->state, desk_resync_state_unref);
  G_OBJECT_CLASS (desk_checklist_parent_class)->dispose (object);
}

static void
desk_checklist_class_init (DeskChecklistClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_checklist_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
desk_checklist_init (DeskChecklist *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_add_css_class (self->box, "checklist");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What the server is asked"), -1);
}

GtkWidget *
desk_checklist_new (DeskChecklistForm form)
{
  DeskChecklist *self = g_object_new (DESK_TYPE_CHECKLIST, NULL);

  self->form = form;
  if (form == DESK_CHECKLIST_STRIP)
    make_strip (self);
  else
    make_list (self);
  desk_checklist_set_state (self, NULL, FALSE);
  return GTK_WIDGET (self);
}

void
desk_checklist_set_state (DeskChecklist   *self,
                          DeskResyncState *state,
                          gboolean         running)
{
  gboolean ticks = FALSE;

  g_return_if_fail (DESK_IS_CHECKLIST (self));

  if (state != NULL)
    desk_resync_state_ref (state);
  g_clear_pointer (&self->state, desk_resync_state_unref);
  self->state = state;
  self->running = running && state != NULL && !state->ended;
  for (guint i = 0; i < DESK_N_RESYNC_LINES; i++)
    {
      show_line (self, i);
      ticks = ticks || (self->running && state->lines[i].mark == DESK_RESYNC_RUNNING);
    }
  if (!ticks)
    g_clear_handle_id (&self->timer_id, g_source_remove);
  else if (self->timer_id == 0)
    self->timer_id = g_timeout_add (TICK_MS, tick_cb, self);
}
