/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "dtc.h"

G_BEGIN_DECLS

/**
 * desk_payload_preview:
 * @message: an ORDER_UPDATE
 *
 * Returns: (transfer full): "{'Symbol': 'ES', 'OrderStatus': 3, 'FilledQuantity': 1, …}": what was set, the status
 *   by the number that stood on the wire
 */
char *desk_payload_preview (const DtcMessage *message);

G_END_DECLS
