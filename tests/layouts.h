/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* What a compiler makes of the structs with variable-length strings; see gen-layouts.py. */
typedef struct
{
  unsigned        type;
  unsigned        size;
  const unsigned *offsets; /* one for each field */
} Layout;

extern const Layout   layouts[];
extern const unsigned n_layouts;
