/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* DTC protocol version 8: messages, encodings, numberings, session, socket. */

#include "dtc-capture.h"
#include "dtc-client.h"
#include "dtc-codec.h"
#include "dtc-data-bridge.h"
#include "dtc-debug.h"
#include "dtc-descriptor.h"
#include "dtc-framer.h"
#include "dtc-history.h"
#include "dtc-message-value.h"
#include "dtc-message.h"
#include "dtc-session.h"
#include "dtc-tls.h"
#include "dtc-types.h"
