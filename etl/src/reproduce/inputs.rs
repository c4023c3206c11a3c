//! Finds the objects that a run read, and checks them against its manifest.

use anyhow::Result;
use segments::rules::Rules;
use segments::selection::Selection;
use segments::table::{InputObject, Inputs};
use std::collections::BTreeMap;
use storage::{Location, Object, Resolved, Store};

/// Whether the objects that a run read were found again.
pub(super) enum FoundAgain {
    /// All are there, unchanged.
    Unchanged(Vec<Object>),
    /// Some are not; the reason in one line.
    Changed(String),
}

/// Finds the objects of a run: those that its manifest lists or, if `locations` are given, those in
/// these locations that the run can have read.
///
/// # Errors
///
/// If something cannot be listed, so that the answer is unknown.
pub(super) async fn find(
    store: &Store,
    stated: &Inputs,
    locations: &[Location],
    (rules, selection): (&Rules, &Selection),
) -> Result<FoundAgain> {
    let found = if !locations.is_empty() {
        storage::list(store, locations, rules).await?.objects
    } else if stated.list.is_empty() {
        let number = stated.number;
        let problem = format!("its manifest does not name its {number} inputs: name them by --s3path");
        return Ok(FoundAgain::Changed(problem));
    } else {
        let urls: Vec<_> = stated.list.iter().map(|object| object.url.clone()).collect();
        storage::find(store, &urls).await?
    };
    // A run for this country alone did not read the Hive folders of others. If copies are read only
    // once, it left them out.
    for selection in [&Selection::ALL, selection] {
        let mut found = Resolved::of(found.clone(), rules, selection)?.objects;
        for reads_copies in [true, false] {
            if !reads_copies {
                storage::read_once(&mut found, rules).await?;
            }
            if is_stated(stated, &found) {
                return Ok(FoundAgain::Unchanged(found));
            }
        }
    }
    Ok(FoundAgain::Changed(change(stated, &inputs(&found))))
}

fn inputs(objects: &[Object]) -> Vec<InputObject> {
    objects.iter().map(Object::to_input).collect()
}

fn is_stated(stated: &Inputs, found: &[Object]) -> bool {
    let found = Inputs::of(inputs(found));
    (found.number, found.bytes, &found.sha256) == (stated.number, stated.bytes, &stated.sha256)
}

/// Describes what changed, given that something did.
fn change(stated: &Inputs, found: &[InputObject]) -> String {
    if stated.list.is_empty() {
        let bytes: u64 = found.iter().map(|object| object.bytes).sum();
        return format!(
            "it read {} objects of {} bytes, --s3path has {} of {bytes} bytes, or other versions of them",
            stated.number,
            stated.bytes,
            found.len()
        );
    }
    let by_url = |objects: &[InputObject]| -> BTreeMap<String, InputObject> {
        objects.iter().map(|object| (object.url.clone(), object.clone())).collect()
    };
    let (listed, found) = (by_url(&stated.list), by_url(found));
    let mut changes: Vec<String> = listed
        .iter()
        .filter_map(|(url, then)| match found.get(url) {
            None => Some(format!("{url} is gone")),
            Some(now) if now == then => None,
            Some(now) => Some(format!(
                "{url} has changed: version {} of {} bytes is now version {} of {} bytes",
                then.version, then.bytes, now.version, now.bytes
            )),
        })
        .collect();
    let is_more = |url: &&String| !listed.contains_key(*url);
    changes.extend(found.keys().filter(is_more).map(|url| format!("{url} was not among its inputs")));
    match &changes[..] {
        [] => "the inputs listed in its manifest do not match their hash".to_owned(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} (and {} more)", others.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(url: &str, version: &str) -> InputObject {
        InputObject { url: url.to_owned(), version: version.to_owned(), bytes: 10 }
    }

    #[track_caller]
    fn check(found: &[InputObject], expected: &str) {
        let stated = Inputs::of(vec![object("a", "1"), object("b", "1"), object("c", "1")]);
        assert_eq!(change(&stated, found), expected);
    }

    #[test]
    fn the_first_change_is_named() {
        let [a, b, c] = ["a", "b", "c"].map(|url| object(url, "1"));
        let changed = "b has changed: version 1 of 10 bytes is now version 2 of 10 bytes";
        check(&[a.clone(), object("b", "2"), c.clone()], changed);
        check(&[a.clone(), b.clone()], "c is gone");
        check(&[object("b", "2"), c.clone()], "a is gone (and 1 more)");
        check(&[a.clone(), b.clone(), c.clone(), object("d", "1")], "d was not among its inputs");
        check(&[a, b, c], "the inputs listed in its manifest do not match their hash");
    }

    #[test]
    fn of_many_only_sums_are_known() {
        let many = Inputs::of((0..101).map(|at| object(&at.to_string(), "1")).collect());
        assert_eq!(
            change(&many, &[object("1", "1")]),
            "it read 101 objects of 1010 bytes, --s3path has 1 of 10 bytes, or other versions of them"
        );
    }
}
