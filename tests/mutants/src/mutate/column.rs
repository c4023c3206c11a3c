//! A column of any bytes in a file that is valid otherwise.

use crate::base;
use crate::file::{File, Page};
use std::sync::LazyLock;

/// Returns a valid file, number `base`, with these bytes as the pages of column `column` in its first
/// row group.
#[must_use]
pub fn with_column(base: u8, column: u8, pages: &[u8]) -> Vec<u8> {
    static FILES: LazyLock<Vec<File>> =
        LazyLock::new(|| base::all().iter().map(|base| File::read(&base.bytes)).collect());
    let mut file = FILES[usize::from(base) % FILES.len()].clone();
    if let Some(chunks) = file.groups.first_mut().filter(|chunks| !chunks.is_empty()) {
        let column = usize::from(column) % chunks.len();
        chunks[column] = vec![Page::raw(pages)];
    }
    file.lay_out();
    file.write()
}
