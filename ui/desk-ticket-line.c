/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-line.h"

#include "desk-order-line.h"
#include "desk-words.h"

#include <glib/gi18n.h>

struct _DeskTicketLine
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  GtkWidget   *entry;

  DeskSession *session;
  DeskCommand *entered;
};

G_DEFINE_FINAL_TYPE (DeskTicketLine, desk_ticket_line, GTK_TYPE_WIDGET)

enum
{
  HINT,
  ENTERED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* The grammar by its examples; the words of the lines are the same in every language. */
static const struct { const char *line; const char *meaning; } grammar[] = {
  { "buy 2 ESZ6 market", N_("at the market; also marketlimit") },
  { "buy 2 ESZ6 limit 5000.25 day", N_("day, gtc, ioc, fok or aon") },
  { "sell 1 ESZ6 stop 4990 gtd 2026-12-01T21:00:00Z", N_("until a time, UTC") },
  { "buy 1 ESZ6 stoplimit 5010 5010.50 gtc", N_("stop price, then limit") },
  { "buy 1 ESZ6 mit 4990", N_("market if touched; lit takes a limit too") },
  { "buy 1 ESZ6 limit 5000 target 5010 stop 4995", N_("bracket, held at the server") },
  { "buy 1 ESZ6 market offsets target 10 stop 5", N_("bracket by distances") },
  { "oco sell 1 ESZ6 limit 5010 stop 4990", N_("pair, one cancels the other") },
  { "oco 1 ESZ6 buy stop 5010 sell stop 4990", N_("the same with two sides") },
  { "buy 9 ESZ6 limit 5000 show 2 note \"open\"", N_("iceberg, and a note") },
  { "cancel ID", N_("also cancel all, cancel all ESZ6") },
  { "modify ID price 5001 qty 3", N_("changes a working order") },
  { "flatten ESZ6", N_("also flatten all, reverse ESZ6") },
};

static const DeskGrid *
lookup_grid (const char *symbol,
             gpointer    user_data)
{
  DeskTicketLine *self = user_data;

  return self->session != NULL ? desk_session_find_grid (self->session, symbol) : NULL;
}

static void
say (DeskTicketLine *self,
     const char     *text,
     gboolean        bad)
{
  g_signal_emit (self, signals[HINT], 0, text, bad);
}

static void
changed_cb (DeskTicketLine *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->entry));
  g_autoptr(GError) error = NULL;
  g_autoptr(DeskCommand) command = NULL;

  gtk_widget_remove_css_class (self->entry, "error");
  if (*text == '\0')
    {
      say (self, NULL, FALSE);
      return;
    }
  command = desk_order_line_parse_full (text, lookup_grid, self, &error);
  if (command == NULL)
    {
      g_autofree char *why = desk_words_core (error->message);

      say (self, why, FALSE);
    }
  else if (command->kind == DESK_COMMAND_SUBMIT)
    {
      const DeskGrid *grid = lookup_grid (command->ticket.symbol, self);
      g_autofree char *words = desk_words_ticket (&command->ticket, grid);
      gboolean off = desk_words_ticket_off_tick (&command->ticket, grid);

      say (self, off ? desk_words_denial (DESK_DENY_PRICE_TICK) : words, off);
    }
  else
    say (self, NULL, FALSE);
}

static void
activated_cb (DeskTicketLine *self)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(DeskCommand) command = NULL;

  command = desk_order_line_parse_full (gtk_editable_get_text (GTK_EDITABLE (self->entry)), lookup_grid, self, &error);
  if (command == NULL)
    {
      g_autofree char *why = desk_words_core (error->message);

      gtk_widget_add_css_class (self->entry, "error");
      say (self, why, TRUE);
      return;
    }
  g_clear_pointer (&self->entered, desk_command_free);
  self->entered = g_steal_pointer (&command);
  g_signal_emit (self, signals[ENTERED], 0);
}

static gboolean
desk_ticket_line_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (DESK_TICKET_LINE (widget)->entry);
}

static void
desk_ticket_line_dispose (GObject *object)
{
  DeskTicketLine *self = DESK_TICKET_LINE (object);

  g_clear_object (&self->session);
  g_clear_pointer (&self->entered, desk_command_free);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ticket_line_parent_class)->dispose (object);
}

static void
desk_ticket_line_class_init (DeskTicketLineClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_ticket_line_dispose;
  widget_class->grab_focus = desk_ticket_line_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  signals[HINT] = g_signal_new ("hint", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_BOOLEAN);
  signals[ENTERED] = g_signal_new ("entered", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static GtkWidget *
make_help (void)
{
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *grid = gtk_grid_new ();

  gtk_widget_add_css_class (grid, "line-help");
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 14);
  for (guint i = 0; i < G_N_ELEMENTS (grammar); i++)
    {
      GtkWidget *line = gtk_label_new (grammar[i].line);
      GtkWidget *meaning = gtk_label_new (_(grammar[i].meaning));

      gtk_label_set_xalign (GTK_LABEL (line), 0.0f);
      gtk_label_set_xalign (GTK_LABEL (meaning), 0.0f);
      gtk_widget_add_css_class (line, "monospace");
      gtk_widget_add_css_class (meaning, "field-label");
      gtk_grid_attach (GTK_GRID (grid), line, 0, (int) i, 1, 1);
      gtk_grid_attach (GTK_GRID (grid), meaning, 1, (int) i, 1, 1);
    }
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  return popover;
}

static void
desk_ticket_line_init (DeskTicketLine *self)
{
  GtkWidget *help = gtk_menu_button_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->box, "linked");
  self->entry = gtk_entry_new ();
  gtk_widget_set_hexpand (self->entry, TRUE);
  gtk_entry_set_placeholder_text (GTK_ENTRY (self->entry), "buy 2 ESZ6 limit 5000.25 day");
  gtk_entry_set_icon_from_icon_name (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY, "utilities-terminal-symbolic");
  gtk_entry_set_icon_activatable (GTK_ENTRY (self->entry), GTK_ENTRY_ICON_PRIMARY, FALSE);
  gtk_widget_set_tooltip_text (self->entry, _("Order line, Ctrl+L: one order in words"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Order line"), -1);
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (help), "help-about-symbolic");
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (help), make_help ());
  gtk_widget_set_tooltip_text (help, _("What can be typed here"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (help), GTK_ACCESSIBLE_PROPERTY_LABEL, _("What can be typed here"), -1);
  gtk_box_append (GTK_BOX (self->box), self->entry);
  gtk_box_append (GTK_BOX (self->box), help);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_swapped (self->entry, "changed", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (self->entry, "activate", G_CALLBACK (activated_cb), self);
}

void
desk_ticket_line_set_session (DeskTicketLine *self,
                              DeskSession    *session)
{
  g_return_if_fail (DESK_IS_TICKET_LINE (self));
  g_set_object (&self->session, session);
}

void
desk_ticket_line_clear (DeskTicketLine *self)
{
  g_return_if_fail (DESK_IS_TICKET_LINE (self));
  gtk_editable_set_text (GTK_EDITABLE (self->entry), "");
}

DeskCommand *
desk_ticket_line_take (DeskTicketLine *self)
{
  g_return_val_if_fail (DESK_IS_TICKET_LINE (self), NULL);
  return g_steal_pointer (&self->entered);
}
