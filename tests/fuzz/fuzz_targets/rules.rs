//! Any text as a rules file: the canonical form of what is read reads as the same rules.

#![no_main]

use libfuzzer_sys::fuzz_target;
use segments::rules::Rules;

fuzz_target!(|text: &str| {
    match Rules::from_toml(text, "fuzz.toml") {
        Ok(rules) => {
            let canonical = rules.canonical();
            let again = Rules::from_canonical(&canonical).expect("it was written by us");
            assert_eq!(again.hash(), rules.hash());
            assert_eq!(again.canonical(), canonical);
        }
        Err(error) => {
            let message = error.to_string();
            assert!(!message.contains(['\n', '\r']), "more than one line: {message:?}");
        }
    }
});
