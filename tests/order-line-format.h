/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "desk-order-line.h"

/* The line that would say the same as a ticket. (transfer full) */
char *order_line_format (const DeskTicket *ticket);
