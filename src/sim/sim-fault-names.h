/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-fault.h"

G_BEGIN_DECLS

/* Private to sim-fault.c: what faults are called. */

typedef struct
{
  const char    *name;
  SimFaultAction action;
  const char    *base; /* what the name stands for, separated by |; what is written after it counts more */
  const char    *help;
} SimFaultName;

/* NULL-terminated, in the order of the enumerations. */
extern const char *const sim_fault_cut_names[];
extern const char *const sim_fault_garbage_names[];

const SimFaultName *sim_fault_name_find (const char *name);

G_END_DECLS
