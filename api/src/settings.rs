//! Settings from the environment: table, refresh times, deadlines. All have defaults.

use segments::table::TABLE_DEFAULT;
use std::time::Duration;

/// The ETL deletes runs this long after they were superseded, so none may be served longer.
const STALE_LIMIT_MAX: u64 = 86_400;
/// API Gateway gives up after 30 s.
const DEADLINE_MS_MAX: u64 = 25_000;
/// A day.
const REFRESH_SECONDS_MAX: u64 = 86_400;
/// Attempts of one read.
const ATTEMPTS_MAX: u64 = 10;

/// The settings of a process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// `TABLE_NAME`: the DynamoDB table; `voucher-segments`.
    pub table: String,
    /// `POINTER_REFRESH_SECONDS`: how long a pointer is used before it is read again; 30.
    pub pointer_refresh: Duration,
    /// `STALE_LIMIT_SECONDS`: how long a known run is served while refreshes fail; 21600. Below
    /// 86400, when superseded runs may be deleted.
    pub stale_limit: Duration,
    /// `DEADLINE_MS`: longest wait of a request for DynamoDB; 1500.
    pub deadline: Duration,
    /// `DYNAMODB_ATTEMPTS`: attempts per read, including the first; 3.
    pub attempts: u32,
    /// `DYNAMODB_ATTEMPT_TIMEOUT_MS`: timeout of one attempt, from connect to last byte; 600.
    pub attempt_timeout: Duration,
    /// `DYNAMODB_CONNECT_TIMEOUT_MS`: connect timeout, TLS included; 500.
    pub connect_timeout: Duration,
}

/// A setting with an invalid value.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}={value:?} is not {expected}")]
pub struct SettingError {
    /// The variable's name.
    pub name: &'static str,
    /// Its value.
    pub value: String,
    /// The values it may have.
    pub expected: String,
}

impl Settings {
    /// Reads the settings; `variable` looks up an environment variable. An empty one counts as unset.
    ///
    /// # Errors
    ///
    /// The first invalid setting.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingError> {
        let text = |name: &'static str| variable(name).filter(|value| !value.is_empty());
        let number = |name: &'static str, default: u64, min: u64, max: u64| {
            let Some(value) = text(name) else { return Ok(default) };
            let parsed = value.parse().ok().filter(|number| (min..=max).contains(number));
            let expected = format!("a whole number from {min} to {max}");
            parsed.ok_or(SettingError { name, value, expected })
        };
        let seconds = |name, default, max| number(name, default, 0, max).map(Duration::from_secs);
        let millis = |name, default| number(name, default, 1, DEADLINE_MS_MAX).map(Duration::from_millis);
        let attempts = number("DYNAMODB_ATTEMPTS", 3, 1, ATTEMPTS_MAX)?;
        Ok(Self {
            table: text("TABLE_NAME").unwrap_or_else(|| TABLE_DEFAULT.to_owned()),
            pointer_refresh: seconds("POINTER_REFRESH_SECONDS", 30, REFRESH_SECONDS_MAX)?,
            stale_limit: seconds("STALE_LIMIT_SECONDS", 21_600, STALE_LIMIT_MAX - 1)?,
            deadline: millis("DEADLINE_MS", 1_500)?,
            attempts: u32::try_from(attempts).unwrap_or(1),
            attempt_timeout: millis("DYNAMODB_ATTEMPT_TIMEOUT_MS", 600)?,
            connect_timeout: millis("DYNAMODB_CONNECT_TIMEOUT_MS", 500)?,
        })
    }

    /// Returns the timeout of one read with all its attempts. It leaves a fifth of the deadline to
    /// respond from memory after a failed read.
    #[must_use]
    pub fn read_budget(&self) -> Duration {
        self.deadline * 4 / 5
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, value: &str) -> Result<Settings, SettingError> {
        Settings::read(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn defaults() {
        let settings = Settings::read(|_| None).expect("defaults are valid");
        assert_eq!(settings.table, "voucher-segments");
        assert_eq!(settings.pointer_refresh, Duration::from_secs(30));
        assert_eq!(settings.stale_limit, Duration::from_hours(6));
        assert_eq!(settings.deadline, Duration::from_millis(1_500));
        assert_eq!(settings.attempts, 3);
        assert_eq!(read("DEADLINE_MS", ""), Ok(settings), "empty is not set");
    }

    #[test]
    fn both_sides_of_every_bound() {
        for (name, good, bad) in [
            ("POINTER_REFRESH_SECONDS", ["0", "86400"], ["-1", "86401"]),
            ("STALE_LIMIT_SECONDS", ["0", "86399"], ["-1", "86400"]),
            ("DEADLINE_MS", ["1", "25000"], ["0", "25001"]),
            ("DYNAMODB_ATTEMPTS", ["1", "10"], ["0", "11"]),
            ("DYNAMODB_ATTEMPT_TIMEOUT_MS", ["1", "25000"], ["0", "1.5"]),
            ("DYNAMODB_CONNECT_TIMEOUT_MS", ["1", "25000"], ["0", "soon"]),
        ] {
            for value in good {
                assert!(read(name, value).is_ok(), "{name}={value}");
            }
            for value in bad {
                let error = read(name, value).expect_err(value);
                assert_eq!((error.name, error.value.as_str()), (name, value));
            }
        }
    }
}
