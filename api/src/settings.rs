//! Settings from the environment: table, refresh times, deadlines. All have defaults.

use segments::table::TABLE_DEFAULT;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

/// The ETL deletes runs this long after they were superseded, so none may be served longer.
const STALE_LIMIT_MAX: u64 = 86_400;
/// API Gateway gives up after 30 s.
const DEADLINE_MS_MAX: u64 = 25_000;
/// A day.
const REFRESH_SECONDS_MAX: u64 = 86_400;
/// Attempts of one read.
const ATTEMPTS_MAX: u64 = 10;
/// Ports of a client; each connection takes a file descriptor and some memory.
const CONNECTIONS_MAX: u64 = 65_535;

/// The settings of a process.
#[derive(Debug, Clone, PartialEq)]
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
    /// What is logged.
    pub log: LogSettings,
    /// `MAX_CONNECTIONS`: connections that the listener holds at a time; 1024.
    pub connections: usize,
    /// `SNAPSHOT_DIR`: where the listener keeps on disk what it read; nowhere by default.
    pub snapshots: Option<PathBuf>,
    /// Whether a due pointer is renewed apart from the request that finds it due. In Lambda it is
    /// not: nobody else waits there, and what runs apart stands still between two invocations.
    pub renews_apart: bool,
}

/// What is logged.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogSettings {
    /// `LOG_LEVEL`: the least level of a line that is written; info.
    pub level: LogLevel,
    /// `LOG_SAMPLE`: share of the lines of level info that is written, above 0 and at most 1; 1.
    pub sample: f64,
}

/// The level of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LogLevel {
    /// A request that was answered.
    Info,
    /// Something that an operator should look at.
    Warn,
    /// A request that failed by a fault of the service or of the table.
    Error,
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
        let connections = number("MAX_CONNECTIONS", 1_024, 1, CONNECTIONS_MAX)?;
        Ok(Self {
            table: text("TABLE_NAME").unwrap_or_else(|| TABLE_DEFAULT.to_owned()),
            pointer_refresh: seconds("POINTER_REFRESH_SECONDS", 30, REFRESH_SECONDS_MAX)?,
            stale_limit: seconds("STALE_LIMIT_SECONDS", 21_600, STALE_LIMIT_MAX - 1)?,
            deadline: millis("DEADLINE_MS", 1_500)?,
            attempts: u32::try_from(attempts).unwrap_or(1),
            attempt_timeout: millis("DYNAMODB_ATTEMPT_TIMEOUT_MS", 600)?,
            connect_timeout: millis("DYNAMODB_CONNECT_TIMEOUT_MS", 500)?,
            log: LogSettings {
                level: other(text("LOG_LEVEL"), "LOG_LEVEL", "info, warn or error")?
                    .unwrap_or(LogLevel::Info),
                sample: other(text("LOG_SAMPLE"), "LOG_SAMPLE", "a number above 0 and at most 1")?
                    .map_or(1.0, |Share(share)| share),
            },
            connections: usize::try_from(connections).unwrap_or(usize::MAX),
            snapshots: text("SNAPSHOT_DIR").map(PathBuf::from),
            renews_apart: false,
        })
    }

    /// Returns the timeout of one read with all its attempts. It leaves a fifth of the deadline to
    /// respond from memory after a failed read.
    #[must_use]
    pub fn read_budget(&self) -> Duration {
        self.deadline * 4 / 5
    }
}

/// Parses a setting that is no whole number.
fn other<T: FromStr>(
    value: Option<String>,
    name: &'static str,
    expected: &str,
) -> Result<Option<T>, SettingError> {
    let error = |value| SettingError { name, value, expected: expected.to_owned() };
    value.map(|value| value.parse().map_err(|_| error(value))).transpose()
}

/// A number above 0 and at most 1.
struct Share(f64);

impl FromStr for Share {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let share: f64 = text.parse().map_err(|_| ())?;
        (share > 0.0 && share <= 1.0).then_some(Self(share)).ok_or(())
    }
}

impl LogLevel {
    /// Returns the level as it is logged and set.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl FromStr for LogLevel {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        [Self::Info, Self::Warn, Self::Error].into_iter().find(|level| level.as_str() == text).ok_or(())
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
        assert_eq!(settings.log, LogSettings { level: LogLevel::Info, sample: 1.0 });
        assert_eq!(settings.connections, 1_024);
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
            ("LOG_LEVEL", ["info", "error"], ["INFO", "debug"]),
            ("LOG_SAMPLE", ["0.000001", "1"], ["0", "1.000001"]),
            ("LOG_SAMPLE", ["1e-2", "1.0"], ["-0.5", "NaN"]),
            ("MAX_CONNECTIONS", ["1", "65535"], ["0", "65536"]),
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
