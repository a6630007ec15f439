/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-reconcile-export.h"

#include "desk-report.h"
#include "desk-words.h"

#include <glib/gi18n.h>

typedef struct
{
  DeskVerifyRun         *run;
  DeskProfile           *profile;
  char                  *state_path;
  char                  *folder;
  DeskReconcileExported  done;
  gpointer               user_data;
  GDestroyNotify         free;
} Export;

static void
export_free (gpointer data)
{
  Export *export = data;

  desk_verify_run_unref (export->run);
  desk_profile_free (export->profile);
  g_free (export->state_path);
  g_free (export->folder);
  export->free (export->user_data);
  g_free (export);
}

static void
write_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Export *export = task_data;
  GError *error = NULL;
  char *path = desk_report_write (export->run, export->profile, export->state_path, export->folder, &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

static void
written_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Export *export = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  g_autofree char *path = g_task_propagate_pointer (G_TASK (result), &error);
  g_autofree char *text = NULL;

  if (path != NULL)
    {
      g_autofree char *name = g_filename_display_basename (path);
      g_autofree char *folder = g_filename_display_name (export->folder);

      /* Translators: the name of the report, of which a table and a text are written too; the folder they are in. */
      text = g_strdup_printf (_("Written: %s with its table and its text, in %s"), name, folder);
    }
  else
    {
      g_autofree char *why = desk_words_core (error->message);

      /* Translators: %s says why. */
      text = g_strdup_printf (_("No report was written: %s"), why);
    }
  export->done (text, path, export->user_data);
}

static void
response_cb (GtkNativeDialog *dialog,
             int              response,
             gpointer         user_data)
{
  Export *export = user_data;
  g_autoptr(GFile) folder = NULL;
  g_autoptr(GTask) task = NULL;

  if (response == GTK_RESPONSE_ACCEPT)
    folder = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (dialog));
  g_object_unref (dialog);
  export->folder = folder != NULL ? g_file_get_path (folder) : NULL;
  if (export->folder == NULL)
    {
      if (folder != NULL)
        export->done (_("No report was written: choose a folder of this computer"), NULL, export->user_data);
      export_free (export);
      return;
    }
  task = g_task_new (NULL, NULL, written_cb, NULL);
  g_task_set_source_tag (task, desk_reconcile_export);
  g_task_set_task_data (task, export, export_free);
  g_task_run_in_thread (task, write_in_thread);
}

void
desk_reconcile_export (GtkWindow             *parent,
                       DeskSession           *session,
                       DeskVerifyRun         *run,
                       DeskReconcileExported  done,
                       gpointer               user_data,
                       GDestroyNotify         free)
{
  GtkFileChooserNative *chooser;
  Export *export = g_new0 (Export, 1);

  export->run = desk_verify_run_ref (run);
  export->profile = desk_profile_copy (desk_session_get_profile (session));
  export->state_path = desk_session_dup_state_path (session);
  export->done = done;
  export->user_data = user_data;
  export->free = free;
  if (export->state_path == NULL)
    {
      done (_("No report was written: there is no journal to speak of"), NULL, user_data);
      export_free (export);
      return;
    }
  /* It goes in response_cb(). */
  chooser = gtk_file_chooser_native_new (_("Folder of the report"), parent, GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER,
                                         _("Write the report"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (chooser), TRUE);
  g_signal_connect (chooser, "response", G_CALLBACK (response_cb), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (chooser));
}
