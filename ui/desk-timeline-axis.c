/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-timeline-axis.h"

#include "desk-timeline.h"

#include <math.h>

#define MARGIN    14
#define MIN_STEP  24.0
#define PER_DECADE 9.0
#define BREAK_USEC G_USEC_PER_SEC
#define LABEL_GAP 10
#define MAX_STRETCH 2.5

typedef struct
{
  GtkWidget   *button;
  PangoLayout *label;
  PangoLayout *step;
  int          label_width;
  int          step_width;
  double       x;      /* centre, before stretching */
} Place;

struct _DeskTimelineAxis
{
  GtkWidget  parent_instance;

  GArray    *marks;   /* of DeskAxisMark */
  GArray    *places;  /* of Place */
  int        line;    /* height of a line of text */
  int        button;  /* size of a mark */
  double     length;  /* before stretching */
  int        chosen;
  gboolean   choosing;
};

G_DEFINE_FINAL_TYPE (DeskTimelineAxis, desk_timeline_axis, GTK_TYPE_WIDGET)

static guint chosen_signal;

#define MARK(self, i)  (&g_array_index ((self)->marks, DeskAxisMark, i))
#define PLACE(self, i) (&g_array_index ((self)->places, Place, i))

void
desk_axis_mark_clear (DeskAxisMark *mark)
{
  g_clear_pointer (&mark->label, g_free);
  g_clear_pointer (&mark->spoken, g_free);
  g_clear_pointer (&mark->glyph, g_free);
}

double
desk_timeline_axis_step (gint64 since)
{
  return MIN_STEP + PER_DECADE * log10 (1.0 + (double) MAX (since, 0) / 100.0);
}

static void
clear_place (gpointer data)
{
  Place *place = data;

  g_clear_pointer (&place->button, gtk_widget_unparent);
  g_clear_object (&place->label);
  g_clear_object (&place->step);
}

/* The places of the marks: steps as long as their time and their text want, labels in two rows that do not touch. */
static void
lay_out (DeskTimelineAxis *self)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = PLACE (self, i);

      place->x = MARGIN + place->label_width / 2.0;
      if (i > 0)
        place->x = PLACE (self, i - 1)->x
                   + MAX (desk_timeline_axis_step (MARK (self, i)->since), place->step_width + self->button + 4);
      if (i > 1)
        place->x = MAX (place->x, PLACE (self, i - 2)->x
                                  + (place->label_width + PLACE (self, i - 2)->label_width) / 2.0 + LABEL_GAP);
      else
        place->x = MAX (place->x, MARGIN + place->label_width / 2.0);
    }
  self->length = 0.0;
  for (guint i = 0; i < self->places->len; i++)
    self->length = MAX (self->length, PLACE (self, i)->x + PLACE (self, i)->label_width / 2.0 + MARGIN);
}

static PangoLayout *
make_layout (DeskTimelineAxis *self,
             const char       *text,
             int              *width)
{
  PangoLayout *layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), text);

  pango_layout_get_pixel_size (layout, width, NULL);
  return layout;
}

static void
measure_texts (DeskTimelineAxis *self)
{
  g_autoptr(PangoLayout) line = gtk_widget_create_pango_layout (GTK_WIDGET (self), "Ág");

  pango_layout_get_pixel_size (line, NULL, &self->line);
  self->button = self->line + 4;
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = PLACE (self, i);
      g_autofree char *step = desk_timeline_duration (MARK (self, i)->since);

      g_clear_object (&place->label);
      g_clear_object (&place->step);
      place->label = make_layout (self, MARK (self, i)->label, &place->label_width);
      if (i > 0)
        place->step = make_layout (self, step, &place->step_width);
    }
  lay_out (self);
}

static double
stretch (DeskTimelineAxis *self,
         int               width)
{
  if (self->length <= 2 * MARGIN)
    return 1.0;
  return CLAMP ((width - 2 * MARGIN) / (self->length - 2 * MARGIN), 1.0, MAX_STRETCH);
}

static double
place_x (DeskTimelineAxis *self,
         guint             i)
{
  return MARGIN + (PLACE (self, i)->x - MARGIN) * stretch (self, gtk_widget_get_width (GTK_WIDGET (self)));
}

/* Two rows of labels, the marks, the times between them. */
static double
mark_y (DeskTimelineAxis *self)
{
  return 4.0 + 2.0 * self->line + 4.0 + self->button / 2.0;
}

static void
desk_timeline_axis_measure (GtkWidget      *widget,
                            GtkOrientation  orientation,
                            int             for_size,
                            int            *minimum,
                            int            *natural,
                            int            *minimum_baseline,
                            int            *natural_baseline)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);

  if (self->line == 0)
    measure_texts (self);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *minimum = *natural = (int) ceil (self->length);
  else
    *minimum = *natural = (int) ceil (mark_y (self) + self->button / 2.0 + self->line + 4.0);
  for (guint i = 0; i < self->places->len; i++)
    {
      int ignored;

      gtk_widget_measure (PLACE (self, i)->button, orientation, -1, &ignored, NULL, NULL, NULL);
    }
}

static void
desk_timeline_axis_size_allocate (GtkWidget *widget,
                                  int        width,
                                  int        height,
                                  int        baseline)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);
  double y = mark_y (self);

  for (guint i = 0; i < self->places->len; i++)
    {
      GtkWidget *button = PLACE (self, i)->button;
      int minimum_width, minimum_height;
      double x = MARGIN + (PLACE (self, i)->x - MARGIN) * stretch (self, width);

      gtk_widget_measure (button, GTK_ORIENTATION_HORIZONTAL, -1, &minimum_width, NULL, NULL, NULL);
      gtk_widget_measure (button, GTK_ORIENTATION_VERTICAL, -1, &minimum_height, NULL, NULL, NULL);
      minimum_width = MAX (minimum_width, self->button);
      minimum_height = MAX (minimum_height, self->button);
      gtk_widget_size_allocate (button,
                                &(GtkAllocation) { (int) round (x - minimum_width / 2.0), (int) round (y - minimum_height / 2.0),
                                                   minimum_width, minimum_height }, -1);
    }
}

static void
draw_text (GtkSnapshot   *snapshot,
           PangoLayout   *layout,
           double         x,
           double         y,
           const GdkRGBA *color)
{
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) round (x), (float) round (y)));
  gtk_snapshot_append_layout (snapshot, layout, color);
  gtk_snapshot_restore (snapshot);
}

static void
fill (GtkSnapshot   *snapshot,
      const GdkRGBA *color,
      double         x,
      double         y,
      double         width,
      double         height)
{
  gtk_snapshot_append_color (snapshot, color,
                             &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

/* Two short strokes: the line goes on further than is drawn. */
static void
draw_break (GtkSnapshot   *snapshot,
            const GdkRGBA *color,
            double         x,
            double         y)
{
  for (int i = -1; i <= 1; i += 2)
    {
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float) (x + i * 3.0), (float) y));
      gtk_snapshot_rotate (snapshot, 20.0f);
      fill (snapshot, color, -0.75, -6.0, 1.5, 12.0);
      gtk_snapshot_restore (snapshot);
    }
}

static void
draw_step (DeskTimelineAxis *self,
           GtkSnapshot      *snapshot,
           guint             i,
           const GdkRGBA    *line,
           const GdkRGBA    *dim)
{
  double from = place_x (self, i - 1) + self->button / 2.0;
  double to = place_x (self, i) - self->button / 2.0;
  double y = round (mark_y (self));
  gint64 since = MARK (self, i)->since;
  double middle = (from + to) / 2.0;

  if (since >= 0 && since < BREAK_USEC)
    fill (snapshot, line, from, y - 0.5, to - from, 1.5);
  else
    {
      fill (snapshot, line, from, y - 0.5, MAX (middle - 6.0 - from, 0.0), 1.5);
      fill (snapshot, line, middle + 6.0, y - 0.5, MAX (to - middle - 6.0, 0.0), 1.5);
      draw_break (snapshot, line, middle, y);
    }
  draw_text (snapshot, PLACE (self, i)->step, middle - PLACE (self, i)->step_width / 2.0, y + self->button / 2.0, dim);
}

static void
desk_timeline_axis_snapshot (GtkWidget   *widget,
                             GtkSnapshot *snapshot)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);
  GtkStyleContext *context = gtk_widget_get_style_context (widget);
  GdkRGBA text, dim, line;

  gtk_style_context_get_color (context, &text);
  if (!gtk_style_context_lookup_color (context, "desk_dim", &dim))
    dim = text;
  line = text;
  line.alpha *= 0.45f;
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = PLACE (self, i);
      double x = place_x (self, i);
      double y = 4.0 + (i % 2 == 0 ? self->line : 0);

      if (i > 0)
        draw_step (self, snapshot, i, &line, &dim);
      /* From the upper row down to its mark. */
      if (i % 2 == 1)
        {
          GdkRGBA leader = line;

          leader.alpha *= 0.5f;
          fill (snapshot, &leader, round (x) - 0.5, y + self->line, 1.0, self->line + 3.0);
        }
      draw_text (snapshot, place->label, x - place->label_width / 2.0, y, (int) i == self->chosen ? &text : &dim);
    }
  GTK_WIDGET_CLASS (desk_timeline_axis_parent_class)->snapshot (widget, snapshot);
}

static void
desk_timeline_axis_css_changed (GtkWidget         *widget,
                                GtkCssStyleChange *change)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);

  GTK_WIDGET_CLASS (desk_timeline_axis_parent_class)->css_changed (widget, change);
  self->line = 0;
  gtk_widget_queue_resize (widget);
}

static gboolean
desk_timeline_axis_grab_focus (GtkWidget *widget)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);

  if (self->places->len == 0)
    return FALSE;
  return gtk_widget_grab_focus (PLACE (self, MAX (self->chosen, 0))->button);
}

/* One stop for Tab, whatever the number of marks. */
static gboolean
desk_timeline_axis_focus (GtkWidget        *widget,
                          GtkDirectionType  direction)
{
  if (gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return gtk_widget_grab_focus (widget);
}

static gboolean
go_cb (GtkWidget *widget,
       GVariant  *arguments,
       gpointer   user_data)
{
  DeskTimelineAxis *self = DESK_TIMELINE_AXIS (widget);
  int last = (int) self->places->len - 1;
  int to;
  int by;

  g_variant_get (arguments, "(i)", &by);
  to = CLAMP (by == G_MININT ? 0 : by == G_MAXINT ? last : self->chosen + by, 0, last);
  if (last < 0)
    return FALSE;
  desk_timeline_axis_choose (self, to);
  gtk_widget_grab_focus (PLACE (self, to)->button);
  return TRUE;
}

static void
desk_timeline_axis_dispose (GObject *object)
{
  g_array_set_size (DESK_TIMELINE_AXIS (object)->places, 0);
  G_OBJECT_CLASS (desk_timeline_axis_parent_class)->dispose (object);
}

static void
desk_timeline_axis_finalize (GObject *object)
{
  g_array_unref (DESK_TIMELINE_AXIS (object)->places);
  g_array_unref (DESK_TIMELINE_AXIS (object)->marks);
  G_OBJECT_CLASS (desk_timeline_axis_parent_class)->finalize (object);
}

static void
desk_timeline_axis_class_init (DeskTimelineAxisClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_timeline_axis_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_timeline_axis_finalize;
  widget_class->measure = desk_timeline_axis_measure;
  widget_class->size_allocate = desk_timeline_axis_size_allocate;
  widget_class->snapshot = desk_timeline_axis_snapshot;
  widget_class->css_changed = desk_timeline_axis_css_changed;
  widget_class->grab_focus = desk_timeline_axis_grab_focus;
  widget_class->focus = desk_timeline_axis_focus;
  gtk_widget_class_set_css_name (widget_class, "desktimeline");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Left, 0, go_cb, "(i)", -1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Right, 0, go_cb, "(i)", 1);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Home, 0, go_cb, "(i)", G_MININT);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_End, 0, go_cb, "(i)", G_MAXINT);
  chosen_signal = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 0);
}

static void
desk_timeline_axis_init (DeskTimelineAxis *self)
{
  self->chosen = -1;
  self->marks = g_array_new (FALSE, TRUE, sizeof (DeskAxisMark));
  self->places = g_array_new (FALSE, TRUE, sizeof (Place));
  g_array_set_clear_func (self->places, clear_place);
}

GtkWidget *
desk_timeline_axis_new (void)
{
  return g_object_new (DESK_TYPE_TIMELINE_AXIS, NULL);
}

static void
toggled_cb (GtkToggleButton  *button,
            DeskTimelineAxis *self)
{
  if (!self->choosing)
    desk_timeline_axis_choose (self, GPOINTER_TO_INT (g_object_get_data (G_OBJECT (button), "desk-mark")));
}

static GtkWidget *
make_button (DeskTimelineAxis   *self,
             guint               i,
             const DeskAxisMark *mark)
{
  GtkWidget *button = gtk_toggle_button_new_with_label (mark->glyph);

  gtk_widget_add_css_class (button, "timeline-mark");
  gtk_widget_add_css_class (button, "flat");
  if (mark->style != NULL)
    gtk_widget_add_css_class (button, mark->style);
  gtk_widget_set_tooltip_text (button, mark->spoken);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, mark->spoken, -1);
  g_object_set_data (G_OBJECT (button), "desk-mark", GINT_TO_POINTER ((int) i));
  g_signal_connect (button, "toggled", G_CALLBACK (toggled_cb), self);
  gtk_widget_set_parent (button, GTK_WIDGET (self));
  return button;
}

void
desk_timeline_axis_set_marks (DeskTimelineAxis *self,
                              GArray           *marks)
{
  int chosen;
  gboolean focused;

  g_return_if_fail (DESK_IS_TIMELINE_AXIS (self));
  g_return_if_fail (marks != NULL);

  focused = gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL;
  chosen = self->chosen < (int) marks->len ? self->chosen : -1;
  g_array_set_size (self->places, 0);
  g_array_unref (self->marks);
  self->marks = marks;
  for (guint i = 0; i < marks->len; i++)
    {
      Place place = { .button = make_button (self, i, MARK (self, i)) };

      g_array_append_val (self->places, place);
    }
  self->line = 0;
  self->chosen = -1;
  desk_timeline_axis_choose (self, chosen);
  if (focused)
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

guint
desk_timeline_axis_get_n (DeskTimelineAxis *self)
{
  g_return_val_if_fail (DESK_IS_TIMELINE_AXIS (self), 0);
  return self->places->len;
}

int
desk_timeline_axis_get_chosen (DeskTimelineAxis *self)
{
  g_return_val_if_fail (DESK_IS_TIMELINE_AXIS (self), -1);
  return self->chosen;
}

void
desk_timeline_axis_choose (DeskTimelineAxis *self,
                           int               index)
{
  g_return_if_fail (DESK_IS_TIMELINE_AXIS (self));
  g_return_if_fail (index < (int) self->places->len);

  self->choosing = TRUE;
  for (guint i = 0; i < self->places->len; i++)
    gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (PLACE (self, i)->button), (int) i == index);
  self->choosing = FALSE;
  if (self->chosen == index)
    return;
  self->chosen = index;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  g_signal_emit (self, chosen_signal, 0);
}
