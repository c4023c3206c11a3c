//! The right protocol, and the mistakes that the model must detect.

/// The protocol, right or with one mistake.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Variant {
    /// The right one.
    #[default]
    Right,
    /// The swap does not require the `version` that was read.
    SwapWithoutVersion,
    /// Neither the swap nor the verdict on a refusal checks for a newer run.
    SwapWithoutNewer,
    /// The swap does not require `newest_run_id` to be older than the run. This violates nothing: a
    /// run is later than what it read at its start, and later moves change the version.
    SwapByVersionAlone,
    /// The swap takes a run for newer than itself, so that a retry moves the pointer again.
    SwapOnTopOfItself,
    /// A refused swap counts as a failure, whatever the pointer says.
    LostAnswerIsFailure,
    /// The pointer is moved before the items are written.
    PointerBeforeItems,
    /// Items are written before their manifest.
    ItemsBeforeManifest,
    /// An item's key does not name the run.
    ItemsWithoutRunId,
    /// The id comes from the clock alone and may be older than what was read.
    IdByClockAlone,
    /// `superseded_at` is written without checking the pointer.
    MarkOfCurrent,
    /// `superseded_at` is written even without a manifest.
    UpdateMakesManifest,
    /// A run is deleted without a claim.
    CollectionWithoutClaim,
    /// The claim requires neither the `version` nor the `superseded_at` that was read.
    ClaimWithoutVersion,
    /// The claim does not require the `superseded_at` that was read.
    ClaimWithoutSuperseded,
    /// The previous run may be deleted.
    CollectionOfPrevious,
    /// A run may be deleted as soon as it is superseded.
    CollectionTooEarly,
    /// A run newer than any published one may be deleted.
    CollectionOfNewer,
    /// The manifest is deleted before the items.
    ManifestDeletedFirst,
    /// A collector leaves a run that another has claimed.
    CollectionNotResumed,
    /// The rollback does not require the `version` that was read.
    RollbackWithoutVersion,
    /// The rollback does not check whether the run is claimed.
    RollbackOfClaimed,
    /// The rollback does not check that the run has its items.
    RollbackToPart,
    /// The rollback sets `newest_run_id` to its target.
    RollbackLowersNewest,
    /// A refused rollback reports success, as if its answer had been lost.
    RollbackTakesRefusalForDone,
    /// A refused rollback retries if the run that it leaves is current, whatever happened between.
    RollbackTriesAgain,
    /// A refused rollback goes back to the run that is previous then.
    RollbackStartsAnew,
    /// A missing item counts as one without an amount.
    MissingIsAnswer,
    /// After a missing item, the pointer is read again, but not the items found.
    ReaderKeepsItems,
    /// The pointer is read without consistency.
    PointerReadAnyhow,
    /// A missing item is a 503 at once.
    ReaderGivesUp,
}

impl Variant {
    /// All variants.
    pub const ALL: [Self; 31] = [
        Self::Right,
        Self::SwapWithoutVersion,
        Self::SwapWithoutNewer,
        Self::SwapByVersionAlone,
        Self::SwapOnTopOfItself,
        Self::LostAnswerIsFailure,
        Self::PointerBeforeItems,
        Self::ItemsBeforeManifest,
        Self::ItemsWithoutRunId,
        Self::IdByClockAlone,
        Self::MarkOfCurrent,
        Self::UpdateMakesManifest,
        Self::CollectionWithoutClaim,
        Self::ClaimWithoutVersion,
        Self::ClaimWithoutSuperseded,
        Self::CollectionOfPrevious,
        Self::CollectionTooEarly,
        Self::CollectionOfNewer,
        Self::ManifestDeletedFirst,
        Self::CollectionNotResumed,
        Self::RollbackWithoutVersion,
        Self::RollbackOfClaimed,
        Self::RollbackToPart,
        Self::RollbackLowersNewest,
        Self::RollbackTakesRefusalForDone,
        Self::RollbackTriesAgain,
        Self::RollbackStartsAnew,
        Self::MissingIsAnswer,
        Self::ReaderKeepsItems,
        Self::PointerReadAnyhow,
        Self::ReaderGivesUp,
    ];
}
