/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-state-manager.h"

/* --- A folder for each test, and the completion context driven by hand --- */

typedef struct
{
  char         *folder;
  char         *path;
  GMainContext *context;
  guint64       durable;
  GError       *failure;
  guint         n_failures;
  GPtrArray    *restored;
  gboolean      ended;
  GError       *damage;
} StateFixture;

void state_fixture_set_up (StateFixture *fixture,
                           gconstpointer data);
void state_fixture_tear_down (StateFixture *fixture,
                              gconstpointer data);
DeskStateManager *state_open (StateFixture *fixture,
                              DeskStateMode mode);
void state_refuse (StateFixture *fixture,
                   DeskStateMode mode,
                   DeskError     code);
void state_wait_durable (StateFixture *fixture,
                         guint64       seq);
void state_restore (StateFixture     *fixture,
                    DeskStateManager *manager);
DeskRecord *state_make_record (guint number);
guint64 state_append_one (DeskStateManager *manager,
                          guint             number,
                          DeskAppend        how);
void state_assert_restored (StateFixture *fixture,
                            guint         n);
void state_write_history (StateFixture *fixture,
                          guint         from,
                          guint         n);
void state_assert_check (StateFixture *fixture,
                         gboolean      ok,
                         const char   *says);
/* A DeskCommitted: notes what is durable. */
void state_on_committed (guint64       seq,
                         gint64        commit_usec,
                         const GError *error,
                         gpointer      user_data);
/* In state-report.c. */
void state_add_report_tests (void);
/* In state-aside.c; on the disk of state-disk.h. */
void state_add_aside_tests (void);
/* A DeskRecordFunc: counts into a guint. */
gboolean state_count_record (const DeskRecord *record,
                             gpointer          user_data);
