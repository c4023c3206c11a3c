//! Any bytes as the pages of a column in a file that is valid otherwise. The first byte picks the
//! file, the second the column.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mutants::judge::judged;
use mutants::mutate::with_column;

fuzz_target!(|bytes: &[u8]| {
    if let [file, column, pages @ ..] = bytes {
        judged(&with_column(*file, *column, pages));
    }
});
