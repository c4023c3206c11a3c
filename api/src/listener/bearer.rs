//! Bearer tokens, for those who run the listener without a gateway:
//! <https://www.rfc-editor.org/rfc/rfc6750>.

use crate::observe::Observer;
use crate::problem::{Kind, Problem};
use crate::settings::SettingError;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use subtle::{Choice, ConstantTimeEq};

/// The variable with one token.
const TOKEN: &str = "API_BEARER_TOKEN";
/// The variable with the path of a file that has one in each line.
const TOKEN_FILE: &str = "API_BEARER_TOKEN_FILE";
/// Time after which the file is read again, so that tokens are replaced without a stop.
const FILE_TIME: Duration = Duration::from_secs(1);
/// What anybody may ask: whether it runs, and what it can do.
const OPEN: [&str; 4] = ["/healthz", "/v1/healthz", "/openapi.json", "/v1/openapi.json"];

/// The tokens that callers may have. A token is kept by its hash, so that all have one length.
#[derive(Debug)]
pub struct Tokens {
    fixed: Option<String>,
    file: Option<TokenFile>,
}

#[derive(Debug)]
struct TokenFile {
    path: PathBuf,
    read: Mutex<(Instant, Vec<String>)>,
}

impl Tokens {
    /// Reads the tokens that the environment gives; `None` if it gives none, so that anybody may ask.
    ///
    /// # Errors
    ///
    /// If a token cannot be a header's value, or the file cannot be read.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, SettingError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (token, path) = (set(TOKEN), set(TOKEN_FILE).map(PathBuf::from));
        if token.is_none() && path.is_none() {
            return Ok(None);
        }
        let error = |name, value, expected: &str| SettingError { name, value, expected: expected.to_owned() };
        let fixed =
            token.map(|token| hash_of(&token).ok_or_else(|| error(TOKEN, "…".to_owned(), "a bearer token")));
        let file = path.map(|path| {
            let read = hashes_in(&path).map_err(|reason| {
                error(TOKEN_FILE, path.display().to_string(), &format!("a file of bearer tokens: {reason}"))
            })?;
            Ok(TokenFile { path, read: Mutex::new((Instant::now(), read)) })
        });
        Ok(Some(Self { fixed: fixed.transpose()?, file: file.transpose()? }))
    }

    /// Returns whether a request's headers have one of the tokens.
    fn admit(&self, headers: &HeaderMap, observer: &Observer) -> bool {
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|header| {
            let (scheme, token) = header.split_once(' ')?;
            scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
        });
        let Some(given) = token.and_then(hash_of) else { return false };
        let of_file = self.file.as_ref().map(|file| file.hashes(observer)).unwrap_or_default();
        // All are compared, and each as a whole, so that the time says nothing about any.
        let equal = |known: &String| known.as_bytes().ct_eq(given.as_bytes());
        let found = self.fixed.iter().chain(&of_file).map(equal);
        found.fold(Choice::from(0), |found, equal| found | equal).into()
    }
}

impl TokenFile {
    /// Returns the hashes of its tokens; the last ones while it cannot be read.
    fn hashes(&self, observer: &Observer) -> Vec<String> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        if read.0.elapsed() >= FILE_TIME {
            read.0 = Instant::now();
            match hashes_in(&self.path) {
                Ok(hashes) => read.1 = hashes,
                Err(reason) => {
                    observer.log.warn(&format!("{TOKEN_FILE}={}: {reason}", self.path.display()));
                }
            }
        }
        read.1.clone()
    }
}

/// Returns the hashes of the tokens in a file, one in each line; or what is wrong with it.
fn hashes_in(path: &PathBuf) -> Result<Vec<String>, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let hash = |(number, line): (usize, &str)| {
        hash_of(line.trim()).ok_or_else(|| format!("line {} is no token", number + 1))
    };
    let hashes: Vec<_> = lines.map(hash).collect::<Result<_, _>>()?;
    if hashes.is_empty() { Err("it has none".to_owned()) } else { Ok(hashes) }
}

/// Returns a token's hash; `None` if it cannot be one: <https://www.rfc-editor.org/rfc/rfc6750#section-2.1>.
fn hash_of(token: &str) -> Option<String> {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte);
    let is_token = !token.is_empty() && token.bytes().all(is_allowed);
    is_token.then(|| segments::sha256_hex(token.as_bytes()))
}

/// Returns what to say about a listener at this address, if anybody may ask there.
#[must_use]
pub fn warning(address: SocketAddr, tokens: Option<&Tokens>) -> Option<String> {
    let is_open = tokens.is_none() && !address.ip().is_loopback();
    is_open.then(|| {
        format!("anybody who reaches {address} is answered: neither {TOKEN} nor {TOKEN_FILE} is set")
    })
}

/// The door: the tokens, and the log.
pub(super) type Door = (Arc<Tokens>, Arc<Observer>);

/// Refuses requests without a token, except those that anybody may make.
pub(super) async fn with_token(
    State((tokens, observer)): State<Door>,
    request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    if OPEN.contains(&route) || tokens.admit(request.headers(), &observer) {
        return next.run(request).await;
    }
    let mut response = Problem::new(Kind::Unauthorized).into_response();
    response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::observe::Log;
    use crate::settings::{LogLevel, LogSettings};

    fn observer() -> Observer {
        Observer::new(Log::at_once(LogSettings { level: LogLevel::Error, sample: 1.0 }))
    }

    fn admits(tokens: &Tokens, header: &str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::AUTHORIZATION, header.parse().expect("a header's value"));
        tokens.admit(&headers, &observer())
    }

    fn read(name: &str, value: &str) -> Result<Option<Tokens>, SettingError> {
        Tokens::read(|asked| (asked == name).then(|| value.to_owned()))
    }

    #[test]
    fn which_headers_are_admitted() {
        let tokens = read(TOKEN, "s3cret-token").expect("valid").expect("there is one");
        for (header, expected) in [
            ("Bearer s3cret-token", true),
            ("bearer  s3cret-token ", true),
            ("Bearer s3cret-toke", false),
            ("Bearer s3cret-token1", false),
            ("Bearer S3cret-token", false),
            ("Bearer", false),
            ("Bearer ", false),
            ("Basic s3cret-token", false),
            ("s3cret-token", false),
            ("", false),
        ] {
            assert_eq!(admits(&tokens, header), expected, "{header}");
        }
        assert!(!tokens.admit(&HeaderMap::new(), &observer()));
    }

    #[test]
    fn where_anybody_may_ask_a_warning_says_so() {
        let tokens = read(TOKEN, "s3cret-token").expect("valid");
        for (address, without) in
            [("127.0.0.1:1", false), ("[::1]:1", false), ("0.0.0.0:1", true), ("10.0.0.1:1", true)]
        {
            let address = address.parse().expect("an address");
            assert_eq!(warning(address, None).is_some(), without, "{address}");
            assert_eq!(warning(address, tokens.as_ref()), None, "{address}");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_not_shown() {
        for token in ["two words", "gehe\u{ed}m", "\"quoted\""] {
            let error = read(TOKEN, token).expect_err(token).to_string();
            assert!(error.contains(TOKEN) && !error.contains(token), "{error}");
        }
        assert!(read(TOKEN, "").expect("unset").is_none());
        let error = read(TOKEN_FILE, "/not/there").expect_err("no file").to_string();
        assert!(error.contains("/not/there"), "{error}");
    }
}
