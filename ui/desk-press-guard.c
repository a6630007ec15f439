/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-press-guard.h"

struct _DeskPressGuard
{
  GObject        parent_instance;

  GtkWidget     *panels; /* it owns us */
  GdkFrameClock *clock;
  gulong         layout_id;

  gboolean       placed;
  double         top;
  gint64         closed; /* monotonic: presses are not taken since then, 0: never */
};

G_DEFINE_FINAL_TYPE (DeskPressGuard, desk_press_guard, G_TYPE_OBJECT)

enum
{
  REFUSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

void
desk_press_guard_place (DeskPressGuard *self,
                        double          top,
                        gint64          now)
{
  g_return_if_fail (DESK_IS_PRESS_GUARD (self));

  /* A bar that slides moves them many times: it is one move, and what follows it at once is not another. */
  if (self->placed && top != self->top && (self->closed == 0 || now - self->closed >= DESK_PRESS_GUARD_REST_MS * 1000))
    self->closed = now;
  self->placed = TRUE;
  self->top = top;
}

gboolean
desk_press_guard_takes (DeskPressGuard *self,
                        GtkWidget      *target,
                        gint64          now)
{
  g_return_val_if_fail (DESK_IS_PRESS_GUARD (self), TRUE);

  if (self->closed == 0 || now - self->closed >= DESK_PRESS_GUARD_MS * 1000)
    return TRUE;
  for (; target != NULL && target != self->panels; target = gtk_widget_get_parent (target))
    if (gtk_widget_has_css_class (target, "stays"))
      return TRUE;
  return FALSE;
}

static void
layout_cb (DeskPressGuard *self)
{
  graphene_point_t place;

  if (gtk_widget_get_mapped (self->panels)
      && gtk_widget_compute_point (self->panels, GTK_WIDGET (gtk_widget_get_native (self->panels)), graphene_point_zero (),
                                   &place))
    desk_press_guard_place (self, place.y, g_get_monotonic_time ());
}

static void
pressed_cb (GtkGestureClick *gesture,
            int              n_press,
            double           x,
            double           y,
            DeskPressGuard  *self)
{
  GtkWidget *target = gtk_widget_pick (self->panels, x, y, GTK_PICK_DEFAULT);

  if (desk_press_guard_takes (self, target, g_get_monotonic_time ()))
    {
      gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_DENIED);
      return;
    }
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  g_signal_emit (self, signals[REFUSED], 0);
}

static void
unrealize_cb (DeskPressGuard *self)
{
  if (self->clock != NULL)
    g_clear_signal_handler (&self->layout_id, self->clock);
  g_clear_object (&self->clock);
  self->placed = FALSE;
}

static void
realize_cb (DeskPressGuard *self)
{
  unrealize_cb (self);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (self->panels));
  self->layout_id = g_signal_connect_object (self->clock, "layout", G_CALLBACK (layout_cb), self,
                                             G_CONNECT_AFTER | G_CONNECT_SWAPPED);
}

static void
desk_press_guard_dispose (GObject *object)
{
  unrealize_cb (DESK_PRESS_GUARD (object));
  G_OBJECT_CLASS (desk_press_guard_parent_class)->dispose (object);
}

static void
desk_press_guard_class_init (DeskPressGuardClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_press_guard_dispose;
  signals[REFUSED] = g_signal_new ("refused", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
desk_press_guard_init (DeskPressGuard *self)
{
}

DeskPressGuard *
desk_press_guard_new (GtkWidget *panels)
{
  DeskPressGuard *self;
  GtkGesture *click;

  g_return_val_if_fail (GTK_IS_WIDGET (panels), NULL);

  self = g_object_new (DESK_TYPE_PRESS_GUARD, NULL);
  self->panels = panels;
  click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), 0);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (pressed_cb), self, 0);
  gtk_widget_add_controller (panels, GTK_EVENT_CONTROLLER (click));
  g_signal_connect_object (panels, "realize", G_CALLBACK (realize_cb), self, G_CONNECT_AFTER | G_CONNECT_SWAPPED);
  g_signal_connect_object (panels, "unrealize", G_CALLBACK (unrealize_cb), self, G_CONNECT_SWAPPED);
  g_object_set_data_full (G_OBJECT (panels), "desk-press-guard", self, g_object_unref);
  return self;
}
