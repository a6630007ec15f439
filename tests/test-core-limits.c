/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <glib/gstdio.h>
#include <string.h>

#include "desk-limits.h"

#define WHOLE                                                                                                          \
  "{ \"schema\": 1, \"symbols\": [\"ESZ6\", \"NQZ6\"], \"max_order_quantity\": 5, \"max_position\": 10,"               \
  " \"max_order_value\": 2000000.5, \"price_collar_percent\": 1.5, \"max_open_orders_symbol\": 20,"                    \
  " \"max_open_orders_account\": 50, \"orders_per_second\": 5, \"orders_burst\": 10,"                                  \
  " \"orders_per_second_symbol\": 2, \"duplicate_window_ms\": 2000 }"

static const char *const all_keys[] = {
  "symbols",
  "max_order_quantity",
  "max_position",
  "max_order_value",
  "price_collar_percent",
  "max_open_orders_symbol",
  "max_open_orders_account",
  "orders_per_second",
  "orders_burst",
  "orders_per_second_symbol",
  "duplicate_window_ms",
};

static DeskLimits *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  DeskLimits *limits = desk_limits_parse (json, -1, "limits.json", &error);

  g_assert_no_error (error);
  g_assert_nonnull (limits);
  return limits;
}

static void
test_whole (void)
{
  g_autoptr (DeskLimits) limits = parse (WHOLE);
  g_autoptr (DeskLimits) none = desk_limits_new ();
  g_autoptr (DeskLimits) all = parse ("{\"schema\":1,\"symbols\":[\"*\"]}");

  g_assert_true (limits->loaded);
  g_assert_null (desk_limits_missing (limits));
  g_assert_cmpint (limits->max_order_quantity, ==, 5);
  g_assert_cmpint (limits->max_position, ==, 10);
  g_assert_cmpfloat (limits->max_order_value, ==, 2000000.5);
  g_assert_cmpfloat (limits->price_collar_percent, ==, 1.5);
  g_assert_cmpint (limits->duplicate_window_ms, ==, 2000);
  g_assert_cmpuint (strlen (limits->digest), ==, 16);
  g_assert_true (desk_limits_allow_symbol (limits, "NQZ6"));
  g_assert_false (desk_limits_allow_symbol (limits, "nqz6"));
  g_assert_false (desk_limits_allow_symbol (limits, "CLZ6"));
  g_assert_true (desk_limits_allow_symbol (all, "CLZ6"));
  g_assert_false (desk_limits_allow_symbol (none, "ESZ6"));
  g_assert_nonnull (desk_limits_missing (none));
}

/* Without any one of its keys a file loads, and refuses new risk by that key's name. */
static void
test_missing (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_keys); i++)
    {
      g_autofree char *key = g_strdup_printf ("\"%s\"", all_keys[i]);
      const char *at = strstr (WHOLE, key);
      g_autoptr (GString) json = g_string_new (WHOLE);
      g_autoptr (DeskLimits) limits = NULL;
      const char *end = at;
      gsize start = (gsize) (at - WHOLE);

      for (int depth = 0; *end != '\0'; end++)
        {
          depth += *end == '[' ? 1 : *end == ']' ? -1 : 0;
          if (depth == 0 && (*end == ',' || *end == '}'))
            break;
        }
      if (*end == ',')
        g_string_erase (json, (gssize) start, end + 1 - at);
      else
        g_string_erase (json, (gssize) start - 2, end + 2 - at);

      limits = parse (json->str);
      g_assert_cmpstr (desk_limits_missing (limits), ==, all_keys[i]);
    }
}

static void
test_wrong (void)
{
  static const struct
  {
    const char *json;
    const char *says;
  } cases[] = {
    { "", "ends before" },
    { "[]", "one JSON object" },
    { "null", "one JSON object" },
    { "{}", "\"schema\" is missing" },
    { "{\"schema\":2}", "\"schema\": 1" },
    { "{\"schema\":\"1\"}", "\"schema\": 1" },
    { "{\"schema\":1}{}", "follows" },
    { "{\"schema\":1", "ends before" },
    { "{\"schema\":1} x", "follows" },
    { "{\"schema\":1 /* */}", "no place" },
    { "{'schema':1}", "no place" },
    { "{\"schema\":0x1}", "no place" },
    { "{\"schema\":01}", "needless 0" },
    { "{\"schema\":1,\"max_position\":null}", "number without quotes" },
    { "{\"schema\":1,\"max_position\":true}", "number without quotes" },
    { "{\"schema\":1,\"max_position\":\"5\"}", "number without quotes" },
    { "{\"schema\":1,\"max_position\":[5]}", "number without quotes" },
    { "{\"schema\":1,\"max_position\":5.5}", "whole number" },
    { "{\"schema\":1,\"max_position\":0}", "out of range" },
    { "{\"schema\":1,\"max_position\":-5}", "out of range" },
    { "{\"schema\":1,\"max_order_value\":1e400}", "out of range" },
    { "{\"schema\":1,\"max_positon\":5}", "max_positon" },
    { "{\"schema\":1,\"max_position\":5,\"max_position\":50}", "twice" },
    { "{\"schema\":1,\"symbols\":\"ESZ6\"}", "list" },
    { "{\"schema\":1,\"symbols\":[1]}", "not a text" },
    { "{\"schema\":1,\"symbols\":[\"\"]}", "cannot be a symbol" },
    { "{\"schema\":1,\"symbols\":[[[[[\"\"]]]]]}", "too deep" },
    { "{\"schema\":1,\"symbols\":[\"\377\"]}", "UTF-8" },
  };
  g_autofree char *deep = g_strnfill (60000, '[');
  g_autofree char *large = g_strnfill (70000, ' ');

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (desk_limits_parse (cases[i].json, -1, "limits.json", &error));
      g_assert_error (error, DESK_ERROR, DESK_ERROR_CONFIG);
      g_assert_true (g_str_has_prefix (error->message, "limits.json: "));
      if (strstr (error->message, cases[i].says) == NULL)
        g_error ("%s: %s", cases[i].json, error->message);
    }

  g_assert_null (desk_limits_parse (deep, -1, "x", NULL));
  g_assert_null (desk_limits_parse (large, -1, "x", NULL));
  g_assert_null (desk_limits_load ("/nonexistent/limits.json", NULL));
}

/* No cut of a whole file is a whole file. */
static void
test_cuts (void)
{
  for (gssize len = 0; len < (gssize) strlen (WHOLE); len++)
    g_assert_null (desk_limits_parse (WHOLE, len, "x", NULL));
}

static void
test_text (void)
{
  g_autoptr (DeskLimits) limits = parse (WHOLE);
  g_autoptr (DeskLimits) copy = desk_limits_copy (limits);
  g_autoptr (DeskLimits) back = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *dir = g_dir_make_tmp ("desk-limits-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "limits.json", NULL);
  g_autofree char *text = desk_limits_to_text (copy);

  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_assert_no_error (error);
  back = desk_limits_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (back->digest, ==, limits->digest);
  g_assert_null (desk_limits_missing (back));
  g_assert_cmpstrv (back->symbols, limits->symbols);

  back->max_position = 11;
  g_free (text);
  text = desk_limits_to_text (back);
  g_assert_true (g_file_set_contents (path, text, -1, &error));
  g_clear_pointer (&copy, desk_limits_free);
  copy = desk_limits_load (path, &error);
  g_assert_cmpstr (copy->digest, !=, limits->digest);

  g_unlink (path);
  g_rmdir (dir);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/limits/whole", test_whole);
  g_test_add_func ("/core/limits/missing", test_missing);
  g_test_add_func ("/core/limits/wrong", test_wrong);
  g_test_add_func ("/core/limits/cuts", test_cuts);
  g_test_add_func ("/core/limits/text", test_text);
  return g_test_run ();
}
