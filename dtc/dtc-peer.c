/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-peer.h"

#include <string.h>

#include "dtc-codec.h"

/* Enough to tell the usual strangers apart; decided at this length or at the end, so that the answer does not
 * depend on how the bytes were cut into segments. */
#define JUDGE_LEN  8
#define HEADER_LEN 4

/* Four bytes of text never look like this: read as a type they are far above DTC's numbers. */
static gboolean
looks_binary (const guint8 *data,
              gsize         len)
{
  guint size;
  guint type;

  if (len < HEADER_LEN)
    return FALSE;

  size = data[0] | data[1] << 8;
  type = data[2] | data[3] << 8;

  return size >= HEADER_LEN && dtc_message_desc ((guint16) type) != NULL;
}

static gboolean
is_blank (guint8 byte)
{
  return byte == '\0' || byte == '\n' || byte == '\r' || byte == ' ' || byte == '\t';
}

/**
 * dtc_peer_judge:
 * @data: the first bytes of a connection
 * @len: how many there are
 * @encoding_asked: whether an encoding request was sent
 * @binary_expected: whether the peer has agreed to a binary encoding
 * @final: no more will come
 * @blanks: (out): how many of them are blanks and zero bytes before the first word, to be skipped
 *
 * Returns: who that is, or %DTC_PEER_UNDECIDED
 */
DtcPeerKind
dtc_peer_judge (const guint8 *data,
                gsize         len,
                gboolean      encoding_asked,
                gboolean      binary_expected,
                gboolean      final,
                guint        *blanks)
{
  static const guint8 answer[] = { 0x10, 0x00, 0x07, 0x00 };
  gboolean            binary;

  *blanks = 0;
  if (len < HEADER_LEN && !final)
    return DTC_PEER_UNDECIDED;

  binary = looks_binary (data, len);
  if (!binary)
    {
      while (*blanks < len && is_blank (data[*blanks]))
        (*blanks)++;
      data += *blanks;
      len -= *blanks;
      if (len == 0 || (len < HEADER_LEN && !final))
        return DTC_PEER_UNDECIDED;
      binary = looks_binary (data, len);
    }

  if (encoding_asked && memcmp (data, answer, MIN (len, sizeof answer)) == 0)
    return len >= DTC_HANDSHAKE_SIZE ? DTC_PEER_ENCODING : DTC_PEER_UNDECIDED;
  if (!binary && data[0] == '{')
    return DTC_PEER_JSON;
  if (len < JUDGE_LEN && !final)
    return DTC_PEER_UNDECIDED;

  /* A record of TLS may pass for a message of 790 bytes, and the reverse. */
  if (binary && binary_expected)
    return DTC_PEER_BINARY;
  if (len >= 2 && (data[0] == 0x16 || data[0] == 0x15) && data[1] == 0x03)
    return DTC_PEER_TLS;
  if (len >= 4 && (memcmp (data, "HTTP", 4) == 0 || g_ascii_strncasecmp ((const char *) data, "<htm", 4) == 0
                   || memcmp (data, "<!DO", 4) == 0))
    return DTC_PEER_HTTP;
  if (len >= 4 && memcmp (data, "SSH-", 4) == 0)
    return DTC_PEER_SSH;

  return binary ? DTC_PEER_BINARY : DTC_PEER_OTHER;
}

char *
dtc_peer_describe (DtcPeerKind      kind,
                   DtcEncodingKind  ours,
                   const char      *host,
                   guint16          port)
{
  switch (kind)
    {
    case DTC_PEER_BINARY:
      return g_strdup_printf ("The server at %s:%u answers in DTC's binary encoding, and this profile does not speak "
                              "it. Set the server's encoding to Automatic or JSON (Sierra Chart: Global Settings, "
                              "Sierra Chart Server Settings, DTC Protocol Server), or the profile's to binary.", host,
                              port);
    case DTC_PEER_JSON:
      return g_strdup_printf ("The server at %s:%u answers in JSON, and this profile speaks “%s”: set the profile's "
                              "encoding to Automatic or JSON.", host, port, dtc_encoding_to_string (ours));
    case DTC_PEER_TLS:
      return g_strdup_printf ("The server at %s:%u speaks TLS, and this profile does not: turn TLS on in the profile, "
                              "or check the port.", host, port);
    case DTC_PEER_HTTP:
      return g_strdup_printf ("A web server answers at %s:%u, not a DTC server: check the port in the profile (Sierra "
                              "Chart's is 11099).", host, port);
    case DTC_PEER_SSH:
      return g_strdup_printf ("An SSH server answers at %s:%u, not a DTC server: check the port in the profile (Sierra "
                              "Chart's is 11099).", host, port);
    case DTC_PEER_UNDECIDED:
    case DTC_PEER_ENCODING:
    case DTC_PEER_OTHER:
    default:
      return g_strdup_printf ("What answers at %s:%u is not a DTC server: check the port in the profile (Sierra "
                              "Chart's is 11099) and the encoding that is set in the server.", host, port);
    }
}

char *
dtc_peer_connect_error (const GError *error,
                        const char   *host,
                        guint16       port)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED))
    return g_strdup_printf ("Nothing listens on %s:%u. Is Sierra Chart running, with its DTC server enabled?", host,
                            port);
  if (error->domain == G_RESOLVER_ERROR)
    return g_strdup_printf ("The name “%s” cannot be looked up: check the host in the profile and the network. (%s)",
                            host, error->message);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_HOST_UNREACHABLE)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NETWORK_UNREACHABLE))
    return g_strdup_printf ("%s cannot be reached from this computer: check the network, the VPN and the host in the "
                            "profile.", host);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return g_strdup_printf ("%s:%u does not answer: check the host, the port and any firewall between.", host, port);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE)
      || (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED) && strstr (error->message, "TLS") != NULL))
    return g_strdup ("This profile asks for TLS, and TLS support is not available here: install the package "
                     "glib-networking, or turn TLS off in the profile.");
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS)
      || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_EOF))
    return g_strdup_printf ("%s:%u does not speak TLS: turn TLS on in the server, or off in the profile.", host, port);
  if (error->domain == G_TLS_ERROR)
    return g_strdup_printf ("The TLS connection to %s:%u failed: %s", host, port, error->message);

  return g_strdup_printf ("Connecting to %s:%u failed: %s", host, port, error->message);
}

gboolean
dtc_peer_parse_address (const char  *text,
                        guint16      default_port,
                        char       **host,
                        guint16     *port)
{
  const char *colon;
  const char *end;
  guint64     value;

  *host = NULL;
  *port = default_port;

  if (text[0] == '[')
    {
      end = strchr (text, ']');
      if (end == NULL || end == text + 1)
        return FALSE;
      if (end[1] != '\0' && end[1] != ':')
        return FALSE;
      colon = end[1] == ':' ? end + 1 : NULL;
      text++;
    }
  else
    {
      colon = strrchr (text, ':');
      if (colon != NULL && strchr (text, ':') != colon)
        colon = NULL; /* a bare IPv6 address */
      end = colon != NULL ? colon : text + strlen (text);
    }

  if (end == text || strpbrk (text, " \t\r\n/@") != NULL)
    return FALSE;
  if (colon != NULL)
    {
      if (!g_ascii_string_to_unsigned (colon + 1, 10, 1, G_MAXUINT16, &value, NULL))
        return FALSE;
      *port = (guint16) value;
    }
  *host = g_strndup (text, end - text);

  return TRUE;
}

gboolean
dtc_peer_address_listed (char       **list,
                         guint16      default_port,
                         const char  *host,
                         guint16      port)
{
  guint i;

  for (i = 0; list != NULL && list[i] != NULL; i++)
    {
      g_autofree char *listed = NULL;
      guint16          listed_port;

      if (dtc_peer_parse_address (list[i], default_port, &listed, &listed_port)
          && listed_port == port && g_ascii_strcasecmp (listed, host) == 0)
        return TRUE;
    }

  return FALSE;
}
