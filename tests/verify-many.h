/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* A part of test-core-verify. */
void verify_many_tests (void);
