//! Any bytes as a footer.

#![no_main]

use libfuzzer_sys::fuzz_target;
use mutants::file::with_footer;
use mutants::judge::judged;

fuzz_target!(|footer: &[u8]| {
    judged(&with_footer(b"PAR1".to_vec(), footer));
});
