/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc.h"

#include <string.h>

#include "dtc-fake-server.h"

/* The library's face for other programs: messages by name, and the client with its signals. */

static void
test_every_field_by_name (void)
{
  for (guint i = 0; i < DTC_N_MESSAGES; i++)
    {
      const DtcMessageDesc  *desc = &dtc_message_descs[i];
      g_autoptr (DtcMessage) message = dtc_message_new_for_name (desc->name);
      g_auto (GStrv)         fields = NULL;

      g_assert_nonnull (message);
      g_assert_cmpuint (dtc_message_get_number (message), ==, desc->type);
      g_assert_cmpstr (dtc_message_get_name (message), ==, desc->name);
      fields = dtc_message_list_fields (message);
      g_assert_cmpuint (g_strv_length (fields), ==, desc->n_fields);
      for (guint field = 0; field < desc->n_fields; field++)
        {
          g_autoptr (GError)   error = NULL;
          g_autoptr (GVariant) value = NULL;
          gboolean             text = desc->fields[field].type == DTC_FIELD_STRING;
          gboolean             real = desc->fields[field].type == DTC_FIELD_DOUBLE ||
                                      desc->fields[field].type == DTC_FIELD_FLOAT;

          g_assert_null (dtc_message_get_value (message, fields[field]));
          g_assert_true (dtc_message_set_value (message, fields[field],
                                                text ? g_variant_new_string ("A1") : g_variant_new_byte (7), &error));
          g_assert_no_error (error);
          g_assert_true (dtc_message_has (message, field));
          value = dtc_message_get_value (message, fields[field]);
          if (text)
            g_assert_cmpstr (g_variant_get_string (value, NULL), ==, "A1");
          else if (real)
            g_assert_cmpfloat (g_variant_get_double (value), ==, 7);
          else
            g_assert_cmpint (g_variant_get_int64 (value), ==, 7);
          g_assert_true (dtc_message_set_value (message, fields[field], NULL, NULL));
          g_assert_null (dtc_message_get_value (message, fields[field]));
        }
    }
  g_assert_null (dtc_message_new_for_name ("ORDER_UPDATES"));
}

typedef struct
{
  const char *field;
  const char *value; /* as GVariant text */
  int         code;  /* -1: taken */
} Refusal;

static void
test_refused_values (void)
{
  static const Refusal cases[] = {
    { "NoSuchField", "1", DTC_ERROR_WRONG_TYPE },
    { "OrderStatus", "'7'", DTC_ERROR_WRONG_TYPE },
    { "OrderStatus", "7.0", DTC_ERROR_WRONG_TYPE },
    { "OrderStatus", "uint32 4294967295", DTC_ERROR_RANGE },
    { "OrderStatus", "int64 -2147483648", -1 },
    { "NoOrders", "256", DTC_ERROR_RANGE },
    { "NoOrders", "-1", DTC_ERROR_RANGE },
    { "NoOrders", "true", -1 },
    { "LastFillDateTime", "uint64 18446744073709551615", DTC_ERROR_WRONG_TYPE },
    { "Price1", "1.7976931348623157e308", DTC_ERROR_RANGE },
    { "Price1", "'5000'", DTC_ERROR_WRONG_TYPE },
    { "Price1", "5000", -1 },
    { "Price1", "5000.25", -1 },
    { "Symbol", "1", DTC_ERROR_WRONG_TYPE },
    { "Symbol", "@ms nothing", DTC_ERROR_WRONG_TYPE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (DtcMessage) message = dtc_message_new (DTC_MSG_ORDER_UPDATE);
      g_autoptr (GError)     error = NULL;
      gboolean               taken = dtc_message_set_value (message, cases[i].field,
                                                            g_variant_new_parsed (cases[i].value), &error);

      if (cases[i].code < 0)
        {
          g_assert_no_error (error);
          g_assert_true (taken);
          continue;
        }
      g_assert_error (error, DTC_ERROR, cases[i].code);
      g_assert_false (taken);
      g_assert_cmpuint (message->present, ==, 0);
    }
}

static void
test_line_masks_secrets (void)
{
  g_autoptr (DtcMessage) message = dtc_message_new_for_name ("LOGON_REQUEST");
  g_autofree char       *line = NULL;

  dtc_message_set_value (message, "Password", g_variant_new_string ("canary"), NULL);
  dtc_message_set_value (message, "ClientName", g_variant_new_string ("a\nb"), NULL);
  line = dtc_message_to_string (message);
  g_assert_true (g_str_has_prefix (line, "LOGON_REQUEST "));
  g_assert_null (strstr (line, "canary"));
  g_assert_null (strchr (line, '\n'));
}

typedef struct
{
  DtcFakeServer *server;
  DtcClient     *client;
  DtcLinkState   state;
  GString       *notes;
  GError        *error;
  guint          answers;
  gboolean       stopped;
} Fixture;

static void
on_link (DtcClient    *client,
         DtcLinkState  state,
         const char   *text,
         Fixture      *f)
{
  g_assert_false (f->stopped);
  g_assert_nonnull (text);
  f->state = state;
  g_assert_cmpint ((int) dtc_client_get_state (client), ==, (int) state);
  g_string_append_printf (f->notes, "%s ", dtc_link_state_to_string (state));
}

static void
on_message (DtcClient        *client,
            const DtcMessage *message,
            Fixture          *f)
{
  g_assert_false (f->stopped);
  g_string_append_printf (f->notes, "%s ", dtc_message_get_name (message));
}

static void
on_sent (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *f = user_data;

  f->answers++;
  g_clear_error (&f->error);
  dtc_client_send_finish (DTC_CLIENT (source), result, &f->error);
}

static void
on_stopped (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Fixture *f = user_data;

  g_assert_true (dtc_client_stop_finish (DTC_CLIENT (source), result, NULL));
  f->stopped = TRUE;
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->server = dtc_fake_server_new (TRUE);
  f->notes = g_string_new (NULL);
  f->client = dtc_client_new ("127.0.0.1", dtc_fake_server_get_port (f->server), DTC_NUMBERING_DTC);
  g_signal_connect (f->client, "link-changed", G_CALLBACK (on_link), f);
  g_signal_connect (f->client, "message", G_CALLBACK (on_message), f);
}

static void
wait_for (const gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_state (Fixture      *f,
            DtcLinkState  state)
{
  while (f->state != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
wait_answers (Fixture *f,
              guint    answers)
{
  while (f->answers < answers)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  if (f->client != NULL)
    {
      dtc_client_stop_async (f->client, NULL, on_stopped, f);
      wait_for (&f->stopped);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_finalize_object (g_steal_pointer (&f->client));
    }
  dtc_fake_server_free (f->server);
  g_string_free (f->notes, TRUE);
  g_clear_error (&f->error);
}

static void
test_logon_and_updates (Fixture       *f,
                        gconstpointer  data)
{
  g_autoptr (DtcMessage) request = dtc_message_new_for_name ("OPEN_ORDERS_REQUEST");

  dtc_client_start (f->client);
  wait_state (f, DTC_LINK_READY);
  dtc_message_set_value (request, "RequestID", g_variant_new_int32 (9), NULL);
  dtc_client_send_async (f->client, request, NULL, on_sent, f);
  wait_answers (f, 1);
  g_assert_no_error (f->error);
  while (dtc_fake_server_count (f->server, "\"Type\":300") == 0)
    g_main_context_iteration (NULL, TRUE);
  dtc_fake_server_say (f->server, "{\"Type\":301,\"RequestID\":9,\"NoOrders\":1}");
  dtc_fake_server_say (f->server, "{\"Type\":700,\"UserMessage\":\"hello\"}");
  while (strstr (f->notes->str, "USER_MESSAGE") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (f->notes->str, ==, "connecting handshake logon ready LOGON_RESPONSE ORDER_UPDATE USER_MESSAGE ");
}

static void
test_send_before_and_after (Fixture       *f,
                            gconstpointer  data)
{
  g_autoptr (DtcMessage) order = dtc_message_new_for_name ("SUBMIT_NEW_SINGLE_ORDER");

  dtc_client_send_async (f->client, order, NULL, on_sent, f);
  wait_answers (f, 1);
  g_assert_error (f->error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED);

  dtc_client_start (f->client);
  dtc_client_send_async (f->client, order, NULL, on_sent, f);
  wait_answers (f, 2);
  g_assert_error (f->error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED);
  wait_state (f, DTC_LINK_READY);

  dtc_client_stop_async (f->client, NULL, on_stopped, f);
  dtc_client_send_async (f->client, order, NULL, on_sent, f);
  wait_answers (f, 3);
  g_assert_error (f->error, DTC_ERROR, DTC_ERROR_NOT_CONNECTED);
  wait_for (&f->stopped);
  g_assert_cmpuint (dtc_fake_server_count (f->server, "\"Type\":208"), ==, 0);
  f->stopped = FALSE;
}

/* Bytes that the kernel took not all of when the client stops: nobody knows, and the caller is told so. */
static void
test_stop_with_bytes_waiting (Fixture       *f,
                              gconstpointer  data)
{
  g_autoptr (DtcMessage) text = dtc_message_new_for_name ("JOURNAL_ENTRY_ADD");
  g_autofree char       *filler = g_strnfill (255, 'x');
  guint                  i;

  dtc_client_start (f->client);
  wait_state (f, DTC_LINK_READY);
  dtc_fake_server_set_reading (f->server, FALSE);
  dtc_message_set_value (text, "JournalEntry", g_variant_new_string (filler), NULL);
  for (i = 0; i < 20000; i++)
    dtc_client_send_async (f->client, text, NULL, on_sent, f);
  dtc_client_stop_async (f->client, NULL, on_stopped, f);
  wait_for (&f->stopped);
  wait_answers (f, i);
  f->stopped = FALSE;
}

static gboolean
note_turn (gpointer data)
{
  ++*(guint *) data;
  return G_SOURCE_CONTINUE;
}

/* What floods in is told in turns, between which the caller's other sources have theirs. */
static void
test_flood (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (GString) flood = g_string_new (NULL);
  guint               turns = 0;
  guint               source;

  dtc_client_start (f->client);
  wait_state (f, DTC_LINK_READY);
  for (guint i = 0; i < 5000; i++)
    g_string_append_printf (flood, "{\"Type\":701,\"MessageText\":\"%u\"}%c", i, '\0');
  dtc_fake_server_send (f->server, flood->str, flood->len);
  dtc_fake_server_say (f->server, "{\"Type\":700,\"UserMessage\":\"last\"}");
  /* All of it waits before the first is told. */
  g_usleep (200 * 1000);
  source = g_timeout_add_full (G_PRIORITY_DEFAULT, 0, note_turn, &turns, NULL);
  while (strstr (f->notes->str, "USER_MESSAGE") == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (source);
  g_assert_cmpuint (turns, >, 10);
}

static void
test_forgotten (Fixture       *f,
                gconstpointer  data)
{
  dtc_client_start (f->client);
  wait_state (f, DTC_LINK_READY);
  g_assert_finalize_object (g_steal_pointer (&f->client));
  while (dtc_fake_server_is_connected (f->server))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_properties (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree char *encoding = NULL;
  DtcNumbering     numbering;
  guint            port, heartbeat;

  g_object_set (f->client, "encoding", "json-compact", "heartbeat", 20, "username", "me", NULL);
  g_object_get (f->client, "encoding", &encoding, "numbering", &numbering, "port", &port, "heartbeat", &heartbeat, NULL);
  g_assert_cmpstr (encoding, ==, "json-compact");
  g_assert_cmpint ((int) numbering, ==, DTC_NUMBERING_DTC);
  g_assert_cmpuint (port, ==, dtc_fake_server_get_port (f->server));
  g_assert_cmpuint (heartbeat, ==, 20);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/value/every-field-by-name", test_every_field_by_name);
  g_test_add_func ("/dtc/value/refused", test_refused_values);
  g_test_add_func ("/dtc/value/line-masks-secrets", test_line_masks_secrets);
#define ADD(name, func) g_test_add ("/dtc/client/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("logon-and-updates", test_logon_and_updates);
  ADD ("send-before-and-after", test_send_before_and_after);
  ADD ("stop-with-bytes-waiting", test_stop_with_bytes_waiting);
  ADD ("flood", test_flood);
  ADD ("forgotten", test_forgotten);
  ADD ("properties", test_properties);
  return g_test_run ();
}
