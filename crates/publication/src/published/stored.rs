//! A run in the table: its manifest, its rules and its items.

use crate::error::PublicationError;
use crate::table::{Table, TableItem};
use anyhow::Result;
use segments::rules::Rules;
use segments::table::{ATTRIBUTE_ITEM, BucketRow, ItemKey, Manifest, Pointer, result_hash};
use segments::value::CountryKey;
use std::collections::BTreeMap;
use storage::listed;

/// A run whose rules are known.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) manifest: Manifest,
    /// The canonical form of its rules.
    pub(super) canonical: String,
    pub(super) contents: Contents,
}

/// The items of a run, compared with its rules.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Contents {
    /// In the order of the rules; complete if nothing is missing or malformed.
    pub(super) rows: Vec<BucketRow>,
    /// Sort keys of items that should exist.
    pub(super) missing: Vec<String>,
    /// Sort keys of items that cannot be read.
    pub(super) malformed: Vec<String>,
    /// Sort keys of items for which the rules have no bucket.
    pub(super) extra: Vec<String>,
}

/// Returns the rules of a run: those in its manifest or, if an older manifest has none, those of
/// the pointer if they are the same.
///
/// # Errors
///
/// Why the rules are unknown.
pub fn rules(manifest: &Manifest, pointer: Option<&Pointer>) -> Result<(String, Rules), String> {
    let hash = &manifest.rules_hash;
    let canonical = match (&manifest.rules, pointer) {
        (Some(rules), _) => rules,
        (None, Some(pointer)) if pointer.rules_hash == *hash => &pointer.rules,
        (None, Some(pointer)) => {
            return Err(format!(
                "was made with rules {hash}, which its manifest does not have; the current ones are {}",
                pointer.rules_hash
            ));
        }
        (None, None) => return Err(format!("was made with rules {hash}, which its manifest does not have")),
    };
    if segments::sha256_hex(canonical.as_bytes()) != *hash {
        return Err("has rules that do not match the hash in its manifest".to_owned());
    }
    match Rules::from_canonical(canonical) {
        Ok(rules) => Ok((canonical.clone(), rules)),
        Err(error) => Err(format!("has rules that cannot be read: {error}")),
    }
}

impl Stored {
    /// Reads a run of `country`; `pointer` is the country's.
    pub(super) async fn read(
        table: &Table,
        country: &CountryKey,
        run_id: &str,
        pointer: &Pointer,
    ) -> Result<Self> {
        let manifest = existing(table, country, run_id).await?;
        let (canonical, rules) =
            rules(&manifest, Some(pointer)).map_err(|problem| unusable(run_id, country, problem))?;
        // Read after the manifest: a run that had all items then keeps them until it is claimed.
        let items = table.query(country.as_str(), &ItemKey::bucket_prefix(run_id)).await?;
        let contents = Contents::of(country, run_id, &rules, by_key(items));
        Ok(Self { manifest, canonical, contents })
    }

    /// Returns manifest, rules and rows; fails unless they are what was written.
    pub(super) fn whole(self, country: &CountryKey) -> Result<(Manifest, String, Vec<BucketRow>)> {
        match self.contents.problem(country, &self.manifest) {
            Some(problem) => {
                Err(unusable(&self.manifest.run_id, country, format!("is not whole: {problem}")).into())
            }
            None => Ok((self.manifest, self.canonical, self.contents.rows)),
        }
    }
}

impl Contents {
    /// Sorts the items of a run by the buckets of its rules.
    pub(super) fn of(
        country: &CountryKey,
        run_id: &str,
        rules: &Rules,
        mut items: BTreeMap<String, TableItem>,
    ) -> Self {
        let mut contents = Self::default();
        for split in rules.splits() {
            for label in split.labels() {
                let key = ItemKey::bucket(country, run_id, split.name(), label).item;
                match items.remove(&key).map(|item| BucketRow::from_item(split.name(), label, item.into())) {
                    Some(Ok(row)) => contents.rows.push(row),
                    Some(Err(_)) => contents.malformed.push(key),
                    None => contents.missing.push(key),
                }
            }
        }
        contents.extra = items.into_keys().collect();
        contents
    }

    /// Returns the hash of the rows; `None` unless all are there.
    pub(super) fn result_hash(&self, country: &CountryKey) -> Option<String> {
        let is_whole = self.missing.is_empty() && self.malformed.is_empty();
        is_whole.then(|| result_hash([(country, &self.rows[..])]))
    }

    /// Describes on one line how the items differ from the manifest.
    pub(super) fn problem(&self, country: &CountryKey, manifest: &Manifest) -> Option<String> {
        let mut problems = Vec::new();
        for (keys, what) in
            [(&self.missing, "missing"), (&self.malformed, "malformed"), (&self.extra, "too many")]
        {
            let keys: Vec<_> = keys.iter().map(String::as_str).collect();
            match keys[..] {
                [] => {}
                [one] => problems.push(format!("item {one} is {what}")),
                _ => problems.push(format!("{} items are {what}: {}", keys.len(), listed(&keys))),
            }
        }
        let number = (self.rows.len() + self.missing.len() + self.malformed.len()) as u64;
        if number != manifest.item_count {
            problems.push(format!("its manifest has item_count {}, its rules {number}", manifest.item_count));
        }
        if let Some(hash) = self.result_hash(country).filter(|hash| *hash != manifest.result_hash) {
            problems
                .push(format!("its items have result_hash {hash}, its manifest {}", manifest.result_hash));
        }
        (!problems.is_empty()).then(|| problems.join("; "))
    }
}

/// Returns items by their sort key.
pub(super) fn by_key(items: Vec<TableItem>) -> BTreeMap<String, TableItem> {
    let key = |item: &TableItem| item.get(ATTRIBUTE_ITEM)?.as_s().ok().cloned();
    items.into_iter().filter_map(|item| Some((key(&item)?, item))).collect()
}

/// Reads the manifest of a run that must exist.
async fn existing(table: &Table, country: &CountryKey, run_id: &str) -> Result<Manifest> {
    if let Some(manifest) = table.manifest(country, run_id).await? {
        return Ok(manifest);
    }
    let mut runs = table.runs(country).await?;
    runs.reverse();
    let runs: Vec<_> = runs.iter().map(String::as_str).collect();
    let (run_id, country, table) = (run_id.to_owned(), country.to_string(), table.name.clone());
    Err(PublicationError::NoSuchRun { run_id, country, table, found: listed(&runs) }.into())
}

pub(super) fn unusable(run_id: &str, country: &CountryKey, problem: String) -> PublicationError {
    PublicationError::UnusableRun { run_id: run_id.to_owned(), country: country.to_string(), problem }
}
