//! A footer waits for no range of another file, so many files cost no more round trips than a few.

use stack::Stack;
use stack::proxy::Request;
use std::thread::sleep;
use std::time::{Duration, Instant};

const FILES: usize = 10;
const ROWS: u32 = 40_000;
const SEEN_WITHIN: Duration = Duration::from_secs(20);

#[test]
fn of_all_files_while_the_first_is_held() {
    let stack = Stack::new();
    let sample = stack.sample(ROWS, 44);
    let size = sample.metadata().expect("there").len();
    for number in 0..FILES {
        stack.bucket.upload(&sample, &format!("history/{number}"));
    }
    let is_footer = move |request: &Request| {
        request.is_get_object() && request.range().is_some_and(|(_, last)| last + 1 == size)
    };
    let (proxy, gate) = stack.holding(move |request| request.is_get_object() && !is_footer(request));
    let line = ["--dry-run", "--s3path", &stack.bucket.location("history/")];
    let running = stack.etl_through(&proxy).start_run(&line);
    gate.wait_until_reached();
    let deadline = Instant::now() + SEEN_WITHIN;
    while proxy.seen(is_footer).len() < FILES && Instant::now() < deadline {
        sleep(Duration::from_millis(10));
    }
    assert_eq!(proxy.seen(is_footer).len(), FILES, "while no range has arrived");
    gate.open();
    let report = running.wait().exits(0).json();
    assert_eq!(report["rows"]["footer"], FILES * ROWS as usize);
}
