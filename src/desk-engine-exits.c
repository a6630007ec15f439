/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include <string.h>

/* That a way out of several steps was begun, and that it has ended, stand in the journal: between two of its orders
 * nothing else would say so. Nothing waits for these records: they are durable with what comes next, at the latest with
 * the first intent behind them. */

typedef struct
{
  EngineExitKind kind;
  char           account[DESK_ID_SIZE];
  char           symbol[DESK_SYMBOL_SIZE]; /* "": all of the account */
  gint64         utc;
  guint          n_orders; /* those before it */
  gboolean       cut;      /* the program that began it is no more */
} EngineExit;

static const char *const nicks[] = { "flatten", "reverse", "flatten-all", "cancel-all" };

static EngineExit *
find (DeskEngine     *engine,
      EngineExitKind  kind,
      const char     *account,
      const char     *symbol)
{
  guint i;

  for (i = 0; i < engine->exits->len; i++)
    {
      EngineExit *exit = g_ptr_array_index (engine->exits, i);

      if (exit->kind == kind && strcmp (exit->account, account) == 0 && strcmp (exit->symbol, symbol) == 0)
        return exit;
    }
  return NULL;
}

static gboolean
read_kind (const DeskRecord *record,
           const char       *before,
           EngineExitKind   *kind)
{
  guint i;

  if (record->payload == NULL || !g_str_has_prefix (record->payload, before))
    return FALSE;
  for (i = 0; i < G_N_ELEMENTS (nicks); i++)
    {
      gsize len = strlen (nicks[i]);

      if (strncmp (record->payload + strlen (before), nicks[i], len) == 0 && record->payload[strlen (before) + len] == '"')
        {
          *kind = (EngineExitKind) i;
          return TRUE;
        }
    }
  return FALSE;
}

void
engine_exits_fold (DeskEngine       *engine,
                   const DeskRecord *record)
{
  const char *account = record->account != NULL ? record->account : "";
  const char *symbol = record->symbol != NULL ? record->symbol : "";
  gboolean begins = record->kind == DESK_RECORD_HUMAN;
  EngineExitKind kind;
  EngineExit *exit;

  if ((!begins && record->kind != DESK_RECORD_TRANSITION)
      || !read_kind (record, begins ? "{\"action\":\"" : "{\"transition\":\"exit-end\",\"exit\":\"", &kind))
    return;
  exit = find (engine, kind, account, symbol);
  if (exit != NULL)
    g_ptr_array_remove (engine->exits, exit);
  if (!begins)
    return;
  exit = g_new0 (EngineExit, 1);
  exit->kind = kind;
  g_strlcpy (exit->account, account, sizeof exit->account);
  g_strlcpy (exit->symbol, symbol, sizeof exit->symbol);
  exit->utc = record->utc;
  exit->n_orders = desk_truth_n_orders (engine->truth);
  g_ptr_array_add (engine->exits, exit);
}

static void
commit (DeskEngine     *engine,
        DeskRecordKind  kind,
        const char     *payload,
        const char     *account,
        const char     *symbol)
{
  DeskRecord *record = engine_record (engine, kind, payload);

  record->account = g_strdup (account);
  record->symbol = *symbol != '\0' ? g_strdup (symbol) : NULL;
  engine_commit (engine, record, NULL, NULL, FALSE);
}

void
engine_exit_begin (DeskEngine        *engine,
                   EngineExitKind     kind,
                   const DeskCommand *command,
                   const char        *account,
                   const char        *symbol)
{
  g_autofree char *payload = engine_json ("action", nicks[kind], "source", desk_source_nick (command->ticket.source), NULL);

  commit (engine, DESK_RECORD_HUMAN, payload, account, symbol);
}

void
engine_exit_end (DeskEngine     *engine,
                 EngineExitKind  kind,
                 const char     *account,
                 const char     *symbol,
                 const char     *text)
{
  g_autofree char *payload = engine_json ("transition", "exit-end", "exit", nicks[kind], "text", text, NULL);

  commit (engine, DESK_RECORD_TRANSITION, payload, account, symbol);
}

/* The last exit order that it made and that is not known to have stayed here, or NULL. */
static const DeskTruthOrder *
last_order (DeskEngine       *engine,
            const EngineExit *exit)
{
  guint i;

  for (i = desk_truth_n_orders (engine->truth); i > exit->n_orders; i--)
    {
      const DeskTruthOrder *order = desk_truth_get_order (engine->truth, i - 1);

      if (order->state.role == DESK_ROLE_FLATTEN && order->base != DESK_STATUS_NOT_SENT
          && strcmp (order->state.account, exit->account) == 0 && strcmp (order->state.symbol, exit->symbol) == 0)
        return order;
    }
  return NULL;
}

/* Whether something left, and what that asks of a person. */
static char *
what_left (DeskEngine       *engine,
           const EngineExit *exit)
{
  const DeskTruthOrder *order = last_order (engine, exit);

  if (order == NULL)
    return g_strdup ("By the journal no exit order of it left: look at the position, and act now if it is still open");
  if (order->state.sent != 0 || order->answered)
    return g_strdup_printf ("By the journal its exit order %s left: see what became of that order, and look at the position before you act again",
                            order->state.client_order_id);
  return g_strdup_printf ("Its exit order %s is in the journal, but not whether it left; the server is asked about it. "
                          "Wait for that answer, and look at the position before you act again",
                          order->state.client_order_id);
}

static void
tell (DeskEngine       *engine,
      const EngineExit *exit)
{
  g_autoptr (GDateTime) seconds = g_date_time_new_from_unix_utc (exit->utc / G_USEC_PER_SEC);
  g_autofree char *when = seconds != NULL ? g_date_time_format (seconds, "%Y-%m-%d %H:%M:%S UTC") : g_strdup ("?");
  g_autofree char *left = NULL;

  switch (exit->kind)
    {
    case EXIT_CANCEL_ALL:
      engine_notice (engine, DESK_LEVEL_ALARM, "EXIT_CUT",
                     "Cancelling the orders in %s was begun at %s, and its end is not in the journal: for some of them no cancel may "
                     "have left. Look at the orders, and cancel again what still works", exit->account, when);
      break;
    case EXIT_FLATTEN_ALL:
      engine_notice (engine, DESK_LEVEL_ALARM, "EXIT_CUT",
                     "Flattening everything in %s was begun at %s, and its end is not in the journal: it may not have come to every "
                     "symbol. Look at the positions, and flatten what is still open", exit->account, when);
      break;
    case EXIT_REVERSE:
      left = what_left (engine, exit);
      engine_notice (engine, DESK_LEVEL_ALARM, "EXIT_CUT",
                     "A reverse of %s in %s was begun at %s, and its end is not in the journal. %s", exit->symbol, exit->account, when, left);
      break;
    case EXIT_FLATTEN:
    default:
      left = what_left (engine, exit);
      engine_notice (engine, DESK_LEVEL_ALARM, "EXIT_CUT",
                     "A flatten of %s in %s was begun at %s, and its end is not in the journal. %s", exit->symbol, exit->account, when, left);
      break;
    }
}

void
engine_exits_restored (DeskEngine *engine)
{
  guint i;

  for (i = 0; i < engine->exits->len; i++)
    {
      EngineExit *exit = g_ptr_array_index (engine->exits, i);

      exit->cut = TRUE;
      tell (engine, exit);
    }
}

void
engine_exits_live (DeskEngine *engine)
{
  guint i;

  /* Each end takes its exit off the list. */
  for (i = engine->exits->len; i > 0; i--)
    {
      const EngineExit *exit = g_ptr_array_index (engine->exits, i - 1);
      EngineExit copy = *exit;

      if (copy.cut)
        engine_exit_end (engine, copy.kind, copy.account, copy.symbol, "cut by the end of the program, and told at the next start");
    }
}
