/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-session.h"

#include <gio/gio.h>
#include <string.h>

DtcSessionConfig *
dtc_session_config_new (void)
{
  DtcSessionConfig *config;

  config = g_new0 (DtcSessionConfig, 1);
  config->host = g_strdup ("127.0.0.1");
  config->port = 11099;
  config->numbering = DTC_NUMBERING_DTC;
  config->encoding_auto = TRUE;
  config->encoding = DTC_ENCODING_JSON;
  config->handshake = DTC_HANDSHAKE_AUTO;
  config->heartbeat_seconds = 10;
  config->client_name = g_strdup ("DTC Desk");

  return config;
}

DtcSessionConfig *
dtc_session_config_copy (const DtcSessionConfig *config)
{
  DtcSessionConfig *copy;

  copy = g_new0 (DtcSessionConfig, 1);
  *copy = *config;
  copy->host = g_strdup (config->host);
  copy->allowed_addresses = g_strdupv (config->allowed_addresses);
  copy->tls_pin = g_strdup (config->tls_pin);
  copy->username = g_strdup (config->username);
  copy->password = g_strdup (config->password);
  copy->client_name = g_strdup (config->client_name);

  return copy;
}

void
dtc_session_config_free (DtcSessionConfig *config)
{
  if (config == NULL)
    return;

  if (config->password != NULL)
    explicit_bzero (config->password, strlen (config->password));
  g_free (config->password);
  g_free (config->username);
  g_free (config->client_name);
  g_strfreev (config->allowed_addresses);
  g_free (config->tls_pin);
  g_free (config->host);
  g_free (config);
}

gboolean
dtc_host_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0 || (address != NULL && g_inet_address_get_is_loopback (address));
}

const char *
dtc_link_state_to_string (DtcLinkState state)
{
  static const char *const names[] = {
    [DTC_LINK_DOWN] = "down",
    [DTC_LINK_CONNECTING] = "connecting",
    [DTC_LINK_HANDSHAKE] = "handshake",
    [DTC_LINK_LOGON] = "logon",
    [DTC_LINK_READY] = "ready",
    [DTC_LINK_LEAVING] = "leaving",
    [DTC_LINK_STOPPED] = "stopped",
  };

  g_return_val_if_fail ((guint) state < G_N_ELEMENTS (names), NULL);

  return names[state];
}

const char *
dtc_link_reason_to_string (DtcLinkReason reason)
{
  static const char *const names[] = {
    [DTC_REASON_NONE] = "none",
    [DTC_REASON_STARTED] = "started",
    [DTC_REASON_CONNECT_FAILED] = "connect-failed",
    [DTC_REASON_NOT_DTC] = "not-dtc",
    [DTC_REASON_HANDSHAKE_FAILED] = "handshake-failed",
    [DTC_REASON_LOGON_REFUSED] = "logon-refused",
    [DTC_REASON_NO_RECONNECT] = "no-reconnect",
    [DTC_REASON_REDIRECT_REFUSED] = "redirect-refused",
    [DTC_REASON_REDIRECTED] = "redirected",
    [DTC_REASON_TIMEOUT] = "timeout",
    [DTC_REASON_SILENT] = "silent",
    [DTC_REASON_CLOSED] = "closed",
    [DTC_REASON_IO] = "io",
    [DTC_REASON_LOGOFF] = "logoff",
    [DTC_REASON_BAD_FRAME] = "bad-frame",
    [DTC_REASON_NUMBERING] = "numbering",
    [DTC_REASON_USER] = "user",
    [DTC_REASON_RESUME] = "resume",
    [DTC_REASON_CERTIFICATE] = "certificate",
  };

  g_return_val_if_fail ((guint) reason < G_N_ELEMENTS (names), NULL);

  return names[reason];
}
