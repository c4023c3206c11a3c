//! Harmful footers.

use super::harmful::Harmful;
use crate::base;
use crate::file::{File, field, with_footer};
use crate::thrift::{BINARY, I32, STRUCT, Struct, Value};

/// The columns that the rules need.
const NEEDED: [&str; 5] = ["country_code", "voucher_amount", "total_orders", "timestamp", "last_order_ts"];
/// Levels of a schema, more than any stack holds.
const LEVELS: usize = 200_000;

pub(super) fn all() -> Vec<Harmful> {
    let mut all = claims();
    all.extend(contradictions());
    all
}

/// Footers that claim more memory, or a deeper stack, than there is.
fn claims() -> Vec<Harmful> {
    let refused = |name, footer: &[u8], message| Harmful {
        name,
        bytes: with_footer(b"PAR1".to_vec(), footer),
        message,
    };
    let schema_of_one = element("schema", None, 0);
    vec![
        refused(
            "ten bytes that ask for row groups without end",
            &[0x29, 0x1c, 0x48, 0, 0, 0x29, 0xfc, 0xff, 0xff, 0xff, 0xff, 7],
            &["claims 2147483647"],
        ),
        refused(
            "ten bytes that ask for a schema without end",
            &[0x15, 2, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 7],
            &["claims 2147483647"],
        ),
        refused(
            "a schema that claims two billion children",
            &footer(&[element("schema", None, i64::from(i32::MAX)), schema_of_one.clone()], Vec::new()),
            &["schema ends too early"],
        ),
        refused(
            "a schema that is nested without end",
            &footer(&vec![element("a", None, 1); LEVELS], Vec::new()),
            &["schema ends too early"],
        ),
        refused(
            "a long name that every column repeats",
            &footer(
                &[
                    vec![element("schema", None, 1), element(&"n".repeat(100_000), None, 5_000)],
                    vec![element("c", Some(1), 0); 5_000],
                ]
                .concat(),
                Vec::new(),
            ),
            &["are missing"],
        ),
        refused(
            "row groups of more chunks than fit into memory",
            &footer(
                &[
                    vec![element("schema", None, i64::try_from(NEEDED.len()).unwrap_or_default())],
                    NEEDED.iter().map(|name| element(name, Some(6), 0)).collect(),
                ]
                .concat(),
                vec![row_group(NEEDED.len()); 20_000],
            ),
            &["bytes of memory", "--memory-budget"],
        ),
        refused("a number where the schema should be", &[0x25, 2, 0], &["wrong type"]),
        refused(
            "a version that says it is a text",
            &[0x18, 0xff, 0xff, 0xff, 0xff, 7, 0],
            &["claims 2147483647"],
        ),
        refused(
            "a list of more truth values than there are bytes",
            &[0xa9, 0xf1, 0xff, 0xff, 3, 0],
            &["ends too early"],
        ),
    ]
}

/// Footers that contradict their file.
fn contradictions() -> Vec<Harmful> {
    vec![
        of(
            "texts, plain",
            "a chunk of more rows than its row group",
            &["row group 0", "61 values for 60 rows"],
            |file| {
                file.metadata()[2].set_int(5, 61);
            },
        ),
        of(
            "texts, plain",
            "a row group of more rows than its pages have",
            &["row group 0", "60 rows instead of 61"],
            |file| {
                crate::mutate::set_rows(file, 61);
            },
        ),
        of("texts, plain", "a negative number of rows", &["row group 0 claims -1 rows"], |file| {
            crate::mutate::set_rows(file, -1);
        }),
        of("texts, plain", "a chunk beyond the file", &["row group 0", "not within the file"], |file| {
            file.metadata()[1].set_int(field::DATA_OFFSET, i64::MAX);
            file.metadata()[1].remove(field::DICTIONARY_OFFSET);
        }),
        of("texts, plain", "a chunk of a negative length", &["row group 0", "not within the file"], |file| {
            file.metadata()[1].set_int(field::CHUNK_BYTES, -5);
        }),
        of("texts, plain", "a column twice", &["two columns"], |file| {
            let Some(elements) = file.footer.list(field::SCHEMA) else { return };
            elements.insert(2, elements[1].clone());
            if let Value::Struct(root) = &mut elements[0] {
                root.set_int(5, 6);
            }
            for group in file.footer.structs(field::ROW_GROUPS) {
                let Some(chunks) = group.list(field::CHUNKS) else { return };
                chunks.insert(1, chunks[0].clone());
            }
            file.footer.remove(7);
        }),
        of(
            "texts, plain",
            "a schema of two bytes for Arrow, and a column of numbers",
            &["country_code", "Int64"],
            |file| {
                let pair = Struct { fields: vec![(1, text("ARROW:schema")), (2, text("AA"))] };
                file.footer.set(field::KEY_VALUES, Value::List(STRUCT, vec![Value::Struct(pair)], None));
                let country = &mut *file.footer.structs(field::SCHEMA)[2];
                for id in [6, 10] {
                    country.remove(id);
                }
                country.set(1, Value::Int(I32, 2));
                // Statistics of texts are too short for numbers.
                file.metadata().into_iter().for_each(|metadata| metadata.remove(12));
            },
        ),
        of("decimals of 9", "a decimal of two billion bytes", &["2147483647"], |file| {
            let amount = &mut *file.footer.structs(field::SCHEMA)[5];
            amount.set(1, Value::Int(I32, 7));
            amount.set(2, Value::Int(I32, i64::from(i32::MAX)));
        }),
        of(
            "texts, plain",
            "a column whose name is a line of the log",
            &["missing", "a\\nerror: all is well"],
            |file| {
                file.footer.structs(field::SCHEMA)[2].set(4, text("a\nerror: all is well\u{1b}[2J"));
            },
        ),
        of(
            "texts, gzip",
            "texts that say they are of another codec",
            &["row group 0", "country_code"],
            |file| {
                file.metadata().into_iter().for_each(|metadata| metadata.set_int(4, 6));
            },
        ),
    ]
}

/// Changes the footer of a valid file.
fn of(
    base: &str,
    name: &'static str,
    message: &'static [&'static str],
    change: impl FnOnce(&mut File),
) -> Harmful {
    let base = base::all().into_iter().find(|other| other.name == base).expect("there is such a file");
    let mut file = File::read(&base.bytes);
    file.lay_out();
    change(&mut file);
    Harmful { name, bytes: file.write(), message }
}

fn text(text: &str) -> Value {
    Value::Text(text.as_bytes().to_vec())
}

/// Returns a node of a schema: a group, or a column of this type.
fn element(name: &str, physical_type: Option<i64>, children: i64) -> Value {
    let mut fields = Vec::new();
    fields.extend(physical_type.map(|number| (1, Value::Int(I32, number))));
    fields.extend([(3, Value::Int(I32, 0)), (4, text(name))]);
    fields.extend((children > 0).then_some((5, Value::Int(I32, children))));
    Value::Struct(Struct { fields })
}

/// Returns a row group whose chunks have only the required fields.
fn row_group(chunks: usize) -> Value {
    let numbers = [(1, 1), (4, 0), (5, 0), (6, 0), (7, 0), (9, 0)];
    let mut metadata: Vec<_> = numbers.into_iter().map(|(id, number)| (id, Value::Int(6, number))).collect();
    metadata.insert(1, (2, Value::List(I32, Vec::new(), None)));
    metadata.insert(2, (3, Value::List(BINARY, Vec::new(), None)));
    let chunk =
        Struct { fields: vec![(2, Value::Int(6, 0)), (3, Value::Struct(Struct { fields: metadata }))] };
    let fields = vec![
        (1, Value::List(STRUCT, vec![Value::Struct(chunk); chunks], None)),
        (2, Value::Int(6, 0)),
        (3, Value::Int(6, 0)),
    ];
    Value::Struct(Struct { fields })
}

fn footer(elements: &[Value], row_groups: Vec<Value>) -> Vec<u8> {
    let fields = vec![
        (1, Value::Int(I32, 2)),
        (2, Value::List(STRUCT, elements.to_vec(), None)),
        (3, Value::Int(6, 0)),
        (4, Value::List(STRUCT, row_groups, None)),
    ];
    Struct { fields }.write()
}
