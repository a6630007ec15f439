/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-engine-private.h"

#include "desk-order-id.h"

#include <string.h>

/* Whom we are connected to, against whom we were: another server, another list of accounts, or a second copy of
 * ourselves means that nothing new is risked until a person has said that it is right. A changed certificate is
 * refused before anything is said (dtc-tls.h). */

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The accounts of this connection, in a stable order. */
static char *
account_list (DeskEngine *engine)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  guint i;

  for (i = 0; i < engine->accounts->len; i++)
    {
      EngineAccount *account = g_ptr_array_index (engine->accounts, i);

      if (account->listed_epoch == desk_truth_get_epoch (engine->truth))
        g_ptr_array_add (names, account->account);
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

static char *
identity_payload (DeskEngine *engine,
                  const char *first_name,
                  const char *first_value)
{
  g_autofree char *accounts = account_list (engine);

  return engine_json (first_name, first_value, "server", engine->server_name, "host", engine->host, "accounts", accounts, NULL);
}

static void
append_change (GString    *out,
               const char *what,
               const char *before,
               const char *now)
{
  if (before == NULL || *before == '\0' || *now == '\0' || strcmp (before, now) == 0)
    return;
  g_string_append_printf (out, "%s%s %s, before %s", out->len > 0 ? "; " : "", what, now, before);
}

static void
stop_trading (DeskEngine *engine,
              const char *code,
              const char *why)
{
  g_free (engine->unconfirmed);
  engine->unconfirmed = g_strdup (why);
  engine->armed = FALSE;
  engine_notice (engine, DESK_LEVEL_ALARM, code, "%s. Nothing new is risked until trading is armed by hand: look first whether this is right", why);
  engine_publish_arm (engine);
}

void
engine_identity_live (DeskEngine *engine)
{
  const DeskTruthIdentity *known = desk_truth_get_identity (engine->truth);
  g_autofree char *accounts = account_list (engine);
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autofree char *payload = NULL;

  if (engine->config.account[0] != '\0' && *accounts != '\0' && engine_find_account (engine, engine->config.account) == NULL)
    engine_notice (engine, DESK_LEVEL_ALARM, "ACCOUNT_MISSING", "The server does not have account %s: orders for it are refused",
                   engine->config.account);
  append_change (changes, "the server is called", known->server, engine->server_name);
  append_change (changes, "its address is", known->host, engine->host);
  append_change (changes, "its accounts are", known->accounts, accounts);
  if (changes->len == 0)
    {
      payload = identity_payload (engine, "link", "live");
      engine_commit (engine, engine_record (engine, DESK_RECORD_LINK, payload), NULL, NULL, FALSE);
      return;
    }
  engine_commit (engine, engine_record (engine, DESK_RECORD_LINK, "{\"link\":\"live\"}"), NULL, NULL, FALSE);
  g_string_prepend (changes, "This is not the server of the last time: ");
  stop_trading (engine, "SERVER_CHANGED", changes->str);
}

void
engine_identity_confirm (DeskEngine *engine)
{
  g_autofree char *payload = NULL;

  if (engine->unconfirmed == NULL)
    return;
  payload = identity_payload (engine, "action", "identity");
  engine_commit (engine, engine_record (engine, DESK_RECORD_HUMAN, payload), NULL, NULL, FALSE);
  g_clear_pointer (&engine->unconfirmed, g_free);
}

/* An order bears a name that only this installation gives, and our journal has not given it. */
gboolean
engine_is_copys_id (DeskEngine *engine,
                    const char *client_order_id)
{
  char install[7];

  return *client_order_id != '\0' && desk_order_id_parse (client_order_id, install, NULL, NULL)
         && strcmp (install, engine->config.install) == 0 && desk_truth_find_client (engine->truth, client_order_id) == NULL;
}

void
engine_identity_copy (DeskEngine *engine,
                      const char *client_order_id)
{
  g_autofree char *why = g_strdup_printf ("Order %s bears our name and is not in our journal: another copy of this installation is running, "
                                          "or the state file is an older one",
                                          client_order_id);

  stop_trading (engine, "ANOTHER_COPY", why);
}
