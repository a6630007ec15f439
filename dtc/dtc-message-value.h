/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "dtc-message.h"

G_BEGIN_DECLS

/* Messages by their published names: slower than the struct, and what scripts and bindings use. */

#define DTC_TYPE_MESSAGE (dtc_message_get_type ())
GType        dtc_message_get_type        (void);

/**
 * dtc_message_new_for_name:
 * @name: a published name, such as "SUBMIT_NEW_SINGLE_ORDER"
 *
 * Returns: (transfer full) (nullable): an empty message of that type, or %NULL when DTC has none
 */
DtcMessage  *dtc_message_new_for_name    (const char        *name);

/**
 * dtc_message_get_number:
 * @message: a message
 *
 * Returns: the published message number; 0 when it could not be read
 */
guint        dtc_message_get_number      (const DtcMessage  *message);

/**
 * dtc_message_get_name:
 * @message: a message
 *
 * Returns: (transfer none) (nullable): the published name, "ORDER_UPDATE", or %NULL when DTC has none
 */
const char  *dtc_message_get_name        (const DtcMessage  *message);

/**
 * dtc_message_list_fields:
 * @message: a message
 *
 * Returns: (transfer full): the names of all fields it can have, in the order of the published struct
 */
char       **dtc_message_list_fields     (const DtcMessage  *message);

/**
 * dtc_message_get_value:
 * @message: a message
 * @field: a published field name, such as "OrderStatus"
 *
 * Returns: (transfer full) (nullable): int64 ("x"), double ("d") or string ("s"); %NULL when the field is unset or the
 *   message has no such field. Unset is never 0 or DBL_MAX
 */
GVariant    *dtc_message_get_value       (const DtcMessage  *message,
                                          const char        *field);

/**
 * dtc_message_set_value:
 * @message: a message
 * @field: a published field name
 * @value: (nullable): any integer, double, boolean or string that fits the field; %NULL unsets it. A floating
 *   reference is consumed
 * @error: DTC_ERROR_WRONG_TYPE: no such field, or a value of another kind; DTC_ERROR_RANGE: it does not fit
 *
 * Returns: %TRUE when the field has the value
 */
gboolean     dtc_message_set_value       (DtcMessage        *message,
                                          const char        *field,
                                          GVariant          *value,
                                          GError           **error);

/**
 * dtc_message_to_string:
 * @message: a message
 *
 * Returns: (transfer full): one line for people: the name, then every field that is set; passwords masked
 */
char        *dtc_message_to_string       (const DtcMessage  *message);

G_END_DECLS
