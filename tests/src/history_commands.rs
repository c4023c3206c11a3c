//! The commands on published runs, against a stack's table.

use crate::etl::{Etl, Outcome, Running};

impl Etl {
    /// Lists the runs of a country.
    pub fn runs(&self, country: &str) -> Outcome {
        self.of_country("runs", country, &[])
    }

    /// Compares runs of a country.
    pub fn diff(&self, country: &str, runs: &[&str]) -> Outcome {
        self.of_country("diff", country, runs)
    }

    /// Shows a run of a country: the current one, or with `--run` another.
    pub fn report(&self, country: &str, more: &[&str]) -> Outcome {
        self.of_country("report", country, more)
    }

    /// Rolls a country back: to the run before, or with `--to` to another.
    pub fn rollback(&self, country: &str, more: &[&str]) -> Outcome {
        self.of_country("rollback", country, more)
    }

    /// Starts a rollback of a country to a run.
    pub fn start_rollback(&self, country: &str, run_id: &str) -> Running {
        let line =
            ["rollback", "--format", "json", "--table", self.table(), "--country", country, "--to", run_id];
        self.start(&line)
    }

    /// Checks all published items against their manifests.
    pub fn verify(&self) -> Outcome {
        self.execute(&["verify", "--format", "json", "--table", self.table()])
    }

    fn of_country(&self, command: &str, country: &str, more: &[&str]) -> Outcome {
        let line = [command, "--format", "json", "--table", self.table(), "--country", country];
        self.execute(&[&line, more].concat())
    }
}
