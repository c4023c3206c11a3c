//! `voucher-etl` as a user runs it: a command line, an exit code, two streams of text.

use crate::binary::voucher_etl;
use crate::endpoints::Endpoints;
use crate::environment::Environment;
pub use crate::process::{Outcome, Running};
use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Returns the program's path, for tests that start it themselves.
pub fn program() -> &'static Path {
    voucher_etl()
}

/// The program with its own environment, without a way to a real account.
#[derive(Debug, Clone)]
pub struct Etl {
    program: PathBuf,
    table: String,
    environment: Environment,
}

impl Etl {
    pub(crate) fn new(endpoints: &Endpoints, table: &str) -> Self {
        let program = voucher_etl().to_owned();
        Self { program, table: table.to_owned(), environment: Environment::at(endpoints) }
    }

    /// Runs another program instead.
    pub fn by(mut self, program: &Path) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// Returns the variables of its environment.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.environment.variables()
    }

    /// Sets a variable of its environment, or with `None` removes it.
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        self.environment = self.environment.with(name, value);
        self
    }

    /// Publishes to another table.
    pub fn on_table(mut self, name: &str) -> Self {
        name.clone_into(&mut self.table);
        self
    }

    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    /// Runs the ETL with a report in JSON.
    pub fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Outcome {
        self.start_run(arguments).wait()
    }

    /// Starts a run with a report in JSON.
    pub fn start_run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Running {
        let mut all: Vec<&OsStr> = ["run", "--format", "json", "--table", &self.table].map(OsStr::new).into();
        all.extend(arguments.iter().map(AsRef::as_ref));
        self.start(&all)
    }

    /// Runs the ETL on `location`, asserts success, and returns its report.
    #[track_caller]
    pub fn publish(&self, location: impl AsRef<OsStr>) -> Value {
        self.run(&[OsStr::new("--s3path"), location.as_ref()]).exits(0).json()
    }

    /// Returns what is published for a country.
    pub fn lookup(&self, country: &str) -> Outcome {
        self.execute(&["lookup", "--format", "json", "--table", &self.table, "--country", country])
    }

    /// Returns what a command says of a country to people.
    #[track_caller]
    pub fn text(&self, command: &str, country: &str, more: &[&str]) -> String {
        let line = [command, "--table", &self.table, "--country", country];
        self.execute(&[&line, more].concat()).exits(0).stdout
    }

    /// Makes a sample; asserts success.
    #[track_caller]
    pub fn sample(&self, rows: u32, seed: u32, file: &Path) {
        let numbers = [rows.to_string(), seed.to_string()];
        let [rows, seed] = numbers.each_ref().map(OsStr::new);
        let [command, rows_flag, seed_flag, codec_flag, codec, out_flag] =
            ["sample", "--rows", "--seed", "--codec", "snappy", "--out"].map(OsStr::new);
        let line = [command, rows_flag, rows, seed_flag, seed, codec_flag, codec, out_flag, file.as_os_str()];
        self.execute(&line).exits(0);
    }

    /// Runs any command.
    pub fn execute<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Outcome {
        self.start(arguments).wait()
    }

    pub(crate) fn start<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Running {
        Running::start(&self.program, arguments, &self.environment)
    }
}

/// Returns the run id of a report.
pub fn run_id(report: &Value) -> &str {
    report["run_id"].as_str().expect("an id")
}

/// Returns each country of a report with its `publication`.
pub fn publications(report: &Value) -> Vec<(&str, &str)> {
    let countries = report["countries"].as_array().expect("a list of countries");
    countries.iter().map(|country| (text(country, "country"), text(country, "publication"))).collect()
}

/// Returns a report's entry of a country.
#[track_caller]
pub fn country<'a>(report: &'a Value, name: &str) -> &'a Value {
    let countries = report["countries"].as_array().expect("a list of countries");
    let found = countries.iter().find(|country| country["country"] == name);
    found.unwrap_or_else(|| panic!("{name} is not in {report:#}"))
}

fn text<'a>(country: &'a Value, name: &str) -> &'a str {
    country[name].as_str().expect("a text")
}
