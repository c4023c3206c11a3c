//! Publications on disk, so that a process that starts while the table is away has something to
//! serve. One file holds what a name leads to, as the table's own items; its time of change is when
//! that was last known to be current.

use super::Publication;
use super::resolved::Resolved;
use crate::observe::Observer;
use crate::table::ReadError;
use segments::table::{ATTRIBUTE_ITEM, BucketRow, Pointer, alias_item, alias_target};
use segments::value::CountryKey;
use serde::{Deserialize, Serialize};
use serde_dynamo::{AttributeValue, Item};
use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// Bytes of a file. An item of DynamoDB has at most 400 KB, and so has a pointer with its rules.
const FILE_BYTES_MAX: u64 = 16 << 20;
/// Characters of a file's name, of the hash of what it is about.
const NAME_CHARS: usize = 32;
/// How far a file may be dated ahead: clocks of a volume's other users differ a little.
const AHEAD_MAX: Duration = Duration::from_mins(1);

/// The folder of the snapshots of one table.
#[derive(Debug, Clone)]
pub struct Snapshots {
    folder: PathBuf,
    table: String,
    observer: Arc<Observer>,
    /// What the file of each name holds, as far as this process wrote it.
    written: Arc<Mutex<HashMap<CountryKey, Resolved>>>,
}

#[derive(Serialize, Deserialize)]
struct Snapshot {
    table: String,
    name: String,
    /// The pointer and the buckets, or the alias.
    items: Vec<Item>,
}

impl Snapshots {
    /// Opens the folder for the snapshots of `table`, and creates it if need be.
    ///
    /// # Errors
    ///
    /// If nothing can be written there.
    pub fn open(folder: &Path, table: &str, observer: Arc<Observer>) -> io::Result<Self> {
        fs::create_dir_all(folder)?;
        let probe = folder.join(format!("{}.tmp", std::process::id()));
        File::create(&probe)?;
        fs::remove_file(probe)?;
        Ok(Self { folder: folder.to_owned(), table: table.to_owned(), observer, written: Arc::default() })
    }

    /// Has the file of `name` say what `in_memory` returns: what the name leads to, and the time
    /// since that was known to be current. It is removed if that is nothing; while not all is known,
    /// it stays as it is, with its age.
    pub(super) fn follow(&self, name: &CountryKey, in_memory: impl FnOnce() -> Option<(Resolved, Duration)>) {
        // Held, so that the last call writes what was last in memory.
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        let followed = match in_memory() {
            None => self.remove(name),
            Some((resolved, _)) if !resolved.is_whole() => return,
            Some((resolved, age)) if written.get(name).is_some_and(|written| written.is(&resolved)) => {
                self.confirm(name, age)
            }
            Some((resolved, age)) => {
                let saved = self.save(name, &resolved, age);
                written.insert(name.clone(), resolved);
                saved
            }
        };
        if let Err(error) = followed {
            // Written anew the next time.
            written.remove(name);
            self.observer.log.warn(&format!("cannot write to {}: {error}", self.folder.display()));
        }
    }

    fn save(&self, name: &CountryKey, resolved: &Resolved, age: Duration) -> io::Result<()> {
        let items = match resolved {
            Resolved::Publication(publication) => items_of(publication),
            Resolved::Alias(country) => vec![alias_item(name, country)],
        };
        let snapshot = Snapshot { table: self.table.clone(), name: name.to_string(), items };
        let path = self.path(name);
        let partial = path.with_extension(format!("{}.tmp", std::process::id()));
        let mut file = File::create(&partial)?;
        file.write_all(&serde_json::to_vec(&snapshot).map_err(io::Error::other)?)?;
        file.set_modified(SystemTime::now() - age)?;
        file.sync_all()?;
        fs::rename(partial, path)
    }

    fn confirm(&self, name: &CountryKey, age: Duration) -> io::Result<()> {
        let file = File::options().append(true).open(self.path(name))?;
        file.set_modified(SystemTime::now() - age)
    }

    fn remove(&self, name: &CountryKey) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Returns what `name` led to, and the time since that was known to be current; `None` if
    /// nothing usable is saved.
    pub(super) fn load(&self, name: &CountryKey) -> Option<(Resolved, Duration)> {
        let path = self.path(name);
        let metadata = fs::metadata(&path).ok().filter(|metadata| metadata.len() <= FILE_BYTES_MAX)?;
        let age = age(metadata.modified().ok()?, SystemTime::now())?;
        let snapshot: Snapshot = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
        let is_meant = snapshot.table == self.table && snapshot.name == name.as_str();
        Some((resolved(name, snapshot.items).ok().filter(|_| is_meant)?, age))
    }

    fn path(&self, name: &CountryKey) -> PathBuf {
        let hash = segments::sha256_hex(format!("{}\n{name}", self.table).as_bytes());
        self.folder.join(format!("{}.json", &hash[..NAME_CHARS]))
    }
}

/// Returns the time since `then`; `None` if the clock says that it has yet to come.
fn age(then: SystemTime, now: SystemTime) -> Option<Duration> {
    match now.duration_since(then) {
        Ok(age) => Some(age),
        Err(ahead) => (ahead.duration() <= AHEAD_MAX).then_some(Duration::ZERO),
    }
}

fn items_of(publication: &Publication) -> Vec<Item> {
    let Publication { key, pointer, rules, .. } = publication;
    let pointer = Pointer { rules: rules.canonical(), ..pointer.clone() };
    let rows = publication.rows().map(|row| row.to_item(key, &pointer.run_id));
    let mut items: Vec<_> = rows.collect();
    items.insert(0, pointer.to_item(key));
    items
}

fn resolved(name: &CountryKey, mut items: Vec<Item>) -> Result<Resolved, ReadError> {
    if items.is_empty() {
        return Err(ReadError::Damaged("a snapshot without items".to_owned()));
    }
    let first = items.remove(0);
    let Ok(pointer) = Pointer::from_item(first.clone()) else {
        return Ok(Resolved::Alias(alias_target(&first)?));
    };
    let publication = Publication::new(name.clone(), pointer)?;
    let modes = items.into_iter().map(|item| {
        let key = text(&item, ATTRIBUTE_ITEM)?;
        Ok((key, Ok(BucketRow::from_item("", "", item)?.mode)))
    });
    publication.keep(modes.collect::<Result<_, ReadError>>()?);
    Ok(Resolved::Publication(publication.into()))
}

fn text(item: &Item, attribute: &str) -> Result<String, ReadError> {
    match item.get(attribute) {
        Some(AttributeValue::S(text)) => Ok(text.clone()),
        _ => Err(ReadError::Damaged(format!("a snapshot has an item without {attribute}"))),
    }
}
