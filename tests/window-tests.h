/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* A part of test-ui-window. */
void add_event_tests (void);
