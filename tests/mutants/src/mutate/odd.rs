//! Numbers and values that nobody thought of.

use crate::thrift::{BINARY, I32, I64, LIST, STRUCT, Struct, Value, write_varint};
use fastrand::Rng;

/// Returns a number at a border, or near the one that was there.
pub(super) fn odd_number(number: i64, random: &mut Rng) -> i64 {
    const BORDERS: [i64; 26] = [
        -1,
        0,
        1,
        2,
        7,
        33,
        60,
        127,
        128,
        255,
        256,
        i16::MAX as i64,
        u16::MAX as i64,
        1 << 20,
        (1 << 22) + 1,
        (1 << 26) - 1,
        (1 << 26) + 1,
        256 << 20,
        (256 << 20) + 1,
        i32::MAX as i64,
        i32::MIN as i64,
        u32::MAX as i64,
        (1 << 32) + 60,
        i64::MAX,
        i64::MIN,
        1 << 40,
    ];
    match random.u8(..10) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number.wrapping_mul(2),
        3 => number / 2,
        4 => number.wrapping_neg(),
        5 => number ^ (1 << random.u32(..34)),
        _ => BORDERS[random.usize(..BORDERS.len())],
    }
}

/// Returns a value of any type, which may lie about its type or its length.
pub(super) fn odd_value(random: &mut Rng) -> Value {
    match random.u8(..10) {
        0 => Value::Bool(random.bool()),
        1 => Value::Byte(random.u8(..)),
        2 => Value::Int(I64, odd_number(1, random)),
        3 => Value::Int(I32, odd_number(1, random)),
        4 => Value::Text(vec![random.u8(..); random.usize(..40)]),
        5 => Value::List(STRUCT, Vec::new(), Some(odd_number(1, random).cast_unsigned())),
        6 => Value::List(I32, vec![Value::Int(I32, 1); random.usize(..20)], None),
        7 => Value::Struct(Struct { fields: vec![(1, Value::Text(vec![1; random.usize(..40)]))] }),
        // Its declared type is unrelated to its bytes.
        8 => {
            let mut bytes = Vec::new();
            write_varint(odd_number(1, random).cast_unsigned(), &mut bytes);
            Value::Raw(BINARY, bytes)
        }
        _ => Value::Raw(
            random.choice([LIST, STRUCT, BINARY, 10, 11, 13, I64]).unwrap_or(LIST),
            vec![random.u8(..); random.usize(..12)],
        ),
    }
}
