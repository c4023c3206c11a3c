//! The proxy: answers requests from memory or from the server behind, late either way.

use crate::answer::Answer;
use crate::forward::Server;
use crate::shaper::{CHUNK_BYTES, Shaper};
use crate::stored::Stored;
use crate::totals::{Totals, Trace};
use anyhow::Result;
use bytes::Bytes;
use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Body, Frame};
use hyper::header::{IF_MATCH, RANGE};
use hyper::http::request::Parts;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::time::Instant;

/// The path of the totals. Buckets have longer names.
const TOTALS_PATH: &str = "/-/totals";

/// The server at a distance.
#[derive(Debug)]
pub(crate) struct Proxy {
    server: Server,
    shaper: Shaper,
    /// Objects by path. A write through the proxy removes one; a write past it goes unnoticed.
    stored: Mutex<HashMap<String, Arc<Stored>>>,
    totals: Totals,
    started: Instant,
    traces: bool,
}

/// Takes connections until the listener closes.
pub(crate) async fn accept(listener: TcpListener, proxy: Arc<Proxy>) -> Result<()> {
    loop {
        let (connection, _) = listener.accept().await?;
        connection.set_nodelay(true)?;
        tokio::spawn(serve(connection, Arc::clone(&proxy)));
    }
}

async fn serve(connection: TcpStream, proxy: Arc<Proxy>) {
    let service = service_fn(move |request| {
        let proxy = Arc::clone(&proxy);
        async move { Ok::<_, Infallible>(proxy.answer(request).await) }
    });
    // A client may leave in the middle of an answer.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
}

impl Proxy {
    /// Returns a proxy before the server at this address.
    pub(crate) fn new(server: &str, shaper: Shaper, traces: bool) -> Self {
        Self {
            server: Server::at(server),
            shaper,
            stored: Mutex::default(),
            totals: Totals::default(),
            started: Instant::now(),
            traces,
        }
    }

    /// Returns the totals so far.
    pub(crate) fn totals(&self) -> &Totals {
        &self.totals
    }

    async fn answer<B>(self: Arc<Self>, request: Request<B>) -> Response<UnsyncBoxBody<Bytes, Infallible>>
    where
        B: Body<Data = Bytes>,
        anyhow::Error: From<B::Error>,
    {
        let (head, body) = request.into_parts();
        if head.uri.path() == TOTALS_PATH {
            return at_once(self.totals.to_json());
        }
        self.totals.request();
        let trace = Trace::of(&head);
        self.shaper.first_byte().await;
        let answer = self.found(&head, body).await.unwrap_or_else(|error| {
            // `{:#}` includes the causes.
            Answer::new(StatusCode::BAD_GATEWAY, "text/plain", format!("{error:#}"))
        });
        self.sent(answer, trace)
    }

    async fn found<B>(&self, head: &Parts, body: B) -> Result<Answer>
    where
        B: Body<Data = Bytes>,
        anyhow::Error: From<B::Error>,
    {
        if is_read_of_object(head) {
            return self.object(head).await;
        }
        if ![Method::GET, Method::HEAD].contains(&head.method) {
            self.stored.lock().await.remove(head.uri.path());
        }
        let body = body.collect().await?.to_bytes();
        self.server.ask(head, body).await
    }

    async fn object(&self, head: &Parts) -> Result<Answer> {
        // Held during the request, so that many clients ask the server once.
        let mut objects = self.stored.lock().await;
        if let Some(stored) = objects.get(head.uri.path()) {
            return Ok(stored.answer(&head.headers));
        }
        let mut whole = head.clone();
        for name in [RANGE, IF_MATCH] {
            whole.headers.remove(name);
        }
        let answer = self.server.ask(&whole, Bytes::new()).await?;
        let Some(stored) = Stored::of(&answer) else {
            return Ok(answer);
        };
        let stored = Arc::new(stored);
        objects.insert(head.uri.path().to_owned(), Arc::clone(&stored));
        Ok(stored.answer(&head.headers))
    }

    fn sent(self: Arc<Self>, answer: Answer, trace: Trace) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
        let chunks = stream::unfold((self, answer.body, trace), async |(proxy, mut rest, trace)| {
            if rest.is_empty() {
                return None;
            }
            let chunk = rest.split_to(rest.len().min(CHUNK_BYTES));
            proxy.shaper.pass(chunk.len()).await;
            proxy.totals.bytes(chunk.len());
            // Here and not at the end of the stream: hyper knows the length and does not poll again.
            if rest.is_empty() && proxy.traces {
                trace.write(proxy.started);
            }
            Some((Ok(Frame::data(chunk)), (proxy, rest, trace)))
        });
        let mut response = Response::new(BodyExt::boxed_unsync(StreamBody::new(chunks)));
        *response.status_mut() = answer.status;
        *response.headers_mut() = answer.headers;
        response
    }
}

/// Returns whether it reads the current version of an object, not a list or a part of an upload.
fn is_read_of_object(head: &Parts) -> bool {
    let has_key =
        head.uri.path().trim_start_matches('/').split_once('/').is_some_and(|(_, key)| !key.is_empty());
    head.method == Method::GET && has_key && matches!(head.uri.query(), None | Some("x-id=GetObject"))
}

fn at_once(json: String) -> Response<UnsyncBoxBody<Bytes, Infallible>> {
    Response::new(Full::from(json).boxed_unsync())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::ETAG;
    use std::time::Duration;

    const MIB: usize = 1 << 20;

    /// Returns a proxy with one object and an unreachable server.
    async fn proxy() -> Arc<Proxy> {
        let shaper = Shaper::new(Duration::from_millis(30), 200_000_000);
        let proxy = Proxy::new("http://127.0.0.1:1", shaper, false);
        let mut answer = Answer::new(StatusCode::OK, "application/octet-stream", "v".repeat(100 * MIB));
        answer.headers.insert(ETAG, "\"v1\"".parse().unwrap());
        let stored = Arc::new(Stored::of(&answer).unwrap());
        proxy.stored.lock().await.insert("/bucket/key".to_owned(), stored);
        Arc::new(proxy)
    }

    fn request(method: Method, path: &str) -> Request<Full<Bytes>> {
        Request::builder().method(method).uri(path).body(Full::default()).unwrap()
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_takes_its_delay_and_its_bytes_at_the_rate() {
        let (proxy, start) = (proxy().await, Instant::now());
        let reads = (0..4).map(|_| async {
            let answer = Arc::clone(&proxy).answer(request(Method::GET, "/bucket/key?x-id=GetObject")).await;
            assert_eq!(answer.status(), StatusCode::OK);
            let delay = start.elapsed();
            (delay, answer.into_body().collect().await.unwrap().to_bytes().len())
        });
        for (delay, bytes) in futures::future::join_all(reads).await {
            assert!((30..=31).contains(&delay.as_millis()), "{delay:?}");
            assert_eq!(bytes, 100 * MIB);
        }
        // 30 ms and 400 MiB at 200 MB/s; the idle 30 ms saved a burst of 5 ms.
        let elapsed = start.elapsed().as_millis();
        assert!((30 + 2_097 - 5..30 + 2_097 + 2).contains(&elapsed), "{elapsed} ms");
        assert_eq!(proxy.totals().to_json(), r#"{"bytes":419430400,"requests":4}"#);
    }

    #[track_caller]
    fn check_read(path: &str, expected: bool) {
        let (head, _) = request(Method::GET, path).into_parts();
        assert_eq!(is_read_of_object(&head), expected, "{path}");
    }

    #[test]
    fn an_object_is_told_from_all_else() {
        check_read("/bucket/key", true);
        check_read("/bucket/folder/key?x-id=GetObject", true);
        check_read("/bucket/key?versionId=1", false);
        check_read("/bucket?list-type=2&prefix=key", false);
        check_read("/bucket/?list-type=2", false);
        check_read("/bucket/", false);
        check_read("/", false);
    }

    #[tokio::test]
    async fn a_write_removes_the_object() {
        let proxy = proxy().await;
        let answer = Arc::clone(&proxy).answer(request(Method::PUT, "/bucket/key")).await;
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
        let answer = proxy.answer(request(Method::GET, "/bucket/key")).await;
        // This goes to the server, which is unreachable.
        assert_eq!(answer.status(), StatusCode::BAD_GATEWAY);
    }

    #[tokio::test]
    async fn totals_are_not_counted_themselves() {
        let proxy = proxy().await;
        let answer = Arc::clone(&proxy).answer(request(Method::GET, TOTALS_PATH)).await;
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, r#"{"bytes":0,"requests":0}"#);
    }
}
