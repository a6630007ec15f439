/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-log-decode.h"

G_BEGIN_DECLS

/* A message taken apart: the parts and what holds for all of them (desk-log-decode.c), and the two ways in which they lie
 * in a message (desk-log-decode-json.c, desk-log-decode-binary.c). */

/* At the end; it is absent until something is found there. */
DeskLogPart *anatomy_add_part    (DeskLogAnatomy     *self,
                                  const DtcFieldDesc *field,
                                  const char         *name);
/* Takes @value. */
void         part_set_value      (DeskLogPart        *part,
                                  char               *value);
/* What the message has in @index, once the codec has read it. */
void         part_explain        (DeskLogPart        *part,
                                  const DtcMessage   *message,
                                  guint               index);

void         anatomy_read_json   (DeskLogAnatomy     *self,
                                  const DeskLogRow   *row);
void         anatomy_read_binary (DeskLogAnatomy     *self,
                                  const DeskLogRow   *row);

G_END_DECLS
