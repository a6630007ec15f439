/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <string.h>

#include "desk-flight-recorder.h"
#include "desk-log-chain.h"
#include "desk-log-compare.h"
#include "desk-log-decode.h"
#include "desk-log-export.h"
#include "desk-log-file.h"
#include "desk-log-latency.h"
#include "desk-log-line.h"
#include "desk-log-list.h"

/* What the files of test-core-log share. */

static const DtcCodec json = { DTC_ENCODING_JSON, DTC_NUMBERING_DTC };

static inline gint64
append_as (DeskLogStore     *store,
           const DtcCodec   *codec,
           DtcWireDirection  direction,
           guint32           link,
           gint64            mono,
           const guint8     *raw,
           gsize             size)
{
  DeskLogEntry entry = { DESK_LOG_FRAME, 1000000000 + mono, mono, link, direction, *codec, raw, size };

  return (gint64) desk_log_store_append (store, &entry);
}

static inline gint64
append (DeskLogStore     *store,
        DtcWireDirection  direction,
        gint64            mono,
        const char       *text)
{
  return append_as (store, &json, direction, 1, mono, (const guint8 *) text, strlen (text));
}

static inline void
note (DeskLogStore *store,
      const char   *text)
{
  DeskLogEntry entry = { DESK_LOG_NOTE, 0, 0, 1, DTC_WIRE_RECEIVED, { 0 }, (const guint8 *) text, strlen (text) };

  desk_log_store_append (store, &entry);
}

static inline DeskLogQuery *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  DeskLogQuery *query = desk_log_query_parse (text, NULL, &error);

  if (query == NULL)
    g_error ("%s: %s", text, error->message);
  return query;
}

/* "1 3 4": the numbers that fit. */
static inline char *
filtered (DeskLogStore  *store,
          DeskLogFilter *filter)
{
  g_autoptr (DeskLogSnapshot) snapshot = desk_log_store_snapshot (store);
  g_autoptr (GArray) numbers = desk_log_filter_run (filter, snapshot);
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (out, "%s%" G_GUINT64_FORMAT, i > 0 ? " " : "", g_array_index (numbers, guint64, i));
  return g_string_free (out, FALSE);
}

static inline char *
found (DeskLogStore *store,
       const char   *text)
{
  DeskLogFilter filter = { .query = parse (text) };
  char *numbers = filtered (store, &filter);

  desk_log_query_unref (filter.query);
  return numbers;
}

#define assert_found(store, text, expected) \
  G_STMT_START { \
    g_autofree char *found_ = found (store, text); \
    if (strcmp (found_, expected) != 0) \
      g_error ("%s:%d: \"%s\" finds \"%s\", not \"%s\"", __FILE__, __LINE__, text, found_, expected); \
  } G_STMT_END

#define assert_filtered(store, expected, ...) \
  G_STMT_START { \
    DeskLogFilter filter_ = { __VA_ARGS__ }; \
    g_autofree char *found_ = filtered (store, &filter_); \
    g_assert_cmpstr (found_, ==, expected); \
  } G_STMT_END

/* In log-query.c: seven messages about two orders, and a message of any kind, whole or not. */
DeskLogStore *small_log (void);
char *random_message (void);

void add_query_tests (void);
void add_files_tests (void);
void add_anatomy_tests (void);
