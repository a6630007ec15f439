/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Chance that is the same on every machine and in every version of GLib: splitmix64. Its state is the seed at first. */
typedef struct
{
  guint64 state;
} Dice;

/* 0 to @n - 1 */
static inline guint
dice_roll (Dice *self, guint n)
{
  guint64 x = self->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  x = (x ^ x >> 30) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  x = (x ^ x >> 27) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return (guint) ((x ^ x >> 31) >> 32) % n;
}
