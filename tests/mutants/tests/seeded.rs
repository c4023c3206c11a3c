//! A few hundred mutants of a fixed seed, in workers with a memory limit; `make fuzz` tries more.

use mutants::base;
use mutants::mutate::Mutator;
use mutants::runner::{Trial, run};
use std::path::Path;

const FILES: u64 = 600;

#[test]
fn no_mutant_ends_a_worker() {
    let folder = tempfile::tempdir().expect("a folder");
    let trial = Trial { files: FILES, seed: 1, first: 0, workers: 1, keep: folder.path().to_owned() };
    let findings = run(Path::new(env!("CARGO_BIN_EXE_voucher-mutants")), &trial).expect("workers");
    assert_eq!(findings.files(), FILES);
    assert!(findings.wrong.is_empty(), "{}", findings.to_text(std::time::Duration::ZERO));
    let read = findings.outcomes.get("read").copied().unwrap_or_default();
    assert!(
        read > 0 && read < FILES / 2,
        "{read} of {FILES} mutants were read: they are not wrong enough, or too much"
    );
    assert!(Mutator::new(base::all()).mutant(1, 0).bytes != Mutator::new(base::all()).mutant(2, 0).bytes);
}
