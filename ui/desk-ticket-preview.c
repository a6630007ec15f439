/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-ticket-preview.h"

#include "desk-cells.h"
#include "desk-figure.h"
#include "desk-ticket-check.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

#define MIN_CHARS 22

struct _DeskTicketPreview
{
  GtkWidget  parent_instance;

  GtkWidget *box;
  GtkWidget *words;
  GtkWidget *grid;
  GtkWidget *position;
  GtkWidget *risk_name;
  GtkWidget *risk;
  GtkWidget *bracket_name;
  GtkWidget *bracket;
  GtkWidget *distance;
  GtkWidget *checks;
  char      *checks_text; /* NULL: nothing was shown yet */
  gboolean   denied;
  gboolean   blind;       /* the disk of the journal does not answer */
};

G_DEFINE_FINAL_TYPE (DeskTicketPreview, desk_ticket_preview, GTK_TYPE_WIDGET)

static void
desk_ticket_preview_dispose (GObject *object)
{
  g_clear_pointer (&DESK_TICKET_PREVIEW (object)->box, gtk_widget_unparent);
  G_OBJECT_CLASS (desk_ticket_preview_parent_class)->dispose (object);
}

static void
desk_ticket_preview_finalize (GObject *object)
{
  g_free (DESK_TICKET_PREVIEW (object)->checks_text);
  G_OBJECT_CLASS (desk_ticket_preview_parent_class)->finalize (object);
}

static void
desk_ticket_preview_class_init (DeskTicketPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = desk_ticket_preview_dispose;
  G_OBJECT_CLASS (klass)->finalize = desk_ticket_preview_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
}

static GtkWidget *
make_label (const char *text,
            const char *class_name)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  /* A label that may become one letter wide asks for the height of a tower. */
  gtk_label_set_width_chars (GTK_LABEL (label), MIN_CHARS);
  if (class_name != NULL)
    gtk_widget_add_css_class (label, class_name);
  return label;
}

static GtkWidget *
add_row (DeskTicketPreview *self,
         int                row,
         const char        *title,
         GtkWidget        **label)
{
  GtkWidget *name = make_label (title, "field-label");
  GtkWidget *value = make_label (NULL, "numeric");

  gtk_label_set_width_chars (GTK_LABEL (name), -1);
  gtk_label_set_wrap (GTK_LABEL (name), FALSE);
  gtk_widget_set_valign (name, GTK_ALIGN_START);
  gtk_widget_set_hexpand (value, TRUE);
  gtk_grid_attach (GTK_GRID (self->grid), name, 0, row, 1, 1);
  gtk_grid_attach (GTK_GRID (self->grid), value, 1, row, 1, 1);
  if (label != NULL)
    *label = name;
  gtk_accessible_update_relation (GTK_ACCESSIBLE (value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, name, NULL, -1);
  return value;
}

static void
desk_ticket_preview_init (DeskTicketPreview *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);
  gtk_widget_add_css_class (self->box, "ticket-preview");
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->words = make_label (NULL, "preview-words");
  gtk_box_append (GTK_BOX (self->box), self->words);
  self->grid = gtk_grid_new ();
  gtk_grid_set_column_spacing (GTK_GRID (self->grid), 8);
  gtk_box_append (GTK_BOX (self->box), self->grid);
  /* What forbids the order comes first: a low window cuts the rest. */
  self->checks = add_row (self, 0, C_("preview", "Checks"), NULL);
  self->bracket = add_row (self, 2, C_("preview", "Bracket"), &self->bracket_name);
  self->position = add_row (self, 1, C_("preview", "Position"), NULL);
  self->risk = add_row (self, 3, C_("preview", "Risk"), &self->risk_name);
  self->distance = add_row (self, 4, C_("preview", "Market"), NULL);
}

char *
desk_ticket_preview_worst_case (const DeskPreview *preview)
{
  g_autoptr(GString) now = g_string_new (NULL);
  g_autoptr(GString) up = g_string_new (NULL);
  g_autoptr(GString) down = g_string_new (NULL);
  DeskCell cell = { .text = now };

  desk_cell_signed (&cell, preview->position);
  cell.text = up;
  desk_cell_signed (&cell, preview->worst_long);
  cell.text = down;
  desk_cell_signed (&cell, preview->worst_short);
  /* Translators: the position now, and the highest and lowest it could become. */
  return g_strdup_printf (_("now %s, worst case %s / %s"), now->str, up->str, down->str);
}

char *
desk_ticket_preview_warnings (const DeskPreview *preview,
                              const DeskTicket  *ticket)
{
  g_autoptr(GString) text = g_string_new (NULL);

  if (preview->denial == DESK_DENY_DUPLICATE)
    g_string_append (text, _("The same order was sent a moment ago: send it again?"));
  if (preview->denial == DESK_DENY_UNKNOWN_ON_SYMBOL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                            _("An order on this symbol is unknown; the worst case counts it as filled."));
  if (preview->no_reference)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "",
                            _("No market price to compare with: collar and distance are not checked."));
  else if (ticket->type == DESK_ORDER_TYPE_LIMIT && preview->distance_ticks != G_MAXINT64
           && preview->distance_ticks <= 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", _("This limit can fill at once."));
  if (ticket->type == DESK_ORDER_TYPE_MARKET && preview->no_reference)
    g_string_append_printf (text, "\n%s", _("A market order without a known price fills at any price."));
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static char *
risk_text (const DeskPreview *preview,
           const char        *currency)
{
  g_autoptr(GString) tick = g_string_new (NULL);
  g_autoptr(GString) value = g_string_new (NULL);
  DeskCell cell = { .text = tick };

  if (!isfinite (preview->tick_risk))
    return g_strdup (_("value of a tick not known"));
  desk_cell_tick_value (&cell, preview->tick_risk);
  if (!isfinite (preview->value))
    return g_strdup_printf (_("%s %s a tick"), tick->str, currency);
  cell.text = value;
  desk_cell_money (&cell, preview->value, FALSE);
  /* Translators: money for one tick, currency, value of the order. */
  return g_strdup_printf (_("%s %s a tick, value %s"), tick->str, currency, value->str);
}

static void
append_ticks (GString    *text,
              const char *what,
              gint64      ticks,
              double      money,
              const char *currency)
{
  g_string_append_printf (text, ngettext ("%s %d tick", "%s %d ticks", (gulong) ticks), what, (int) MIN (ticks, G_MAXINT));
  if (isfinite (money))
    {
      g_autoptr(GString) amount = g_string_new (NULL);
      DeskCell cell = { .text = amount };

      desk_cell_money (&cell, money, FALSE);
      g_string_append_printf (text, " = %s %s", amount->str, currency);
    }
}

char *
desk_ticket_preview_bracket (const DeskTicket *ticket,
                             const DeskGrid   *grid,
                             double            market,
                             const char       *currency)
{
  g_autoptr(GString) text = NULL;
  DeskBracketRisk risk;

  if (!desk_ticket_bracket_risk (ticket, grid, market, &risk))
    return NULL;
  text = g_string_new (NULL);
  append_ticks (text, C_("bracket", "risk"), risk.risk_ticks, risk.risk, currency);
  g_string_append_c (text, '\n');
  append_ticks (text, C_("bracket", "reward"), risk.reward_ticks, risk.reward, currency);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
distance_text (const DeskPreview *preview,
               const DeskTicket  *ticket)
{
  gint64 ticks = preview->distance_ticks;

  if (preview->no_reference || ticks == G_MAXINT64)
    return g_strdup (ticket->type == DESK_ORDER_TYPE_MARKET && !preview->no_reference ? _("at the market")
                                                                                      : _("no price to compare with"));
  if (ticks == 0)
    return g_strdup (_("at the touch"));
  if (ticks < 0)
    return g_strdup_printf (ngettext ("%d tick through the market", "%d ticks through the market", (gulong) -ticks),
                            (int) MIN (-ticks, G_MAXINT));
  return g_strdup_printf (ngettext ("%d tick away", "%d ticks away", (gulong) ticks), (int) MIN (ticks, G_MAXINT));
}

/* A disk that hangs lets no entry through: that it would pass the checks is no comfort then. */
static void
show_checks (DeskTicketPreview *self)
{
  gtk_label_set_text (GTK_LABEL (self->checks),
                      self->blind && !self->denied ? _("The disk does not answer: at most what reduces the position is sent")
                                                   : self->checks_text);
  if (self->blind || self->denied)
    gtk_widget_add_css_class (self->checks, "denied");
  else
    gtk_widget_remove_css_class (self->checks, "denied");
}

void
desk_ticket_preview_set_blind (DeskTicketPreview *self,
                               gboolean           blind)
{
  g_return_if_fail (DESK_IS_TICKET_PREVIEW (self));

  if (self->blind == blind)
    return;
  self->blind = blind;
  if (self->checks_text != NULL)
    show_checks (self);
}

void
desk_ticket_preview_show (DeskTicketPreview *self,
                          const DeskTicket  *ticket,
                          const DeskGrid    *grid,
                          double             market,
                          const char        *currency,
                          const DeskPreview *preview,
                          const char        *denial_text)
{
  g_autofree char *words = NULL;
  g_autofree char *worst = NULL;
  g_autofree char *risk = NULL;
  g_autofree char *bracket = NULL;
  g_autofree char *distance = NULL;
  g_autofree char *checks = NULL;

  g_return_if_fail (DESK_IS_TICKET_PREVIEW (self));

  words = desk_words_ticket (ticket, grid);
  worst = desk_ticket_preview_worst_case (preview);
  risk = risk_text (preview, currency);
  bracket = desk_ticket_preview_bracket (ticket, grid, market, currency);
  distance = distance_text (preview, ticket);
  if (preview->denial == DESK_DENY_NONE)
    checks = g_strdup_printf (_("%u/%u passed"), preview->checks_passed, preview->checks_total);
  else
    {
      g_autofree char *why = desk_words_denial_text (preview->denial, denial_text);

      checks = g_strdup_printf ("%s (%s)", why, desk_denial_nick (preview->denial));
    }
  gtk_label_set_text (GTK_LABEL (self->words), words);
  gtk_label_set_text (GTK_LABEL (self->position), worst);
  gtk_label_set_text (GTK_LABEL (self->risk), risk);
  gtk_label_set_text (GTK_LABEL (self->bracket), bracket != NULL ? bracket : "");
  gtk_widget_set_visible (self->bracket_name, bracket != NULL);
  gtk_widget_set_visible (self->bracket, bracket != NULL);
  /* It says more than the value of one tick. */
  gtk_widget_set_visible (self->risk_name, bracket == NULL);
  gtk_widget_set_visible (self->risk, bracket == NULL);
  gtk_label_set_text (GTK_LABEL (self->distance), distance);
  g_free (self->checks_text);
  self->checks_text = g_steal_pointer (&checks);
  /* What arming or a confirmation lets through is not shown as a refusal. */
  self->denied = preview->denial != DESK_DENY_NONE && preview->denial != DESK_DENY_DISARMED
                 && preview->denial != DESK_DENY_DUPLICATE && preview->denial != DESK_DENY_UNKNOWN_ON_SYMBOL;
  show_checks (self);
  desk_set_tooltip (self->checks, denial_text);
  desk_set_tooltip (self->words, *preview->wire != '\0' ? preview->wire : NULL);
  gtk_widget_set_visible (self->grid, TRUE);
}

void
desk_ticket_preview_clear (DeskTicketPreview *self,
                           const char        *why)
{
  g_return_if_fail (DESK_IS_TICKET_PREVIEW (self));

  gtk_label_set_text (GTK_LABEL (self->words), why);
  desk_set_tooltip (self->words, NULL);
  gtk_widget_set_visible (self->grid, FALSE);
}
