/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "first-frame.h"

#include <poll.h>
#include <X11/Xlib.h>
#include <X11/Xutil.h>
#include <X11/extensions/Xdamage.h>

#define PING_MS 2

struct _FirstFrame
{
  Display *display;
  Window   root;
  Window   window;      /* the program's, once it is mapped */
  Damage   damage;
  int      damage_event;
  Atom     protocols;
  Atom     ping;
  gint64   asked;       /* 0: no question is open */
  gint64   longest;
};

/* A window may be gone before we look at it. */
static int
ignore_error (Display     *display,
              XErrorEvent *error)
{
  return 0;
}

FirstFrame *
first_frame_new (void)
{
  FirstFrame *self = g_new0 (FirstFrame, 1);
  int error_base;

  self->display = XOpenDisplay (NULL);
  if (self->display == NULL || !XDamageQueryExtension (self->display, &self->damage_event, &error_base))
    g_error ("no X display with the DAMAGE extension");
  XSetErrorHandler (ignore_error);
  self->root = DefaultRootWindow (self->display);
  self->protocols = XInternAtom (self->display, "WM_PROTOCOLS", False);
  self->ping = XInternAtom (self->display, "_NET_WM_PING", False);
  XSelectInput (self->display, self->root, SubstructureNotifyMask);
  XSync (self->display, False);
  return self;
}

void
first_frame_free (FirstFrame *self)
{
  XCloseDisplay (self->display);
  g_free (self);
}

static gboolean
is_painted (FirstFrame *self)
{
  XWindowAttributes attributes;
  unsigned long seen[3];
  guint n_seen = 0;
  XImage *image;

  if (!XGetWindowAttributes (self->display, self->window, &attributes) || attributes.map_state != IsViewable)
    return FALSE;
  image = XGetImage (self->display, self->window, 0, 0, (unsigned) attributes.width, (unsigned) attributes.height,
                     AllPlanes, ZPixmap);
  if (image == NULL)
    return FALSE;
  for (int y = 0; y < attributes.height && n_seen < 3; y += 3)
    for (int x = 0; x < attributes.width && n_seen < 3; x += 3)
      {
        unsigned long pixel = XGetPixel (image, x, y);
        guint i = 0;

        while (i < n_seen && seen[i] != pixel)
          i++;
        if (i == n_seen)
          seen[n_seen++] = pixel;
      }
  XDestroyImage (image);
  return n_seen == 3;
}

static void
take_window (FirstFrame *self,
             Window      window)
{
  XWindowAttributes attributes;

  if (self->window != None || !XGetWindowAttributes (self->display, window, &attributes) || attributes.width < 300
      || attributes.height < 300)
    return;
  self->window = window;
  self->damage = XDamageCreate (self->display, window, XDamageReportRawRectangles);
  XSync (self->display, False);
}

/* TRUE: something was drawn. */
static gboolean
take_event (FirstFrame *self,
            XEvent     *event)
{
  if (event->type == MapNotify)
    take_window (self, event->xmap.window);
  else if (event->type == ClientMessage && event->xclient.message_type == self->protocols
           && (Atom) event->xclient.data.l[0] == self->ping && self->asked != 0)
    {
      self->longest = MAX (self->longest, g_get_monotonic_time () - self->asked);
      self->asked = 0;
    }
  return event->type == MapNotify || event->type == self->damage_event + XDamageNotify;
}

/* FALSE: nothing came. */
static gboolean
wait_for_event (FirstFrame *self,
                XEvent     *event,
                int         timeout_ms)
{
  struct pollfd fd = { ConnectionNumber (self->display), POLLIN, 0 };

  if (XPending (self->display) == 0)
    {
      poll (&fd, 1, timeout_ms);
      if (XPending (self->display) == 0)
        return FALSE;
    }
  XNextEvent (self->display, event);
  return TRUE;
}

gint64
first_frame_wait (FirstFrame *self,
                  guint       timeout_ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) timeout_ms * 1000;

  while (g_get_monotonic_time () < end)
    {
      XEvent event;
      gint64 seen;

      if (!wait_for_event (self, &event, 100))
        continue;
      seen = g_get_monotonic_time ();
      if (take_event (self, &event) && self->window != None && is_painted (self))
        return seen;
    }
  return 0;
}

static void
ask (FirstFrame *self)
{
  XEvent event = { 0 };

  event.xclient.type = ClientMessage;
  event.xclient.window = self->window;
  event.xclient.message_type = self->protocols;
  event.xclient.format = 32;
  event.xclient.data.l[0] = (long) self->ping;
  event.xclient.data.l[1] = CurrentTime;
  event.xclient.data.l[2] = (long) self->window;
  self->asked = g_get_monotonic_time ();
  XSendEvent (self->display, self->window, False, NoEventMask, &event);
  XFlush (self->display);
}

gint64
first_frame_ping (FirstFrame *self,
                  guint       ms)
{
  gint64 end = g_get_monotonic_time () + (gint64) ms * 1000;

  while (g_get_monotonic_time () < end)
    {
      XEvent event;

      if (self->asked == 0)
        ask (self);
      if (wait_for_event (self, &event, PING_MS))
        take_event (self, &event);
      else if (self->asked == 0)
        g_usleep (PING_MS * 1000);
    }
  return MAX (self->longest, self->asked != 0 ? g_get_monotonic_time () - self->asked : 0);
}

void
first_frame_reset (FirstFrame *self)
{
  XSync (self->display, True);
  self->window = None;
  self->asked = 0;
  self->longest = 0;
}
