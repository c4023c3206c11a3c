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

pub mod history;

pub mod page;

pub mod customer;

pub mod torture;

use api::Api;
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
        let file = self.folder.path().join("history.parquet");
        history::write(&file, history::columns(events));
        self.etl().publish(file)
    }

    /// Publishes a history of a few events by the default rules with `replace` replaced.
    #[track_caller]
    pub fn publish_by_rules(&self, events: &[Event], replace: &str, by: &str) -> Value {
        let default = include_str!("../../crates/segments/rules.toml");
        assert!(default.contains(replace), "{replace}");
        let [rules, file] = ["rules.toml", "history.parquet"].map(|name| self.folder.path().join(name));
        std::fs::write(&rules, default.replace(replace, by)).expect("written");
        history::write(&file, history::columns(events));
        let [rules, file] = [rules, file].map(|path| path.display().to_string());
        self.etl().run(&["--rules", &rules, "--s3path", &file]).exits(0).json()
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
