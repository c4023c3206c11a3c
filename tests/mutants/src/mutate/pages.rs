//! Changes of pages' contents and order. Their headers keep the right length.

use super::change::FileChange;
use super::odd::odd_number;
use crate::file::{File, Page, field};
use crate::thrift::{I32, Struct, Value};
use fastrand::Rng;

pub(super) const ALL: &[(&str, FileChange)] = &[
    ("page: a byte", byte),
    ("page: the first bytes, which are levels or a width", first_bytes),
    ("page: lengths of levels or texts", lengths),
    ("page: bytes at random", random_bytes),
    ("page: cut short", cut_short),
    ("page: longer", longer),
    ("page: the one of another column", of_another_column),
    ("page: left out", left_out),
    ("page: twice", twice),
    ("page: in another order", other_order),
    ("page: a dictionary in the middle", dictionary_in_the_middle),
    ("page: no dictionary", no_dictionary),
    ("page: a dictionary of fewer values", short_dictionary),
    ("page: one of a kind that is passed over", passed_over),
    ("page: nothing but nulls, very many", many_nulls),
    ("page: nothing at all", nothing),
];

fn change(file: &mut File, random: &mut Rng, change: impl FnOnce(&mut Page, &mut Rng)) {
    let mut pages = file.pages();
    if let Some(page) = random.choice(pages.iter_mut()) {
        change(page, random);
        page.frame();
    }
}

fn chunk<'a>(file: &'a mut File, random: &mut Rng) -> Option<&'a mut Vec<Page>> {
    let mut chunks: Vec<_> = file.groups.iter_mut().flatten().collect();
    let at = random.usize(..chunks.len().max(1));
    (at < chunks.len()).then(|| chunks.swap_remove(at))
}

fn byte(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let at = random.usize(..page.body.len().max(1));
        if let Some(byte) = page.body.get_mut(at) {
            *byte = random.choice([*byte ^ 1, *byte ^ 0x80, byte.wrapping_add(1), 0, 0xff]).unwrap_or(0);
        }
    });
}

fn first_bytes(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let at = random.usize(..8.min(page.body.len().max(1)));
        if let Some(byte) = page.body.get_mut(at) {
            *byte = random.choice([0, 1, 2, 31, 32, 33, 64, 65, 0x7f, 0x80, 0xff]).unwrap_or(0xff);
        }
    });
}

fn lengths(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let count = page.body.len() / 4;
        let at = if random.bool() { 0 } else { random.usize(..count.max(1)) * 4 };
        if let Some(length) = page.body.get_mut(at..at + 4) {
            let old = i64::from(u32::from_le_bytes([length[0], length[1], length[2], length[3]]));
            length.copy_from_slice(&odd_number(old, random).to_le_bytes()[..4]);
        }
    });
}

fn random_bytes(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| {
        let from = random.usize(..page.body.len().max(1));
        page.body.iter_mut().skip(from).take(30).for_each(|byte| *byte = random.u8(..));
    });
}

fn cut_short(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| page.body.truncate(random.usize(..=page.body.len())));
    reframe_some(file, random);
}

fn longer(file: &mut File, random: &mut Rng) {
    change(file, random, |page, random| page.body.extend((0..random.usize(1..60)).map(|_| random.u8(..))));
    reframe_some(file, random);
}

/// Half of the time, sets both lengths of pages where they differ: right without a codec only.
fn reframe_some(file: &mut File, random: &mut Rng) {
    if random.bool() {
        file.pages().into_iter().for_each(|page| {
            if page.header.int(field::PLAIN_BYTES) != page.header.int(field::PAGE_BYTES) {
                page.frame_plain();
            }
        });
    }
}

fn of_another_column(file: &mut File, random: &mut Rng) {
    let other = random.choice(file.pages()).cloned();
    let is_whole = random.bool();
    change(file, random, |page, _| match other {
        Some(other) if is_whole => *page = other,
        Some(other) => page.body = other.body,
        None => {}
    });
}

fn left_out(file: &mut File, random: &mut Rng) {
    if let Some(chunk) = chunk(file, random).filter(|chunk| !chunk.is_empty()) {
        let at = random.usize(..chunk.len());
        chunk.remove(at);
    }
}

fn twice(file: &mut File, random: &mut Rng) {
    if let Some(chunk) = chunk(file, random).filter(|chunk| !chunk.is_empty()) {
        let at = random.usize(..chunk.len());
        let page = chunk[at].clone();
        chunk.insert(at, page);
    }
}

fn other_order(file: &mut File, random: &mut Rng) {
    if let Some(chunk) = chunk(file, random) {
        random.shuffle(chunk);
    }
}

fn dictionary_in_the_middle(file: &mut File, random: &mut Rng) {
    let dictionary = file.pages().into_iter().find(|page| page.is_dictionary()).cloned();
    if let (Some(dictionary), Some(chunk)) = (dictionary, chunk(file, random)) {
        let at = random.usize(..=chunk.len());
        chunk.insert(at, dictionary);
    }
}

fn no_dictionary(file: &mut File, random: &mut Rng) {
    let mut with: Vec<_> =
        file.groups.iter_mut().flatten().filter(|chunk| chunk.iter().any(Page::is_dictionary)).collect();
    if let Some(chunk) = random.choice(with.iter_mut()) {
        chunk.retain(|page| !page.is_dictionary());
    }
}

fn short_dictionary(file: &mut File, random: &mut Rng) {
    for page in file.pages().into_iter().filter(|page| page.is_dictionary()) {
        if random.bool() {
            continue;
        }
        if let Some(details) = page.header.inner(field::DICTIONARY) {
            details.set_int(1, random.i64(0..3));
        }
        // Without a codec, the first text stays.
        if random.bool() {
            page.body.truncate(random.usize(..9));
            page.frame_plain();
        }
    }
}

fn passed_over(file: &mut File, random: &mut Rng) {
    let header = Struct {
        fields: vec![
            (field::PAGE_TYPE, Value::Int(I32, random.choice([1, 4, 5, -3]).unwrap_or(1))),
            (field::PLAIN_BYTES, Value::Int(I32, 3)),
            (field::PAGE_BYTES, Value::Int(I32, 3)),
        ],
    };
    if let Some(chunk) = chunk(file, random) {
        let at = random.usize(..=chunk.len());
        chunk.insert(at, Page::new(header, vec![1, 2, 3]));
    }
}

/// Puts a page of version 1 with so many nulls into columns, and a footer that agrees.
fn many_nulls(file: &mut File, random: &mut Rng) {
    let rows = random.choice([100, 70_000, 1 << 20, (1 << 26) + 1, i64::from(i32::MAX)]).unwrap_or(100);
    let is_all = random.u8(..4) > 0;
    set_rows(file, rows);
    for (at, chunk) in file.groups.iter_mut().flatten().enumerate() {
        if is_all || at % 2 == 0 {
            chunk.retain(Page::is_dictionary);
            chunk.push(nulls(rows));
        }
    }
}

/// Sets the rows of each row group in the footer.
pub(crate) fn set_rows(file: &mut File, rows: i64) {
    for group in file.footer.structs(field::ROW_GROUPS) {
        group.set_int(field::ROWS, rows);
        for chunk in group.structs(field::CHUNKS) {
            if let Some(metadata) = chunk.inner(field::METADATA) {
                metadata.set_int(5, rows);
            }
        }
    }
}

/// Returns a page of so many nulls: one run of zero levels, without a codec.
#[must_use]
pub fn nulls(rows: i64) -> Page {
    let mut run = Vec::new();
    crate::thrift::write_varint(rows.cast_unsigned() << 1, &mut run);
    run.push(0);
    let length = u32::try_from(run.len()).unwrap_or(u32::MAX).to_le_bytes();
    let details = Struct {
        fields: [rows, 0, 3, 3]
            .into_iter()
            .zip(1..)
            .map(|(number, id)| (id, Value::Int(I32, number)))
            .collect(),
    };
    let header = Struct {
        fields: vec![
            (field::PAGE_TYPE, Value::Int(I32, 0)),
            (field::PLAIN_BYTES, Value::Int(I32, 0)),
            (field::PAGE_BYTES, Value::Int(I32, 0)),
            (field::DATA_V1, Value::Struct(details)),
        ],
    };
    let mut page = Page::new(header, [&length[..], &run].concat());
    page.frame_plain();
    page
}

fn nothing(file: &mut File, random: &mut Rng) {
    if let Some(chunk) = chunk(file, random) {
        chunk.clear();
    }
}
