/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "desk-words.h"
#include "desk-words-verify.h"

#include <glib/gi18n.h>
#include <string.h>

/* The core speaks English, to scripts and to the journal. These are its sentences; %s stands for what it filled in.
 * A sentence that is more special stands before one that would match it too. */
static const char *const sentences[] = {
  NC_("core", "Say whether to buy or to sell"),
  NC_("core", "Say which symbol"),
  NC_("core", "Say which order type"),
  NC_("core", "The quantity must be at least 1"),
  NC_("core", "A stoplimit order needs a stop price and a limit price"),
  NC_("core", "A %s order needs a price"),
  NC_("core", "A %s order takes no such price"),
  NC_("core", "Good-till-date needs a date"),
  NC_("core", "The good-till date is in the past"),
  NC_("core", "%s are filled already; the new quantity must be more, or cancel the order"),
  NC_("core", "There is no live connection; nothing was sent and nothing is kept for later"),
  NC_("core", "There is no live connection; nothing was sent and nothing is kept for later. Act at the server "
              "if it cannot wait"),
  NC_("core", "There is no live connection; arm when there is"),
  NC_("core", "There is no live connection to ask"),
  NC_("core", "Orders, fills and positions are still being compared with the server; try again when that has "
              "ended"),
  NC_("core", "Orders, fills and positions are still being compared with the server; arm when that has ended"),
  NC_("core", "The position is still being asked from the server; try again when that has ended"),
  NC_("core", "The server speaks the other numbering; change the profile, and act at the server until then"),
  NC_("core", "The server speaks the other numbering, so a cancel could be taken for something else; act at the "
              "server"),
  NC_("core", "The server speaks the other numbering; choose it in the profile, and act at the server until "
              "then"),
  NC_("core", "The server says that it does not support trading on this connection"),
  NC_("core", "The server says that trading is disabled for account %s"),
  NC_("core", "Trading is halted; release it with unhalt HALT"),
  NC_("core", "There is more than one account, or none; say which one"),
  NC_("core", "The server has no account %s"),
  NC_("core", "The server has no such account"),
  NC_("core", "%s is not among the symbols that the limits allow"),
  NC_("core", "The server has no definition of %s: %s"),
  NC_("core", "The server has given no usable definition of %s"),
  NC_("core", "No limits are set for this profile; name a file with --limits or set them in the profile"),
  NC_("core", "The limits lack \"%s\"; add it to the limits file"),
  NC_("core", "The server does not say what one tick of %s is worth, so max_order_value cannot be checked"),
  NC_("core", "The %s is not a number a price can be"),
  NC_("core", "The second price %s is not a whole number of ticks of %s"),
  NC_("core", "The %s %s is not a whole number of ticks of %s"),
  NC_("core", "The %s must be above 0"),
  NC_("core", "price"),
  NC_("core", "second price"),
  NC_("core", "Too many for one order: max %s, asked %s"),
  NC_("core", "The order is worth too much: max %s, asked %s"),
  NC_("core", "The position could become too large with every working order filled: max %s, worst case %s"),
  NC_("core", "long %s"),
  NC_("core", "short %s"),
  NC_("core", "The price %s is too far from the market at %s: max %s %, asked %s %"),
  NC_("core", "The price %s is too far from the market at %s: max %s %"),
  NC_("core", "The same order was sent %s ms ago: wait %s ms, or confirm that a second one is meant"),
  NC_("core", "Too many orders at once: max %s a second with a burst of %s"),
  NC_("core", "Too many orders for %s at once: max %s a second"),
  NC_("core", "Too many open orders for %s: max %s, open %s"),
  NC_("core", "Too many open orders in the account: max %s, open %s"),
  NC_("core", "It could trade with our own order to %s at %s; cancel that one first"),
  NC_("core", "buy"),
  NC_("core", "sell"),
  NC_("core", "The server says that it does not support %s"),
  NC_("core", "The state file cannot be written; orders that reduce the position and cancels still work"),
  NC_("core", "The state file cannot be written; only exits work"),
  NC_("core", "The disk of the state file does not answer; orders that reduce the position and cancels still work"),
  NC_("core", "There is no open order with this id"),
  NC_("core", "A cancel of this order has just been sent; wait for its answer"),
  NC_("core", "The server has not answered the last request about this order; wait for its answer"),
  NC_("core", "There is no position to flatten"),
  NC_("core", "There is no position to flatten and no working order"),
  NC_("core", "A flatten of this symbol is running; wait for its end"),
  NC_("core", "This symbol was flattened a moment ago; once in 5 s and three times a minute are allowed"),
  NC_("core", "%s has ended: %s"),
  NC_("core", "filled"),
  NC_("core", "cancelled"),
  NC_("core", "rejected"),
  NC_("core", "expired"),
  NC_("core", "The server has given %s no id yet; the cancel leaves as soon as it does, and is dropped if the "
              "link is lost before"),
  NC_("core", "One order that is not ours was left alone; cancel it by its id"),
  NC_("core", "%s orders that are not ours were left alone; cancel them by their id"),
  NC_("core", "No working order of ours in %s"),
  NC_("core", "The server has corrected a fill (%s); everything is asked again"),
  NC_("core", "One cancel in %s is on its way already and has no answer yet"),
  NC_("core", "%s cancels in %s are on their way already and have no answer yet"),
  NC_("core", "The cancel of %s could not be sent: %s"),
  NC_("core", "Flatten %s in %s: the link was lost; what was sent may still work, nothing is tried again. Check "
              "at the server"),
  NC_("core", "Flatten %s in %s: %s"),
  NC_("core", "%s in %s is flat"),
  NC_("core", "%s This looks like the other numbering of orders: every command, exits too, is refused. Act at "
              "the server and choose the other numbering in the profile"),
  NC_("core", "The server calls itself SC DTC Server and the profile says brief."),
  NC_("core", "The server does not support trading on this connection; in Sierra Chart, allow it under Global "
              "Settings, Server Settings"),
  NC_("core", "The server has dropped one message to us; everything is asked again"),
  NC_("core", "The server has dropped %s messages to us; everything is asked again"),
  NC_("core", "A %s goes out while the state file cannot be written; it is kept in the emergency file beside it as "
              "far as its room goes"),
  NC_("core", "The state file cannot be written (%s). New orders are refused; cancels and exits still go out "
              "and are kept in the emergency file beside it as far as its room goes. Free the disk or repair the file, "
              "then start again"),
  NC_("core", "The server has not told us the %s (%s); they are not provable"),
  NC_("core", "The server has not told us the %s (%s); orders wait until it does or the step is waived (waive "
              "%s)"),
  NC_("core", "%s in %s: the server says %s, our own fills say %s; nothing is repaired by itself"),
  NC_("core", "%s open orders: %s confirmed, %s not known; %s fills are new"),
  NC_("core", "The step %s is waived for this connection"),
  NC_("core", "fills of %s"),
  NC_("core", "accounts"),
  NC_("core", "open-orders"),
  NC_("core", "fills"),
  NC_("core", "positions"),
  NC_("core", "balances"),
  NC_("core", "The server gives no quotes of %s: %s. Orders in it work all the same"),
  NC_("core", "The server gives no market depth of %s: %s. Orders in it work all the same"),
  NC_("core", "The server does not show the single orders of %s: %s"),
  NC_("core", "%s stays on the list: there is an order or a position in it"),
  NC_("core", "The server has no market data now: the quotes are old. Orders work all the same"),
  NC_("core", "The server has market data again"),
  NC_("core", "The server offers no market data on this connection. Orders work all the same"),
  NC_("core", "the server gives no reason"),
  NC_("core", "no answer within 10 s"),
  NC_("core", "there is no connection to ask"),
  NC_("core", "the connection was lost before the answer was complete"),
  NC_("core", "the question could not be sent"),
  NC_("core", "another question took its place"),
  NC_("core", "An entry of the server's journal has 1 to 255 bytes"),
  NC_("core", "There is no connection: the entry was not sent"),
  NC_("core", "The stop in %s lies on the wrong side of the market and triggers at once"),
  NC_("core", "The limit in %s can fill at once"),
  NC_("core", "%s has no price younger than 5 s to compare this order with"),
  NC_("core", "A flatten of %s in %s was begun at %s, and its end is not in the journal. %s"),
  NC_("core", "A reverse of %s in %s was begun at %s, and its end is not in the journal. %s"),
  NC_("core", "Flattening everything in %s was begun at %s, and its end is not in the journal: it may not have come "
              "to every symbol. Look at the positions, and flatten what is still open"),
  NC_("core", "Cancelling the orders in %s was begun at %s, and its end is not in the journal: for some of them no "
              "cancel may have left. Look at the orders, and cancel again what still works"),
  NC_("core", "By the journal no exit order of it left: look at the position, and act now if it is still open"),
  NC_("core", "By the journal its exit order %s left: see what became of that order, and look at the position "
              "before you act again"),
  NC_("core", "Its exit order %s is in the journal, but not whether it left; the server is asked about it. Wait for "
              "that answer, and look at the position before you act again"),
  NC_("core", "The last session was not closed properly: its last record is of %s. No order was live then"),
  NC_("core", "The last session was not closed properly: its last record is of %s. One order was live then; the "
              "server is asked about it as soon as there is a link"),
  NC_("core", "The last session was not closed properly: its last record is of %s. %s orders were live then; the "
              "server is asked about them as soon as there is a link"),
  NC_("core", "Trading was halted when the program ended and still is; release it with unhalt HALT"),
  NC_("core", "The server has not answered the %s of %s within 5 s; its outcome is unknown and the server is "
              "asked. Nothing is sent again"),
  NC_("core", "The server has not answered the %s of %s for 2 s"),
  NC_("core", "submit"),
  NC_("core", "cancel"),
  NC_("core", "modify"),
  NC_("core", "flatten"),
  NC_("core", "%s: %s contracts are filled, more than were ordered"),
  NC_("core", "%s had ended and was filled all the same"),
  NC_("core", "The cancel of %s was waiting for the server's id when the link was lost; it was not sent and is "
              "not kept"),
  NC_("core", "The change of %s left two live orders at the server: %s and %s. Cancel one of them"),
  NC_("core", "One message of the server names %s and %s; it was applied to neither. Check both at the server"),
  NC_("core", "The server uses the id of %s for a different order; they are kept apart"),
  NC_("core", "The server refused a request for an order that is not ours (%s): %s"),
  NC_("core", "%s was changed by another client or the broker"),
  NC_("core", "%s was filled before the cancel reached it"),
  NC_("core", "An order update of the server could not be read: %s"),
  NC_("core", "A message of the server could not be read (%s); everything is asked again"),
  NC_("core", "%s more messages of the server could not be read"),
  NC_("core", "A fill of the server could not be read; it is in the log only"),
  NC_("core", "A position of the server could not be read; it is in the log only"),
  NC_("core", "A message of the server could not be read: %s"),
  NC_("core", "The Secret Service does not answer (%s): give the password in the connection dialog or in "
              "DTC_PASSWORD."),
  NC_("core", "Another dtc-desk or dtcctl (process %s) has the state file %s: close it or use another --state."),
  NC_("core", "The state file %s is damaged (%s): keep a copy of it, run dtcctl --state %s journal check, and "
              "start with a new state file."),
  NC_("core", "The disk with the state file %s is full: make room and start again."),
  NC_("core", "The state file %s cannot be written (%s): check its permissions and those of its folder, or use "
              "another --state."),
  NC_("core", "%s: %s is not this computer, and without TLS everybody on the way can read and change orders; write "
              "\"tls\": true, or \"allow_plain\": true where the way is safe"),
  NC_("core", "%s: \"tls_pin\" names a certificate, and \"tls\" is false; write \"tls\": true or remove the pin"),
  NC_("core", "%s: \"host\" is \"%s\"; write a name or address alone, without spaces or slashes"),
  NC_("core", "%s: \"port\" is missing; write the DTC server's port, such as \"port\": 11099"),
  NC_("core", "The line ends before %s; write %s"),
  NC_("core", "\"%s\" stands where %s belongs; write %s"),
  NC_("core", "\"%s\" is one word too many; %s"),
  NC_("core", "\"%s\" stands there twice; keep one of them"),
  NC_("core", "the quantity"),
  NC_("core", "the symbol"),
  NC_("core", "the order's id"),
  NC_("core", "the limit price"),
  NC_("core", "the stop price"),
  NC_("core", "the good-till date"),
  NC_("core", "the order type"),
  NC_("core", "the new price"),
  NC_("core", "the new second price"),
  NC_("core", "what shall change"),
  NC_("core", "the first word"),
  NC_("core", "a whole number of at least 1, such as 2"),
  NC_("core", "it as the server names it, such as ESZ6"),
  NC_("core", "a client or server order id of at most 31 characters"),
  NC_("core", "a plain number, such as 5000.25"),
  NC_("core", "it with its time zone, such as 2026-12-01T21:00:00Z"),
  NC_("core", "cancel takes one id, or all"),
  NC_("core", "after cancel all may stand one symbol"),
  NC_("core", "With %s its two exits are cancelled too"),
  NC_("core", "With %s the order it hangs together with is cancelled too: %s"),
  NC_("core", "Only %s is cancelled; the other exit stays: %s"),
  NC_("core", "Reverse %s: %s, so nothing was entered"),
  NC_("core", "it was flat already"),
  NC_("core", "it was not made flat"),
  NC_("core", "The server has stated no position there, so there is nothing to reverse"),
  NC_("core", "The position of %s is not protected: %s are filled and the %s does not work for them at the "
              "server. Nothing is sent by itself; place a stop or flatten"),
  NC_("core", "stop"),
  NC_("core", "target"),
  NC_("core", "The link was lost while the bracket of %s was on its way: the server may hold or work the entry "
              "without its exits. Neither is ever sent again by itself; look at the server"),
  NC_("core", "Say what to change: a price, a quantity or how long it works"),
  NC_("core", "Only the new price of a bracket's exit can become its distance from the entry"),
  NC_("core", "The part that is shown must be at least 1 and at most the quantity"),
  NC_("core", "Only an order with a limit price can show a part of its quantity"),
  NC_("core", "The note is too long: at most %s characters"),
  NC_("core", "The note may have plain letters, digits and signs only, no quotation marks"),
  NC_("core", "The target of a bracket is a limit order, its stop a stop or stoplimit order"),
  NC_("core", "A stoplimit exit takes prices, not distances from the entry"),
  NC_("core", "There is no price to measure the distances of the exits from; give the entry a price, or the "
              "exits prices"),
  NC_("core", "The target of a buy must lie above its entry at %s"),
  NC_("core", "The stop of a buy must lie below its entry at %s"),
  NC_("core", "The target of a sell must lie below its entry at %s"),
  NC_("core", "The stop of a sell must lie above its entry at %s"),
  NC_("core", "The stop of a buy must lie below its target"),
  NC_("core", "The stop of a sell must lie above its target"),
  NC_("core", "A %s order needs a trigger price and a limit price"),
  NC_("core", "A %s order needs a stop price and a limit price"),
  NC_("core", "The brief's numbering has no %s orders"),
  NC_("core", "A bracket has a target and a stop; name both"),
  NC_("core", "A quotation mark is not closed"),
  NC_("core", "\"%s\" stands before the target and the stop of a bracket"),
  NC_("core", "the side"),
  NC_("core", "the trigger price"),
  NC_("core", "the target price"),
  NC_("core", "the note"),
  NC_("core", "its words in quotes, such as \"second try\""),
  NC_("core", "buy or sell"),
  NC_("core", "market, limit, stop, stoplimit, mit, lit or marketlimit"),
  NC_("core", "price, price2 or qty and the new number, or day, gtc, gtd with a date"),
  NC_("core", "buy, sell, oco, cancel, modify, flatten or reverse"),
  NC_("core", "after the price may stand day, gtc, gtd with a date, ioc or fok, show, note, and target and stop"),
  NC_("core", "after the two orders may stand day, gtc, gtd with a date, ioc or fok, and note"),
  NC_("core", "flatten takes one symbol, or all"),
  NC_("core", "reverse takes one symbol"),
  NC_("core", "Sent, and the link was lost before the server answered"),
  NC_("core", "The bytes would not say what was meant; nothing was sent"),
  NC_("core", "The order numbers of this state file are used up"),
  NC_("core", "The server has given the id %s to a different order"),
  NC_("core", "%s is at the server without its exits: a fill of it would not be protected. The exits are not "
              "sent again by themselves; cancel it, or be ready to place a stop"),
  NC_("core", "%s is filled, and %s, which it should have cancelled, may still work: both could fill. Cancel it"),
  NC_("core", "%s is filled in part, and %s, which it should have reduced, works for more than what is left. "
              "Change or cancel it"),
  NC_("core", "Nobody has stated what became of it"),
  NC_("core", "The server has stated what became of it"),
  NC_("core", "Known as of the last connection; the server is asked when there is one"),
  NC_("core", "There is no such order"),
  NC_("core", "Nothing about this order is in doubt: the server has stated what became of it, or is asked "
              "at the next connection"),
  NC_("core", "Nothing at the server fits this order"),
  NC_("core", "The evidence forbids it: the server lists the order, or has spoken of it"),
  NC_("core", "Name the order at the server that is meant: one of those that fit"),
  NC_("core", "The state file cannot be written, and a decision must be kept"),
  NC_("core", "%s was decided by hand: %s"),
  NC_("core", "This is our order %s"),
  NC_("core", "Confirmed by hand as this order"),
  NC_("core", "Closed by hand: it filled"),
  NC_("core", "Closed by hand: it works no more"),
  NC_("core", "Closed by hand: it never reached the market"),
  NC_("core", "Seen working at the server by hand"),
  NC_("core", "Probably order %s at the server: same side, quantity, prices and time, but it names no order "
              "of ours. Confirm it or not"),
  NC_("core", "Probably filled: no known order explains a fill of %s, and the position agrees only with it. "
              "Confirm it or not"),
  NC_("core", "Not among the server's open orders by name; %s orders or fills there may be it and none says "
              "so. Choose by hand"),
  NC_("core", "Not among the server's open orders; fills that may be its own carry no id of ours. Check at the server"),
  NC_("core", "Presumed never to have reached the market: for a minute not among the server's orders and no "
              "fill found. The server may still hold the entry of a bracket unlisted; its exits must not be "
              "sent after it"),
  NC_("core", "Presumed never to have reached the market: twice not among the server's orders and no fill found"),
  NC_("core", "Presumed cancelled on our request: twice not among the server's open orders"),
  NC_("core", "Filled as far as we know what was ordered, which may have become more; presumed to have "
              "ended while away"),
  NC_("core", "Part filled, then presumed expired: twice not among the server's open orders, and its time is over"),
  NC_("core", "Presumed expired: twice not among the server's open orders, and its time is over"),
  NC_("core", "Part filled, then presumed cancelled or expired while away: twice not among the server's open orders"),
  NC_("core", "Presumed cancelled, expired or rejected while away: twice not among the server's open orders"),
  NC_("core", "Not among the server's open orders, its fills are not available and the position has "
              "changed; check at the server"),
  NC_("core", "Not among the server's open orders, and its fills are not available"),
  NC_("core", "Not among the server's open orders, and the position does not agree with the fills; check at the server"),
  NC_("core", "Not among the server's open orders; a second list must agree before it is presumed gone"),
  NC_("core", "Two live orders after a change: the server lists both; cancel one of them"),
  NC_("core", "The cancel had no effect: the server still lists the order as working"),
  NC_("core", "The change is not in the server's list yet; it is asked once more"),
  NC_("core", "The change was not applied: the server still lists the old values"),
  NC_("core", "The server's answers about it contradict each other, asked three times over; check at the server"),
  NC_("core", "The cancel was sent, and the server has not answered it"),
  NC_("core", "The change was sent, and the server has not answered it"),
  NC_("core", "Sent, and the server has not answered"),
  NC_("core", "The server has given its id to another order; it is asked again"),
  NC_("core", "It had ended, and the server says that it works; check at the server"),
  NC_("core", "The server now says that less of it is filled than it reported before"),
  NC_("core", "More of it is filled than was ordered as far as we know; check at the server"),
  NC_("core", "The server lists more fills of it than it has said are filled; check at the server"),
  NC_("core", "The server is not sure about this order; it is asked again"),
  NC_("core", "A message of the server could not be read (%s); the order is asked again"),
  NC_("core", "The server sent a status that this profile's numbering does not know"),
  NC_("core", "The server named two different orders in one message; it was applied to neither"),
  NC_("core", "%s is the second of the two live orders that the change of %s left. Cancel one of them"),
  NC_("core", "%s was presumed to be gone and was filled all the same"),
  NC_("core", "%s of %s definitions have come"),
  NC_("core", "the link was lost"),
  NC_("core", "no answer within 5 s"),
  NC_("core", "the server has named no account"),
  NC_("core", "no whole answer within the 15 s of the comparison"),
  NC_("core", "its answer has a hole, a repeat or a changing total"),
  NC_("core", "it says that there are no orders and names one"),
  NC_("core", "a row of its answer could not be read"),
  NC_("core", "the server refused"),
  NC_("core", "the server did not say the position, so no exit was sent; protections stay. Act at the "
              "server if it cannot wait"),
  NC_("core", "the exit was rejected (%s); protections stay, nothing is tried again"),
  NC_("core", "the outcome of the exit is unknown; protections stay, nothing is tried again. Check at the server"),
  NC_("core", "flat, but an order on the symbol may still work"),
  NC_("core", "Trading is halted: no new risk; our own working orders are cancelled, positions are left as they are"),
  NC_("core", "Trading is halted: no new risk. No order could be cancelled on this connection; what works "
              "at the server goes on working"),
  NC_("core", "Not sent: the link was lost before the first byte"),
  NC_("core", "Not sent: the server speaks the other numbering; act at the server"),
  NC_("core", "Not sent: the state file cannot be written"),
  NC_("core", "Not sent: trading was halted in the meantime"),
  NC_("core", "Not sent: trading was disarmed in the meantime"),
  NC_("core", "Not sent: it could not be kept in the state file within 2 s, and the market may have moved since"),
  NC_("core", "Not sent: the disk of the state file does not answer, and the runtime directory takes no more; act "
              "at the server"),
  NC_("core", "The disk of the state file does not answer: until it does, nothing new about orders is shown, and "
              "orders are refused. Cancels and exits go out, and what they say is kept in the runtime directory"),
  NC_("core", "The disk of the state file does not answer; the %s goes out all the same, as do those after it. What "
              "they say is kept in the runtime directory: that survives a crash of this program, but not of the computer. "
              "Until the disk answers, orders are refused, and nothing new about them is shown"),
  NC_("core", "The server names more accounts, symbols or positions than the %s that are kept of each; orders and their "
              "fills are all kept"),
  NC_("core", "Not sent: %s"),
  NC_("core", "The computer has slept; the connection is made anew and everything is asked again"),
  NC_("core", "This is not the server of the last time: %s. Nothing new is risked until trading is armed by "
              "hand: look first whether this is right"),
  NC_("core", "The server does not have account %s: orders for it are refused"),
  NC_("core", "Order %s bears our name and is not in our journal: another copy of this installation is "
              "running, or the state file is an older one"),
  NC_("core", "buy %s %s (%s)"),
  NC_("core", "sell %s %s (%s)"),
  NC_("core", "link #%s opened to %s"),
  NC_("core", "link #%s ended: %s"),
  NC_("core", "no connection: %s"),
  NC_("core", "a message that does not decode: %s"),
  NC_("core", "DTC has no field \"%s\"; did you mean %s?"),
  NC_("core", "DTC has no field \"%s\""),
  NC_("core", "A value is missing after %s"),
  NC_("core", "unset is neither more nor less than anything; write = or !="),
  NC_("core", "%s is a text: it can be compared by = != ~ and !~ only"),
  NC_("core", "A direction is sent or received, not %s"),
  NC_("core", "%s is a number, and \"%s\" is none"),
  NC_("core", "%s has no value \"%s\"; it has, for example, %s"),
  NC_("core", "A bracket is opened and not closed"),
  NC_("core", "A bracket is closed that was not opened"),
  NC_("core", "The text in quotes has no end"),
  NC_("core", "The expression between slashes has no end"),
  NC_("core", "The expression /%s/ cannot be used: %s"),
  NC_("core", "Something is missing at the end"),
  NC_("core", "\"%s\" stands where a word or a field should be"),
  NC_("core", "The query is nested too deeply"),
  NC_("core", "The query is too long"),
  NC_("core", "The query is no text"),
  NC_("core", "%s lines of the file are no records and are left out"),
  NC_("core", "The last line of the file has no end and is left out"),
  NC_("core", "%s lines of the file are none of a log and are left out"),
  NC_("core", "%s is neither a recording nor a DEBUG_DTC log"),
  NC_("core", "%s is larger than a log may be"),
  NC_("core", "%s is a folder"),
  NC_("core", "The state file has lost its last record: it is an older copy, or its log was damaged. Orders of that "
              "time may be shown as another program's, or not at all. Compare with the server, then arm by hand"),
  NC_("core", "The state file has lost its last %s records: it is an older copy, or its log was damaged. Orders of that "
              "time may be shown as another program's, or not at all. Compare with the server, then arm by hand"),
  NC_("core", "The server has not answered the %s of %s within 5 s; its outcome is unknown, and this numbering has no "
              "question for it: look at the server, or connect anew. Nothing is sent again"),
  NC_("core", "%s: the server says rejected, and has filled part of it"),
  NC_("core", "%s: it was closed as not at the server, and the server speaks of it all the same"),
  NC_("core", "%s: it had ended, and the server says that it works"),
  NC_("core", "%s: it was filled after all"),
  NC_("core", "%s: the server corrected how it ended"),
  NC_("core", "%s: the server now says that less of it is filled than it reported before"),
  NC_("core", "%s: asked for price %s, the server has %s"),
  NC_("core", "%s: asked for second price %s, the server has %s"),
  NC_("core", "%s: the second price was to stay at %s, the server has %s"),
  NC_("core", "%s: asked for quantity %s, the server has %s"),
  NC_("core", "The server says that it is filled, and counts fewer contracts than were ordered"),
  NC_("core", "The disk of the state file answers again"),
  NC_("core", "The disk of the state file does not answer: until it does, nothing new about orders is shown, orders are "
              "refused, and cancels and exits wait. If you must get out now, do it at the server"),
  NC_("core", "The server has given this order's id to a different order; nothing was sent. Look at the server"),
};

#define MAX_PARTS 8

/* TRUE when the text is the sentence; the parts are what stood at each %s. */
static gboolean
match (const char *sentence,
       const char *text,
       char       *parts[MAX_PARTS])
{
  guint n = 0;

  for (;;)
    {
      const char *hole = strstr (sentence, "%s");
      gsize length = hole != NULL ? (gsize) (hole - sentence) : strlen (sentence);
      const char *next;
      const char *end;
      g_autofree char *between = NULL;

      if (strncmp (sentence, text, length) != 0)
        break;
      sentence += length;
      text += length;
      if (hole == NULL)
        {
          if (*text == '\0')
            return TRUE;
          break;
        }
      sentence += 2;
      next = strstr (sentence, "%s");
      between = next != NULL ? g_strndup (sentence, (gsize) (next - sentence)) : g_strdup (sentence);
      if (*between == '\0')
        end = text + strlen (text);
      else if (next == NULL && g_str_has_suffix (text, between))
        end = text + strlen (text) - strlen (between);
      else
        end = strstr (text, between);
      if (end == NULL || n == MAX_PARTS)
        break;
      parts[n++] = g_strndup (text, (gsize) (end - text));
      text = end;
    }

  while (n > 0)
    g_clear_pointer (&parts[--n], g_free);
  return FALSE;
}

/* A sentence of the core that stands inside another has left its full stop there. */
static char *
inside (const char *part)
{
  g_autofree char *whole = g_strconcat (part, ".", NULL);
  g_autofree char *words = NULL;

  if (desk_words_core_knows (part) || !desk_words_core_knows (whole))
    return desk_words_core (part);
  words = desk_words_core (whole);
  return desk_text_inside (words);
}

static char *
fill_in (const char *translated,
         char       *parts[MAX_PARTS])
{
  g_autoptr(GString) out = g_string_new (NULL);
  guint n = 0;

  for (const char *p = translated; *p != '\0'; p++)
    if (p[0] == '%' && p[1] == 's' && n < MAX_PARTS && parts[n] != NULL)
      {
        g_autofree char *part = inside (parts[n++]);

        g_string_append (out, part);
        p++;
      }
    else
      g_string_append_c (out, *p);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

/* The n-th sentence, until NULL. */
static const char *
sentence (guint n)
{
  guint n_more;
  const char *const *more = desk_words_verify_sentences (&n_more);

  if (n < G_N_ELEMENTS (sentences))
    return sentences[n];
  n -= G_N_ELEMENTS (sentences);
  return n < n_more ? more[n] : NULL;
}

gboolean
desk_words_core_knows (const char *text)
{
  for (guint i = 0; sentence (i) != NULL; i++)
    {
      char *parts[MAX_PARTS] = { NULL };
      gboolean found = match (sentence (i), text, parts);

      for (guint k = 0; k < MAX_PARTS; k++)
        g_free (parts[k]);
      if (found)
        return TRUE;
    }
  return FALSE;
}

char *
desk_words_core (const char *text)
{
  for (guint i = 0; text != NULL && sentence (i) != NULL; i++)
    {
      char *parts[MAX_PARTS] = { NULL };

      if (match (sentence (i), text, parts))
        {
          char *words = fill_in (g_dpgettext2 (NULL, "core", sentence (i)), parts);

          for (guint k = 0; k < MAX_PARTS; k++)
            g_free (parts[k]);
          return words;
        }
    }
  return g_strdup (text != NULL ? text : "");
}
