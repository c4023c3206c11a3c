//! A run on its way to the table, and what becomes of it there.

use crate::run_id::RunId;
use schemars::JsonSchema;
use segments::rules::Rules;
use segments::table::{Inputs, Pointer, RunFacts};
use segments::value::CountryKey;
use serde::Serialize;
use std::collections::BTreeMap;

/// Runs that a country keeps, whatever their age, where nobody says otherwise.
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

/// A run that may be published: its id is later than any that is published.
#[derive(Debug)]
pub struct Begun {
    /// The run's id.
    pub run_id: RunId,
    /// The pointers of the countries that are published, among those asked for.
    pub pointers: BTreeMap<CountryKey, Pointer>,
}

/// What all countries of a run have in common.
#[derive(Debug)]
pub struct Run<'a> {
    /// The run's id.
    pub run_id: &'a RunId,
    /// The rules it was made with.
    pub rules: &'a Rules,
    /// What was read.
    pub inputs: &'a Inputs,
    /// The run as a whole.
    pub facts: &'a RunFacts,
    /// How many runs a country keeps, whatever their age.
    pub keep: usize,
}

/// What became of a publication: one entry a country, and the failure that ended it, if any.
#[derive(Debug)]
pub struct PublishResult {
    /// By country, in order of key.
    pub countries: Vec<Publication>,
    /// Why a country failed.
    pub failure: Option<anyhow::Error>,
}

impl PublishResult {
    /// Returns what became of `countries` countries of which none is published.
    #[must_use]
    pub fn none(publication: Publication, countries: usize, failure: Option<anyhow::Error>) -> Self {
        Self { countries: vec![publication; countries], failure }
    }
}
