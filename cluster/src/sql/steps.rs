//! Expressions in steps that lead from a stored column to its reading.

/// Expressions in steps; each step sees the names of the one before.
#[derive(Debug)]
pub(super) struct Steps(Vec<Vec<(String, String)>>);

impl Steps {
    /// Returns an empty list of steps.
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a step: each expression with its name.
    pub(super) fn then(mut self, step: Vec<(String, String)>) -> Self {
        self.0.push(step);
        self
    }

    /// Returns the number of steps.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns what a step selects; past the last step, its names pass through.
    pub(super) fn selected(&self, at: usize) -> Vec<(String, String)> {
        match (self.0.get(at), self.0.last()) {
            (Some(step), _) => step.clone(),
            (None, Some(last)) => last.iter().map(|(name, _)| passed(name)).collect(),
            (None, None) => Vec::new(),
        }
    }
}

/// Names an expression.
pub(super) fn named(name: impl Into<String>, expression: impl Into<String>) -> (String, String) {
    (name.into(), expression.into())
}

/// Passes a column of the step before through.
pub(super) fn passed(name: &str) -> (String, String) {
    named(name, format!("e.{name}"))
}

/// Returns a named expression as a `SELECT` item.
pub(super) fn selected((name, expression): (String, String)) -> String {
    format!("{expression} AS {name}")
}
