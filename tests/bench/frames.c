/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "frames.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct _Frames
{
  GdkFrameClock *clock;
  gulong         before_id, after_id;
  gint64         before, before_cpu;
  GArray        *times;  /* gint64: microseconds of each frame */
  GArray        *cpu;    /* gint64: of them, those in which this thread had the processor */
};

gint64
frames_thread_cpu (void)
{
  struct timespec time;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &time);
  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

double
frames_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
         + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
before_paint_cb (Frames *self)
{
  self->before = g_get_monotonic_time ();
  self->before_cpu = frames_thread_cpu ();
}

static void
after_paint_cb (Frames *self)
{
  gint64 took = g_get_monotonic_time () - self->before;
  gint64 cpu = frames_thread_cpu () - self->before_cpu;

  g_array_append_val (self->times, took);
  g_array_append_val (self->cpu, cpu);
}

Frames *
frames_new (GtkWidget *window)
{
  Frames *self = g_new0 (Frames, 1);

  self->clock = g_object_ref (gtk_widget_get_frame_clock (window));
  self->times = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->cpu = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->before_id = g_signal_connect_swapped (self->clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  self->after_id = g_signal_connect_data (self->clock, "after-paint", G_CALLBACK (after_paint_cb), self, NULL,
                                          G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  return self;
}

void
frames_free (Frames *self)
{
  g_signal_handler_disconnect (self->clock, self->before_id);
  g_signal_handler_disconnect (self->clock, self->after_id);
  g_object_unref (self->clock);
  g_array_unref (self->times);
  g_array_unref (self->cpu);
  g_free (self);
}

void
frames_reset (Frames *self)
{
  g_array_set_size (self->times, 0);
  g_array_set_size (self->cpu, 0);
}

guint
frames_get_n (Frames *self)
{
  return self->times->len;
}

static int
compare (const void *a,
         const void *b)
{
  gint64 left = *(const gint64 *) a, right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

static void
print_times (const char *what,
             GArray     *times)
{
  qsort (times->data, times->len, sizeof (gint64), compare);
  g_print (", %s p50 %.2f p99 %.2f ms", what, (double) g_array_index (times, gint64, times->len / 2) / 1e3,
           (double) g_array_index (times, gint64, times->len * 99 / 100) / 1e3);
}

void
frames_print (Frames *self)
{
  if (self->times->len == 0)
    return;
  print_times ("frame", self->times);
  print_times ("its CPU", self->cpu);
}
