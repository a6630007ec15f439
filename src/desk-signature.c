/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-signature.h"

#include "desk-types.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE    "report-key.pem"
#define KEY_MAX     8192
#define PUBLIC_SIZE 32

struct _DeskSigner
{
  gnutls_privkey_t key;
  char            *public;
};

static gboolean
failed (int          status,
        const char  *what,
        GError     **error)
{
  if (status >= 0)
    return FALSE;
  g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The key that signs reports could not be %s: %s", what, gnutls_strerror (status));
  return TRUE;
}

/* Never an existing file, and never one that others may read. */
static gboolean
write_new (const char           *path,
           const gnutls_datum_t *text,
           GError              **error)
{
  g_autofree char *temporary = g_strdup_printf ("%s.%u", path, g_random_int ());
  int fd = g_open (temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  gboolean ok = fd >= 0 && write (fd, text->data, text->size) == (gssize) text->size && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0 && close (fd) != 0 && ok)
    {
      ok = FALSE;
      saved = errno;
    }
  /* Whoever comes second uses what the first one made. */
  if (ok && link (temporary, path) != 0 && errno != EEXIST)
    {
      ok = FALSE;
      saved = errno;
    }
  g_unlink (temporary);
  if (!ok)
    g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The key that signs reports could not be written to %s: %s", path, g_strerror (saved));
  return ok;
}

static gboolean
make (const char  *path,
      GError     **error)
{
  gnutls_x509_privkey_t key = NULL;
  gnutls_datum_t text = { NULL, 0 };
  gboolean ok = !failed (gnutls_x509_privkey_init (&key), "made", error)
                && !failed (gnutls_x509_privkey_generate2 (key, GNUTLS_PK_EDDSA_ED25519, 0, 0, NULL, 0), "made", error)
                && !failed (gnutls_x509_privkey_export2_pkcs8 (key, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &text), "made", error)
                && write_new (path, &text, error);

  if (text.data != NULL)
    explicit_bzero (text.data, text.size);
  gnutls_free (text.data);
  if (key != NULL)
    gnutls_x509_privkey_deinit (key);
  return ok;
}

/* A link, a folder or a key that others may read is no key of ours. */
static char *
read_key (const char  *path,
          gsize       *len,
          GError     **error)
{
  int fd = g_open (path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0);
  g_autofree char *text = g_malloc (KEY_MAX);
  struct stat info;
  gssize n = -1;

  if (fd < 0)
    {
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The key that signs reports could not be read from %s: %s", path, g_strerror (errno));
      return NULL;
    }
  if (fstat (fd, &info) != 0 || !S_ISREG (info.st_mode) || info.st_uid != geteuid () || (info.st_mode & 077) != 0)
    g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "%s can be read by others; a key that signs reports has mode 0600", path);
  else
    {
      n = read (fd, text, KEY_MAX);
      if (n <= 0)
        g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The key that signs reports could not be read from %s", path);
    }
  close (fd);
  if (n <= 0)
    return NULL;
  *len = (gsize) n;
  return g_steal_pointer (&text);
}

static gboolean
load (DeskSigner  *self,
      const char  *path,
      GError     **error)
{
  gsize len = 0;
  g_autofree char *text = read_key (path, &len, error);
  gnutls_datum_t data = { (unsigned char *) text, (unsigned int) len };
  gnutls_datum_t point = { NULL, 0 };
  gnutls_pubkey_t public = NULL;
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;
  gboolean ok;

  if (text == NULL)
    return FALSE;
  ok = !failed (gnutls_privkey_init (&self->key), "read", error)
       && !failed (gnutls_privkey_import_x509_raw (self->key, &data, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN), "read", error)
       && !failed (gnutls_pubkey_init (&public), "read", error)
       && !failed (gnutls_pubkey_import_privkey (public, self->key, 0, 0), "read", error)
       && !failed (gnutls_pubkey_export_ecc_raw2 (public, &curve, &point, NULL, GNUTLS_EXPORT_FLAG_NO_LZ), "read", error);
  explicit_bzero (text, len);
  if (ok && (curve != GNUTLS_ECC_CURVE_ED25519 || point.size != PUBLIC_SIZE))
    {
      ok = FALSE;
      g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "%s is no Ed25519 key", path);
    }
  if (ok)
    self->public = g_base64_encode (point.data, point.size);
  gnutls_free (point.data);
  if (public != NULL)
    gnutls_pubkey_deinit (public);
  return ok;
}

DeskSigner *
desk_signer_open (const char  *folder,
                  gboolean     create,
                  GError     **error)
{
  g_autoptr (DeskSigner) self = g_new0 (DeskSigner, 1);
  g_autofree char *path = g_build_filename (folder, KEY_FILE, NULL);

  if (create && !g_file_test (path, G_FILE_TEST_EXISTS))
    {
      if (g_mkdir_with_parents (folder, 0700) != 0)
        {
          g_set_error (error, DESK_ERROR, DESK_ERROR_STORAGE, "The folder %s could not be made: %s", folder, g_strerror (errno));
          return NULL;
        }
      if (!make (path, error))
        return NULL;
    }
  return load (self, path, error) ? g_steal_pointer (&self) : NULL;
}

void
desk_signer_free (DeskSigner *self)
{
  if (self == NULL)
    return;
  if (self->key != NULL)
    gnutls_privkey_deinit (self->key);
  g_free (self->public);
  g_free (self);
}

const char *
desk_signer_get_public (DeskSigner *self)
{
  return self->public;
}

char *
desk_signer_sign (DeskSigner  *self,
                  const void  *data,
                  gsize        len,
                  GError     **error)
{
  gnutls_datum_t text = { (unsigned char *) data, (unsigned int) len };
  gnutls_datum_t signature = { NULL, 0 };
  char *encoded = NULL;

  if (failed (gnutls_privkey_sign_data2 (self->key, GNUTLS_SIGN_EDDSA_ED25519, 0, &text, &signature), "used", error))
    return NULL;
  encoded = g_base64_encode (signature.data, signature.size);
  gnutls_free (signature.data);
  return encoded;
}

gboolean
desk_signature_check (const char *public,
                      const char *signature,
                      const void *data,
                      gsize       len)
{
  gsize point_len = 0, signature_len = 0;
  g_autofree guchar *point = g_base64_decode (public, &point_len);
  g_autofree guchar *bytes = g_base64_decode (signature, &signature_len);
  gnutls_datum_t x = { point, (unsigned int) point_len };
  gnutls_datum_t text = { (unsigned char *) data, (unsigned int) len };
  gnutls_datum_t sign = { bytes, (unsigned int) signature_len };
  gnutls_pubkey_t key = NULL;
  gboolean ok;

  if (point_len != PUBLIC_SIZE || signature_len == 0 || gnutls_pubkey_init (&key) < 0)
    return FALSE;
  ok = gnutls_pubkey_import_ecc_raw (key, GNUTLS_ECC_CURVE_ED25519, &x, NULL) >= 0
       && gnutls_pubkey_verify_data2 (key, GNUTLS_SIGN_EDDSA_ED25519, 0, &text, &sign) >= 0;
  gnutls_pubkey_deinit (key);
  return ok;
}
