/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-timeline.h"
#include "verify-world.h"

/* ---- the course of one order ---- */

static GPtrArray *
course_of (World      *world,
           const char *client_id,
           const char *server_id)
{
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      DeskRecord *record = g_ptr_array_index (world->records, i);

      if (g_strcmp0 (record->client_order_id, client_id) == 0 || g_strcmp0 (record->server_order_id, server_id) == 0
          || record->kind == DESK_RECORD_LINK)
        g_ptr_array_add (records, record);
    }
  return desk_timeline_from_records (records);
}

static void
check_marks (const GPtrArray        *marks,
             const DeskTimelineKind *kinds,
             guint                   n)
{
  guint i;

  for (i = 0; i < marks->len; i++)
    {
      const DeskTimelineMark *mark = g_ptr_array_index (marks, i);

      g_test_message ("%d #%" G_GUINT64_FORMAT " %s", mark->kind, mark->record, mark->text);
      g_assert_nonnull (mark->text);
      g_assert_true (g_utf8_validate (mark->text, -1, NULL));
    }
  g_assert_cmpuint (marks->len, ==, n);
  for (i = 0; i < n; i++)
    g_assert_cmpint (((const DeskTimelineMark *) g_ptr_array_index (marks, i))->kind, ==, kinds[i]);
}

static void
test_timeline (gconstpointer data)
{
  static const DeskTimelineKind kinds[] = { DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET, DESK_TIMELINE_UPDATE,
                                            DESK_TIMELINE_FILL, DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET,
                                            DESK_TIMELINE_FINAL };
  World *world = world_new_form (data);
  g_autoptr (GPtrArray) marks = NULL;
  g_autofree char *summary = NULL;
  const DeskTimelineMark *mark;
  FakeOrder *order;
  gint64 clicked;

  world_up (world);
  world->hold = world->hold_kernel = TRUE;
  world->auto_accept = FALSE;
  clicked = world->now;
  world_submit (world, DESK_SIDE_BUY, 2, 5000.25);
  world_run (world);
  world_commit (world, world->appended);
  world->now += 400;
  world_commit (world, world->appended);
  world->now += 100;
  world_kernel (world, G_MAXSIZE);
  world->hold = world->hold_kernel = FALSE;
  order = world_last_at_server (world);
  world->now += 12000;
  server_accept (world, order);
  world_run (world);
  world_pass (world, 3 * G_USEC_PER_SEC);
  server_fill (world, order, 1, 5000.25);
  world_run (world);
  world_pass (world, G_USEC_PER_SEC);
  world_command (world, DESK_COMMAND_CANCEL, order->client_id);
  world_run (world);
  marks = course_of (world, order->client_id, order->server_id);
  check_marks (marks, kinds, G_N_ELEMENTS (kinds));
  mark = g_ptr_array_index (marks, 0);
  g_assert_cmpint (mark->mono, ==, clicked);
  g_assert_cmpint (mark->since_previous_usec, ==, -1);
  mark = g_ptr_array_index (marks, 2);
  g_assert_cmpint (mark->mono, ==, clicked + 500);
  g_assert_cmpint (record_of (world, mark->record)->kind, ==, DESK_RECORD_OUTCOME);
  mark = g_ptr_array_index (marks, 3);
  g_assert_cmpint (mark->since_previous_usec, ==, 12000);
  g_assert_cmpint (record_of (world, mark->record)->kind, ==, DESK_RECORD_EVENT);
  g_assert_true (mark->raw != NULL && *mark->raw != '\0');
  mark = g_ptr_array_index (marks, 4);
  g_assert_cmpint (mark->since_previous_usec, ==, 3 * G_USEC_PER_SEC);
  g_assert_nonnull (strstr (mark->text, "5000.25"));
  g_assert_nonnull (strstr (mark->text, "E1"));
  summary = desk_timeline_summary (marks);
  g_assert_nonnull (strstr (summary, "socket→answer 12 ms"));
  g_assert_nonnull (strstr (summary, "answer→first fill 3.0 s"));
  g_assert_nonnull (strstr (summary, "click→journal"));
  g_assert_nonnull (strstr (summary, "cancel→confirmed"));
  world_free (world);
}

/* The link goes before the answer; nothing is said that nobody said. */
static void
test_timeline_cut (void)
{
  static const DeskTimelineKind kinds[] = { DESK_TIMELINE_CLICK, DESK_TIMELINE_JOURNAL, DESK_TIMELINE_SOCKET, DESK_TIMELINE_LINK,
                                            DESK_TIMELINE_LINK, DESK_TIMELINE_UPDATE, DESK_TIMELINE_LINK };
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (GPtrArray) marks = NULL;
  FakeOrder *order;

  world->silent = TRUE;
  world_submit (world, DESK_SIDE_BUY, 1, 5000);
  world_run (world);
  world_cut (world);
  world->silent = FALSE;
  world_pass (world, G_USEC_PER_SEC);
  world_connect (world);
  world_run (world);
  order = world_last_at_server (world);
  marks = course_of (world, order->client_id, order->server_id);
  check_marks (marks, kinds, G_N_ELEMENTS (kinds));
  g_assert_cmpstr (((const DeskTimelineMark *) g_ptr_array_index (marks, 3))->text, ==, "The link was lost");
  world_free (world);
}

/* What lies between two boots, nobody has measured. */
static void
test_timeline_reboot (void)
{
  World *world = up (DTC_NUMBERING_DTC);
  g_autoptr (GPtrArray) marks = NULL;
  FakeOrder *order = buy (world, 1, 5000);
  guint i;

  server_fill (world, order, 1, 5000);
  world_run (world);
  for (i = 0; i < world->records->len; i++)
    {
      DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->kind == DESK_RECORD_EVENT && strcmp (record->payload != NULL ? record->payload : "", "") != 0
          && g_strcmp0 (record->client_order_id, order->client_id) == 0)
        record->boot = record->mono = 5 * G_USEC_PER_SEC;
    }
  marks = course_of (world, order->client_id, order->server_id);
  g_assert_cmpint (((const DeskTimelineMark *) g_ptr_array_index (marks, 3))->since_previous_usec, ==, -1);
  world->borrowed = TRUE; /* its journal is not what it was */
  world_free (world);
}

static void
test_timeline_duration (void)
{
  static const struct { gint64 usec; const char *text; } spans[] = {
    { -1, "?" }, { 0, "0 µs" }, { 240, "240 µs" }, { 1300, "1.3 ms" }, { 12000, "12 ms" }, { 3200000, "3.2 s" }, { 482000000, "8 min 02 s" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (spans); i++)
    {
      g_autofree char *text = desk_timeline_duration (spans[i].usec);

      g_assert_cmpstr (text, ==, spans[i].text);
    }
}

void
add_course_tests (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (world_forms); i++)
    {
      g_autofree char *path = g_strconcat ("/core/timeline/course/", world_forms[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_timeline);
    }
  g_test_add_func ("/core/timeline/cut", test_timeline_cut);
  g_test_add_func ("/core/timeline/reboot", test_timeline_reboot);
  g_test_add_func ("/core/timeline/duration", test_timeline_duration);
}
