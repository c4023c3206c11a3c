//! Pages: levels in an old encoding, checksums, pages of nulls alone, BROTLI.

#[expect(dead_code, reason = "nothing of the schema is changed here")]
mod common;

use common::{base, refused, same};
use mutants::file::{File, Page, field};
use mutants::thrift::Value;

/// Files of both page versions, in codecs that we decompress and in those that `parquet` does.
const FILES: [&str; 8] = [
    "texts, plain",
    "texts, gzip",
    "texts, snappy",
    "texts, zstd",
    "texts, lz4",
    "texts, lz4 raw",
    "texts, version 2",
    "texts, version 2, zstd",
];

/// The obsolete encoding of levels.
const BIT_PACKED: i64 = 4;

#[test]
fn levels_that_are_bit_packed_are_refused_where_there_are_levels() {
    for (name, is_refused) in [
        ("texts, plain", true),
        ("texts, lz4", true),
        ("texts, required", false),
        ("texts, required dictionary", false),
    ] {
        for column in ["country_code", "voucher_amount", "last_order_ts"] {
            let mut file = base(name);
            let at = file.column(column);
            for page in file.groups[0][at].iter_mut().filter(|page| !page.is_dictionary()) {
                let details = page.details().expect("a page of values");
                details.set_int(3, BIT_PACKED);
                details.set_int(4, BIT_PACKED);
            }
            file.lay_out();
            let what = format!("{name}, {column}");
            if is_refused {
                refused(&what, &file.write(), &["row group 0", &format!("{column:?}"), "BIT_PACKED"]);
            } else {
                same(&what, name, &file.write());
            }
        }
    }
}

/// A flat column has no repetition levels, whatever its header says: older versions of parquet-mr say
/// bit-packed.
#[test]
fn levels_that_a_column_does_not_have_may_have_any_encoding() {
    for name in ["texts, plain", "texts, lz4"] {
        let mut file = base(name);
        for page in file.pages() {
            if !page.is_dictionary() {
                page.details().expect("a page of values").set_int(4, BIT_PACKED);
            }
        }
        file.lay_out();
        same(name, name, &file.write());
    }
}

#[test]
fn a_page_that_has_a_checksum_is_held_to_it() {
    for name in FILES {
        let mut signed = base(name);
        signed.pages().into_iter().for_each(Page::sign);
        signed.lay_out();
        same(&format!("{name}, signed"), name, &signed.write());
        for column in ["country_code", "timestamp", "voucher_amount"] {
            let at = signed.column(column);
            for page in 0..signed.groups[0][at].len() {
                let mut wrong = signed.clone();
                let Some(Value::Int(_, checksum)) = wrong.groups[0][at][page].header.get_mut(field::CHECKSUM)
                else {
                    panic!("it is signed")
                };
                *checksum = !*checksum;
                wrong.lay_out();
                let what = format!("{name}, {column}, page {page}");
                refused(&what, &wrong.write(), &["row group 0", &format!("{column:?}"), "checksum"]);
            }
        }
    }
}

/// Only the checksum shows a flipped bit in a page of values.
#[test]
fn a_flipped_bit_is_told_by_the_checksum_alone() {
    let name = "texts, no dictionary";
    let mut file = base(name);
    let column = file.column("voucher_amount");
    file.groups[0][column][0].sign();
    let last = file.groups[0][column][0].body.len() - 1;
    file.groups[0][column][0].body[last] ^= 1;
    file.lay_out();
    refused("signed", &file.write(), &["row group 0", "\"voucher_amount\"", "does not have its checksum"]);
    file.groups[0][column][0].header.remove(field::CHECKSUM);
    file.lay_out();
    assert!(common::counted(&file.write()).is_ok(), "without a checksum nobody can tell");
}

/// Compresses with BROTLI, in which the valid files have no pages.
fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut compressed = Vec::new();
    let parameters = brotli::enc::BrotliEncoderParams::default();
    brotli::BrotliCompress(&mut &bytes[..], &mut compressed, &parameters).expect("in memory");
    compressed
}

fn in_brotli(name: &str) -> File {
    let mut file = base(name);
    for page in file.pages() {
        let is_version_2 = page.header.get(field::DATA_V2).is_some();
        let details = page.details().expect("a page");
        let levels = if is_version_2 {
            details.set(7, Value::Bool(true));
            usize::try_from(details.int(5) + details.int(6)).expect("few")
        } else {
            0
        };
        page.body = [page.body[..levels].to_vec(), brotli(&page.body[levels..])].concat();
        page.frame();
    }
    file.metadata().into_iter().for_each(|metadata| metadata.set_int(4, 4));
    file.lay_out();
    file
}

#[test]
fn pages_of_brotli_are_read() {
    for name in ["texts, plain", "texts, no dictionary", "texts, required", "texts, lengths, version 2"] {
        same(name, name, &in_brotli(name).write());
    }
    let mut file = in_brotli("texts, plain");
    let column = file.column("timestamp");
    let page = file.groups[0][column].last_mut().expect("a page");
    let bytes = page.header.int(field::PLAIN_BYTES);
    for wrong in [bytes - 1, bytes + 1] {
        let mut file = file.clone();
        file.groups[0][column].last_mut().expect("a page").header.set_int(field::PLAIN_BYTES, wrong);
        file.lay_out();
        refused("another length", &file.write(), &["row group 0", "\"timestamp\""]);
    }
    let page = file.groups[0][column].last_mut().expect("a page");
    page.body.truncate(page.body.len() / 2);
    page.frame();
    file.lay_out();
    refused("cut short", &file.write(), &["row group 0", "\"timestamp\""]);
}

/// Returns a dictionary-encoded page of nulls alone, in a form that writers use.
fn nulls_by_dictionary(rows: i64, keys: &[u8], dictionary: Option<&[u8]>) -> Vec<Page> {
    let mut page = mutants::mutate::nulls(rows);
    page.details().expect("a page of values").set_int(2, 8);
    page.body.extend(keys);
    page.frame_plain();
    let dictionary = dictionary.map(|body| {
        let details =
            mutants::thrift::Struct { fields: vec![(1, common::number(0)), (2, common::number(0))] };
        let fields = vec![
            (1, common::number(2)),
            (2, common::number(0)),
            (3, common::number(0)),
            (7, Value::Struct(details)),
        ];
        let mut page = Page::new(mutants::thrift::Struct { fields }, body.to_vec());
        page.frame();
        page
    });
    dictionary.into_iter().chain([page]).collect()
}

#[test]
fn a_page_of_nulls_alone_needs_no_dictionary() {
    for name in ["texts, plain", "texts, no dictionary", "doubles, split, version 2"] {
        for column in ["total_orders", "last_order_ts", "voucher_amount"] {
            let with = |pages: Vec<Page>| {
                let mut file = base(name);
                let at = file.column(column);
                common::element(&mut file, column).set(3, common::number(1));
                file.groups[0][at] = pages;
                // The chunk's statistics and encodings describe other pages.
                file.metadata()[at].remove(12);
                file.lay_out();
                file.write()
            };
            let rows = i64::try_from(mutants::base::ROWS).expect("few");
            let expected = common::counted(&with(vec![mutants::mutate::nulls(rows)]));
            assert!(expected.is_ok(), "{name}, {column}: {expected:?}");
            for keys in [&[][..], &[0], &[0, 0]] {
                for dictionary in [None, Some(&[][..])] {
                    let what = format!("{name}, {column}: keys {keys:?}, dictionary {dictionary:?}");
                    let bytes = with(nulls_by_dictionary(rows, keys, dictionary));
                    assert_eq!(common::counted(&bytes), expected, "{what}");
                }
            }
        }
    }
}

/// Positions without a dictionary are damage.
#[test]
fn values_need_their_dictionary() {
    for column in ["country_code", "total_orders", "timestamp"] {
        let mut file = base("texts, plain");
        let at = file.column(column);
        file.groups[0][at].retain(|page| !page.is_dictionary());
        file.lay_out();
        refused(column, &file.write(), &["row group 0", &format!("{column:?}")]);
    }
}
