-- Counts the events of a view `events` with these columns, all of them text: country_code, voucher_amount, total_orders, timestamp, last_order_ts.
-- country: as it is spelled; which spellings are one country is not decided here.
-- voucher_amount: in ten-thousandths; null is missing, -1 is bad.
-- outcome_0: frequent_segment is 0 "0-4", 1 "5-13", 2 "14-37", -1 outside every bucket, -2 missing_total_orders, -3 bad_total_orders
-- outcome_1: recency_segment is 0 "30-60", 1 "60-90", 2 "90-120", 3 "120-180", 4 "180+", -1 outside every bucket, -4 missing_timestamp, -5 bad_timestamp, -6 missing_last_order_ts, -7 bad_last_order_ts, -8 event_before_last_order
WITH events_0 AS (
  SELECT false AS is_sampled, e.country_code AS country, e.voucher_amount AS voucher_amount, e.total_orders AS total_orders, e.timestamp AS timestamp, e.last_order_ts AS last_order_ts
  FROM events AS e
),
events_1 AS (
  SELECT e.is_sampled AS is_sampled,
    TRIM(BOTH (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '                  　﻿​⁠') FROM e.country) AS country,
    e.voucher_amount AS voucher_amount,
    e.total_orders AS total_orders,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_0 AS e
),
events_2 AS (
  SELECT e.is_sampled AS is_sampled,
    CASE WHEN e.country NOT IN ('', '#N/A', '<NA>', 'N/A', 'NULL', 'NaN', 'None', (chr(92) || 'N'), 'n/a', 'nan', 'none', 'null') THEN e.country END AS country,
    e.voucher_amount AS voucher_amount,
    e.total_orders AS total_orders,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_1 AS e
),
events_3 AS (
  SELECT e.is_sampled AS is_sampled,
    CASE WHEN e.country LIKE '%#%' OR (length(e.country) > 128 AND regexp_replace(e.country, '^([!-~] *){129}', '') <> e.country) THEN '#' ELSE e.country END AS country,
    e.voucher_amount AS voucher_amount,
    e.total_orders AS total_orders,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_2 AS e
),
events_4 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    TRIM(BOTH (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '                  　﻿​⁠') FROM e.voucher_amount) AS voucher_amount_text,
    TRIM(BOTH (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '                  　﻿​⁠') FROM e.total_orders) AS total_orders_text,
    TRIM(BOTH (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '                  　﻿​⁠') FROM e.timestamp) AS timestamp_text,
    TRIM(BOTH (chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || '                  　﻿​⁠') FROM e.last_order_ts) AS last_order_ts_text
  FROM events_3 AS e
),
events_5 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    CASE WHEN e.voucher_amount_text NOT IN ('', '#N/A', '-', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', (chr(92) || 'N'), 'n/a', 'nan', 'none', 'null') THEN e.voucher_amount_text END AS voucher_amount_text,
    CASE WHEN e.total_orders_text NOT IN ('', '#N/A', '-', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', (chr(92) || 'N'), 'n/a', 'nan', 'none', 'null') THEN e.total_orders_text END AS total_orders_text,
    CASE WHEN e.timestamp_text NOT IN ('', '#N/A', '-', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', (chr(92) || 'N'), 'n/a', 'nan', 'none', 'null') THEN e.timestamp_text END AS timestamp_text,
    CASE WHEN e.last_order_ts_text NOT IN ('', '#N/A', '-', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None', (chr(92) || 'N'), 'n/a', 'nan', 'none', 'null') THEN e.last_order_ts_text END AS last_order_ts_text
  FROM events_4 AS e
),
events_6 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    length(e.voucher_amount_text) <= 40 AND regexp_replace(e.voucher_amount_text, '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?', '') = '' AS voucher_amount_is_number,
    e.voucher_amount_text AS voucher_amount_text,
    length(e.total_orders_text) <= 40 AND regexp_replace(e.total_orders_text, '^[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?', '') = '' AS total_orders_is_number,
    e.total_orders_text AS total_orders_text,
    CASE WHEN e.timestamp_text LIKE '%[%' OR e.timestamp_text LIKE '%<%' THEN translate(e.timestamp_text, '[]<>', '<>??') ELSE e.timestamp_text END AS timestamp_text,
    CASE WHEN e.last_order_ts_text LIKE '%[%' OR e.last_order_ts_text LIKE '%<%' THEN translate(e.last_order_ts_text, '[]<>', '<>??') ELSE e.last_order_ts_text END AS last_order_ts_text
  FROM events_5 AS e
),
events_7 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    substr(e.voucher_amount_text, 1, 1) = '-' AS voucher_amount_is_negative,
    e.voucher_amount_is_number AND (e.voucher_amount_text LIKE '%e%' OR e.voucher_amount_text LIKE '%E%') AS voucher_amount_has_exponent,
    e.voucher_amount_text AS voucher_amount_text,
    e.total_orders_is_number AS total_orders_is_number,
    substr(e.total_orders_text, 1, 1) = '-' AS total_orders_is_negative,
    e.total_orders_is_number AND (e.total_orders_text LIKE '%e%' OR e.total_orders_text LIKE '%E%') AS total_orders_has_exponent,
    e.total_orders_text AS total_orders_text,
    regexp_replace(e.timestamp_text, '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ 	Tt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)?([ 	]*(Z|z|UTC|GMT|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)(<[A-Za-z0-9_+/.~-]{1,64}>)?)?', '') = '' AS timestamp_is_day,
    TRY_CAST(substr(e.timestamp_text, 1, 4) AS BIGINT) AS timestamp_year,
    TRY_CAST(substr(e.timestamp_text, 6, 2) AS BIGINT) AS timestamp_month,
    TRY_CAST(substr(e.timestamp_text, 9, 2) AS BIGINT) AS timestamp_day,
    split_part(substr(e.timestamp_text, 11), '<', 1) AS timestamp_rest,
    regexp_replace(e.last_order_ts_text, '^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ 	Tt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)?([ 	]*(Z|z|UTC|GMT|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)(<[A-Za-z0-9_+/.~-]{1,64}>)?)?', '') = '' AS last_order_ts_is_day,
    TRY_CAST(substr(e.last_order_ts_text, 1, 4) AS BIGINT) AS last_order_ts_year,
    TRY_CAST(substr(e.last_order_ts_text, 6, 2) AS BIGINT) AS last_order_ts_month,
    TRY_CAST(substr(e.last_order_ts_text, 9, 2) AS BIGINT) AS last_order_ts_day,
    split_part(substr(e.last_order_ts_text, 11), '<', 1) AS last_order_ts_rest
  FROM events_6 AS e
),
events_8 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    e.voucher_amount_is_negative AS voucher_amount_is_negative,
    e.voucher_amount_has_exponent AS voucher_amount_has_exponent,
    e.voucher_amount_text AS voucher_amount_text,
    CASE WHEN e.voucher_amount_has_exponent THEN split_part(lower(e.voucher_amount_text), 'e', 1) END AS voucher_amount_mantissa,
    CASE WHEN e.voucher_amount_has_exponent THEN split_part(lower(e.voucher_amount_text), 'e', 2) END AS voucher_amount_exponent,
    e.total_orders_is_number AS total_orders_is_number,
    e.total_orders_is_negative AS total_orders_is_negative,
    e.total_orders_has_exponent AS total_orders_has_exponent,
    e.total_orders_text AS total_orders_text,
    CASE WHEN e.total_orders_has_exponent THEN split_part(lower(e.total_orders_text), 'e', 1) END AS total_orders_mantissa,
    CASE WHEN e.total_orders_has_exponent THEN split_part(lower(e.total_orders_text), 'e', 2) END AS total_orders_exponent,
    e.timestamp_is_day AND e.timestamp_day <= CASE WHEN e.timestamp_month IN (4, 6, 9, 11) THEN 30 WHEN e.timestamp_month <> 2 THEN 31 WHEN (e.timestamp_year % 4 = 0 AND (e.timestamp_year % 100 <> 0 OR e.timestamp_year % 400 = 0)) THEN 29 ELSE 28 END AS timestamp_is_day,
    e.timestamp_year + 400 - CASE WHEN e.timestamp_month <= 2 THEN 1 ELSE 0 END AS timestamp_year,
    CASE e.timestamp_month WHEN 1 THEN 306 WHEN 2 THEN 337 WHEN 3 THEN 0 WHEN 4 THEN 31 WHEN 5 THEN 61 WHEN 6 THEN 92 WHEN 7 THEN 122 WHEN 8 THEN 153 WHEN 9 THEN 184 WHEN 10 THEN 214 WHEN 11 THEN 245 WHEN 12 THEN 275 ELSE 0 END + e.timestamp_day - 1 AS timestamp_day,
    CASE WHEN e.timestamp_rest LIKE '%+%' THEN CASE WHEN substr(e.timestamp_rest, 4, 1) = ':' AND substr(e.timestamp_rest, 1, 1) NOT IN ('+', '-') THEN TRY_CAST(substr(e.timestamp_rest, 2, 2) AS BIGINT) * 60 + TRY_CAST(substr(e.timestamp_rest, 5, 2) AS BIGINT) ELSE 0 END - (TRY_CAST(substr(split_part(e.timestamp_rest, '+', 2), 1, 2) AS BIGINT) * 60 + CASE WHEN length(split_part(e.timestamp_rest, '+', 2)) > 2 THEN TRY_CAST(substr(split_part(e.timestamp_rest, '+', 2), length(split_part(e.timestamp_rest, '+', 2)) - 1, 2) AS BIGINT) ELSE 0 END) WHEN e.timestamp_rest LIKE '%-%' THEN CASE WHEN substr(e.timestamp_rest, 4, 1) = ':' AND substr(e.timestamp_rest, 1, 1) NOT IN ('+', '-') THEN TRY_CAST(substr(e.timestamp_rest, 2, 2) AS BIGINT) * 60 + TRY_CAST(substr(e.timestamp_rest, 5, 2) AS BIGINT) ELSE 0 END + TRY_CAST(substr(split_part(e.timestamp_rest, '-', 2), 1, 2) AS BIGINT) * 60 + CASE WHEN length(split_part(e.timestamp_rest, '-', 2)) > 2 THEN TRY_CAST(substr(split_part(e.timestamp_rest, '-', 2), length(split_part(e.timestamp_rest, '-', 2)) - 1, 2) AS BIGINT) ELSE 0 END ELSE 0 END AS timestamp_minutes,
    e.last_order_ts_is_day AND e.last_order_ts_day <= CASE WHEN e.last_order_ts_month IN (4, 6, 9, 11) THEN 30 WHEN e.last_order_ts_month <> 2 THEN 31 WHEN (e.last_order_ts_year % 4 = 0 AND (e.last_order_ts_year % 100 <> 0 OR e.last_order_ts_year % 400 = 0)) THEN 29 ELSE 28 END AS last_order_ts_is_day,
    e.last_order_ts_year + 400 - CASE WHEN e.last_order_ts_month <= 2 THEN 1 ELSE 0 END AS last_order_ts_year,
    CASE e.last_order_ts_month WHEN 1 THEN 306 WHEN 2 THEN 337 WHEN 3 THEN 0 WHEN 4 THEN 31 WHEN 5 THEN 61 WHEN 6 THEN 92 WHEN 7 THEN 122 WHEN 8 THEN 153 WHEN 9 THEN 184 WHEN 10 THEN 214 WHEN 11 THEN 245 WHEN 12 THEN 275 ELSE 0 END + e.last_order_ts_day - 1 AS last_order_ts_day,
    CASE WHEN e.last_order_ts_rest LIKE '%+%' THEN CASE WHEN substr(e.last_order_ts_rest, 4, 1) = ':' AND substr(e.last_order_ts_rest, 1, 1) NOT IN ('+', '-') THEN TRY_CAST(substr(e.last_order_ts_rest, 2, 2) AS BIGINT) * 60 + TRY_CAST(substr(e.last_order_ts_rest, 5, 2) AS BIGINT) ELSE 0 END - (TRY_CAST(substr(split_part(e.last_order_ts_rest, '+', 2), 1, 2) AS BIGINT) * 60 + CASE WHEN length(split_part(e.last_order_ts_rest, '+', 2)) > 2 THEN TRY_CAST(substr(split_part(e.last_order_ts_rest, '+', 2), length(split_part(e.last_order_ts_rest, '+', 2)) - 1, 2) AS BIGINT) ELSE 0 END) WHEN e.last_order_ts_rest LIKE '%-%' THEN CASE WHEN substr(e.last_order_ts_rest, 4, 1) = ':' AND substr(e.last_order_ts_rest, 1, 1) NOT IN ('+', '-') THEN TRY_CAST(substr(e.last_order_ts_rest, 2, 2) AS BIGINT) * 60 + TRY_CAST(substr(e.last_order_ts_rest, 5, 2) AS BIGINT) ELSE 0 END + TRY_CAST(substr(split_part(e.last_order_ts_rest, '-', 2), 1, 2) AS BIGINT) * 60 + CASE WHEN length(split_part(e.last_order_ts_rest, '-', 2)) > 2 THEN TRY_CAST(substr(split_part(e.last_order_ts_rest, '-', 2), length(split_part(e.last_order_ts_rest, '-', 2)) - 1, 2) AS BIGINT) ELSE 0 END ELSE 0 END AS last_order_ts_minutes
  FROM events_7 AS e
),
events_9 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    e.voucher_amount_is_negative AS voucher_amount_is_negative,
    e.voucher_amount_has_exponent AS voucher_amount_has_exponent,
    e.voucher_amount_text AS voucher_amount_text,
    '00000000000000000000' || TRIM(LEADING '+-' FROM split_part(e.voucher_amount_mantissa, '.', 1)) || split_part(e.voucher_amount_mantissa, '.', 2) || '00000000000000000000' AS voucher_amount_digits,
    20 + length(TRIM(LEADING '+-' FROM split_part(e.voucher_amount_mantissa, '.', 1))) + CASE WHEN TRY_CAST('0' || TRIM(LEADING '+-0' FROM e.voucher_amount_exponent) AS INT) <= 20 THEN TRY_CAST('0' || TRIM(LEADING '+-0' FROM e.voucher_amount_exponent) AS INT) * CASE WHEN e.voucher_amount_exponent LIKE '-%' THEN -1 ELSE 1 END END AS voucher_amount_point,
    e.total_orders_is_number AS total_orders_is_number,
    e.total_orders_is_negative AS total_orders_is_negative,
    e.total_orders_has_exponent AS total_orders_has_exponent,
    e.total_orders_text AS total_orders_text,
    '00000000000000000000' || TRIM(LEADING '+-' FROM split_part(e.total_orders_mantissa, '.', 1)) || split_part(e.total_orders_mantissa, '.', 2) || '00000000000000000000' AS total_orders_digits,
    20 + length(TRIM(LEADING '+-' FROM split_part(e.total_orders_mantissa, '.', 1))) + CASE WHEN TRY_CAST('0' || TRIM(LEADING '+-0' FROM e.total_orders_exponent) AS INT) <= 20 THEN TRY_CAST('0' || TRIM(LEADING '+-0' FROM e.total_orders_exponent) AS INT) * CASE WHEN e.total_orders_exponent LIKE '-%' THEN -1 ELSE 1 END END AS total_orders_point,
    CASE WHEN e.timestamp_is_day IS NULL THEN NULL WHEN NOT e.timestamp_is_day THEN -9999999 ELSE 365 * e.timestamp_year + CAST(floor(e.timestamp_year / 4) AS BIGINT) - CAST(floor(e.timestamp_year / 100) AS BIGINT) + CAST(floor(e.timestamp_year / 400) AS BIGINT) + e.timestamp_day - 865565 + CASE WHEN e.timestamp_minutes < 0 THEN -1 WHEN e.timestamp_minutes >= 1440 THEN 1 ELSE 0 END END AS timestamp,
    CASE WHEN e.last_order_ts_is_day IS NULL THEN NULL WHEN NOT e.last_order_ts_is_day THEN -9999999 ELSE 365 * e.last_order_ts_year + CAST(floor(e.last_order_ts_year / 4) AS BIGINT) - CAST(floor(e.last_order_ts_year / 100) AS BIGINT) + CAST(floor(e.last_order_ts_year / 400) AS BIGINT) + e.last_order_ts_day - 865565 + CASE WHEN e.last_order_ts_minutes < 0 THEN -1 WHEN e.last_order_ts_minutes >= 1440 THEN 1 ELSE 0 END END AS last_order_ts
  FROM events_8 AS e
),
events_10 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    e.voucher_amount_is_negative AS voucher_amount_is_negative,
    CASE WHEN e.voucher_amount_has_exponent THEN substr(e.voucher_amount_digits, 1, e.voucher_amount_point) || '.' || substr(e.voucher_amount_digits, e.voucher_amount_point + 1) ELSE e.voucher_amount_text END AS voucher_amount_text,
    e.total_orders_is_number AS total_orders_is_number,
    e.total_orders_is_negative AS total_orders_is_negative,
    CASE WHEN e.total_orders_has_exponent THEN substr(e.total_orders_digits, 1, e.total_orders_point) || '.' || substr(e.total_orders_digits, e.total_orders_point + 1) ELSE e.total_orders_text END AS total_orders_text,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_9 AS e
),
events_11 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    e.voucher_amount_is_negative AS voucher_amount_is_negative,
    TRIM(LEADING '0' FROM TRIM(LEADING '+-' FROM split_part(e.voucher_amount_text, '.', 1))) AS voucher_amount_digits,
    TRIM(TRAILING '0' FROM split_part(e.voucher_amount_text, '.', 2)) AS voucher_amount_decimals,
    e.total_orders_is_number AS total_orders_is_number,
    e.total_orders_is_negative AS total_orders_is_negative,
    TRIM(LEADING '0' FROM TRIM(LEADING '+-' FROM split_part(e.total_orders_text, '.', 1))) AS total_orders_digits,
    TRIM(TRAILING '0' FROM split_part(e.total_orders_text, '.', 2)) AS total_orders_decimals,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_10 AS e
),
events_12 AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    e.voucher_amount_is_number AS voucher_amount_is_number,
    e.voucher_amount_is_negative AS voucher_amount_is_negative,
    length(e.voucher_amount_decimals) AS voucher_amount_decimals,
    TRY_CAST(e.voucher_amount_digits || substr(e.voucher_amount_decimals || '0000', 1, 4) AS BIGINT) AS voucher_amount_units,
    e.total_orders_is_number AS total_orders_is_number,
    e.total_orders_is_negative AS total_orders_is_negative,
    length(e.total_orders_decimals) AS total_orders_decimals,
    TRY_CAST('0' || e.total_orders_digits AS BIGINT) AS total_orders_units,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_11 AS e
),
events_readings AS (
  SELECT e.is_sampled AS is_sampled,
    e.country AS country,
    CASE WHEN e.voucher_amount_is_number IS NULL THEN NULL WHEN e.voucher_amount_is_number AND e.voucher_amount_decimals <= 4 AND e.voucher_amount_units BETWEEN 1 AND 10000000000000000 AND (NOT e.voucher_amount_is_negative OR e.voucher_amount_units = 0) THEN e.voucher_amount_units ELSE -1 END AS voucher_amount,
    CASE WHEN e.total_orders_is_number IS NULL THEN NULL WHEN e.total_orders_is_number AND e.total_orders_decimals <= 0 AND e.total_orders_units BETWEEN 0 AND 1000000000 AND (NOT e.total_orders_is_negative OR e.total_orders_units = 0) THEN e.total_orders_units ELSE -1 END AS total_orders,
    e.timestamp AS timestamp,
    e.last_order_ts AS last_order_ts
  FROM events_12 AS e
),
readings AS (
  SELECT * FROM events_readings
),
outcomes AS (
  SELECT r.is_sampled, r.country,
    r.voucher_amount AS voucher_amount,
    CASE WHEN (r.voucher_amount) >= 0 THEN CASE WHEN r.total_orders IS NULL THEN 0 WHEN r.total_orders = -1 THEN -3 WHEN r.total_orders >= 0 AND r.total_orders < 5 THEN 0 WHEN r.total_orders >= 5 AND r.total_orders < 14 THEN 1 WHEN r.total_orders >= 14 AND r.total_orders < 38 THEN 2 ELSE -1 END ELSE -1 END AS outcome_0,
    CASE WHEN (r.voucher_amount) >= 0 THEN CASE WHEN r.timestamp IS NULL THEN -4 WHEN r.timestamp = -9999999 THEN -5 WHEN r.last_order_ts IS NULL THEN -6 WHEN r.last_order_ts = -9999999 THEN -7 WHEN r.timestamp < r.last_order_ts THEN -1 WHEN (r.timestamp - r.last_order_ts) >= 30 AND (r.timestamp - r.last_order_ts) < 60 THEN 0 WHEN (r.timestamp - r.last_order_ts) >= 60 AND (r.timestamp - r.last_order_ts) < 90 THEN 1 WHEN (r.timestamp - r.last_order_ts) >= 90 AND (r.timestamp - r.last_order_ts) < 120 THEN 2 WHEN (r.timestamp - r.last_order_ts) >= 120 AND (r.timestamp - r.last_order_ts) < 180 THEN 3 WHEN (r.timestamp - r.last_order_ts) >= 180 THEN 4 ELSE -1 END ELSE -1 END AS outcome_1
  FROM readings AS r
)
SELECT is_sampled, country, voucher_amount, outcome_0, outcome_1, count(*) AS events
FROM outcomes
GROUP BY is_sampled, country, voucher_amount, outcome_0, outcome_1
