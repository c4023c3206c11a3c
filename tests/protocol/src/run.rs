//! Runs and the order of their ids; only the order matters here.

/// Most runs of a model, earlier ones included.
pub const RUNS_MAX: usize = 6;

/// A run, by its number in the model, which is independent of its id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Run(u8);

impl Run {
    /// Returns all possible runs.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..RUNS_MAX).map(Self::numbered)
    }

    /// Returns the run of this number.
    ///
    /// # Panics
    ///
    /// If the number is not below `RUNS_MAX`.
    #[must_use]
    pub fn numbered(number: usize) -> Self {
        assert!(number < RUNS_MAX, "run {number} of at most {RUNS_MAX}");
        Self(u8::try_from(number).expect("there are fewer"))
    }

    /// Returns the run's number.
    #[must_use]
    pub fn number(self) -> usize {
        self.0.into()
    }
}

impl std::fmt::Debug for Run {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "run {}", self.0)
    }
}

/// The order of the ids taken: each run's place, from 1; 0 for a run without an id.
///
/// `RunId::later_than` only promises an id later than the newest one read. The rest comes from the
/// clock, which may be behind, ahead or jump. So a new id may take any place after the newest one
/// read, between others or after all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Ids([u8; RUNS_MAX]);

impl Ids {
    /// Returns the possible places of a new id that is later than `newest`.
    #[must_use]
    pub fn places_after(&self, newest: Option<Run>) -> std::ops::RangeInclusive<u8> {
        let first = newest.map_or(1, |newest| self.place(newest) + 1);
        let last = self.0.iter().max().copied().unwrap_or_default() + 1;
        first..=last
    }

    /// Gives `run` an id at a place; ids from there on move up.
    pub fn insert(&mut self, run: Run, place: u8) {
        for other in &mut self.0 {
            *other += u8::from(*other >= place);
        }
        self.0[run.number()] = place;
    }

    /// Returns whether the id of `run` is later than that of `other`.
    #[must_use]
    pub fn is_later(&self, run: Run, other: Run) -> bool {
        self.place(run) > self.place(other)
    }

    fn place(&self, run: Run) -> u8 {
        self.0[run.number()]
    }
}
