/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-timeline-reader.h"

#include "desk-timeline.h"

/* Orders kept: what a pointer passes over in a while. */
#define MAX_KEPT 64

typedef struct
{
  GPtrArray *marks;   /* of DeskTimelineMark, or NULL */
  gboolean   reading;
  gboolean   again;   /* there was news while it was being read */
} Course;

struct _DeskTimelineReader
{
  GObject       parent_instance;

  DeskSession  *session;  /* not owned; NULL when it has gone */
  GHashTable   *courses;  /* id -> Course */
  GCancellable *cancellable;
};

G_DEFINE_FINAL_TYPE (DeskTimelineReader, desk_timeline_reader, G_TYPE_OBJECT)

static guint read_signal;

static void
course_free (gpointer data)
{
  Course *course = data;

  g_clear_pointer (&course->marks, g_ptr_array_unref);
  g_free (course);
}

/* An order that changes is read again when it is asked about next. */
static void
event_cb (DeskSession        *session,
          const DeskEvent    *event,
          DeskTimelineReader *self)
{
  const char *ids[2] = { "", "" };

  if (event->kind == DESK_EVENT_ORDER)
    {
      ids[0] = event->order.client_order_id;
      ids[1] = event->order.server_order_id;
    }
  else if (event->kind == DESK_EVENT_FILL)
    {
      ids[0] = event->fill.client_order_id;
      ids[1] = event->fill.server_order_id;
    }
  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      Course *course = *ids[i] != '\0' ? g_hash_table_lookup (self->courses, ids[i]) : NULL;

      if (course != NULL && course->reading)
        course->again = TRUE;
      else if (course != NULL)
        g_hash_table_remove (self->courses, ids[i]);
    }
}

static void
desk_timeline_reader_finalize (GObject *object)
{
  DeskTimelineReader *self = DESK_TIMELINE_READER (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->courses);
  G_OBJECT_CLASS (desk_timeline_reader_parent_class)->finalize (object);
}

static void
desk_timeline_reader_class_init (DeskTimelineReaderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = desk_timeline_reader_finalize;
  read_signal = g_signal_new ("read", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 3,
                              G_TYPE_STRING, G_TYPE_PTR_ARRAY, G_TYPE_STRING);
}

static void
desk_timeline_reader_init (DeskTimelineReader *self)
{
  self->courses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, course_free);
  self->cancellable = g_cancellable_new ();
}

/* A course that is being read outlives the session by a moment. */
static void
leave (gpointer data)
{
  DeskTimelineReader *self = data;

  self->session = NULL;
  g_cancellable_cancel (self->cancellable);
  g_object_unref (self);
}

DeskTimelineReader *
desk_timeline_reader_get (DeskSession *session)
{
  DeskTimelineReader *self = g_object_get_data (G_OBJECT (session), "desk-timeline-reader");

  if (self != NULL)
    return self;
  self = g_object_new (DESK_TYPE_TIMELINE_READER, NULL);
  self->session = session;
  g_signal_connect_object (session, "event", G_CALLBACK (event_cb), self, 0);
  g_object_set_data_full (G_OBJECT (session), "desk-timeline-reader", self, leave);
  return self;
}

typedef struct
{
  char *path;
  char *id;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->id);
  g_free (job);
}

static void
read_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Job *job = task_data;
  GError *error = NULL;
  GPtrArray *marks = desk_timeline_read (job->path, job->id, &error);

  if (marks != NULL)
    g_task_return_pointer (task, marks, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, error);
}

static gboolean start (DeskTimelineReader *self,
                       const char         *id,
                       Course             *course);

static void
read_ready_cb (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  DeskTimelineReader *self = DESK_TIMELINE_READER (source);
  Job *job = g_task_get_task_data (G_TASK (result));
  g_autoptr(GError) error = NULL;
  g_autoptr(GPtrArray) marks = g_task_propagate_pointer (G_TASK (result), &error);
  Course *course = g_hash_table_lookup (self->courses, job->id);

  if (course == NULL || self->session == NULL)
    return;
  course->reading = FALSE;
  if (marks != NULL)
    {
      g_clear_pointer (&course->marks, g_ptr_array_unref);
      course->marks = g_ptr_array_ref (marks);
    }
  if (course->again)
    start (self, job->id, course);
  g_signal_emit (self, read_signal, 0, job->id, marks, error != NULL ? error->message : NULL);
}

/* FALSE when there is no state file to read. */
static gboolean
start (DeskTimelineReader *self,
       const char         *id,
       Course             *course)
{
  g_autofree char *path = desk_session_dup_state_path (self->session);
  g_autoptr(GTask) task = NULL;
  Job *job;

  if (path == NULL)
    return FALSE;
  job = g_new0 (Job, 1);
  job->path = g_steal_pointer (&path);
  job->id = g_strdup (id);
  task = g_task_new (self, self->cancellable, read_ready_cb, NULL);
  course->reading = TRUE;
  course->again = FALSE;
  g_task_set_source_tag (task, start);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, read_in_thread);
  return TRUE;
}

/* Which one goes is of no matter: it is read again. */
static void
make_room (DeskTimelineReader *self)
{
  GHashTableIter iter;
  gpointer course;

  g_hash_table_iter_init (&iter, self->courses);
  while (g_hash_table_size (self->courses) >= MAX_KEPT && g_hash_table_iter_next (&iter, NULL, &course))
    if (!((Course *) course)->reading)
      g_hash_table_iter_remove (&iter);
}

GPtrArray *
desk_timeline_reader_ask (DeskTimelineReader *self,
                          const char         *id)
{
  Course *course;

  g_return_val_if_fail (DESK_IS_TIMELINE_READER (self), NULL);
  g_return_val_if_fail (id != NULL && *id != '\0', NULL);

  course = g_hash_table_lookup (self->courses, id);
  if (course == NULL)
    {
      make_room (self);
      course = g_new0 (Course, 1);
      g_hash_table_insert (self->courses, g_strdup (id), course);
    }
  if (course->reading)
    course->again = TRUE;
  else
    start (self, id, course);
  return course->marks;
}

GPtrArray *
desk_timeline_reader_peek (DeskTimelineReader *self,
                           const char         *id)
{
  Course *course;

  g_return_val_if_fail (DESK_IS_TIMELINE_READER (self), NULL);

  course = g_hash_table_lookup (self->courses, id);
  if (course != NULL && (course->reading || course->marks != NULL))
    return course->marks;
  return desk_timeline_reader_ask (self, id);
}
