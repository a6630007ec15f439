/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-control.h"

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>

/* What a command works with; its answer is the object that @answer has begun. */
typedef struct
{
  SimServer   *server;
  SimExchange *exchange;
  const char  *rest;   /* the line after the command's name, as it was written */
  char       **words;  /* the same, taken apart */
  guint        n_words;
  JsonBuilder *answer;
  gint64       now;
  char        *wrong;  /* set when it cannot be done */
} Command;

static void
refuse (Command    *command,
        const char *format,
        ...) G_GNUC_PRINTF (2, 3);

static void
refuse (Command    *command,
        const char *format,
        ...)
{
  va_list args;

  if (command->wrong)
    return;
  va_start (args, format);
  command->wrong = g_strdup_vprintf (format, args);
  va_end (args);
}

/* Takes what a drill of the exchange returned. */
static void
check (Command    *command,
       const char *wrong)
{
  if (wrong)
    refuse (command, "%s", wrong);
}

static void
add_int (Command    *command,
         const char *name,
         gint64      value)
{
  json_builder_set_member_name (command->answer, name);
  json_builder_add_int_value (command->answer, value);
}

static void
add_string (Command    *command,
            const char *name,
            const char *value)
{
  json_builder_set_member_name (command->answer, name);
  json_builder_add_string_value (command->answer, value);
}

static const char *
word (Command *command,
      guint    index)
{
  return index < command->n_words ? command->words[index] : NULL;
}

static gint64
read_whole (Command    *command,
            guint       index,
            gint64      least,
            gint64      most,
            gint64      otherwise)
{
  gint64 value;

  if (index >= command->n_words)
    return otherwise;
  if (!g_ascii_string_to_signed (command->words[index], 10, least, most, &value, NULL))
    {
      refuse (command, "'%s' is no whole number from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, command->words[index],
              least, most);
      return otherwise;
    }
  return value;
}

static double
read_number (Command *command,
             guint    index)
{
  char  *end = NULL;
  double value;

  if (index >= command->n_words)
    return 0;
  value = g_ascii_strtod (command->words[index], &end);
  if (!*command->words[index] || *end || !isfinite (value))
    refuse (command, "'%s' is no number", command->words[index]);
  return value;
}

/* Which of @choices stands at @index. */
static guint
read_choice (Command           *command,
             guint              index,
             const char *const *choices)
{
  g_autofree char *all = NULL;
  guint            i;

  for (i = 0; index < command->n_words && choices[i]; i++)
    if (strcmp (choices[i], command->words[index]) == 0)
      return i;
  all = g_strjoinv (", ", (char **) choices);
  refuse (command, "It must be one of %s", all);
  return 0;
}

/* Looking. */

static void
do_status (Command *command)
{
  guint i;

  add_int (command, "port", sim_server_get_port (command->server));
  add_int (command, "history_port", sim_server_get_history_port (command->server));
  add_int (command, "submits", sim_server_count (command->server, SIM_COUNT_SUBMIT, NULL));
  add_int (command, "cancels", sim_server_count (command->server, SIM_COUNT_CANCEL, NULL));
  add_int (command, "replaces", sim_server_count (command->server, SIM_COUNT_REPLACE, NULL));
  add_int (command, "working", command->exchange->working->len);
  add_int (command, "faults", sim_faults_length (sim_server_get_faults (command->server)));
  json_builder_set_member_name (command->answer, "clients");
  json_builder_begin_array (command->answer);
  for (i = 0; i < sim_server_get_n_clients (command->server); i++)
    {
      SimClient *client = sim_server_get_client (command->server, i);

      json_builder_begin_object (command->answer);
      add_int (command, "number", sim_client_get_number (client));
      add_string (command, "port", sim_client_get_port (client) == SIM_PORT_HISTORY ? "history" : "trading");
      add_string (command, "encoding", dtc_encoding_to_string (sim_client_get_codec (client)->encoding));
      json_builder_set_member_name (command->answer, "logged_on");
      json_builder_add_boolean_value (command->answer, sim_client_is_logged_on (client));
      add_int (command, "dropped", sim_client_get_dropped (client));
      json_builder_end_object (command->answer);
    }
  json_builder_end_array (command->answer);
}

static void
do_orders (Command *command)
{
  guint i;

  json_builder_set_member_name (command->answer, "orders");
  json_builder_begin_array (command->answer);
  for (i = 0; i < command->exchange->working->len; i++)
    {
      const SimOrder *order = g_ptr_array_index (command->exchange->working, i);

      json_builder_begin_object (command->answer);
      add_string (command, "server_id", order->server_id);
      add_string (command, "client_id", order->client_id);
      add_string (command, "account", order->account);
      add_string (command, "symbol", order->instrument->symbol);
      add_string (command, "side", order->side == DTC_BUY ? "buy" : "sell");
      add_int (command, "quantity", order->quantity);
      add_int (command, "filled", order->filled);
      json_builder_end_object (command->answer);
    }
  json_builder_end_array (command->answer);
}

/* Faults. */

static void
do_faults (Command *command)
{
  const SimFaults *faults = sim_server_get_faults (command->server);
  guint            i;

  json_builder_set_member_name (command->answer, "faults");
  json_builder_begin_array (command->answer);
  for (i = 0; i < sim_faults_length (faults); i++)
    {
      const SimFault *fault = sim_faults_get (faults, i);

      json_builder_begin_object (command->answer);
      add_int (command, "number", sim_fault_number (fault));
      add_string (command, "fault", sim_fault_text (fault));
      add_int (command, "struck", sim_fault_struck (fault));
      json_builder_end_object (command->answer);
    }
  json_builder_end_array (command->answer);
}

static void
do_fault (Command *command)
{
  g_autoptr (GError) error = NULL;
  guint              number = sim_faults_add (sim_server_get_faults (command->server), command->rest, &error);

  if (number == 0)
    refuse (command, "%s", error->message);
  else
    add_int (command, "fault", number);
}

static void
do_clear (Command *command)
{
  guint number = (guint) read_whole (command, 0, 1, G_MAXINT, 0);

  if (!command->wrong && !sim_faults_clear (sim_server_get_faults (command->server), number))
    refuse (command, "There is no fault %u", number);
}

/* The market. */

static void
do_step (Command *command)
{
  gint64 times = read_whole (command, 0, 1, 10000, 1);

  while (!command->wrong && times-- > 0)
    sim_server_step (command->server);
}

static void
do_move (Command *command)
{
  gint64 ticks = read_whole (command, 1, -100000, 100000, 0);

  if (!command->wrong)
    check (command, sim_exchange_move (command->exchange, word (command, 0), ticks, command->now));
}

static void
do_phase (Command *command)
{
  static const char *const choices[] = { "pre-open", "open", "close", "halt", NULL };
  guint                    choice = read_choice (command, 0, choices);

  if (!command->wrong)
    check (command, sim_exchange_set_phase (command->exchange, word (command, 1),
                                            DTC_TRADING_STATUS_PRE_OPEN + (int) choice, command->now));
}

static void
do_feed (Command *command)
{
  static const char *const choices[] = { "down", "up", NULL };
  guint                    choice = read_choice (command, 0, choices);

  if (!command->wrong)
    check (command, sim_exchange_set_feed (command->exchange, word (command, 1), choice == 1));
}

static void
do_order (Command *command)
{
  static const char *const sides[] = { "buy", "sell", NULL };
  static const char *const types[] = { "market", "limit", "stop", "stop-limit", "mit", "lit", "market-limit", NULL };
  guint                    side = read_choice (command, 2, sides);
  double                   quantity = read_number (command, 3);
  guint                    type = read_choice (command, 4, types);
  double                   price1 = read_number (command, 5);
  double                   price2 = read_number (command, 6);

  if (!command->wrong)
    check (command, sim_exchange_external_order (command->exchange, word (command, 0), word (command, 1),
                                                 DTC_ORDER_TYPE_MARKET + (int) type, DTC_BUY + (int) side, quantity,
                                                 price1, price2, command->now));
}

static void
do_act (Command *command)
{
  gint64 times = read_whole (command, 0, 1, 1000, 1);

  while (!command->wrong && times-- > 0)
    sim_exchange_external_act (command->exchange, command->now);
}

static void
do_fill (Command *command)
{
  gint64 quantity = read_whole (command, 1, 1, G_MAXINT, G_MAXINT);

  if (!command->wrong)
    check (command, sim_exchange_fill (command->exchange, word (command, 0), quantity, command->now));
}

static void
do_kill (Command *command)
{
  check (command, sim_exchange_kill_order (command->exchange, word (command, 0), word (command, 1), command->now));
}

static void
do_lose (Command *command)
{
  check (command, sim_exchange_lose_order (command->exchange, word (command, 0), command->now));
}

/* Accounts. */

static void
do_balance (Command *command)
{
  double amount = read_number (command, 1);

  if (!command->wrong)
    check (command, sim_exchange_adjust_balance (command->exchange, word (command, 0), amount, word (command, 2),
                                                 command->now));
}

static void
do_trading (Command *command)
{
  static const char *const choices[] = { "off", "on", NULL };
  guint                    choice = read_choice (command, 1, choices);

  if (!command->wrong)
    check (command, sim_exchange_set_trading (command->exchange, word (command, 0), choice == 1));
}

static void
do_limits (Command *command)
{
  gint64 quantity = read_whole (command, 1, 0, G_MAXINT, 0);
  gint64 position = read_whole (command, 2, 0, G_MAXINT, 0);
  double loss = read_number (command, 3);

  if (!command->wrong)
    check (command, sim_exchange_set_limits (command->exchange, word (command, 0), quantity, position, loss));
}

/* People and connections. */

/* All the words as one text. (transfer full) */
static char *
read_text (Command *command)
{
  return g_strjoinv (" ", command->words);
}

/* A text that is longer than its field would not leave. */
static gboolean
fits (Command    *command,
      const char *text,
      guint16     type,
      guint       field)
{
  guint room = dtc_message_desc (type)->fields[field].len - 1;

  if (strlen (text) > room)
    refuse (command, "That is longer than the %u bytes that DTC has room for", room);
  return command->wrong == NULL;
}

static void
do_say (Command *command)
{
  g_autofree char *text = read_text (command);

  if (fits (command, text, DTC_MSG_USER_MESSAGE, DTC_USER_MESSAGE_F_USER_MESSAGE))
    sim_exchange_say (command->exchange, text, TRUE);
}

static void
do_log (Command *command)
{
  g_autofree char *text = read_text (command);

  if (fits (command, text, DTC_MSG_GENERAL_LOG_MESSAGE, DTC_GENERAL_LOG_MESSAGE_F_MESSAGE_TEXT))
    sim_exchange_say_log (command->exchange, text);
}

static void
do_alert (Command *command)
{
  if (fits (command, word (command, 0), DTC_MSG_ALERT_MESSAGE, DTC_ALERT_MESSAGE_F_MESSAGE_TEXT))
    sim_exchange_alert (command->exchange, word (command, 0), word (command, 1));
}

static void
do_cut (Command *command)
{
  static const char *const choices[] = { "fin", "rst", "silence", NULL };
  guint                    number = 0;
  guint                    how = SIM_CUT_FIN;
  guint                    at = 0;

  if (command->n_words > 0 && g_ascii_isdigit (command->words[0][0]))
    number = (guint) read_whole (command, at++, 1, G_MAXINT, 0);
  if (command->n_words > at)
    how = read_choice (command, at, choices);
  if (!command->wrong)
    add_int (command, "cut", sim_server_cut_clients (command->server, number, (SimCut) how));
}

static void
do_logoff (Command *command)
{
  g_autofree char *text = read_text (command);

  add_int (command, "logged_off", sim_server_log_off_clients (command->server, *text ? text
                                                                               : "The simulator was told to"));
}

static void do_help (Command *command);

static const struct
{
  const char *name;
  guint       least, most; /* words after it */
  const char *words;
  void      (*func) (Command *command);
} commands[] = {
  { "help", 0, 0, "", do_help },
  { "status", 0, 0, "", do_status },
  { "orders", 0, 0, "", do_orders },
  { "faults", 0, 0, "", do_faults },
  { "fault", 1, G_MAXUINT, "LINE", do_fault },
  { "clear", 0, 1, "[NUMBER]", do_clear },
  { "step", 0, 1, "[TIMES]", do_step },
  { "move", 2, 2, "SYMBOL TICKS", do_move },
  { "phase", 1, 2, "pre-open|open|close|halt [SYMBOL]", do_phase },
  { "feed", 1, 2, "up|down [SYMBOL]", do_feed },
  { "order", 5, 7, "ACCOUNT SYMBOL buy|sell QUANTITY market|limit|stop|stop-limit|mit|lit|market-limit [PRICE1 [PRICE2]]",
    do_order },
  { "act", 0, 1, "[TIMES]", do_act },
  { "fill", 1, 2, "SERVERORDERID [QUANTITY]", do_fill },
  { "kill", 1, 2, "SERVERORDERID [TEXT]", do_kill },
  { "lose", 1, 1, "SERVERORDERID", do_lose },
  { "balance", 2, 3, "ACCOUNT AMOUNT [REASON]", do_balance },
  { "trading", 2, 2, "ACCOUNT on|off", do_trading },
  { "limits", 4, 4, "ACCOUNT MAXQUANTITY MAXPOSITION DAILYLOSS", do_limits },
  { "say", 1, G_MAXUINT, "TEXT", do_say },
  { "log", 1, G_MAXUINT, "TEXT", do_log },
  { "alert", 1, 2, "TEXT [ACCOUNT]", do_alert },
  { "cut", 0, 2, "[CLIENT] [fin|rst|silence]", do_cut },
  { "logoff", 0, G_MAXUINT, "[TEXT]", do_logoff },
};

static void
do_help (Command *command)
{
  guint i;

  json_builder_set_member_name (command->answer, "commands");
  json_builder_begin_array (command->answer);
  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *line = g_strjoin (" ", commands[i].name, *commands[i].words ? commands[i].words : NULL, NULL);

      json_builder_add_string_value (command->answer, line);
    }
  json_builder_end_array (command->answer);
}

static void
perform (Command    *command,
         const char *name)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (strcmp (commands[i].name, name) != 0)
        continue;
      if (command->n_words < commands[i].least || command->n_words > commands[i].most)
        refuse (command, "Write: %s %s", name, commands[i].words);
      else
        commands[i].func (command);
      return;
    }
  refuse (command, "There is no command '%s': help lists them", name);
}

static char *
to_text (JsonBuilder *builder)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();
  g_autoptr (JsonNode)      root = json_builder_get_root (builder);

  json_generator_set_root (generator, root);
  return json_generator_to_data (generator, NULL);
}

static char *
refusal (const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, FALSE);
  json_builder_set_member_name (builder, "error");
  json_builder_add_string_value (builder, text);
  json_builder_end_object (builder);
  return to_text (builder);
}

char *
sim_control_perform (SimServer  *server,
                     const char *line)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GError)      error = NULL;
  g_auto (GStrv)          words = NULL;
  g_autofree char        *wrong = NULL;
  Command                 command = { .server = server, .exchange = sim_server_get_exchange (server),
                                      .answer = builder, .now = g_get_real_time () };

  while (g_ascii_isspace (*line))
    line++;
  if (!g_shell_parse_argv (line, NULL, &words, &error))
    return refusal (error->message);
  command.words = words + 1;
  command.n_words = g_strv_length (words) - 1;
  command.rest = line + strcspn (line, " \t");
  while (g_ascii_isspace (*command.rest))
    command.rest++;
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "ok");
  json_builder_add_boolean_value (builder, TRUE);
  perform (&command, words[0]);
  json_builder_end_object (builder);
  sim_server_settle (server);
  wrong = command.wrong;
  return wrong ? refusal (wrong) : to_text (builder);
}
