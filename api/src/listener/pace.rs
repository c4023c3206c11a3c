//! A connection whose client may not take for ever: hyper's own timeout for heads also runs while a
//! connection is idle, so it cannot tell the two apart.

use std::io::{self, ErrorKind};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience {
    /// From the first byte of a request to the end of its head.
    pub(super) head: Duration,
    /// Without a request; and to take something of an answer.
    pub(super) idle: Duration,
}

/// A stream that fails once its client takes too long. While a request is answered it waits for
/// ever: handlers have time limits of their own.
#[derive(Debug)]
pub(super) struct Paced<S> {
    stream: S,
    patience: Patience,
    turns: Turns,
    reading: Option<Reading>,
    writing: Option<Pin<Box<Sleep>>>,
}

/// Whose turn it is: an even number while the client's, odd while a request is answered.
#[derive(Debug, Clone, Default)]
pub(super) struct Turns(Arc<AtomicU64>);

/// The service's turn, until it is dropped.
#[derive(Debug)]
pub(super) struct Turn(Turns);

/// A wait for the client.
#[derive(Debug)]
struct Reading {
    turn: u64,
    has_begun: bool,
    ends: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    /// Returns the stream, and what tells it whose turn it is.
    pub(super) fn new(stream: S, patience: Patience) -> (Self, Turns) {
        let turns = Turns::default();
        (Self { stream, patience, turns: turns.clone(), reading: None, writing: None }, turns)
    }

    /// Returns the wait of this turn of the client, which begins now if it is new.
    fn reading(&mut self, turn: u64) -> &mut Reading {
        if self.reading.as_ref().is_none_or(|reading| reading.turn != turn) {
            self.reading = None;
        }
        let idle = self.patience.idle;
        self.reading.get_or_insert_with(|| Reading { turn, has_begun: false, ends: Box::pin(sleep(idle)) })
    }
}

impl Turns {
    /// Takes the service's turn.
    pub(super) fn take(&self) -> Turn {
        self.0.fetch_add(1, Ordering::AcqRel);
        Turn(self.clone())
    }

    /// Returns the client's turn; `None` while it is the service's.
    fn of_client(&self) -> Option<u64> {
        let turn = self.0.load(Ordering::Acquire);
        turn.is_multiple_of(2).then_some(turn)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.0.fetch_add(1, Ordering::AcqRel);
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Some(turn) = self.turns.of_client() else {
            return Pin::new(&mut self.stream).poll_read(context, buffer);
        };
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        let (has_read, head) = (buffer.filled().len() > before, self.patience.head);
        let reading = self.reading(turn);
        if has_read && !reading.has_begun {
            reading.has_begun = true;
            reading.ends = Box::pin(sleep(head));
        }
        if polled.is_pending() {
            ready!(reading.ends.as_mut().poll(context));
            return Poll::Ready(Err(ErrorKind::TimedOut.into()));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> Paced<S> {
    /// Passes on what became of a write, unless the client has taken nothing for too long.
    fn written<T>(&mut self, context: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.writing = None;
            return polled;
        }
        let idle = self.patience.idle;
        let ends = self.writing.get_or_insert_with(|| Box::pin(sleep(idle)));
        ready!(ends.as_mut().poll(context));
        Poll::Ready(Err(ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.written(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.written(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.written(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
    use tokio::runtime::Builder;
    use tokio::time::Instant;

    const PATIENCE: Patience = Patience { head: Duration::from_secs(5), idle: Duration::from_mins(1) };

    /// Runs a test on a clock that moves on while everything waits.
    fn on_a_paused_clock(test: impl AsyncFnOnce(DuplexStream, Paced<DuplexStream>, Turns)) {
        let runtime =
            Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        let (client, server) = duplex(8);
        let (server, turns) = Paced::new(server, PATIENCE);
        runtime.block_on(test(client, server, turns));
    }

    async fn times_out_after(seconds: u64, server: &mut Paced<DuplexStream>) {
        let began = Instant::now();
        let read = server.read_u8().await.expect_err("nothing is sent");
        assert_eq!((read.kind(), began.elapsed().as_secs()), (ErrorKind::TimedOut, seconds));
    }

    #[test]
    fn an_idle_client_may_wait_longer_than_one_amid_a_head() {
        on_a_paused_clock(async |_client, mut server, _| times_out_after(60, &mut server).await);
        on_a_paused_clock(async |mut client, mut server, _| {
            client.write_all(b"G").await.expect("there is room");
            assert_eq!(server.read_u8().await.expect("it was sent"), b'G');
            times_out_after(5, &mut server).await;
        });
    }

    #[test]
    fn a_head_of_many_parts_has_no_more_time() {
        on_a_paused_clock(async |mut client, mut server, _| {
            for _ in 0..4 {
                client.write_all(b"G").await.expect("there is room");
                server.read_u8().await.expect("it was sent");
                sleep(Duration::from_secs(1)).await;
            }
            times_out_after(1, &mut server).await;
        });
    }

    #[test]
    fn the_wait_begins_anew_after_an_answer() {
        on_a_paused_clock(async |mut client, mut server, turns| {
            client.write_all(b"G").await.expect("there is room");
            server.read_u8().await.expect("it was sent");
            let turn = turns.take();
            // A body, which the handler waits for.
            let sent = tokio::spawn(async move {
                sleep(Duration::from_mins(10)).await;
                client.write_all(b"{").await.expect("there is room");
                client
            });
            assert_eq!(server.read_u8().await.expect("it was sent"), b'{');
            let _client = sent.await.expect("nobody panics");
            drop(turn);
            times_out_after(60, &mut server).await;
        });
    }

    #[test]
    fn a_client_that_takes_nothing_is_not_waited_for() {
        on_a_paused_clock(async |_client, mut server, turns| {
            let _turn = turns.take();
            let began = Instant::now();
            let error = server.write_all(b"more than there is room").await.expect_err("nobody reads");
            assert_eq!((error.kind(), began.elapsed().as_secs()), (ErrorKind::TimedOut, 60));
        });
    }
}
