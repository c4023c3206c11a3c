//! Harmful pages.

use super::harmful::Harmful;
use crate::base;
use crate::file::{File, Page, field};
use crate::mutate::{nulls, set_rows};
use crate::thrift::{BINARY, I32, LIST, Value, write_varint};

pub(super) fn all() -> Vec<Harmful> {
    let mut all = headers();
    all.extend(values());
    all
}

fn headers() -> Vec<Harmful> {
    let sizes = [
        ("a page of 2 GiB before compression", field::PLAIN_BYTES, i64::from(i32::MAX)),
        ("a page of 2 GiB after compression", field::PAGE_BYTES, i64::from(i32::MAX)),
        ("a page of fewer than no bytes", field::PAGE_BYTES, -1),
    ];
    let mut named: Vec<_> = sizes
        .into_iter()
        .map(|(name, id, bytes)| {
            of("texts, snappy", "total_orders", name, &["row group 0", "total_orders", "claims"], |chunk| {
                chunk[0].header.set_int(id, bytes);
            })
        })
        .collect();
    named.extend([
        of(
            "texts, snappy",
            "total_orders",
            "a page that decompresses to more than the budget holds",
            &["row group 0", "total_orders", "--memory-budget"],
            |chunk| {
                chunk[0].header.set_int(field::PLAIN_BYTES, 100 << 20);
            },
        ),
        of(
            "texts, gzip",
            "total_orders",
            "a page that decompresses to more than it says",
            &["row group 0", "total_orders"],
            |chunk| {
                let bytes = chunk[0].header.int(field::PLAIN_BYTES);
                chunk[0].header.set_int(field::PLAIN_BYTES, bytes - 1);
            },
        ),
        // The decoder would read a length of 2^40 bytes here and allocate them.
        of(
            "texts, lz4",
            "country_code",
            "statistics that say they are a number",
            &["row group 0", "country_code", "wrong type"],
            |chunk| {
                let page = chunk.last_mut().expect("a page");
                let Some(details) = page.details() else { return };
                let bytes = vec![0x18, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20];
                details.set(5, Value::Raw(I32, bytes));
            },
        ),
        of(
            "texts, plain",
            "country_code",
            "a header of a hundred megabytes",
            &["row group 0", "country_code"],
            |chunk| {
                chunk[0].header.set(9, Value::Raw(BINARY, vec![0xff, 0xff, 0xff, 0x2f]));
            },
        ),
        of(
            "texts, plain",
            "country_code",
            "a header with a list of many nothings",
            &["row group 0", "country_code"],
            |chunk| {
                // A list of that many bytes of 1.
                let mut list = vec![0xf3];
                write_varint((16 << 20) + 5_000, &mut list);
                list.resize(list.len() + (16 << 20) + 5_000, 1);
                chunk[0].header.set(9, Value::Raw(LIST, list));
            },
        ),
        of(
            "texts, plain",
            "timestamp",
            "a page of more values than its chunk",
            &["row group 0", "timestamp", "more than its 60 rows"],
            |chunk| {
                let details = chunk.last_mut().and_then(Page::details).expect("a page");
                details.set_int(1, 61);
            },
        ),
        of(
            "texts, plain",
            "timestamp",
            "a dictionary of two billion values",
            &["row group 0", "timestamp"],
            |chunk| {
                chunk[0].details().expect("a dictionary").set_int(1, i64::from(i32::MAX));
            },
        ),
        of(
            "texts, plain",
            "country_code",
            "a dictionary of more countries than there are",
            &["row group 0", "country_code", "dictionary has"],
            |chunk| {
                chunk[0].details().expect("a dictionary").set_int(1, 1 << 20);
            },
        ),
    ]);
    named
}

fn values() -> Vec<Harmful> {
    let mut named = vec![
        of(
            "floats, split",
            "voucher_amount",
            "split floats of fewer bytes than values",
            &["row group 0", "voucher_amount"],
            |chunk| cut(chunk, 40),
        ),
        of(
            "doubles, split, version 2",
            "voucher_amount",
            "split doubles of fewer bytes than values",
            &["row group 0", "voucher_amount"],
            |chunk| cut(chunk, 80),
        ),
        of(
            "decimals, split",
            "voucher_amount",
            "split decimals of fewer bytes than values",
            &["row group 0", "voucher_amount"],
            |chunk| cut(chunk, 160),
        ),
        of(
            "texts, plain",
            "country_code",
            "a position that is not in the dictionary",
            &["row group 0", "country_code"],
            |chunk| {
                // Leaves one country of the several that the positions point at.
                let country = [&4_u32.to_le_bytes()[..], b"Peru"].concat();
                chunk[0].body = country;
                chunk[0].frame_plain();
                chunk[0].details().expect("a dictionary").set_int(1, 1);
            },
        ),
        of(
            "texts, plain",
            "country_code",
            "positions of 255 bits",
            &["row group 0", "country_code"],
            |chunk| {
                let page = chunk.last_mut().expect("a page");
                let levels = u32::from_le_bytes(page.body[..4].try_into().expect("four bytes"));
                page.body[4 + usize::try_from(levels).expect("few")] = 255;
            },
        ),
        of(
            "texts, no dictionary",
            "country_code",
            "levels that are longer than their page",
            &["row group 0", "country_code"],
            |chunk| {
                chunk[0].body[..4].copy_from_slice(&u32::MAX.to_le_bytes());
            },
        ),
        of(
            "texts, prefixes",
            "timestamp",
            "prefixes of two billion texts",
            &["row group 0", "timestamp"],
            |chunk| lie_of_differences(chunk),
        ),
        of("times", "timestamp", "two billion differences", &["row group 0", "timestamp"], |chunk| {
            let Some(page) = chunk.last_mut() else { return };
            page.body = vec![0x1f, 0x8b];
            page.frame();
        }),
    ];
    for (name, rows, message) in [
        ("a page of two billion nulls", i64::from(i32::MAX), &["row group 0", "claims 2147483647 rows"][..]),
        ("a page of one null too many", (1 << 26) + 1, &["row group 0", "claims 67108865 rows"]),
    ] {
        let mut file = read("texts, no dictionary");
        set_rows(&mut file, rows);
        file.groups.iter_mut().flatten().for_each(|chunk| *chunk = vec![nulls(rows)]);
        file.lay_out();
        named.push(Harmful { name, bytes: file.write(), message });
    }
    named
}

/// Returns a valid file of so many rows of nulls, each column in one small page.
#[must_use]
pub fn many_nulls(rows: i64) -> Vec<u8> {
    let mut file = read("texts, no dictionary");
    set_rows(&mut file, rows);
    file.groups.iter_mut().flatten().for_each(|chunk| *chunk = vec![nulls(rows)]);
    file.lay_out();
    file.write()
}

/// Cuts so many bytes from the end of the last page.
fn cut(chunk: &mut [Page], bytes: usize) {
    let Some(page) = chunk.last_mut() else { return };
    page.body.truncate(page.body.len() - bytes);
    page.frame_plain();
}

/// Has the first list of differences claim the most values that 31 bits hold.
fn lie_of_differences(chunk: &mut [Page]) {
    let Some(page) = chunk.last_mut() else { return };
    let at = page.body.windows(3).position(|bytes| bytes == [0x80, 1, 4]).expect("blocks of 128 in 4 parts");
    page.body.splice(at + 3..at + 4, [0xff, 0xff, 0xff, 0xff, 7]);
    page.frame_plain();
}

/// Changes one chunk of a valid file; the footer follows it.
fn of(
    base: &str,
    column: &str,
    name: &'static str,
    message: &'static [&'static str],
    change: impl FnOnce(&mut Vec<Page>),
) -> Harmful {
    let mut file = read(base);
    let column = file.column(column);
    change(&mut file.groups[0][column]);
    file.lay_out();
    Harmful { name, bytes: file.write(), message }
}

fn read(base: &str) -> File {
    let base = base::all().into_iter().find(|other| other.name == base).expect("there is such a file");
    File::read(&base.bytes)
}
