/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-tls.h"

char *
dtc_tls_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  if (der == NULL || der->len == 0)
    return NULL;

  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}

char *
dtc_tls_fingerprint_parse (const char *text)
{
  g_autoptr (GString) digits = g_string_new (NULL);

  for (; *text != '\0'; text++)
    if (g_ascii_isxdigit (*text))
      g_string_append_c (digits, g_ascii_tolower (*text));
    else if (*text != ':' && *text != ' ')
      return NULL;

  return digits->len == DTC_FINGERPRINT_SIZE - 1 ? g_strdup (digits->str) : NULL;
}

char *
dtc_tls_fingerprint_show (const char *fingerprint)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; fingerprint[i] != '\0'; i++)
    {
      if (i > 0 && i % 2 == 0)
        g_string_append_c (text, ':');
      g_string_append_c (text, g_ascii_toupper (fingerprint[i]));
    }

  return g_string_free (text, FALSE);
}

char *
dtc_tls_describe_flags (GTlsCertificateFlags flags)
{
  static const struct { GTlsCertificateFlags flag; const char *words; } reasons[] = {
    { G_TLS_CERTIFICATE_UNKNOWN_CA, "no authority that this computer knows has signed it" },
    { G_TLS_CERTIFICATE_BAD_IDENTITY, "it is for another host name" },
    { G_TLS_CERTIFICATE_NOT_ACTIVATED, "it is not valid yet" },
    { G_TLS_CERTIFICATE_EXPIRED, "it has expired" },
    { G_TLS_CERTIFICATE_REVOKED, "it was revoked" },
    { G_TLS_CERTIFICATE_INSECURE, "it is too weak" },
  };
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    if ((flags & reasons[i].flag) != 0)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " and " : "", reasons[i].words);
  if (text->len == 0)
    g_string_append (text, "it could not be checked");

  return g_string_free (text, FALSE);
}
