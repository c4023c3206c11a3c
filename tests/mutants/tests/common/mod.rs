//! Changes valid files, and checks what the ETL counts.

use mutants::base;
use mutants::file::File;
use mutants::judge::Judge;
use mutants::thrift::{I32, Struct, Value};

/// Returns a file of `mutants::base`, by name.
pub(crate) fn base(name: &str) -> File {
    let base = base::all().into_iter().find(|base| base.name == name).expect("there is such a file");
    let mut file = File::read(&base.bytes);
    file.lay_out();
    file
}

/// Asserts that `bytes` are counted like the file `name`.
#[track_caller]
pub(crate) fn same(what: &str, name: &str, bytes: &[u8]) {
    let expected = counted(&base(name).write());
    assert!(expected.is_ok(), "{name}: {expected:?}");
    assert_eq!(counted(bytes), expected, "{what}");
}

/// Asserts that `bytes` are refused by one line with all these parts.
#[track_caller]
pub(crate) fn refused(what: &str, bytes: &[u8], parts: &[&str]) {
    let error = counted(bytes).expect_err(what);
    assert!(!error.contains('\n'), "{what}: {error:?}");
    for part in [&["mutant.parquet"], parts].concat() {
        assert!(error.contains(part), "{what}: {error:?} does not say {part:?}");
    }
}

/// Returns the result hash of a file, or the error.
pub(crate) fn counted(bytes: &[u8]) -> Result<String, String> {
    let folder = tempfile::tempdir().expect("a folder");
    let judge = Judge::new(folder.path()).expect("a judge");
    judge.counted(bytes).expect("written")
}

/// Returns a text.
pub(crate) fn text(text: &str) -> Value {
    Value::Text(text.as_bytes().to_vec())
}

/// Returns a column's node of the schema.
pub(crate) fn element<'f>(file: &'f mut File, name: &str) -> &'f mut Struct {
    let elements = file.footer.structs(mutants::file::field::SCHEMA);
    elements.into_iter().find(|element| element.get(4) == Some(&text(name))).expect("a column of this name")
}

/// Returns a number of 32 bits.
pub(crate) fn number(number: i64) -> Value {
    Value::Int(I32, number)
}

/// Returns a union with this member chosen.
pub(crate) fn choice(member: i16) -> Value {
    let nothing = Value::Struct(Struct::default());
    Value::Struct(Struct { fields: vec![(member, nothing)] })
}

/// Adds a root column, with chunks in each row group that `chunk` makes of a valid one.
pub(crate) fn add_column(file: &mut File, elements: Vec<Struct>, leaves: usize, chunk: impl Fn(&mut Struct)) {
    let schema = file.footer.list(mutants::file::field::SCHEMA).expect("a schema");
    if let Value::Struct(root) = &mut schema[0] {
        let children = root.int(5);
        root.set_int(5, children + 1);
    }
    schema.splice(1..1, elements.into_iter().map(Value::Struct));
    for group in file.footer.structs(mutants::file::field::ROW_GROUPS) {
        let chunks = group.list(mutants::file::field::CHUNKS).expect("chunks");
        let Value::Struct(mut another) = chunks[0].clone() else { panic!("a chunk") };
        chunk(&mut another);
        chunks.splice(0..0, vec![Value::Struct(another); leaves]);
    }
    // The column orders would be too few.
    file.footer.remove(7);
}
