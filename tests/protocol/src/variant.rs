//! The protocol as it is, and the mistakes that the model must be able to tell from it.

/// The protocol, or the protocol with one thing left out or done wrongly.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Variant {
    /// As it is.
    #[default]
    Right,
    /// The swap does not ask for the `version` that was read.
    SwapWithoutVersion,
    /// Neither the swap nor the verdict on a refusal asks whether a newer run is there.
    SwapWithoutNewer,
    /// The swap does not ask that `newest_run_id` is older than the run. This violates nothing: a
    /// run is later than what it read when it began, and whatever came later has another version.
    SwapByVersionAlone,
    /// The swap takes a run for newer than itself, so that a retry moves the pointer once more.
    SwapOnTopOfItself,
    /// A refused swap is a failure, whatever the pointer says.
    LostAnswerIsFailure,
    /// The pointer is moved before the items are written.
    PointerBeforeItems,
    /// Items are written before their manifest.
    ItemsBeforeManifest,
    /// The key of an item does not name the run.
    ItemsWithoutRunId,
    /// The id is the clock's alone, not later than what was read.
    IdByClockAlone,
    /// `superseded_at` is written without a look at the pointer.
    MarkOfCurrent,
    /// `superseded_at` is written whether the manifest is there or not.
    UpdateMakesManifest,
    /// A run is deleted without a claim.
    CollectionWithoutClaim,
    /// The claim does not ask for the `version` that was read, nor for `superseded_at`.
    ClaimWithoutVersion,
    /// The claim does not ask for the `superseded_at` that was read.
    ClaimWithoutSuperseded,
    /// The previous run may be deleted.
    CollectionOfPrevious,
    /// A run may be deleted as soon as it is superseded.
    CollectionTooEarly,
    /// A run that is newer than any published one may be deleted.
    CollectionOfNewer,
    /// The manifest is deleted before the items.
    ManifestDeletedFirst,
    /// A claimed run that was found is left as it is.
    CollectionNotResumed,
    /// The rollback does not ask for the `version` that was read.
    RollbackWithoutVersion,
    /// The rollback does not ask whether the run is claimed.
    RollbackOfClaimed,
    /// The rollback does not look whether the run's items are there.
    RollbackToPart,
    /// The rollback sets `newest_run_id` to the run that it goes back to.
    RollbackLowersNewest,
    /// A refused rollback is taken for one whose answer was lost.
    RollbackTakesRefusalForDone,
    /// A refused rollback tries again if the run that it leaves is current, whatever was between.
    RollbackTriesAgain,
    /// A refused rollback goes back to what is the previous run then.
    RollbackStartsAnew,
    /// A missing item is answered as if it had no amount.
    MissingIsAnswer,
    /// Where an item is missing, the pointer is read again, but not the items that were found.
    ReaderKeepsItems,
    /// The pointer is read without consistency.
    PointerReadAnyhow,
    /// A missing item is a 503 at once.
    ReaderGivesUp,
}

impl Variant {
    /// All of them.
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
