/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-facts.h"

#include "desk-cells.h"
#include "desk-words-market.h"

#include <glib/gi18n.h>

static GtkWidget *
make_label (const char *text,
            const char *css_class)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0.0f);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 36);
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);
  return label;
}

/* What the server has not said has no row. */
static void
add (GtkWidget  *grid,
     int        *row,
     const char *name,
     const char *value)
{
  if (value == NULL || *value == '\0')
    return;
  gtk_grid_attach (GTK_GRID (grid), make_label (name, "dim-label"), 0, *row, 1, 1);
  gtk_grid_attach (GTK_GRID (grid), make_label (value, NULL), 1, *row, 1, 1);
  (*row)++;
}

static char *
point_value_text (const DeskInstrumentState *instrument)
{
  g_autoptr(GString) text = g_string_new (NULL);
  DeskCell cell = { .text = text };

  if (instrument->grid.tick <= 0.0 || instrument->grid.tick_value <= 0.0)
    return NULL;
  desk_cell_tick_value (&cell, instrument->grid.tick_value / instrument->grid.tick);
  g_string_append_printf (text, "%s%s", *instrument->currency != '\0' ? " " : "", instrument->currency);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
multiplier_text (const DeskInstrumentState *instrument)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];

  if (instrument->grid.multiplier <= 0.0 || instrument->grid.multiplier == 1.0)
    return NULL;
  return g_strdup_printf ("× %s", g_ascii_formatd (number, sizeof number, "%.9g", instrument->grid.multiplier));
}

GtkWidget *
desk_facts_new (const DeskInstrumentState *instrument)
{
  GtkWidget *grid = gtk_grid_new ();
  g_autofree char *tick = NULL;
  g_autofree char *tick_value = NULL;
  g_autofree char *point_value = NULL;
  g_autofree char *multiplier = NULL;
  g_autofree char *format = NULL;
  g_autofree char *expiry = NULL;
  int row = 0;

  gtk_grid_set_column_spacing (GTK_GRID (grid), 12);
  gtk_grid_set_row_spacing (GTK_GRID (grid), 3);
  gtk_widget_add_css_class (grid, "facts");
  if (instrument == NULL || !instrument->known)
    {
      gtk_grid_attach (GTK_GRID (grid), make_label (instrument == NULL ? _("The server has not defined this symbol yet.")
                                                                       : _("The server does not know this symbol."), NULL),
                       0, 0, 2, 1);
      return grid;
    }
  tick = desk_words_tick (instrument);
  tick_value = desk_words_tick_value (instrument);
  point_value = point_value_text (instrument);
  multiplier = multiplier_text (instrument);
  format = desk_words_price_format (&instrument->grid);
  expiry = desk_words_expiry (instrument->expires);
  add (grid, &row, _("Symbol"), instrument->symbol);
  add (grid, &row, _("Description"), instrument->description);
  add (grid, &row, _("Kind"), desk_words_security_type (instrument->type));
  add (grid, &row, _("Exchange"), instrument->exchange);
  add (grid, &row, _("Underlying"), instrument->underlying);
  add (grid, &row, _("Tick"), tick);
  add (grid, &row, _("Tick value"), tick_value);
  add (grid, &row, _("One point"), point_value);
  add (grid, &row, _("Prices in"), format);
  /* Translators: what the prices that the server sends are multiplied with. */
  add (grid, &row, _("Multiplier"), multiplier);
  add (grid, &row, _("Currency"), instrument->currency);
  add (grid, &row, _("Expires"), expiry);
  add (grid, &row, _("Market depth"), instrument->has_depth ? _("yes") : _("no"));
  return grid;
}
