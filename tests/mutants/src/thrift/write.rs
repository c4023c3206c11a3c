//! Writes structures as they are: fields may lie.

use super::tree::{FALSE, Struct, TRUE, Value};

impl Struct {
    /// Returns its bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        write_struct(self, &mut bytes);
        bytes
    }
}

fn write_struct(structure: &Struct, bytes: &mut Vec<u8>) {
    let mut last = 0;
    for (id, value) in &structure.fields {
        if let Some(Ok(delta @ 1..=15)) = id.checked_sub(last).map(u8::try_from) {
            bytes.push(delta << 4 | value.field_type());
        } else {
            bytes.push(value.field_type());
            write_varint(zigzag(i64::from(*id)), bytes);
        }
        last = *id;
        if !matches!(value, Value::Bool(_)) {
            write_value(value, bytes);
        }
    }
    bytes.push(0);
}

fn write_value(value: &Value, bytes: &mut Vec<u8>) {
    match value {
        Value::Bool(truth) => bytes.push(if *truth { TRUE } else { FALSE }),
        Value::Byte(byte) => bytes.push(*byte),
        Value::Int(_, number) => write_varint(zigzag(*number), bytes),
        Value::Double(double) => bytes.extend(double),
        Value::Text(text) => {
            write_varint(text.len() as u64, bytes);
            bytes.extend(text);
        }
        Value::List(element, elements, claimed) => {
            let length = claimed.unwrap_or(elements.len() as u64);
            if let Ok(length @ 0..15) = u8::try_from(length) {
                bytes.push(length << 4 | element);
            } else {
                bytes.push(0xf0 | element);
                write_varint(length, bytes);
            }
            for element in elements {
                write_value(element, bytes);
            }
        }
        Value::Struct(inner) => write_struct(inner, bytes),
        Value::Raw(_, raw) => bytes.extend(raw),
    }
}

/// Writes a number of any length.
pub fn write_varint(mut number: u64, bytes: &mut Vec<u8>) {
    while number >= 0x80 {
        bytes.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    bytes.push(number.to_le_bytes()[0]);
}

fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)).cast_unsigned()
}
