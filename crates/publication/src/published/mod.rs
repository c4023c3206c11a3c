//! What was published: the runs of a country, how they differ, one of them in full, whether their
//! items are what was written, and the way back to an earlier run.
//!
//! Only [`rollback()`] writes.

mod run_state;

mod stored;

mod runs;

mod diff;

mod live;

mod report;

mod rollback;

mod verify;

pub use diff::{BucketChange, BucketSide, ChangeKind, Diff, DiffReport, RunBrief, diff};
pub use live::{Live, changes};
pub use report::{ComparedWith, PublishedReport, PublishedRun, report};
pub use rollback::{RolledBack, rollback};
pub use run_state::RunState;
pub use runs::{RunEntry, RunsReport, runs};
pub use stored::rules;
pub use verify::{CountryVerified, RunVerified, Verdict, Verified, verify};
