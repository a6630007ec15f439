/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-order-id.h"

#include <string.h>

static void
test_form (void)
{
  char id[DESK_ID_SIZE], install[7];
  guint generation;
  guint64 counter;

  g_assert_true (desk_order_id_format ("7K2QX4", 1, 0x12, id));
  g_assert_true (g_str_has_prefix (id, "T7K2QX4-0001-00000012-"));
  g_assert_cmpuint (strlen (id), <=, 31);
  g_assert_cmpuint (strspn (id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"), ==, strlen (id));
  g_assert_true (desk_order_id_parse (id, install, &generation, &counter));
  g_assert_cmpstr (install, ==, "7K2QX4");
  g_assert_cmpuint (generation, ==, 1);
  g_assert_cmpuint (counter, ==, 0x12);
}

static void
test_ranges (void)
{
  char id[DESK_ID_SIZE];

  g_assert_true (desk_order_id_format ("ABCDEF", 0xffff, G_MAXUINT32, id));
  g_assert_false (desk_order_id_format ("ABCDEF", 0x10000, 1, id));
  g_assert_false (desk_order_id_format ("ABCDEF", 1, (guint64) G_MAXUINT32 + 1, id));
  g_assert_false (desk_order_id_format ("abcdef", 1, 1, id));
  g_assert_false (desk_order_id_format ("ABCDE", 1, 1, id));
  g_assert_false (desk_order_id_format ("", 1, 1, id));
}

/* One wrong character, or two that changed places, is never another id of ours. */
static void
test_check (void)
{
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";
  char id[DESK_ID_SIZE], bad[DESK_ID_SIZE];
  gsize len, i, k;

  g_assert_true (desk_order_id_format ("7K2QX4", 3, 77, id));
  len = strlen (id);
  for (i = 0; i < len; i++)
    {
      for (k = 0; k < strlen (alphabet); k++)
        {
          memcpy (bad, id, sizeof bad);
          bad[i] = alphabet[k];
          g_assert_true (desk_order_id_parse (bad, NULL, NULL, NULL) == (strcmp (bad, id) == 0));
        }
      if (i + 1 < len && id[i] != id[i + 1])
        {
          memcpy (bad, id, sizeof bad);
          bad[i] = id[i + 1];
          bad[i + 1] = id[i];
          g_assert_false (desk_order_id_parse (bad, NULL, NULL, NULL));
        }
    }
  g_assert_false (desk_order_id_parse ("", NULL, NULL, NULL));
  g_assert_false (desk_order_id_parse ("TESTORDER", NULL, NULL, NULL));
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/order-id/form", test_form);
  g_test_add_func ("/core/order-id/ranges", test_ranges);
  g_test_add_func ("/core/order-id/check", test_check);
  return g_test_run ();
}
