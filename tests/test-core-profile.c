/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-profile.h"

#include <string.h>
#include <sys/stat.h>

#include <glib/gstdio.h>
#include <json-glib/json-glib.h>

static void
assert_same (const DeskProfile *a,
             const DeskProfile *b)
{
  g_autofree char *text_a = desk_profile_to_text (a), *text_b = desk_profile_to_text (b);

  g_assert_cmpstr (text_a, ==, text_b);
  g_assert_cmpstr (a->slug, ==, b->slug);
  g_assert_cmpstr (a->limits->digest, ==, b->limits->digest);
}

static void
test_shipped (void)
{
  g_autoptr (GPtrArray) shipped = desk_profile_shipped ();
  const DeskProfile *profile;
  guint i;

  g_assert_cmpuint (shipped->len, ==, 3);
  profile = g_ptr_array_index (shipped, 0);
  g_assert_cmpstr (profile->name, ==, "Built-in simulator");
  g_assert_cmpstr (profile->slug, ==, "built-in-simulator");
  g_assert_true (profile->builtin_simulator);
  g_assert_false (profile->live);
  g_assert_cmpint (profile->numbering, ==, DTC_NUMBERING_BRIEF);
  g_assert_null (desk_limits_missing (profile->limits));
  g_assert_cmpuint (g_strv_length (profile->symbols), ==, 3);
  g_assert_true (desk_profile_validate (profile, NULL, NULL));

  profile = g_ptr_array_index (shipped, 1);
  g_assert_cmpstr (profile->slug, ==, "sierra-chart-on-this-computer");
  g_assert_cmpstr (profile->host, ==, "127.0.0.1");
  g_assert_cmpuint (profile->port, ==, 11099);
  g_assert_cmpint (profile->numbering, ==, DTC_NUMBERING_DTC);
  g_assert_nonnull (desk_limits_missing (profile->limits));
  g_assert_true (desk_profile_validate (profile, NULL, NULL));

  profile = g_ptr_array_index (shipped, 2);
  g_assert_cmpstr (profile->slug, ==, "sierra-chart-elsewhere");
  g_assert_true (profile->use_tls);
  g_assert_false (desk_profile_validate (profile, NULL, NULL));

  for (i = 0; i < shipped->len; i++)
    {
      g_autoptr (DeskProfile) copy = desk_profile_copy (g_ptr_array_index (shipped, i));

      assert_same (copy, g_ptr_array_index (shipped, i));
      g_assert_cmpuint (copy->heartbeat_seconds, ==, 10);
      g_assert_cmpstr (copy->account, ==, copy->builtin_simulator ? "SIM1" : "");
    }
  g_assert_null (desk_profile_copy (NULL));
  desk_profile_free (NULL);
}

static void
test_round_trip (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DeskProfile) profile = desk_profile_new ("Büro \"1\"\\");
  g_autoptr (DeskProfile) back = NULL;
  g_autofree char *text = NULL;

  profile->live = TRUE;
  g_free (profile->host);
  profile->host = g_strdup ("desk.example");
  profile->port = 65535;
  profile->history_port = 1;
  profile->allow_plain = TRUE;
  profile->use_tls = TRUE;
  g_free (profile->tls_pin);
  profile->tls_pin = g_strnfill (64, 'a');
  g_strfreev (profile->allowed_addresses);
  profile->allowed_addresses = g_strsplit ("a.example:1,b.example:2", ",", -1);
  profile->encoding_auto = FALSE;
  profile->encoding = DTC_ENCODING_BINARY_VLS;
  profile->handshake = DTC_HANDSHAKE_NO;
  profile->heartbeat_seconds = 60;
  g_free (profile->account);
  profile->account = g_strdup ("1234567890123456789012345678901");
  g_strfreev (profile->symbols);
  profile->symbols = g_strsplit ("ESZ6,NQZ6", ",", -1);
  desk_limits_free (profile->limits);
  profile->limits = desk_limits_parse ("{\"schema\":1,\"max_position\":7,\"price_collar_percent\":0.25}", -1, "x", &error);
  g_assert_no_error (error);

  text = desk_profile_to_text (profile);
  back = desk_profile_parse (text, -1, "file", &error);
  g_assert_no_error (error);
  assert_same (profile, back);
  g_assert_cmpint (back->limits->max_position, ==, 7);
  g_assert_cmpfloat (back->limits->price_collar_percent, ==, 0.25);
  g_assert_cmpstr (desk_limits_missing (back->limits), !=, NULL);
  g_assert_null (strstr (text, "passw"));
}

#define HEAD "\"schema\":1,\"name\":\"X\",\"live\":false,\"numbering\":\"dtc\",\"host\":\"127.0.0.1\""

static void
test_wrong (void)
{
  static const struct
  {
    const char *text;
    const char *says;
  } cases[] = {
    { "", "ends before" },
    { "{", "ends before" },
    { "[]", "one JSON object" },
    { "{}", "\"schema\" is missing" },
    { "{\"schema\":2,\"name\":\"X\",\"live\":false,\"numbering\":\"dtc\"}", "\"schema\" must" },
    { "{\"schema\":1,\"live\":false,\"numbering\":\"dtc\"}", "\"name\" is missing" },
    { "{\"schema\":1,\"name\":\"X\",\"numbering\":\"dtc\"}", "\"live\" is missing" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":false}", "\"numbering\" is missing" },
    { "{\"schema\":1,\"name\":\"\",\"live\":false,\"numbering\":\"dtc\"}", "\"name\" is empty" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":false,\"numbering\":\"dtc\"}", "\"host\" is missing" },
    { "{" HEAD "} more", "something follows" },
    { "{" HEAD ",\"host\":\"::1\"}", "stands there twice" },
    { "{" HEAD ",/* no */\"tls\":true}", "no place" },
    { "{" HEAD ",\"tls\":yes}", "no place" },
    { "{" HEAD ",\"tls\":1}", "true or false" },
    { "{" HEAD ",\"port\":0}", "\"port\" is missing" },
    { "{" HEAD ",\"port\":65536}", "from 0 to 65535" },
    { "{" HEAD ",\"port\":\"11099\"}", "whole number" },
    { "{" HEAD ",\"port\":1.5}", "whole number" },
    { "{" HEAD ",\"port\":011099}", "needless 0" },
    { "{" HEAD ",\"heartbeat_seconds\":4}", "from 5 to 60" },
    { "{" HEAD ",\"heartbeat_seconds\":61}", "from 5 to 60" },
    { "{" HEAD ",\"encoding\":\"xml\"}", "\"encoding\" must" },
    { "{" HEAD ",\"handshake\":\"maybe\"}", "\"handshake\" must" },
    { "{" HEAD ",\"symbols\":\"ESZ6\"}", "must be a list" },
    { "{" HEAD ",\"symbols\":[\"\"]}", "empty text" },
    { "{" HEAD ",\"symbols\":[7]}", "in double quotes" },
    { "{" HEAD ",\"account\":\"12345678901234567890123456789012\"}", "at most 31" },
    { "{" HEAD ",\"account\":\"a\\nb\"}", "one line" },
    { "{" HEAD ",\"password\":\"x\"}", "no place in a file" },
    { "{" HEAD ",\"Passwd\":\"x\"}", "no key" },
    { "{" HEAD ",\"colour\":\"x\"}", "no key" },
    { "{" HEAD ",\"limits\":5}", "must be an object" },
    { "{" HEAD ",\"limits\":{\"schema\":1,\"max_position\":\"5\"}}", "max_position" },
    { "{" HEAD ",\"limits\":{\"schema\":1,\"schema\":1}}", "stands there twice" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":false,\"numbering\":\"sierra\"}", "\"dtc\" or \"brief\"" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":false,\"numbering\":\"brief\",\"host\":\"::1\",\"encoding\":\"binary\"}",
      "json-compact" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"dtc\",\"host\":\"10.0.0.1\"}", "allow_plain" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"dtc\",\"host\":\"10.0.0.1\",\"tls\":true,\"tls_pin\":\"AB:CD\"}",
      "64 hexadecimal digits" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"dtc\",\"host\":\"127.0.0.1\",\"tls_pin\":"
      "\"abababababababababababababababababababababababababababababababab\"}", "remove the pin" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"dtc\",\"host\":\"127.0.0.1.evil.example\"}", "allow_plain" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"dtc\",\"host\":\"http://x\"}", "without spaces" },
    { "{\"schema\":1,\"name\":\"X\",\"live\":true,\"numbering\":\"brief\",\"builtin_simulator\":true}", "no real money" },
    { "{" HEAD ",\"name\\u0000\":\"x\"}", "" },
    { "{" HEAD ",\"host2\":{\"a\":{\"b\":{\"c\":{}}}}}", "too deep" },
    { "{\"schema\":1,\"name\":\"\xe9\"}", "UTF-8" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      if (desk_profile_parse (cases[i].text, -1, "file.json", &error) != NULL)
        g_error ("accepted: %s", cases[i].text);
      g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
      if (strstr (error->message, cases[i].says) == NULL || strstr (error->message, "file.json") == NULL)
        g_error ("%s: %s", cases[i].text, error->message);
      g_assert_null (strchr (error->message, '\n'));
    }
}

/* A profile cut at every byte is refused, never half read. */
static void
test_cut (void)
{
  g_autoptr (GPtrArray) shipped = desk_profile_shipped ();
  g_autofree char *text = desk_profile_to_text (g_ptr_array_index (shipped, 0));
  gsize len = strlen (text), i;

  g_assert_cmpint (text[len - 1], ==, '\n');
  for (i = 0; i < len - 1; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (desk_profile_parse (text, (gssize) i, "file", &error));
      g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
    }
}

static void
test_loopback_is_plain (void)
{
  static const char *const hosts[] = { "127.0.0.1", "127.8.9.10", "::1", "localhost", "LOCALHOST" };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DeskProfile) profile = desk_profile_new ("X");

      g_free (profile->host);
      profile->host = g_strdup (hosts[i]);
      desk_profile_validate (profile, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) before = NULL, after = NULL, broken = NULL;
  g_autoptr (DeskProfile) mine = desk_profile_new ("My server");
  g_autoptr (DeskProfile) found = NULL, shipped = NULL, simulator = NULL;
  g_autofree char *path = desk_profile_path ("my-server");
  g_autofree char *simulator_path = desk_profile_path ("built-in-simulator");
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *state = NULL;
  mode_t old = umask (0);
  struct stat st;

  before = desk_profile_list (&broken);
  g_assert_cmpuint (before->len, ==, 3);
  g_assert_cmpuint (broken->len, ==, 0);
  g_clear_pointer (&broken, g_ptr_array_unref);

  g_assert_false (desk_profile_save (mine, &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_free (mine->host);
  mine->host = g_strdup ("::1");
  desk_profile_save (mine, &error);
  g_assert_no_error (error);
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0600);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
  umask (old);

  found = desk_profile_find ("MY SERVER", &error);
  g_assert_no_error (error);
  assert_same (found, mine);
  g_clear_pointer (&found, desk_profile_free);
  found = desk_profile_find ("my-server", &error);
  g_assert_no_error (error);
  state = desk_profile_state_path (found);
  g_assert_true (g_str_has_suffix (state, "/dtc-desk/my-server.sqlite"));

  /* An own one stands before the shipped one of the same name. */
  shipped = desk_profile_find ("Built-in simulator", &error);
  g_assert_no_error (error);
  shipped->heartbeat_seconds = 20;
  desk_profile_save (shipped, &error);
  g_assert_no_error (error);
  simulator = desk_profile_find ("built-in-simulator", &error);
  g_assert_cmpuint (simulator->heartbeat_seconds, ==, 20);
  after = desk_profile_list (NULL);
  g_assert_cmpuint (after->len, ==, 4);

  /* A broken one is named, left alone, and nothing else stands in for it. */
  g_file_set_contents (simulator_path, "{\"schema\":1", -1, &error);
  g_assert_no_error (error);
  g_clear_pointer (&after, g_ptr_array_unref);
  after = desk_profile_list (&broken);
  g_assert_cmpuint (after->len, ==, 3);
  g_assert_cmpuint (broken->len, ==, 1);
  g_clear_pointer (&simulator, desk_profile_free);
  simulator = desk_profile_find ("Built-in simulator", &error);
  g_assert_null (simulator);
  g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
  g_assert_nonnull (strstr (error->message, simulator_path));
  g_clear_error (&error);

  g_assert_null (desk_profile_find ("nobody", &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_USAGE);
  g_assert_nonnull (strstr (error->message, "\"My server\""));
  g_clear_error (&error);
  g_assert_null (desk_profile_find ("Sierra Chart elsewhere", &error));
  g_assert_nonnull (strstr (error->message, "\"host\" is missing"));
  g_clear_error (&error);
  g_assert_null (desk_profile_find ("\xff", &error));
  g_clear_error (&error);

  desk_profile_delete ("my-server", &error);
  g_assert_no_error (error);
  desk_profile_delete ("built-in-simulator", &error);
  g_assert_no_error (error);
  g_assert_false (desk_profile_delete ("built-in-simulator", &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
  g_clear_error (&error);
  g_assert_false (desk_profile_delete ("../profiles/x", &error));
  g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
}

static void
test_slugs (void)
{
  static const char *const names[][2] = {
    { "Sierra Chart on this computer", "sierra-chart-on-this-computer" },
    { "../../etc/passwd", "etc-passwd" },
    { "  A--B  ", "a-b" },
    { "Büro", "b-ro" },
  };
  g_autoptr (DeskProfile) greek = desk_profile_new ("Αθήνα");
  guint i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (DeskProfile) profile = desk_profile_new (names[i][0]);

      g_assert_cmpstr (profile->slug, ==, names[i][1]);
    }
  g_assert_true (g_str_has_prefix (greek->slug, "profile-"));
}

/* The schema file names every key that we write, and nothing that we refuse. */
static void
test_schema_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "data", "schemas", "profile.schema.json", NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GPtrArray) shipped = desk_profile_shipped ();
  g_autofree char *text = desk_profile_to_text (g_ptr_array_index (shipped, 0));
  g_autoptr (JsonNode) written = json_from_string (text, &error);
  g_autoptr (GList) keys = NULL, limits_keys = NULL;
  JsonObject *object = json_node_get_object (written), *root, *properties, *limits;
  GList *l;

  g_assert_no_error (error);
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  root = json_node_get_object (json_parser_get_root (parser));
  properties = json_object_get_object_member (root, "properties");
  limits = json_object_get_object_member (json_object_get_object_member (json_object_get_object_member (root, "$defs"),
                                                                         "limits"), "properties");
  keys = json_object_get_members (object);
  g_assert_cmpuint (g_list_length (keys), ==, json_object_get_size (properties));
  for (l = keys; l != NULL; l = l->next)
    g_assert_true (json_object_has_member (properties, l->data));
  limits_keys = json_object_get_members (json_object_get_object_member (object, "limits"));
  g_assert_cmpuint (g_list_length (limits_keys), ==, json_object_get_size (limits));
  for (l = limits_keys; l != NULL; l = l->next)
    g_assert_true (json_object_has_member (limits, l->data));
}

int
main (int    argc,
      char **argv)
{
  g_autofree char *folder = g_dir_make_tmp ("desk-profile-XXXXXX", NULL);
  g_autofree char *config = g_build_filename (folder, "config", NULL);
  g_autofree char *ours = g_build_filename (config, "dtc-desk", NULL);
  g_autofree char *profiles = g_build_filename (ours, "profiles", NULL);
  int result;

  /* Folders of our own, before GLib looks; its own way to isolate them leaks. */
  g_setenv ("XDG_CONFIG_HOME", config, TRUE);
  g_setenv ("XDG_DATA_HOME", folder, TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/profile/shipped", test_shipped);
  g_test_add_func ("/core/profile/round-trip", test_round_trip);
  g_test_add_func ("/core/profile/wrong", test_wrong);
  g_test_add_func ("/core/profile/cut", test_cut);
  g_test_add_func ("/core/profile/loopback-is-plain", test_loopback_is_plain);
  g_test_add_func ("/core/profile/files", test_files);
  g_test_add_func ("/core/profile/slugs", test_slugs);
  g_test_add_func ("/core/profile/schema-file", test_schema_file);
  result = g_test_run ();
  g_rmdir (profiles);
  g_rmdir (ours);
  g_rmdir (config);
  g_rmdir (folder);
  return result;
}
