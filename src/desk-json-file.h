/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

#include "desk-types.h"

G_BEGIN_DECLS

/**
 * desk_json_file_parse:
 * @text: the content of a file that a person may have edited
 * @len: its length in bytes, or -1
 * @name: what to call it in the error: a path
 * @kind: what it should be: "limits file", "profile"
 * @error: DESK_ERROR_CONFIG: what is wrong and what to write instead
 *
 * Reads one JSON object as strictly as people expect: json-glib 1.6 by itself crashes on deep nesting and lets comments,
 * single quotes, needless zeros, a second document and repeated keys through.
 *
 * Returns: (transfer full): the object's node, or %NULL
 */
JsonNode *desk_json_file_parse (const char  *text,
                                gssize       len,
                                const char  *name,
                                const char  *kind,
                                GError     **error);
/* "name: what is wrong", as DESK_ERROR_CONFIG; always FALSE. */
gboolean  desk_json_file_fail  (GError     **error,
                                const char  *name,
                                const char  *format,
                                ...) G_GNUC_PRINTF (3, 4);

G_END_DECLS
