/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-session-private.h"

#include "desk-clock.h"
#include "desk-failpoint.h"
#include "desk-router.h"
#include "desk-runtime.h"

/* One turn of reading the inbox; then the loop may draw. */
#define TURN_USEC   (4 * 1000)
#define TURN_EVENTS 1000

struct _DeskSession
{
  GObject             parent_instance;

  DeskProfile        *profile;
  DeskRuntime        *runtime;
  DeskRouter         *router;
  DeskFlightRecorder *recorder;
  GTask              *starting;
  GPtrArray          *stopping; /* tasks that wait for the same end */
  GPtrArray          *held;     /* events of the start, until whoever asked for it was answered; else NULL */
  gboolean            started;
  gboolean            answered; /* desk_session_start_finish() was called */
  gboolean            stopped;
  guint64             last_tag;
};

enum
{
  SIGNAL_EVENT,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DeskSession, desk_session, G_TYPE_OBJECT)

static void
emit (DeskSession *self,
      GPtrArray   *events)
{
  for (guint i = 0; i < events->len; i++)
    g_signal_emit (self, signals[SIGNAL_EVENT], 0, g_ptr_array_index (events, i));
}

/* Who connects to the signal once the start has succeeded hears what was said meanwhile, too. */
static void
emit_held (DeskSession *self)
{
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  if (held != NULL)
    emit (self, held);
}

static void
runtime_ready_cb (gpointer user_data)
{
  g_autoptr (DeskSession) self = g_object_ref (user_data);
  g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  DeskInbox *inbox = desk_runtime_get_inbox (self->runtime);
  gint64 end = desk_clock_mono () + TURN_USEC;
  DeskEvent *event;

  DESK_FAILPOINT ("main.turn");
  while ((event = desk_inbox_pop (inbox)) != NULL)
    {
      desk_router_take (self->router, event);
      g_ptr_array_add (batch, event);
      if (batch->len == TURN_EVENTS || (batch->len % 32 == 0 && desk_clock_mono () >= end))
        break;
    }
  /* History comes into the lists in one piece: each splice costs a table a sort and every row in sight. */
  if (event == NULL || !event->restored)
    desk_router_flush (self->router);
  if (self->answered)
    emit_held (self);
  if (self->held != NULL)
    g_ptr_array_extend_and_steal (self->held, g_steal_pointer (&batch));
  else
    emit (self, batch);
  if (event != NULL && self->runtime != NULL)
    desk_runtime_again (self->runtime);
}

void
desk_session_take (DeskSession *self,
                   DeskEvent   *event)
{
  g_autoptr (DeskEvent) taken = event;

  g_return_if_fail (DESK_IS_SESSION (self));

  desk_router_take (self->router, taken);
  desk_router_flush (self->router);
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, taken);
}

static void
desk_session_dispose (GObject *object)
{
  DeskSession *self = DESK_SESSION (object);

  if (self->runtime != NULL)
    {
      desk_runtime_forget (self->runtime);
      desk_runtime_stop (g_steal_pointer (&self->runtime), 0, NULL, NULL);
    }

  G_OBJECT_CLASS (desk_session_parent_class)->dispose (object);
}

static void
desk_session_finalize (GObject *object)
{
  DeskSession *self = DESK_SESSION (object);

  g_ptr_array_unref (self->stopping);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  desk_router_free (self->router);
  g_object_unref (self->recorder);
  desk_profile_free (self->profile);

  G_OBJECT_CLASS (desk_session_parent_class)->finalize (object);
}

static void
desk_session_class_init (DeskSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = desk_session_dispose;
  object_class->finalize = desk_session_finalize;
  signals[SIGNAL_EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
desk_session_init (DeskSession *self)
{
  self->router = desk_router_new ();
  self->recorder = desk_flight_recorder_new ();
  self->stopping = g_ptr_array_new_with_free_func (g_object_unref);
}

DeskSession *
desk_session_new (const DeskProfile        *profile,
                  const DeskSessionOptions *options)
{
  static const DeskSessionOptions defaults = { 0 };
  DeskSession *self;

  g_return_val_if_fail (profile != NULL, NULL);

  self = g_object_new (DESK_TYPE_SESSION, NULL);
  self->profile = desk_profile_copy (profile);
  self->runtime = desk_runtime_new (profile, options != NULL ? options : &defaults, self->recorder,
                                    runtime_ready_cb, self);
  return self;
}

static void
started_cb (const GError *error,
            gpointer      user_data)
{
  g_autoptr (DeskSession) self = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
desk_session_start_async (DeskSession         *self,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (DESK_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, desk_session_start_async);
  if (self->started || self->runtime == NULL || self->stopping->len > 0)
    {
      g_task_return_new_error (task, DESK_ERROR, DESK_ERROR_USAGE, "a session starts once");
      return;
    }
  self->started = TRUE;
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) desk_event_free);
  self->starting = g_steal_pointer (&task);
  desk_runtime_start (self->runtime, started_cb, g_object_ref (self));
}

gboolean
desk_session_start_finish (DeskSession   *self,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  self->answered = TRUE;
  if (self->runtime != NULL)
    desk_runtime_again (self->runtime);
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
stopped_cb (const GError *error,
            gpointer      user_data)
{
  g_autoptr (DeskSession) self = user_data;

  self->stopped = TRUE;
  self->runtime = NULL;
  for (guint i = 0; i < self->stopping->len; i++)
    g_task_return_boolean (g_ptr_array_index (self->stopping, i), TRUE);
  g_ptr_array_set_size (self->stopping, 0);
}

void
desk_session_stop_async (DeskSession         *self,
                         guint                wait_ms,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (DESK_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, desk_session_stop_async);
  if (self->stopped)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  g_ptr_array_add (self->stopping, g_steal_pointer (&task));
  if (self->stopping->len == 1)
    desk_runtime_stop (self->runtime, wait_ms, stopped_cb, g_object_ref (self));
}

gboolean
desk_session_stop_finish (DeskSession   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Between start and stop the engine answers; else we do, with the same event. */
static void
deny (DeskSession       *self,
      const DeskCommand *command)
{
  DeskEvent *event;

  if (self->runtime == NULL)
    return;
  event = desk_event_new (DESK_EVENT_DENIED);
  event->utc = desk_clock_utc ();
  event->tag = command->tag;
  event->denial = DESK_DENY_LINK_DOWN;
  g_strlcpy (event->code, desk_denial_nick (DESK_DENY_LINK_DOWN), sizeof (event->code));
  event->text = g_ref_string_new (self->stopping->len > 0 ? "the program is leaving: nothing more is sent"
                                                          : "the session has not started: nothing is sent");
  event->input = command->input != NULL ? g_ref_string_new (command->input) : NULL;
  desk_inbox_push (desk_runtime_get_inbox (self->runtime), event);
}

guint64
desk_session_send (DeskSession *self,
                   DeskCommand *command)
{
  guint64 tag;

  g_return_val_if_fail (DESK_IS_SESSION (self), 0);
  g_return_val_if_fail (command != NULL, 0);

  tag = ++self->last_tag;
  command->tag = tag;
  if (command->clicked == 0)
    command->clicked = desk_clock_mono ();
  if (self->runtime != NULL && desk_runtime_takes (self->runtime, command->kind))
    {
      desk_runtime_command (self->runtime, command);
      return tag;
    }
  deny (self, command);
  desk_command_free (command);
  return tag;
}

const DeskProfile *
desk_session_get_profile (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return self->profile;
}

char *
desk_session_dup_state_path (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);
  return self->runtime != NULL ? desk_runtime_dup_state_path (self->runtime) : NULL;
}

const DeskLinkState *
desk_session_get_link (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_router_get_link (self->router);
}

const DeskArmState *
desk_session_get_arm (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_router_get_arm (self->router);
}

const DeskHealth *
desk_session_get_health (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_router_get_health (self->router);
}

DeskResyncState *
desk_session_get_resync (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_router_get_resync (self->router);
}

DeskVerifyRun *
desk_session_get_verify (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_router_get_verify (self->router);
}

DeskStats
desk_session_get_stats (DeskSession *self)
{
  static const DeskStats none = { 0 };

  g_return_val_if_fail (DESK_IS_SESSION (self), none);

  return desk_router_get_stats (self->router, desk_router_get_arm (self->router)->account,
                                desk_clock_local_midnight (desk_clock_utc ()));
}

GListModel *
desk_session_get_orders (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_orders (self->router));
}

GListModel *
desk_session_get_fills (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_fills (self->router));
}

GListModel *
desk_session_get_positions (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_positions (self->router));
}

GListModel *
desk_session_get_accounts (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_accounts (self->router));
}

GListModel *
desk_session_get_quotes (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_quotes (self->router));
}

DeskQuote *
desk_session_find_quote (DeskSession *self,
                         const char  *symbol)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return desk_keyed_store_lookup (desk_router_get_quotes (self->router), symbol);
}

DeskBook *
desk_session_get_book (DeskSession *self,
                       const char  *symbol)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);
  g_return_val_if_fail (symbol != NULL, NULL);

  return desk_router_get_book (self->router, symbol);
}

DeskTape *
desk_session_get_tape (DeskSession *self,
                       const char  *symbol)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);
  g_return_val_if_fail (symbol != NULL, NULL);

  return desk_router_get_tape (self->router, symbol);
}

GListModel *
desk_session_get_found (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return G_LIST_MODEL (desk_router_get_found (self->router));
}

const DeskGrid *
desk_session_find_grid (DeskSession *self,
                        const char  *symbol)
{
  DeskQuote *quote = desk_session_find_quote (self, symbol);
  const DeskInstrumentState *instrument = quote != NULL ? desk_quote_get_instrument (quote) : NULL;

  return instrument != NULL && instrument->known && instrument->grid.tick > 0.0 ? &instrument->grid : NULL;
}

DeskFlightRecorder *
desk_session_get_recorder (DeskSession *self)
{
  g_return_val_if_fail (DESK_IS_SESSION (self), NULL);

  return self->recorder;
}
