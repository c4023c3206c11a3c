//! Counts of all rounds: what was done, and the outcomes.

use super::fault::Fault;
use super::step::{Side, Step};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

/// Counts that all workers share.
#[derive(Debug, Default)]
pub(super) struct Tally(Mutex<Counts>);

/// The counts.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// Rounds that passed.
    pub rounds: u64,
    /// Faults, by kind and step.
    pub faults: BTreeMap<(Fault, Step), u64>,
    /// Faults of reads by the API.
    pub api_faults: u64,
    /// Kills at a step.
    pub kills: BTreeMap<(Step, Side), u64>,
    /// Kills at a random time.
    pub kills_at_random: u64,
    /// Reads that resumed, under the same ETag, where a body broke off.
    pub resumed: u64,
    /// Objects that a run without faults skipped, since a disturbed one had counted them.
    pub recalled: u64,
    /// Disturbed commands, by outcome.
    pub outcomes: BTreeMap<String, u64>,
    /// Commands without faults that followed, all correct.
    pub reruns: u64,
    /// Calls of `verify`, all without findings.
    pub verified: u64,
    /// Whole tables compared item by item with the expected ones.
    pub audits: u64,
    /// Answers of the API about a bucket or a whole country, each from one whole run.
    pub answers: u64,
    /// Answers 503 of the disturbed API.
    pub unavailable: u64,
    /// Failures: the round and the message.
    pub wrong: Vec<(u32, String)>,
}

impl Tally {
    pub(super) fn note(&self, change: impl FnOnce(&mut Counts)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(super) fn counts(&self) -> Counts {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Counts {
    /// Returns the number of faults between runs and the local AWS.
    pub fn faults(&self) -> u64 {
        self.faults.values().sum()
    }

    /// Returns the number of kills.
    pub fn kills(&self) -> u64 {
        self.kills.values().sum::<u64>() + self.kills_at_random
    }

    /// Returns the number of faults of a kind.
    pub fn faults_of(&self, fault: Fault) -> u64 {
        self.faults.iter().filter(|((kind, _), _)| *kind == fault).map(|(_, count)| count).sum()
    }

    /// Returns the number of kills at a step, on one side of the local AWS.
    pub fn kills_at(&self, step: Step, side: Side) -> u64 {
        self.kills.get(&(step, side)).copied().unwrap_or_default()
    }

    fn faults_at(&self, step: Step) -> u64 {
        self.faults.iter().filter(|((_, at), _)| *at == step).map(|(_, count)| count).sum()
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:<52} {:>8}", "fault", "times")?;
        for fault in Fault::ALL {
            writeln!(formatter, "{fault:<52} {:>8}", self.faults_of(fault))?;
        }
        let lost = self.faults.get(&(Fault::LostAnswer, Step::Swap)).copied().unwrap_or_default();
        writeln!(formatter, "{:<52} {:>8}", "all, between runs and the local AWS", self.faults())?;
        writeln!(formatter, "{:<52} {lost:>8}", "  of them a lost answer of the swap")?;
        writeln!(formatter, "{:<52} {:>8}", "and between the API and the local AWS", self.api_faults)?;
        writeln!(formatter, "\n{:<40} {:>8} {:>12} {:>12}", "step", "faults", "kill before", "kill after")?;
        for step in Step::ALL {
            let [before, after] = [Side::Before, Side::After].map(|side| self.kills_at(step, side));
            writeln!(formatter, "{step:<40} {:>8} {before:>12} {after:>12}", self.faults_at(step))?;
        }
        writeln!(formatter, "{:<40} {:>8} {:>12}", "at a random time", "", self.kills_at_random)?;
        writeln!(formatter, "{:<40} {:>8} {:>12}", "all", self.faults(), self.kills())?;
        writeln!(formatter, "\n{:<52} {:>8}", "disturbed command", "times")?;
        for (outcome, count) in &self.outcomes {
            writeln!(formatter, "{outcome:<52} {count:>8}")?;
        }
        writeln!(formatter)?;
        for (what, count) in [
            ("rounds that ended as they must", self.rounds),
            ("commands without faults after them, which converged", self.reruns),
            ("tables that `verify` found clean", self.verified),
            ("tables held item by item against the expected", self.audits),
            ("bodies taken up where they broke off", self.resumed),
            ("objects that a disturbed run had counted", self.recalled),
            ("answers of the API, each of one whole run", self.answers),
            ("answers 503 of an API with faults of its own", self.unavailable),
            ("rounds that went wrong", self.wrong.len() as u64),
        ] {
            writeln!(formatter, "{what:<52} {count:>8}")?;
        }
        Ok(())
    }
}
