//! The pages of a column of any bytes, in a file that is valid otherwise: the first byte says in
//! which file, the second which column.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mutants::judge::judged;
use mutants::mutate::with_column;

fuzz_target!(|bytes: &[u8]| {
    if let [file, column, pages @ ..] = bytes {
        judged(&with_column(*file, *column, pages));
    }
});
