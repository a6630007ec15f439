/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-snapshot.h"

#include <math.h>
#include <string.h>

static GRefString *
ref_text (GRefString *text)
{
  return text != NULL ? g_ref_string_acquire (text) : NULL;
}

/* Copies the new text before the old one goes, so that a state may be copied onto itself. */
static void
replace_text (GRefString **to,
              GRefString  *from,
              GRefString  *old)
{
  *to = ref_text (from);
  g_clear_pointer (&old, g_ref_string_release);
}

/**
 * desk_order_state_copy:
 * @to: an initialised state; what it held is released
 * @from: the state to copy
 */
void
desk_order_state_copy (DeskOrderState       *to,
                       const DeskOrderState *from)
{
  GRefString *text = to->text, *note = to->note;

  if (to == from)
    return;
  *to = *from;
  replace_text (&to->text, from->text, text);
  replace_text (&to->note, from->note, note);
}

/**
 * desk_order_state_clear:
 * @state: a state
 *
 * Releases what @state holds and zeroes it.
 */
void
desk_order_state_clear (DeskOrderState *state)
{
  g_clear_pointer (&state->text, g_ref_string_release);
  g_clear_pointer (&state->note, g_ref_string_release);
  memset (state, 0, sizeof *state);
}

/**
 * desk_fill_state_copy:
 * @to: an initialised state; what it held is released
 * @from: the state to copy
 */
void
desk_fill_state_copy (DeskFillState       *to,
                      const DeskFillState *from)
{
  char **old = to->replaces;

  if (to == from)
    return;
  *to = *from;
  to->replaces = g_strdupv (from->replaces);
  g_strfreev (old);
}

/**
 * desk_fill_state_clear:
 * @state: a state
 *
 * Releases what @state holds and zeroes it.
 */
void
desk_fill_state_clear (DeskFillState *state)
{
  g_strfreev (state->replaces);
  memset (state, 0, sizeof *state);
}

/**
 * desk_quote_state_init:
 * @state: memory, whatever it holds
 * @symbol: its symbol
 *
 * Makes @state one of which nothing is known.
 */
void
desk_quote_state_init (DeskQuoteState *state,
                       const char     *symbol)
{
  memset (state, 0, sizeof *state);
  g_strlcpy (state->symbol, symbol, sizeof state->symbol);
  state->volume = state->n_trades = state->open_interest = NAN;
  state->grid.format = -1; /* PRICE_DISPLAY_FORMAT_UNSET */
}

/**
 * desk_quote_state_copy:
 * @to: an initialised state; what it held is released
 * @from: the state to copy
 */
void
desk_quote_state_copy (DeskQuoteState       *to,
                       const DeskQuoteState *from)
{
  GRefString *old = to->text;

  if (to == from)
    return;
  *to = *from;
  replace_text (&to->text, from->text, old);
}

/**
 * desk_quote_state_clear:
 * @state: a state
 *
 * Releases what @state holds and zeroes it.
 */
void
desk_quote_state_clear (DeskQuoteState *state)
{
  g_clear_pointer (&state->text, g_ref_string_release);
  memset (state, 0, sizeof *state);
}

/**
 * desk_order_state_filled_text:
 * @state: an order
 *
 * What the Filled column shows: filled of quantity, each "?" where the server has not said it. What never left this computer
 * has no fill.
 *
 * Returns: (transfer full): the text
 */
char *
desk_order_state_filled_text (const DeskOrderState *state)
{
  char filled[24] = "?";
  char quantity[24] = "?";

  if (state->filled >= 0)
    g_snprintf (filled, sizeof filled, "%" G_GINT64_FORMAT, state->filled);
  else if (state->status == DESK_STATUS_NOT_SENT || state->status == DESK_STATUS_BLOCKED)
    g_strlcpy (filled, "0", sizeof filled);
  if (state->quantity >= 0)
    g_snprintf (quantity, sizeof quantity, "%" G_GINT64_FORMAT, state->quantity);
  return g_strdup_printf ("%s/%s", filled, quantity);
}
