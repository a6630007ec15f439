/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-application.h"

#include "desk-names.h"
#include "desk-preferences.h"
#include "desk-session.h"
#include "desk-settings.h"
#include "desk-signals.h"
#include "desk-window.h"
#include "desk-words.h"

#include <glib/gi18n.h>
#include <libpanel.h>

#define STOP_WAIT_MS   5000 /* for answers, and for the end of a flatten */
#define SIGNAL_WAIT_MS 2000
#define DEFAULT_PROFILE "Built-in simulator"

struct _DeskApplication
{
  AdwApplication  parent_instance;

  char           *profile;       /* to open next */
  char           *state;
  char           *capture;
  DeskWindow     *window;
  DeskSession    *session;
  GCancellable   *cancellable;
  gboolean        starting;
  gboolean        stopping;
  gboolean        leaving;       /* the program ends when the session has stopped */
  gboolean        told;          /* by a signal: whoever sent it may not wait long */
};

G_DEFINE_FINAL_TYPE (DeskApplication, desk_application, ADW_TYPE_APPLICATION)

static void start_session (DeskApplication *self);

static void
show_failure (DeskApplication *self,
              const GError    *error)
{
  g_autofree char *text = NULL;
  const char *title = _("The desk could not start");
  const char *advice = _("Nothing was lost. Choose another connection, or mend what the sentence says and try again.");

  if (g_error_matches (error, DESK_ERROR, DESK_ERROR_LOCKED))
    {
      title = _("Another program has this state file");
      advice = _("Close the other window or the dtcctl session that trades with it, then try again.");
    }
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_CORRUPT))
    {
      title = _("The state file is damaged");
      advice = _("It was left as it is. Keep a copy, look at it with “dtcctl journal check”, and start with another "
                 "state file.");
    }
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_NEWER))
    {
      title = _("The state file is newer than this program");
      advice = _("Start the newer version of the program, or use another state file.");
    }
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_STORAGE))
    {
      title = _("The state file cannot be written");
      advice = _("Free disk space or make the folder writable, then try again. Without a journal nothing is sent.");
    }
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_CONFIG))
    {
      title = _("The profile cannot be read");
      advice = _("Mend the file or choose another connection. The file was left as it is.");
    }
  else if (g_error_matches (error, DESK_ERROR, DESK_ERROR_SIMULATOR))
    {
      title = _("The simulator did not start");
      advice = _("Check that dtc-sim lies beside dtc-desk, or choose another connection.");
    }

  g_printerr ("dtc-desk: %s\n", error->message);
  text = desk_words_core (error->message);
  desk_window_show_failure (self->window, title, text, advice);
}

static void
start_ready_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr(DeskApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  self->starting = FALSE;
  if (!desk_session_start_finish (DESK_SESSION (source), result, &error))
    {
      if (self->session == DESK_SESSION (source))
        {
          desk_window_set_session (self->window, NULL);
          g_clear_object (&self->session);
        }
      if (self->window != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        show_failure (self, error);
    }
  if (self->leaving || self->session == NULL)
    {
      if (self->leaving)
        g_application_quit (G_APPLICATION (self));
      return;
    }
  desk_window_set_session (self->window, self->session);
  desk_name_mnemonics (GTK_WIDGET (self->window));
}

static void
start_session (DeskApplication *self)
{
  g_autoptr(DeskProfile) profile = NULL;
  g_autoptr(GError) error = NULL;
  DeskSessionOptions options = { 0 };

  desk_window_show_starting (self->window);
  profile = desk_profile_find (self->profile, &error);
  if (profile == NULL)
    {
      show_failure (self, error);
      return;
    }
  desk_settings_set_string ("last-profile", profile->name);

  options.state_path = self->state;
  options.capture_path = self->capture;
  options.start_simulator = profile->builtin_simulator;
  options.username = g_getenv ("DTC_USERNAME");
  options.password = g_getenv ("DTC_PASSWORD");
  self->session = desk_session_new (profile, &options);
  self->starting = TRUE;
  desk_session_start_async (self->session, self->cancellable, start_ready_cb, g_object_ref (self));
}

static void
stop_ready_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr(DeskApplication) self = user_data;
  g_autoptr(GError) error = NULL;

  self->stopping = FALSE;
  if (!desk_session_stop_finish (DESK_SESSION (source), result, &error))
    g_printerr ("dtc-desk: %s\n", error->message);
  g_clear_object (&self->session);
  if (self->leaving)
    g_application_quit (G_APPLICATION (self));
  else
    start_session (self);
}

/* FALSE when there is nothing to wait for. */
static gboolean
stop_session (DeskApplication *self)
{
  if (self->session == NULL)
    return FALSE;
  if (self->stopping)
    return TRUE;
  self->stopping = TRUE;
  if (self->window != NULL)
    desk_window_set_session (self->window, NULL);
  desk_session_stop_async (self->session, self->told ? SIGNAL_WAIT_MS : STOP_WAIT_MS, stop_ready_cb, g_object_ref (self));
  return TRUE;
}

static void
leave (DeskApplication *self)
{
  self->leaving = TRUE;
  if (self->window != NULL)
    {
      desk_window_save (self->window);
      gtk_widget_hide (GTK_WIDGET (self->window));
    }
  if (self->starting)
    g_cancellable_cancel (self->cancellable);
  else if (!stop_session (self))
    g_application_quit (G_APPLICATION (self));
}

static gboolean
close_request_cb (GtkWindow       *window,
                  DeskApplication *self)
{
  if (!desk_window_ask_close (self->window))
    leave (self);
  return TRUE;
}

static gboolean
terminate_cb (gpointer user_data)
{
  DeskApplication *self = user_data;

  self->told = TRUE;
  leave (self);
  return G_SOURCE_CONTINUE;
}

static void
open_profile_action (GSimpleAction *action,
                     GVariant      *parameter,
                     gpointer       user_data)
{
  DeskApplication *self = user_data;

  g_free (self->profile);
  self->profile = g_variant_dup_string (parameter, NULL);
  /* Files named at the start belong to the profile named with them. */
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->capture, g_free);
  if (!self->starting && !stop_session (self))
    start_session (self);
}

static void
retry_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  DeskApplication *self = user_data;

  if (!self->starting && !stop_session (self))
    start_session (self);
}

static void
preferences_action (GSimpleAction *action,
                    GVariant      *parameter,
                    gpointer       user_data)
{
  DeskApplication *self = user_data;

  gtk_window_present (GTK_WINDOW (desk_preferences_new (GTK_WINDOW (self->window))));
}

static void
about_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  DeskApplication *self = user_data;

  adw_show_about_window (GTK_WINDOW (self->window),
                         "application-name", _("DTC Desk"),
                         "application-icon", APP_ID,
                         "version", APP_VERSION,
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("An order desk for Sierra Chart's DTC server."),
                         "translator-credits", _("translator-credits"),
                         NULL);
}

static void
quit_action (GSimpleAction *action,
             GVariant      *parameter,
             gpointer       user_data)
{
  DeskApplication *self = user_data;

  if (self->window == NULL || !desk_window_ask_close (self->window))
    leave (self);
}

/* What the trader has confirmed. */
static void
leave_action (GSimpleAction *action,
              GVariant      *parameter,
              gpointer       user_data)
{
  leave (user_data);
}

static gboolean
exit_cb (GtkWidget *widget,
         GVariant  *args,
         gpointer   user_data)
{
  DeskApplication *self = DESK_APPLICATION (g_application_get_default ());

  return self->window != NULL && gtk_widget_activate_action (GTK_WIDGET (self->window), user_data, NULL);
}

/* Whatever else stands open and takes the keys, the way out stays where it is. */
static void
toplevels_changed_cb (GListModel      *toplevels,
                      guint            position,
                      guint            removed,
                      guint            added,
                      DeskApplication *self)
{
  static const char *const exits[] = { "win.cancel-all", "win.cancel-buys", "win.cancel-sells", "win.flatten-symbol" };

  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (toplevels, i);
      GtkEventController *controller;

      /* The main window has them as its own actions. */
      if (GTK_IS_APPLICATION_WINDOW (window))
        continue;
      controller = gtk_shortcut_controller_new ();
      gtk_event_controller_set_propagation_phase (controller, GTK_PHASE_CAPTURE);
      for (guint k = 0; k < G_N_ELEMENTS (exits); k++)
        {
          g_auto (GStrv) keys = gtk_application_get_accels_for_action (GTK_APPLICATION (self), exits[k]);

          for (guint n = 0; keys[n] != NULL; n++)
            gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                                  gtk_shortcut_new (gtk_shortcut_trigger_parse_string (keys[n]),
                                                                    gtk_callback_action_new (exit_cb, (char *) exits[k], NULL)));
        }
      gtk_widget_add_controller (window, controller);
    }
}

static void
desk_application_startup (GApplication *application)
{
  static const GActionEntry actions[] = {
    { .name = "open-profile", .activate = open_profile_action, .parameter_type = "s" },
    { .name = "retry", .activate = retry_action },
    { .name = "preferences", .activate = preferences_action },
    { .name = "about", .activate = about_action },
    { .name = "quit", .activate = quit_action },
    { .name = "leave", .activate = leave_action },
  };
  static const struct { const char *action; const char *keys[3]; } accels[] = {
    { "app.quit", { "<Control>q" } },
    { "app.preferences", { "<Control>comma" } },
    { "win.arm", { "F9" } },
    { "win.connections", { "<Control>o" } },
    { "win.order-line", { "<Control>l" } },
    { "win.find-symbol", { "<Control>f" } },
    { "win.move-market", { "F8" } },
    { "win.cancel-all", { "<Control><Shift>x" } },
    { "win.cancel-buys", { "<Control><Shift>b" } },
    { "win.cancel-sells", { "<Control><Shift>s" } },
    { "win.flatten-symbol", { "<Control><Shift>f" } },
    { "win.go-to::ticket", { "<Alt>1" } },
    { "win.go-to::orders", { "<Alt>2" } },
    { "win.go-to::fills", { "<Alt>3" } },
    { "win.go-to::positions", { "<Alt>4" } },
    { "win.go-to::accounts", { "<Alt>5" } },
    { "win.go-to::quotes", { "<Alt>6" } },
    { "win.go-to::log", { "<Alt>7" } },
    { "win.go-to::market", { "<Alt>8" } },
    { "win.go-to::reconcile", { "<Alt>9" } },
    { "win.go-to::timeline", { "<Alt>0" } },
    { "win.verify", { "F5" } },
    { "win.show-help-overlay", { "<Control>question", "F1" } },
  };
  DeskApplication *self = DESK_APPLICATION (application);

  G_APPLICATION_CLASS (desk_application_parent_class)->startup (application);
  panel_init ();
  g_action_map_add_action_entries (G_ACTION_MAP (self), actions, G_N_ELEMENTS (actions), self);
  for (guint i = 0; i < G_N_ELEMENTS (accels); i++)
    gtk_application_set_accels_for_action (GTK_APPLICATION (self), accels[i].action, accels[i].keys);
  g_signal_connect_object (gtk_window_get_toplevels (), "items-changed", G_CALLBACK (toplevels_changed_cb), self, 0);
  desk_preferences_apply_theme ();
  desk_signals_watch (terminate_cb, self, NULL);
}

static void
desk_application_activate (GApplication *application)
{
  DeskApplication *self = DESK_APPLICATION (application);

  if (self->leaving)
    return;
  if (self->window == NULL)
    {
      self->window = desk_window_new (GTK_APPLICATION (self));
      g_object_add_weak_pointer (G_OBJECT (self->window), (gpointer *) &self->window);
      g_signal_connect_object (self->window, "close-request", G_CALLBACK (close_request_cb), self, 0);
      /* It makes its pages when it is shown. */
      g_signal_connect (gtk_application_window_get_help_overlay (GTK_APPLICATION_WINDOW (self->window)), "map",
                        G_CALLBACK (desk_name_mnemonics), NULL);
      start_session (self);
    }
  gtk_window_present (GTK_WINDOW (self->window));
}

static void
desk_application_dispose (GObject *object)
{
  DeskApplication *self = DESK_APPLICATION (object);

  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  G_OBJECT_CLASS (desk_application_parent_class)->dispose (object);
}

static void
desk_application_finalize (GObject *object)
{
  DeskApplication *self = DESK_APPLICATION (object);

  g_free (self->profile);
  g_free (self->state);
  g_free (self->capture);
  G_OBJECT_CLASS (desk_application_parent_class)->finalize (object);
}

static void
desk_application_class_init (DeskApplicationClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  object_class->dispose = desk_application_dispose;
  object_class->finalize = desk_application_finalize;
  application_class->startup = desk_application_startup;
  application_class->activate = desk_application_activate;
}

static void
desk_application_init (DeskApplication *self)
{
  self->cancellable = g_cancellable_new ();
}

DeskApplication *
desk_application_new (const char *profile,
                      const char *state,
                      const char *capture)
{
  g_autofree char *name = g_strdup (profile);
  g_autofree char *id = g_strdup (APP_ID);
  DeskApplication *self;

  if (name == NULL && state == NULL)
    name = desk_settings_dup_string ("last-profile");
  if (name == NULL || *name == '\0')
    {
      g_free (name);
      name = g_strdup (DEFAULT_PROFILE);
    }

  /* One program for each state file: another file or another profile has a bus name of its own. */
  if (state != NULL || profile != NULL)
    {
      g_autofree char *what = state != NULL ? g_canonicalize_filename (state, NULL)
                                            : g_strconcat ("profile ", name, NULL);
      g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, what, -1);

      if (state != NULL || !g_str_equal (name, DEFAULT_PROFILE))
        {
          g_free (id);
          id = g_strdup_printf ("%s.f%.16s", APP_ID, sum);
        }
    }
  self = g_object_new (DESK_TYPE_APPLICATION,
                       "application-id", id,
                       "flags", G_APPLICATION_DEFAULT_FLAGS,
                       "resource-base-path", "/org/dtcdesk/DtcDesk",
                       NULL);
  self->profile = g_steal_pointer (&name);
  self->state = state != NULL ? g_canonicalize_filename (state, NULL) : NULL;
  self->capture = capture != NULL ? g_canonicalize_filename (capture, NULL) : NULL;
  return self;
}
