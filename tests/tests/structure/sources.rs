//! The modules of a crate, and which of them uses which: told by the paths in their sources.
//!
//! A module that only declares others and passes on what is theirs is a facade: who uses something
//! by it uses the module where that is defined.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use syn::visit::{self, Visit};
use syn::{Attribute, File, Item, UseTree, Visibility};

/// A module: where it is in its crate, `""` for the root.
pub(crate) type Module = String;

/// The modules of a crate.
pub(crate) struct Modules {
    files: BTreeMap<Module, File>,
    /// By module, what it passes on under which name: the path that is meant.
    passed_on: BTreeMap<Module, BTreeMap<String, Vec<String>>>,
}

impl Modules {
    /// Reads the modules of the crate whose root is this file.
    pub(crate) fn read(root: &Path) -> Self {
        let mut modules = Self { files: BTreeMap::new(), passed_on: BTreeMap::new() };
        let folder = root.parent().expect("a folder").to_path_buf();
        modules.add(String::new(), root, &folder);
        modules
    }

    fn add(&mut self, module: Module, file: &Path, folder: &Path) {
        let source =
            std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let source = syn::parse_file(&source).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        for item in &source.items {
            match item {
                Item::Mod(declared) if is_file_of_ours(declared) => {
                    let name = declared.ident.to_string();
                    let (file, inside) = file_of(folder, &name);
                    self.add(joined(&module, &name), &file, &inside);
                }
                Item::Use(used) if !matches!(used.vis, Visibility::Inherited) => {
                    let mut leaves = Vec::new();
                    leaves_of(&used.tree, &mut Vec::new(), &mut leaves);
                    let names = self.passed_on.entry(module.clone()).or_default();
                    names.extend(leaves);
                }
                _ => {}
            }
        }
        self.files.insert(module, source);
    }

    /// Returns which modules each module uses.
    pub(crate) fn uses(&self) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut uses = BTreeMap::new();
        for (module, file) in &self.files {
            let mut gathered = Paths::default();
            gathered.visit_file(file);
            let targets = gathered.found.iter().filter_map(|path| self.target(module, path, 0));
            uses.insert(module.as_str(), targets.filter(|target| target != module).collect());
        }
        uses
    }

    /// Returns the module that a path leads to from a module; `None` if it leaves the crate.
    fn target(&self, from: &str, path: &[String], depth: u32) -> Option<&str> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (String::new(), &path[1..]),
            "self" => (from.to_owned(), &path[1..]),
            "super" => (above(from), &path[1..]),
            first if self.files.contains_key(&joined(from, first)) => (from.to_owned(), path),
            _ => return None,
        };
        while let Some(name) = rest.first() {
            if name == "super" {
                at = above(&at);
            } else if self.files.contains_key(&joined(&at, name)) {
                at = joined(&at, name);
            } else if let Some(meant) = self.passed_on.get(&at).and_then(|names| names.get(name))
                && depth < 8
            {
                return self.target(&at, meant, depth + 1);
            } else {
                break;
            }
            rest = &rest[1..];
        }
        self.files.get_key_value(&at).map(|(module, _)| module.as_str())
    }
}

/// Returns where a module is, and the folder of those that it declares.
fn file_of(folder: &Path, name: &str) -> (PathBuf, PathBuf) {
    let inside = folder.join(name);
    let file = folder.join(format!("{name}.rs"));
    if file.is_file() { (file, inside) } else { (inside.join("mod.rs"), inside) }
}

/// Returns whether a module is a file of this crate, and not one for tests or of another crate.
fn is_file_of_ours(declared: &syn::ItemMod) -> bool {
    let is_elsewhere = declared.attrs.iter().any(|attribute| attribute.path().is_ident("path"));
    declared.content.is_none() && !is_elsewhere && !is_test(&declared.attrs)
}

fn joined(module: &str, name: &str) -> Module {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn above(module: &str) -> Module {
    module.rsplit_once("::").map_or_else(String::new, |(above, _)| above.to_owned())
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|condition| condition.is_ident("test"))
    })
}

/// Lists the names that a `use` brings in, each with its path.
fn leaves_of(tree: &UseTree, path: &mut Vec<String>, leaves: &mut Vec<(String, Vec<String>)>) {
    match tree {
        UseTree::Path(inner) => {
            path.push(inner.ident.to_string());
            leaves_of(&inner.tree, path, leaves);
            path.pop();
        }
        UseTree::Name(name) if name.ident == "self" => {
            leaves.push((path.last().cloned().unwrap_or_default(), path.clone()));
        }
        UseTree::Name(name) => leaves.push((name.ident.to_string(), with(path, &name.ident))),
        UseTree::Rename(renamed) => leaves.push((renamed.rename.to_string(), with(path, &renamed.ident))),
        UseTree::Glob(_) => leaves.push(("*".to_owned(), path.clone())),
        UseTree::Group(group) => group.items.iter().for_each(|tree| leaves_of(tree, path, leaves)),
    }
}

fn with(path: &[String], name: &syn::Ident) -> Vec<String> {
    path.iter().cloned().chain([name.to_string()]).collect()
}

/// Gathers the paths of a file, but for what is passed on and what is for tests.
#[derive(Default)]
struct Paths {
    found: Vec<Vec<String>>,
    /// How many modules without a file of their own it is in.
    depth: usize,
}

impl Paths {
    /// Notes a path as it would stand outside of such modules.
    fn note(&mut self, mut path: Vec<String>) {
        if let Some(first) = path.first_mut()
            && self.depth > 0
            && first == "super"
        {
            "self".clone_into(first);
        }
        self.found.push(path);
    }
}

impl<'ast> Visit<'ast> for Paths {
    fn visit_item(&mut self, item: &'ast Item) {
        match item {
            Item::Mod(declared) if is_test(&declared.attrs) => {}
            Item::Mod(inside) if inside.content.is_some() => {
                self.depth += 1;
                visit::visit_item_mod(self, inside);
                self.depth -= 1;
            }
            Item::Fn(function) if is_test(&function.attrs) => {}
            Item::Use(used) if is_test(&used.attrs) || !matches!(used.vis, Visibility::Inherited) => {}
            Item::Use(used) => {
                let mut leaves = Vec::new();
                leaves_of(&used.tree, &mut Vec::new(), &mut leaves);
                for (_, path) in leaves {
                    self.note(path);
                }
            }
            item => visit::visit_item(self, item),
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if path.segments.len() > 1 {
            self.note(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }
}
