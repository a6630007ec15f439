/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The certificate that the simulator shows when it speaks TLS. */

/**
 * sim_certificate_load:
 * @certificate_path: (nullable): a PEM file of the user's; %NULL: one of our own, made when it is not there
 * @key_path: (nullable): its key, when it is in another file
 * @own_path: where our own one is kept, certificate and key in one file of mode 0600
 * @error: a sentence for people
 *
 * Our own one is signed by itself, for this computer's loopback names and addresses: nobody else vouches for it, so
 * its fingerprint is what a client must be told.
 *
 * Returns: (transfer full) (nullable): the certificate
 */
GTlsCertificate *sim_certificate_load        (const char      *certificate_path,
                                              const char      *key_path,
                                              const char      *own_path,
                                              GError         **error);
/* SHA-256 of the certificate (DER), 64 hexadecimal digits. (transfer full) */
char            *sim_certificate_fingerprint (GTlsCertificate *certificate);
/* Where our own certificate is kept: beside the state file, or among the user's state. (transfer full) */
char            *sim_certificate_own_path    (const char      *state_path);

G_END_DECLS
