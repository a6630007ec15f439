/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-drawn.h"

#include <math.h>

static void
lookup (GtkStyleContext *context,
        const char      *name,
        const GdkRGBA   *fallback,
        GdkRGBA         *color)
{
  if (!gtk_style_context_lookup_color (context, name, color))
    *color = *fallback;
}

void
desk_drawn_take (DeskDrawn *self,
                 GtkWidget *widget)
{
  GtkStyleContext *context = gtk_widget_get_style_context (widget);

  if (self->plain != NULL)
    return;
  self->plain = desk_glyphs_new (widget, PANGO_WEIGHT_NORMAL);
  self->bold = desk_glyphs_new (widget, PANGO_WEIGHT_BOLD);
  self->row = desk_glyphs_get_ascent (self->plain) + desk_glyphs_get_descent (self->plain) + 2;
  gtk_style_context_get_color (context, &self->text);
  lookup (context, "desk_dim", &self->text, &self->dim);
  lookup (context, "desk_buy", &self->text, &self->buy);
  lookup (context, "desk_sell", &self->text, &self->sell);
  lookup (context, "desk_buy_bar", &self->dim, &self->buy_bar);
  lookup (context, "desk_sell_bar", &self->dim, &self->sell_bar);
  lookup (context, "desk_grid", &self->dim, &self->line);
  lookup (context, "desk_last", &self->dim, &self->last);
  lookup (context, "accent_color", &self->text, &self->cursor);
}

void
desk_drawn_drop (DeskDrawn *self)
{
  g_clear_pointer (&self->plain, desk_glyphs_free);
  g_clear_pointer (&self->bold, desk_glyphs_free);
}

void
desk_drawn_fill (GtkSnapshot   *snapshot,
                 const GdkRGBA *color,
                 double         x,
                 double         y,
                 double         width,
                 double         height)
{
  if (width > 0.0)
    gtk_snapshot_append_color (snapshot, color,
                               &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height));
}

void
desk_drawn_frame (GtkSnapshot   *snapshot,
                  const GdkRGBA *color,
                  double         thick,
                  double         x,
                  double         y,
                  double         width,
                  double         height)
{
  float edge = (float) thick;
  GskRoundedRect outline;

  gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT ((float) x, (float) y, (float) width, (float) height), 3);
  gtk_snapshot_append_border (snapshot, &outline, (float[4]) { edge, edge, edge, edge },
                              (GdkRGBA[4]) { *color, *color, *color, *color });
}

void
desk_drawn_size (double size,
                 char  *text,
                 gsize  length)
{
  g_ascii_formatd (text, (int) length, size == floor (size) ? "%.0f" : "%.4g", size);
}

/* Rows for one notch of the wheel. */
#define NOTCH 3.0

typedef struct
{
  GtkWidget            *widget;
  const DeskDrawnInput *input;
  double                rest;   /* part of a row that a smooth wheel has gone */
} Input;

static gboolean
key_pressed_cb (GtkEventControllerKey *controller,
                guint                  keyval,
                guint                  keycode,
                GdkModifierType        state,
                Input                 *input)
{
  if ((state & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK)) != 0)
    return GDK_EVENT_PROPAGATE;
  return input->input->key (input->widget, keyval);
}

static gboolean
scroll_cb (GtkEventControllerScroll *controller,
           double                    dx,
           double                    dy,
           Input                    *input)
{
  double rows;

  input->rest += dy * NOTCH;
  rows = trunc (input->rest);
  input->rest -= rows;
  if (rows != 0.0)
    input->input->scroll (input->widget, (int) rows);
  return GDK_EVENT_STOP;
}

static void
focus_cb (Input *input)
{
  input->input->focus (input->widget);
}

void
desk_drawn_add_input (GtkWidget            *widget,
                      const DeskDrawnInput *table)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *scroll = gtk_event_controller_scroll_new (GTK_EVENT_CONTROLLER_SCROLL_VERTICAL);
  GtkEventController *focus = gtk_event_controller_focus_new ();
  Input *input = g_new0 (Input, 1);

  input->widget = widget;
  input->input = table;
  g_object_set_data_full (G_OBJECT (widget), "desk-input", input, g_free);
  gtk_widget_set_focusable (widget, TRUE);
  g_signal_connect (keys, "key-pressed", G_CALLBACK (key_pressed_cb), input);
  gtk_widget_add_controller (widget, keys);
  g_signal_connect (scroll, "scroll", G_CALLBACK (scroll_cb), input);
  gtk_widget_add_controller (widget, scroll);
  g_signal_connect_swapped (focus, "enter", G_CALLBACK (focus_cb), input);
  g_signal_connect_swapped (focus, "leave", G_CALLBACK (focus_cb), input);
  gtk_widget_add_controller (widget, focus);
}
