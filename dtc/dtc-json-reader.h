/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc-json-scan.h"
#include "dtc-numbering.h"

G_BEGIN_DECLS

/* Reading one message: what the parts of the reader share. */

typedef struct
{
  guint         n;
  guint32       hashes[DTC_MAX_UNKNOWN_KEYS];
  const guint8 *names[DTC_MAX_UNKNOWN_KEYS];
  guint         lens[DTC_MAX_UNKNOWN_KEYS];
  GString      *text;
} DtcJsonUnknown;

typedef struct
{
  DtcMessage         *message;
  const DtcWireShape *shape; /* NULL: a message DTC lacks */
  DtcNumbering        numbering;
  GError            **error;
  gboolean            failed;
  gboolean            type_seen;
  const guint8       *last_type;     /* the name of a Type at the very end, which has been read; or NULL */
  guint8             *last_type_end;
  gboolean            type_unsure;   /* another Type says something else, or the content does not go with it */
  gboolean            unsure_change; /* an unknown key speaks of a price or quantity */
  guint64             seen;          /* fields whose key stood there, whatever its value */
  DtcJsonUnknown     *unknown;
} DtcJsonReader;

/* What was wrong first is what is reported, with the message's name before it. */
void     dtc_json_report         (DtcJsonReader    *reader,
                                  DtcError          code,
                                  const char       *format,
                                  ...) G_GNUC_PRINTF (3, 4);
/* Reports it and returns NULL. */
guint8  *dtc_json_malformed      (DtcJsonReader    *reader,
                                  DtcError          code,
                                  const char       *where);
/* FALSE when a string with these DtcJsonString flags cannot be used; that is reported. */
gboolean dtc_json_check_string   (DtcJsonReader    *reader,
                                  guint             flags,
                                  const char       *where);
/* Both return the byte behind the value, or NULL when it is malformed; that is reported. The first only checks. */
guint8  *dtc_json_pass_value     (DtcJsonReader    *reader,
                                  guint8           *p,
                                  guint             depth,
                                  const char       *where);
guint8  *dtc_json_read_field     (DtcJsonReader    *reader,
                                  guint8           *p,
                                  guint             depth,
                                  const DtcWireKey *key);

/* Keys that the table lacks: none may stand there twice; FALSE when there are too many. */
gboolean dtc_json_note_unknown   (DtcJsonReader    *reader,
                                  const guint8     *name,
                                  gsize             len);
/* Keeps what stood there, for the log. */
void     dtc_json_append_unknown (DtcJsonReader    *reader,
                                  const guint8     *name,
                                  gsize             len,
                                  const guint8     *value,
                                  gsize             value_len);
void     dtc_json_finish_unknown (DtcJsonReader    *reader);

G_END_DECLS
