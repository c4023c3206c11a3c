//! `verify`: compares every published item with the `result_hash` of its manifest.

use super::run_state::RunState;
use super::stored::{Contents, by_key, rules};
use crate::error::PublicationError;
use crate::lookup;
use crate::table::{Table, TableItem};
use anyhow::Result;
use futures::{StreamExt, TryStreamExt, stream};
use segments::table::{ITEM_ALIAS, ITEM_CURRENT, ITEM_MANIFEST_PREFIX, Manifest, Pointer, alias_target};
use segments::value::CountryKey;
use serde::Serialize;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Readings of a country before a difference counts: runs come and go while it is read.
const READINGS_MAX: u32 = 3;

/// Countries read at a time.
const COUNTRIES_UNDER_WAY_MAX: usize = 8;

/// The result; the form of `verify --format json`.
#[derive(Debug, Serialize)]
pub struct Verified {
    /// The table.
    pub table: String,
    /// Whether nothing differs.
    pub is_clean: bool,
    /// Sorted by key.
    pub countries: Vec<CountryVerified>,
}

/// One country.
#[derive(Debug, Serialize)]
pub struct CountryVerified {
    /// Its key.
    pub country: String,
    /// The served run; `None` if there is none.
    pub run_id: Option<String>,
    /// Newest first.
    pub runs: Vec<RunVerified>,
    /// Items whose run has no manifest.
    pub stray_items: Vec<String>,
    /// What differs, one line each.
    pub problems: Vec<String>,
}

/// One run.
#[derive(Debug, Serialize)]
pub struct RunVerified {
    /// The run.
    pub run_id: String,
    /// Its present state.
    pub state: RunState,
    /// The result of its check.
    pub verdict: Verdict,
    /// Number of its items.
    pub items: u64,
    /// Items that should exist.
    pub missing: Vec<String>,
    /// Items that cannot be read.
    pub malformed: Vec<String>,
    /// Items for which its rules have no bucket.
    pub extra: Vec<String>,
    /// The hash in its manifest.
    pub published_result_hash: String,
    /// The hash of its items; `None` unless all are there and their order is known.
    pub result_hash: Option<String>,
}

/// The result of a run's check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Its items are what was written.
    Whole,
    /// Its items are not what was written.
    Differs,
    /// It was never current, and not all of its items were written.
    Unfinished,
    /// It is being deleted.
    Collecting,
    /// An older program made it with rules that are no longer known.
    Unchecked,
}

/// Checks `countries`, or all listed countries if it is empty.
///
/// # Errors
///
/// If nothing is published, or the table cannot be read. A difference is not an error.
pub async fn verify(table: &Table, countries: &[CountryKey]) -> Result<Verified> {
    for country in countries {
        lookup::pointer(table, country).await?;
    }
    let mut keys = countries.iter().cloned().collect::<BTreeSet<_>>();
    if keys.is_empty() {
        keys.extend(table.countries().await?);
    }
    let verified: Vec<_> = stream::iter(&keys)
        .map(async |key| country(table, key).await)
        .buffered(COUNTRIES_UNDER_WAY_MAX)
        .try_collect()
        .await?;
    if verified.iter().all(|country| country.run_id.is_none()) {
        return Err(PublicationError::NothingPublished { table: table.name.clone() }.into());
    }
    let is_clean = verified.iter().all(|country| country.problems.is_empty());
    Ok(Verified { table: table.name.clone(), is_clean, countries: verified })
}

async fn country(table: &Table, key: &CountryKey) -> Result<CountryVerified> {
    let mut reading = 1;
    loop {
        let items = table.query(key.as_str(), "").await?;
        let verified = CountryVerified::of(key, by_key(items));
        if verified.problems.is_empty() || reading == READINGS_MAX {
            return Ok(verified);
        }
        reading += 1;
    }
}

impl CountryVerified {
    /// Checks all items of a country's partition.
    fn of(key: &CountryKey, items: BTreeMap<String, TableItem>) -> Self {
        let mut problems = Vec::new();
        let mut pointer = None;
        let mut manifests = BTreeMap::new();
        let mut rows: BTreeMap<String, BTreeMap<String, TableItem>> = BTreeMap::new();
        let mut stray_items = Vec::new();
        for (name, item) in items {
            if name == ITEM_CURRENT {
                pointer = Pointer::from_item(item.into()).ok();
                problems.extend(pointer.is_none().then(|| "the pointer is malformed".to_owned()));
            } else if name == ITEM_ALIAS {
                // It belongs to no run; nobody follows it while there is a pointer.
                problems
                    .extend(alias_target(&item.into()).err().map(|_| "the alias is malformed".to_owned()));
            } else if let Some(run_id) = name.strip_prefix(ITEM_MANIFEST_PREFIX) {
                match Manifest::from_item(item.into()) {
                    Ok(manifest) if manifest.run_id == run_id => {
                        manifests.insert(run_id.to_owned(), manifest);
                    }
                    _ => problems.push(format!("the manifest of run {run_id} is malformed")),
                }
            } else if let Some((run_id, _)) = name.split_once('#') {
                rows.entry(run_id.to_owned()).or_default().insert(name, item);
            } else {
                stray_items.push(name);
            }
        }
        problems.extend(pointer.as_ref().and_then(|pointer| pointer_problem(pointer, &manifests)));
        let mut runs = Vec::new();
        for manifest in manifests.into_values() {
            let rows = rows.remove(&manifest.run_id).unwrap_or_default();
            let (run, problem) = RunVerified::of(key, &manifest, pointer.as_ref(), rows);
            problems.extend(problem.map(|problem| format!("run {} {problem}", run.run_id)));
            runs.push(run);
        }
        runs.sort_by_key(|run| Reverse(run.run_id.clone()));
        stray_items.extend(rows.into_values().flat_map(BTreeMap::into_keys));
        if let [first, ..] = &stray_items[..] {
            problems.push(format!("{} items have no manifest, {first} among them", stray_items.len()));
        }
        let run_id = pointer.map(|pointer| pointer.run_id);
        Self { country: key.to_string(), run_id, runs, stray_items, problems }
    }
}

/// Describes what is wrong with a pointer, given its country's manifests.
fn pointer_problem(pointer: &Pointer, manifests: &BTreeMap<String, Manifest>) -> Option<String> {
    let run_id = &pointer.run_id;
    if segments::sha256_hex(pointer.rules.as_bytes()) != pointer.rules_hash {
        return Some("the rules in the pointer do not match the hash beside them".to_owned());
    }
    let Some(manifest) = manifests.get(run_id) else {
        return Some(format!("the current run {run_id} has no manifest"));
    };
    if manifest.rules_hash != pointer.rules_hash {
        let (served, made) = (&pointer.rules_hash, &manifest.rules_hash);
        return Some(format!("run {run_id} is served with rules {served} and was made with {made}"));
    }
    (*run_id > pointer.newest_run_id).then(|| format!("run {run_id} is newer than its pointer's newest run"))
}

impl RunVerified {
    /// Checks the items of one run. The second result is what differs.
    fn of(
        key: &CountryKey,
        manifest: &Manifest,
        pointer: Option<&Pointer>,
        items: BTreeMap<String, TableItem>,
    ) -> (Self, Option<String>) {
        let state = RunState::of(manifest, pointer);
        let number = items.len() as u64;
        let (contents, mut verdict, problem) = match rules(manifest, pointer) {
            _ if state == RunState::Collecting => (Contents::default(), Verdict::Collecting, None),
            Ok((_, rules)) => {
                let contents = Contents::of(key, &manifest.run_id, &rules, items);
                let problem = contents.problem(key, manifest).map(|problem| format!("differs: {problem}"));
                let verdict = if problem.is_some() { Verdict::Differs } else { Verdict::Whole };
                (contents, verdict, problem)
            }
            Err(_) if manifest.rules.is_none() && state != RunState::Current => {
                (Contents::default(), Verdict::Unchecked, None)
            }
            Err(problem) => (Contents::default(), Verdict::Differs, Some(problem)),
        };
        // Nobody was ever sent to it, and a rollback refuses it.
        let is_unfinished = state == RunState::NeverCurrent && !contents.missing.is_empty();
        if is_unfinished && contents.malformed.is_empty() && contents.extra.is_empty() {
            verdict = Verdict::Unfinished;
        }
        let run = Self {
            run_id: manifest.run_id.clone(),
            state,
            verdict,
            items: number,
            result_hash: (!matches!(verdict, Verdict::Collecting | Verdict::Unchecked))
                .then(|| contents.result_hash(key))
                .flatten(),
            missing: contents.missing,
            malformed: contents.malformed,
            extra: contents.extra,
            published_result_hash: manifest.result_hash.clone(),
        };
        (run, problem.filter(|_| verdict == Verdict::Differs))
    }
}
