/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Marks on a line of time. A millisecond and ten minutes are both to be read on it: a step is as long as the logarithm of its time, says
 * how long it was, and is drawn broken from a second on. Each mark is a button: Left and Right go from one to the next. */

typedef struct
{
  gint64 since;   /* microseconds since the mark before; -1: not known, as after a restart */
  char  *label;   /* beside the mark, short */
  char  *spoken;  /* the whole of it, for a screen reader and the tooltip */
  char  *glyph;   /* one sign */
  const char *style; /* a static CSS class, or NULL */
} DeskAxisMark;

void desk_axis_mark_clear (DeskAxisMark *mark);

#define DESK_TYPE_TIMELINE_AXIS (desk_timeline_axis_get_type ())
G_DECLARE_FINAL_TYPE (DeskTimelineAxis, desk_timeline_axis, DESK, TIMELINE_AXIS, GtkWidget)

GtkWidget *desk_timeline_axis_new        (void);
/* (transfer full) for @marks, of DeskAxisMark. What was chosen stays chosen where it still is. */
void       desk_timeline_axis_set_marks  (DeskTimelineAxis *self,
                                          GArray           *marks);
guint      desk_timeline_axis_get_n      (DeskTimelineAxis *self);
int        desk_timeline_axis_get_chosen (DeskTimelineAxis *self); /* -1: none */
void       desk_timeline_axis_choose     (DeskTimelineAxis *self,
                                          int               index);

/* How long a step is in pixels, at the least: more time is never a shorter step. */
double     desk_timeline_axis_step       (gint64            since);

/* Signal: "chosen" (). */

G_END_DECLS
