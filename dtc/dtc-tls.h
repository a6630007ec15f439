/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Which certificate a person trusts: the SHA-256 of the certificate itself (DER), as `openssl x509 -fingerprint
 * -sha256` prints it; 64 hexadecimal digits in small letters inside this program. */

#define DTC_FINGERPRINT_SIZE 65 /* with its NUL */

/* (transfer full): the fingerprint of @certificate, or NULL when it has no bytes. */
char *dtc_tls_fingerprint     (GTlsCertificate      *certificate);
/* (transfer full): @text without colons and blanks, in small letters; NULL when it is no fingerprint. */
char *dtc_tls_fingerprint_parse (const char         *text);
/* (transfer full): "AA:BB:…", as people compare it. */
char *dtc_tls_fingerprint_show (const char          *fingerprint);
/* (transfer full): why a certificate was not trusted, "it has expired and …", never empty. */
char *dtc_tls_describe_flags  (GTlsCertificateFlags  flags);

G_END_DECLS
