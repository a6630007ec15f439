/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <glib-unix.h>

#include "desk-clock.h"
#include "desk-drill.h"
#include "desk-json-line.h"

typedef struct
{
  DtcctlLive    live;     /* to print events with */
  GMainLoop    *loop;
  GCancellable *cancellable;
  guint32       epoch;
  DtcctlExit    status;
} Drill;

static void
print_list (const DtcctlOptions *options)
{
  guint n;
  const DeskDrillInfo *list = desk_drill_list (&n);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GString) line = g_string_new (NULL);

      if (options->json)
        {
          desk_json_line_begin (line, "report", desk_clock_utc (), 0);
          desk_json_line_string (line, "report", "drill");
          desk_json_line_string (line, "drill", list[i].name);
          desk_json_line_string (line, "text", list[i].description);
          desk_json_line_end (line);
        }
      else
        g_string_append_printf (line, "%-14s %s", list[i].name, list[i].description);
      dtcctl_output_line (line->str);
    }
}

static void
line_cb (DeskDrill           *drill,
         const DeskDrillLine *told,
         Drill               *run)
{
  static const char *const words[] = { "", "look: ", NULL, "MISSED: " };
  static const char *const codes[] = { "DRILL_DID", "DRILL_LOOK", "DRILL_SEEN", "DRILL_MISSED" };
  g_autofree char *text = told->detail != NULL ? g_strdup_printf ("%s (%s)", told->text, told->detail) : g_strdup (told->text);
  g_autoptr (GString) line = g_string_new (NULL);

  if (run->live.options->json)
    {
      desk_json_line_begin (line, "notice", desk_clock_utc (), run->epoch);
      desk_json_line_string (line, "level", told->mark == DESK_DRILL_MISSED ? "alarm" : "info");
      desk_json_line_string (line, "code", codes[told->mark]);
      desk_json_line_string (line, "text", text);
      desk_json_line_end (line);
    }
  else if (told->mark == DESK_DRILL_SEEN)
    g_string_append_printf (line, "%7.3f s  seen, after %s", (double) told->usec / G_USEC_PER_SEC, told->detail);
  else
    g_string_append_printf (line, "%7.3f s  %s%s", (double) told->usec / G_USEC_PER_SEC, words[told->mark], text);
  dtcctl_output_line (line->str);
}

static void
event_cb (DeskDrill       *drill,
          const DeskEvent *event,
          Drill           *run)
{
  run->epoch = MAX (run->epoch, event->epoch);
  if (run->live.options->json && !event->restored)
    dtcctl_output_news (&run->live, event);
}

static void
print_report (Drill                 *run,
              const DeskDrillReport *report)
{
  g_autoptr (GString) line = g_string_new (NULL);

  if (run->live.options->json)
    {
      desk_json_line_begin (line, "report", desk_clock_utc (), run->epoch);
      desk_json_line_string (line, "report", "drill");
      desk_json_line_string (line, "drill", report->drill->name);
      desk_json_line_string (line, "numbering", dtc_numbering_to_string (report->numbering));
      desk_json_line_bool (line, "passed", report->passed);
      for (guint i = 0; i < DESK_N_DRILL_COMMANDS; i++)
        {
          g_autofree char *intended = g_strdup_printf ("intended_%s", desk_drill_command_nick (i));
          g_autofree char *received = g_strdup_printf ("received_%s", desk_drill_command_nick (i));

          desk_json_line_int (line, intended, report->intended[i]);
          desk_json_line_int (line, received, report->received[i]);
        }
      desk_json_line_int (line, "twice", report->twice);
      desk_json_line_string (line, "resync", report->resync != NULL ? report->resync->text : NULL);
      desk_json_line_string (line, "verdict", report->verify != NULL ? desk_verdict_nick (report->verify->verdict) : NULL);
      desk_json_line_double (line, "seconds", (double) report->usec / G_USEC_PER_SEC);
      desk_json_line_string (line, "text", report->text);
      desk_json_line_end (line);
      dtcctl_output_line (line->str);
      return;
    }
  if (report->resync != NULL && report->resync->text != NULL)
    g_string_append_printf (line, "The last reconciliation: %s\n", report->resync->text);
  if (report->verify != NULL)
    {
      g_string_append_printf (line, "The verification: %s\n", desk_verdict_nick (report->verify->verdict));
      for (guint i = 0; i < report->verify->findings->len; i++)
        {
          const DeskFinding *finding = &g_array_index (report->verify->findings, DeskFinding, i);

          if (finding->verdict != DESK_VERDICT_MATCH && !finding->information)
            g_string_append_printf (line, "  V%u %s: %s\n", finding->check, desk_verdict_nick (finding->verdict), finding->text);
        }
    }
  for (guint i = 0; i < DESK_N_DRILL_COMMANDS; i++)
    if (report->intended[i] > 0 || report->received[i] > 0)
      g_string_append_printf (line, "%s: %u intended, %u in the server's own log\n", desk_drill_command_nick (i), report->intended[i],
                              report->received[i]);
  g_string_append (line, report->text);
  dtcctl_output_line (line->str);
}

static void
ended_cb (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Drill *run = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskDrillReport) report = desk_drill_run_finish (DESK_DRILL (source), result, &error);

  if (report == NULL)
    dtcctl_complain ("%s", error->message);
  else
    print_report (run, report);
  run->status = report != NULL && report->passed ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
  g_main_loop_quit (run->loop);
}

static gboolean
interrupted_cb (gpointer user_data)
{
  Drill *run = user_data;

  g_cancellable_cancel (run->cancellable);
  return G_SOURCE_CONTINUE;
}

DtcctlExit
dtcctl_drill_run (const DtcctlOptions *options)
{
  static const int ends[] = { SIGTERM, SIGINT, SIGHUP };
  const DeskDrillInfo *info = desk_drill_find (options->words[1]);
  Drill run = { .live.options = options };
  g_autoptr (DeskDrill) drill = NULL;
  guint sources[G_N_ELEMENTS (ends)];

  if (g_str_equal (options->words[1], "list"))
    {
      print_list (options);
      return DTCCTL_EXIT_DONE;
    }
  if (info == NULL)
    {
      dtcctl_complain ("There is no drill \"%s\"; dtcctl drill list shows them", options->words[1]);
      return DTCCTL_EXIT_USAGE;
    }

  run.loop = g_main_loop_new (NULL, FALSE);
  run.cancellable = g_cancellable_new ();
  drill = desk_drill_new (info, options->profile->numbering);
  g_signal_connect (drill, "line", G_CALLBACK (line_cb), &run);
  g_signal_connect (drill, "event", G_CALLBACK (event_cb), &run);
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    sources[i] = g_unix_signal_add (ends[i], interrupted_cb, &run);

  desk_drill_run_async (drill, run.cancellable, ended_cb, &run);
  g_main_loop_run (run.loop);

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    g_source_remove (sources[i]);
  g_signal_handlers_disconnect_by_data (drill, &run);
  g_clear_pointer (&run.live.printed, g_hash_table_unref);
  g_object_unref (run.cancellable);
  g_main_loop_unref (run.loop);
  return run.status;
}
