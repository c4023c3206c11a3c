//! Rules as plain values, and the TOML that gives the real ETL the same ones.

use std::fmt::Write;

/// The rules, and what becomes of missing values and of events before an order.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the description asks four questions with two answers each"
)]
pub(crate) struct Rules {
    pub(crate) segments: Vec<Segment>,
    /// Buckets with fewer counted events have no amount; 0 asks for none.
    pub(crate) min_support: u64,
    pub(crate) missing_orders_is_zero: bool,
    pub(crate) missing_amount_is_zero: bool,
    pub(crate) rejects_before_last_order: bool,
    pub(crate) rejects_before_first_order: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Segment {
    pub(crate) name: &'static str,
    pub(crate) measure: Measure,
    pub(crate) buckets: Vec<Bucket>,
}

#[derive(Debug, Clone, Copy)]
pub(crate) enum Measure {
    TotalOrders,
    DaysSinceLastOrder,
    DaysSinceFirstOrder,
    /// The country-wide mode: nothing is measured, every event is in.
    Nothing,
}

/// The label, the lowest value, and the lowest value above.
pub(crate) type Bucket = (&'static str, i64, Option<i64>);

impl Rules {
    /// The rules of the description's table.
    pub(crate) fn described() -> Self {
        let orders = vec![("0-4", 0, Some(5)), ("5-13", 5, Some(14)), ("14-37", 14, Some(38))];
        let days = vec![
            ("30-60", 30, Some(60)),
            ("60-90", 60, Some(90)),
            ("90-120", 90, Some(120)),
            ("120-180", 120, Some(180)),
            ("180+", 180, None),
        ];
        Self {
            segments: vec![
                Segment { name: "frequent_segment", measure: Measure::TotalOrders, buckets: orders },
                Segment { name: "recency_segment", measure: Measure::DaysSinceLastOrder, buckets: days },
            ],
            min_support: 0,
            missing_orders_is_zero: true,
            missing_amount_is_zero: false,
            rejects_before_last_order: false,
            rejects_before_first_order: false,
        }
    }

    /// Gaps between buckets, several segments of one measure, and all three measures.
    pub(crate) fn with_gaps() -> Self {
        let segment = |name, measure, buckets| Segment { name, measure, buckets };
        let orders = vec![("one", 1, Some(2)), ("few", 3, Some(10)), ("many", 38, None)];
        let zero = vec![("none at all", 0, Some(1)), ("most", 1_000_000_000, None)];
        let last = vec![("same day", 0, Some(1)), ("month", 30, Some(60)), ("older", 180, Some(1_000_000))];
        let first = vec![("new", 0, Some(30)), ("old", 365, None)];
        Self {
            segments: vec![
                segment("zz \"quoted\" ü", Measure::DaysSinceFirstOrder, first),
                segment("orders", Measure::TotalOrders, orders),
                segment("orders_again", Measure::TotalOrders, zero),
                segment("last", Measure::DaysSinceLastOrder, last),
            ],
            ..Self::described()
        }
    }

    /// These rules with each way to clean: a bit of `choice` for each question.
    pub(crate) fn cleaned(self, choice: u8) -> Self {
        Self {
            missing_orders_is_zero: choice & 1 == 0,
            missing_amount_is_zero: choice & 2 != 0,
            rejects_before_last_order: choice & 4 != 0,
            rejects_before_first_order: choice & 8 != 0,
            ..self
        }
    }

    /// These rules with this many events asked for.
    pub(crate) fn asking_for(self, min_support: u64) -> Self {
        Self { min_support, ..self }
    }

    /// These rules with a fallback that ends at the whole country.
    pub(crate) fn with_country_wide(mut self) -> Self {
        self.segments.push(Segment {
            name: "country",
            measure: Measure::Nothing,
            buckets: vec![("all", 0, None)],
        });
        self
    }

    pub(crate) fn to_toml(&self) -> String {
        let mut toml = String::new();
        if self.min_support > 0 {
            writeln!(toml, "min_support = {}", self.min_support).expect("a string");
        }
        let mut fallback = "";
        for segment in &self.segments {
            let measure = match segment.measure {
                Measure::TotalOrders => "total_orders",
                Measure::DaysSinceLastOrder => "days_since_last_order",
                Measure::DaysSinceFirstOrder => "days_since_first_order",
                Measure::Nothing => {
                    fallback = "[fallback]\norder = [\"country\"]\n";
                    continue;
                }
            };
            let buckets = segment.buckets.iter().map(|(label, from, below)| {
                let below = below.map(|below| format!(", below = {below}")).unwrap_or_default();
                format!("{{ label = {label:?}, from = {from}{below} }}")
            });
            let buckets = buckets.collect::<Vec<_>>().join(", ");
            writeln!(
                toml,
                "[[segment]]\nname = {:?}\nmeasure = {measure:?}\nbuckets = [ {buckets} ]\n",
                segment.name
            )
            .expect("a string");
        }
        let zero_if = |is_zero| if is_zero { "0" } else { "\"reject\"" };
        let reject_if = |rejects| if rejects { "\"reject\"" } else { "\"unclassified\"" };
        let cleaning = [
            ("missing_total_orders", zero_if(self.missing_orders_is_zero)),
            ("missing_voucher_amount", zero_if(self.missing_amount_is_zero)),
            ("event_before_last_order", reject_if(self.rejects_before_last_order)),
            ("event_before_first_order", reject_if(self.rejects_before_first_order)),
        ];
        toml.push_str(fallback);
        toml.push_str("[cleaning]\n");
        for (key, value) in cleaning {
            writeln!(toml, "{key} = {value}").expect("a string");
        }
        toml
    }
}
