//! Changes of the footer; the pages stay.

use super::change::FileChange;
use super::odd::{odd_number, odd_value};
use super::schema::element;
use crate::file::{File, field};
use crate::thrift::{I32, Struct, Value};
use fastrand::Rng;

pub(super) const ALL: &[(&str, FileChange)] = &[
    ("footer: a number", number),
    ("footer: a number of a chunk", chunk_number),
    ("footer: where a chunk is", offset),
    ("footer: the bytes of a chunk", chunk_bytes),
    ("footer: the values of a chunk", chunk_values),
    ("footer: the rows of a row group", rows),
    ("footer: the codec", codec),
    ("footer: the encodings", encodings),
    ("footer: a field left out", left_out),
    ("footer: a field of another type", other_type),
    ("footer: a list that claims more", list_lie),
    ("footer: a row group twice", group_twice),
    ("footer: a row group without rows", empty_group),
    ("footer: statistics", statistics),
    ("footer: a chunk in another file", other_file),
    ("footer: a byte", byte),
];

fn metadata(file: &mut File, random: &mut Rng, change: impl FnOnce(&mut Struct, &mut Rng)) {
    let mut all = file.metadata();
    if let Some(metadata) = random.choice(all.iter_mut()) {
        change(metadata, random);
    }
}

fn number(file: &mut File, random: &mut Rng) {
    let target = random.usize(..file.footer.values().max(1));
    let mut at = 0;
    file.footer.each(&mut |value| {
        match value {
            Value::Int(_, number) if at == target => *number = odd_number(*number, random),
            Value::Bool(truth) if at == target => *truth = !*truth,
            Value::Text(text) if at == target => text.resize(random.usize(..text.len() * 2 + 2), b'x'),
            _ => {}
        }
        at += 1;
    });
}

fn chunk_number(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| {
        let id = random.choice([1, 4, 5, 6, 7, 9, 10, 11, 14, 15]).unwrap_or(5);
        metadata.set_int(id, odd_number(metadata.int(id), random));
    });
}

fn offset(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| {
        let id = random.choice([field::DATA_OFFSET, field::DICTIONARY_OFFSET]).unwrap_or(field::DATA_OFFSET);
        let old = metadata.int(id);
        let new = if random.bool() { old.wrapping_add(random.i64(-40..40)) } else { odd_number(old, random) };
        metadata.set_int(id, new);
    });
}

fn chunk_bytes(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| {
        let old = metadata.int(field::CHUNK_BYTES);
        let new = if random.bool() { old.wrapping_add(random.i64(-40..40)) } else { odd_number(old, random) };
        metadata.set_int(field::CHUNK_BYTES, new);
    });
}

fn chunk_values(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| metadata.set_int(5, odd_number(metadata.int(5), random)));
}

fn rows(file: &mut File, random: &mut Rng) {
    let is_whole = random.bool();
    let mut groups = file.footer.structs(field::ROW_GROUPS);
    let Some(group) = random.choice(groups.iter_mut()) else { return };
    let rows = odd_number(group.int(field::ROWS), random);
    group.set_int(field::ROWS, rows);
    if is_whole {
        group
            .structs(field::CHUNKS)
            .into_iter()
            .filter_map(|chunk| chunk.inner(field::METADATA))
            .for_each(|metadata| metadata.set_int(5, rows));
    }
}

fn codec(file: &mut File, random: &mut Rng) {
    let codec = i64::from(random.i8(-1..9));
    let is_all = random.bool();
    metadata(file, random, |metadata, _| metadata.set_int(4, codec));
    if is_all {
        file.metadata().into_iter().for_each(|metadata| metadata.set_int(4, codec));
    }
}

fn encodings(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| {
        let some = (0..random.usize(..40)).map(|_| Value::Int(I32, odd_number(8, random))).collect();
        metadata.set(2, Value::List(I32, some, None));
    });
}

fn a_struct(file: &mut File, random: &mut Rng, change: impl FnOnce(&mut Struct, &mut Rng)) {
    match random.u8(..5) {
        0 => change(&mut file.footer, random),
        1 => element(file, random, change),
        2 => metadata(file, random, change),
        3 => {
            let mut groups = file.footer.structs(field::ROW_GROUPS);
            if let Some(group) = random.choice(groups.iter_mut()) {
                change(group, random);
            }
        }
        _ => {
            let mut groups = file.footer.structs(field::ROW_GROUPS);
            let Some(group) = random.choice(groups.iter_mut()) else { return };
            let mut chunks = group.structs(field::CHUNKS);
            if let Some(chunk) = random.choice(chunks.iter_mut()) {
                change(chunk, random);
            }
        }
    }
}

fn left_out(file: &mut File, random: &mut Rng) {
    a_struct(file, random, |fields, random| {
        if let Some(id) = random.choice(&fields.fields).map(|(id, _)| *id) {
            fields.remove(id);
        }
    });
}

fn other_type(file: &mut File, random: &mut Rng) {
    a_struct(file, random, |fields, random| {
        let value = odd_value(random);
        if let Some((_, field)) = random.choice(&mut fields.fields) {
            *field = value;
        }
    });
}

fn list_lie(file: &mut File, random: &mut Rng) {
    let claim = random.choice([0, 1, 100, 1 << 16, 1 << 26, (1 << 31) - 1, 1 << 31, u64::MAX]).unwrap_or(0);
    let target = random.usize(..file.footer.values().max(1));
    let mut at = 0;
    file.footer.each(&mut |value| {
        if let Value::List(_, _, claimed) = value
            && at >= target
        {
            *claimed = Some(claim);
            at = 0;
            return;
        }
        at += 1;
    });
}

fn group_twice(file: &mut File, random: &mut Rng) {
    if let Some(groups) = file.footer.list(field::ROW_GROUPS)
        && let Some(group) = random.choice(groups.iter()).cloned()
    {
        groups.extend(vec![group; random.usize(1..4)]);
    }
}

fn empty_group(file: &mut File, random: &mut Rng) {
    let mut groups = file.footer.structs(field::ROW_GROUPS);
    if let Some(group) = random.choice(groups.iter_mut()) {
        group.set_int(field::ROWS, 0);
        if random.bool() {
            group.set(field::CHUNKS, Value::List(12, Vec::new(), None));
        }
    }
}

fn statistics(file: &mut File, random: &mut Rng) {
    metadata(file, random, |metadata, random| {
        let mut fields = Vec::new();
        for id in [1, 2, 5, 6] {
            if random.bool() {
                fields.push((id, Value::Text(vec![random.u8(..); random.usize(..20)])));
            }
        }
        fields.push((7, Value::Bool(random.bool())));
        metadata.set(12, Value::Struct(Struct { fields }));
    });
}

fn other_file(file: &mut File, random: &mut Rng) {
    let mut groups = file.footer.structs(field::ROW_GROUPS);
    let Some(group) = random.choice(groups.iter_mut()) else { return };
    let mut chunks = group.structs(field::CHUNKS);
    if let Some(chunk) = random.choice(chunks.iter_mut()) {
        chunk.set(1, Value::Text(b"other.parquet".to_vec()));
    }
}

fn byte(file: &mut File, random: &mut Rng) {
    let mut bytes = file.footer.write();
    let at = random.usize(..bytes.len());
    bytes[at] = random.u8(..);
    // Written raw, as the only field of a footer that ends behind it.
    bytes.pop();
    let Some(first) = bytes.first().copied() else { return };
    if first >> 4 == 1 {
        file.footer = Struct { fields: vec![(1, Value::Raw(first & 0x0f, bytes[1..].to_vec()))] };
    }
}
