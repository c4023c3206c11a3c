//! Columns by name and type: needed ones, and unneeded ones, whatever later versions of the format
//! put there.

mod common;

use common::{add_column, base, choice, element, number, refused, same, text};
use mutants::file::{File, field};
use mutants::thrift::{BINARY, I32, I64, LIST, STRUCT, Struct, Value};

const NAME: &str = "texts, plain";

fn rename(file: &mut File, from: &str, to: &str) {
    element(file, from).set(4, text(to));
}

#[test]
fn a_column_is_found_by_its_name_else_by_one_that_is_alike() {
    for name in [
        "COUNTRY_CODE",
        "Country_Code",
        " country_code",
        "country_code\u{a0}",
        "\u{feff}Country_code\u{200b}",
    ] {
        let mut file = base(NAME);
        rename(&mut file, "country_code", name);
        same(name, NAME, &file.write());
    }
    let mut file = base(NAME);
    for column in ["timestamp", "country_code", "last_order_ts", "total_orders", "voucher_amount"] {
        rename(&mut file, column, &column.to_uppercase());
    }
    same("all of them", NAME, &file.write());
}

#[test]
fn the_exact_name_wins_and_two_that_are_alike_are_refused() {
    let with = |names: &[&str], is_exact: bool| {
        let mut file = base(NAME);
        if !is_exact {
            rename(&mut file, "country_code", "Country_Code");
        }
        for name in names {
            add_column(&mut file, vec![leaf(name, 2)], 1, |_| {});
        }
        file.write()
    };
    same("exact", NAME, &with(&["COUNTRY_CODE", " country_code"], true));
    refused(
        "two",
        &with(&["COUNTRY_CODE"], false),
        &["\"country_code\"", "\"COUNTRY_CODE\"", "\"Country_Code\""],
    );
    refused("the same twice", &with(&["country_code"], true), &["\"country_code\"", "two columns"]);
}

#[test]
fn all_missing_columns_are_named_and_those_there_are_quoted() {
    let mut file = base(NAME);
    rename(&mut file, "timestamp", "event time");
    rename(&mut file, "voucher_amount", "amount");
    let parts = [
        "columns \"voucher_amount\", \"timestamp\" are missing",
        "\"event time\"",
        "\"amount\"",
        "\"country_code\"",
    ];
    refused("two", &file.write(), &parts);
    let mut file = base(NAME);
    rename(&mut file, "timestamp", "event time");
    refused("one", &file.write(), &["column \"timestamp\" is missing", "\"event time\""]);
}

#[test]
fn text_is_said_in_many_ways_and_not_at_all() {
    for (what, converted, logical, is_read) in [
        ("bare", None, None, true),
        ("UTF8", Some(0), None, true),
        ("ENUM", Some(4), None, true),
        ("JSON", Some(19), None, true),
        ("STRING", None, Some(1), true),
        ("ENUM, newer", None, Some(4), true),
        ("JSON, newer", None, Some(12), true),
        ("UTF8, and something of a later version", Some(0), Some(40), true),
        ("something of a later version", None, Some(40), false),
        ("BSON", Some(20), None, false),
        ("BSON, newer", None, Some(13), false),
        ("UTF8, and BSON", Some(0), Some(13), false),
        ("a decimal", Some(5), None, false),
        ("a converted type of a later version", Some(99), None, false),
    ] {
        let mut file = base(NAME);
        for column in ["country_code", "timestamp", "last_order_ts", "total_orders"] {
            let element = element(&mut file, column);
            element.remove(6);
            element.remove(10);
            if let Some(converted) = converted {
                element.set(6, number(converted));
            }
            if let Some(logical) = logical {
                element.set(10, choice(logical));
            }
        }
        if is_read {
            same(what, NAME, &file.write());
        } else {
            refused(what, &file.write(), &["column \"", "has type", "expected "]);
        }
    }
}

#[test]
fn bytes_that_are_no_text_are_damage() {
    for column in ["country_code", "timestamp"] {
        let mut file = base("texts, no dictionary");
        let element = element(&mut file, column);
        element.remove(6);
        element.remove(10);
        let at = file.column(column);
        let page = file.groups[0][at].last_mut().expect("a page");
        let last = page.body.len() - 1;
        page.body[last] = 0xff;
        refused(column, &file.write(), &["row group 0", &format!("{column:?}")]);
    }
}

/// A column of integers.
fn leaf(name: &str, physical: i64) -> Struct {
    Struct { fields: vec![(1, number(physical)), (3, number(1)), (4, text(name))] }
}

fn group(name: &str, children: i64) -> Struct {
    Struct { fields: vec![(3, number(1)), (4, text(name)), (5, number(children))] }
}

fn with(mut element: Struct, id: i16, value: Value) -> Struct {
    element.set(id, value);
    element
}

/// Each file has one more column than the valid one, and is read like it.
#[test]
fn what_nobody_needs_refuses_nothing() {
    let decimal = Struct {
        fields: vec![(5, Value::Struct(Struct { fields: vec![(1, number(-5)), (2, number(900))] }))],
    };
    let integer = Struct {
        fields: vec![(
            10,
            Value::Struct(Struct { fields: vec![(1, Value::Byte(17)), (2, Value::Bool(true))] }),
        )],
    };
    for (what, elements, leaves) in [
        ("another column", vec![leaf("x", 2)], 1),
        ("UTF8 on integers", vec![with(leaf("x", 1), 6, number(0))], 1),
        ("STRING on doubles", vec![with(leaf("x", 5), 10, choice(1))], 1),
        ("TIMESTAMP on booleans", vec![with(leaf("x", 0), 6, number(9))], 1),
        ("a decimal of impossible digits", vec![with(leaf("x", 1), 10, Value::Struct(decimal))], 1),
        ("integers of 17 bits", vec![with(leaf("x", 1), 10, Value::Struct(integer))], 1),
        ("a logical type of a later version", vec![with(leaf("x", 6), 10, choice(77))], 1),
        ("a choice of none", vec![with(leaf("x", 6), 10, Value::Struct(Struct::default()))], 1),
        ("a converted type of a later version", vec![with(leaf("x", 6), 6, number(123))], 1),
        ("a physical type of a later version", vec![leaf("x", 42)], 1),
        ("a repetition of a later version", vec![with(leaf("x", 1), 3, number(9))], 1),
        ("no repetition", vec![Struct { fields: vec![(1, number(1)), (4, text("x"))] }], 1),
        ("fixed bytes without a length", vec![leaf("x", 7)], 1),
        ("no name", vec![Struct { fields: vec![(1, number(1)), (3, number(1))] }], 1),
        ("a name that is no text", vec![with(leaf("x", 1), 4, Value::Text(vec![0xff, 0xfe]))], 1),
        (
            "a list of truth values of a later version",
            vec![with(leaf("x", 1), 30, Value::Raw(LIST, vec![0x21, 1, 2]))],
            1,
        ),
        ("geography", vec![with(leaf("x", 6), 10, choice(18))], 1),
        ("a variant", vec![with(group("x", 2), 10, choice(16)), leaf("metadata", 6), leaf("value", 6)], 2),
        (
            "a list",
            vec![with(group("x", 1), 6, number(3)), with(group("list", 1), 3, number(2)), leaf("element", 1)],
            1,
        ),
        (
            "names of ours within others",
            vec![group("x", 2), leaf("country_code", 1), leaf("timestamp", 1)],
            2,
        ),
        ("a group without columns", vec![Struct { fields: vec![(3, number(1)), (4, text("x"))] }], 0),
    ] {
        let mut file = base(NAME);
        add_column(&mut file, elements, leaves, |_| {});
        same(what, NAME, &file.write());
    }
}

#[test]
fn chunks_that_nobody_needs_refuse_nothing() {
    let statistics = |fields| Value::Struct(Struct { fields });
    for (what, id, value) in [
        ("an encoding of a later version", 2, Value::List(I32, vec![number(10), number(77)], None)),
        ("encodings that are texts", 2, Value::List(BINARY, vec![text("PLAIN")], None)),
        ("a codec of a later version", 4, number(55)),
        ("more values than rows", 5, Value::Int(I64, 1 << 60)),
        ("fewer values than none", 5, Value::Int(I64, -1)),
        ("fewer bytes than none", 7, Value::Int(I64, -1)),
        ("more bytes than there are", 7, Value::Int(I64, i64::MAX)),
        ("pages beyond the file", 9, Value::Int(I64, i64::MAX)),
        ("pages before the file", 9, Value::Int(I64, -9)),
        ("statistics of two bytes", 12, statistics(vec![(1, text("ab")), (2, text("ab"))])),
        ("statistics that are a number", 12, Value::Int(I64, 7)),
        (
            "page encodings of a later version",
            13,
            Value::List(
                STRUCT,
                vec![statistics(vec![(1, number(9)), (2, number(99)), (3, number(1))])],
                None,
            ),
        ),
        ("a field of a later version", 40, Value::Raw(LIST, vec![0x12, 1])),
    ] {
        let mut file = base(NAME);
        let change = |chunk: &mut Struct| {
            chunk.inner(field::METADATA).expect("every chunk has it").set(id, value.clone());
        };
        add_column(&mut file, vec![leaf("x", 2)], 1, change);
        same(what, NAME, &file.write());
    }
    for (what, change) in [
        ("no metadata", (|chunk| chunk.remove(field::METADATA)) as fn(&mut Struct)),
        ("another file", |chunk| chunk.set(1, text("elsewhere.parquet"))),
        ("nothing at all", |chunk| chunk.fields.clear()),
        ("encrypted", |chunk| chunk.set(9, text("secret"))),
    ] {
        let mut file = base(NAME);
        add_column(&mut file, vec![leaf("x", 2)], 1, change);
        same(what, NAME, &file.write());
    }
}

/// The claims of a needed column are checked, and each error names the column.
#[test]
fn what_is_needed_is_held_to_what_it_claims() {
    for (what, id, value, parts) in [
        ("a codec of a later version", 4, number(55), &["row group 0", "number 55"][..]),
        ("LZO", 4, number(3), &["row group 0", "LZO"]),
        ("more values than rows", 5, Value::Int(I64, 61), &["row group 0", "61 values for 60 rows"]),
        ("more bytes than there are", 7, Value::Int(I64, 1 << 40), &["row group 0", "not within the file"]),
        ("statistics that are a number", 12, Value::Int(I64, 7), &["wrong type"]),
        ("encodings that are texts", 2, Value::List(BINARY, vec![text("PLAIN")], None), &["encodings"]),
    ] {
        let mut file = base(NAME);
        let at = file.column("total_orders");
        file.metadata()[at].set(id, value);
        refused(what, &file.write(), &[parts, &["\"total_orders\""]].concat());
    }
    for (what, change, part) in [
        ("no metadata", (|chunk| chunk.remove(field::METADATA)) as fn(&mut Struct), "where its pages are"),
        ("another file", |chunk| chunk.set(1, text("elsewhere.parquet")), "another file"),
        ("encrypted", |chunk| chunk.set(9, text("secret")), "encrypted"),
    ] {
        let mut file = base(NAME);
        let at = file.column("total_orders");
        let group = file.footer.structs(field::ROW_GROUPS).remove(0);
        change(group.structs(field::CHUNKS).remove(at));
        refused(what, &file.write(), &["row group 0", "\"total_orders\"", part]);
    }
}

/// A later version may list fields and encodings that pages do not use: the list decides nothing.
#[test]
fn a_list_of_encodings_decides_nothing() {
    for encodings in [vec![], vec![number(77)], vec![number(8), number(3), number(99)]] {
        let mut file = base(NAME);
        let pages = Struct { fields: vec![(1, number(0)), (2, number(77)), (3, number(1))] };
        for metadata in file.metadata() {
            metadata.set(2, Value::List(I32, encodings.clone(), None));
            metadata.set(13, Value::List(STRUCT, vec![Value::Struct(pages.clone())], None));
            metadata.set(55, text("of a later version"));
        }
        same(&format!("{encodings:?}"), NAME, &file.write());
    }
}
