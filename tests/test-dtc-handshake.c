/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session-rig.h"

/* The beginning of a connection with every kind of server, as a table: what the profile asks for, how the server
 * behaves, what must come out. Each row runs with its bytes cut in every size, and over a slow line. */

#define ASKED -1
#define AUTO  -1

typedef enum
{
  STRAY_IGNORED,
  STRAY_CLOSES,
  STRAY_LOGOFF, /* says so in the encoding it is set to, and closes */
} Stray;

typedef struct
{
  const char      *name;
  DtcEncodingKind  speaks;   /* before anything is granted, or for ever */
  gboolean         answers;  /* the encoding request */
  int              grants;
  Stray            request;  /* what becomes of a request it does not answer */
  Stray            logon;    /* and of a logon in an encoding it does not speak */
  gboolean         talks;    /* says something of its own first */
  gboolean         silent;
  gboolean         shuts;
} Server;

static const Server automatic = { "automatic", DTC_ENCODING_BINARY, TRUE, ASKED };
static const Server grants_binary = { "grants binary", DTC_ENCODING_BINARY, TRUE, DTC_ENCODING_BINARY };
static const Server grants_vls = { "grants vls", DTC_ENCODING_BINARY, TRUE, DTC_ENCODING_BINARY_VLS };
static const Server grants_json = { "grants json", DTC_ENCODING_BINARY, TRUE, DTC_ENCODING_JSON };
static const Server grants_compact = { "grants compact", DTC_ENCODING_BINARY, TRUE, DTC_ENCODING_JSON_COMPACT };
static const Server grants_protobuf = { "grants protobuf", DTC_ENCODING_BINARY, TRUE, DTC_ENCODING_PROTOBUF };
static const Server grants_nothing = { "grants 9", DTC_ENCODING_BINARY, TRUE, 9 };
static const Server json_answers = { "json, answers", DTC_ENCODING_JSON, TRUE, DTC_ENCODING_JSON };
static const Server json_compacts = { "json, answers compact", DTC_ENCODING_JSON, TRUE, DTC_ENCODING_JSON_COMPACT };
static const Server json_ignores = { "json, ignores", DTC_ENCODING_JSON, FALSE, 0, STRAY_IGNORED, STRAY_IGNORED };
static const Server json_closes = { "json, closes", DTC_ENCODING_JSON, FALSE, 0, STRAY_CLOSES, STRAY_CLOSES };
static const Server json_objects = { "json, logs off", DTC_ENCODING_JSON, FALSE, 0, STRAY_LOGOFF, STRAY_LOGOFF };
static const Server json_talks = { "json, talks", DTC_ENCODING_JSON, FALSE, 0, STRAY_IGNORED, STRAY_IGNORED, TRUE };
static const Server binary_ignores = { "binary, ignores", DTC_ENCODING_BINARY, FALSE, 0, STRAY_IGNORED, STRAY_IGNORED };
static const Server binary_closes = { "binary, closes", DTC_ENCODING_BINARY, FALSE, 0, STRAY_CLOSES, STRAY_CLOSES };
static const Server binary_objects = { "binary, logs off", DTC_ENCODING_BINARY, FALSE, 0, STRAY_LOGOFF, STRAY_LOGOFF };
static const Server binary_late = { "binary, logs off a logon", DTC_ENCODING_BINARY, FALSE, 0, STRAY_IGNORED,
                                    STRAY_LOGOFF };
static const Server binary_talks = { "binary, talks", DTC_ENCODING_BINARY, FALSE, 0, STRAY_IGNORED, STRAY_IGNORED, TRUE };
static const Server silent = { "silent", .silent = TRUE };
static const Server shuts = { "shuts", .shuts = TRUE };

typedef struct
{
  const Server      *server;
  DtcHandshakePolicy policy;
  int                wants;    /* AUTO or an encoding */
  DtcNumbering       numbering;
  DtcLinkState       state;
  DtcLinkReason      reason;   /* when not READY */
  DtcEncodingKind    speaks;   /* when READY */
  guint              opens;
  guint              seconds;  /* that it took */
  const char        *says;     /* when not READY */
} Case;

#define DTC   DTC_NUMBERING_DTC
#define BRIEF DTC_NUMBERING_BRIEF
#define YES   DTC_HANDSHAKE_YES
#define NO    DTC_HANDSHAKE_NO
#define FREE  DTC_HANDSHAKE_AUTO
#define JSON  DTC_ENCODING_JSON
#define COMP  DTC_ENCODING_JSON_COMPACT
#define BIN   DTC_ENCODING_BINARY
#define VLS   DTC_ENCODING_BINARY_VLS
#define READY_IN(encoding) DTC_LINK_READY, DTC_REASON_NONE, encoding
#define DOWN(reason)       DTC_LINK_DOWN, DTC_REASON_ ## reason, JSON

static const Case cases[] = {
  { &automatic, FREE, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &automatic, FREE, JSON, DTC, READY_IN (JSON), 1, 0 },
  { &automatic, FREE, COMP, DTC, READY_IN (COMP), 1, 0 },
  { &automatic, FREE, BIN, DTC, READY_IN (BIN), 1, 0 },
  { &automatic, FREE, VLS, DTC, READY_IN (VLS), 1, 0 },
  { &automatic, YES, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &automatic, YES, VLS, DTC, READY_IN (VLS), 1, 0 },
  { &automatic, FREE, COMP, BRIEF, READY_IN (COMP), 1, 0 },
  { &grants_binary, FREE, AUTO, DTC, READY_IN (BIN), 1, 0 },
  { &grants_binary, YES, JSON, DTC, READY_IN (BIN), 1, 0 },
  { &grants_binary, FREE, AUTO, BRIEF, DOWN (HANDSHAKE_FAILED), 1, 0, "brief" },
  { &grants_vls, FREE, COMP, DTC, READY_IN (VLS), 1, 0 },
  { &grants_vls, FREE, JSON, BRIEF, DOWN (HANDSHAKE_FAILED), 1, 0, "brief" },
  { &grants_json, FREE, BIN, DTC, READY_IN (JSON), 1, 0 },
  { &grants_json, YES, VLS, DTC, READY_IN (JSON), 1, 0 },
  { &grants_compact, FREE, AUTO, DTC, READY_IN (COMP), 1, 0 },
  { &grants_compact, FREE, AUTO, BRIEF, READY_IN (COMP), 1, 0 },
  { &grants_protobuf, FREE, AUTO, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "Protocol Buffers" },
  { &grants_protobuf, YES, BIN, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "Protocol Buffers" },
  { &grants_nothing, FREE, AUTO, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "no encoding that this program can use" },
  { &json_answers, FREE, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &json_answers, FREE, BIN, DTC, READY_IN (JSON), 1, 0 },
  { &json_answers, YES, AUTO, BRIEF, READY_IN (JSON), 1, 0 },
  { &json_compacts, FREE, AUTO, DTC, READY_IN (COMP), 1, 0 },
  { &json_ignores, FREE, AUTO, DTC, READY_IN (JSON), 2, 5 },
  { &json_ignores, FREE, COMP, BRIEF, READY_IN (COMP), 2, 5 },
  { &json_ignores, YES, AUTO, DTC, DOWN (TIMEOUT), 1, 20, "encoding request" },
  { &json_ignores, NO, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &json_ignores, NO, BIN, DTC, DOWN (TIMEOUT), 1, 10, "the logon" },
  { &json_closes, FREE, AUTO, DTC, READY_IN (JSON), 2, 0 },
  { &json_closes, YES, AUTO, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "before the encoding was agreed" },
  { &json_closes, NO, JSON, DTC, READY_IN (JSON), 1, 0 },
  { &json_closes, NO, VLS, DTC, DOWN (CLOSED), 1, 0, "its encoding" },
  { &json_objects, FREE, AUTO, DTC, READY_IN (JSON), 2, 0 },
  { &json_objects, FREE, BIN, DTC, READY_IN (JSON), 2, 0 },
  { &json_objects, YES, AUTO, DTC, DOWN (LOGOFF), 1, 0, "no such message" },
  { &json_objects, NO, BIN, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "answers in JSON, and this profile speaks" },
  { &json_talks, FREE, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &json_talks, FREE, VLS, DTC, READY_IN (JSON), 1, 0 },
  { &json_talks, YES, AUTO, BRIEF, READY_IN (JSON), 1, 0 },
  { &json_talks, NO, AUTO, DTC, READY_IN (JSON), 1, 0 },
  { &binary_ignores, NO, BIN, DTC, READY_IN (BIN), 1, 0 },
  { &binary_ignores, FREE, BIN, DTC, READY_IN (BIN), 2, 5 },
  { &binary_ignores, FREE, AUTO, DTC, DOWN (TIMEOUT), 2, 15, "the logon" },
  { &binary_ignores, YES, BIN, DTC, DOWN (TIMEOUT), 1, 20, "encoding request" },
  { &binary_closes, FREE, BIN, DTC, READY_IN (BIN), 2, 0 },
  { &binary_closes, NO, JSON, DTC, DOWN (CLOSED), 1, 0, "its encoding" },
  { &binary_objects, FREE, AUTO, DTC, READY_IN (BIN), 2, 0 },
  { &binary_objects, FREE, JSON, DTC, READY_IN (BIN), 2, 0 },
  { &binary_objects, FREE, AUTO, BRIEF, DOWN (HANDSHAKE_FAILED), 1, 0, "binary" },
  { &binary_objects, YES, BIN, DTC, DOWN (LOGOFF), 1, 0, "no such message" },
  { &binary_objects, NO, JSON, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "binary" },
  { &binary_late, FREE, AUTO, DTC, READY_IN (BIN), 3, 5 },
  { &binary_late, FREE, JSON, DTC, DOWN (HANDSHAKE_FAILED), 2, 5, "binary" },
  { &binary_late, FREE, AUTO, BRIEF, DOWN (HANDSHAKE_FAILED), 2, 5, "binary" },
  { &binary_talks, FREE, AUTO, DTC, READY_IN (BIN), 1, 0 },
  { &binary_talks, FREE, COMP, DTC, READY_IN (BIN), 1, 0 },
  { &binary_talks, FREE, COMP, BRIEF, DOWN (HANDSHAKE_FAILED), 1, 0, "binary" },
  { &silent, FREE, AUTO, DTC, DOWN (TIMEOUT), 2, 15, "the logon" },
  { &silent, YES, AUTO, DTC, DOWN (TIMEOUT), 1, 20, "encoding request" },
  { &silent, NO, VLS, DTC, DOWN (TIMEOUT), 1, 10, "the logon" },
  { &shuts, FREE, AUTO, DTC, DOWN (CLOSED), 2, 0, "before the logon" },
  { &shuts, YES, AUTO, DTC, DOWN (HANDSHAKE_FAILED), 1, 0, "before the encoding was agreed" },
  { &shuts, NO, AUTO, DTC, DOWN (CLOSED), 1, 0, "before the logon" },
};

/* The server's side of one connection. */
typedef struct
{
  const Server    *server;
  DtcNumbering     numbering;
  DtcEncodingKind  speaks;
  gsize            read;   /* of what the client sent */
  gsize            chunk;
  gint64           delay;  /* between chunks */
  gboolean         talked;
} Peer;

static void
send_bytes (Rig *rig, Peer *peer, const guint8 *data, gsize len)
{
  guint  opens = rig->n_opens;
  gsize  at;

  for (at = 0; at < len && rig->open && rig->n_opens == opens; at += peer->chunk)
    {
      if (peer->delay > 0)
        rig_run_until (rig, rig->now + peer->delay);
      if (rig->open && rig->n_opens == opens)
        rig_feed (rig, data + at, MIN (peer->chunk, len - at));
    }
}

static gboolean
is_json (DtcEncodingKind encoding)
{
  return encoding == JSON || encoding == COMP;
}

static void
send_message (Rig *rig, Peer *peer, const DtcMessage *message)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError)     error = NULL;
  /* Only JSON has the brief's numbering; a server of it that is set to binary says what it says in the published one. */
  DtcCodec               codec = { peer->speaks, is_json (peer->speaks) ? peer->numbering : DTC_NUMBERING_DTC };

  dtc_codec_encode (&codec, DTC_TO_CLIENT, message, bytes, &error);
  g_assert_no_error (error);
  send_bytes (rig, peer, bytes->data, bytes->len);
}

static void
stray (Rig *rig, Peer *peer, Stray what)
{
  g_auto (DtcMessage) logoff = DTC_MESSAGE_INIT;
  guint               opens = rig->n_opens;

  if (what == STRAY_IGNORED)
    return;
  if (what == STRAY_LOGOFF)
    {
      dtc_message_init (&logoff, DTC_MSG_LOGOFF);
      dtc_message_set_string (&logoff, DTC_LOGOFF_F_REASON, "no such message");
      send_message (rig, peer, &logoff);
    }
  if (rig->open && rig->n_opens == opens)
    rig_closed (rig);
}

static void
answer_request (Rig *rig, Peer *peer, gint32 asked)
{
  gint32              granted = peer->server->grants == ASKED ? asked : peer->server->grants;
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;
  guint8              bytes[DTC_HANDSHAKE_SIZE];

  dtc_message_init (&answer, DTC_MSG_ENCODING_RESPONSE);
  dtc_message_set_int (&answer, DTC_ENCODING_RESPONSE_F_ENCODING, granted);
  dtc_handshake_write (DTC_MSG_ENCODING_RESPONSE, (DtcEncodingKind) granted, bytes);
  if (is_json (peer->speaks))
    send_message (rig, peer, &answer);
  else
    send_bytes (rig, peer, bytes, sizeof bytes);
  peer->speaks = (DtcEncodingKind) granted;
}

static void
answer_logon (Rig *rig, Peer *peer)
{
  g_auto (DtcMessage) answer = DTC_MESSAGE_INIT;

  dtc_message_init (&answer, DTC_MSG_LOGON_RESPONSE);
  dtc_message_set_int (&answer, DTC_LOGON_RESPONSE_F_PROTOCOL_VERSION, DTC_PROTOCOL_VERSION);
  dtc_message_set_int (&answer, DTC_LOGON_RESPONSE_F_RESULT, DTC_LOGON_SUCCESS);
  dtc_message_set_string (&answer, DTC_LOGON_RESPONSE_F_SERVER_NAME, "Table");
  peer->delay = 0;
  send_message (rig, peer, &answer);
}

/* Reads what came on this connection. Returns FALSE when there was nothing new. */
static gboolean
serve (Rig *rig, Peer *peer)
{
  const guint8 *data = rig->sent->data + peer->read;
  gsize         len = rig->sent->len - peer->read;
  guint16       type;
  gint32        encoding;

  if (peer->server->silent)
    return FALSE;
  if (peer->server->shuts)
    {
      rig_closed (rig);
      return TRUE;
    }
  if (peer->server->talks && !peer->talked)
    {
      g_auto (DtcMessage) hello = DTC_MESSAGE_INIT;

      peer->talked = TRUE;
      dtc_message_init (&hello, DTC_MSG_GENERAL_LOG_MESSAGE);
      dtc_message_set_string (&hello, DTC_GENERAL_LOG_MESSAGE_F_MESSAGE_TEXT, "hello");
      send_message (rig, peer, &hello);
      return TRUE;
    }
  if (len == 0)
    return FALSE;

  if (dtc_handshake_read (data, len, &type, &encoding))
    {
      peer->read += DTC_HANDSHAKE_SIZE;
      if (peer->server->answers)
        answer_request (rig, peer, encoding);
      else
        stray (rig, peer, peer->server->request);
    }
  else
    {
      peer->read = rig->sent->len;
      if ((data[0] == '{') == is_json (peer->speaks))
        answer_logon (rig, peer);
      else
        stray (rig, peer, peer->server->logon);
    }
  return TRUE;
}

/* One try of the client, to its end. */
static void
run (Rig *rig, Peer *peer)
{
  guint steps;

  for (steps = 0; rig->state != DTC_LINK_READY && rig->state != DTC_LINK_DOWN; steps++)
    {
      g_assert_cmpuint (steps, <, 64);
      if (rig->opening)
        {
          peer->speaks = peer->server->speaks;
          peer->read = 0;
          peer->talked = FALSE;
          rig_opened (rig);
        }
      else if (!serve (rig, peer))
        rig_run_until (rig, dtc_session_tick (rig->session, rig->now));
    }
}

static void
test_table (void)
{
  static const struct { gsize chunk; gint64 delay; } lines[] = {
    { 4096, 0 }, { 1, 0 }, { 2, 0 }, { 3, 0 }, { 4, 0 }, { 5, 0 }, { 7, 0 }, { 11, 0 }, { 15, 0 }, { 16, 0 }, { 17, 0 }, { 23, 0 },
    { 1, SECOND }, { 4, 3 * SECOND },
  };
  guint i;
  guint l;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    for (l = 0; l < G_N_ELEMENTS (lines); l++)
      {
        const Case     *row = &cases[i];
        g_autoptr (Rig) rig = rig_new ();
        Peer            peer = { row->server, row->numbering, .chunk = lines[l].chunk, .delay = lines[l].delay };
        DtcLearned      learned;

        /* A slow line is for the sixteen bytes; a message of two hundred would rightly be too late. */
        if (peer.delay > 0 && (!row->server->answers || is_json (row->server->speaks)))
          continue;
        g_test_message ("%s, policy %d, wants %d, chunk %zu", row->server->name, row->policy, row->wants, lines[l].chunk);
        rig->config->handshake = row->policy;
        rig->config->numbering = row->numbering;
        rig->config->encoding_auto = row->wants == AUTO;
        if (row->wants != AUTO)
          rig->config->encoding = (DtcEncodingKind) row->wants;
        rig_start (rig);
        run (rig, &peer);

        g_assert_cmpint (rig->state, ==, row->state);
        g_assert_cmpuint (rig->n_opens, ==, row->opens);
        g_assert_cmpuint (rig->attempt, ==, 1);
        if (lines[l].delay == 0)
          g_assert_cmpint (rig->now - START, ==, row->seconds * SECOND);
        learned = dtc_session_get_learned (rig->session);
        if (row->state == DTC_LINK_READY)
          {
            g_assert_cmpint (dtc_session_get_codec (rig->session).encoding, ==, row->speaks);
            g_assert_true (learned.known == (row->policy == FREE));
            if (learned.known)
              {
                g_assert_cmpint (learned.encoding, ==, row->speaks);
                g_assert_true (learned.handshake == (row->server->answers || row->server->talks));
              }
          }
        else
          {
            g_assert_cmpint (rig->reason, ==, row->reason);
            g_assert_nonnull (strstr (rig->text, row->says));
            g_assert_false (learned.known);
            g_assert_false (rig->open);
          }
      }
}

/* What worked is used at once in the next connection, and by the next process. */
static void
test_learned (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case     *row = &cases[i];
      g_autoptr (Rig) first = rig_new ();
      g_autoptr (Rig) next = rig_new ();
      Peer            peer = { row->server, row->numbering, .chunk = 4096 };
      gint64          since;
      guint           opens;

      if (row->policy != FREE || row->state != DTC_LINK_READY)
        continue;
      g_test_message ("%s, wants %d", row->server->name, row->wants);
      first->config->numbering = row->numbering;
      first->config->encoding_auto = row->wants == AUTO;
      if (row->wants != AUTO)
        first->config->encoding = (DtcEncodingKind) row->wants;
      rig_start (first);
      run (first, &peer);
      opens = first->n_opens;
      rig_closed (first);
      rig_run_until (first, first->retry_at);
      since = first->now;
      run (first, &peer);
      g_assert_cmpint (first->state, ==, DTC_LINK_READY);

      next->config->numbering = row->numbering;
      next->config->encoding_auto = first->config->encoding_auto;
      next->config->encoding = first->config->encoding;
      next->config->learned = dtc_session_get_learned (first->session);
      rig_start (next);
      run (next, &peer);
      g_assert_cmpint (next->state, ==, DTC_LINK_READY);
      g_assert_cmpint (dtc_session_get_codec (next->session).encoding, ==, row->speaks);

      /* A fixed encoding in the profile stands above what was learned about another one. */
      if (row->wants == AUTO || row->wants == (int) row->speaks)
        {
          g_assert_cmpint (first->now, ==, since);
          g_assert_cmpuint (first->n_opens, ==, opens + 1);
          g_assert_cmpint (next->now, ==, START);
          g_assert_cmpuint (next->n_opens, ==, 1);
        }
    }
}

/* What worked for one server and does not for the one that stands there now: the usual way, in the same try. */
static void
test_unlearned (void)
{
  static const DtcLearned lessons[] = {
    { TRUE, FALSE, JSON }, { TRUE, FALSE, COMP }, { TRUE, FALSE, BIN }, { TRUE, FALSE, VLS },
    { TRUE, TRUE, JSON }, { TRUE, TRUE, BIN }, { TRUE, TRUE, VLS }, { TRUE, TRUE, DTC_ENCODING_PROTOBUF },
    { TRUE, FALSE, (DtcEncodingKind) 77 },
  };
  guint i;
  guint l;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    for (l = 0; l < G_N_ELEMENTS (lessons); l++)
      {
        const Case     *row = &cases[i];
        g_autoptr (Rig) rig = rig_new ();
        Peer            peer = { row->server, row->numbering, .chunk = 4096 };

        if (row->policy != FREE || row->state != DTC_LINK_READY)
          continue;
        g_test_message ("%s, wants %d, lesson %u", row->server->name, row->wants, l);
        rig->config->numbering = row->numbering;
        rig->config->encoding_auto = row->wants == AUTO;
        if (row->wants != AUTO)
          rig->config->encoding = (DtcEncodingKind) row->wants;
        rig->config->learned = lessons[l];
        rig_start (rig);
        run (rig, &peer);
        g_assert_cmpint (rig->state, ==, DTC_LINK_READY);
        g_assert_cmpuint (rig->attempt, ==, 1);
        g_assert_true (dtc_session_get_learned (rig->session).known);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dtc/handshake/table", test_table);
  g_test_add_func ("/dtc/handshake/learned", test_learned);
  g_test_add_func ("/dtc/handshake/unlearned", test_unlearned);

  return g_test_run ();
}
