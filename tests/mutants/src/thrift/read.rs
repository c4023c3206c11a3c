//! Reads structures of valid files.

use super::tree::{BINARY, BYTE, DOUBLE, FALSE, I64, LIST, STRUCT, Struct, TRUE, Value};

impl Struct {
    /// Reads the structure at the start of `bytes`, of a valid file; returns its length too.
    ///
    /// # Panics
    ///
    /// If it is not a valid structure.
    #[must_use]
    pub fn read(bytes: &[u8]) -> (Self, usize) {
        let mut reader = Reader { bytes, at: 0 };
        let read = reader.structure();
        (read, reader.at)
    }
}

/// Reads bytes from front to back.
struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn structure(&mut self) -> Struct {
        let mut read = Struct::default();
        let mut id = 0;
        loop {
            let head = self.byte();
            if head == 0 {
                return read;
            }
            id = match head >> 4 {
                0 => i16::try_from(self.number()).expect("a field's number"),
                delta => id + i16::from(delta),
            };
            let value = match head & 0x0f {
                TRUE => Value::Bool(true),
                FALSE => Value::Bool(false),
                field => self.value(field),
            };
            read.fields.push((id, value));
        }
    }

    fn value(&mut self, field: u8) -> Value {
        match field {
            TRUE | FALSE => Value::Bool(self.byte() == TRUE),
            BYTE => Value::Byte(self.byte()),
            4..=I64 => Value::Int(field, self.number()),
            DOUBLE => Value::Double(self.take(8).try_into().expect("eight bytes")),
            BINARY => {
                let length = self.length();
                Value::Text(self.take(length).to_vec())
            }
            LIST => {
                let head = self.byte();
                let length = if head >> 4 == 15 { self.length() } else { usize::from(head >> 4) };
                let element = head & 0x0f;
                Value::List(element, (0..length).map(|_| self.value(element)).collect(), None)
            }
            STRUCT => Value::Struct(self.structure()),
            other => panic!("no writer of ours writes a field of type {other}"),
        }
    }

    fn number(&mut self) -> i64 {
        let number = self.varint();
        (number >> 1).cast_signed() ^ -(number & 1).cast_signed()
    }

    fn length(&mut self) -> usize {
        usize::try_from(self.varint()).expect("it fits into memory")
    }

    fn varint(&mut self) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte();
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }

    fn byte(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn take(&mut self, count: usize) -> &[u8] {
        let taken = &self.bytes[self.at..self.at + count];
        self.at += count;
        taken
    }
}
