/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-catalogue.h"

#include <math.h>
#include <string.h>

#include "dtc.h"

#define FIRST_YEAR  2026 /* of the expiries; the first is December's */
#define FIRST_MONTH 12
#define STOCK_EVERY 6    /* one instrument in so many is a stock, while there are stocks */

/* What its contracts have in common. Prices are as people read them. */
typedef struct
{
  const char *root;
  const char *exchange;
  const char *name;
  double      tick;
  double      multiplier;
  double      tick_value;
  double      margin;
  double      contract_size;
  int         price_format;
  double      start;
  gboolean    monthly; /* else it expires each quarter */
} Product;

/* Decimals, 32nds with halves, quarters and eighths, fractions from halves to 256ths, and services that
 * quote in hundredths. */
#define F(name) DTC_PRICE_DISPLAY_FORMAT_##name
static const Product products[] = {
  { "ES", "CME", "E-mini S&P 500", 0.25, 1, 12.5, 15000, 50, F (DECIMAL_2), 5000, FALSE },
  { "NQ", "CME", "E-mini Nasdaq-100", 0.25, 1, 5, 21000, 20, F (DECIMAL_2), 18000, FALSE },
  { "CL", "NYMEX", "Crude Oil", 0.01, 0.01, 10, 6500, 1000, F (DECIMAL_2), 70, TRUE },
  { "ZN", "CBOT", "10-Year T-Note", 1.0 / 64, 1, 15.625, 2200, 1000, F (DENOMINATOR_32_HALVES), 110.5, FALSE },
  { "ZF", "CBOT", "5-Year T-Note", 1.0 / 128, 1, 7.8125, 1500, 1000, F (DENOMINATOR_32_QUARTERS), 107.25, FALSE },
  { "ZT", "CBOT", "2-Year T-Note", 1.0 / 256, 1, 7.8125, 1100, 2000, F (DENOMINATOR_32_EIGHTHS), 103, FALSE },
  { "ZB", "CBOT", "T-Bond", 1.0 / 32, 1, 31.25, 4200, 1000, F (DENOMINATOR_32), 118, FALSE },
  { "6E", "CME", "Euro FX", 0.00005, 0.01, 6.25, 2900, 125000, F (DECIMAL_5), 1.085, FALSE },
  { "6J", "CME", "Japanese Yen", 0.0000005, 1, 6.25, 3100, 12500000, F (DECIMAL_7), 0.0066, FALSE },
  { "GC", "COMEX", "Gold", 0.1, 1, 10, 11000, 100, F (DECIMAL_1), 2400, TRUE },
  { "SI", "COMEX", "Silver", 0.005, 1, 25, 14000, 5000, F (DECIMAL_3), 30, TRUE },
  { "HG", "COMEX", "Copper", 0.0005, 0.01, 12.5, 6600, 25000, F (DECIMAL_4), 4.5, TRUE },
  { "NG", "NYMEX", "Natural Gas", 0.001, 0.01, 10, 3800, 10000, F (DECIMAL_3), 3, TRUE },
  { "RB", "NYMEX", "RBOB Gasoline", 0.0001, 0.01, 4.2, 6900, 42000, F (DECIMAL_4), 2.2, TRUE },
  { "HO", "NYMEX", "Heating Oil", 0.0001, 0.01, 4.2, 7300, 42000, F (DECIMAL_4), 2.4, TRUE },
  { "ZC", "CBOT", "Corn", 0.25, 1, 12.5, 1300, 50, F (DENOMINATOR_8), 450, TRUE },
  { "ZS", "CBOT", "Soybeans", 0.25, 1, 12.5, 2400, 50, F (DENOMINATOR_4), 1180, TRUE },
  { "ZW", "CBOT", "Wheat", 0.25, 1, 12.5, 1900, 50, F (DENOMINATOR_8), 580, TRUE },
  { "YM", "CBOT", "E-mini Dow", 1, 1, 5, 9500, 5, F (DECIMAL_0), 39000, FALSE },
  { "RTY", "CME", "E-mini Russell 2000", 0.1, 1, 5, 7200, 50, F (DECIMAL_1), 2050, FALSE },
  { "UB", "CBOT", "Ultra T-Bond", 1.0 / 32, 1, 31.25, 5800, 1000, F (DENOMINATOR_32), 125, FALSE },
  { "TN", "CBOT", "Ultra 10-Year T-Note", 1.0 / 64, 1, 15.625, 2800, 1000, F (DENOMINATOR_64), 113, FALSE },
  { "6B", "CME", "British Pound", 0.0001, 1, 6.25, 2300, 62500, F (DECIMAL_4), 1.27, FALSE },
  { "SR3", "CME", "3-Month SOFR", 0.0025, 1, 6.25, 900, 2500, F (DECIMAL_4), 95.5, FALSE },
  { "LE", "CME", "Live Cattle", 0.025, 1, 10, 2600, 400, F (DECIMAL_3), 185, TRUE },
  { "BTC", "CME", "Bitcoin", 5, 1, 25, 95000, 5, F (DECIMAL_0), 65000, TRUE },
  { "BZ", "NYMEX", "Brent Last Day", 0.01, 0.01, 10, 6200, 1000, F (DECIMAL_2), 75, TRUE },
  { "PL", "NYMEX", "Platinum", 0.1, 1, 5, 4200, 50, F (DECIMAL_1), 980, TRUE },
  { "FDAX", "EUREX", "DAX", 1, 1, 25, 38000, 25, F (DECIMAL_0), 18500, FALSE },
  { "FESX", "EUREX", "Euro Stoxx 50", 1, 1, 10, 3600, 10, F (DECIMAL_0), 5000, FALSE },
  { "FGBL", "EUREX", "Euro-Bund", 0.01, 1, 10, 3100, 1000, F (DECIMAL_2), 132, FALSE },
  { "CC", "ICEUS", "Cocoa", 1, 1, 10, 9800, 10, F (DECIMAL_0), 7200, TRUE },
  { "KC", "ICEUS", "Coffee C", 0.05, 1, 18.75, 9100, 37500, F (DECIMAL_2), 230, TRUE },
  { "SB", "ICEUS", "Sugar No. 11", 0.01, 1, 11.2, 1500, 112000, F (DECIMAL_2), 19, TRUE },
  { "MBS", "ICEUS", "30-Year Mortgage Index", 1.0 / 128, 1, 7.8125, 1800, 1000, F (DENOMINATOR_128), 99, FALSE },
  { "SWP", "ICEUS", "Two-Year Swap", 1.0 / 256, 1, 3.90625, 700, 1000, F (DENOMINATOR_256), 101, FALSE },
  { "OAT", "EUREX", "Oats Index", 0.5, 1, 25, 1600, 50, F (DENOMINATOR_2), 340, TRUE },
  { "RR", "CBOT", "Rough Rice Blocks", 1.0 / 16, 1, 12.5, 1100, 200, F (DENOMINATOR_16), 15, TRUE },
};
#undef F

typedef struct
{
  const char *symbol;
  const char *name;
  const char *exchange;
  double      start;
} Stock;

static const Stock stocks[] = {
  { "AAPL", "Apple", "NASDAQ", 190 },
  { "MSFT", "Microsoft", "NASDAQ", 420 },
  { "NVDA", "NVIDIA", "NASDAQ", 120 },
  { "AMZN", "Amazon", "NASDAQ", 180 },
  { "GOOG", "Alphabet", "NASDAQ", 170 },
  { "META", "Meta", "NASDAQ", 500 },
  { "TSLA", "Tesla", "NASDAQ", 180 },
  { "AVGO", "Broadcom", "NASDAQ", 160 },
  { "COST", "Costco", "NASDAQ", 850 },
  { "NFLX", "Netflix", "NASDAQ", 650 },
  { "AMD", "AMD", "NASDAQ", 160 },
  { "ADBE", "Adobe", "NASDAQ", 540 },
  { "PEP", "PepsiCo", "NASDAQ", 170 },
  { "INTC", "Intel", "NASDAQ", 30 },
  { "CSCO", "Cisco", "NASDAQ", 47 },
  { "QCOM", "Qualcomm", "NASDAQ", 200 },
  { "TXN", "Texas Instruments", "NASDAQ", 195 },
  { "AMAT", "Applied Materials", "NASDAQ", 230 },
  { "SBUX", "Starbucks", "NASDAQ", 80 },
  { "MU", "Micron", "NASDAQ", 130 },
  { "JPM", "JPMorgan Chase", "NYSE", 200 },
  { "V", "Visa", "NYSE", 270 },
  { "WMT", "Walmart", "NYSE", 68 },
  { "XOM", "Exxon Mobil", "NYSE", 115 },
  { "UNH", "UnitedHealth", "NYSE", 500 },
  { "MA", "Mastercard", "NYSE", 450 },
  { "PG", "Procter & Gamble", "NYSE", 167 },
  { "JNJ", "Johnson & Johnson", "NYSE", 147 },
  { "HD", "Home Depot", "NYSE", 345 },
  { "MRK", "Merck", "NYSE", 128 },
  { "CVX", "Chevron", "NYSE", 157 },
  { "ABBV", "AbbVie", "NYSE", 168 },
  { "KO", "Coca-Cola", "NYSE", 63 },
  { "BAC", "Bank of America", "NYSE", 40 },
  { "CRM", "Salesforce", "NYSE", 245 },
  { "ORCL", "Oracle", "NYSE", 140 },
  { "MCD", "McDonald's", "NYSE", 255 },
  { "DIS", "Walt Disney", "NYSE", 100 },
  { "GE", "General Electric", "NYSE", 160 },
  { "IBM", "IBM", "NYSE", 172 },
  { "CAT", "Caterpillar", "NYSE", 330 },
  { "PFE", "Pfizer", "NYSE", 28 },
  { "NKE", "Nike", "NYSE", 75 },
  { "T", "AT&T", "NYSE", 19 },
  { "BA", "Boeing", "NYSE", 180 },
  { "GS", "Goldman Sachs", "NYSE", 465 },
  { "MS", "Morgan Stanley", "NYSE", 97 },
  { "F", "Ford", "NYSE", 12 },
  { "GM", "General Motors", "NYSE", 46 },
  { "UPS", "UPS", "NYSE", 137 },
};

static SimInstrument *
add_new (SimCatalogue *catalogue)
{
  SimInstrument *instrument = g_new0 (SimInstrument, 1);

  instrument->index = catalogue->instruments->len;
  g_ptr_array_add (catalogue->instruments, instrument);
  return instrument;
}

static const char *
keep (SimCatalogue *catalogue,
      const char   *text)
{
  return g_string_chunk_insert_const (catalogue->words, text);
}

/* The third Friday of a month, half past two in the afternoon UTC. */
static guint32
third_friday (int year,
              int month)
{
  g_autoptr (GDateTime) first = g_date_time_new_utc (year, month, 1, 14, 30, 0);
  g_autoptr (GDateTime) day = g_date_time_add_days (first, (12 - g_date_time_get_day_of_week (first)) % 7 + 14);

  return (guint32) g_date_time_to_unix (day);
}

static gboolean
has_symbol (const SimCatalogue *catalogue,
            const char         *symbol)
{
  guint i;

  for (i = 0; i < catalogue->instruments->len; i++)
    if (strcmp (((SimInstrument *) g_ptr_array_index (catalogue->instruments, i))->symbol, symbol) == 0)
      return TRUE;
  return FALSE;
}

/* The @nth contract of @product, unless it is there already. */
static void
add_future (SimCatalogue  *catalogue,
            const Product *product,
            guint          nth)
{
  static const char  codes[] = "FGHJKMNQUVXZ";
  static const char *months[] = { "January", "February", "March", "April", "May", "June", "July", "August",
                                  "September", "October", "November", "December" };
  guint              since = FIRST_MONTH - 1 + nth * (product->monthly ? 1 : 3);
  int                year = FIRST_YEAR + (int) (since / 12);
  guint              month = since % 12;
  g_autofree char   *symbol = g_strdup_printf ("%s%c%d", product->root, codes[month],
                                               year < FIRST_YEAR + 10 ? year % 10 : year % 100);
  g_autofree char   *description = g_strdup_printf ("%s %s %d", product->name, months[month], year);
  SimInstrument     *instrument;

  if (has_symbol (catalogue, symbol))
    return;
  instrument = add_new (catalogue);
  instrument->type = DTC_SECURITY_TYPE_FUTURES;
  instrument->symbol = keep (catalogue, symbol);
  instrument->exchange = product->exchange;
  instrument->description = keep (catalogue, description);
  instrument->underlying = product->root;
  instrument->tick = product->tick;
  instrument->multiplier = product->multiplier;
  instrument->wire_tick = product->multiplier == 1 ? product->tick : product->tick * round (1 / product->multiplier);
  instrument->tick_value = product->tick_value;
  instrument->margin = product->margin;
  instrument->maintenance = round (product->margin * 0.9);
  instrument->contract_size = product->contract_size;
  instrument->price_format = product->price_format;
  instrument->expires = third_friday (year, (int) month + 1);
  /* Each month a little dearer than the one before. */
  instrument->start = (gint64) round (product->start * (1 + 0.002 * nth) / product->tick);
}

static void
add_stock (SimCatalogue *catalogue,
           const Stock  *stock)
{
  SimInstrument *instrument = add_new (catalogue);

  instrument->type = DTC_SECURITY_TYPE_STOCK;
  instrument->symbol = instrument->underlying = stock->symbol;
  instrument->exchange = stock->exchange;
  instrument->description = stock->name;
  instrument->tick = instrument->wire_tick = instrument->tick_value = 0.01;
  instrument->multiplier = 1;
  instrument->margin = stock->start / 2;
  instrument->maintenance = stock->start / 4;
  instrument->contract_size = 1;
  instrument->price_format = DTC_PRICE_DISPLAY_FORMAT_DECIMAL_2;
  instrument->start = (gint64) round (stock->start * 100);
}

SimCatalogue *
sim_catalogue_new (char **symbols,
                   guint  count)
{
  SimCatalogue *catalogue = g_new0 (SimCatalogue, 1);
  guint         i, nth, stock = 0;

  catalogue->instruments = g_ptr_array_new_with_free_func (g_free);
  catalogue->words = g_string_chunk_new (4096);
  for (i = 0; symbols[i]; i++)
    {
      SimInstrument *instrument = add_new (catalogue);
      guint          index = instrument->index;

      *instrument = *sim_instrument_find (symbols[i]);
      instrument->index = index;
    }
  /* The nearest contracts first, so that few symbols are already of every kind. */
  for (nth = 0; catalogue->instruments->len < count; nth++)
    for (i = 0; i < G_N_ELEMENTS (products) && catalogue->instruments->len < count; i++)
      {
        if (catalogue->instruments->len % STOCK_EVERY == 0 && stock < G_N_ELEMENTS (stocks))
          add_stock (catalogue, &stocks[stock++]);
        if (catalogue->instruments->len < count)
          add_future (catalogue, &products[i], nth);
      }
  return catalogue;
}

void
sim_catalogue_free (SimCatalogue *catalogue)
{
  if (!catalogue)
    return;
  g_ptr_array_unref (catalogue->instruments);
  g_string_chunk_free (catalogue->words);
  g_free (catalogue);
}
