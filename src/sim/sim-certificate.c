/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-certificate.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <sys/socket.h>
#include <time.h>

#include "sim-options.h"

#define NAME     "dtc-sim"
#define DAY      (24 * 60 * 60)
#define LIFETIME (3650 * (time_t) DAY)

char *
sim_certificate_own_path (const char *state_path)
{
  g_autofree char *folder = NULL;

  if (state_path)
    {
      folder = g_path_get_dirname (state_path);
      return g_build_filename (folder, "simulator-certificate.pem", NULL);
    }
  return g_build_filename (g_get_user_state_dir (), "dtc-desk", "simulator-certificate.pem", NULL);
}

static int
add_names (gnutls_x509_crt_t crt)
{
  static const guint8 v4[] = { 127, 0, 0, 1 };
  static const guint8 v6[16] = { [15] = 1 };
  int                 status;

  status = gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_DNSNAME, "localhost", 9, GNUTLS_FSAN_SET);
  if (status >= 0)
    status = gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, v4, sizeof v4, GNUTLS_FSAN_APPEND);
  if (status >= 0)
    status = gnutls_x509_crt_set_subject_alt_name (crt, GNUTLS_SAN_IPADDRESS, v6, sizeof v6, GNUTLS_FSAN_APPEND);
  return status;
}

static int
fill (gnutls_x509_crt_t     crt,
      gnutls_x509_privkey_t key)
{
  time_t       now = time (NULL);
  guint32      serial[4];
  guint8       key_id[32];
  gsize        key_id_len = sizeof key_id;
  guint        i;
  int          status;

  for (i = 0; i < G_N_ELEMENTS (serial); i++)
    serial[i] = g_random_int () & 0x7f7f7f7f;
  serial[0] |= 1; /* not zero, whatever the bytes' order */
  if ((status = gnutls_x509_crt_set_version (crt, 3)) < 0
      || (status = gnutls_x509_crt_set_serial (crt, serial, sizeof serial)) < 0
      || (status = gnutls_x509_crt_set_dn_by_oid (crt, GNUTLS_OID_X520_COMMON_NAME, 0, NAME, sizeof NAME - 1)) < 0
      || (status = gnutls_x509_crt_set_activation_time (crt, now - DAY)) < 0
      || (status = gnutls_x509_crt_set_expiration_time (crt, now + LIFETIME)) < 0
      || (status = gnutls_x509_crt_set_key (crt, key)) < 0
      || (status = gnutls_x509_crt_set_basic_constraints (crt, 1, -1)) < 0
      || (status = gnutls_x509_crt_set_key_usage (crt, GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_CERT_SIGN)) < 0
      || (status = gnutls_x509_crt_set_key_purpose_oid (crt, GNUTLS_KP_TLS_WWW_SERVER, 0)) < 0
      || (status = gnutls_x509_crt_get_key_id (crt, GNUTLS_KEYID_USE_SHA256, key_id, &key_id_len)) < 0
      || (status = gnutls_x509_crt_set_subject_key_id (crt, key_id, key_id_len)) < 0
      || (status = add_names (crt)) < 0)
    return status;
  return gnutls_x509_crt_sign2 (crt, crt, key, GNUTLS_DIG_SHA256, 0);
}

/* Certificate and key as one PEM text; NULL and GnuTLS's status when that fails. */
static char *
make_pem (int *status)
{
  gnutls_x509_crt_t     crt = NULL;
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t        crt_pem = { 0 };
  gnutls_datum_t        key_pem = { 0 };
  char                 *pem = NULL;

  if ((*status = gnutls_x509_crt_init (&crt)) >= 0
      && (*status = gnutls_x509_privkey_init (&key)) >= 0
      && (*status = gnutls_x509_privkey_generate (key, GNUTLS_PK_ECDSA,
                                                  GNUTLS_CURVE_TO_BITS (GNUTLS_ECC_CURVE_SECP256R1), 0)) >= 0
      && (*status = fill (crt, key)) >= 0
      && (*status = gnutls_x509_crt_export2 (crt, GNUTLS_X509_FMT_PEM, &crt_pem)) >= 0
      && (*status = gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN,
                                                       &key_pem)) >= 0)
    pem = g_strdup_printf ("%.*s%.*s", (int) crt_pem.size, (const char *) crt_pem.data, (int) key_pem.size,
                           (const char *) key_pem.data);
  if (key_pem.data)
    gnutls_memset (key_pem.data, 0, key_pem.size);
  gnutls_free (crt_pem.data);
  gnutls_free (key_pem.data);
  if (key)
    gnutls_x509_privkey_deinit (key);
  if (crt)
    gnutls_x509_crt_deinit (crt);
  return pem;
}

static gboolean
make_own (const char  *path,
          GError     **error)
{
  g_autoptr (GError) why = NULL;
  g_autofree char   *folder = g_path_get_dirname (path);
  g_autofree char   *pem = NULL;
  int                status = 0;

  pem = make_pem (&status);
  if (!pem)
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "A certificate cannot be made: %s.", gnutls_strerror (status));
      return FALSE;
    }
  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      int saved = errno;

      g_set_error (error, SIM_OPTIONS_ERROR, 0, "The folder '%s' for the certificate cannot be made: %s.", folder,
                   g_strerror (saved));
      return FALSE;
    }
  if (g_file_set_contents_full (path, pem, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &why))
    return TRUE;
  g_set_error (error, SIM_OPTIONS_ERROR, 0, "The certificate cannot be written: %s.", why->message);
  return FALSE;
}

GTlsCertificate *
sim_certificate_load (const char  *certificate_path,
                      const char  *key_path,
                      const char  *own_path,
                      GError     **error)
{
  g_autoptr (GError) why = NULL;
  GTlsCertificate   *certificate;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_set_error (error, SIM_OPTIONS_ERROR, 0, "TLS is not available here: install the package glib-networking.");
      return NULL;
    }
  if (!certificate_path)
    {
      certificate_path = own_path;
      if (!g_file_test (own_path, G_FILE_TEST_EXISTS) && !make_own (own_path, error))
        return NULL;
    }
  certificate = key_path ? g_tls_certificate_new_from_files (certificate_path, key_path, &why)
                         : g_tls_certificate_new_from_file (certificate_path, &why);
  if (!certificate)
    g_set_error (error, SIM_OPTIONS_ERROR, 0, "The certificate '%s' cannot be used: %s.", certificate_path,
                 why->message);
  return certificate;
}

char *
sim_certificate_fingerprint (GTlsCertificate *certificate)
{
  g_autoptr (GByteArray) der = NULL;

  g_object_get (certificate, "certificate", &der, NULL);
  return g_compute_checksum_for_data (G_CHECKSUM_SHA256, der->data, der->len);
}
