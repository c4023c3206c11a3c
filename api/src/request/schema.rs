//! The fields' schemas, by hand: Rust types cannot say what the readers accept.

use super::asked::NAMES_MAX;
use super::field::{COUNTRY_CHARS_MAX, MOMENT_CHARS_MAX, TEXT_CHARS_MAX};
use utoipa::openapi::schema::{
    Array, ArrayBuilder, KnownFormat, Object, ObjectBuilder, OneOfBuilder, Schema, SchemaFormat, SchemaType,
    Type,
};

/// Characters that are trimmed: Unicode's `White_Space` and three of zero width.
macro_rules! blanks {
    () => {
        r"\t-\r \u0085\u00a0\u1680\u2000-\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
    };
}

/// Characters that no country may have: control characters except white space, `#`, and those that
/// normalise to `#`.
macro_rules! barred {
    () => {
        r"#\ufe5f\uff03\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f"
    };
}

const MOMENT: &str = concat!(
    "^[",
    blanks!(),
    r"]*[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    r"([ \tTt]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.,][0-9]{1,9})?)?)?",
    r"([ \t]*(Z|z|UTC|GMT|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)(\[[A-Za-z0-9_+\-/.~]{1,64}\])?)?[",
    blanks!(),
    "]*$"
);

/// No text for a missing value, no barred character, and at least one character besides blanks and
/// marks.
const COUNTRY: &str = concat!(
    "^(?![",
    blanks!(),
    r"]*(NULL|null|None|none|NaN|nan|<NA>|\\N|N/A|n/a)[",
    blanks!(),
    "]*$)[^",
    barred!(),
    "]*[^",
    barred!(),
    blanks!(),
    r"\u0300-\u036f\u00a8\u00af\u00b4\u00b8\u02d8-\u02dd\u037a\u0384\u0385\u1fbd\u1fbf-\u1fc1",
    r"\u1fcd-\u1fcf\u1fdd-\u1fdf\u1fed\u1fee\u1ffd\u1ffe\u2017\u203e\ufe49-\ufe4c\uffe3][^",
    barred!(),
    "]*$"
);

fn text(description: &str, length_max: usize) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .min_length(Some(1))
        .max_length(Some(length_max))
}

/// Readers that hold numbers as doubles know integers up to 2^53 exactly.
const CUSTOMER_ID: &str = "Whoever it is; answered as it is. Send an integer beyond 2^53 as text: many \
    readers of JSON, JavaScript's among them, round it.";

/// The schema of a customer's id, in requests and answers.
pub(crate) fn customer_id() -> Schema {
    let integer = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
        .minimum(Some(isize::MIN))
        .maximum(Some(isize::MAX));
    OneOfBuilder::new()
        .item(integer)
        .item(text("An id of your own", TEXT_CHARS_MAX))
        .description(Some(CUSTOMER_ID))
        .examples([123])
        .into()
}

pub(super) fn country_code() -> Object {
    let description = "The country in any spelling, or by a further name: a key of at most 128 bytes";
    text(description, COUNTRY_CHARS_MAX).pattern(Some(COUNTRY)).examples(["Peru", " PERÚ"]).build()
}

fn moment(description: &str, examples: &[&str]) -> Object {
    text(description, MOMENT_CHARS_MAX).pattern(Some(MOMENT)).examples(examples.iter().copied()).build()
}

pub(super) fn last_order_ts() -> Object {
    let examples =
        ["2018-05-03 00:00:00", "2018-05-03T02:00:00.5+02:00[Europe/Berlin]", "2018-05-03 00:00:00 UTC"];
    moment("The last order, in UTC unless it has a zone; not later than as_of", &examples)
}

pub(super) fn first_order_ts() -> Object {
    moment("The first order; not later than the last one", &["2017-05-03 00:00:00", "2017-05-03"])
}

pub(super) fn as_of() -> Object {
    let mut schema = moment(
        "The day to answer for; now, if it is left out or null",
        &["2018-08-03", "2018-08-03 12:00:00-03"],
    );
    schema.schema_type = or_null(Type::String);
    schema
}

/// Null is as good as left out.
fn or_null(one: Type) -> SchemaType {
    SchemaType::Array(vec![one, Type::Null])
}

pub(super) fn total_orders() -> Object {
    ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("Orders placed so far"))
        .minimum(Some(0))
        .maximum(Some(1_000_000_000))
        .examples([15])
        .build()
}

pub(super) fn segment_names() -> Array {
    let mut schema = ArrayBuilder::new()
        .description(Some("Several segments, in place of segment_name: each has an answer of its own"))
        .items(text("A segment of the published rules", TEXT_CHARS_MAX))
        .min_items(Some(1))
        .max_items(Some(NAMES_MAX))
        .unique_items(true)
        .examples([["frequent_segment", "recency_segment"]])
        .build();
    schema.schema_type = or_null(Type::Array);
    schema
}

pub(super) fn best() -> Object {
    ObjectBuilder::new()
        .schema_type(or_null(Type::Boolean))
        .description(Some("Answer from the first segment that has an amount, in place of segment_name"))
        .build()
}

pub(super) fn segment_name() -> Object {
    text("A segment of the published rules; needed without segment_names and best", TEXT_CHARS_MAX)
        .schema_type(or_null(Type::String))
        .examples(["frequent_segment"])
        .build()
}
