/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-command.h"

/**
 * desk_command_new:
 * @kind: what is asked
 *
 * Returns: (transfer full): a command with everything else unset
 */
DeskCommand *
desk_command_new (DeskCommandKind kind)
{
  DeskCommand *command = g_new0 (DeskCommand, 1);

  command->kind = kind;
  return command;
}

/**
 * desk_command_free:
 * @command: (nullable): a command
 */
void
desk_command_free (DeskCommand *command)
{
  if (command == NULL)
    return;
  g_free (command->search);
  g_free (command->input);
  g_free (command);
}
