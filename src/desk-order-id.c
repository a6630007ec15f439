/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-id.h"

#include <string.h>

#define PART_LENGTH 21 /* "T" + 6 + "-" + 4 + "-" + 8 */

/* A weighted sum: finds every single wrong character and every swap of two neighbours. */
static guint
checksum (const char *text,
          gsize       len)
{
  guint sum = 0;
  gsize i;

  for (i = 0; i < len; i++)
    sum = (sum * 31 + (guchar) text[i]) % 251;
  return sum;
}

static gboolean
install_is_valid (const char *install)
{
  gsize i;

  for (i = 0; install[i] != '\0'; i++)
    {
      if (!g_ascii_isupper (install[i]) && !g_ascii_isdigit (install[i]))
        return FALSE;
    }
  return i == 6;
}

gboolean
desk_order_id_format (const char *install,
                      guint       generation,
                      guint64     counter,
                      char        id[DESK_ID_SIZE])
{
  char part[DESK_ID_SIZE];

  id[0] = '\0';
  if (!install_is_valid (install) || generation > 0xffff || counter > G_MAXUINT32)
    return FALSE;
  g_snprintf (part, sizeof part, "T%s-%04X-%08X", install, generation, (guint) counter);
  g_snprintf (id, DESK_ID_SIZE, "%.28s-%02X", part, checksum (part, strlen (part)));
  return TRUE;
}

static gboolean
parse_hex (const char *text,
           gsize       len,
           guint64    *value)
{
  gsize i;

  *value = 0;
  for (i = 0; i < len; i++)
    {
      if (!g_ascii_isdigit (text[i]) && !(text[i] >= 'A' && text[i] <= 'F'))
        return FALSE;
      *value = *value * 16 + (guint64) g_ascii_xdigit_value (text[i]);
    }
  return TRUE;
}

gboolean
desk_order_id_parse (const char *id,
                     char        install[7],
                     guint      *generation,
                     guint64    *counter)
{
  char name[7];
  guint64 gen, count, check;

  if (strlen (id) != PART_LENGTH + 3 || id[0] != 'T' || id[7] != '-' || id[12] != '-' || id[PART_LENGTH] != '-')
    return FALSE;
  memcpy (name, id + 1, 6);
  name[6] = '\0';
  if (!install_is_valid (name) || !parse_hex (id + 8, 4, &gen) || !parse_hex (id + 13, 8, &count)
      || !parse_hex (id + PART_LENGTH + 1, 2, &check) || check != checksum (id, PART_LENGTH))
    return FALSE;
  if (install != NULL)
    memcpy (install, name, sizeof name);
  if (generation != NULL)
    *generation = (guint) gen;
  if (counter != NULL)
    *counter = count;
  return TRUE;
}
