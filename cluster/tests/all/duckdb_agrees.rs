//! The printed statement means the same to DuckDB: every row of its answer is the engine's.

use crate::files::{self, Kind, Shape};
use crate::{dirt, reference};
use arrow::util::display::{ArrayFormatter, FormatOptions};
use etl_cluster::engine::Engine;
use etl_cluster::files::Planned;
use etl_cluster::sql::Question;
use futures::TryStreamExt;
use segments::rules::{OnCopies, Rules};
use segments::selection::Selection;
use std::path::Path;
use std::process::Command;
use storage::{Location, Store, Wanted, resolve};

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Ways to clean: each two answers to two questions are together in one of them.
const CHOICES: [u8; 8] = [0, 3, 5, 6, 9, 10, 12, 15];

/// Rows of an answer, in order of themselves.
type Answer = Vec<Vec<String>>;

fn by_duckdb(statement: &str, history: &Path) -> Answer {
    let install = Command::new(format!("{REPOSITORY}/scripts/install")).output().expect("a Python");
    assert!(install.status.success(), "{}", String::from_utf8_lossy(&install.stderr));
    let python = String::from_utf8(install.stdout).expect("a path");
    let file = history.with_extension("sql");
    std::fs::write(&file, statement).expect("written");
    let script = format!("{REPOSITORY}/tests/duckdb/statement.py");
    let ran =
        Command::new(python.trim()).args([script.as_ref(), file.as_os_str(), history.as_os_str()]).output();
    let ran = ran.expect("python runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let rows: Answer = serde_json::from_slice(&ran.stdout).expect("lists of texts");
    let mut rows: Answer =
        rows.iter().map(|row| row.iter().map(|cell| cell.to_lowercase()).collect()).collect();
    rows.sort();
    rows
}

fn by_engine(statement: &str, rules: &Rules, history: &Path) -> Answer {
    let rows = crate::deeply(|runtime| {
        runtime.block_on(async {
            let store = Store::new(None);
            let location = Location::Local { path: history.to_owned() };
            let wanted = Wanted { rules, selection: &Selection::ALL, on_copies: OnCopies::default() };
            let input = resolve(&store, &[location], wanted).await?;
            let mut files = Planned::read(&store, rules, &input.objects).await?.files(|_| false);
            let (_, events) = files[0].objects.pop_first().expect("a file");
            files[0].objects.insert("events".to_owned(), events);
            let engine = Engine::in_process(2, false)?;
            engine.register(&files)?;
            let mut answer = engine.begin(statement).await?.answer;
            let mut rows = Answer::new();
            let options = FormatOptions::new();
            while let Some(batch) = answer.try_next().await? {
                let columns =
                    batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options));
                let columns = columns.collect::<Result<Vec<_>, _>>()?;
                rows.extend((0..batch.num_rows()).map(|row| {
                    columns
                        .iter()
                        .map(|column| column.value(row).to_string().to_lowercase())
                        .collect::<Vec<_>>()
                }));
            }
            anyhow::Ok(rows)
        })
    });
    let mut rows = rows.unwrap_or_else(|error| panic!("{error:#}"));
    rows.sort();
    rows
}

#[test]
fn on_every_border_of_every_grammar() {
    let folder = tempfile::tempdir().expect("a folder");
    for choice in CHOICES {
        let rules =
            if choice % 2 == 0 { reference::Rules::described() } else { reference::Rules::with_gaps() };
        let rules = rules.cleaned(choice).with_country_wide().to_toml();
        let rules = Rules::from_toml(&rules, "test.toml").expect("valid rules");
        let shape = Shape::texts(Kind::TEXTS[usize::from(choice) % Kind::TEXTS.len()]);
        let history = folder.path().join(format!("{choice}.parquet"));
        files::write(&history, &dirt::rows(&shape, u64::from(choice), 300), &shape);
        let statement = Question { rules: &rules, selection: &Selection::ALL }.portable();
        let expected = by_duckdb(&statement, &history);
        assert!(expected.len() > 300, "most events are of a group of their own: {}", expected.len());
        assert_eq!(by_engine(&statement, &rules, &history), expected, "cleaning {choice}");
    }
}
