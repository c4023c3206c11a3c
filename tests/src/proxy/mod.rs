//! A proxy before the local AWS that does with each request what a test says.
//!
//! It knows HTTP/1.1 on loopback and little else; tests decide what fails, and how.

mod action;

mod connection;

mod request;

pub use action::{Action, Gate};
pub use request::Request;

use crate::endpoints::Endpoints;
use crate::http::{Answer, Error, forward};
use crate::runtime::runtime;
use bytes::Bytes;
use connection::{Connection, Ending};
use futures::stream;
use http_body_util::combinators::BoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Response, header};
use hyper_util::rt::TokioIo;
use std::fmt;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Pause between a part of a body and the end of the connection, so that the part is sent.
const BEFORE_BREAKING_OFF: Duration = Duration::from_millis(50);

/// Deadline for late requests.
const NOTHING_LATE_WITHIN: Duration = Duration::from_secs(30);
/// Pause between attempts to listen again: another process may hold the port for a moment.
const LISTEN_AGAIN_EVERY: Duration = Duration::from_millis(5);

type Body = BoxBody<Bytes, Error>;
type Script = Box<dyn Fn(&Request) -> Action + Send + Sync>;

/// A running proxy; dropping it stops it taking connections.
pub struct Proxy {
    endpoint: String,
    inner: Arc<Inner>,
    accepting: AbortHandle,
}

struct Inner {
    servers: Endpoints,
    script: Script,
    seen: Mutex<Vec<Request>>,
    /// Refuses connections until then.
    refuses_until: watch::Sender<Option<Instant>>,
    /// Number of late requests not yet forwarded.
    late: watch::Sender<usize>,
}

impl Proxy {
    /// Starts a proxy before these servers; each request goes to its service's.
    pub(crate) fn start(
        servers: &Endpoints,
        script: impl Fn(&Request) -> Action + Send + Sync + 'static,
    ) -> Self {
        let listener = runtime().block_on(TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("it has an address");
        let inner = Arc::new(Inner {
            servers: servers.clone(),
            script: Box::new(script),
            seen: Mutex::default(),
            refuses_until: watch::Sender::default(),
            late: watch::Sender::default(),
        });
        let accepting = runtime().spawn(accept(listener, Arc::clone(&inner))).abort_handle();
        Self { endpoint: format!("http://{address}"), inner, accepting }
    }

    /// Returns the address for clients.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Returns the matching requests so far, oldest first.
    pub fn seen(&self, is_asked_for: impl Fn(&Request) -> bool) -> Vec<Request> {
        let seen = self.inner.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.iter().filter(|request| is_asked_for(request)).cloned().collect()
    }

    /// Waits until every late request has reached the server.
    pub fn wait_until_nothing_is_late(&self) {
        let mut late = self.inner.late.subscribe();
        let over = async { timeout(NOTHING_LATE_WITHIN, late.wait_for(|late| *late == 0)).await.is_ok() };
        assert!(runtime().block_on(over), "a late request does not get through");
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Proxy({} before {:?})", self.endpoint, self.inner.servers)
    }
}

async fn accept(listener: TcpListener, inner: Arc<Inner>) {
    let Ok(address) = listener.local_addr() else { return };
    let mut listener = listener;
    let mut refusals = inner.refuses_until.subscribe();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((connection, _)) => {
                    tokio::spawn(serve(connection, Arc::clone(&inner)));
                }
                Err(_) => return,
            },
            _ = refusals.changed() => {
                // Only a port without a listener refuses connections.
                drop(listener);
                listener = listen_again(address, &mut refusals).await;
            }
        }
    }
}

async fn listen_again(address: SocketAddr, refusals: &mut watch::Receiver<Option<Instant>>) -> TcpListener {
    loop {
        let until = *refusals.borrow_and_update();
        match until {
            Some(until) if until > Instant::now() => sleep_until(until).await,
            _ => match TcpListener::bind(address).await {
                Ok(listener) => return listener,
                Err(_) => sleep(LISTEN_AGAIN_EVERY).await,
            },
        }
    }
}

async fn serve(connection: TcpStream, inner: Arc<Inner>) {
    let ending = Ending::default();
    let connection = Connection::new(connection, ending.clone());
    let service = service_fn(move |request| answer(request, ending.clone(), Arc::clone(&inner)));
    // An error here closes the connection, as some tests want.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(connection), service).await;
}

/// Returns the script's answer, or an error to close the connection without one.
async fn answer(
    request: hyper::Request<Incoming>,
    ending: Ending,
    inner: Arc<Inner>,
) -> Result<Response<Body>, Error> {
    let request = Request::read(request).await?;
    let mut action = (inner.script)(&request);
    inner.seen.lock().unwrap_or_else(PoisonError::into_inner).push(request.clone());
    loop {
        action = match action {
            Action::Pass => return Ok(whole(pass(&inner, &request).await?)),
            Action::Answer(answer) => return Ok(whole(answer)),
            Action::Edit(edit) => return Ok(whole(edit(pass(&inner, &request).await?))),
            Action::PassInstead(body, edit) => {
                let request = Request { body, ..request };
                return Ok(whole(edit(pass(&inner, &request).await?)));
            }
            Action::Truncate(bytes) => {
                return Ok(broken(pass(&inner, &request).await?, bytes, BEFORE_BREAKING_OFF));
            }
            Action::Stall(bytes, pause) => return Ok(broken(pass(&inner, &request).await?, bytes, pause)),
            Action::Reset(then) => {
                ending.be_reset();
                *then
            }
            Action::Refuse(pause) => {
                ending.be_reset();
                inner.refuses_until.send_replace(Some(Instant::now() + pause));
                return Err("the test refuses connections".into());
            }
            Action::Late(pause) => {
                ending.be_reset();
                inner.late.send_modify(|late| *late += 1);
                tokio::spawn(pass_late(Arc::clone(&inner), request, pause));
                return Err("the test lets the request be late".into());
            }
            Action::Drop => return Err("the test drops the request".into()),
            Action::LoseAnswer => {
                pass(&inner, &request).await?;
                return Err("the test drops the answer".into());
            }
            Action::Delay(pause, then) => {
                sleep(pause).await;
                *then
            }
            Action::Hold(gate) => {
                gate.pass().await;
                Action::Pass
            }
        }
    }
}

async fn pass(inner: &Inner, request: &Request) -> Result<Answer, Error> {
    let mut headers = request.headers.clone();
    // These describe this connection, or a body that may have been replaced.
    for name in [header::HOST, header::CONNECTION, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let server = inner.servers.of_target(request.header("x-amz-target"));
    let url = format!("{server}{}", request.path);
    let mut answer = forward(request.method.clone(), &url, headers, request.body.clone()).await?;
    for name in [header::CONNECTION, header::TRANSFER_ENCODING] {
        answer.headers.remove(name);
    }
    Ok(answer)
}

/// Forwards a request whose client is gone, perhaps killed long ago.
async fn pass_late(inner: Arc<Inner>, request: Request, pause: Duration) {
    sleep(pause).await;
    // Nobody waits for the answer.
    let _ = pass(&inner, &request).await;
    inner.late.send_modify(|late| *late -= 1);
}

fn whole(answer: Answer) -> Response<Body> {
    response(answer.status, answer.headers, Full::new(answer.body).map_err(|never| match never {}).boxed())
}

/// Announces the whole body, sends `bytes` of it, and breaks off after `pause`.
fn broken(answer: Answer, bytes: usize, pause: Duration) -> Response<Body> {
    let mut headers = answer.headers;
    headers.insert(header::CONTENT_LENGTH, answer.body.len().into());
    let part = answer.body.slice(..bytes.min(answer.body.len()));
    let frames = stream::unfold(Some((part, pause)), async |left| match left {
        Some((part, pause)) if !part.is_empty() => Some((Ok(Frame::data(part)), Some((Bytes::new(), pause)))),
        Some((_, pause)) => {
            sleep(pause).await;
            Some((Err("the test breaks off".into()), None))
        }
        None => None,
    });
    response(answer.status, headers, BodyExt::boxed(StreamBody::new(Box::pin(frames))))
}

fn response(status: hyper::StatusCode, headers: hyper::HeaderMap, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
