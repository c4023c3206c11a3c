//! Rules as plain values, and the TOML that gives the real ETL the same rules.

use super::value::Column;
use std::fmt::Write;

/// Texts that mean nothing, also in the country column.
const MISSING_TEXTS: [&str; 11] =
    ["NULL", "null", "None", "none", "NaN", "nan", "<NA>", "\\N", "N/A", "n/a", "#N/A"];
/// Texts that mean nothing only in other columns; as a country, `NA` is Namibia.
const MISSING_BUT_COUNTRIES: [&str; 2] = ["NA", "-"];

/// The rules, including how to treat missing values and events before an order.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "the description asks four questions with two answers each"
)]
pub(crate) struct Rules {
    pub(crate) segments: Vec<Segment>,
    /// Buckets with fewer counted events have no amount; 0 means no minimum.
    pub(crate) min_support: u64,
    pub(crate) missing_orders_is_zero: bool,
    pub(crate) missing_amount_is_zero: bool,
    pub(crate) rejects_before_last_order: bool,
    pub(crate) rejects_before_first_order: bool,
    /// In columns other than the country.
    pub(crate) missing_texts: Vec<&'static str>,
    pub(crate) missing_country_texts: Vec<&'static str>,
    /// A country, and the country that it is read as.
    pub(crate) countries: Vec<(&'static str, &'static str)>,
    /// Columns whose integers are times.
    pub(crate) epochs: Vec<(Column, Epoch)>,
}

/// The unit of an integer since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Epoch {
    Seconds,
    Millis,
    Micros,
    Nanos,
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
    /// The country-wide mode: it measures nothing, and every event counts.
    Nothing,
}

/// The label, the lowest value, and the lowest value above the bucket.
pub(crate) type Bucket = (&'static str, i64, Option<i64>);

impl Rules {
    /// The rules in the table of the description.
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
            missing_texts: MISSING_TEXTS.into_iter().chain(MISSING_BUT_COUNTRIES).collect(),
            missing_country_texts: MISSING_TEXTS.to_vec(),
            countries: Vec::new(),
            epochs: Vec::new(),
        }
    }

    /// Rules with gaps between buckets, several segments of one measure, and all three measures.
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

    /// These rules with each way to clean: one bit of `choice` per question.
    pub(crate) fn cleaned(self, choice: u8) -> Self {
        Self {
            missing_orders_is_zero: choice & 1 == 0,
            missing_amount_is_zero: choice & 2 != 0,
            rejects_before_last_order: choice & 4 != 0,
            rejects_before_first_order: choice & 8 != 0,
            ..self
        }
    }

    /// These rules with this minimum number of events.
    pub(crate) fn asking_for(self, min_support: u64) -> Self {
        Self { min_support, ..self }
    }

    /// These rules with other texts that mean nothing, in the country column and elsewhere.
    pub(crate) fn treating_as_missing(self, countries: &[&'static str], others: &[&'static str]) -> Self {
        Self { missing_texts: others.to_vec(), missing_country_texts: countries.to_vec(), ..self }
    }

    /// These rules, which map countries to others.
    pub(crate) fn mapping(self, countries: &[(&'static str, &'static str)]) -> Self {
        Self { countries: countries.to_vec(), ..self }
    }

    /// These rules, with integers as times, in a different unit for each column.
    pub(crate) fn with_epochs(self) -> Self {
        let columns = [Column::Timestamp, Column::LastOrder, Column::FirstOrder];
        let epochs = columns.into_iter().filter_map(|column| Some((column, Epoch::of(column)?))).collect();
        Self { epochs, ..self }
    }

    /// These rules, with integers of these columns as times.
    pub(crate) fn counting(self, epochs: &[(Column, Epoch)]) -> Self {
        Self { epochs: epochs.to_vec(), ..self }
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
        for (key, texts) in
            [("missing_texts", &self.missing_texts), ("missing_country_texts", &self.missing_country_texts)]
        {
            let texts = texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", ");
            writeln!(toml, "{key} = [{texts}]").expect("a string");
        }
        if !self.countries.is_empty() {
            toml.push_str("[countries]\n");
        }
        for (from, to) in &self.countries {
            writeln!(toml, "{} = {}", quoted(from), quoted(to)).expect("a string");
        }
        if !self.epochs.is_empty() {
            toml.push_str("[columns]\n");
        }
        for (column, epoch) in &self.epochs {
            let name = column.name();
            writeln!(toml, "{name} = {{ name = {name:?}, epoch = {:?} }}", epoch.name()).expect("a string");
        }
        toml
    }
}

/// A TOML string; only these two characters need an escape.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

impl Epoch {
    pub(crate) const ALL: [Self; 4] = [Self::Seconds, Self::Millis, Self::Micros, Self::Nanos];

    /// The unit of a column, in tests with one unit per column.
    pub(crate) fn of(column: Column) -> Option<Self> {
        match column {
            Column::Timestamp => Some(Self::Millis),
            Column::LastOrder => Some(Self::Seconds),
            Column::FirstOrder => Some(Self::Micros),
            Column::Country | Column::Amount | Column::Orders => None,
        }
    }

    pub(crate) fn per_second(self) -> i64 {
        match self {
            Self::Seconds => 1,
            Self::Millis => 1_000,
            Self::Micros => 1_000_000,
            Self::Nanos => 1_000_000_000,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Millis => "ms",
            Self::Micros => "us",
            Self::Nanos => "ns",
        }
    }
}

#[test]
fn what_is_chosen_stands_in_the_toml() {
    let rules = Rules::described()
        .treating_as_missing(&["?"], &["\\N", "-"])
        .mapping(&[("turkey", "Türkiye")])
        .with_epochs();
    let toml = rules.to_toml();
    for line in [
        "missing_texts = [\"\\\\N\", \"-\"]",
        "missing_country_texts = [\"?\"]",
        "[countries]\n\"turkey\" = \"Türkiye\"\n",
        "[columns]\ntimestamp = { name = \"timestamp\", epoch = \"ms\" }\n",
    ] {
        assert!(toml.contains(line), "{line} is in {toml}");
    }
    for epoch in Epoch::ALL {
        let toml = Rules::described().counting(&[(Column::LastOrder, epoch)]).to_toml();
        assert!(toml.contains(&format!("epoch = {:?} }}", epoch.name())), "{toml}");
        assert_eq!(1_000_000_000 % epoch.per_second(), 0);
    }
    assert!(!Rules::described().to_toml().contains("[co"), "neither countries nor columns");
}
