/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-standard-fds.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

void
desk_standard_fds_hold (void)
{
  /* The lowest free number is given away first. */
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && errno == EBADF && open ("/dev/null", O_RDONLY) != fd)
      _exit (1);
}
