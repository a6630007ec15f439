/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine-world.h"

#include "desk-depth-book.h"
#include "dtc-test-message.h"

/* What the files of test-core-market share. */

static inline void
command (World           *world,
         DeskCommandKind  kind,
         const char      *symbol)
{
  g_autoptr (DeskCommand) asked = desk_command_new (kind);

  g_strlcpy (asked->ticket.symbol, symbol, sizeof asked->ticket.symbol);
  asked->tag = 5;
  desk_engine_command (world->engine, asked, world->now);
  world_run (world);
}

static inline World *
watching (void)
{
  World *world = world_new_live (DTC_NUMBERING_DTC);

  command (world, DESK_COMMAND_WATCH_SYMBOL, WORLD_SYMBOL);
  return world;
}

static inline void
say (World      *world,
     const char *format,
     ...) G_GNUC_PRINTF (2, 3);

static inline void
say (World      *world,
     const char *format,
     ...)
{
  g_autofree char *json = NULL;
  va_list args;

  va_start (args, format);
  json = g_strdup_vprintf (format, args);
  va_end (args);
  world_feed_text (world, json);
  world_run (world);
}

static inline const DeskQuoteState *
quote (World *world)
{
  const DeskEvent *event = world_last (world, DESK_EVENT_QUOTE);

  g_assert_nonnull (event);
  return &event->quote;
}

static inline guint
count_asked (World   *world,
             guint16  type)
{
  guint n = 0;

  for (guint i = 0; i < world->asked->len; i++)
    n += ((const DtcMessage *) g_ptr_array_index (world->asked, i))->type == type;
  return n;
}

static inline const DtcMessage *
last_asked (World   *world,
            guint16  type)
{
  for (guint i = world->asked->len; i > 0; i--)
    if (((const DtcMessage *) g_ptr_array_index (world->asked, i - 1))->type == type)
      return g_ptr_array_index (world->asked, i - 1);
  return NULL;
}

static inline void
find (World      *world,
      DeskFindBy  by,
      const char *text,
      const char *exchange,
      guint64     tag)
{
  g_autoptr (DeskCommand) asked = desk_command_new (DESK_COMMAND_FIND_SYMBOLS);

  asked->find_by = by;
  asked->search = g_strdup (text);
  g_strlcpy (asked->step, exchange, sizeof asked->step);
  asked->tag = tag;
  desk_engine_command (world->engine, asked, world->now);
  world_run (world);
}

void add_books_tests (void);
void add_lists_tests (void);
