/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Without a Secret Service: the password is kept until the program ends, and the caller is told. */

#include "desk-secrets.h"

#include <string.h>

static GAsyncResult *answer;

static void
take_answer (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  answer = g_object_ref (result);
}

static GAsyncResult *
wait_answer (void)
{
  while (answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (&answer);
}

static char *
lookup (const char  *slug,
        GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  desk_secrets_lookup_async (slug, NULL, take_answer, NULL);
  result = wait_answer ();
  return desk_secrets_lookup_finish (result, error);
}

static void
test_no_service (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) stored = NULL, cleared = NULL;
  gboolean only_in_memory = FALSE;
  char *password;

  password = lookup ("a", &error);
  g_assert_null (password);
  g_assert_error (error, DESK_ERROR, DESK_ERROR_SECRET);
  g_assert_nonnull (strstr (error->message, "DTC_PASSWORD"));
  g_clear_error (&error);

  desk_secrets_store_async ("a", "open sesame", NULL, take_answer, NULL);
  stored = wait_answer ();
  g_assert_true (desk_secrets_store_finish (stored, &only_in_memory, &error));
  g_assert_no_error (error);
  g_assert_true (only_in_memory);

  password = lookup ("a", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (password, ==, "open sesame");
  desk_secrets_free (password);
  password = lookup ("b", &error);
  g_assert_null (password);
  g_assert_error (error, DESK_ERROR, DESK_ERROR_SECRET);
  g_clear_error (&error);

  desk_secrets_clear_async ("a", NULL, take_answer, NULL);
  cleared = wait_answer ();
  g_assert_false (desk_secrets_clear_finish (cleared, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_SECRET);
  g_clear_error (&error);
  password = lookup ("a", &error);
  g_assert_null (password);
  desk_secrets_free (NULL);
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_cancellable_cancel (cancellable);
  desk_secrets_lookup_async ("c", cancellable, take_answer, NULL);
  result = wait_answer ();
  g_assert_null (desk_secrets_lookup_finish (result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int    argc,
      char **argv)
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_unsetenv ("SECRET_BACKEND");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/secrets/no-service", test_no_service);
  g_test_add_func ("/core/secrets/cancelled", test_cancelled);
  return g_test_run ();
}
