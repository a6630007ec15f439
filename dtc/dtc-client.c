/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtc-client.h"

#include "dtc-data-bridge.h"

#define NEWS_A_TURN 256

/* What the dtc-io thread tells the user's context. */
typedef struct
{
  DtcLinkState  state;
  char         *text;    /* a link change; else NULL */
  DtcMessage   *message; /* a message, or the LOGON_RESPONSE of a link change */
  GTask        *task;    /* the fate of a send */
  GError       *error;
} ClientNews;

/* Shared by both threads. */
typedef struct
{
  gatomicrefcount ref_count;
  GMainContext   *context;
  GMutex          mutex;
  GQueue          news;    /* by mutex */
  gboolean        waking;  /* by mutex: a source is under way */
  GWeakRef        client;

  /* dtc-io only. */
  GHashTable     *sends;   /* cookie -> GTask */
  guint64         next_cookie;
} ClientLink;

struct _DtcClient
{
  GObject           parent_instance;

  DtcSessionConfig *config;
  DtcDataBridge    *bridge;
  ClientLink       *link;
  DtcLinkState      state;
  gboolean          stopped;
};

enum
{
  PROP_0,
  PROP_HOST,
  PROP_PORT,
  PROP_NUMBERING,
  PROP_ENCODING,
  PROP_USE_TLS,
  PROP_HEARTBEAT,
  PROP_USERNAME,
  PROP_PASSWORD,
  PROP_CLIENT_NAME,
  PROP_STATE,
  N_PROPS
};

enum
{
  LINK_CHANGED,
  MESSAGE,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint       signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (DtcClient, dtc_client, G_TYPE_OBJECT)

G_DEFINE_ENUM_TYPE (DtcLinkState, dtc_link_state,
                    G_DEFINE_ENUM_VALUE (DTC_LINK_DOWN, "down"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_CONNECTING, "connecting"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_HANDSHAKE, "handshake"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_LOGON, "logon"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_READY, "ready"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_LEAVING, "leaving"),
                    G_DEFINE_ENUM_VALUE (DTC_LINK_STOPPED, "stopped"))

G_DEFINE_ENUM_TYPE (DtcNumbering, dtc_numbering,
                    G_DEFINE_ENUM_VALUE (DTC_NUMBERING_DTC, "dtc"),
                    G_DEFINE_ENUM_VALUE (DTC_NUMBERING_BRIEF, "brief"))

G_DEFINE_ENUM_TYPE (DtcEncodingKind, dtc_encoding_kind,
                    G_DEFINE_ENUM_VALUE (DTC_ENCODING_BINARY, "binary"),
                    G_DEFINE_ENUM_VALUE (DTC_ENCODING_BINARY_VLS, "vls"),
                    G_DEFINE_ENUM_VALUE (DTC_ENCODING_JSON, "json"),
                    G_DEFINE_ENUM_VALUE (DTC_ENCODING_JSON_COMPACT, "json-compact"),
                    G_DEFINE_ENUM_VALUE (DTC_ENCODING_PROTOBUF, "protobuf"))

static void
client_news_free (gpointer data)
{
  ClientNews *news = data;

  g_free (news->text);
  dtc_message_free (news->message);
  g_clear_object (&news->task);
  g_clear_error (&news->error);
  g_free (news);
}

static ClientLink *
client_link_ref (ClientLink *link)
{
  g_atomic_ref_count_inc (&link->ref_count);
  return link;
}

static void
client_link_unref (gpointer data)
{
  ClientLink *link = data;

  if (!g_atomic_ref_count_dec (&link->ref_count))
    return;
  g_queue_clear_full (&link->news, client_news_free);
  g_hash_table_unref (link->sends);
  g_mutex_clear (&link->mutex);
  g_weak_ref_clear (&link->client);
  g_main_context_unref (link->context);
  g_free (link);
}

static void
deliver (DtcClient  *self,
         ClientNews *news)
{
  if (news->text != NULL)
    {
      self->state = news->state;
      g_signal_emit (self, signals[LINK_CHANGED], 0, news->state, news->text);
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
    }
  if (news->message != NULL)
    g_signal_emit (self, signals[MESSAGE], 0, news->message);
}

static gboolean
deliver_all (gpointer data)
{
  ClientLink           *link = data;
  g_autoptr (DtcClient) self = g_weak_ref_get (&link->client);
  ClientNews           *news;

  /* A server that floods must not keep the caller's loop from everything else. */
  for (guint i = 0; i < NEWS_A_TURN; i++)
    {
      g_mutex_lock (&link->mutex);
      news = g_queue_pop_head (&link->news);
      if (news == NULL)
        link->waking = FALSE;
      g_mutex_unlock (&link->mutex);
      if (news == NULL)
        return G_SOURCE_REMOVE;
      if (news->task != NULL && news->error != NULL)
        g_task_return_error (news->task, g_steal_pointer (&news->error));
      else if (news->task != NULL)
        g_task_return_boolean (news->task, TRUE);
      else if (self != NULL && !self->stopped)
        deliver (self, news);
      client_news_free (news);
    }
  return G_SOURCE_CONTINUE;
}

/* @news (transfer full). */
static void
tell (ClientLink *link,
      ClientNews *news)
{
  gboolean wake;

  g_mutex_lock (&link->mutex);
  g_queue_push_tail (&link->news, news);
  wake = !link->waking;
  link->waking = TRUE;
  g_mutex_unlock (&link->mutex);
  if (wake)
    {
      g_autoptr (GSource) source = g_idle_source_new ();

      g_source_set_priority (source, G_PRIORITY_DEFAULT);
      g_source_set_callback (source, deliver_all, client_link_ref (link), client_link_unref);
      g_source_attach (source, link->context);
    }
}

static void
on_link (gpointer             user_data,
         const DtcLinkChange *change,
         gint64               now)
{
  ClientNews *news = g_new0 (ClientNews, 1);

  news->state = change->state;
  news->text = g_strdup (change->text);
  news->message = change->logon != NULL ? dtc_message_copy (change->logon) : NULL;
  tell (user_data, news);
}

static void
on_message (gpointer          user_data,
            const DtcMessage *message,
            const DtcReceipt *receipt)
{
  ClientNews *news = g_new0 (ClientNews, 1);

  news->message = dtc_message_copy (message);
  tell (user_data, news);
}

/* @error (transfer full) (nullable). */
static void
tell_fate (ClientLink *link,
           GTask      *task,
           GError     *error)
{
  ClientNews *news = g_new0 (ClientNews, 1);

  news->task = g_object_ref (task);
  news->error = error;
  tell (link, news);
}

static void
on_written (gpointer user_data,
            guint64  cookie,
            gsize    accepted,
            gsize    total,
            gint64   now)
{
  ClientLink *link = user_data;
  GTask      *task = g_hash_table_lookup (link->sends, &cookie);

  if (task == NULL)
    return;
  tell_fate (link, task, accepted == total
                           ? NULL
                           : g_error_new (DTC_ERROR, accepted == 0 ? DTC_ERROR_NOT_CONNECTED : DTC_ERROR_CLOSED,
                                          "The link was lost after %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT " bytes",
                                          accepted, total));
  g_hash_table_remove (link->sends, &cookie);
}

typedef struct
{
  ClientLink    *link;
  DtcDataBridge *bridge;
  DtcMessage    *message;
  GTask         *task;
} SendJob;

static gboolean
send_on_io (gpointer data)
{
  SendJob           *job = data;
  const DtcMessage  *messages[1] = { job->message };
  GError            *error = NULL;
  guint64            cookie = ++job->link->next_cookie;

  g_hash_table_insert (job->link->sends, g_memdup2 (&cookie, sizeof cookie), g_object_ref (job->task));
  if (!dtc_session_write (dtc_data_bridge_get_session (job->bridge), messages, 1, DTC_LANE_NORMAL, cookie,
                          g_get_monotonic_time (), &error))
    {
      g_hash_table_remove (job->link->sends, &cookie);
      tell_fate (job->link, job->task, error);
    }
  return G_SOURCE_REMOVE;
}

static void
send_job_free (gpointer data)
{
  SendJob *job = data;

  client_link_unref (job->link);
  g_object_unref (job->bridge);
  dtc_message_free (job->message);
  g_object_unref (job->task);
  g_free (job);
}

static char **
text_property (DtcClient *self,
               guint      property)
{
  switch (property)
    {
    case PROP_HOST:
      return &self->config->host;
    case PROP_USERNAME:
      return &self->config->username;
    case PROP_PASSWORD:
      return &self->config->password;
    case PROP_CLIENT_NAME:
      return &self->config->client_name;
    default:
      return NULL;
    }
}

static void
dtc_client_get_property (GObject    *object,
                         guint       property,
                         GValue     *value,
                         GParamSpec *pspec)
{
  DtcClient *self = DTC_CLIENT (object);

  switch (property)
    {
    case PROP_HOST:
    case PROP_USERNAME:
    case PROP_CLIENT_NAME:
      g_value_set_string (value, *text_property (self, property));
      break;
    case PROP_PORT:
      g_value_set_uint (value, self->config->port);
      break;
    case PROP_NUMBERING:
      g_value_set_enum (value, (int) self->config->numbering);
      break;
    case PROP_ENCODING:
      g_value_set_string (value, self->config->encoding_auto ? "auto" : dtc_encoding_to_string (self->config->encoding));
      break;
    case PROP_USE_TLS:
      g_value_set_boolean (value, self->config->use_tls);
      break;
    case PROP_HEARTBEAT:
      g_value_set_uint (value, self->config->heartbeat_seconds);
      break;
    case PROP_STATE:
      g_value_set_enum (value, (int) self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

static void
set_encoding (DtcClient  *self,
              const char *text)
{
  DtcEncodingKind encoding = DTC_ENCODING_JSON;

  self->config->encoding_auto = text == NULL || g_str_equal (text, "auto");
  if (self->config->encoding_auto)
    return;
  if (dtc_encoding_from_string (text, &encoding))
    self->config->encoding = encoding;
  else
    g_critical ("There is no DTC encoding \"%s\"", text);
}

static void
dtc_client_set_property (GObject      *object,
                         guint         property,
                         const GValue *value,
                         GParamSpec   *pspec)
{
  DtcClient *self = DTC_CLIENT (object);

  if (self->bridge != NULL)
    {
      g_critical ("A DtcClient's \"%s\" is set before it starts", pspec->name);
      return;
    }
  switch (property)
    {
    case PROP_HOST:
    case PROP_USERNAME:
    case PROP_PASSWORD:
    case PROP_CLIENT_NAME:
      g_free (*text_property (self, property));
      *text_property (self, property) = g_value_dup_string (value);
      break;
    case PROP_PORT:
      self->config->port = (guint16) g_value_get_uint (value);
      break;
    case PROP_NUMBERING:
      self->config->numbering = (DtcNumbering) g_value_get_enum (value);
      break;
    case PROP_ENCODING:
      set_encoding (self, g_value_get_string (value));
      break;
    case PROP_USE_TLS:
      self->config->use_tls = g_value_get_boolean (value);
      break;
    case PROP_HEARTBEAT:
      self->config->heartbeat_seconds = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, property, pspec);
    }
}

/* The bridge's thread may still call the sink: the link goes when that has ended. */
static void
bridge_stopped (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, NULL);
  client_link_unref (user_data);
}

static void
dtc_client_dispose (GObject *object)
{
  DtcClient *self = DTC_CLIENT (object);

  if (self->bridge != NULL)
    {
      g_autoptr (DtcDataBridge) bridge = g_steal_pointer (&self->bridge);

      dtc_data_bridge_stop_async (bridge, NULL, bridge_stopped, client_link_ref (self->link));
    }
  g_weak_ref_set (&self->link->client, NULL);

  G_OBJECT_CLASS (dtc_client_parent_class)->dispose (object);
}

static void
dtc_client_finalize (GObject *object)
{
  DtcClient *self = DTC_CLIENT (object);

  client_link_unref (self->link);
  dtc_session_config_free (self->config);

  G_OBJECT_CLASS (dtc_client_parent_class)->finalize (object);
}

static void
dtc_client_class_init (DtcClientClass *klass)
{
  GObjectClass    *object_class = G_OBJECT_CLASS (klass);
  GParamFlags      flags = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->dispose = dtc_client_dispose;
  object_class->finalize = dtc_client_finalize;
  object_class->get_property = dtc_client_get_property;
  object_class->set_property = dtc_client_set_property;

  /**
   * DtcClient:host:
   *
   * Name or address of the server.
   */
  properties[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, "127.0.0.1", flags);
  /**
   * DtcClient:port:
   *
   * The server's port for market data and trading.
   */
  properties[PROP_PORT] = g_param_spec_uint ("port", NULL, NULL, 1, G_MAXUINT16, 11099, flags);
  /**
   * DtcClient:numbering:
   *
   * Which numbers the server speaks; a person's choice, never guessed.
   */
  properties[PROP_NUMBERING] = g_param_spec_enum ("numbering", NULL, NULL, DTC_TYPE_NUMBERING, DTC_NUMBERING_DTC, flags);
  /**
   * DtcClient:encoding:
   *
   * "auto", "json", "json-compact", "binary" or "vls".
   */
  properties[PROP_ENCODING] = g_param_spec_string ("encoding", NULL, NULL, "auto", flags);
  /**
   * DtcClient:use-tls:
   *
   * Whether the connection is encrypted; the certificate is verified.
   */
  properties[PROP_USE_TLS] = g_param_spec_boolean ("use-tls", NULL, NULL, FALSE, flags);
  /**
   * DtcClient:heartbeat:
   *
   * Seconds between heartbeats.
   */
  properties[PROP_HEARTBEAT] = g_param_spec_uint ("heartbeat", NULL, NULL, 5, 60, 10, flags);
  /**
   * DtcClient:username:
   *
   * User name for the logon, or %NULL.
   */
  properties[PROP_USERNAME] = g_param_spec_string ("username", NULL, NULL, NULL, flags);
  /**
   * DtcClient:password:
   *
   * Password for the logon, or %NULL. It cannot be read back.
   */
  properties[PROP_PASSWORD] = g_param_spec_string ("password", NULL, NULL, NULL,
                                                   G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  /**
   * DtcClient:client-name:
   *
   * The name this program logs on with, at most 31 bytes.
   */
  properties[PROP_CLIENT_NAME] = g_param_spec_string ("client-name", NULL, NULL, "DTC Desk", flags);
  /**
   * DtcClient:state:
   *
   * The link's state.
   */
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, DTC_TYPE_LINK_STATE, DTC_LINK_DOWN,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * DtcClient::link-changed:
   * @self: the client
   * @state: the link's state
   * @text: plain words; may quote the server
   *
   * The link changed. With %DTC_LINK_READY the server's LOGON_RESPONSE follows as a message.
   */
  signals[LINK_CHANGED] = g_signal_new ("link-changed", DTC_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                        G_TYPE_NONE, 2, DTC_TYPE_LINK_STATE, G_TYPE_STRING);
  /**
   * DtcClient::message:
   * @self: the client
   * @message: what the server said
   *
   * A message that is not the session's own business.
   */
  signals[MESSAGE] = g_signal_new ("message", DTC_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, DTC_TYPE_MESSAGE | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
dtc_client_init (DtcClient *self)
{
  self->config = dtc_session_config_new ();
  self->state = DTC_LINK_DOWN;
  self->link = g_new0 (ClientLink, 1);
  g_atomic_ref_count_init (&self->link->ref_count);
  self->link->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->link->mutex);
  g_queue_init (&self->link->news);
  g_weak_ref_init (&self->link->client, self);
  self->link->sends = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
}

DtcClient *
dtc_client_new (const char   *host,
                guint         port,
                DtcNumbering  numbering)
{
  g_return_val_if_fail (host != NULL && port > 0 && port <= G_MAXUINT16, NULL);

  return g_object_new (DTC_TYPE_CLIENT, "host", host, "port", port, "numbering", numbering, NULL);
}

void
dtc_client_start (DtcClient *self)
{
  static const DtcSink sink = { .link = on_link, .message = on_message, .written = on_written };

  g_return_if_fail (DTC_IS_CLIENT (self) && !self->stopped);

  if (self->bridge == NULL)
    self->bridge = dtc_data_bridge_new (self->config, &sink, self->link);
  dtc_data_bridge_start (self->bridge);
}

static void
stop_done (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  DtcClient        *self = g_task_get_source_object (task);
  GError           *error = NULL;

  self->state = DTC_LINK_STOPPED;
  if (dtc_data_bridge_stop_finish (DTC_DATA_BRIDGE (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
dtc_client_stop_async (DtcClient           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (DTC_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, dtc_client_stop_async);
  self->stopped = TRUE;
  if (self->bridge != NULL)
    {
      g_autoptr (DtcDataBridge) bridge = g_steal_pointer (&self->bridge);

      dtc_data_bridge_stop_async (bridge, cancellable, stop_done, g_steal_pointer (&task));
    }
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
dtc_client_stop_finish (DtcClient     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
dtc_client_send_async (DtcClient           *self,
                       const DtcMessage    *message,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  SendJob          *job;

  g_return_if_fail (DTC_IS_CLIENT (self) && message != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, dtc_client_send_async);
  if (self->bridge == NULL)
    {
      g_task_return_new_error (task, DTC_ERROR, DTC_ERROR_NOT_CONNECTED, "The client has not started or has stopped");
      return;
    }
  job = g_new0 (SendJob, 1);
  job->link = client_link_ref (self->link);
  job->bridge = g_object_ref (self->bridge);
  job->message = dtc_message_copy (message);
  job->task = g_steal_pointer (&task);
  dtc_data_bridge_invoke (self->bridge, send_on_io, job, send_job_free);
}

gboolean
dtc_client_send_finish (DtcClient     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

DtcLinkState
dtc_client_get_state (DtcClient *self)
{
  g_return_val_if_fail (DTC_IS_CLIENT (self), DTC_LINK_DOWN);

  return self->state;
}
