//! No module of a crate uses one that uses it, by however many steps.

use crate::crates::{packages, repository};
use crate::sources::Modules;
use std::collections::{BTreeMap, BTreeSet};

#[test]
fn no_module_uses_one_that_uses_it() {
    let mut circles = Vec::new();
    let mut modules_number = 0;
    for folder in packages().keys() {
        for root in ["src/lib.rs", "src/main.rs"] {
            let root = repository().join(folder).join(root);
            if root.is_file() {
                let modules = Modules::read(&root);
                let uses = modules.uses();
                modules_number += uses.len();
                circles.extend(circles_of(&uses).into_iter().map(|circle| format!("{folder}: {circle:?}")));
            }
        }
    }
    assert!(modules_number > 300, "{modules_number} modules are looked at");
    assert!(circles.is_empty(), "{}", circles.join("\n"));
}

/// Returns modules that use each other: of each such group all.
fn circles_of<'a>(uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<BTreeSet<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        uses.keys().map(|module| (*module, reached_from(module, uses))).collect();
    let circle = |module: &&'a str| -> BTreeSet<&'a str> {
        reached[module].iter().filter(|other| reached[*other].contains(module)).copied().collect()
    };
    uses.keys().map(circle).filter(|circle| !circle.is_empty()).collect()
}

fn reached_from<'a>(module: &str, uses: &BTreeMap<&'a str, BTreeSet<&'a str>>) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut next: Vec<&str> = uses[module].iter().copied().collect();
    while let Some(module) = next.pop() {
        if reached.insert(module) {
            next.extend(&uses[module]);
        }
    }
    reached
}

#[test]
fn a_circle_is_found_and_a_line_is_not() {
    let uses = |edges: &[(&'static str, &'static str)]| {
        let mut uses: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (from, to) in edges {
            uses.entry(from).or_default().insert(to);
            uses.entry(to).or_default();
        }
        uses
    };
    assert!(circles_of(&uses(&[("a", "b"), ("b", "c"), ("a", "c")])).is_empty());
    let found = circles_of(&uses(&[("a", "b"), ("b", "c"), ("c", "a"), ("d", "a")]));
    assert_eq!(found, BTreeSet::from([BTreeSet::from(["a", "b", "c"])]));
}
