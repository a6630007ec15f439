/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "desk-truth-private.h"

/* OrderUpdateReason by OrderStatus; DTC lets them move independently. A status of "rejected" ends an order only when
 * the reason is not about a cancel or a change. */

#define N_REASONS  11
#define N_STATUSES 11

#define T DESK_MEANING_TAKE
#define K DESK_MEANING_KEEP
#define R DESK_MEANING_REFUSED
#define Q DESK_MEANING_REFUSED_DOUBT
#define D DESK_MEANING_DOUBT

static const guint8 meanings[N_REASONS][N_STATUSES] = {
  /*                     unspecified sent  p.open child open  p.chg p.can filled canc. rej.  partial */
  /* unset            */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    T,    T },
  /* open orders      */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    T,    T },
  /* accepted         */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    T,    T },
  /* general          */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    T,    T },
  /* filled           */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    D,    T },
  /* filled partially */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    D,    T },
  /* canceled         */ { D,        K,    D,     D,    D,    D,    T,    T,     T,    D,    D },
  /* change complete  */ { D,        K,    T,     T,    T,    T,    T,    T,     T,    D,    T },
  /* new rejected     */ { D,        D,    D,     D,    D,    D,    D,    D,     D,    T,    D },
  /* cancel rejected  */ { Q,        Q,    R,     R,    R,    R,    R,    R,     R,    Q,    R },
  /* change rejected  */ { Q,        Q,    R,     R,    R,    R,    R,    R,     R,    Q,    R },
};

#undef T
#undef K
#undef R
#undef Q
#undef D

DeskMeaning
desk_truth_meaning (int reason,
                    int status)
{
  if (reason < 0 || reason >= N_REASONS || status < 0 || status >= N_STATUSES)
    return DESK_MEANING_DOUBT;
  return (DeskMeaning) meanings[reason][status];
}
