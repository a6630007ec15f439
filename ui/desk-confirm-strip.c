/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-confirm-strip.h"

#include <glib/gi18n.h>

struct _DeskConfirmStrip
{
  GtkWidget   parent_instance;

  GtkWidget  *box;
  GtkWidget  *words;
  GtkWidget  *worst_case;
  GtkWidget  *warnings;
  GtkWidget  *send;

  gboolean    open;
  gint64      opened_at;   /* monotonic */
  gboolean    enter_down;  /* pressed, whenever that was */
  gboolean    enter_fresh; /* pressed after the quiet time */
  guint       quiet_id;
  DeskTicket  ticket;
};

G_DEFINE_FINAL_TYPE (DeskConfirmStrip, desk_confirm_strip, GTK_TYPE_WIDGET)

enum
{
  SEND,
  DROPPED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static gboolean
is_quiet (DeskConfirmStrip *self,
          gint64            now)
{
  return now - self->opened_at < DESK_CONFIRM_QUIET_MS * 1000;
}

static void
close_strip (DeskConfirmStrip *self)
{
  self->open = FALSE;
  self->enter_fresh = FALSE;
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  /* Assistive tools see it behind the preview too. */
  gtk_widget_set_sensitive (self->send, FALSE);
  /* The preview in its place needs less room than three orders in words. */
  gtk_label_set_text (GTK_LABEL (self->words), "");
  gtk_label_set_text (GTK_LABEL (self->worst_case), "");
  gtk_widget_set_visible (self->warnings, FALSE);
}

static void
send_order (DeskConfirmStrip *self)
{
  DeskTicket ticket = self->ticket;

  if (!self->open)
    return;
  close_strip (self);
  g_signal_emit (self, signals[SEND], 0, &ticket);
}

static void
send_clicked_cb (DeskConfirmStrip *self)
{
  if (!is_quiet (self, g_get_monotonic_time ()))
    send_order (self);
}

static void
drop_clicked_cb (DeskConfirmStrip *self)
{
  desk_confirm_strip_drop (self);
}

static gboolean
quiet_over_cb (gpointer user_data)
{
  DeskConfirmStrip *self = user_data;

  self->quiet_id = 0;
  gtk_widget_set_sensitive (self->send, TRUE);
  return G_SOURCE_REMOVE;
}

static void
desk_confirm_strip_dispose (GObject *object)
{
  DeskConfirmStrip *self = DESK_CONFIRM_STRIP (object);

  g_clear_handle_id (&self->quiet_id, g_source_remove);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_confirm_strip_parent_class)->dispose (object);
}

static void
desk_confirm_strip_class_init (DeskConfirmStripClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_confirm_strip_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
  signals[SEND] = g_signal_new ("send", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[DROPPED] = g_signal_new ("dropped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static GtkWidget *
add_label (GtkWidget  *box,
           const char *class_name)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_width_chars (GTK_LABEL (label), 22);
  if (class_name != NULL)
    gtk_widget_add_css_class (label, class_name);
  gtk_box_append (GTK_BOX (box), label);
  return label;
}

static GtkWidget *
add_button (DeskConfirmStrip *self,
            GtkWidget        *box,
            const char       *label,
            const char       *key,
            const char       *name,
            GCallback         clicked)
{
  GtkWidget *button = gtk_button_new ();
  GtkWidget *content = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 5);
  GtkWidget *hint = gtk_label_new (key);

  gtk_widget_add_css_class (hint, "key-hint");
  gtk_widget_set_halign (content, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (content), gtk_label_new (label));
  gtk_box_append (GTK_BOX (content), hint);
  gtk_button_set_child (GTK_BUTTON (button), content);
  gtk_widget_set_hexpand (button, TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_swapped (button, "clicked", clicked, self);
  gtk_box_append (GTK_BOX (box), button);
  return button;
}

static void
desk_confirm_strip_init (DeskConfirmStrip *self)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *drop;

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 5);
  gtk_widget_add_css_class (self->box, "confirm-strip");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->words = add_label (self->box, "confirm-words");
  self->worst_case = add_label (self->box, "numeric");
  self->warnings = add_label (self->box, "confirm-warning");
  gtk_widget_set_margin_top (buttons, 2);
  /* However many lines stand above them. */
  gtk_widget_set_vexpand (buttons, TRUE);
  gtk_widget_set_valign (buttons, GTK_ALIGN_END);
  gtk_box_append (GTK_BOX (self->box), buttons);
  /* Translators: drops the order that waits for its confirmation. */
  drop = add_button (self, buttons, C_("confirm strip", "Drop"), C_("key", "Esc"), _("Drop order"),
                     G_CALLBACK (drop_clicked_cb));
  /* Enter must never mean anything but "send" here. */
  gtk_widget_set_focusable (drop, FALSE);
  self->send = add_button (self, buttons, C_("confirm strip", "Send"), C_("key", "Enter"), _("Send order"),
                           G_CALLBACK (send_clicked_cb));
  gtk_widget_set_sensitive (self->send, FALSE);
}

/* A pair may have two sides: it takes the colour of its first order. */
static DeskSide
side_of (const DeskTicket *ticket)
{
  return ticket->kind == DESK_TICKET_OCO ? ticket->leg[0].side : ticket->side;
}

void
desk_confirm_strip_open (DeskConfirmStrip *self,
                         const DeskTicket *ticket,
                         const char       *words,
                         const char       *worst_case,
                         const char       *warnings)
{
  g_return_if_fail (DESK_IS_CONFIRM_STRIP (self));

  self->open = TRUE;
  self->ticket = *ticket;
  self->opened_at = g_get_monotonic_time ();
  self->enter_fresh = FALSE;
  gtk_label_set_text (GTK_LABEL (self->words), words);
  gtk_label_set_text (GTK_LABEL (self->worst_case), worst_case);
  gtk_label_set_text (GTK_LABEL (self->warnings), warnings != NULL ? warnings : "");
  gtk_widget_set_visible (self->warnings, warnings != NULL && *warnings != '\0');
  gtk_widget_remove_css_class (self->box, "buy");
  gtk_widget_remove_css_class (self->box, "sell");
  gtk_widget_add_css_class (self->box, side_of (ticket) == DESK_SIDE_BUY ? "buy" : "sell");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, words, -1);
  gtk_widget_set_sensitive (self->send, FALSE);
  g_clear_handle_id (&self->quiet_id, g_source_remove);
  self->quiet_id = g_timeout_add (DESK_CONFIRM_QUIET_MS, quiet_over_cb, self);
}

gboolean
desk_confirm_strip_drop (DeskConfirmStrip *self)
{
  g_return_val_if_fail (DESK_IS_CONFIRM_STRIP (self), FALSE);

  if (!self->open)
    return FALSE;
  close_strip (self);
  g_signal_emit (self, signals[DROPPED], 0);
  return TRUE;
}

gboolean
desk_confirm_strip_is_open (DeskConfirmStrip *self)
{
  g_return_val_if_fail (DESK_IS_CONFIRM_STRIP (self), FALSE);
  return self->open;
}

gboolean
desk_confirm_strip_key (DeskConfirmStrip *self,
                        guint             keyval,
                        gboolean          pressed,
                        gint64            now)
{
  g_return_val_if_fail (DESK_IS_CONFIRM_STRIP (self), FALSE);

  if (keyval == GDK_KEY_Return || keyval == GDK_KEY_KP_Enter || keyval == GDK_KEY_ISO_Enter)
    {
      gboolean repeat = self->enter_down && pressed;

      self->enter_down = pressed;
      if (!self->open)
        return FALSE;
      if (pressed)
        {
          if (!repeat && !is_quiet (self, now))
            self->enter_fresh = TRUE;
        }
      else if (self->enter_fresh)
        send_order (self);
      return TRUE;
    }
  if (keyval == GDK_KEY_Escape && pressed && self->open)
    return desk_confirm_strip_drop (self);
  return FALSE;
}
