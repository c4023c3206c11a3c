//! Floating-point numbers with decimal forms at borders, and those without a decimal form.

use crate::files::Kind;
use crate::reference::Value;
use arrow::datatypes::{ArrowPrimitiveType, Float16Type};

/// The nearest half.
pub(crate) fn half(float: f32) -> Value {
    Value::Half(<Float16Type as ArrowPrimitiveType>::Native::from_f32(float).to_f32())
}

/// Values that only this type has.
pub(super) fn extremes(kind: Kind) -> Vec<Value> {
    match kind {
        Kind::Float64 => {
            let others = [
                f64::NAN,
                -f64::NAN,
                f64::INFINITY,
                f64::NEG_INFINITY,
                -0.0,
                f64::MAX,
                f64::MIN,
                f64::MIN_POSITIVE,
                5e-324,
                1e22,
                1e300,
                0.1 + 0.2,
                1.1 + 2.2,
                0.1 * 3.0,
                4.35 * 100.0,
                1.005 * 1_000.0,
                1.0 - 0.9,
                100.0 * 1.1,
                1e-5,
                123_456_789_012.345_7,
                // Sixteen digits; the last one is exactly in the middle.
                123_456_789_012.062_5,
                123_456_789_012.187_5,
                12_345_678_901.062_5,
                // Its form with fifteen digits is at a border.
                0.000_099_999_999_999_999_99,
                0.000_099_999_999_999_999_9,
                999_999_999.999_999_6,
                999_999_999.999_999_4,
                1_000_000_000_000.004,
                1_000_000_000_000.006,
                12.123_400_000_000_04,
                12.123_400_000_000_06,
            ];
            let noisy = [1e-4, 0.3, 2.0, 5.0, 12.1234, 2640.0, 1e9, 1e12].into_iter().flat_map(noise);
            others.into_iter().chain(noisy).map(Value::Double).collect()
        }
        Kind::Float32 => {
            let others = [
                f32::NAN,
                f32::INFINITY,
                f32::NEG_INFINITY,
                -0.0,
                f32::MAX,
                f32::MIN_POSITIVE,
                16_777_216.0,
                0.1 + 0.2,
                0.3,
                1e-4,
                1e12_f32.next_up(),
                1e9_f32.next_up(),
                1_000_004.0,
                1_000_005.0,
                1_000_015.0,
                1_000_006.0,
                12.1234,
                1234.567,
                123.456_5,
                4.999_999_5,
                4.999_994,
            ];
            others.map(Value::Float).to_vec()
        }
        Kind::Float16 => {
            let others = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.0, 65_504.0, 65_520.0, 6e-8, 6.1e-5];
            let more = [1e-4, 1.5e-4, 9.95e-5, 0.3, 0.333_3, 4.996, 4.99, 1_001.0, 1_005.0, 2_049.0, 12.34];
            others.into_iter().chain(more).map(half).collect()
        }
        _ => panic!("{kind:?} is no type of floating-point numbers"),
    }
}

/// The doubles around a double, as sums and products produce them.
fn noise(double: f64) -> Vec<f64> {
    let mut doubles = vec![double];
    for _ in 0..12 {
        doubles.insert(0, doubles[0].next_down());
        doubles.push(doubles[doubles.len() - 1].next_up());
    }
    doubles
}
