/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-fake-exchange.h"

/* What the child has sent and told is held against what stands in its state file, as SQLite reads it. */

typedef struct
{
  DtcNumbering     numbering;
  DtcFakeExchange *exchange;
  char            *folder, *path;
  gint64           last_seq;      /* read so far */
  GHashTable      *intents;       /* wire text */
  GHashTable      *intended;      /* ClientOrderID */
  GHashTable      *executions;
  GHashTable      *said;          /* "id status filled" and "id status" of messages of the server */
  GHashTable      *begun;         /* ways out without an end */
  int              must_tell;     /* of them, by the start that was read last; -1: none was */
  guint            told;          /* by the life that ran last */
  GPtrArray       *unexplained;   /* what an emergency file must still bring: frames and reports */
  guint64          n_commands, n_orders, n_fills, n_kills, n_early, n_storage, n_live, n_rows, n_denied, n_cuts;
} Witness;

void fail (Witness *witness, const char *format, ...) G_GNUC_NORETURN G_GNUC_PRINTF (2, 3);

/* The rows that are new; the file stays as the kill has left it. */
void read_journal (Witness *witness);

/* Takes @text, "frame TEXT", "part TEXT" or a line that the child has told, which the journal has to explain. */
void claim (Witness *witness, char *text);
void check_claims (Witness *witness, gboolean all, const char *when);

/* Is this the beginning of a command that must not leave without its intent? */
gboolean is_command (Witness *witness, const char *frame);
