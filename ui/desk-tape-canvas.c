/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-tape-canvas.h"

#include "desk-drawn.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define PAD         5.0
#define SPOKEN_USEC G_USEC_PER_SEC

struct _DeskTapeCanvas
{
  GtkWidget  parent_instance;

  DeskDrawn  drawn;
  DeskTape  *tape;
  gulong     changed_id;
  double     minimum;
  gboolean   doubt;
  gboolean   paused;
  guint64    anchor;      /* number of the first row's print since the beginning, while paused */
  gint64     spoken_at;

  /* The time zone's offset and until when it holds: asking for it at each print is dear. */
  GTimeZone *zone;
  gint64     offset;
  gint64     offset_hour;
};

G_DEFINE_FINAL_TYPE (DeskTapeCanvas, desk_tape_canvas, GTK_TYPE_WIDGET)

enum
{
  SCROLLED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static guint
n_prints (DeskTapeCanvas *self)
{
  return self->tape != NULL ? desk_tape_get_n (self->tape) : 0;
}

static gboolean
shown (DeskTapeCanvas  *self,
       const DeskPrint *print)
{
  return print->size >= self->minimum;
}

/* The print that stands in the first row, counted from the newest. */
static guint
first_row (DeskTapeCanvas *self)
{
  guint n = n_prints (self);
  guint64 newer;

  if (!self->paused || n == 0)
    return 0;
  newer = desk_tape_get_total (self->tape) - 1 - self->anchor;
  return newer < n ? (guint) newer : n - 1;
}

static void
set_paused (DeskTapeCanvas *self,
            gboolean        paused)
{
  if (!self->paused && !paused)
    return;
  self->paused = paused;
  g_signal_emit (self, signals[SCROLLED], 0);
}

static guint
rows_in_sight (DeskTapeCanvas *self)
{
  desk_drawn_take (&self->drawn, GTK_WIDGET (self));
  return (guint) MAX (0, gtk_widget_get_height (GTK_WIDGET (self)) / self->drawn.row - 1);
}

static void
time_text (DeskTapeCanvas *self,
           gint64          utc,
           char           *text,
           gsize           length)
{
  gint64 seconds = utc / G_USEC_PER_SEC;
  gint64 local;

  if (utc <= 0)
    {
      *text = '\0';
      return;
    }
  if (seconds / 3600 != self->offset_hour)
    {
      self->offset_hour = seconds / 3600;
      self->offset = g_time_zone_get_offset (self->zone, g_time_zone_find_interval (self->zone, G_TIME_TYPE_UNIVERSAL,
                                                                                    seconds));
    }
  local = seconds + self->offset;
  g_snprintf (text, length, "%02d:%02d:%02d.%03d", (int) (local / 3600 % 24), (int) (local / 60 % 60),
              (int) (local % 60), (int) (utc / 1000 % 1000));
}

static const char *
side_mark (DeskSide side)
{
  return side == DESK_SIDE_BUY ? "▲" : side == DESK_SIDE_SELL ? "▼" : "";
}

/* The next print that is not left out, from @i on towards the older ones; n: there is none. */
static guint
next_shown (DeskTapeCanvas *self,
            guint           i)
{
  guint n = n_prints (self);

  while (i < n && !shown (self, desk_tape_get (self->tape, i)))
    i++;
  return i;
}

char *
desk_tape_canvas_dup_row (DeskTapeCanvas *self,
                          guint           row)
{
  g_autofree char *price = NULL;
  const DeskPrint *print;
  char time[32];
  char size[32];
  guint i;

  g_return_val_if_fail (DESK_IS_TAPE_CANVAS (self), NULL);

  i = next_shown (self, first_row (self));
  for (guint k = 0; k < row && i < n_prints (self); k++)
    i = next_shown (self, i + 1);
  if (i >= n_prints (self))
    return NULL;
  print = desk_tape_get (self->tape, i);
  time_text (self, print->utc, time, sizeof time);
  desk_drawn_size (print->size, size, sizeof size);
  price = desk_price_format (desk_tape_get_grid (self->tape), &print->price);
  return g_strdup_printf ("%s %s %s%s%s", time, price, size, print->aggressor != DESK_SIDE_NONE ? " " : "",
                          print->aggressor != DESK_SIDE_NONE ? desk_words_side (print->aggressor) : "");
}

static void
speak (DeskTapeCanvas *self)
{
  gint64 now = g_get_monotonic_time ();
  g_autofree char *text = NULL;

  if (now - self->spoken_at < SPOKEN_USEC)
    return;
  self->spoken_at = now;
  text = desk_tape_canvas_dup_row (self, 0);
  if (text != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
}

static void
tape_changed_cb (DeskTapeCanvas *self)
{
  if (!gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  if (gtk_widget_has_focus (GTK_WIDGET (self)))
    speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* Where the columns after the time end or begin, from the right. */
typedef struct
{
  double price_end;
  double size_end;
  double side_begin;
} Columns;

static Columns
lay_out (DeskTapeCanvas *self,
         double          width)
{
  double digit = desk_glyphs_get_digit (self->drawn.plain);
  Columns columns;

  columns.side_begin = width - PAD - digit * 9;
  columns.size_end = columns.side_begin - digit;
  columns.price_end = columns.size_end - digit - MAX (digit * 4, desk_glyphs_measure (self->drawn.plain, _("Size")));
  return columns;
}

static void
paint_row (DeskTapeCanvas  *self,
           GtkSnapshot     *snapshot,
           const DeskPrint *print,
           const Columns   *columns,
           double           baseline)
{
  const DeskDrawn *drawn = &self->drawn;
  const GdkRGBA *color = self->doubt ? &drawn->dim : print->aggressor == DESK_SIDE_BUY ? &drawn->buy
                         : print->aggressor == DESK_SIDE_SELL ? &drawn->sell : &drawn->text;
  g_autofree char *price = desk_price_format (desk_tape_get_grid (self->tape), &print->price);
  char text[40];

  time_text (self, print->utc, text, sizeof text);
  desk_glyphs_append (drawn->plain, snapshot, text, PAD, baseline, 0.0, &drawn->dim);
  desk_glyphs_append (drawn->plain, snapshot, price, columns->price_end, baseline, 1.0, color);
  desk_drawn_size (print->size, text, sizeof text);
  desk_glyphs_append (drawn->bold, snapshot, text, columns->size_end, baseline, 1.0, self->doubt ? &drawn->dim : &drawn->text);
  if (print->aggressor == DESK_SIDE_NONE)
    return;
  g_snprintf (text, sizeof text, "%s %s", side_mark (print->aggressor), desk_words_side (print->aggressor));
  desk_glyphs_append (drawn->plain, snapshot, text, columns->side_begin, baseline, 0.0, color);
}

static void
paint_titles (DeskTapeCanvas *self,
              GtkSnapshot    *snapshot,
              const Columns  *columns,
              double          baseline)
{
  const DeskDrawn *drawn = &self->drawn;

  desk_glyphs_append (drawn->plain, snapshot, _("Time"), PAD, baseline, 0.0, &drawn->dim);
  desk_glyphs_append (drawn->plain, snapshot, _("Price"), columns->price_end, baseline, 1.0, &drawn->dim);
  desk_glyphs_append (drawn->plain, snapshot, _("Size"), columns->size_end, baseline, 1.0, &drawn->dim);
  desk_glyphs_append (drawn->plain, snapshot, _("Side"), columns->side_begin, baseline, 0.0, &drawn->dim);
}

static void
desk_tape_canvas_snapshot (GtkWidget   *widget,
                           GtkSnapshot *snapshot)
{
  DeskTapeCanvas *self = DESK_TAPE_CANVAS (widget);
  double width = gtk_widget_get_width (widget);
  guint n_rows = rows_in_sight (self);
  double row = self->drawn.row;
  int ascent = desk_glyphs_get_ascent (self->drawn.plain);
  Columns columns = lay_out (self, width);
  guint n = n_prints (self);
  guint i = first_row (self);

  gtk_snapshot_push_clip (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) gtk_widget_get_height (widget)));
  paint_titles (self, snapshot, &columns, 1 + ascent);
  desk_drawn_fill (snapshot, &self->drawn.line, 0, row - 1, width, 1);
  for (guint k = 0; k < n_rows; k++, i++)
    {
      double y = row * (k + 1);

      i = next_shown (self, i);
      if (i >= n)
        break;
      paint_row (self, snapshot, desk_tape_get (self->tape, i), &columns, y + 1 + ascent);
      desk_drawn_fill (snapshot, &self->drawn.line, 0, y + row - 1, width, 1);
    }
  if (gtk_widget_has_focus (widget))
    desk_drawn_frame (snapshot, &self->drawn.cursor, 2, 0.5, 0.5, width - 1, gtk_widget_get_height (widget) - 1);
  gtk_snapshot_pop (snapshot);
}

static void
desk_tape_canvas_measure (GtkWidget      *widget,
                          GtkOrientation  orientation,
                          int             for_size,
                          int            *minimum,
                          int            *natural,
                          int            *minimum_baseline,
                          int            *natural_baseline)
{
  DeskTapeCanvas *self = DESK_TAPE_CANVAS (widget);

  desk_drawn_take (&self->drawn, widget);
  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      *minimum = self->drawn.row * 4;
      *natural = self->drawn.row * 12;
    }
  else
    {
      *minimum = desk_glyphs_get_digit (self->drawn.plain) * 34;
      *natural = desk_glyphs_get_digit (self->drawn.plain) * 38;
    }
}

static void
desk_tape_canvas_css_changed (GtkWidget         *widget,
                              GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (desk_tape_canvas_parent_class)->css_changed (widget, change);
  desk_drawn_drop (&DESK_TAPE_CANVAS (widget)->drawn);
  gtk_widget_queue_resize (widget);
}

static gboolean
take_key (GtkWidget *widget,
          guint      keyval)
{
  DeskTapeCanvas *self = DESK_TAPE_CANVAS (widget);
  int page = MAX ((int) rows_in_sight (self) - 1, 1);

  switch (keyval)
    {
    case GDK_KEY_Home:
    case GDK_KEY_KP_Home:
    case GDK_KEY_space:
      desk_tape_canvas_resume (self);
      return GDK_EVENT_STOP;
    case GDK_KEY_End:
    case GDK_KEY_KP_End:
      desk_tape_canvas_scroll (self, G_MAXINT);
      return GDK_EVENT_STOP;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      desk_tape_canvas_scroll (self, -1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      desk_tape_canvas_scroll (self, 1);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Up:
    case GDK_KEY_KP_Page_Up:
      desk_tape_canvas_scroll (self, -page);
      return GDK_EVENT_STOP;
    case GDK_KEY_Page_Down:
    case GDK_KEY_KP_Page_Down:
      desk_tape_canvas_scroll (self, page);
      return GDK_EVENT_STOP;
    default:
      return GDK_EVENT_PROPAGATE;
    }
}

static void
take_scroll (GtkWidget *widget,
             int        rows)
{
  desk_tape_canvas_scroll (DESK_TAPE_CANVAS (widget), rows);
}

static void
take_focus (GtkWidget *widget)
{
  DeskTapeCanvas *self = DESK_TAPE_CANVAS (widget);

  self->spoken_at = 0;
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
desk_tape_canvas_dispose (GObject *object)
{
  desk_tape_canvas_set_tape (DESK_TAPE_CANVAS (object), NULL);
  G_OBJECT_CLASS (desk_tape_canvas_parent_class)->dispose (object);
}

static void
desk_tape_canvas_finalize (GObject *object)
{
  DeskTapeCanvas *self = DESK_TAPE_CANVAS (object);

  desk_drawn_drop (&self->drawn);
  g_time_zone_unref (self->zone);
  G_OBJECT_CLASS (desk_tape_canvas_parent_class)->finalize (object);
}

static void
desk_tape_canvas_class_init (DeskTapeCanvasClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = desk_tape_canvas_dispose;
  object_class->finalize = desk_tape_canvas_finalize;
  widget_class->snapshot = desk_tape_canvas_snapshot;
  widget_class->measure = desk_tape_canvas_measure;
  widget_class->css_changed = desk_tape_canvas_css_changed;
  gtk_widget_class_set_css_name (widget_class, "desktape");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);
  signals[SCROLLED] = g_signal_new ("scrolled", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                    NULL, G_TYPE_NONE, 0);
}

static void
desk_tape_canvas_init (DeskTapeCanvas *self)
{
  static const DeskDrawnInput input = { take_key, take_scroll, take_focus };
  GtkGesture *click = gtk_gesture_click_new ();

  self->zone = g_time_zone_new_local ();
  self->offset_hour = -1;
  desk_drawn_add_input (GTK_WIDGET (self), &input);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (gtk_widget_grab_focus), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
desk_tape_canvas_new (void)
{
  return g_object_new (DESK_TYPE_TAPE_CANVAS, NULL);
}

void
desk_tape_canvas_set_tape (DeskTapeCanvas *self,
                           DeskTape       *tape)
{
  g_return_if_fail (DESK_IS_TAPE_CANVAS (self));

  if (tape == self->tape)
    return;
  if (self->tape != NULL)
    g_clear_signal_handler (&self->changed_id, self->tape);
  g_set_object (&self->tape, tape);
  if (tape != NULL)
    self->changed_id = g_signal_connect_swapped (tape, "changed", G_CALLBACK (tape_changed_cb), self);
  set_paused (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_tape_canvas_set_minimum (DeskTapeCanvas *self,
                              double          size)
{
  g_return_if_fail (DESK_IS_TAPE_CANVAS (self));

  self->minimum = size;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_tape_canvas_set_doubt (DeskTapeCanvas *self,
                            gboolean        doubt)
{
  g_return_if_fail (DESK_IS_TAPE_CANVAS (self));

  if (self->doubt == doubt)
    return;
  self->doubt = doubt;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

gboolean
desk_tape_canvas_is_paused (DeskTapeCanvas *self)
{
  g_return_val_if_fail (DESK_IS_TAPE_CANVAS (self), FALSE);
  return self->paused;
}

guint
desk_tape_canvas_count_new (DeskTapeCanvas *self)
{
  guint first;
  guint count = 0;

  g_return_val_if_fail (DESK_IS_TAPE_CANVAS (self), 0);

  first = first_row (self);
  for (guint i = 0; i < first; i++)
    if (shown (self, desk_tape_get (self->tape, i)))
      count++;
  return count;
}

void
desk_tape_canvas_scroll (DeskTapeCanvas *self,
                         int             rows)
{
  guint n = n_prints (self);
  guint i = first_row (self);

  g_return_if_fail (DESK_IS_TAPE_CANVAS (self));

  if (n == 0)
    return;
  i = MIN (next_shown (self, i), n - 1);
  for (; rows > 0; rows--)
    {
      guint next = next_shown (self, i + 1);

      if (next >= n)
        break;
      i = next;
    }
  for (; rows < 0; rows++)
    {
      guint before = i;

      while (before > 0 && !shown (self, desk_tape_get (self->tape, before - 1)))
        before--;
      if (before == 0)
        {
          desk_tape_canvas_resume (self);
          return;
        }
      i = before - 1;
    }
  if (i == next_shown (self, 0))
    {
      desk_tape_canvas_resume (self);
      return;
    }
  self->anchor = desk_tape_get_total (self->tape) - 1 - i;
  set_paused (self, TRUE);
  self->spoken_at = 0;
  speak (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
desk_tape_canvas_resume (DeskTapeCanvas *self)
{
  g_return_if_fail (DESK_IS_TAPE_CANVAS (self));

  set_paused (self, FALSE);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
