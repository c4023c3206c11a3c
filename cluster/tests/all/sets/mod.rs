//! Data sets of every kind: types, dirt, layouts of files, folders, rules. They are those that the
//! ETL itself is tested on.

mod foreign;

use crate::any_history::any_file;
use crate::dirt;
use crate::files::{self, Kind, Shape};
use crate::reference::{Column, Epoch, Row, Rules};
use parquet::basic::Compression;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use std::path::Path;
use tempfile::TempDir;

/// Rows at random of each data set, beside one for every border there is.
const ROWS: usize = 120;
/// Files of the data set that has most.
const MANY: usize = 1_000;
/// Data sets at random.
const RANDOM: usize = 50;

/// A data set.
pub(crate) struct Set {
    pub(crate) name: String,
    pub(crate) folder: TempDir,
    pub(crate) rules: Rules,
    /// What the rules have beyond that, as TOML.
    pub(crate) more: String,
    /// `None` selects all countries.
    pub(crate) selection: Option<&'static str>,
}

impl Set {
    fn new(name: impl Into<String>, rules: Rules, selection: Option<&'static str>) -> Self {
        Self {
            name: name.into(),
            folder: tempfile::tempdir().expect("a folder"),
            rules,
            more: String::new(),
            selection,
        }
    }

    fn with(self, path: &str, rows: &[Row], shape: &Shape) -> Self {
        files::write(&self.folder.path().join(path), rows, shape);
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Returns all data sets.
pub(crate) fn all() -> Vec<Set> {
    let mut sets = of_types();
    sets.extend(of_rules());
    sets.extend(of_layouts());
    sets.push(of_folders());
    sets.push(of_different_types());
    sets.extend(of_times_as_integers());
    sets.push(of_other_rules());
    sets.extend(foreign::all());
    sets.extend(at_random());
    sets.push(of_many_files());
    sets.push(of_many_folders());
    sets
}

/// Each type that a column may have, with two sets of rules.
fn of_types() -> Vec<Set> {
    let texts = Kind::TEXTS.map(Shape::texts);
    let numbers = Kind::NUMBERS.map(|kind| Shape::typed(kind, Kind::TextDictionary));
    let times = Kind::TIMES.map(|kind| Shape::typed(Kind::Text, kind));
    let shapes = texts.into_iter().chain(numbers).chain(times);
    shapes
        .enumerate()
        .map(|(at, shape)| {
            let rules = if at % 2 == 0 { Rules::described() } else { Rules::with_gaps().cleaned(2) };
            let rules = rules.with_country_wide();
            let selection = (at % 3 == 0).then_some("peru");
            let name = format!("types {:?}", shape.kinds);
            Set::new(name, rules, selection).with("a.parquet", &dirt::rows(&shape, 7, ROWS), &shape)
        })
        .collect()
}

/// Each way to clean.
fn of_rules() -> Vec<Set> {
    (0..16)
        .map(|choice| {
            let shape = Shape::default();
            let rules = if choice % 2 == 0 { Rules::described() } else { Rules::with_gaps() };
            let rules = rules.cleaned(choice).with_country_wide().asking_for(u64::from(choice));
            let rows = dirt::thinned(dirt::rows(&shape, u64::from(choice), ROWS), 3, 8);
            let rows = [rows, dirt::rows(&shape, 99, ROWS)].concat();
            Set::new(format!("cleaning {choice}"), rules, None).with("a.parquet", &rows, &shape)
        })
        .collect()
}

/// Each codec, in pages and row groups of a few rows, and columns in any order among others.
fn of_layouts() -> Vec<Set> {
    let codecs = files::shape::codecs().into_iter();
    let codecs = codecs.filter(|codec| *codec != Compression::LZ4).enumerate();
    codecs
        .map(|(at, codec)| {
            let mut columns = Column::ALL.to_vec();
            columns.rotate_left(at);
            let shape =
                Shape { codec, columns, has_extras: true, has_dictionary: at % 2 == 0, ..Shape::default() };
            let shape = shape.in_crumbs(7 + at, 50);
            let rows = dirt::rows(&shape, 11, ROWS);
            Set::new(format!("{codec:?}"), Rules::with_gaps(), None).with("any name", &rows, &shape)
        })
        .collect()
}

/// Columns in the names of folders, with everything that can be in them.
fn of_folders() -> Set {
    use Column::{Country, Orders, Timestamp};
    let mut set = Set::new("folders", Rules::described().with_country_wide(), None);
    for (at, (path, columns)) in [
        ("country_code=Peru/a.parquet", &[Country][..]),
        ("country_code=peru%20/b c.parquet", &[Country]),
        ("country_code=C%C3%B4te%20d%27Ivoire/a", &[Country]),
        ("country_code=Latvia/a.parquet", &[]),
        ("country_code=__HIVE_DEFAULT_PARTITION__/a", &[Country]),
        ("country_code=a%23b/a", &[]),
        ("total_orders=3/a.parquet", &[Orders]),
        ("total_orders=x/a.parquet", &[]),
        ("total_orders=%2037.0/country_code=LATVIA/a", &[Orders, Country]),
        ("timestamp=2018-06-19 23%3A00-02%3A00/a", &[Timestamp]),
        ("year=2018/month=07/a+b.parquet", &[]),
    ]
    .into_iter()
    .enumerate()
    {
        let shape = Shape::default().without(columns);
        set = set.with(path, &dirt::rows(&shape, at as u64, 20), &shape.in_crumbs(11, 70));
    }
    set
}

/// Files whose columns have other types each.
fn of_different_types() -> Set {
    let mut set = Set::new("different types", Rules::with_gaps().with_country_wide(), None);
    let kinds = Kind::NUMBERS.into_iter().zip(Kind::TIMES.into_iter().cycle());
    for (at, (number, time)) in kinds.enumerate() {
        let shape = Shape::typed(number, time).in_crumbs(5 + at, 40);
        set = set.with(&format!("part-{at}.parquet"), &dirt::rows(&shape, at as u64, 30), &shape);
    }
    set
}

/// Integers that the rules call times, of each unit.
fn of_times_as_integers() -> Vec<Set> {
    let kinds = Kind::TICKS.into_iter().zip(Epoch::ALL);
    kinds
        .map(|(kind, epoch)| {
            let times = [Column::Timestamp, Column::LastOrder, Column::FirstOrder];
            let rules = Rules::with_gaps().counting(&times.map(|column| (column, epoch)));
            let shape = Shape::typed(Kind::Text, kind);
            let rows = dirt::rows(&shape, 8, ROWS);
            Set::new(format!("{epoch:?} as integers"), rules, None).with("a.parquet", &rows, &shape)
        })
        .collect()
}

/// Rules with lists of their own for missing texts, and further names of countries.
fn of_other_rules() -> Set {
    let rules =
        Rules::with_gaps().treating_as_missing(&["Latvia", "?", "it's"], &["0", "2640", "\\", "x\ty"]);
    let rules = rules.mapping(&[("côte d'ivoire", "Ivory Coast"), ("chile", "Peru")]);
    let shape = Shape::texts(Kind::Text);
    Set::new("other rules", rules, Some("peru")).with("a.parquet", &dirt::rows(&shape, 9, ROWS), &shape)
}

/// So many files that a plan of them is long.
fn of_many_files() -> Set {
    let mut set = Set::new("many files", Rules::described(), None);
    let shape = Shape::default();
    let rows = dirt::rows(&shape, 5, MANY);
    for (number, row) in rows[..MANY].chunks(1).enumerate() {
        set = set.with(&format!("year=2018/a-rather-long-name-of-a-part-{number:06}.parquet"), row, &shape);
    }
    set
}

/// So many folders of a country each that a plan has many tables.
fn of_many_folders() -> Set {
    let mut set = Set::new("many folders", Rules::described(), None);
    let shape = Shape::default().without(&[Column::Country]);
    for country in 0..MANY / 10 {
        let rows = dirt::rows(&shape, country as u64, 0);
        set = set.with(&format!("country_code=Land {country}/a.parquet"), &rows[..3], &shape);
    }
    set
}

/// Rows, types, layouts and rules at random, the same each time.
fn at_random() -> Vec<Set> {
    let mut runner = TestRunner::deterministic();
    (0..RANDOM)
        .map(|at| {
            let rules = if at % 2 == 0 { Rules::with_gaps() } else { Rules::described() };
            let choice = u8::try_from(at % 16).expect("small");
            let mut set = Set::new(format!("random {at}"), rules.cleaned(choice), None);
            for file in 0..=at % 3 {
                let drawn = any_file().new_tree(&mut runner).expect("a file");
                let (shape, rows) = drawn.current();
                set = set.with(&format!("{file}.parquet"), &rows, &shape);
            }
            set
        })
        .collect()
}
