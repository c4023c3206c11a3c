//! A column's way from what is stored to what is read, as expressions that build on each other.

/// Expressions in steps: those of a step see the names of the step before it.
#[derive(Debug)]
pub(super) struct Steps(Vec<Vec<(String, String)>>);

impl Steps {
    /// Returns no steps yet.
    pub(super) fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds a step: each expression with its name.
    pub(super) fn then(mut self, step: Vec<(String, String)>) -> Self {
        self.0.push(step);
        self
    }

    /// Returns how many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Returns what a step selects; where the column is read already, its names pass through.
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

/// Names a column of the step before that passes through.
pub(super) fn passed(name: &str) -> (String, String) {
    named(name, format!("e.{name}"))
}

/// Returns an expression and its name as a statement selects them.
pub(super) fn selected((name, expression): (String, String)) -> String {
    format!("{expression} AS {name}")
}
