/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "core-rig.h"

/* The judge of the rig; what is wrong goes to core_rig_violation(). */

/* What the client shows of an order, and a fill that it has told. */
void core_judge_order_shown (CoreRig *rig, const DeskOrderState *order);
void core_judge_fill (CoreRig *rig, const DeskFillState *fill, gboolean restored);

/* Bytes that leave, and a record that is durable from now on. */
void core_judge_writing (CoreRig *rig, const guint8 *bytes, gsize len);
void core_judge_durable (CoreRig *rig, const DeskRecord *record);
