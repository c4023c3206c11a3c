//! Changes of page headers; what follows stays in place.

use super::change::FileChange;
use super::odd::{odd_number, odd_value};
use crate::file::{File, Page, field};
use crate::thrift::{Struct, Value};
use fastrand::Rng;

pub(super) const ALL: &[(&str, FileChange)] = &[
    ("header: a number", number),
    ("header: the number of values", values),
    ("header: the encoding", encoding),
    ("header: the bytes before compression", plain_bytes),
    ("header: the bytes, and so many follow", page_bytes),
    ("header: the bytes, and others follow", page_bytes_lie),
    ("header: the bytes of levels", levels),
    ("header: the type of page", page_type),
    ("header: a field left out", left_out),
    ("header: a field of another type", other_type),
    ("header: long statistics", statistics),
    ("header: fields of another version", more),
    ("header: all of a chunk, the number of values", values_of_all),
];

fn a_page<'a>(file: &'a mut File, random: &mut Rng) -> Option<&'a mut Page> {
    let mut pages = file.pages();
    (!pages.is_empty()).then(|| pages.swap_remove(random.usize(..pages.len())))
}

fn change(file: &mut File, random: &mut Rng, change: impl FnOnce(&mut Page, &mut Rng)) {
    if let Some(page) = a_page(file, random) {
        change(page, random);
    }
}

fn detail(file: &mut File, random: &mut Rng, pick: impl FnOnce(&mut Rng) -> i16) {
    change(file, random, |page, random| {
        let id = pick(random);
        let Some(details) = page.details() else { return };
        details.set_int(id, odd_number(details.int(id), random));
    });
}

fn number(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let target = random.usize(..page.header.values().max(1));
        let mut at = 0;
        page.header.each(&mut |value| {
            match value {
                Value::Int(_, number) if at == target => *number = odd_number(*number, random),
                Value::Bool(truth) if at == target => *truth = !*truth,
                _ => {}
            }
            at += 1;
        });
    });
}

fn values(file: &mut File, random: &mut Rng) {
    detail(file, random, |_| 1);
}

fn encoding(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let id = if page.header.get(field::DATA_V2).is_some() { 4 } else { 2 };
        if let Some(details) = page.details() {
            details.set_int(id, i64::from(random.i8(-1..12)));
        }
    });
}

fn plain_bytes(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let bytes = odd_number(page.header.int(field::PLAIN_BYTES), random);
        page.header.set_int(field::PLAIN_BYTES, bytes);
    });
}

fn page_bytes(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let length = random.usize(..page.body.len() * 2 + 2);
        page.body.resize_with(length, || random.u8(..));
        page.frame();
        if random.bool() {
            page.frame_plain();
        }
    });
}

fn page_bytes_lie(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let bytes = odd_number(page.header.int(field::PAGE_BYTES), random);
        page.header.set_int(field::PAGE_BYTES, bytes);
    });
}

fn levels(file: &mut File, random: &mut Rng) {
    detail(file, random, |random| random.i16(2..=6));
}

fn page_type(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| page.header.set_int(field::PAGE_TYPE, i64::from(random.i8(-1..6))));
}

fn left_out(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        if random.bool() {
            let id = random.i16(1..=8);
            page.header.remove(id);
        } else if let Some(details) = page.details() {
            details.remove(random.i16(1..=8));
        }
    });
}

fn other_type(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let value = odd_value(random);
        let id = random.i16(1..=9);
        if random.bool() {
            page.header.set(id, value);
        } else if let Some(details) = page.details() {
            details.set(id, value);
        }
    });
}

fn statistics(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let id = if page.header.get(field::DATA_V2).is_some() { 8 } else { 5 };
        let length = random.choice([0, 10, 5_000, 70_000]).unwrap_or(10);
        let text = Struct { fields: vec![(random.i16(1..=6), Value::Text(vec![b'x'; length]))] };
        if let Some(details) = page.details() {
            details.set(id, Value::Struct(text));
        }
    });
}

fn more(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let Some(details) = page.details().cloned() else { return };
        page.header.set(random.choice([5, 6, 7, 8]).unwrap_or(8), Value::Struct(details));
    });
}

fn values_of_all(file: &mut File, random: &mut Rng) {
    let Some(group) = random.choice(0..file.groups.len()) else { return };
    let Some(chunk) = random.choice(0..file.groups[group].len()) else { return };
    let factor = random.choice([0, 2, 1_000, 1 << 20, 1 << 25]).unwrap_or(2);
    for page in file.groups[group][chunk].iter_mut().filter(|page| !page.is_dictionary()) {
        if let Some(details) = page.details() {
            details.set_int(1, details.int(1).wrapping_mul(factor));
        }
    }
}
