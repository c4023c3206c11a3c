//! Changes of bytes, regardless of their meaning.

#![expect(clippy::ptr_arg, reason = "all changes share a type, and some change the length")]

use super::change::BytesChange;
use fastrand::Rng;

pub(super) const ALL: &[(&str, BytesChange)] = &[
    ("bytes: one changed", one),
    ("bytes: one changed in the last 300", one_at_the_end),
    ("bytes: some changed", some),
    ("bytes: cut out", cut_out),
    ("bytes: put in", put_in),
    ("bytes: cut short", cut_short),
    ("bytes: the front cut off", front_cut),
    ("bytes: the footer's length", footer_length),
    ("bytes: the magic number", magic),
];

/// Rough size of a large footer.
const FOOTER_BYTES: usize = 300;

fn odd_byte(byte: u8, random: &mut Rng) -> u8 {
    match random.u8(..6) {
        0 => byte ^ (1 << random.u8(..8)),
        1 => byte.wrapping_add(1),
        2 => 0,
        3 => 0xff,
        4 => 0x80,
        _ => random.u8(..),
    }
}

fn one(bytes: &mut Vec<u8>, random: &mut Rng) {
    let at = random.usize(..bytes.len().max(1));
    if let Some(byte) = bytes.get_mut(at) {
        *byte = odd_byte(*byte, random);
    }
}

fn one_at_the_end(bytes: &mut Vec<u8>, random: &mut Rng) {
    let at = bytes.len().saturating_sub(random.usize(1..=FOOTER_BYTES));
    if let Some(byte) = bytes.get_mut(at) {
        *byte = odd_byte(*byte, random);
    }
}

fn some(bytes: &mut Vec<u8>, random: &mut Rng) {
    let at = random.usize(..bytes.len().max(1));
    let count = random.usize(2..=16);
    let same = random.bool().then(|| random.choice([0, 0xff, 0x80, 0x7f]).unwrap_or(0));
    bytes.iter_mut().skip(at).take(count).for_each(|byte| *byte = same.unwrap_or_else(|| random.u8(..)));
}

fn cut_out(bytes: &mut Vec<u8>, random: &mut Rng) {
    let at = random.usize(..bytes.len().max(1));
    let end = (at + random.usize(1..=20)).min(bytes.len());
    bytes.drain(at..end);
}

fn put_in(bytes: &mut Vec<u8>, random: &mut Rng) {
    let at = random.usize(..=bytes.len());
    let more: Vec<u8> = (0..random.usize(1..=20)).map(|_| random.u8(..)).collect();
    bytes.splice(at..at, more);
}

fn cut_short(bytes: &mut Vec<u8>, random: &mut Rng) {
    bytes.truncate(random.usize(..=bytes.len()));
}

fn front_cut(bytes: &mut Vec<u8>, random: &mut Rng) {
    let count = random.usize(..=bytes.len());
    bytes.drain(..count);
}

fn footer_length(bytes: &mut Vec<u8>, random: &mut Rng) {
    let Some(at) = bytes.len().checked_sub(8) else { return };
    let length = match random.u8(..4) {
        0 => random.u32(..),
        1 => random.u32(..20),
        2 => u32::try_from(bytes.len()).unwrap_or(u32::MAX).wrapping_sub(random.u32(..30)),
        _ => u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
            .wrapping_add(random.u32(1..9)),
    };
    bytes[at..at + 4].copy_from_slice(&length.to_le_bytes());
}

fn magic(bytes: &mut Vec<u8>, random: &mut Rng) {
    let Some(at) = bytes.len().checked_sub(4) else { return };
    let magic = random.choice([*b"PARE", *b"PAR2", *b"\0\0\0\0", *b"PAR1"]).unwrap_or(*b"PARE");
    bytes[at..].copy_from_slice(&magic);
}
