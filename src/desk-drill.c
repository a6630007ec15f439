/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-drill-private.h"

#include <errno.h>
#include <string.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

#include "desk-clock.h"
#include "desk-order-line.h"
#include "desk-session.h"
#include "desk-simulator.h"

#define HEARTBEAT_S   5   /* the shortest: a black hole is found after eleven seconds */
#define PATIENCE_S    60  /* for each thing to be seen; a slow machine is no failure */
#define LOOK_MS       50  /* between two looks at what brings no event */

/* Generous: a drill is about the link, not about limits. */
#define LIMITS \
  "{\"schema\": 1, \"symbols\": [\"*\"], \"max_order_quantity\": 100, \"max_position\": 1000, \"max_order_value\": 1e9," \
  " \"price_collar_percent\": 20, \"max_open_orders_symbol\": 100, \"max_open_orders_account\": 100, \"orders_per_second\": 100," \
  " \"orders_burst\": 100, \"orders_per_second_symbol\": 100, \"duplicate_window_ms\": 0}"

struct _DeskDrill
{
  GObject              parent_instance;

  const DeskDrillInfo *info;
  DtcNumbering         numbering;
  GTask               *task;        /* while it runs */
  gulong               cancel_id;
  char                *folder;
  char                *slug;
  char                *state_path, *log_path;
  DeskSimulator       *simulator;
  guint16              port;
  DeskSession         *session;
  GSubprocess         *other;       /* the desk of another process */
  const DrillStep     *step;        /* the one under way */
  gboolean             busy;        /* something asynchronous belongs to it */
  gboolean             ending;
  gboolean             missed;
  gint64               began;
  gint64               step_began;
  guint                look_id;
  guint64              try_tag;
  gboolean             resynced, verified; /* since the last DRILL_VERIFY */
  gboolean             try_denied;
  guint                n_received;  /* new orders that the simulator counts */
  DeskLink             link;
  GPtrArray           *orders;      /* of DeskOrderState, our own, by key */
  GHashTable          *fills;       /* execution id -> ClientOrderID */
  GHashTable          *notices;     /* the codes of those that were given */
  DeskDrillReport     *report;
};

enum
{
  SIGNAL_LINE,
  SIGNAL_EVENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskDrill, desk_drill, G_TYPE_OBJECT)

static void advance (DeskDrill *self);
static void end     (DeskDrill *self,
                     GError    *error);

void
desk_drill_report_free (DeskDrillReport *report)
{
  g_clear_pointer (&report->resync, desk_resync_state_unref);
  g_clear_pointer (&report->verify, desk_verify_run_unref);
  g_free (report->text);
  g_free (report);
}

static void
order_free (gpointer data)
{
  desk_order_state_clear (data);
  g_free (data);
}

static void
tell_line (DeskDrill     *self,
           DeskDrillMark  mark,
           const char    *text,
           const char    *detail)
{
  const DeskDrillLine line = { mark, desk_clock_mono () - self->began, text, detail };

  if (text != NULL)
    g_signal_emit (self, signals[SIGNAL_LINE], 0, &line);
}

/* ---- what is known ---- */

static void
take_order (DeskDrill            *self,
            const DeskOrderState *state)
{
  DeskOrderState *order = NULL;
  guint i;

  if (state->source == DESK_SOURCE_EXTERNAL)
    return;
  for (i = 0; i < self->orders->len; i++)
    {
      order = g_ptr_array_index (self->orders, i);
      if (order->key >= state->key)
        break;
    }
  if (i == self->orders->len || order->key != state->key)
    {
      order = g_new0 (DeskOrderState, 1);
      g_ptr_array_insert (self->orders, (int) i, order);
    }
  else
    desk_order_state_clear (order);
  desk_order_state_copy (order, state);
}

static gboolean
is_settled (const DeskOrderState *order)
{
  return desk_status_is_final (order->status) || order->certainty == DESK_CERTAINTY_PROBABLE;
}

static gboolean
have_received (DeskDrill *self)
{
  return self->n_received >= self->step->n;
}

/* Whether what the step waits for is there. */
static gboolean
is_met (DeskDrill *self)
{
  const DrillStep *step = self->step;
  const DeskOrderState *order = step->order > 0 && step->order <= self->orders->len
                                  ? g_ptr_array_index (self->orders, step->order - 1)
                                  : NULL;
  GHashTableIter iter;
  gpointer id;
  guint n = 0;

  switch (step->what)
    {
    case DRILL_WAIT_LINK:
      return self->link == step->link;
    case DRILL_WAIT_ORDER:
      return order != NULL
             && ((step->or_certainties & (1u << order->certainty)) != 0
                 || ((step->statuses == 0 || (step->statuses & (1u << order->status)) != 0)
                     && (step->certainties == 0 || (step->certainties & (1u << order->certainty)) != 0)));
    case DRILL_WAIT_STALE:
    case DRILL_WAIT_FRESH:
      for (guint i = 0; i < self->orders->len; i++)
        {
          order = g_ptr_array_index (self->orders, i);
          if (!is_settled (order) && (order->certainty == DESK_CERTAINTY_FRESH) == (step->what == DRILL_WAIT_STALE))
            return FALSE;
        }
      return TRUE;
    case DRILL_WAIT_FILLS:
      g_hash_table_iter_init (&iter, self->fills);
      while (order != NULL && g_hash_table_iter_next (&iter, NULL, &id))
        n += g_strcmp0 (id, order->client_order_id) == 0;
      return order != NULL && n == step->n;
    case DRILL_WAIT_RECEIVED:
      return have_received (self);
    case DRILL_WAIT_NOTICE:
      return g_hash_table_contains (self->notices, step->words);
    case DRILL_WAIT_REPORT:
      return self->resynced && self->verified;
    case DRILL_TRY:
      return self->try_denied;
    case DRILL_END:
    case DRILL_START:
    case DRILL_START_OTHER:
    case DRILL_PLACE:
    case DRILL_TELL:
    case DRILL_CRASH_SERVER:
    case DRILL_CRASH_OTHER:
    case DRILL_VERIFY:
    default:
      return TRUE;
    }
}

static gboolean
is_waiting (DeskDrill *self)
{
  return self->step->what >= DRILL_WAIT_LINK || self->step->what == DRILL_TRY;
}

static void
event_cb (DeskSession     *session,
          const DeskEvent *event,
          DeskDrill       *self)
{
  g_autoptr (DeskDrill) hold G_GNUC_UNUSED = g_object_ref (self);

  switch ((int) event->kind)
    {
    case DESK_EVENT_LINK:
      self->link = event->link.state;
      break;
    case DESK_EVENT_ORDER:
      take_order (self, &event->order);
      break;
    case DESK_EVENT_FILL:
      for (guint i = 0; event->fill.replaces != NULL && event->fill.replaces[i] != NULL; i++)
        g_hash_table_remove (self->fills, event->fill.replaces[i]);
      g_hash_table_insert (self->fills, g_strdup (event->fill.execution_id), g_strdup (event->fill.client_order_id));
      break;
    case DESK_EVENT_DENIED:
      if (event->tag != 0 && event->tag == self->try_tag && event->denial == self->step->denial)
        self->try_denied = TRUE;
      break;
    case DESK_EVENT_NOTICE:
      g_hash_table_add (self->notices, g_strdup (event->code));
      break;
    case DESK_EVENT_RESYNC:
      if (!event->resync->ended)
        break;
      self->resynced = self->resynced || g_str_equal (event->resync->trigger, "verify");
      g_clear_pointer (&self->report->resync, desk_resync_state_unref);
      self->report->resync = desk_resync_state_ref (event->resync);
      break;
    case DESK_EVENT_VERIFY:
      self->verified = self->verified || g_str_equal (event->verify->trigger, "verify");
      g_clear_pointer (&self->report->verify, desk_verify_run_unref);
      self->report->verify = desk_verify_run_ref (event->verify);
      break;
    default:
      break;
    }
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, event);
  if (self->task != NULL && !self->busy && is_waiting (self))
    advance (self);
}

/* ---- what it does ---- */

static void
done (DeskDrill *self)
{
  self->busy = FALSE;
  if (self->ending)
    return;
  self->step++;
  self->step_began = 0;
  advance (self);
}

static void
tell_thread (GTask        *task,
             gpointer      source,
             gpointer      task_data,
             GCancellable *cancellable)
{
  const char *const *words = task_data;
  GError *error = NULL;
  char *answer = desk_simulator_tell (words[0], words[1], &error);

  if (answer == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, answer, g_free);
}

/* Commands block for the answer, so they have a thread. */
static void
tell_simulator (DeskDrill           *self,
                const char          *line,
                GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *control = desk_simulator_find_control (self->slug, &error);
  const char *const words[] = { control, line, NULL };

  self->busy = TRUE;
  if (control == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_set_task_data (task, g_strdupv ((char **) words), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, tell_thread);
}

/* The object that the simulator answered with; NULL with @error when it refused. */
static JsonNode *
tell_finish (GAsyncResult  *result,
             GError       **error)
{
  g_autofree char *answer = g_task_propagate_pointer (G_TASK (result), error);
  g_autoptr (JsonNode) node = NULL;

  if (answer == NULL)
    return NULL;
  node = json_from_string (answer, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node)
      && json_object_get_boolean_member_with_default (json_node_get_object (node), "ok", FALSE))
    return g_steal_pointer (&node);
  g_set_error (error, DESK_ERROR, DESK_ERROR_SIMULATOR, "the drill's simulator answers: %s", answer);
  return NULL;
}

static void
told_cb (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  DeskDrill *self = DESK_DRILL (source);
  GError *error = NULL;
  g_autoptr (JsonNode) answer = tell_finish (result, &error);

  self->busy = FALSE;
  if (answer == NULL && self->task != NULL)
    end (self, error);
  else if (answer == NULL)
    g_error_free (error);
  else
    done (self);
}

static void
status_cb (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  DeskDrill *self = DESK_DRILL (source);
  g_autoptr (JsonNode) answer = tell_finish (result, NULL);

  self->busy = FALSE;
  if (answer != NULL)
    self->n_received = (guint) json_object_get_int_member_with_default (json_node_get_object (answer), "submits", 0);
  if (self->task != NULL && !self->ending && is_waiting (self))
    advance (self);
}

static void
session_started_cb (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (DeskDrill) self = user_data;
  GError *error = NULL;

  self->busy = FALSE;
  if (!desk_session_start_finish (DESK_SESSION (source), result, &error))
    {
      if (self->task != NULL)
        end (self, error);
      else
        g_error_free (error);
      return;
    }
  done (self);
}

static DeskProfile *
make_profile (DeskDrill *self)
{
  DeskProfile *profile = desk_profile_new ("Drill");

  g_free (profile->host);
  profile->host = g_strdup ("127.0.0.1");
  profile->port = self->port;
  profile->numbering = self->numbering;
  profile->heartbeat_seconds = HEARTBEAT_S;
  profile->handshake = DTC_HANDSHAKE_YES; /* known: nothing is to be learned and remembered of this server */
  g_clear_pointer (&profile->limits, desk_limits_free);
  profile->limits = desk_limits_parse (LIMITS, -1, "the drill's limits", NULL);
  return profile;
}

static void
start_session (DeskDrill *self)
{
  g_autoptr (DeskProfile) profile = make_profile (self);
  const DeskSessionOptions options = { .state_path = self->state_path, .arm_at_live = TRUE, .username = "", .password = "" };

  self->busy = TRUE;
  self->link = DESK_LINK_CONNECTING;
  self->session = desk_session_new (profile, &options);
  g_signal_connect_object (self->session, "event", G_CALLBACK (event_cb), self, 0);
  desk_session_start_async (self->session, g_task_get_cancellable (self->task), session_started_cb, g_object_ref (self));
}

static void
other_wrote_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (DeskDrill) self = user_data;
  GError *error = NULL;

  self->busy = FALSE;
  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    {
      if (self->task != NULL)
        end (self, error);
      else
        g_error_free (error);
      return;
    }
  done (self);
}

static void
start_other (DeskDrill *self)
{
  g_autofree char *program = desk_simulator_find_program ("dtcctl");
  g_autofree char *server = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_autofree char *limits = g_build_filename (self->folder, "limits.json", NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  GError *error = NULL;

  if (program == NULL)
    {
      end (self, g_error_new (DESK_ERROR, DESK_ERROR_SIMULATOR, "dtcctl, which plays the other desk, lies neither beside this program nor where it is installed"));
      return;
    }
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_subprocess_launcher_unsetenv (launcher, "DEBUG_DTC");
  g_subprocess_launcher_setenv (launcher, "DTC_USERNAME", "", TRUE);
  g_subprocess_launcher_setenv (launcher, "DTC_PASSWORD", "", TRUE);
  if (g_file_set_contents_full (limits, LIMITS, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error))
    self->other = g_subprocess_launcher_spawn (launcher, &error, program, "--server", server, "--numbering",
                                               dtc_numbering_to_string (self->numbering), "--state", self->state_path, "--limits",
                                               limits, "--handshake", "yes", "--arm", "--json", "session", NULL);
  if (self->other == NULL)
    {
      end (self, error);
      return;
    }
  self->busy = TRUE;
  g_output_stream_write_all_async (g_subprocess_get_stdin_pipe (self->other), self->step->words, strlen (self->step->words),
                                   G_PRIORITY_DEFAULT, NULL, other_wrote_cb, g_object_ref (self));
}

static void
other_ended_cb (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (DeskDrill) self = user_data;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  self->busy = FALSE;
  g_clear_object (&self->other);
  if (self->task != NULL)
    done (self);
}

static guint64
place (DeskDrill *self)
{
  DeskCommand *command = desk_order_line_parse (self->step->words, NULL);

  g_return_val_if_fail (command != NULL, 0);
  command->clicked = desk_clock_mono ();
  command->ticket.source = DESK_SOURCE_LINE;
  return desk_session_send (self->session, command);
}

static gboolean
look_cb (gpointer user_data)
{
  DeskDrill *self = user_data;

  if (!self->busy && !self->ending && is_waiting (self))
    {
      if (self->step->what == DRILL_WAIT_RECEIVED)
        tell_simulator (self, "status", status_cb);
      else
        advance (self);
    }
  return G_SOURCE_CONTINUE;
}

/* Says once what is to be seen, and whether it has been. Returns FALSE while it has not. */
static gboolean
wait_on (DeskDrill *self)
{
  gint64 now = desk_clock_mono ();
  g_autofree char *detail = NULL;

  if (self->step_began == 0)
    {
      self->step_began = now;
      tell_line (self, self->step->what == DRILL_TRY ? DESK_DRILL_DID : DESK_DRILL_LOOK, self->step->text, self->step->words);
      if (self->step->what == DRILL_TRY)
        {
          self->try_denied = FALSE;
          self->try_tag = place (self);
        }
    }
  if (is_met (self))
    {
      detail = g_strdup_printf ("%" G_GINT64_FORMAT " ms", (now - self->step_began) / 1000);
      tell_line (self, DESK_DRILL_SEEN, self->step->text, detail);
      return TRUE;
    }
  if (now - self->step_began > PATIENCE_S * G_USEC_PER_SEC)
    {
      tell_line (self, DESK_DRILL_MISSED, self->step->text != NULL ? self->step->text : "The server did not receive the order", NULL);
      self->missed = TRUE;
      end (self, NULL);
    }
  return FALSE;
}

/* As far as it goes without waiting. */
static void
advance (DeskDrill *self)
{
  while (!self->busy && !self->ending)
    {
      const DrillStep *step = self->step;

      if (is_waiting (self))
        {
          if (!wait_on (self))
            return;
          self->step++;
          self->step_began = 0;
          continue;
        }
      if (step->what == DRILL_END)
        {
          end (self, NULL);
          return;
        }
      tell_line (self, DESK_DRILL_DID, step->text, step->what == DRILL_START_OTHER ? NULL : step->words);
      switch (step->what)
        {
        case DRILL_START:
          start_session (self);
          return;
        case DRILL_START_OTHER:
          start_other (self);
          return;
        case DRILL_TELL:
          tell_simulator (self, step->words, told_cb);
          return;
        case DRILL_CRASH_OTHER:
          self->busy = TRUE;
          g_subprocess_force_exit (self->other);
          g_subprocess_wait_async (self->other, NULL, other_ended_cb, g_object_ref (self));
          return;
        case DRILL_CRASH_SERVER:
          desk_simulator_crash (self->simulator);
          break;
        case DRILL_PLACE:
          place (self);
          break;
        case DRILL_VERIFY:
          self->resynced = self->verified = FALSE;
          desk_session_send (self->session, desk_command_new (DESK_COMMAND_VERIFY));
          break;
        case DRILL_END:
        case DRILL_TRY:
        case DRILL_WAIT_LINK:
        case DRILL_WAIT_ORDER:
        case DRILL_WAIT_STALE:
        case DRILL_WAIT_FRESH:
        case DRILL_WAIT_FILLS:
        case DRILL_WAIT_RECEIVED:
        case DRILL_WAIT_NOTICE:
        case DRILL_WAIT_REPORT:
        default:
          break;
        }
      self->step++;
      self->step_began = 0;
    }
}

/* ---- how it ends ---- */

static void
remove_folder (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
}

static void
finish (DeskDrill *self,
        GError    *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);
  g_autoptr (GError) problem = error;
  DeskDrillReport *report;

  if (self->simulator != NULL)
    desk_simulator_stop_now (self->simulator);
  if (problem == NULL)
    drill_count (self->state_path, self->log_path, self->report, &problem);
  if (self->folder != NULL)
    remove_folder (self->folder);
  if (problem != NULL)
    {
      g_task_return_error (task, g_steal_pointer (&problem));
      return;
    }

  report = g_steal_pointer (&self->report);
  report->drill = self->info;
  report->numbering = self->numbering;
  report->usec = desk_clock_mono () - self->began;
  report->passed = !self->missed && report->twice == 0;
  report->text = g_strdup (report->twice > 0 ? "Something was sent twice: this is a fault of the program; please report it"
                           : self->missed    ? "The drill did not end as it should: what was to be seen did not come"
                                             : "The drill ended as it should, and nothing was sent twice");
  g_task_return_pointer (task, report, (GDestroyNotify) desk_drill_report_free);
}

static void
stopped_cb (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (DeskDrill) self = user_data;
  GError *error = g_object_steal_data (G_OBJECT (source), "drill-error");
  GError *why = NULL;

  if (!desk_session_stop_finish (DESK_SESSION (source), result, &why))
    {
      if (error == NULL)
        error = g_steal_pointer (&why);
      g_clear_error (&why);
    }
  finish (self, error);
}

/* @error: (transfer full) (nullable): why it could not be played to its end. */
static void
end (DeskDrill *self,
     GError    *error)
{
  if (self->ending)
    {
      g_clear_error (&error);
      return;
    }
  self->ending = TRUE;
  g_clear_handle_id (&self->look_id, g_source_remove);
  if (self->cancel_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (self->task), self->cancel_id);
  self->cancel_id = 0;
  if (self->other != NULL)
    g_subprocess_force_exit (self->other);
  g_clear_object (&self->other);
  if (self->session == NULL)
    {
      finish (self, error);
      return;
    }
  g_object_set_data (G_OBJECT (self->session), "drill-error", error);
  desk_session_stop_async (self->session, 0, stopped_cb, g_object_ref (self));
}

static gboolean
cancelled_idle_cb (gpointer user_data)
{
  DeskDrill *self = user_data;

  if (self->task != NULL)
    end (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the drill was stopped"));
  return G_SOURCE_REMOVE;
}

/* In a later turn: what is cancelled must not be torn down below the caller. */
static void
cancelled_cb (GCancellable *cancellable,
              DeskDrill    *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, cancelled_idle_cb, g_object_ref (self), g_object_unref);
}

static void
simulator_started_cb (GObject      *source,
                      GAsyncResult *result,
                      gpointer      user_data)
{
  g_autoptr (DeskDrill) self = user_data;
  GError *error = NULL;

  self->busy = FALSE;
  self->port = desk_simulator_start_finish (DESK_SIMULATOR (source), result, &error);
  if (self->task == NULL || self->ending)
    {
      g_clear_error (&error);
      return;
    }
  if (self->port == 0)
    {
      end (self, error);
      return;
    }
  self->look_id = g_timeout_add (LOOK_MS, look_cb, self);
  advance (self);
}

/* Below the folder of the run, which is this user's alone. */
static gboolean
make_folder (DeskDrill  *self,
             GError    **error)
{
  g_autofree char *port_path = desk_simulator_port_path ("drill");
  g_autofree char *home = g_path_get_dirname (port_path);
  g_autofree char *folder = g_build_filename (home, "drill-XXXXXX", NULL);

  if (g_mkdir_with_parents (home, 0700) != 0 || g_mkdtemp (folder) == NULL)
    {
      int saved = errno;

      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "no folder for the drill can be made in %s: %s", home, g_strerror (saved));
      return FALSE;
    }
  self->slug = g_path_get_basename (folder);
  self->state_path = g_build_filename (folder, "state.sqlite", NULL);
  self->log_path = g_build_filename (folder, "server.ndjson", NULL);
  self->folder = g_steal_pointer (&folder);
  return TRUE;
}

void
desk_drill_run_async (DeskDrill           *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autofree char *simulator_state = NULL;
  GError *error = NULL;

  g_return_if_fail (DESK_IS_DRILL (self));
  g_return_if_fail (self->task == NULL && !self->ending);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, desk_drill_run_async);
  g_task_set_check_cancellable (self->task, FALSE); /* it clears up first, and says so itself */
  self->began = desk_clock_mono ();
  if (!make_folder (self, &error))
    {
      end (self, error);
      return;
    }
  if (cancellable != NULL)
    self->cancel_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);
  simulator_state = g_build_filename (self->folder, "server.state", NULL);
  self->simulator = desk_simulator_new (self->slug, simulator_state, self->numbering);
  desk_simulator_set_arguments (self->simulator, (const char *const[]) { "--accounts", "SIM1", "--speed", "0", "--session-end", "never",
                                                                         "--log", self->log_path, NULL });
  self->busy = TRUE;
  desk_simulator_start_async (self->simulator, cancellable, simulator_started_cb, g_object_ref (self));
}

DeskDrillReport *
desk_drill_run_finish (DeskDrill     *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
desk_drill_finalize (GObject *object)
{
  DeskDrill *self = DESK_DRILL (object);

  g_clear_object (&self->session);
  g_clear_object (&self->simulator);
  g_clear_object (&self->other);
  g_clear_pointer (&self->report, desk_drill_report_free);
  g_ptr_array_unref (self->orders);
  g_hash_table_unref (self->fills);
  g_hash_table_unref (self->notices);
  g_free (self->folder);
  g_free (self->slug);
  g_free (self->state_path);
  g_free (self->log_path);
  G_OBJECT_CLASS (desk_drill_parent_class)->finalize (object);
}

static void
desk_drill_class_init (DeskDrillClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_drill_finalize;
  signals[SIGNAL_LINE] = g_signal_new ("line", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
desk_drill_init (DeskDrill *self)
{
  self->orders = g_ptr_array_new_with_free_func (order_free);
  self->fills = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->notices = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->report = g_new0 (DeskDrillReport, 1);
}

DeskDrill *
desk_drill_new (const DeskDrillInfo *info,
                DtcNumbering         numbering)
{
  DeskDrill *self = g_object_new (DESK_TYPE_DRILL, NULL);

  self->info = info;
  self->step = drill_steps (info);
  self->numbering = numbering;
  return self;
}
