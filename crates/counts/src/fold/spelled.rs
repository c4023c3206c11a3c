//! Codes for countries by their text in the file, so that texts with the same meaning are told apart.
//!
//! Only a profile has such codes. Their events are counted with those of all codes, row by row as
//! usual.

use super::codes::{Code, Codes};
use crate::facts::TEXT_BYTES_MAX;
use foldhash::HashMap;
use segments::value::{Country, Field};
use std::sync::Arc;

/// The texts that have a code of their own.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    codes: HashMap<Arc<str>, Code>,
    /// By code; `None` for a code without a single text.
    texts: Vec<Option<Arc<str>>>,
}

impl Spelled {
    /// Returns the code of a text that was read as `country`; for a long text, the code of the country.
    pub(super) fn code(
        &mut self,
        text: &str,
        country: Field<Country>,
        codes: &mut Codes<Field<Country>>,
    ) -> Code {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        if text.len() > TEXT_BYTES_MAX {
            return codes.code(country);
        }
        let code = codes.another(country);
        let text: Arc<str> = text.into();
        self.texts.resize(code as usize, None);
        self.texts.push(Some(Arc::clone(&text)));
        self.codes.insert(text, code);
        code
    }

    /// Returns the text of a code; for a code without a single text, the spelling that was read.
    pub(super) fn text<'a>(&'a self, code: usize, country: &'a Country) -> &'a str {
        self.texts.get(code).and_then(Option::as_deref).unwrap_or(&country.spelling)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_read_alike_have_codes_of_their_own() {
        let (mut spelled, mut codes) = (Spelled::default(), Codes::default());
        let blanks = " ".repeat(TEXT_BYTES_MAX - 4);
        let (long, longer) = (format!("{blanks}Peru"), format!(" {blanks}Peru"));
        let other = format!(" {blanks}Chile");
        let mut code = |text: &str| spelled.code(text, Country::read(text), &mut codes);
        let of = ["Peru", " Peru", "Peru", "PERU", &long, &longer, &longer, &other].map(&mut code);
        assert_eq!(of, [0, 1, 0, 2, 3, 4, 4, 5]);
        let text = |code: usize| match &codes.values()[code] {
            Field::Value(country) => spelled.text(code, country),
            other => panic!("{other:?}"),
        };
        assert_eq!([0, 1, 2, 3, 4, 5].map(text), ["Peru", " Peru", "PERU", &long, "Peru", "Chile"]);
    }
}
