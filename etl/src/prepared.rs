//! Prepares a run before it counts: finds its input and what is published.

use crate::clock::Clock;
use crate::options::RunOptions;
use crate::target::Target;
use anyhow::Result;
use chrono::{DateTime, Utc};
use publication::publish::Begun;
use segments::rules::Rules;
use segments::selection::Selection;
use std::collections::BTreeMap;
use std::sync::Arc;
use storage::{Resolved, Store, Wanted, WholeFile};

/// A run that has found its input, and whose id is later than what is published.
///
/// Any engine may count the input; it hands the counts to [`Self::conclude`].
pub struct Prepared {
    pub(crate) clock: Clock,
    pub(crate) started_at: DateTime<Utc>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) selection: Selection,
    pub(crate) target: Target,
    pub(crate) input: Resolved,
    pub(crate) begun: Begun,
    /// The file for the page of the run.
    pub(crate) page: Option<WholeFile>,
}

impl Prepared {
    /// Finds the input of a run, and what is published.
    ///
    /// # Errors
    ///
    /// If there is no input, or the table cannot be read.
    pub async fn new(options: &RunOptions) -> Result<Self> {
        let mut clock = Clock::start();
        let started_at = Utc::now();
        let rules = Arc::new(options.rules.clone());
        let selection = options.selection.clone();
        // A location that cannot be written to is known before the work begins.
        let page = options.report.as_deref().map(|path| WholeFile::create("the report", path)).transpose()?;
        let target = Target::connect(options).await?;

        // Listings: which files, in which versions.
        let wanted = Wanted {
            rules: &rules,
            selection: &selection,
            on_copies: options.thresholds.copies.unwrap_or_default(),
        };
        let input = storage::resolve(&target.store, &options.locations, wanted).await?;
        tracing::debug!(files = input.objects.len(), pruned_files = input.pruned, "found the input");
        if let Some(rejects) = &options.rejects {
            rejects.check_is_no_input(&input.objects)?;
        }
        page.as_ref().map_or(Ok(()), |page| page.check_is_no_input(&input.objects))?;
        // Pointers: what is published; the id of this run must be later.
        let begun = target.begin(&selection).await?;
        clock.lap(|timings| &mut timings.resolve);
        Ok(Self { clock, started_at, rules, selection, target, input, begun, page })
    }

    /// Returns the store that the input is read from.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.target.store
    }

    /// Returns the files to count.
    #[must_use]
    pub fn input(&self) -> &Resolved {
        &self.input
    }

    /// Checks that every file of the input is still the same as when the run began. This is for
    /// engines that do not pin their reads to file versions.
    ///
    /// # Errors
    ///
    /// If a file has changed or is gone.
    pub async fn check_unchanged(&self, options: &RunOptions) -> Result<()> {
        let now = storage::list(self.store(), &options.locations, &self.rules).await?;
        let versions: BTreeMap<_, _> =
            now.objects.iter().map(|object| (&object.url, (&object.version, object.bytes))).collect();
        let is_same =
            |object: &&storage::Object| versions.get(&object.url) == Some(&(&object.version, object.bytes));
        match self.input.objects.iter().find(|object| !is_same(object)) {
            Some(object) => Err(storage::ObjectError::Changed { url: object.url.clone() }.into()),
            None => Ok(()),
        }
    }
}
