//! Changes of the schema; the pages stay.

use super::change::FileChange;
use super::odd::odd_number;
use crate::file::{File, field};
use crate::thrift::{I32, Struct, Value};
use fastrand::Rng;

pub(super) const ALL: &[(&str, FileChange)] = &[
    ("footer: a number of the schema", schema_number),
    ("footer: the physical type", physical_type),
    ("footer: the length of a type", type_length),
    ("footer: the repetition", repetition),
    ("footer: the logical type", logical_type),
    ("footer: decimals", decimals),
    ("footer: the children of a group", children),
    ("footer: a column twice", column_twice),
    ("footer: a column left out", column_left_out),
    ("footer: columns in another order", columns_in_another_order),
    ("footer: another name", name),
    ("footer: the embedded schema", embedded),
];

pub(super) fn element(file: &mut File, random: &mut Rng, change: impl FnOnce(&mut Struct, &mut Rng)) {
    let mut all = file.footer.structs(field::SCHEMA);
    if let Some(element) = random.choice(all.iter_mut()) {
        change(element, random);
    }
}

fn schema_number(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| {
        let id = random.choice([1, 2, 3, 5, 6, 7, 8, 9]).unwrap_or(1);
        element.set(id, Value::Int(I32, odd_number(element.int(id), random)));
    });
}

fn physical_type(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| element.set(1, Value::Int(I32, i64::from(random.i8(-1..9)))));
}

fn type_length(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| {
        element.set(1, Value::Int(I32, 7));
        let length =
            random.choice([-1, 0, 1, 2, 15, 16, 17, 32, 33, 1 << 20, i64::from(i32::MAX)]).unwrap_or(0);
        element.set(2, Value::Int(I32, length));
    });
}

fn repetition(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| element.set(3, Value::Int(I32, i64::from(random.i8(-1..4)))));
}

fn logical_type(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| {
        let inner = match random.u8(..4) {
            0 => Struct::default(),
            1 => Struct {
                fields: vec![
                    (1, Value::Int(I32, odd_number(2, random))),
                    (2, Value::Int(I32, odd_number(9, random))),
                ],
            },
            2 => Struct {
                fields: vec![
                    (1, Value::Bool(true)),
                    (
                        2,
                        Value::Struct(Struct {
                            fields: vec![(random.i16(1..5), Value::Struct(Struct::default()))],
                        }),
                    ),
                ],
            },
            _ => Struct { fields: vec![(1, Value::Byte(random.u8(..))), (2, Value::Bool(random.bool()))] },
        };
        element.set(10, Value::Struct(Struct { fields: vec![(random.i16(1..20), Value::Struct(inner))] }));
        if random.bool() {
            element.remove(6);
        }
    });
}

fn decimals(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| {
        element.set(6, Value::Int(I32, 5));
        element.set(7, Value::Int(I32, odd_number(4, random)));
        element.set(8, Value::Int(I32, odd_number(9, random)));
        if random.bool() {
            element.remove(10);
        }
    });
}

fn children(file: &mut File, random: &mut Rng) {
    if random.bool() {
        if let Some(root) = file.footer.structs(field::SCHEMA).into_iter().next() {
            root.set_int(5, odd_number(root.int(5), random));
        }
        return;
    }
    element(file, random, |element, random| element.set(5, Value::Int(I32, odd_number(1, random))));
}

/// Makes the same `change` to the schema and to the chunks of each row group.
fn columns(file: &mut File, change: impl Fn(&mut Vec<Value>, usize)) {
    if let Some(schema) = file.footer.list(field::SCHEMA) {
        change(schema, 1);
        let columns = i64::try_from(schema.len()).unwrap_or(1) - 1;
        if let Some(Value::Struct(root)) = schema.first_mut() {
            root.set_int(5, columns);
        }
    }
    for group in file.footer.structs(field::ROW_GROUPS) {
        if let Some(chunks) = group.list(field::CHUNKS) {
            change(chunks, 0);
        }
    }
}

fn column_twice(file: &mut File, random: &mut Rng) {
    let at = random.usize(..5);
    columns(file, |elements, from| {
        if let Some(element) = elements.get(from + at).cloned() {
            elements.insert(from + at, element);
        }
    });
}

fn column_left_out(file: &mut File, random: &mut Rng) {
    let at = random.usize(..5);
    let (is_schema, is_chunks) =
        random.choice([(true, true), (true, false), (false, true)]).unwrap_or((true, true));
    columns(file, |elements, from| {
        if (if from == 1 { is_schema } else { is_chunks }) && from + at < elements.len() {
            elements.remove(from + at);
        }
    });
}

fn columns_in_another_order(file: &mut File, random: &mut Rng) {
    let (one, two) = (random.usize(..5), random.usize(..5));
    columns(file, |elements, from| {
        if from == 1 && from + one.max(two) < elements.len() {
            elements.swap(from + one, from + two);
        }
    });
}

fn name(file: &mut File, random: &mut Rng) {
    element(file, random, |element, random| {
        let name: &[u8] = random
            .choice([
                &b"voucher_amount"[..],
                b"country_code",
                b"",
                b"a\nerror: forged",
                b"\x1b[2J",
                b"\xff\xfe",
                b"x.y",
            ])
            .unwrap_or(b"");
        element.set(4, Value::Text(name.to_vec()));
    });
}

fn embedded(file: &mut File, random: &mut Rng) {
    let texts: [&[u8]; 6] = [b"", b"AA", b"AAAA", b"/////wAAAA", b"/////+j///8=", b"\xff\xff"];
    let text = if random.bool() {
        random.choice(texts).unwrap_or(b"AA").to_vec()
    } else {
        let old =
            file.footer.structs(field::KEY_VALUES).into_iter().next().and_then(|pair| pair.get(2).cloned());
        let Some(Value::Text(mut text)) = old else { return };
        if let Some(byte) = random.choice(&mut text) {
            *byte = random.choice(*b"AB9+/=z").unwrap_or(b'A');
        }
        text
    };
    let pair = Struct { fields: vec![(1, Value::Text(b"ARROW:schema".to_vec())), (2, Value::Text(text))] };
    file.footer.set(field::KEY_VALUES, Value::List(12, vec![Value::Struct(pair)], None));
}
