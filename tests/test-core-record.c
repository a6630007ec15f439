/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-journal-row.h"
#include "desk-payload.h"

#include <math.h>
#include <string.h>

static DeskRecord *
full_record (void)
{
  DeskRecord *record = desk_record_new (DESK_RECORD_EVENT);

  record->seq = 7;
  record->epoch = 3;
  record->utc = 1793210400000001;
  record->mono = -1;
  record->boot = G_MAXINT64;
  record->client_order_id = g_strdup ("TABCDEF-0001-00000001-AA");
  record->server_order_id = g_strdup ("8841");
  record->account = g_strdup ("SIM1");
  record->symbol = g_strdup ("ESZ6");
  record->tick = 0.25;
  record->multiplier = 0.01;
  record->wire = g_bytes_new_static ("{\"Type\":301}\0", 13);
  record->encoding = DTC_ENCODING_JSON;
  record->numbering = DTC_NUMBERING_BRIEF;
  record->direction = DTC_TO_CLIENT;
  record->payload = g_strdup ("{}");
  return record;
}

static void
hash_of (const DeskRecord *record,
         guint8            hash[DESK_HASH_SIZE])
{
  g_autoptr (DeskHashChain) chain = desk_hash_chain_new ();

  desk_hash_chain_next (chain, record, hash);
}

static void
test_copy (void)
{
  g_autoptr (DeskRecord) record = full_record ();
  g_autoptr (DeskRecord) copy = desk_record_copy (record);
  guint8 a[DESK_HASH_SIZE], b[DESK_HASH_SIZE];

  hash_of (record, a);
  hash_of (copy, b);
  g_assert_cmpmem (a, sizeof a, b, sizeof b);
  g_assert_true (copy->payload != record->payload);
  g_assert_null (desk_record_copy (NULL));
  desk_record_free (NULL);
}

/* There and back, and not one byte less. */
static void
test_serialise (void)
{
  guint i;

  for (i = 0; i < 2; i++)
    {
      g_autoptr (DeskRecord) record = i == 0 ? full_record () : desk_record_new (DESK_RECORD_LINK);
      g_autoptr (DeskRecord) back = NULL;
      g_autoptr (GByteArray) bytes = g_byte_array_new (), again = g_byte_array_new ();
      gsize len;

      desk_record_serialise (record, bytes);
      back = desk_record_deserialise (bytes->data, bytes->len);
      g_assert_nonnull (back);
      desk_record_serialise (back, again);
      g_assert_cmpmem (bytes->data, bytes->len, again->data, again->len);
      for (len = 0; len < bytes->len; len++)
        g_assert_null (desk_record_deserialise (bytes->data, len));
      g_byte_array_append (bytes, (const guint8 *) "", 1);
      g_assert_null (desk_record_deserialise (bytes->data, bytes->len));
    }
}

static void
test_nick (void)
{
  g_assert_cmpstr (desk_record_kind_nick (DESK_RECORD_INSTANCE), ==, "instance");
  g_assert_cmpstr (desk_record_kind_nick (DESK_RECORD_HUMAN), ==, "human");
  g_assert_null (desk_record_kind_nick ((DeskRecordKind) 0));
  g_assert_null (desk_record_kind_nick ((DeskRecordKind) 99));
  g_assert_null (desk_record_kind_nick ((DeskRecordKind) -1));
}

/* Whatever changes in a row changes its hash, and a text cannot move from one column to the next. */
static void
test_hash_covers_every_field (void)
{
  enum { N = 21 };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint i;

  for (i = 0; i < N; i++)
    {
      g_autoptr (DeskRecord) record = full_record ();
      guint8 hash[DESK_HASH_SIZE];
      char *text;

      switch (i)
        {
        case 0: break;
        case 1: record->seq++; break;
        case 2: record->kind = DESK_RECORD_FILL; break;
        case 3: record->epoch++; break;
        case 4: record->utc++; break;
        case 5: record->mono++; break;
        case 6: record->boot--; break;
        case 7: g_clear_pointer (&record->client_order_id, g_free); break;
        case 8: g_clear_pointer (&record->server_order_id, g_free); break;
        case 9: g_clear_pointer (&record->account, g_free); break;
        case 10: g_clear_pointer (&record->symbol, g_free); break;
        case 11: record->tick = 0.5; break;
        case 12: record->multiplier = 1; break;
        case 13: g_clear_pointer (&record->wire, g_bytes_unref); break;
        case 14: record->encoding = DTC_ENCODING_JSON_COMPACT; break;
        case 15: record->numbering = DTC_NUMBERING_DTC; break;
        case 16: record->direction = DTC_TO_SERVER; break;
        case 17: g_clear_pointer (&record->payload, g_free); break;
        case 18: g_free (record->symbol); record->symbol = g_strdup (""); break;
        case 19:
          g_free (record->account);
          record->account = g_strdup ("SIM1E");
          g_free (record->symbol);
          record->symbol = g_strdup ("SZ6");
          break;
        default: g_clear_pointer (&record->wire, g_bytes_unref); record->wire = g_bytes_new_static ("", 0); break;
        }
      hash_of (record, hash);
      text = g_compute_checksum_for_data (G_CHECKSUM_MD5, hash, sizeof hash);
      g_assert_true (g_hash_table_add (seen, text));
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, N);
}

static void
test_hash_covers_the_row_before (void)
{
  g_autoptr (DeskRecord) record = full_record ();
  g_autoptr (DeskHashChain) chain = desk_hash_chain_new ();
  guint8 first[DESK_HASH_SIZE], second[DESK_HASH_SIZE], kept[DESK_HASH_SIZE], again[DESK_HASH_SIZE];

  desk_hash_chain_next (chain, record, first);
  desk_hash_chain_next (chain, record, second);
  g_assert_cmpint (memcmp (first, second, sizeof first), !=, 0);
  desk_hash_chain_get (chain, kept);
  g_assert_cmpmem (kept, sizeof kept, second, sizeof second);
  desk_hash_chain_set (chain, first);
  desk_hash_chain_next (chain, record, again);
  g_assert_cmpmem (again, sizeof again, second, sizeof second);
}

/* What goes in comes out with the same hash: every column keeps its value and its NULL. */
static void
test_row_round_trip (void)
{
  static const double odd[] = { 0, -0.0, NAN, INFINITY, -INFINITY, 1e-300, 1.0 / 3, 5e-324 };
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskHashChain) chain = desk_hash_chain_new ();
  const DeskMigration *migrations;
  DeskJournalWalk walk;
  sqlite3 *db = NULL;
  sqlite3_stmt *insert;
  guint n, i;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  migrations = desk_journal_migrations (&n);
  desk_sqlite_migrate (db, migrations, n, &error);
  g_assert_no_error (error);
  insert = desk_journal_row_prepare_insert (db, &error);
  g_assert_no_error (error);

  for (i = 0; i < G_N_ELEMENTS (odd) + 4; i++)
    {
      g_autoptr (DeskRecord) record = i % 2 == 0 ? full_record () : desk_record_new (DESK_RECORD_LINK);
      guint8 hash[DESK_HASH_SIZE];

      record->seq = i + 1;
      record->tick = i < G_N_ELEMENTS (odd) ? odd[i] : 0.1 * i;
      record->multiplier = record->tick;
      if (i == 9)
        record->symbol = g_strdup ("\xe9\xff no UTF-8");
      if (i == 11)
        record->wire = g_bytes_new (NULL, 0);
      desk_journal_row_normalise (record);
      desk_hash_chain_next (chain, record, hash);
      desk_journal_row_insert (db, insert, record, hash, &error);
      g_assert_no_error (error);
    }

  desk_journal_walk_init (&walk, db, &error);
  g_assert_no_error (error);
  for (i = 0; i < G_N_ELEMENTS (odd) + 4; i++)
    {
      g_autoptr (DeskRecord) record = desk_journal_walk_next (&walk, &error);

      g_assert_no_error (error);
      g_assert_nonnull (record);
      if (i == 9)
        g_assert_cmpstr (record->symbol, ==, "\xe9\xff no UTF-8");
      if (i % 2 == 0)
        g_assert_cmpuint (g_bytes_get_size (record->wire), ==, 13);
    }
  g_assert_null (desk_journal_walk_next (&walk, &error));
  g_assert_no_error (error);
  desk_journal_walk_clear (&walk);

  g_assert_cmpint (sqlite3_exec (db, "UPDATE journal SET epoch = 9", NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
  g_assert_cmpint (sqlite3_exec (db, "DELETE FROM journal", NULL, NULL, NULL), ==, SQLITE_CONSTRAINT);
  sqlite3_finalize (insert);
  sqlite3_close (db);
}

/* A migration that stops half way leaves the version and the tables before it; a newer file is refused. */
static void
test_migration (void)
{
  static const DeskMigration good[] = {
    { 1, "CREATE TABLE a (x INTEGER) STRICT" },
    { 2, "ALTER TABLE a ADD COLUMN y TEXT; CREATE TABLE b (x INTEGER) STRICT" },
  };
  static const DeskMigration broken[] = {
    { 1, "CREATE TABLE a (x INTEGER) STRICT" },
    { 2, "ALTER TABLE a ADD COLUMN y TEXT; CREATE TABLE a (x INTEGER) STRICT" },
  };
  g_autoptr (GError) error = NULL;
  sqlite3 *db = NULL;
  gint64 value = -1;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_false (desk_sqlite_migrate (db, broken, 2, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_STORAGE);
  g_clear_error (&error);
  g_assert_true (sqlite3_get_autocommit (db));
  desk_sqlite_get_int64 (db, "PRAGMA user_version", -1, &value, &error);
  g_assert_cmpint (value, ==, 1);
  desk_sqlite_get_int64 (db, "SELECT count(*) FROM pragma_table_info('a')", -1, &value, &error);
  g_assert_cmpint (value, ==, 1);

  desk_sqlite_migrate (db, good, 2, &error);
  g_assert_no_error (error);
  desk_sqlite_migrate (db, good, 2, &error);
  g_assert_no_error (error);
  desk_sqlite_get_int64 (db, "PRAGMA user_version", -1, &value, &error);
  g_assert_cmpint (value, ==, 2);

  g_assert_false (desk_sqlite_migrate (db, good, 1, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_NEWER);
  sqlite3_close (db);
}

/* ---- payloads ---- */

/* What json-glib alone would say. */
static void
check_payload (const char *json)
{
  static const char *const names[] = { "a", "b", "key", "text", "" };
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_auto (DeskPayload) payload = { 0 };
  JsonObject *object = NULL;
  guint i;

  if (json != NULL && json_parser_load_from_data (parser, json, -1, NULL) && json_parser_get_root (parser) != NULL
      && JSON_NODE_HOLDS_OBJECT (json_parser_get_root (parser)))
    object = json_node_get_object (json_parser_get_root (parser));
  desk_payload_init (&payload, json);
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_cmpstr (desk_payload_text (&payload, names[i]), ==, desk_payload_object_text (object, names[i]));
      g_assert_cmpint (desk_payload_int (&payload, names[i], -77), ==, desk_payload_object_int (object, names[i], -77));
    }
}

static void
test_payload (void)
{
  static const char *const cases[] = {
    "{\"a\":\"submit\",\"key\":12,\"b\":-3,\"text\":\"\"}", "{}", "[]", "", "{", "{\"a\":1", "{\"a\":1}x", "{\"a\":1,}", "{\"a\":1,\"a\":2}",
    "{\"a\":\"x\",\"a\":2}", "{\"a\":12.5,\"b\":1e3,\"key\":-0,\"text\":0.0}", "{\"a\":999999999999999999,\"b\":-999999999999999999}",
    "{\"a\":9223372036854775807,\"b\":9223372036854775808,\"key\":-9223372036854775808}", "{\"a\":01,\"b\":-}", "{\"a\":1.,\"b\":.5}",
    "{\"a\":\"q\\\"\\\\\\u0041\\n\",\"b\":\"\xc3\xa9\"}", "{\"a\":\"\xff\"}", "{\"a\":\"\t\"}", "{\"a\":null,\"b\":true,\"key\":false}",
    "{\"a\":{\"b\":1},\"key\":[1,2]}", " {\"a\":1}", "{ \"a\" : 1 }", "{\"a\":1}\n", "{\"\":5}", "{\"a\":\"1\",\"b\":1}", "{\"a\" 1}", "{a:1}",
    "{\"a\":1 \"b\":2}", "{\"a\":\"x\"\"b\":2}", "{\"a\":1;\"b\":2}", "null", "\"a\"",
  };
  g_autoptr (GRand) rand = g_rand_new_with_seed (5);
  g_autoptr (GString) many = g_string_new ("{");
  g_auto (DeskPayload) plain = { 0 };
  guint i;

  check_payload (NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    check_payload (cases[i]);
  /* More members, and a longer text, than are read in one go. */
  for (i = 0; i < 40; i++)
    {
      g_string_append_printf (many, "%s\"%s\":%u", i > 0 ? "," : "", i % 3 == 0 ? "a" : i % 3 == 1 ? "b" : "c", i);
      g_string_append_c (many, '}');
      check_payload (many->str);
      g_string_truncate (many, many->len - 1);
    }
  for (i = 480; i < 540; i++)
    {
      g_autofree char *text = g_strnfill (i, 'x');
      g_autofree char *json = g_strdup_printf ("{\"text\":\"%s\"}", text);

      check_payload (json);
    }
  /* A byte of a plain one made another. */
  for (i = 0; i < 5000; i++)
    {
      g_autofree char *json = g_strdup ("{\"a\":\"x y\",\"key\":120,\"b\":-3.25}");
      static const char bytes[] = "{}[]\",:0123456789-.eE+\\ ab\n\x01\x7f\x80";

      json[g_rand_int_range (rand, 0, (gint32) strlen (json))] = bytes[g_rand_int_range (rand, 0, sizeof bytes - 1)];
      if (i % 2 == 1)
        json[g_rand_int_range (rand, 0, (gint32) strlen (json))] = bytes[g_rand_int_range (rand, 0, sizeof bytes - 1)];
      check_payload (json);
    }
  desk_payload_init (&plain, "{\"key\":1,\"intent\":\"submit\",\"accepted\":226,\"tick_value\":12.5}");
  g_assert_null (plain.parser);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/record/payload", test_payload);
  g_test_add_func ("/core/record/copy", test_copy);
  g_test_add_func ("/core/record/serialise", test_serialise);
  g_test_add_func ("/core/record/nick", test_nick);
  g_test_add_func ("/core/record/hash-covers-every-field", test_hash_covers_every_field);
  g_test_add_func ("/core/record/hash-covers-the-row-before", test_hash_covers_the_row_before);
  g_test_add_func ("/core/record/row-round-trip", test_row_round_trip);
  g_test_add_func ("/core/record/migration", test_migration);
  return g_test_run ();
}
