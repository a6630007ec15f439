/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-record.h"

G_BEGIN_DECLS

/* The course of one order, from its journal records alone: click, journal, socket, each word of the server, fills, end. */

typedef enum
{
  DESK_TIMELINE_CLICK,   /* a person or a script asked for it */
  DESK_TIMELINE_JOURNAL, /* the command is durable */
  DESK_TIMELINE_SOCKET,  /* the kernel has its bytes */
  DESK_TIMELINE_UPDATE,  /* the server says something of it */
  DESK_TIMELINE_FILL,
  DESK_TIMELINE_FINAL,   /* its end, by the server's word or because nothing left */
  DESK_TIMELINE_LINK,    /* a connection began or was lost, an answer was overdue */
  DESK_TIMELINE_HUMAN,   /* a person's decision or note */
} DeskTimelineKind;

typedef struct
{
  gint64           utc;
  gint64           mono;                /* 0: not known */
  DeskTimelineKind kind;
  guint64          record;              /* of the journal */
  char            *text;                /* plain words, in English; the server's own ones as they are */
  char            *raw;                 /* wire and payload, or NULL */
  gint64           since_previous_usec; /* -1: not known, as over a restart of the computer */
  char             command;             /* CLICK, JOURNAL, SOCKET: 's' submit or flatten, 'c' cancel, 'm' change; else 0 */
  gint64           boot;                /* CLOCK_BOOTTIME of it */
} DeskTimelineMark;

/**
 * desk_timeline_from_records:
 * @records: (element-type DeskRecord): of one order, and the links between, in order
 *
 * Returns: (transfer full) (element-type DeskTimelineMark): in order
 */
GPtrArray *desk_timeline_from_records (const GPtrArray *records);
/**
 * desk_timeline_read:
 * @state_path: a state file, beside a running writer or without one
 * @id: a ClientOrderID or ServerOrderID
 *
 * Blocks; any thread.
 *
 * Returns: (transfer full) (element-type DeskTimelineMark): empty for an order that the file does not know; %NULL with @error
 */
GPtrArray *desk_timeline_read         (const char      *state_path,
                                       const char      *id,
                                       GError         **error);
/* "click→journal 0.4 ms, journal→socket 0.1 ms, socket→answer 12 ms, answer→first fill 3.2 s"; "" when nothing is known of
 * it. (transfer full) */
char      *desk_timeline_summary      (const GPtrArray *marks);
/* "240 µs", "1.3 ms", "12 ms", "3.2 s", "8 min 02 s"; "?" below zero. (transfer full) */
char      *desk_timeline_duration     (gint64           usec);

G_END_DECLS
