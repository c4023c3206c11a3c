-- The counts of the default rules by DuckDB, as an independent judge of voucher-etl.
-- $history is the parquet file, $missing_amount is 0 or null (rejected).
-- It shares the rules with the ETL (design and crates/segments/rules.toml), not a line of its code.
WITH events AS (
    SELECT
        lower(trim(country_code)) AS country,
        coalesce(nullif(trim(total_orders), ''), '0')::DOUBLE AS orders,
        datediff('day', substr(last_order_ts, 1, 10)::DATE, substr(timestamp, 1, 10)::DATE) AS days,
        coalesce(voucher_amount, $missing_amount) AS amount
    FROM read_parquet($history)
    WHERE coalesce(voucher_amount, $missing_amount) IS NOT NULL
),
classified AS (
    SELECT country, 'frequent_segment' AS segment, amount,
        CASE
            WHEN orders >= 0 AND orders < 5 THEN '0-4'
            WHEN orders >= 5 AND orders < 14 THEN '5-13'
            WHEN orders >= 14 AND orders < 38 THEN '14-37'
            ELSE 'Unknown'
        END AS bucket
    FROM events
    UNION ALL
    SELECT country, 'recency_segment', amount,
        CASE
            WHEN days >= 30 AND days < 60 THEN '30-60'
            WHEN days >= 60 AND days < 90 THEN '60-90'
            WHEN days >= 90 AND days < 120 THEN '90-120'
            WHEN days >= 120 AND days < 180 THEN '120-180'
            WHEN days >= 180 THEN '180+'
            ELSE 'Unknown'
        END
    FROM events
)
SELECT country, segment, bucket, amount::DECIMAL(18, 4) AS voucher_amount, count(*) AS events
FROM classified
GROUP BY ALL
ORDER BY ALL
