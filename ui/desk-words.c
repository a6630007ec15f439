/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words.h"

#include <glib/gi18n.h>
#include <math.h>

const char *
desk_words_status (DeskStatus status)
{
  switch (status)
    {
    case DESK_STATUS_DRAFT:
      return C_("order state", "Draft");
    case DESK_STATUS_BLOCKED:
      return C_("order state", "Blocked (ours)");
    case DESK_STATUS_SENT:
      return C_("order state", "Sent");
    case DESK_STATUS_WORKING:
      return C_("order state", "Working");
    case DESK_STATUS_HELD_BY_PARENT:
      return C_("order state", "Held by parent");
    case DESK_STATUS_CHANGING:
      return C_("order state", "Changing");
    case DESK_STATUS_CANCELLING:
      return C_("order state", "Cancelling");
    case DESK_STATUS_PART_FILLED:
      return C_("order state", "Part filled");
    case DESK_STATUS_FILLED:
      return C_("order state", "Filled");
    case DESK_STATUS_CANCELLED:
      return C_("order state", "Cancelled");
    case DESK_STATUS_EXPIRED:
      return C_("order state", "Expired");
    case DESK_STATUS_REJECTED:
      return C_("order state", "Rejected");
    case DESK_STATUS_UNKNOWN:
      return C_("order state", "Unknown ?");
    case DESK_STATUS_NOT_AT_SERVER:
      return C_("order state", "Not at server");
    case DESK_STATUS_NOT_SENT:
      return C_("order state", "Not sent");
    default:
      return C_("order state", "Unknown ?");
    }
}

static gboolean
order_is_doubtful (const DeskOrderState *order)
{
  return order->status == DESK_STATUS_UNKNOWN || order->certainty == DESK_CERTAINTY_UNKNOWN;
}

const char *
desk_words_order_state (const DeskOrderState *order)
{
  if (order_is_doubtful (order))
    return desk_words_status (DESK_STATUS_UNKNOWN);
  if (!desk_status_is_final (order->status))
    {
      if (order->cancel == DESK_OVERLAY_INTENDED || order->cancel == DESK_OVERLAY_SENT)
        return desk_words_status (DESK_STATUS_CANCELLING);
      if (order->change == DESK_OVERLAY_INTENDED || order->change == DESK_OVERLAY_SENT)
        return desk_words_status (DESK_STATUS_CHANGING);
      if (order->status == DESK_STATUS_WORKING && order->filled > 0)
        return desk_words_status (DESK_STATUS_PART_FILLED);
    }
  return desk_words_status (order->status);
}

static const char *
pie_mark (const DeskOrderState *order)
{
  if (order->quantity <= 0 || order->filled * 2 < order->quantity)
    return "◔";
  return order->filled * 2 == order->quantity ? "◑" : "◕";
}

const char *
desk_words_order_mark (const DeskOrderState *order)
{
  if (order_is_doubtful (order))
    return "?";
  if (order->certainty == DESK_CERTAINTY_CONFLICT)
    return "!";
  if (!desk_status_is_final (order->status))
    {
      if (order->cancel == DESK_OVERLAY_INTENDED || order->cancel == DESK_OVERLAY_SENT)
        return "×";
      if (order->change == DESK_OVERLAY_INTENDED || order->change == DESK_OVERLAY_SENT)
        return "→";
      if (order->reason == DESK_REASON_CHANGE_REJECTED || order->reason == DESK_REASON_CANCEL_REJECTED)
        return "⚠";
      if (order->status == DESK_STATUS_WORKING && order->filled > 0)
        return pie_mark (order);
    }
  switch (order->status)
    {
    case DESK_STATUS_DRAFT:
      return "◌";
    case DESK_STATUS_BLOCKED:
      return "⊟";
    case DESK_STATUS_SENT:
      return "□";
    case DESK_STATUS_WORKING:
      return "■";
    case DESK_STATUS_HELD_BY_PARENT:
      return "▣";
    case DESK_STATUS_CHANGING:
      return "→";
    case DESK_STATUS_CANCELLING:
      return "×";
    case DESK_STATUS_PART_FILLED:
      return pie_mark (order);
    case DESK_STATUS_FILLED:
      return "●";
    case DESK_STATUS_CANCELLED:
      return "✕";
    case DESK_STATUS_EXPIRED:
      return "⌛";
    case DESK_STATUS_REJECTED:
      return "⚠";
    case DESK_STATUS_NOT_AT_SERVER:
      return "?\314\266";
    case DESK_STATUS_NOT_SENT:
      return "⊘";
    case DESK_STATUS_UNKNOWN:
    default:
      return "?";
    }
}

static void
append_part (GString    *out,
             const char *part)
{
  if (part == NULL || *part == '\0')
    return;
  if (out->len > 0)
    g_string_append (out, " · ");
  g_string_append (out, part);
}

char *
desk_words_unshown (gint64 as_of)
{
  g_autoptr(GString) when = g_string_new (NULL);

  if (as_of <= 0)
    /* Translators: of an order whose answer would wait for a disk that hangs, and whether there is one is not known; as
     * short as possible. */
    return g_strdup (_("answers are not shown"));
  desk_words_time (when, as_of, FALSE);
  /* Translators: %s is a time of day; what the server said later waits for a disk that hangs; as short as possible. */
  return g_strdup_printf (_("as of %s, not shown since"), when->str);
}

void
desk_words_order_now (const DeskOrderState *order,
                      GString              *out)
{
  g_autoptr(GString) when = g_string_new (NULL);

  append_part (out, desk_words_order_state (order));
  if (order->certainty == DESK_CERTAINTY_CONFLICT)
    /* Translators: behind the state of an order, which the server's lists deny; as short as possible. */
    append_part (out, C_("certainty", "server disagrees"));
  if (order->certainty != DESK_CERTAINTY_STALE && order->unshown)
    {
      g_autofree char *unshown = desk_words_unshown (order->as_of);

      append_part (out, unshown);
    }
  if (order->certainty != DESK_CERTAINTY_STALE)
    return;
  desk_words_time (when, order->as_of, FALSE);
  /* Translators: %s is a time of day; the state of the order is as old as that. */
  g_string_append (out, " · ");
  g_string_append_printf (out, _("as of %s, not confirmed"), when->str);
}

void
desk_words_order_reason (const DeskOrderState *order,
                         GString              *out)
{
  if (order_is_doubtful (order) && order->certainty != DESK_CERTAINTY_STALE)
    {
      if (order->acked == 0)
        append_part (out, _("sent, no answer known"));
      else if (order->text == NULL || *order->text == '\0')
        append_part (out, desk_words_certainty (DESK_CERTAINTY_UNKNOWN));
    }
  else if (order->certainty != DESK_CERTAINTY_FRESH && order->certainty != DESK_CERTAINTY_STALE
           && order->certainty != DESK_CERTAINTY_EXTERNAL)
    append_part (out, desk_words_certainty (order->certainty));
  if (order->source == DESK_SOURCE_EXTERNAL)
    append_part (out, desk_words_certainty (DESK_CERTAINTY_EXTERNAL));

  if (!desk_status_is_final (order->status)
      && (order->cancel == DESK_OVERLAY_SENT || order->change == DESK_OVERLAY_SENT))
    append_part (out, _("may still fill"));
  if (order->cancel == DESK_OVERLAY_UNKNOWN)
    append_part (out, _("cancel without an answer"));
  if (order->change == DESK_OVERLAY_UNKNOWN)
    append_part (out, _("change without an answer"));

  if (order->reason == DESK_REASON_CHANGE_REJECTED || order->reason == DESK_REASON_CANCEL_REJECTED
      || order->reason == DESK_REASON_REJECTED)
    {
      if (!(order->reason == DESK_REASON_REJECTED && order->text != NULL && *order->text != '\0'))
        append_part (out, desk_words_reason (order->reason));
    }
  /* What never left this PC, and what nobody has stated, has our own words; the rest is the server's, word for word. */
  if (order->status == DESK_STATUS_BLOCKED || order->status == DESK_STATUS_NOT_SENT
      || order->status == DESK_STATUS_NOT_AT_SERVER || order->status == DESK_STATUS_UNKNOWN
      || (order->certainty != DESK_CERTAINTY_FRESH && order->certainty != DESK_CERTAINTY_EXTERNAL))
    {
      g_autofree char *why = desk_words_core (order->text);

      append_part (out, why);
    }
  else
    append_part (out, order->text);
}

gboolean
desk_words_has_trigger (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_STOP || type == DESK_ORDER_TYPE_STOP_LIMIT || type == DESK_ORDER_TYPE_MIT
         || type == DESK_ORDER_TYPE_LIT;
}

gboolean
desk_words_has_limit (DeskOrderType type)
{
  return type == DESK_ORDER_TYPE_LIMIT || type == DESK_ORDER_TYPE_STOP_LIMIT || type == DESK_ORDER_TYPE_LIT;
}

const DeskPrice *
desk_words_limit_price (const DeskOrderState *order)
{
  const DeskPrice *price = desk_words_has_trigger (order->type) ? &order->price2 : &order->price;

  if (!desk_words_has_limit (order->type) && order->type != DESK_ORDER_TYPE_OTHER)
    return NULL;
  return price->kind == DESK_PRICE_UNSET ? NULL : price;
}

const DeskPrice *
desk_words_stop_price (const DeskOrderState *order)
{
  if (!desk_words_has_trigger (order->type))
    return NULL;
  return order->price.kind == DESK_PRICE_UNSET ? NULL : &order->price;
}

const char *
desk_words_side (DeskSide side)
{
  switch (side)
    {
    case DESK_SIDE_BUY:
      return C_("order side", "Buy");
    case DESK_SIDE_SELL:
      return C_("order side", "Sell");
    case DESK_SIDE_NONE:
    default:
      return "?";
    }
}

const char *
desk_words_type (DeskOrderType type)
{
  switch (type)
    {
    case DESK_ORDER_TYPE_MARKET:
      return C_("order type", "Market");
    case DESK_ORDER_TYPE_LIMIT:
      return C_("order type", "Limit");
    case DESK_ORDER_TYPE_STOP:
      return C_("order type", "Stop");
    case DESK_ORDER_TYPE_STOP_LIMIT:
      return C_("order type", "Stop limit");
    case DESK_ORDER_TYPE_MIT:
      return C_("order type", "Market if touched");
    case DESK_ORDER_TYPE_LIT:
      return C_("order type", "Limit if touched");
    case DESK_ORDER_TYPE_MARKET_LIMIT:
      return C_("order type", "Market limit");
    case DESK_ORDER_TYPE_OTHER:
      return C_("order type", "Other");
    case DESK_ORDER_TYPE_UNSET:
    default:
      return "?";
    }
}

const char *
desk_words_type_short (DeskOrderType type)
{
  switch (type)
    {
    case DESK_ORDER_TYPE_MIT:
      return C_("order type", "MIT");
    case DESK_ORDER_TYPE_LIT:
      return C_("order type", "LIT");
    case DESK_ORDER_TYPE_UNSET:
    case DESK_ORDER_TYPE_MARKET:
    case DESK_ORDER_TYPE_LIMIT:
    case DESK_ORDER_TYPE_STOP:
    case DESK_ORDER_TYPE_STOP_LIMIT:
    case DESK_ORDER_TYPE_MARKET_LIMIT:
    case DESK_ORDER_TYPE_OTHER:
    default:
      return desk_words_type (type);
    }
}

const char *
desk_words_tif (DeskTif tif)
{
  switch (tif)
    {
    case DESK_TIF_DAY:
      return C_("time in force", "Day");
    case DESK_TIF_GTC:
      return C_("time in force", "GTC");
    case DESK_TIF_GTD:
      return C_("time in force", "GTD");
    case DESK_TIF_IOC:
      return C_("time in force", "IOC");
    case DESK_TIF_AON:
      return C_("time in force", "AON");
    case DESK_TIF_FOK:
      return C_("time in force", "FOK");
    case DESK_TIF_UNSET:
    default:
      return "";
    }
}

const char *
desk_words_tif_long (DeskTif tif)
{
  switch (tif)
    {
    case DESK_TIF_DAY:
      return C_("time in force", "Day");
    case DESK_TIF_GTC:
      return C_("time in force", "GTC, until cancelled");
    case DESK_TIF_GTD:
      return C_("time in force", "GTD, until a date");
    case DESK_TIF_IOC:
      return C_("time in force", "IOC, now or cancel");
    case DESK_TIF_AON:
      return C_("time in force", "AON, all or none");
    case DESK_TIF_FOK:
      return C_("time in force", "FOK, all or nothing");
    case DESK_TIF_UNSET:
    default:
      return "";
    }
}

const char *
desk_words_source (DeskSource source)
{
  switch (source)
    {
    case DESK_SOURCE_CLICK:
      return C_("order source", "Click");
    case DESK_SOURCE_KEY:
      return C_("order source", "Key");
    case DESK_SOURCE_LINE:
      return C_("order source", "Order line");
    case DESK_SOURCE_SCRIPT:
      return C_("order source", "Script");
    case DESK_SOURCE_API:
      return C_("order source", "API");
    case DESK_SOURCE_FLATTEN:
      return C_("order source", "Flatten");
    case DESK_SOURCE_EXTERNAL:
      return C_("order source", "External");
    default:
      return "";
    }
}

const char *
desk_words_link (DeskLink link)
{
  switch (link)
    {
    case DESK_LINK_DOWN:
      return C_("link state", "Link lost");
    case DESK_LINK_CONNECTING:
      return C_("link state", "Connecting");
    case DESK_LINK_HANDSHAKE:
      return C_("link state", "Handshake");
    case DESK_LINK_LOGON:
      return C_("link state", "Logging on");
    case DESK_LINK_RESYNC:
      return C_("link state", "Asking the server");
    case DESK_LINK_LIVE:
      return C_("link state", "Live");
    case DESK_LINK_STOPPED:
      return C_("link state", "Stopped");
    default:
      return "";
    }
}

const char *
desk_words_reason (DeskReason reason)
{
  switch (reason)
    {
    case DESK_REASON_ACCEPTED:
      return C_("order reason", "accepted");
    case DESK_REASON_REJECTED:
      return C_("order reason", "rejected, the server gave no reason");
    case DESK_REASON_FILLED:
      return C_("order reason", "filled");
    case DESK_REASON_PART_FILLED:
      return C_("order reason", "part filled");
    case DESK_REASON_CANCELLED:
      return C_("order reason", "cancelled");
    case DESK_REASON_CHANGE_DONE:
      return C_("order reason", "changed");
    case DESK_REASON_CHANGE_REJECTED:
      return C_("order reason", "change rejected, the order is unchanged");
    case DESK_REASON_CANCEL_REJECTED:
      return C_("order reason", "cancel rejected, the order still works");
    case DESK_REASON_RESTATED:
      return C_("order reason", "restated by the server");
    case DESK_REASON_GENERAL:
      return C_("order reason", "updated");
    case DESK_REASON_LINK_LOST:
      return C_("order reason", "link lost");
    case DESK_REASON_NO_ANSWER:
      return C_("order reason", "no answer");
    case DESK_REASON_RECONCILED:
      return C_("order reason", "checked against the server");
    case DESK_REASON_NONE:
    default:
      return "";
    }
}

const char *
desk_words_certainty (DeskCertainty certainty)
{
  switch (certainty)
    {
    case DESK_CERTAINTY_FRESH:
      return C_("certainty", "confirmed");
    case DESK_CERTAINTY_STALE:
      return C_("certainty", "not confirmed");
    case DESK_CERTAINTY_UNKNOWN:
      return C_("certainty", "unknown");
    case DESK_CERTAINTY_PROBABLE:
      return C_("certainty", "probable, not proved");
    case DESK_CERTAINTY_NO_TRACE:
      return C_("certainty", "no trace of it at the server");
    case DESK_CERTAINTY_GONE:
      return C_("certainty", "gone from the server");
    case DESK_CERTAINTY_CONFLICT:
      return C_("certainty", "the server contradicts itself");
    case DESK_CERTAINTY_EXTERNAL:
      return C_("certainty", "not placed here");
    default:
      return "";
    }
}

const char *
desk_words_role (DeskRole role)
{
  switch (role)
    {
    case DESK_ROLE_ENTRY:
      return C_("order role", "Entry");
    case DESK_ROLE_TARGET:
      return C_("order role", "Target");
    case DESK_ROLE_STOP:
      return C_("order role", "Stop");
    case DESK_ROLE_OCO:
      return C_("order role", "OCO");
    case DESK_ROLE_FLATTEN:
      return C_("order role", "Flatten");
    case DESK_ROLE_NONE:
    default:
      return "";
    }
}

const char *
desk_words_where (const DeskOrderState *order)
{
  if (order->held_here)
    return C_("where an order is held", "This PC");
  /* At the server in any case: what is news is that nobody here has placed it. */
  if (order->source == DESK_SOURCE_EXTERNAL)
    return desk_words_source (order->source);
  if (order->status == DESK_STATUS_UNKNOWN)
    /* Translators: the server has it or has it not, nobody knows. */
    return C_("where an order is held", "Server ?");
  switch (order->status)
    {
    case DESK_STATUS_DRAFT:
    case DESK_STATUS_BLOCKED:
    case DESK_STATUS_NOT_SENT:
    case DESK_STATUS_NOT_AT_SERVER:
      return "–";
    case DESK_STATUS_SENT:
    case DESK_STATUS_WORKING:
    case DESK_STATUS_HELD_BY_PARENT:
    case DESK_STATUS_CHANGING:
    case DESK_STATUS_CANCELLING:
    case DESK_STATUS_PART_FILLED:
    case DESK_STATUS_FILLED:
    case DESK_STATUS_CANCELLED:
    case DESK_STATUS_EXPIRED:
    case DESK_STATUS_REJECTED:
    case DESK_STATUS_UNKNOWN:
    default:
      break;
    }
  return C_("where an order is held", "Server");
}

const char *
desk_words_resync_step (const char *nick)
{
  static const struct { const char *nick; const char *words; } steps[] = {
    { "accounts", NC_("resync step", "accounts") },   { "open-orders", NC_("resync step", "open orders") },
    { "fills", NC_("resync step", "fills") },         { "positions", NC_("resync step", "positions") },
    { "balances", NC_("resync step", "balances") },
  };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    if (g_strcmp0 (nick, steps[i].nick) == 0)
      return g_dpgettext2 (NULL, "resync step", steps[i].words);
  return nick != NULL ? nick : "";
}

const char *
desk_words_flatten_step (DeskFlattenStep step)
{
  switch (step)
    {
    case DESK_FLATTEN_CANCEL_ENTRIES:
      return _("cancelling the entries");
    case DESK_FLATTEN_READ_POSITION:
      return _("reading the server's position");
    case DESK_FLATTEN_EXIT:
      return _("sending one exit");
    case DESK_FLATTEN_CANCEL_PROTECTIONS:
      return _("cancelling the protections");
    case DESK_FLATTEN_VERIFY:
      return _("verifying that it is flat");
    case DESK_FLATTEN_DONE:
      return _("done, flat");
    case DESK_FLATTEN_FAILED:
      return _("not flat: look at the position and act");
    default:
      return "";
    }
}

const char *
desk_words_profile (const char *name)
{
  static const char *const shipped[] = {
    N_("Built-in simulator"), N_("Sierra Chart on this computer"), N_("Sierra Chart elsewhere"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (shipped); i++)
    if (g_strcmp0 (name, shipped[i]) == 0)
      return _(shipped[i]);
  return name != NULL ? name : "";
}

char *
desk_words_fill (const DeskFillState *fill)
{
  g_autofree char *quantity = g_strdup_printf ("%" G_GINT64_FORMAT, fill->quantity);
  g_autofree char *price = desk_price_format (&fill->grid, &fill->price);

  /* Translators: quantity, symbol, price: "Filled: sold 1 ESZ6 at 5000.25". */
  if (fill->side == DESK_SIDE_SELL)
    return g_strdup_printf (_("Filled: sold %s %s at %s"), quantity, fill->symbol, price);
  return g_strdup_printf (_("Filled: bought %s %s at %s"), quantity, fill->symbol, price);
}

void
desk_words_time (GString  *out,
                 gint64    utc_usec,
                 gboolean  milliseconds)
{
  gint64 of_day;

  if (utc_usec <= 0)
    return;
  of_day = utc_usec % G_GINT64_CONSTANT (86400000000);
  g_string_append_printf (out, "%02d:%02d:%02d", (int) (of_day / G_GINT64_CONSTANT (3600000000)),
                          (int) (of_day / 60000000 % 60), (int) (of_day / 1000000 % 60));
  if (milliseconds)
    g_string_append_printf (out, ".%03d", (int) (of_day / 1000 % 1000));
}

char *
desk_words_date (gint64 utc_seconds)
{
  g_autoptr(GDateTime) when = g_date_time_new_from_unix_utc (utc_seconds);

  return when != NULL ? g_date_time_format (when, "%Y-%m-%d %H:%M") : g_strdup ("");
}

char *
desk_words_age (gint64 usec)
{
  gint64 seconds = MAX (usec, 0) / G_USEC_PER_SEC;

  if (seconds < 10)
    return g_strdup_printf ("%d.%d s", (int) seconds, (int) (MAX (usec, 0) / 100000 % 10));
  if (seconds < 120)
    return g_strdup_printf ("%d s", (int) seconds);
  if (seconds < 3600)
    return g_strdup_printf ("%02d:%02d", (int) (seconds / 60), (int) (seconds % 60));
  return g_strdup_printf ("%d:%02d:%02d", (int) (seconds / 3600), (int) (seconds / 60 % 60), (int) (seconds % 60));
}

char *
desk_words_named (const char *what,
                  const char *rest)
{
  /* Translators: what it is, and what is said of it. */
  return g_strdup_printf (_("%s: %s"), what, rest);
}
