//! The stack under test: a local AWS, the built binaries, and a proxy between them that fails on
//! command.
//!
//! A [`Stack`] is what most tests need: their own table and bucket on a server that the tests of one
//! process share. Nothing here knows the right answers.

#![expect(clippy::missing_panics_doc, reason = "everything panics if the stack fails")]
#![expect(
    clippy::must_use_candidate,
    clippy::return_self_not_must_use,
    reason = "a call may be worth its effect or its checks alone"
)]

mod runtime;

mod endpoints;

mod environment;

pub mod text;

pub mod process;

mod binary;

pub mod scripts;

pub mod http;

mod guard;

mod ministack;

mod server;

pub mod dynamodb;

pub mod s3;

pub mod etl;

mod history_commands;

pub mod api;

pub mod proxy;

mod faults;

pub mod history;

pub mod page;

pub mod schema;

pub mod customer;

pub mod torture;

use api::{Api, Listener};
use dynamodb::Table;
use endpoints::Endpoints;
use etl::Etl;
use history::Event;
use proxy::{Action, Proxy, Request};
use s3::Bucket;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A table, a bucket and a folder of one test.
#[derive(Debug)]
pub struct Stack {
    /// `voucher-etl` publishes to it.
    pub table: Table,
    /// `voucher-etl` reads from it.
    pub bucket: Bucket,
    endpoints: Endpoints,
    folder: TempDir,
}

impl Stack {
    /// Makes an empty table and an empty bucket on the shared server.
    pub fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let endpoints = server::chosen();
        // No other running process has this id.
        let name = format!("{}-{number}", std::process::id());
        let table = Table::create(&endpoints.dynamodb, &format!("vouchers-{name}"));
        let bucket = Bucket::create(&endpoints.s3, &format!("histories-{name}"));
        Self { table, bucket, endpoints, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Returns `voucher-etl`, which publishes to the table.
    pub fn etl(&self) -> Etl {
        Etl::new(&self.endpoints, &self.table.name)
    }

    /// Returns a proxy before the server; `script` decides about each request.
    pub fn proxy(&self, script: impl Fn(&Request) -> Action + Send + Sync + 'static) -> Proxy {
        Proxy::start(&self.endpoints, script)
    }

    /// Returns `voucher-etl` behind a proxy.
    pub fn etl_through(&self, proxy: &Proxy) -> Etl {
        Etl::new(&Endpoints::one(proxy.endpoint()), &self.table.name)
    }

    /// Returns `voucher-api`, which answers from the table.
    pub fn api(&self) -> Api {
        Api::new(&self.endpoints, &self.table.name)
    }

    /// Returns `voucher-api` behind a proxy.
    pub fn api_through(&self, proxy: &Proxy) -> Api {
        Api::new(&Endpoints::one(proxy.endpoint()), &self.table.name)
    }

    /// Publishes a history of a few events.
    #[track_caller]
    pub fn publish(&self, events: &[Event]) -> Value {
        self.etl().publish(self.history(events))
    }

    /// Publishes a history of a few events by these rules.
    #[track_caller]
    pub fn publish_by(&self, rules: &str, events: &[Event]) -> Value {
        let (rules, history) = (self.rules(rules), self.history(events));
        self.etl().run(&["--rules", &rules, "--s3path", &history.display().to_string()]).exits(0).json()
    }

    /// Publishes a few events, and answers from them.
    pub fn serving(events: &[Event]) -> (Self, Listener) {
        let stack = Self::new();
        stack.publish(events);
        let listener = stack.api().listen();
        (stack, listener)
    }

    /// Checks that what is published for a country is what a report says of it, and returns it.
    #[track_caller]
    pub fn check_published(&self, name: &str, report: &Value) -> Value {
        let published = self.etl().lookup(name).exits(0).json();
        assert_eq!(published["run_id"], report["run_id"], "{name}");
        assert_eq!(published["buckets"], etl::country(report, name)["buckets"], "{name}");
        published
    }

    /// Writes a history of a few events and returns its path.
    pub fn history(&self, events: &[Event]) -> PathBuf {
        let file = self.folder.path().join("history.parquet");
        history::write(&file, history::columns(events));
        file
    }

    /// Uploads a history of a few events under `key` and returns its location.
    pub fn upload(&self, events: &[Event], key: &str) -> String {
        self.bucket.upload(&self.history(events), key)
    }

    /// Uploads it without the column of the country, which its folder names.
    pub fn upload_to_folder(&self, events: &[Event], key: &str) -> String {
        let mut columns = history::columns(events);
        columns.retain(|(name, _)| *name != "country_code");
        let file = self.folder.path().join("history.parquet");
        history::write(&file, columns);
        self.bucket.upload(&file, key)
    }

    /// Writes rules and returns their path.
    pub fn rules(&self, text: &str) -> String {
        let file = self.folder.path().join("rules.toml");
        std::fs::write(&file, text).expect("written");
        file.display().to_string()
    }

    /// Returns the stack's temporary folder.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Makes a sample with the binary and returns its path.
    pub fn sample(&self, rows: u32, seed: u32) -> PathBuf {
        let file = self.folder.path().join(format!("sample-{rows}-{seed}.parquet"));
        self.etl().sample(rows, seed, &file);
        file
    }
}

impl Default for Stack {
    fn default() -> Self {
        Self::new()
    }
}
