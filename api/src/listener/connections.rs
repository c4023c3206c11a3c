//! The connections of clients: how many there may be, and for how long.

use super::pace::{Paced, Patience};
use crate::observe::{Connected, Observer};
use axum::Router;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, sleep, timeout};

/// How long clients may take.
const PATIENCE: Patience = Patience { head: Duration::from_secs(5), idle: Duration::from_mins(1) };
/// Bytes of a request's head.
const HEAD_BYTES_MAX: usize = 32 << 10;
/// Pause after the system refused a connection: it mostly does so for want of file descriptors.
const REFUSED_PAUSE: Duration = Duration::from_millis(50);
/// Time between two warnings about connections.
const WARN_EVERY: Duration = Duration::from_secs(1);

/// The connections of a listener.
pub(super) struct Connections {
    routes: Router,
    http: http1::Builder,
    /// One permit for each connection that there may be.
    permits: Arc<Semaphore>,
    most: usize,
    stopping: GracefulShutdown,
    warned: Option<Instant>,
}

impl Connections {
    /// Returns no connections; at most `most` are served at a time, by these routes.
    pub(super) fn new(routes: Router, most: usize) -> Self {
        let mut http = http1::Builder::new();
        http.header_read_timeout(None).max_header_size(HEAD_BYTES_MAX);
        let permits = Arc::new(Semaphore::new(most));
        Self { routes, http, permits, most, stopping: GracefulShutdown::new(), warned: None }
    }

    /// Takes connections until the stop signal. One too many waits in the system's queue until
    /// another ends.
    pub(super) async fn take(
        &mut self,
        listener: &TcpListener,
        observer: &Observer,
        stop: impl Future<Output = ()>,
    ) {
        tokio::select! {
            () = stop => {}
            () = self.take_all(listener, observer) => {}
        }
    }

    async fn take_all(&mut self, listener: &TcpListener, observer: &Observer) {
        loop {
            let permit = self.permit(observer).await;
            match listener.accept().await {
                Ok((stream, _)) => self.serve(stream, permit, observer.metrics().connected()),
                // The client's fault.
                Err(error) if is_of_one(&error) => {}
                Err(error) => {
                    self.warn(observer, &format!("cannot take a connection: {error}"));
                    sleep(REFUSED_PAUSE).await;
                }
            }
        }
    }

    async fn permit(&mut self, observer: &Observer) -> OwnedSemaphorePermit {
        let permits = Arc::clone(&self.permits);
        if let Ok(permit) = Arc::clone(&permits).try_acquire_owned() {
            return permit;
        }
        self.warn(
            observer,
            &format!("all {} connections are taken (MAX_CONNECTIONS): others wait", self.most),
        );
        permits.acquire_owned().await.expect("the semaphore is never closed")
    }

    fn serve(&self, stream: TcpStream, permit: OwnedSemaphorePermit, connected: Connected) {
        // Answers are sent as soon as they are there. An error would show in the next read.
        let _ = stream.set_nodelay(true);
        let (stream, turns) = Paced::new(stream, PATIENCE);
        let routes = TowerToHyperService::new(self.routes.clone());
        let service = service_fn(move |request| {
            let turn = turns.take();
            let answered = routes.call(request);
            async move {
                let answer = answered.await;
                drop(turn);
                answer
            }
        });
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let connection = self.stopping.watch(connection);
        tokio::spawn(async move {
            // An error is the client's: it broke off, or took too long.
            let _ = connection.await;
            drop((permit, connected));
        });
    }

    fn warn(&mut self, observer: &Observer, warning: &str) {
        let now = Instant::now();
        if self.warned.is_none_or(|warned| now - warned >= WARN_EVERY) {
            observer.log.warn(&warning);
            self.warned = Some(now);
        }
    }

    /// Finishes the requests in flight, for at most so long.
    pub(super) async fn finish(self, patience: Duration) {
        let _ = timeout(patience, self.stopping.shutdown()).await;
    }
}

/// Returns whether an error is of one connection, which ended before it was taken.
fn is_of_one(error: &io::Error) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    [ConnectionAborted, ConnectionRefused, ConnectionReset].contains(&error.kind())
}
