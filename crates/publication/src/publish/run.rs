//! A run on its way to the table, and the outcome of its publication.

use crate::run_id::RunId;
use schemars::JsonSchema;
use segments::rules::Rules;
use segments::table::{Inputs, Pointer, RunFacts};
use segments::value::CountryKey;
use serde::Serialize;
use std::collections::BTreeMap;

/// Default number of runs that a country keeps, whatever their age.
pub const KEEP_DEFAULT: usize = 5;

/// What became of a country's publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publication {
    /// The pointer names this run.
    Published,
    /// A dry run: nothing was written.
    DryRun,
    /// A threshold stopped the run before it wrote anything.
    Stopped,
    /// A newer run was published meanwhile, and stays.
    Superseded,
    /// The pointer could not be moved.
    Failed,
    /// An earlier country failed, so this one was left as it is.
    NotAttempted,
}

/// A run that may be published: its id is later than every published one.
#[derive(Debug)]
pub struct Begun {
    /// The run's id.
    pub run_id: RunId,
    /// The pointers of the published countries among the selected ones.
    pub pointers: BTreeMap<CountryKey, Pointer>,
}

/// What all countries of a run share.
#[derive(Debug)]
pub struct Run<'a> {
    /// The run's id.
    pub run_id: &'a RunId,
    /// The rules of the run.
    pub rules: &'a Rules,
    /// The input.
    pub inputs: &'a Inputs,
    /// The run as a whole.
    pub facts: &'a RunFacts,
    /// How many runs a country keeps, whatever their age.
    pub keep: usize,
}

/// The outcome of a publication: one entry per country, and the failure that ended it, if any.
#[derive(Debug)]
pub struct PublishResult {
    /// One per country, sorted by key.
    pub countries: Vec<Publication>,
    /// Why a country failed.
    pub failure: Option<anyhow::Error>,
}

impl PublishResult {
    /// Returns the same outcome for `countries` countries, none of them published.
    #[must_use]
    pub fn none(publication: Publication, countries: usize, failure: Option<anyhow::Error>) -> Self {
        Self { countries: vec![publication; countries], failure }
    }
}
