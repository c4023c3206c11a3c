//! The id of a run: a UUID of version 7, so that ids sort by time.
//! <https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-7>

use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt;
use uuid::{NoContext, Timestamp, Uuid};

/// The id of a run, in the hyphenated lower-case form.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RunId(String);

impl RunId {
    /// Returns a new id, later than `newest`, for a run that starts `now`. If the clock is behind
    /// `newest`, the id is one millisecond after it.
    ///
    /// ```
    /// use publication::RunId;
    ///
    /// let first = RunId::later_than(None, chrono::Utc::now());
    /// let yesterday = chrono::Utc::now() - chrono::Duration::days(1);
    /// assert!(RunId::later_than(Some(first.as_str()), yesterday) > first);
    /// ```
    #[must_use]
    pub fn later_than(newest: Option<&str>, now: DateTime<Utc>) -> Self {
        let fresh = Self::at_millis(u64::try_from(now.timestamp_millis()).unwrap_or_default());
        match newest {
            Some(newest) if fresh.0.as_str() <= newest => Self::at_millis(millis(newest) + 1),
            _ => fresh,
        }
    }

    /// Returns the id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn at_millis(millis: u64) -> Self {
        let nanos = u32::try_from(millis % 1_000 * 1_000_000).unwrap_or_default();
        Self(Uuid::new_v7(Timestamp::from_unix(NoContext, millis / 1_000, nanos)).to_string())
    }
}

impl fmt::Display for RunId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Returns when the run with this id began, in the table's format for times; `None` if the id is
/// not one of ours.
#[must_use]
pub fn started_at(run_id: &str) -> Option<String> {
    let millis = Some(millis(run_id)).filter(|millis| *millis > 0)?;
    Some(timestamp(DateTime::from_timestamp_millis(millis.try_into().ok()?)?))
}

/// Formats a time for the table.
#[must_use]
pub fn timestamp(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Returns the milliseconds in an id; 0 if it is not one of ours, which no later id can follow anyway.
fn millis(run_id: &str) -> u64 {
    let timestamp = Uuid::parse_str(run_id).ok().and_then(|id| id.get_timestamp());
    timestamp.map_or(0, |timestamp| {
        let (seconds, nanos) = timestamp.to_unix();
        seconds * 1_000 + u64::from(nanos) / 1_000_000
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    #[test]
    fn later_whatever_the_clock_says() {
        let now = Utc::now();
        let newest = RunId::later_than(None, now);
        for (offset, expected_millis) in [
            (Duration::days(-400), now.timestamp_millis() + 1),
            (Duration::milliseconds(1), now.timestamp_millis() + 1),
            (Duration::days(1), (now + Duration::days(1)).timestamp_millis()),
        ] {
            let id = RunId::later_than(Some(newest.as_str()), now + offset);
            assert!(id > newest, "{offset}");
            assert_eq!(millis(id.as_str()).cast_signed(), expected_millis, "{offset}");
        }
        for _ in 0..100 {
            assert!(RunId::later_than(Some(newest.as_str()), now) > newest, "in the same millisecond");
        }
    }

    #[test]
    fn it_says_when_the_run_began() {
        let now = "2026-11-24T10:00:00.123Z";
        let id = RunId::later_than(None, now.parse().expect("a time"));
        assert_eq!(started_at(id.as_str()).as_deref(), Some(now));
        assert_eq!(started_at("yesterday"), None);
    }

    #[test]
    fn it_is_a_uuid_of_version_7() {
        let id = RunId::later_than(None, Utc::now());
        assert_eq!(Uuid::parse_str(id.as_str()).expect("a UUID").get_version_num(), 7);
        assert_eq!(id.as_str(), id.as_str().to_lowercase());
    }
}
