/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "tls-certificates.h"

#include <gnutls/x509.h>

#define DAY (24 * 3600)

struct _TestAuthority
{
  gnutls_x509_privkey_t key;
  gnutls_x509_crt_t     certificate;
  char                 *pem;
};

static void
must (int result)
{
  if (result < 0)
    g_error ("GnuTLS: %s", gnutls_strerror (result));
}

static gnutls_x509_privkey_t
make_key (void)
{
  gnutls_x509_privkey_t key;

  must (gnutls_x509_privkey_init (&key));
  must (gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0));

  return key;
}

static gnutls_x509_crt_t
make_certificate (gnutls_x509_privkey_t key,
                  const char           *name,
                  gint64                from,
                  gint64                until,
                  gboolean              authority)
{
  guint64           serial = g_random_int () | 1;
  gnutls_x509_crt_t certificate;

  must (gnutls_x509_crt_init (&certificate));
  must (gnutls_x509_crt_set_version (certificate, 3));
  must (gnutls_x509_crt_set_serial (certificate, &serial, sizeof serial));
  must (gnutls_x509_crt_set_activation_time (certificate, (time_t) from));
  must (gnutls_x509_crt_set_expiration_time (certificate, (time_t) until));
  must (gnutls_x509_crt_set_dn_by_oid (certificate, GNUTLS_OID_X520_COMMON_NAME, 0, name, (guint) strlen (name)));
  must (gnutls_x509_crt_set_key (certificate, key));
  must (gnutls_x509_crt_set_basic_constraints (certificate, authority, -1));
  must (gnutls_x509_crt_set_key_usage (certificate, authority ? GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE));

  return certificate;
}

static char *
to_pem (gnutls_x509_crt_t certificate)
{
  gnutls_datum_t out;
  char          *pem;

  must (gnutls_x509_crt_export2 (certificate, GNUTLS_X509_FMT_PEM, &out));
  pem = g_strndup ((const char *) out.data, out.size);
  gnutls_free (out.data);

  return pem;
}

TestAuthority *
test_authority_new (void)
{
  TestAuthority *authority = g_new0 (TestAuthority, 1);
  gint64         now = g_get_real_time () / G_USEC_PER_SEC;

  authority->key = make_key ();
  authority->certificate = make_certificate (authority->key, "Test authority", now - DAY, now + DAY, TRUE);
  must (gnutls_x509_crt_sign2 (authority->certificate, authority->certificate, authority->key, GNUTLS_DIG_SHA256, 0));
  authority->pem = to_pem (authority->certificate);

  return authority;
}

void
test_authority_free (TestAuthority *authority)
{
  gnutls_x509_crt_deinit (authority->certificate);
  gnutls_x509_privkey_deinit (authority->key);
  g_free (authority->pem);
  g_free (authority);
}

const char *
test_authority_get_pem (TestAuthority *authority)
{
  return authority->pem;
}

GTlsCertificate *
test_certificate_new (TestAuthority *authority,
                      const char    *address,
                      gint64         from,
                      gint64         until)
{
  gnutls_x509_privkey_t   key = make_key ();
  gnutls_x509_crt_t       certificate = make_certificate (key, "Test server", from, until, FALSE);
  g_autoptr (GInetAddress) ip = g_inet_address_new_from_string (address);
  g_autoptr (GError)      error = NULL;
  g_autofree char        *pem = NULL;
  g_autofree char        *both = NULL;
  gnutls_datum_t          out;
  GTlsCertificate        *result;

  must (gnutls_x509_crt_set_subject_alt_name (certificate, GNUTLS_SAN_IPADDRESS, g_inet_address_to_bytes (ip),
                                              (guint) g_inet_address_get_native_size (ip), GNUTLS_FSAN_SET));
  must (gnutls_x509_crt_sign2 (certificate, authority != NULL ? authority->certificate : certificate,
                               authority != NULL ? authority->key : key, GNUTLS_DIG_SHA256, 0));
  pem = to_pem (certificate);
  must (gnutls_x509_privkey_export2 (key, GNUTLS_X509_FMT_PEM, &out));
  both = g_strdup_printf ("%s%.*s", pem, (int) out.size, out.data);
  gnutls_free (out.data);
  gnutls_x509_crt_deinit (certificate);
  gnutls_x509_privkey_deinit (key);

  result = g_tls_certificate_new_from_pem (both, -1, &error);
  g_assert_no_error (error);

  return result;
}
