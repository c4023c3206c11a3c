//! A client that asks the API without pause and remembers the answers.

use super::world::{COUNTRIES, Row, Rows, text};
use crate::api::{Door, Listener, Question};
use crate::customer;
use crate::http::Answer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Pause between questions: this tests neither the API's speed nor the local AWS's.
const PAUSE: Duration = Duration::from_millis(35);

/// A client in the background; dropping it ends it.
#[derive(Debug)]
pub(super) struct Watch {
    seen: Arc<Mutex<Seen>>,
    is_over: Arc<AtomicBool>,
    client: Option<JoinHandle<()>>,
}

/// A whole table as the API showed it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ShownTable {
    pub(super) result_hash: String,
    pub(super) rows: Rows,
}

/// What the client saw.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// Different tables, by country and run.
    pub(super) tables: BTreeMap<(String, String), Vec<ShownTable>>,
    /// Different amounts, by country, run, segment and bucket.
    pub(super) amounts: BTreeMap<(String, String, String, String), Vec<Option<f64>>>,
    /// Answers about a bucket or a country.
    pub(super) answers: u64,
    /// Answers 503, where they are allowed.
    pub(super) unavailable: u64,
    /// Answers that are wrong.
    pub(super) wrong: Vec<String>,
    /// The newest version shown, and its run, by country.
    versions: BTreeMap<String, (u64, String)>,
}

impl Watch {
    /// Starts to ask; 503 is allowed only if the API `may_be_unavailable`.
    pub(super) fn start(api: Listener, may_be_unavailable: bool) -> Self {
        let seen = Arc::new(Mutex::new(Seen::default()));
        let is_over = Arc::new(AtomicBool::new(false));
        let client = thread::spawn({
            let (seen, is_over) = (Arc::clone(&seen), Arc::clone(&is_over));
            move || {
                let client = Client { api, may_be_unavailable };
                let mut buckets = BTreeMap::new();
                for country in COUNTRIES.iter().cycle() {
                    if is_over.load(Ordering::Relaxed) {
                        return;
                    }
                    // Locked while it asks, so that this answer belongs to the next `take`.
                    client.ask_for_table(country, &mut buckets, &mut lock(&seen));
                    thread::sleep(PAUSE);
                    client.ask_for_customers(country, &buckets, &mut lock(&seen));
                    thread::sleep(PAUSE);
                }
            }
        });
        Self { seen, is_over, client: Some(client) }
    }

    /// Returns what the client saw since the last call.
    pub(super) fn take(&self) -> Seen {
        assert!(self.client.as_ref().is_some_and(|client| !client.is_finished()), "the client has ended");
        let mut seen = lock(&self.seen);
        let versions = seen.versions.clone();
        std::mem::replace(&mut *seen, Seen { versions, ..Seen::default() })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::Relaxed);
        if let Some(client) = self.client.take() {
            // `take` reports a panic of the client.
            let _ = client.join();
        }
    }
}

/// The customers to ask about: each segment, with the smallest value of each bucket.
type Buckets = BTreeMap<String, Vec<(String, u64)>>;

struct Client {
    api: Listener,
    may_be_unavailable: bool,
}

impl Client {
    fn ask_for_table(&self, country: &str, buckets: &mut Buckets, seen: &mut Seen) {
        let path = format!("/segments/{}", utf8_percent_encode(country, NON_ALPHANUMERIC));
        let Some(table) = self.answered(&self.api.ask(&Question::get(&path)), &path, seen) else { return };
        let mut rows = Rows::new();
        for segment in table["segments"].as_array().into_iter().flatten() {
            let name = text(&segment["name"]);
            let all = segment["buckets"].as_array().into_iter().flatten();
            let known = buckets.entry(name.clone()).or_default();
            known.clear();
            for bucket in all {
                let label = text(&bucket["bucket"]);
                known.push((label.clone(), bucket["from"].as_u64().expect("a number")));
                rows.insert((name.clone(), label), Row::of(bucket));
            }
        }
        let run_id = text(&table["run_id"]);
        let version = table["version"].as_u64().expect("a number");
        let shown = ShownTable { result_hash: text(&table["result_hash"]), rows };
        seen.note_table(country, run_id, version, shown);
    }

    fn ask_for_customers(&self, country: &str, buckets: &Buckets, seen: &mut Seen) {
        let of_segment = |(segment, buckets): (&String, &Vec<(String, u64)>)| -> Vec<Value> {
            buckets.iter().map(|(_, value)| customer::by(segment, country, *value)).collect()
        };
        let customers: Vec<Value> = buckets.iter().flat_map(of_segment).collect();
        if customers.is_empty() {
            return;
        }
        let question = Question::post("/vouchers", &customers.clone().into());
        let Some(answers) = self.answered(&self.api.ask(&question), "/vouchers", seen) else { return };
        let answers = answers.as_array().cloned().unwrap_or_default();
        if answers.len() != customers.len() {
            seen.wrong.push(format!("{} answers for {} customers", answers.len(), customers.len()));
        }
        for (answer, customer) in answers.iter().zip(&customers) {
            if answer["run_id"].is_string() {
                seen.note_amount(country, answer, customer);
            } else if self.may_be_unavailable && answer["status"] == 503 {
                seen.unavailable += 1;
            } else {
                seen.wrong.push(format!("{country}: {customer} is answered {answer}"));
            }
        }
    }

    /// Returns the document if it is an answer.
    fn answered(&self, answer: &Answer, what: &str, seen: &mut Seen) -> Option<Value> {
        if answer.status == 200 {
            return Some(answer.json());
        }
        if self.may_be_unavailable && answer.status == 503 {
            seen.unavailable += 1;
        } else {
            let log = self.api.log().pop();
            seen.wrong.push(format!("{what} is answered {answer:?}, log: {log:?}"));
        }
        None
    }
}

impl Seen {
    fn note_table(&mut self, country: &str, run_id: String, version: u64, shown: ShownTable) {
        self.answers += 1;
        if let Some((newest, of)) = self.versions.get(country)
            && (*newest > version || (*newest == version && *of != run_id))
        {
            let told = format!("{country}: version {newest} of run {of}, then {version} of {run_id}");
            self.wrong.push(told);
        }
        self.versions.insert(country.to_owned(), (version, run_id.clone()));
        let different = self.tables.entry((country.to_owned(), run_id)).or_default();
        if !different.contains(&shown) {
            different.push(shown);
        }
    }

    fn note_amount(&mut self, country: &str, answer: &Value, customer: &Value) {
        self.answers += 1;
        if answer["segment_name"] != customer["segment_name"] {
            self.wrong.push(format!("{country}: {customer} is answered {answer}"));
        }
        let [run_id, segment, bucket] = ["run_id", "segment_name", "bucket"].map(|name| text(&answer[name]));
        let different = self.amounts.entry((country.to_owned(), run_id, segment, bucket)).or_default();
        let amount = answer["voucher_amount"].as_f64();
        if !different.contains(&amount) {
            different.push(amount);
        }
    }
}

fn lock(seen: &Mutex<Seen>) -> MutexGuard<'_, Seen> {
    seen.lock().unwrap_or_else(PoisonError::into_inner)
}
