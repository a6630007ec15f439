/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

/* What the files of test-core-verify share: how to ask for a comparison, and how to look at what it found. */

static inline World *
up (DtcNumbering numbering)
{
  World *world = world_new (numbering);

  world_up (world);
  return world;
}

static inline const DeskVerifyRun *
last_run (World *world)
{
  guint i;

  for (i = world->events->len; i > 0; i--)
    {
      const DeskEvent *event = g_ptr_array_index (world->events, i - 1);

      if (event->kind == DESK_EVENT_VERIFY)
        return event->verify;
    }
  return NULL;
}

static inline guint
count_runs (World *world)
{
  return world_count (world, DESK_EVENT_VERIFY, NULL);
}

static inline const DeskVerifyRun *
verify (World *world)
{
  guint before = count_runs (world);
  guint i;

  world_command (world, DESK_COMMAND_VERIFY, NULL);
  world_run (world);
  for (i = 0; i < 40 && count_runs (world) == before; i++)
    world_pass (world, G_USEC_PER_SEC / 2);
  g_assert_cmpuint (count_runs (world), >, before);
  return last_run (world);
}

static inline const DeskFinding *
find (const DeskVerifyRun *run,
      guint                check,
      DeskVerdict          verdict)
{
  guint i;

  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->check == check && finding->verdict == verdict)
        return finding;
    }
  return NULL;
}

/* Nothing else is wrong than what the test has made wrong. */
static inline void
check_only (const DeskVerifyRun *run,
            guint                check,
            DeskVerdict          verdict)
{
  guint i;

  for (i = 0; i < run->findings->len; i++)
    {
      const DeskFinding *finding = &g_array_index (run->findings, DeskFinding, i);

      if (finding->verdict == DESK_VERDICT_MATCH || finding->information)
        continue;
      g_assert_nonnull (finding->text);
      g_assert_cmpuint (finding->number, >, 0);
      if (finding->check != check || finding->verdict != verdict)
        g_error ("V%u is %s: %s", finding->check, desk_verdict_nick (finding->verdict), finding->text);
    }
  g_assert_cmpint (run->verdict, ==, check == 0 ? DESK_VERDICT_MATCH : verdict);
}

static inline const DeskFinding *
expect (const DeskVerifyRun *run,
        guint                check,
        DeskVerdict          verdict,
        const char          *expected,
        const char          *seen)
{
  const DeskFinding *finding = find (run, check, verdict);

  if (finding == NULL)
    {
      guint i;

      for (i = 0; i < run->findings->len; i++)
        {
          const DeskFinding *other = &g_array_index (run->findings, DeskFinding, i);

          if (other->verdict != DESK_VERDICT_MATCH)
            g_test_message ("V%u is %s: %s", other->check, desk_verdict_nick (other->verdict), other->text);
        }
      g_error ("V%u is not %s", check, desk_verdict_nick (verdict));
    }
  if (verdict != DESK_VERDICT_MATCH)
    {
      g_assert_cmpstr (finding->expected, ==, expected);
      g_assert_cmpstr (finding->seen, ==, seen);
    }
  return finding;
}

static inline const DeskRecord *
record_of (World  *world,
           guint64 seq)
{
  guint i;

  for (i = 0; i < world->records->len; i++)
    {
      const DeskRecord *record = g_ptr_array_index (world->records, i);

      if (record->seq == seq)
        return record;
    }
  return NULL;
}

/* The first record that a finding points at says what it is about. */
static inline void
check_record (World             *world,
              const DeskFinding *finding,
              guint              which,
              DeskRecordKind     kind)
{
  const DeskRecord *record = record_of (world, finding->records[which]);

  g_assert_nonnull (record);
  g_assert_cmpint (record->kind, ==, kind);
}

static inline FakeOrder *
buy (World *world,
     gint64 quantity,
     double price)
{
  world_submit (world, DESK_SIDE_BUY, quantity, price);
  world_run (world);
  return world_last_at_server (world);
}

/* What the server says into a link that is down. */
static inline void
lose (World *world)
{
  g_queue_clear_full (&world->inbox, message_free);
}

static inline void
send (World      *world,
      DtcMessage *message)
{
  server_say (world, message);
  world_run (world);
}

void add_fill_tests (void);
void add_position_tests (void);
void add_finding_tests (void);
void add_course_tests (void);
