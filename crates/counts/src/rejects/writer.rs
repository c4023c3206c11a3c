//! The one thread that writes rejects, and both ends of the channel to it.
//!
//! Threads that fold wait while the channel is full. This cannot deadlock: the writer waits only
//! for the disk or, for S3, tokio, and neither waits for a thread that folds.

use super::RejectsReport;
use super::encoder::Encoder;
use super::events::RejectedEvents;
use super::path::RejectsPath;
use super::target::Target;
use anyhow::{Context, Result, bail, ensure};
use std::ops::RangeInclusive;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};
use storage::Aws;
use tokio::sync::{oneshot, watch};
use tokio::task;

/// Batches that can wait between the folding threads and the writer.
const BATCHES_WAITING_MAX: usize = 1;
/// Maximum time that a failed run waits for its written bytes to be removed.
const ABANDON_WITHIN: Duration = Duration::from_secs(3);
/// Interval between two checks for that.
const ABANDON_STEP: Duration = Duration::from_millis(5);

enum Message {
    Events(Box<RejectedEvents>),
    Finish { lines: RangeInclusive<u64> },
    Abandon,
}

/// Where threads that fold send their rejects.
#[derive(Debug, Clone)]
pub struct RejectsSink(SyncSender<Message>);

/// The writer has ended; it knows the reason.
#[derive(Debug, thiserror::Error)]
#[error("the writer of rejects has ended")]
pub struct WriterGone;

/// The handle of the writer. If it is dropped before it is [finished](Self::finish), nothing is
/// left behind.
#[derive(Debug)]
pub struct RejectsWriter {
    path: String,
    sink: RejectsSink,
    abandoned: watch::Sender<bool>,
    /// The number of lines written, or the error that stopped the writer.
    ended: oneshot::Receiver<Result<u64>>,
    has_ended: bool,
}

impl RejectsSink {
    /// Hands events to the writer; waits if it is behind.
    ///
    /// # Errors
    ///
    /// If the writer has ended.
    pub fn send(&self, events: RejectedEvents) -> Result<(), WriterGone> {
        self.0.send(Message::Events(Box::new(events))).map_err(|_| WriterGone)
    }
}

impl RejectsWriter {
    /// Starts the writer.
    ///
    /// # Errors
    ///
    /// If the destination cannot be written to.
    pub async fn start(path: &RejectsPath, aws: Option<&Aws>) -> Result<Self> {
        let (abandoned, is_abandoned) = watch::channel(false);
        let encoder = Encoder::new(path.format)?;
        let target = Target::begin(path, aws, is_abandoned.clone()).await?;
        let (sender, receiver) = sync_channel(BATCHES_WAITING_MAX);
        let (end, ended) = oneshot::channel();
        thread::Builder::new()
            .name("rejects".to_owned())
            .spawn(move || {
                // If the run was given up, the receiver is gone.
                let _ = end.send(write(&receiver, encoder, target, &is_abandoned));
            })
            .context("start the thread that writes rejects")?;
        Ok(Self { path: path.to_string(), sink: RejectsSink(sender), abandoned, ended, has_ended: false })
    }

    /// Returns the sink for threads that fold.
    #[must_use]
    pub fn sink(&self) -> RejectsSink {
        self.sink.clone()
    }

    /// Writes the remaining events, and makes the rejects appear under their name, if their number
    /// is within `lines`. Call it when all sinks are done.
    ///
    /// # Errors
    ///
    /// If they could not be written, or there are more or fewer; then nothing appears.
    pub async fn finish(mut self, lines: RangeInclusive<u64>) -> Result<RejectsReport> {
        let sink = self.sink();
        // This waits while the channel is full. If the writer has ended, it reports why.
        task::spawn_blocking(move || sink.0.send(Message::Finish { lines })).await?.ok();
        let events = self.end().await?;
        Ok(RejectsReport { path: self.path.clone(), events })
    }

    /// Returns the cause of a failed fold: the writer's error, if the end of the writer made it fail.
    pub async fn reason_behind(mut self, error: anyhow::Error) -> anyhow::Error {
        if !error.is::<WriterGone>() {
            return error;
        }
        self.end().await.err().unwrap_or(error)
    }

    async fn end(&mut self) -> Result<u64> {
        let ended = (&mut self.ended).await;
        self.has_ended = true;
        ended.context("the thread that writes rejects panicked")?
    }
}

impl Drop for RejectsWriter {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        self.abandoned.send_replace(true);
        // If the channel is full, the writer is not waiting for a message.
        let _ = self.sink.0.try_send(Message::Abandon);
        let begun = Instant::now();
        while matches!(self.ended.try_recv(), Err(oneshot::error::TryRecvError::Empty))
            && begun.elapsed() < ABANDON_WITHIN
        {
            thread::sleep(ABANDON_STEP);
        }
    }
}

fn write(
    receiver: &Receiver<Message>,
    mut encoder: Encoder,
    mut target: Target,
    is_abandoned: &watch::Receiver<bool>,
) -> Result<u64> {
    let mut written = 0;
    let expected = match write_events(receiver, &mut encoder, &mut target, is_abandoned, &mut written) {
        Ok(expected) => expected,
        Err(error) => {
            target.abandon();
            return Err(error);
        }
    };
    let finished = encoder.finish(&mut |rest| target.write(rest)).and_then(|()| {
        let counted = expected.start();
        ensure!(
            expected.contains(&written),
            "{written} rejects are kept, {counted} counted: please report this"
        );
        Ok(())
    });
    match finished {
        Ok(()) => target.finish().map(|()| written),
        Err(error) => {
            target.abandon();
            Err(error)
        }
    }
}

/// Writes until the last event, and returns how many lines there should be.
fn write_events(
    receiver: &Receiver<Message>,
    encoder: &mut Encoder,
    target: &mut Target,
    is_abandoned: &watch::Receiver<bool>,
    written: &mut u64,
) -> Result<RangeInclusive<u64>> {
    while let Ok(message) = receiver.recv() {
        match message {
            _ if *is_abandoned.borrow() => break,
            Message::Events(events) => {
                encoder.encode(&events, &mut |bytes| target.write(bytes))?;
                *written += events.lines();
            }
            Message::Finish { lines } => return Ok(lines),
            Message::Abandon => break,
        }
    }
    bail!("rejects are no longer needed")
}

#[cfg(test)]
mod tests;
