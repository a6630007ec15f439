/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-log-chain.h"

#include <string.h>

/* A pair of orders stands in one message; that makes them no one order. */
static guint
own_ids (const DeskLogRow *row,
         guint32           ids[4])
{
  guint n = 0;

  if (row->type == DTC_MSG_SUBMIT_NEW_OCO_ORDER)
    return 0;
  if (row->client != 0 && row->client != DESK_LOG_TOO_MANY)
    ids[n++] = row->client;
  if (row->server != 0 && row->server != DESK_LOG_TOO_MANY)
    ids[n++] = row->server;
  if (row->other != 0 && row->other != DESK_LOG_TOO_MANY)
    ids[n++] = row->other;
  if (row->older != 0 && row->older != DESK_LOG_TOO_MANY)
    ids[n++] = row->older;
  return n;
}

static guint32
root_of (guint32 *parents,
         guint32  id)
{
  while (parents[id] != id)
    {
      parents[id] = parents[parents[id]];
      id = parents[id];
    }
  return id;
}

guint8 *
desk_log_chain_find (const DeskLogSnapshot *snapshot,
                     const char            *id)
{
  guint n_strings = desk_log_snapshot_n_strings (snapshot);
  guint8 *found = g_new0 (guint8, n_strings);
  g_autofree guint32 *parents = g_new (guint32, n_strings);
  guint32 wanted = 0;
  guint n = desk_log_snapshot_get_n (snapshot);

  for (guint32 i = 0; i < n_strings; i++)
    {
      parents[i] = i;
      if (wanted == 0 && strcmp (desk_log_snapshot_string (snapshot, i), id) == 0)
        wanted = i;
    }
  if (wanted == 0)
    return found;
  for (guint at = 0; at < n;)
    {
      guint run;
      const DeskLogRow *rows = desk_log_snapshot_get_run (snapshot, at, &run);

      for (guint i = 0; i < run; i++)
        {
          guint32 ids[4];
          guint n_ids = own_ids (&rows[i], ids);

          for (guint k = 1; k < n_ids; k++)
            parents[root_of (parents, ids[k])] = root_of (parents, ids[0]);
        }
      at += run;
    }
  wanted = root_of (parents, wanted);
  for (guint32 i = 1; i < n_strings; i++)
    found[i] = root_of (parents, i) == wanted;
  return found;
}

static gboolean
has (const guint8 *ids,
     guint         n,
     guint32       id)
{
  return id < n && ids[id];
}

gboolean
desk_log_chain_has (const guint8     *ids,
                    guint             n,
                    const DeskLogRow *row)
{
  return has (ids, n, row->client) || has (ids, n, row->server) || has (ids, n, row->other) || has (ids, n, row->older);
}

gboolean
desk_log_chain_grows (const guint8     *ids,
                      guint             n,
                      const DeskLogRow *row)
{
  guint32 own[4];
  guint n_own = own_ids (row, own);
  guint n_known = 0;

  for (guint i = 0; i < n_own; i++)
    n_known += has (ids, n, own[i]) ? 1 : 0;
  return n_known > 0 && n_known < n_own;
}
