/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-tape-view.h"

#include "desk-tape-canvas.h"

#include <glib/gi18n.h>

struct _DeskTapeView
{
  GtkWidget       parent_instance;

  GtkWidget      *box;
  GtkWidget      *minimum;
  GtkWidget      *resume;
  DeskTapeCanvas *canvas;
  DeskTape       *tape;
  gulong          changed_id;
  guint           tick_id;
};

G_DEFINE_FINAL_TYPE (DeskTapeView, desk_tape_view, GTK_TYPE_WIDGET)

static void
show_new (DeskTapeView *self)
{
  guint count = desk_tape_canvas_count_new (self->canvas);
  /* Translators: prints that have come while the list stands still; the button shows them. */
  g_autofree char *text = g_strdup_printf (ngettext ("▲ %u new", "▲ %u new", count), count);

  gtk_widget_set_visible (self->resume, desk_tape_canvas_is_paused (self->canvas));
  gtk_button_set_label (GTK_BUTTON (self->resume), text);
}

static gboolean
tick_cb (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       user_data)
{
  DeskTapeView *self = DESK_TAPE_VIEW (widget);

  self->tick_id = 0;
  show_new (self);
  return G_SOURCE_REMOVE;
}

static void
tape_changed_cb (DeskTapeView *self)
{
  if (self->tick_id == 0 && desk_tape_canvas_is_paused (self->canvas))
    self->tick_id = gtk_widget_add_tick_callback (GTK_WIDGET (self), tick_cb, NULL, NULL);
}

static void
minimum_cb (DeskTapeView *self)
{
  desk_tape_canvas_set_minimum (self->canvas, gtk_spin_button_get_value (GTK_SPIN_BUTTON (self->minimum)));
  show_new (self);
}

static void
resume_cb (DeskTapeView *self)
{
  desk_tape_canvas_resume (self->canvas);
  gtk_widget_grab_focus (GTK_WIDGET (self->canvas));
}

static gboolean
desk_tape_view_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_TAPE_VIEW (widget)->canvas));
}

static void
desk_tape_view_dispose (GObject *object)
{
  DeskTapeView *self = DESK_TAPE_VIEW (object);

  if (self->tape != NULL)
    g_clear_signal_handler (&self->changed_id, self->tape);
  g_clear_object (&self->tape);
  if (self->tick_id != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->tick_id);
  self->tick_id = 0;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_tape_view_parent_class)->dispose (object);
}

static void
desk_tape_view_class_init (DeskTapeViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_tape_view_dispose;
  widget_class->grab_focus = desk_tape_view_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
desk_tape_view_init (DeskTapeView *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  /* Translators: the smallest size of a trade that is shown. */
  GtkWidget *label = gtk_label_new (_("Size from"));

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->minimum = gtk_spin_button_new_with_range (0, 100000, 1);
  gtk_editable_set_width_chars (GTK_EDITABLE (self->minimum), 4);
  gtk_widget_set_tooltip_text (self->minimum, _("Trades of less are left out"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->minimum), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _("Smallest size shown"), -1);
  g_signal_connect_swapped (self->minimum, "value-changed", G_CALLBACK (minimum_cb), self);

  self->resume = gtk_button_new ();
  gtk_widget_add_css_class (self->resume, "chip");
  gtk_widget_add_css_class (self->resume, "suggested-action");
  gtk_widget_set_hexpand (self->resume, TRUE);
  gtk_widget_set_halign (self->resume, GTK_ALIGN_END);
  gtk_widget_set_visible (self->resume, FALSE);
  gtk_widget_set_tooltip_text (self->resume, _("The list stands still; go on with the newest (Home)"));
  g_signal_connect_swapped (self->resume, "clicked", G_CALLBACK (resume_cb), self);

  gtk_widget_add_css_class (bar, "tape-bar");
  gtk_widget_add_css_class (label, "dim-label");
  gtk_box_append (GTK_BOX (bar), label);
  gtk_box_append (GTK_BOX (bar), self->minimum);
  gtk_box_append (GTK_BOX (bar), self->resume);
  gtk_box_append (GTK_BOX (self->box), bar);

  self->canvas = DESK_TAPE_CANVAS (desk_tape_canvas_new ());
  gtk_widget_set_vexpand (GTK_WIDGET (self->canvas), TRUE);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->canvas), _("Trades as they happen; the time is this computer's. Scroll "
                                                            "to let them stand still."));
  g_signal_connect_swapped (self->canvas, "scrolled", G_CALLBACK (show_new), self);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->canvas));
}

void
desk_tape_view_set_tape (DeskTapeView *self,
                         const char   *symbol,
                         DeskTape     *tape)
{
  g_autofree char *name = NULL;

  g_return_if_fail (DESK_IS_TAPE_VIEW (self));

  if (self->tape != NULL)
    g_clear_signal_handler (&self->changed_id, self->tape);
  g_set_object (&self->tape, tape);
  if (tape != NULL)
    self->changed_id = g_signal_connect_swapped (tape, "changed", G_CALLBACK (tape_changed_cb), self);
  desk_tape_canvas_set_tape (self->canvas, tape);
  /* Translators: %s is a symbol. */
  name = *symbol != '\0' ? g_strdup_printf (_("Time and sales of %s"), symbol) : g_strdup (_("Time and sales"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->canvas), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

void
desk_tape_view_set_doubt (DeskTapeView *self,
                          gboolean      doubt)
{
  g_return_if_fail (DESK_IS_TAPE_VIEW (self));
  desk_tape_canvas_set_doubt (self->canvas, doubt);
}
