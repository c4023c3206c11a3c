//! Checks a model over all interleavings and reports the findings.

use crate::configurations::Configuration;
use crate::interleavings::Action;
use crate::model::Model;
use crate::variant::Variant;
use stateright::{Checker, HasDiscoveries, Model as _};
use std::collections::BTreeSet;
use std::fmt;
use std::time::{Duration, Instant};

/// The findings about a model.
#[derive(Debug, Clone)]
pub struct Findings {
    /// The model's name.
    pub name: &'static str,
    /// Distinct states.
    pub states: usize,
    /// Steps between states.
    pub steps: usize,
    /// States of the longest path.
    pub depth: usize,
    /// Duration of the check.
    pub took: Duration,
    /// Violated properties, each with a path to a violation.
    pub violated: Vec<(&'static str, Vec<Action>)>,
    /// Unreached states that should be reachable.
    pub unreached: Vec<&'static str>,
}

impl Findings {
    /// Returns the names of the violated properties.
    #[must_use]
    pub fn violated_names(&self) -> Vec<&'static str> {
        self.violated.iter().map(|(name, _)| *name).collect()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, states, steps, depth, took, .. } = self;
        let seconds = took.as_secs_f64();
        write!(formatter, "{name}: {states} states, {steps} steps, depth {depth}, {seconds:.1} s")?;
        for (name, way) in &self.violated {
            write!(formatter, "\n  violated: {name}")?;
            for action in way {
                write!(formatter, "\n    {action:?}")?;
            }
        }
        for name in &self.unreached {
            write!(formatter, "\n  not reached: {name}")?;
        }
        Ok(())
    }
}

/// Checks every property of the protocol in every reachable state.
#[must_use]
pub fn check(configuration: &Configuration) -> Findings {
    let started = Instant::now();
    let model = Model::new(configuration.bounds, Variant::Right);
    // Depth first keeps only fingerprints and one path, for up to a hundred million states.
    let checker = model.checker().spawn_dfs().join();
    findings(configuration.name, &checker, started)
}

/// Checks a variant until `property` is violated or no state is left. The path to the violation is
/// among the shortest.
#[must_use]
pub fn search(configuration: &Configuration, variant: Variant, property: &'static str) -> Findings {
    let started = Instant::now();
    let model = Model::new(configuration.bounds, variant);
    let until = HasDiscoveries::AllOf(BTreeSet::from([property]));
    let checker = model.checker().finish_when(until).spawn_bfs().join();
    findings(configuration.name, &checker, started)
}

fn findings(name: &'static str, checker: &impl Checker<Model>, started: Instant) -> Findings {
    let mut discoveries = checker.discoveries();
    let mut violated = Vec::new();
    let mut unreached = Vec::new();
    for property in checker.model().properties() {
        match (discoveries.remove(property.name), property.expectation.discovery_is_failure()) {
            (Some(way), true) => violated.push((property.name, way.into_actions())),
            (None, false) => unreached.push(property.name),
            _ => {}
        }
    }
    Findings {
        name,
        states: checker.unique_state_count(),
        steps: checker.state_count(),
        depth: checker.max_depth(),
        took: started.elapsed(),
        violated,
        unreached,
    }
}
