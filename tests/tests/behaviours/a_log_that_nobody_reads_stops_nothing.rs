//! A pipe that nobody reads fills up: the listener goes on, counts the lines that it drops, and says
//! so once somebody reads.

use serde_json::Value;
use stack::Stack;
use stack::api::{Door, Listener, Question};
use stack::customer::by_orders;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

/// More lines than a pipe and the queue before it hold.
const REQUESTS: usize = 6_000;
const CLIENTS: usize = 8;
/// A busy machine is slow, but does not hang.
const STOPS_WITHIN: Duration = Duration::from_secs(30);

/// A listener that writes its log to a pipe of this path, which it holds open itself.
fn unread(stack: &Stack) -> (Listener, PathBuf) {
    let pipe = stack.folder().join("log");
    assert!(Command::new("mkfifo").arg(&pipe).status().expect("it runs").success());
    (stack.api().listen_after(&format!("exec 1<>{}", pipe.display())), pipe)
}

fn ask_often(listener: &Listener) {
    thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                for _ in 0..REQUESTS / CLIENTS {
                    assert_eq!(listener.ask(&Question::get("/healthz")).status, 200);
                }
            });
        }
    });
}

/// Reads all lines, until nobody writes any more.
fn read(pipe: &Path) -> Vec<Value> {
    let lines = BufReader::new(File::open(pipe).expect("a pipe")).lines();
    lines.map(|line| serde_json::from_str(&line.expect("it can be read")).expect("a line of JSON")).collect()
}

#[test]
fn nor_does_it_stop_a_stop() {
    let stack = Stack::new();
    let (listener, _pipe) = unread(&stack);
    ask_often(&listener);
    let started = Instant::now();
    listener.stop("TERM").exits(0);
    assert!(started.elapsed() < STOPS_WITHIN, "{:?}", started.elapsed());
}

#[test]
fn and_is_told_how_much_it_missed() {
    let stack = Stack::new();
    stack.publish(&[("Peru", 1, 2640.0)]);
    let (listener, pipe) = unread(&stack);
    ask_often(&listener);
    assert_eq!(listener.ask(&Question::post("/voucher", &by_orders("Peru", 1))).status, 200);
    let reading = thread::spawn(move || read(&pipe));
    listener.stop("TERM").exits(0);
    let lines = reading.join().expect("it reads");
    let (told, answered): (Vec<_>, Vec<_>) = lines.iter().partition(|line| line["dropped_lines"].is_u64());
    let [told] = told[..] else { panic!("not once: {told:#?}") };
    let dropped = told["dropped_lines"].as_u64().and_then(|lines| usize::try_from(lines).ok());
    assert!(dropped.is_some_and(|dropped| dropped > 0), "{told}");
    assert_eq!(dropped.map(|dropped| answered.len() + dropped), Some(REQUESTS + 1), "{told}");
    assert_eq!(told["level"], "warn");
    assert_eq!(told["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], "dropped_lines");
}
