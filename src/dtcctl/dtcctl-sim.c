/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "dtcctl.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "desk-simulator.h"

/* The words as the simulator takes them apart again. */
static char *
make_line (char **words)
{
  GString *line = g_string_new (NULL);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gboolean plain = *words[i] != '\0' && strpbrk (words[i], " \t\r\n'\"\\$`#") == NULL;
      g_autofree char *quoted = plain ? g_strdup (words[i]) : g_shell_quote (words[i]);

      g_string_append_printf (line, "%s%s", i > 0 ? " " : "", quoted);
    }
  return g_string_free (line, FALSE);
}

static char *
to_text (JsonNode *node)
{
  if (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_dup_string (node);
  return json_to_string (node, FALSE);
}

/* "name value name value…" */
static void
print_object (JsonObject *object)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *value = to_text (json_object_get_member (object, l->data));

      g_string_append_printf (line, "%s%s %s", line->len > 0 ? "  " : "", (const char *) l->data, value);
    }
  dtcctl_output_line (line->str);
}

static void
print_member (const char *name,
              JsonNode   *node)
{
  g_autofree char *value = NULL;
  g_autofree char *line = NULL;
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    {
      value = to_text (node);
      line = g_strdup_printf ("%s %s", name, value);
      dtcctl_output_line (line);
      return;
    }
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);

      if (JSON_NODE_HOLDS_OBJECT (element))
        print_object (json_node_get_object (element));
      else
        {
          g_autofree char *text = to_text (element);

          dtcctl_output_line (text);
        }
    }
}

DtcctlExit
dtcctl_sim_run (const DtcctlOptions *options)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_strdup (options->control_path);
  g_autofree char *line = make_line (options->words + 1);
  g_autofree char *answer = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GList) names = NULL;
  JsonObject *object;
  gboolean ok;

  if (options->start_simulator)
    {
      dtcctl_complain ("sim tells a simulator that runs already; start dtc-desk, or dtcctl --start-simulator session");
      return DTCCTL_EXIT_USAGE;
    }
  if (path == NULL)
    path = desk_simulator_find_control (options->profile->slug, &error);
  if (path == NULL)
    {
      dtcctl_complain ("%s", error->message);
      return DTCCTL_EXIT_NO_LINK;
    }
  answer = desk_simulator_tell (path, line, &error);
  if (answer == NULL)
    {
      dtcctl_complain ("The simulator cannot be told at %s: %s", path, error->message);
      return DTCCTL_EXIT_NO_LINK;
    }
  root = json_from_string (answer, NULL);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)
      || !json_object_has_member (json_node_get_object (root), "ok"))
    {
      dtcctl_complain ("What answers at %s is no simulator", path);
      return DTCCTL_EXIT_FAILED;
    }
  object = json_node_get_object (root);
  ok = json_object_get_boolean_member_with_default (object, "ok", FALSE);
  if (options->json)
    dtcctl_output_line (answer);
  else if (!ok)
    dtcctl_complain ("%s", json_object_get_string_member_with_default (object, "error", "It could not be done"));
  else
    {
      names = json_object_get_members (object);
      for (GList *l = names; l != NULL; l = l->next)
        if (strcmp (l->data, "ok") != 0)
          print_member (l->data, json_object_get_member (object, l->data));
    }
  return ok ? DTCCTL_EXIT_DONE : DTCCTL_EXIT_FAILED;
}
