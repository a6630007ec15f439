/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-panels.h"

#include "desk-figure.h"
#include "desk-table.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define DESK_TYPE_POSITIONS (desk_positions_get_type ())
G_DECLARE_FINAL_TYPE (DeskPositions, desk_positions, DESK, POSITIONS, GtkWidget)

struct _DeskPositions
{
  GtkWidget    parent_instance;

  GtkWidget   *box;
  DeskTable   *table;
  GtkWidget   *flatten;
  GtkWidget   *reverse;
  GtkWidget   *account;

  DeskSession *session;
};

G_DEFINE_FINAL_TYPE (DeskPositions, desk_positions, GTK_TYPE_WIDGET)

#define STATE(item) (desk_position_get_state (DESK_POSITION ((gpointer) (item))))

static void
write_symbol (gpointer  item,
              DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->symbol);
}

static void
write_account (gpointer  item,
               DeskCell *cell)
{
  g_string_append (cell->text, STATE (item)->account);
}

static void
write_server (gpointer  item,
              DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  /* What a server said before its link was lost is the best that is known, and says how old it is. */
  if (!position->provable && position->stale && position->as_of > 0)
    {
      g_autoptr(GString) when = g_string_new (NULL);
      g_autofree char *quantity = g_strdup_printf (position->quantity > 0 ? "+%" G_GINT64_FORMAT : "%" G_GINT64_FORMAT,
                                                   position->quantity);

      desk_words_time (when, position->as_of, FALSE);
      /* Translators: contracts, time of day; as short as possible. */
      g_string_append_printf (cell->text, _("%s as of %s"), quantity, when->str);
      cell->lines = 2;
      return;
    }
  if (!position->provable)
    {
      /* Translators: the server has not told the position on this connection. */
      g_string_append (cell->text, _("not told"));
      cell->style = "warning";
      return;
    }
  desk_cell_signed (cell, position->quantity);
  cell->style = position->quantity > 0 ? "buy" : position->quantity < 0 ? "sell" : NULL;
}

static int
compare_server (gconstpointer a,
                gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->quantity, STATE (b)->quantity);
}

static void
write_ours (gpointer  item,
            DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  if (position->computed_known)
    desk_cell_signed (cell, position->computed);
  else
    g_string_append (cell->text, "?");
}

/* A match is a claim: it needs both sides. */
static void
write_difference (gpointer  item,
                  DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  if (!position->provable || !position->computed_known)
    {
      /* Translators: nothing can be said about the difference of two quantities. */
      g_string_append (cell->text, _("not provable"));
      cell->style = "dim-label";
    }
  else if (position->quantity == position->computed)
    g_string_append (cell->text, _("0, match"));
  else
    {
      desk_cell_signed (cell, position->quantity - position->computed);
      g_string_append_printf (cell->text, " %s", _("mismatch"));
      cell->style = "error";
    }
}

static void
write_average (gpointer  item,
               DeskCell *cell)
{
  if (STATE (item)->quantity != 0)
    desk_cell_average (cell, &STATE (item)->grid, STATE (item)->average_price);
}

static void
write_our_average (gpointer  item,
                   DeskCell *cell)
{
  if (STATE (item)->computed != 0)
    desk_cell_average (cell, &STATE (item)->grid, STATE (item)->computed_average);
}

static void
write_open_profit (gpointer  item,
                   DeskCell *cell)
{
  desk_cell_money (cell, STATE (item)->open_profit, TRUE);
}

static int
compare_open_profit (gconstpointer a,
                     gconstpointer b)
{
  return DESK_COMPARE (STATE (a)->open_profit, STATE (b)->open_profit);
}

static void
write_working (gpointer  item,
               DeskCell *cell)
{
  const DeskPositionState *position = STATE (item);

  /* Translators: contracts of working buy and sell orders, as short as possible: "B3 S2". */
  g_string_append_printf (cell->text, _("B%d S%d"), (int) position->working_buys, (int) position->working_sells);
}

static void
write_worst (gpointer  item,
             DeskCell *cell)
{
  desk_cell_signed (cell, STATE (item)->worst_long);
  g_string_append (cell->text, " / ");
  desk_cell_signed (cell, STATE (item)->worst_short);
}

static void
write_as_of (gpointer  item,
             DeskCell *cell)
{
  if (!STATE (item)->stale && STATE (item)->unshown && STATE (item)->as_of > 0)
    desk_cell_unshown (cell, STATE (item)->as_of);
  else
    desk_cell_as_of (cell, STATE (item)->as_of, STATE (item)->stale);
}

static const DeskColumn columns[] = {
  { .id = "symbol", .title = N_("Symbol"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_symbol },
  { .id = "server", .title = N_("Server"), .tooltip = N_("Contracts the server says"), .kind = DESK_CELL_NUMBER,
    .chars = 9, .write = write_server, .compare = compare_server },
  { .id = "ours", .title = N_("Our fills"), .tooltip = N_("Contracts by our own sum of fills"),
    .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_ours },
  { .id = "difference", .title = N_("Difference"), .kind = DESK_CELL_NUMBER, .chars = 12, .write = write_difference },
  { .id = "average", .title = N_("Average"), .tooltip = N_("Average price the server says"), .kind = DESK_CELL_NUMBER,
    .chars = 9, .write = write_average },
  { .id = "our-average", .title = N_("Our average"), .kind = DESK_CELL_NUMBER, .chars = 9,
    .write = write_our_average },
  { .id = "open-profit", .title = N_("Open P&L"), .kind = DESK_CELL_NUMBER, .chars = 9, .write = write_open_profit,
    .compare = compare_open_profit },
  { .id = "working", .title = N_("Working"), .tooltip = N_("Contracts of working buy and sell orders"),
    .kind = DESK_CELL_NUMBER, .chars = 8, .write = write_working },
  { .id = "worst", .title = N_("Worst case"),
    .tooltip = N_("Position if every working and unknown buy filled, and if every sell did"),
    .kind = DESK_CELL_NUMBER, .chars = 10, .write = write_worst },
  { .id = "account", .title = N_("Account"), .kind = DESK_CELL_TEXT, .chars = 9, .write = write_account },
  { .id = "as-of", .title = N_("Last told"), .kind = DESK_CELL_TEXT, .chars = 12, .expand = TRUE,
    .write = write_as_of },
};

static const char *
row_style (gpointer item)
{
  return STATE (item)->stale || STATE (item)->unshown ? "stale" : NULL;
}

static const DeskPositionState *
selected (DeskPositions *self)
{
  DeskPosition *position = desk_table_get_selected (self->table);

  return position != NULL ? desk_position_get_state (position) : NULL;
}

static void
allow (DeskPositions *self,
       GtkWidget     *button,
       const char    *action,
       const char    *why,
       const char    *tooltip)
{
  desk_set_tooltip (button, why != NULL ? why : tooltip);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), action, why == NULL);
}

/* What cannot work says why. */
static void
update_buttons (DeskPositions *self)
{
  DeskLink link = desk_session_get_link (self->session)->state;
  const DeskPositionState *position;
  const char *down = link == DESK_LINK_LIVE || link == DESK_LINK_RESYNC ? NULL : desk_words_denial (DESK_DENY_LINK_DOWN);
  const char *none;

  /* The table tells of its last selection while it goes; the buttons may have gone before it. */
  if (self->box == NULL)
    return;
  position = selected (self);
  none = down != NULL ? down : position == NULL ? _("Choose a position in the table first.") : NULL;
  allow (self, self->flatten, "positions.flatten", none, _("Cancels the orders placed here on it and closes it at market"));
  allow (self, self->reverse, "positions.reverse",
         none != NULL ? none : position->quantity == 0 ? desk_words_denial (DESK_DENY_FLAT) : NULL,
         _("Closes it and enters the same quantity the other way round: two orders, asked for first"));
  allow (self, self->account, "positions.flatten-account", down,
         _("One request to the server to close every position of the account"));
}

static void
exit_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  DeskPositions *self = DESK_POSITIONS (widget);
  const DeskPositionState *position = selected (self);

  if (g_str_equal (name, "positions.flatten-account"))
    gtk_widget_activate_action (widget, "win.flatten", "(ss)", "", desk_session_get_arm (self->session)->account);
  else if (position != NULL)
    gtk_widget_activate_action (widget, g_str_equal (name, "positions.reverse") ? "win.reverse" : "win.flatten", "(ss)",
                                position->symbol, position->account);
}

static void
row_activated_cb (DeskPositions *self)
{
  const DeskPositionState *position = selected (self);

  if (position != NULL)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.order-symbol", "s", position->symbol);
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskPositions   *self)
{
  if (event->kind == DESK_EVENT_LINK || event->kind == DESK_EVENT_POSITION)
    update_buttons (self);
}

static gboolean
desk_positions_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (DESK_POSITIONS (widget)->table));
}

static void
desk_positions_dispose (GObject *object)
{
  DeskPositions *self = DESK_POSITIONS (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (desk_positions_parent_class)->dispose (object);
}

static void
desk_positions_class_init (DeskPositionsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = desk_positions_dispose;
  widget_class->grab_focus = desk_positions_grab_focus;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_install_action (widget_class, "positions.flatten", NULL, exit_action);
  gtk_widget_class_install_action (widget_class, "positions.reverse", NULL, exit_action);
  gtk_widget_class_install_action (widget_class, "positions.flatten-account", NULL, exit_action);
}

static void
desk_positions_init (DeskPositions *self)
{
}

static GtkWidget *
add_button (GtkWidget  *bar,
            const char *label,
            const char *action)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_add_css_class (button, "chip");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (bar), button);
  return button;
}

static GtkWidget *
make_bar (DeskPositions *self)
{
  GtkWidget *bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_widget_add_css_class (bar, "panel-bar");
  self->flatten = add_button (bar, _("Flatten position"), "positions.flatten");
  self->reverse = add_button (bar, _("Reverse position"), "positions.reverse");
  self->account = add_button (bar, _("Flatten account"), "positions.flatten-account");
  gtk_widget_set_hexpand (self->account, TRUE);
  gtk_widget_set_halign (self->account, GTK_ALIGN_END);
  return bar;
}

GtkWidget *
desk_positions_new (DeskSession *session)
{
  DeskPositions *self = g_object_new (DESK_TYPE_POSITIONS, NULL);
  g_autoptr(GMenu) menu = g_menu_new ();

  self->session = g_object_ref (session);
  g_menu_append (menu, _("Flatten position"), "positions.flatten");
  g_menu_append (menu, _("Reverse position"), "positions.reverse");
  self->table = DESK_TABLE (desk_table_new (_("Positions"), columns, G_N_ELEMENTS (columns),
                                            desk_session_get_positions (session), "positions"));
  desk_table_set_row_style (self->table, row_style);
  desk_table_set_empty (self->table, _("No positions."));
  desk_table_set_menu (self->table, G_MENU_MODEL (menu));
  gtk_widget_set_vexpand (GTK_WIDGET (self->table), TRUE);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_box_append (GTK_BOX (self->box), make_bar (self));
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->table));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  update_buttons (self);
  g_signal_connect_object (self->table, "selection-changed", G_CALLBACK (update_buttons), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->table, "row-activated", G_CALLBACK (row_activated_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  return GTK_WIDGET (self);
}
