/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Certificates made on the spot, for tests of TLS on loopback. */

typedef struct _TestAuthority TestAuthority;

TestAuthority   *test_authority_new         (void);
void             test_authority_free        (TestAuthority *authority);
/* Its own certificate, as a file for a GTlsFileDatabase would hold it. */
const char      *test_authority_get_pem     (TestAuthority *authority);
/* (transfer full): a certificate with its key. @authority: NULL: signed by itself. @address: the IP address it is for.
 * Times are Unix seconds. */
GTlsCertificate *test_certificate_new       (TestAuthority *authority,
                                             const char    *address,
                                             gint64         from,
                                             gint64         until);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestAuthority, test_authority_free)

G_END_DECLS
