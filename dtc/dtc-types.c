/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-types.h"

G_DEFINE_QUARK (dtc-error-quark, dtc_error)

static const char *const numbering_names[] = { "dtc", "brief" };
static const char *const encoding_names[] = { "binary", "vls", "json", "json-compact", "protobuf" };

static int
find_name (const char *const *names,
           guint              n_names,
           const char        *text)
{
  for (guint i = 0; text != NULL && i < n_names; i++)
    if (g_str_equal (names[i], text))
      return (int) i;
  return -1;
}

const char *
dtc_numbering_to_string (DtcNumbering numbering)
{
  return (guint) numbering < G_N_ELEMENTS (numbering_names) ? numbering_names[numbering] : "unknown";
}

gboolean
dtc_numbering_from_string (const char   *text,
                           DtcNumbering *numbering)
{
  int found = find_name (numbering_names, G_N_ELEMENTS (numbering_names), text);

  if (found >= 0)
    *numbering = (DtcNumbering) found;
  return found >= 0;
}

const char *
dtc_encoding_to_string (DtcEncodingKind encoding)
{
  return (guint) encoding < G_N_ELEMENTS (encoding_names) ? encoding_names[encoding] : "unknown";
}

gboolean
dtc_encoding_from_string (const char      *text,
                          DtcEncodingKind *encoding)
{
  int found = find_name (encoding_names, G_N_ELEMENTS (encoding_names), text);

  if (found >= 0)
    *encoding = (DtcEncodingKind) found;
  return found >= 0;
}
