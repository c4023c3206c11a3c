//! Query parameters, read as strictly as the fields of a body.

use crate::fault::{Fault, FaultCode};
use crate::problem::Problem;
use axum::extract::Query;
use axum::http::Uri;
use segments::value::CountryKey;

/// Countries on one page.
pub(super) const LIMIT_MAX: u32 = 100;

/// A request's query parameters, decoded, in order.
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Reads the query of an address; unknown parameters are ignored.
    pub(super) fn of(uri: &Uri) -> Result<Self, Problem> {
        let pairs = Query::try_from_uri(uri).map(|Query(pairs)| Self(pairs));
        pairs.map_err(|_| invalid("query", FaultCode::Malformed, "the query must be name=value&…"))
    }

    /// `explain`: whether to explain the answer.
    pub(super) fn explain(&self) -> Result<bool, Problem> {
        match self.one("explain")? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(invalid("explain", FaultCode::Malformed, "explain must be true or false")),
        }
    }

    /// `limit`: the number of countries to list.
    pub(super) fn limit(&self) -> Result<u32, Problem> {
        let Some(text) = self.one("limit")? else { return Ok(LIMIT_MAX) };
        let limit = text.parse().ok().filter(|limit| (1..=LIMIT_MAX).contains(limit));
        let message = format!("limit must be a whole number from 1 to {LIMIT_MAX}");
        limit.ok_or_else(|| invalid("limit", FaultCode::Malformed, &message))
    }

    /// `after`: the key of the country after which the page begins. It is taken as stored: a key
    /// derived from it again could differ, and the page overlap the one before.
    pub(super) fn after(&self) -> Result<Option<CountryKey>, Problem> {
        let key = self.one("after")?.map(CountryKey::stored).transpose();
        key.map_err(|_| invalid("after", FaultCode::Malformed, "after must be the key of a country"))
    }

    fn one(&self, name: &'static str) -> Result<Option<&str>, Problem> {
        let mut values = self.0.iter().filter(|(other, _)| other == name).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            (_, Some(_)) => Err(invalid(name, FaultCode::Duplicate, "a parameter is there twice")),
        }
    }
}

fn invalid(parameter: &'static str, code: FaultCode, message: &str) -> Problem {
    Problem::invalid(vec![Fault::of_parameter(parameter, code, message)])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameters(query: &str) -> Parameters {
        Parameters::of(&format!("/?{query}").parse().expect("an address")).unwrap_or(Parameters(Vec::new()))
    }

    #[test]
    fn explain() {
        for (query, expected) in [
            ("", Some(false)),
            ("explain=true", Some(true)),
            ("explain=false&colour=red", Some(false)),
            ("explain=%74rue", Some(true)),
            ("explain=1", None),
            ("explain", None),
            ("explain=true&explain=true", None),
        ] {
            assert_eq!(parameters(query).explain().ok(), expected, "{query}");
        }
    }

    #[test]
    fn pages() {
        for (query, expected) in [
            ("", Some(100)),
            ("limit=1", Some(1)),
            ("limit=100", Some(100)),
            ("limit=0", None),
            ("limit=101", None),
            ("limit=x", None),
        ] {
            assert_eq!(parameters(query).limit().ok(), expected, "{query}");
        }
        let after = |query| parameters(query).after().map(|key| key.map(|key| key.to_string())).ok();
        assert_eq!(after(""), Some(None));
        assert_eq!(after("after=costa%20rica"), Some(Some("costa rica".to_owned())));
        assert_eq!(after("after=t%C3%BCrkiye"), Some(Some("türkiye".to_owned())));
        assert_eq!(after("after="), None);
        assert_eq!(after("after=%23countries"), None);
    }
}
