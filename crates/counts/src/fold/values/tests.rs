//! Checks that all Arrow types a producer may choose give the same values, each read as rarely as
//! possible.

use super::*;
use arrow_array::{
    Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, Float32Array, Float64Array, Int64Array,
    StringArray, StringViewArray, TimestampMillisecondArray, UInt64Array,
};
use arrow_buffer::i256;
use arrow_cast::cast;
use std::sync::Arc;

fn read_all(array: &ArrayRef) -> (Vec<String>, usize) {
    read_all_by(array, None)
}

fn read_all_by(array: &ArrayRef, epoch: Option<Epoch>) -> (Vec<String>, usize) {
    let mut calls = 0;
    let mut texts: Vec<String> = Vec::new();
    let mut rows = Vec::new();
    let mut read = |value: Value<'_>| {
        calls += 1;
        texts.push(match value.with_text() {
            Value::Null => "null".to_owned(),
            Value::Text(text) => text.to_owned(),
            Value::Utf8(_) => unreachable!("it is text by now"),
            Value::Number(number) => format!("{:?}", number.and_then(|number| number.in_units_of(1))),
            Value::Day(day) | Value::Time(day, _) => format!("day {:?}", day.map(Day::epoch_days)),
        });
        texts.len() - 1
    };
    Reading::new(None, true, epoch, &mut |_: Value<'_>| 0).extend(array, &mut rows, &mut read);
    let rows = rows.iter().map(|at| texts[*at].clone()).collect();
    (rows, calls)
}

#[test]
fn every_type_gives_the_same_values() {
    let numbers: Vec<ArrayRef> = vec![
        Arc::new(Float64Array::from(vec![Some(2.5), None, Some(7.0), Some(2.5)])),
        Arc::new(Float32Array::from(vec![Some(2.5), None, Some(7.0), Some(2.5)])),
        Arc::new(
            Decimal128Array::from(vec![Some(250), None, Some(700), Some(250)])
                .with_precision_and_scale(9, 2)
                .expect("a decimal"),
        ),
        Arc::new(
            Decimal256Array::from(vec![Some(250), None, Some(700), Some(250)].map_to_wide())
                .with_precision_and_scale(60, 2)
                .expect("a decimal"),
        ),
    ];
    for array in numbers {
        let name = array.data_type().to_string();
        assert_eq!(read_all(&array).0, ["Some(25)", "null", "Some(70)", "Some(25)"], "{name}");
    }
    let integers: Vec<ArrayRef> =
        vec![Arc::new(Int64Array::from(vec![-3, 4])), Arc::new(Int64Array::from(vec![Some(-3), Some(4)]))];
    for array in integers {
        assert_eq!(read_all(&array).0, ["Some(-30)", "Some(40)"]);
    }
    assert_eq!(
        read_all(&(Arc::new(UInt64Array::from(vec![u64::MAX])) as ArrayRef)).0,
        [format!("Some({}0)", u64::MAX)]
    );
    assert_eq!(
        read_all(&(Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, -f64::NAN])) as ArrayRef)).0,
        ["null", "None", "null"]
    );
    let halves = Float32Array::from(vec![f32::NAN, f32::INFINITY, 0.1, 2.5]);
    let halves = cast(&halves, &DataType::Float16).expect("halves");
    assert_eq!(read_all(&halves).0, ["null", "None", "Some(1)", "Some(25)"]);
    let singles = Float32Array::from(vec![f32::NAN, f32::INFINITY, 0.1 + 0.2]);
    assert_eq!(read_all(&(Arc::new(singles) as ArrayRef)).0, ["null", "None", "Some(3)"]);
}

trait MapToWide {
    fn map_to_wide(self) -> Vec<Option<i256>>;
}

impl MapToWide for Vec<Option<i128>> {
    fn map_to_wide(self) -> Vec<Option<i256>> {
        self.into_iter().map(|number| number.map(i256::from_i128)).collect()
    }
}

#[test]
fn days() {
    let array = TimestampMillisecondArray::from(vec![Some(-1), None, Some(86_400_000)]).with_timezone("UTC");
    assert_eq!(read_all(&(Arc::new(array) as ArrayRef)).0, ["day Some(-1)", "null", "day Some(1)"]);
    let array = Date32Array::from(vec![Some(17_641), None, Some(i32::MAX)]);
    assert_eq!(read_all(&(Arc::new(array) as ArrayRef)).0, ["day Some(17641)", "null", "day None"]);
}

#[test]
fn integers_are_times_where_their_unit_is_known() {
    for (epoch, expected) in [
        (None, ["Some(864000000)", "null", "Some(-10)"]),
        (Some(Epoch::Seconds), ["day Some(1000)", "null", "day Some(-1)"]),
        (Some(Epoch::Milliseconds), ["day Some(1)", "null", "day Some(-1)"]),
        (Some(Epoch::Microseconds), ["day Some(0)", "null", "day Some(-1)"]),
        (Some(Epoch::Nanoseconds), ["day Some(0)", "null", "day Some(-1)"]),
    ] {
        let numbers = vec![Some(86_400_000), None, Some(-1)];
        let array: ArrayRef = Arc::new(Int64Array::from(numbers.clone()));
        assert_eq!(read_all_by(&array, epoch).0, expected, "{epoch:?}");
        let array = cast(&array, &DataType::Int32).expect("they fit");
        assert_eq!(read_all_by(&array, epoch).0, expected, "{epoch:?}");
    }
    let beyond: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
    assert_eq!(read_all_by(&beyond, Some(Epoch::Nanoseconds)).0, ["day None"]);
    let decimal: ArrayRef = Arc::new(Float64Array::from(vec![1.0]));
    assert_eq!(read_all_by(&decimal, Some(Epoch::Seconds)).0, ["Some(10)"], "only integers are times");
}

#[test]
fn a_dictionary_is_read_once_an_entry() {
    let array: DictionaryArray<Int32Type> =
        vec![Some("a"), Some("b"), None, Some("a"), Some("b")].into_iter().collect();
    let (rows, calls) = read_all(&(Arc::new(array) as ArrayRef));
    assert_eq!(rows, ["a", "b", "null", "a", "b"]);
    assert_eq!(calls, 3, "two entries and the null");
}

#[test]
fn runs_of_text_are_read_once() {
    let texts = vec![Some("a"), Some("a"), None, None, Some("a")];
    for array in
        [Arc::new(StringArray::from(texts.clone())) as ArrayRef, Arc::new(StringViewArray::from(texts))]
    {
        let (rows, calls) = read_all(&array);
        assert_eq!(rows, ["a", "a", "null", "null", "a"]);
        assert_eq!(calls, 3);
    }
}

#[test]
fn numbers_are_read_once_each() {
    let array = Float64Array::from((0..1_000).map(|row| f64::from(row % 10)).collect::<Vec<_>>());
    assert_eq!(read_all(&(Arc::new(array) as ArrayRef)).1, 10);
}
