/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-failpoint.h"

#ifdef DESK_FAILPOINTS

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_ORDERS 8

/* Made by the linker around the section. */
extern DeskFailpoint *__start_desk_failpoints[];
extern DeskFailpoint *__stop_desk_failpoints[];

typedef enum
{
  ACTION_KILL,
  ACTION_ABORT,
  ACTION_SLEEP,
  ACTION_FAIL,
} Action;

typedef struct
{
  char   name[64];
  Action action;
  guint  ms;
  guint  at; /* the passage; 0: every one */
} Order;

static Order          orders[MAX_ORDERS];
static guint          n_orders;
static _Atomic guint *shared;
static gsize          ready;

guint
desk_failpoint_count (void)
{
  return (guint) (__stop_desk_failpoints - __start_desk_failpoints);
}

const DeskFailpoint *
desk_failpoint_get (guint index)
{
  return __start_desk_failpoints[index];
}

void
desk_failpoint_share (_Atomic guint *hits)
{
  guint i;

  for (i = 0; i < desk_failpoint_count (); i++)
    __start_desk_failpoints[i]->index = i;
  shared = hits;
}

static gboolean
read_order (const char  *text,
            Order       *order,
            char       **wrong)
{
  const char *equals = strchr (text, '=');
  const char *at = strchr (text, '@');
  guint i;

  memset (order, 0, sizeof *order);
  if (equals == NULL || (gsize) (equals - text) >= sizeof order->name)
    {
      *wrong = g_strdup_printf ("\"%s\" is no NAME=ACTION", text);
      return FALSE;
    }
  memcpy (order->name, text, (gsize) (equals - text));
  for (i = 0; i < desk_failpoint_count () && strcmp (desk_failpoint_get (i)->name, order->name) != 0; i++)
    ;
  if (i == desk_failpoint_count ())
    {
      *wrong = g_strdup_printf ("no failpoint is called \"%s\"", order->name);
      return FALSE;
    }

  if (g_str_has_prefix (equals, "=kill"))
    order->action = ACTION_KILL;
  else if (g_str_has_prefix (equals, "=abort"))
    order->action = ACTION_ABORT;
  else if (g_str_has_prefix (equals, "=fail"))
    order->action = ACTION_FAIL;
  else if (g_str_has_prefix (equals, "=sleep:"))
    {
      order->action = ACTION_SLEEP;
      order->ms = (guint) strtoul (equals + strlen ("=sleep:"), NULL, 10);
    }
  else
    {
      *wrong = g_strdup_printf ("\"%s\" asks for none of kill, abort, sleep:MS and fail", text);
      return FALSE;
    }
  if (at != NULL)
    order->at = (guint) strtoul (at + 1, NULL, 10);
  else if (order->action == ACTION_KILL || order->action == ACTION_ABORT)
    order->at = 1;
  return TRUE;
}

static gboolean
read_orders (const char  *text,
             char       **wrong)
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ",", -1);
  guint i;

  n_orders = 0;
  for (i = 0; parts[i] != NULL && n_orders < MAX_ORDERS; i++)
    {
      if (parts[i][0] == '\0')
        continue;
      if (!read_order (parts[i], &orders[n_orders], wrong))
        return FALSE;
      n_orders++;
    }
  return TRUE;
}

gboolean
desk_failpoint_set (const char  *text,
                    char       **wrong)
{
  gboolean ok = read_orders (text, wrong);

  if (g_once_init_enter (&ready))
    g_once_init_leave (&ready, 1);
  return ok;
}

static void
read_environment (void)
{
  char *wrong = NULL;

  if (!read_orders (g_getenv ("DESK_FAILPOINT"), &wrong))
    {
      fprintf (stderr, "DESK_FAILPOINT: %s\n", wrong);
      _exit (99);
    }
}

gboolean
desk_failpoint_pass (DeskFailpoint *point)
{
  guint hit = atomic_fetch_add (&point->hits, 1) + 1;
  gboolean fails = FALSE;
  guint i;

  if (shared != NULL)
    atomic_fetch_add (&shared[point->index], 1);
  if (g_once_init_enter (&ready))
    {
      read_environment ();
      g_once_init_leave (&ready, 1);
    }
  for (i = 0; i < n_orders; i++)
    {
      const Order *order = &orders[i];

      if (strcmp (order->name, point->name) != 0 || (order->at != 0 && order->at != hit))
        continue;
      switch (order->action)
        {
        case ACTION_KILL:
          raise (SIGKILL);
          break;
        case ACTION_ABORT:
          abort ();
        case ACTION_SLEEP:
          g_usleep (order->ms * 1000);
          break;
        case ACTION_FAIL:
          fails = TRUE;
          break;
        }
    }
  return fails;
}

#endif
