/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logs on to a DTC server and prints every order update: dtc-orders HOST PORT dtc|brief */

#include <dtc.h>
#include <stdio.h>
#include <stdlib.h>

static void
link_changed (DtcClient    *client,
              DtcLinkState  state,
              const char   *text,
              gpointer      user_data)
{
  printf ("%s: %s\n", dtc_link_state_to_string (state), text);
  if (state == DTC_LINK_STOPPED)
    g_main_loop_quit (user_data);
}

static void
message (DtcClient        *client,
         const DtcMessage *received,
         gpointer          user_data)
{
  const DtcOrderUpdate *update = &received->order_update;

  if (received->type != DTC_MSG_ORDER_UPDATE)
    return;
  if (update->no_orders)
    printf ("there are no open orders\n");
  else
    printf ("%s %s: status %d, filled %g of %g\n", update->symbol, update->server_order_id, update->order_status,
            update->filled_quantity, update->order_quantity);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (DtcClient) client = NULL;
  DtcNumbering          numbering;

  if (argc != 4 || atoi (argv[2]) < 1 || atoi (argv[2]) > G_MAXUINT16 || !dtc_numbering_from_string (argv[3], &numbering))
    {
      fprintf (stderr, "usage: dtc-orders HOST PORT dtc|brief\n");
      return 2;
    }
  setvbuf (stdout, NULL, _IOLBF, 0);
  client = dtc_client_new (argv[1], (guint) atoi (argv[2]), numbering);
  g_signal_connect (client, "link-changed", G_CALLBACK (link_changed), loop);
  g_signal_connect (client, "message", G_CALLBACK (message), NULL);
  dtc_client_start (client);
  g_main_loop_run (loop);
  return 0;
}
