/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-secrets.h"

#include <libsecret/secret.h>
#include <string.h>
#include <sys/resource.h>

static const SecretSchema schema = {
  "org.dtcdesk.DtcDesk.Profile", SECRET_SCHEMA_NONE,
  { { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING } },
};

/* Main thread: slug -> password, where the Secret Service did not take it. */
static GHashTable *kept;

void
desk_secrets_free (char *password)
{
  if (password == NULL)
    return;
  explicit_bzero (password, strlen (password));
  g_free (password);
}

void
desk_secrets_keep_from_cores (void)
{
  struct rlimit none = { 0, 0 };

  setrlimit (RLIMIT_CORE, &none);
}

static void
keep (const char *slug,
      const char *password)
{
  if (kept == NULL)
    kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) desk_secrets_free);
  if (password != NULL)
    g_hash_table_insert (kept, g_strdup (slug), g_strdup (password));
  else
    g_hash_table_remove (kept, slug);
}

static gboolean
is_cancelled (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GTask *
new_task (const char          *slug,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data,
          gpointer             tag)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, g_strdup (slug), g_free);
  return task;
}

static void
stored (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (secret_password_store_finish (result, &error))
    {
      keep (g_task_get_task_data (task), NULL);
      g_task_return_int (task, 0);
    }
  else if (is_cancelled (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    {
      g_info ("The Secret Service did not take the password: %s", error->message);
      g_task_return_int (task, 1);
    }
}

void
desk_secrets_store_async (const char          *slug,
                          const char          *password,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = new_task (slug, cancellable, callback, user_data, desk_secrets_store_async);
  g_autofree char *label = g_strdup_printf ("DTC Desk: %s", slug);

  /* First into memory: it counts from now on, whatever the service does. */
  keep (slug, password);
  secret_password_store (&schema, SECRET_COLLECTION_DEFAULT, label, password, cancellable, stored, task,
                         "profile", slug, NULL);
}

gboolean
desk_secrets_store_finish (GAsyncResult  *result,
                           gboolean      *only_in_memory,
                           GError       **error)
{
  gssize kept_only = g_task_propagate_int (G_TASK (result), error);

  if (only_in_memory != NULL)
    *only_in_memory = kept_only > 0;
  return kept_only >= 0;
}

static void
looked_up (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *password = secret_password_lookup_finish (result, &error);

  if (password != NULL)
    {
      char *copy = g_strdup (password);

      secret_password_free (password);
      g_task_return_pointer (task, copy, (GDestroyNotify) desk_secrets_free);
    }
  else if (error == NULL)
    g_task_return_pointer (task, NULL, NULL);
  else if (is_cancelled (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_SECRET,
                             "The Secret Service does not answer (%s): give the password in the connection dialog or "
                             "in DTC_PASSWORD.", error->message);
}

void
desk_secrets_lookup_async (const char          *slug,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task = new_task (slug, cancellable, callback, user_data, desk_secrets_lookup_async);
  const char *password = kept != NULL ? g_hash_table_lookup (kept, slug) : NULL;

  if (password != NULL)
    {
      g_task_return_pointer (task, g_strdup (password), (GDestroyNotify) desk_secrets_free);
      g_object_unref (task);
      return;
    }
  secret_password_lookup (&schema, cancellable, looked_up, task, "profile", slug, NULL);
}

char *
desk_secrets_lookup_finish (GAsyncResult  *result,
                            GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
cleared (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  secret_password_clear_finish (result, &error);
  if (error == NULL)
    g_task_return_boolean (task, TRUE);
  else if (is_cancelled (error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_SECRET,
                             "The Secret Service did not forget the password (%s): remove it there.", error->message);
}

void
desk_secrets_clear_async (const char          *slug,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task = new_task (slug, cancellable, callback, user_data, desk_secrets_clear_async);

  keep (slug, NULL);
  secret_password_clear (&schema, cancellable, cleared, task, "profile", slug, NULL);
}

gboolean
desk_secrets_clear_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
