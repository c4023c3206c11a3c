//! `UnprocessedItems` comes with status 200: what it holds is written later, nothing is lost.

use stack::Stack;
use stack::etl::publications;
use stack::proxy::{Action, Request};
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// Runs with a proxy that lets the table take `taken` items of the first batches, one entry a
/// batch, and all of any later one. Returns every batch as it was sent.
fn run(taken: &'static [usize]) -> Vec<Request> {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 14);
    let batches = AtomicUsize::new(0);
    let proxy = stack.proxy(move |request| {
        if !request.is("BatchWriteItem") {
            return Action::Pass;
        }
        let number = batches.fetch_add(1, Ordering::Relaxed);
        taken.get(number).map_or(Action::Pass, |taken| Action::hand_back_after(request, *taken))
    });
    let report = stack.etl_through(&proxy).publish(&sample);
    assert!(publications(&report).iter().all(|(_, publication)| *publication == "published"));
    // Six countries with eight buckets, a manifest, a pointer and an entry in the list each.
    assert_eq!(stack.table.scan().len(), 6 * (8 + 3));
    for (name, _) in publications(&report) {
        stack.check_published(name, &report);
    }
    proxy.seen(|request| request.is("BatchWriteItem"))
}

fn sizes(batches: &[Request]) -> Vec<usize> {
    batches.iter().map(|batch| batch.batch().len()).collect()
}

#[test]
fn without_refusals_a_batch_has_at_most_25_items() {
    let batches = run(&[]);
    assert!(batches.iter().all(|batch| batch.batch().len() <= 25), "{:?}", sizes(&batches));
    let keys: BTreeSet<_> = batches.iter().flat_map(Request::batch).collect();
    assert_eq!(sizes(&batches).iter().sum::<usize>(), 6 * (8 + 2), "each is sent once");
    assert!(keys.len() > 8);
}

#[test]
fn a_part_of_a_batch() {
    // 12 manifests and entries of the list: 7 are taken, then 4, then the last.
    let batches = run(&[7, 4]);
    assert_eq!(sizes(&batches)[..3], [12, 5, 1]);
    assert_eq!(batches[1].batch(), batches[0].batch()[7..]);
    assert_eq!(batches[2].batch(), batches[1].batch()[4..]);
}

#[test]
fn a_whole_batch_again_and_again() {
    let batches = run(&[0, 0, 0]);
    assert_eq!(sizes(&batches)[..4], [12, 12, 12, 12]);
    assert!(batches[1..4].iter().all(|batch| batch.batch() == batches[0].batch()));
}

#[test]
fn for_ever_is_an_error() {
    let stack = Stack::new();
    let sample = stack.sample(2_000, 14).display().to_string();
    let proxy = stack.proxy(|request| {
        if request.is("BatchWriteItem") { Action::hand_back_after(request, 0) } else { Action::Pass }
    });
    let started = Instant::now();
    stack.etl_through(&proxy).run(&["--s3path", &sample]).fails(4, &[&stack.table.name]);
    assert!(started.elapsed() < Duration::from_secs(90));
    assert!(stack.table.scan().is_empty());
}
