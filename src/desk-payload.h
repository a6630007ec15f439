/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The payload of a record, which is a JSON object that we wrote ourselves. Hundreds of thousands of them are read at a
 * start, and nearly all are flat and plain: a few members, ASCII without escapes, no white space. Those are read here in
 * one pass; whatever else it is, json-glib reads it, and says the same of what both can read. */

#define DESK_PAYLOAD_MEMBERS 16
#define DESK_PAYLOAD_SIZE    512

typedef struct
{
  const char *name;
  const char *text;    /* NULL: no text */
  gint64      number;
  gboolean    whole;   /* number is it */
} DeskPayloadMember;

typedef struct
{
  DeskPayloadMember members[DESK_PAYLOAD_MEMBERS];
  guint             n_members;
  JsonParser       *parser;  /* or NULL: members has all */
  JsonObject       *object;  /* the parser's root; NULL: there is none */
  char              buffer[DESK_PAYLOAD_SIZE];
} DeskPayload;

/**
 * desk_payload_init:
 * @self: to be cleared with desk_payload_clear(); not to be moved
 * @json: (nullable): what a record has; what is no object has no members
 */
void        desk_payload_init  (DeskPayload       *self,
                                const char        *json);
void        desk_payload_clear (DeskPayload       *self);
/* "" where it is missing or no text; until the payload is cleared. */
const char *desk_payload_text  (const DeskPayload *self,
                                const char        *name);
/* @otherwise where it is missing or no whole number. */
gint64      desk_payload_int   (const DeskPayload *self,
                                const char        *name,
                                gint64             otherwise);

/* The same of an object inside one, or NULL. */
const char *desk_payload_object_text (JsonObject  *object,
                                      const char  *name);
gint64      desk_payload_object_int  (JsonObject  *object,
                                      const char  *name,
                                      gint64       otherwise);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DeskPayload, desk_payload_clear)

G_END_DECLS
