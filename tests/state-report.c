/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-csv.h"
#include "desk-report.h"
#include "state-fixture.h"

#include <string.h>

#include <glib/gstdio.h>

/* The signed report of a session: of which state of the journal it speaks, and what passes for unchanged. */

typedef struct
{
  StateFixture *fixture;
  DeskProfile  *profile;
  char         *folder;
  char         *json, *csv; /* paths of the report */
} Report;

static DeskVerifyRun *
make_run (guint64 records)
{
  DeskVerifyRun *run = desk_verify_run_new ("verify");

  run->utc = 1000000;
  run->records = records;
  return run;
}

static void
report_write (Report       *report,
              StateFixture *fixture,
              guint64       records)
{
  g_autoptr (DeskVerifyRun) run = make_run (records);
  g_autoptr (GError) error = NULL;

  report->fixture = fixture;
  report->profile = desk_profile_new ("Test");
  report->folder = g_build_filename (fixture->folder, "reports", NULL);
  report->json = desk_report_write (run, report->profile, fixture->path, report->folder, &error);
  g_assert_no_error (error);
  report->csv = g_strdup_printf ("%.*s.csv", (int) strlen (report->json) - 5, report->json);
}

static void
report_clear (Report *report)
{
  desk_profile_free (report->profile);
  g_free (report->folder);
  g_free (report->json);
  g_free (report->csv);
}

static DeskReportCheck
check (Report     *report,
       const char *path)
{
  g_autoptr (GError) error = NULL;
  DeskReportCheck check;

  g_assert_true (desk_report_check (path, report->fixture->path, &check, &error));
  g_assert_no_error (error);
  return check;
}

static void
copy (const char *from,
      const char *to,
      const char *more)
{
  g_autofree char *text = NULL;
  g_autofree char *all = NULL;

  g_assert_true (g_file_get_contents (from, &text, NULL, NULL));
  all = g_strconcat (text, more, NULL);
  g_assert_true (g_file_set_contents (to, all, -1, NULL));
}

/* A session beside it goes on writing: the report speaks of what was verified. */
static void
test_head (StateFixture *fixture,
           gconstpointer data)
{
  Report report;
  DeskReportCheck found;
  g_autoptr (DeskVerifyRun) later = NULL;
  g_autoptr (GError) error = NULL;

  state_write_history (fixture, 0, 20);
  report_write (&report, fixture, 7);
  found = check (&report, report.json);
  g_assert_true (found.ok);
  g_assert_cmpuint (found.records, ==, 7);
  g_assert_cmpint (found.journal, ==, DESK_JOURNAL_SAME);
  g_assert_cmpint (found.signer, ==, DESK_SIGNER_OWN);
  desk_report_check_clear (&found);

  /* What was verified and is in no journal is in no report. */
  later = make_run (4711);
  g_assert_null (desk_report_write (later, report.profile, fixture->path, report.folder, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "record 4711"));
  report_clear (&report);
}

/* A report under another name speaks of the files of its own name, and says nothing about what stands beside it. */
static void
test_renamed (StateFixture *fixture,
              gconstpointer data)
{
  Report report;
  DeskReportCheck found;
  g_autofree char *json = NULL;
  g_autofree char *csv = NULL;

  state_write_history (fixture, 0, 5);
  report_write (&report, fixture, 5);
  json = g_build_filename (report.folder, "other.json", NULL);
  csv = g_build_filename (report.folder, "other.csv", NULL);
  copy (report.json, json, "");
  copy (report.csv, csv, "1,\"forged\"\n");
  found = check (&report, csv);
  g_assert_false (found.ok);
  g_assert_nonnull (strstr (found.text, "other.csv"));
  desk_report_check_clear (&found);
  found = check (&report, report.csv);
  g_assert_true (found.ok);
  desk_report_check_clear (&found);
  report_clear (&report);
}

/* Whose key it is can only be told beside the own one. */
static void
test_signer (StateFixture *fixture,
             gconstpointer data)
{
  g_autofree char *key = g_build_filename (fixture->folder, "new folder", "report-key.pem", NULL);
  Report report;
  DeskReportCheck found;

  state_write_history (fixture, 0, 5);
  report_write (&report, fixture, 5);
  g_chmod (key, 0644);
  found = check (&report, report.json);
  g_assert_cmpint (found.signer, ==, DESK_SIGNER_UNKNOWN);
  desk_report_check_clear (&found);
  g_unlink (key);
  found = check (&report, report.json);
  g_assert_true (found.ok);
  g_assert_cmpint (found.signer, ==, DESK_SIGNER_UNKNOWN);
  desk_report_check_clear (&found);
  {
    g_autoptr (DeskVerifyRun) run = make_run (5);
    g_autofree char *again = desk_report_write (run, report.profile, fixture->path, report.folder, NULL);

    g_assert_nonnull (again);
  }
  found = check (&report, report.json);
  g_assert_cmpint (found.signer, ==, DESK_SIGNER_OTHER);
  desk_report_check_clear (&found);
  report_clear (&report);
}

/* Whatever stands in a file that is said to be a report. */
static void
test_hostile (StateFixture *fixture,
              gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *path = g_build_filename (fixture->folder, "hostile.json", NULL);
  DeskReportCheck found;
  guint i;

  for (i = 0; i < 500000; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  g_string_append (text, ",\n  \"signature\": \"\"\n}\n");
  for (i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));
      g_assert_false (desk_report_check (path, NULL, &found, &error));
      g_assert_error (error, DESK_ERROR, DESK_ERROR_CORRUPT);
      g_string_assign (text, i == 0 ? "{\"a\":\"\\\\\\\"[[[[[[[[[[[[,\n  \"signature\": \"" : "\"");
    }
}

/* ---- cells ---- */

static void
check_cell (const char *text,
            const char *cell)
{
  g_autoptr (GString) line = g_string_new (NULL);

  desk_csv_text (line, text);
  g_assert_cmpstr (line->str, ==, cell);
}

static void
test_cells (void)
{
  check_cell (NULL, "\"\"");
  check_cell ("a,\"b\"\nc", "\"a,\"\"b\"\" c\"");
  /* What a spreadsheet would work out. */
  check_cell ("=1+1", "\"'=1+1\"");
  check_cell ("+cmd|'/C calc'!A0", "\"'+cmd|'/C calc'!A0\"");
  check_cell ("-2+3", "\"'-2+3\"");
  check_cell ("@SUM(A1)", "\"'@SUM(A1)\"");
  check_cell (" =1+1", "\"' =1+1\"");
  check_cell ("\n=1+1", "\"' =1+1\"");
  check_cell ("\xc2\xa0=1+1", "\"'\xc2\xa0=1+1\"");
  check_cell ("\xef\xbc\x9d" "1+1", "\"'\xef\xbc\x9d" "1+1\"");
  /* A number is what it is. */
  check_cell ("-2", "\"-2\"");
  check_cell ("-5000.25", "\"-5000.25\"");
  check_cell ("-", "\"'-\"");
  check_cell ("-1e5", "\"'-1e5\"");
  check_cell ("--1", "\"'--1\"");
  /* What would move a terminal's cursor, or turn the text round. */
  check_cell ("a\033[2J\x07" "b", "\"a?[2J?b\"");
  check_cell ("ES\xe2\x80\xae" "6Z", "\"ES?6Z\"");
  check_cell ("a\xff" "b", "\"a\xef\xbf\xbd" "b\"");
  check_cell ("\t=1", "\"' =1\"");
}

void
state_add_report_tests (void)
{
  g_test_add ("/core/report/head", StateFixture, NULL, state_fixture_set_up, test_head, state_fixture_tear_down);
  g_test_add ("/core/report/renamed", StateFixture, NULL, state_fixture_set_up, test_renamed, state_fixture_tear_down);
  g_test_add ("/core/report/signer", StateFixture, NULL, state_fixture_set_up, test_signer, state_fixture_tear_down);
  g_test_add ("/core/report/hostile", StateFixture, NULL, state_fixture_set_up, test_hostile, state_fixture_tear_down);
  g_test_add_func ("/core/report/cells", test_cells);
}
