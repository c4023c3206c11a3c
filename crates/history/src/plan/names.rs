//! Matches column names as other programs write them: ignoring case and surrounding characters.

use segments::rules::column_key;

/// Why a name does not mean exactly one column.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Several {
    /// Several columns have this exact name.
    Same,
    /// Several columns fit, none exactly: the first two.
    Alike(String, String),
}

/// Returns the position of the column that `wanted` means: the column of that exact name, else the
/// one whose name matches without surrounding characters and case.
pub(crate) fn position<'n>(
    names: impl Iterator<Item = &'n str> + Clone,
    wanted: &str,
) -> Result<Option<usize>, Several> {
    let mut exact = names.clone().enumerate().filter(|(_, name)| *name == wanted);
    match (exact.next(), exact.next()) {
        (Some((at, _)), None) => return Ok(Some(at)),
        (Some(_), Some(_)) => return Err(Several::Same),
        (None, _) => {}
    }
    let wanted = column_key(wanted);
    let mut alike = names.enumerate().filter(|(_, name)| column_key(name) == wanted);
    match (alike.next(), alike.next()) {
        (Some((_, first)), Some((_, second))) => Err(Several::Alike(first.to_owned(), second.to_owned())),
        (first, _) => Ok(first.map(|(at, _)| at)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(names: &[&str], expected: &Result<Option<usize>, Several>) {
        assert_eq!(&position(names.iter().copied(), "country_code"), expected, "{names:?}");
    }

    #[test]
    fn the_exact_name_wins_then_one_that_is_alike() {
        let alike = |one: &str, two: &str| Err(Several::Alike(one.to_owned(), two.to_owned()));
        check(&[], &Ok(None));
        check(&["a", "country_code"], &Ok(Some(1)));
        check(&["COUNTRY_CODE"], &Ok(Some(0)));
        check(&["Country_Code", "country_code"], &Ok(Some(1)));
        check(&["country_code", "COUNTRY_CODE", " country_code"], &Ok(Some(0)));
        check(&["COUNTRY_CODE", "a", " country_code"], &alike("COUNTRY_CODE", " country_code"));
        check(&["COUNTRY_CODE", "COUNTRY_CODE"], &alike("COUNTRY_CODE", "COUNTRY_CODE"));
        check(&["country_code", "country_code"], &Err(Several::Same));
        check(&["country_code", "country_code", "COUNTRY_CODE"], &Err(Several::Same));
    }

    #[test]
    fn what_stands_around_a_name_is_left_out_and_nothing_within() {
        for around in
            ["\u{feff}", " ", "\t", "\r\n", "\u{a0}", "\u{3000}", "\u{200b}", "\u{2060}", " \u{feff} "]
        {
            check(&[&format!("{around}country_code")], &Ok(Some(0)));
            check(&[&format!("Country_code{around}")], &Ok(Some(0)));
        }
        for other in [
            "countrycode",
            "country code",
            "country_codes",
            "country_\u{200b}code",
            "\"country_code\"",
            "\u{0}country_code",
            "",
        ] {
            check(&[other], &Ok(None));
        }
    }

    /// Lower case follows Unicode, whatever program named the column.
    #[test]
    fn letters_of_any_alphabet_have_a_case() {
        assert_eq!(position(["ΏΡΑ", "ЧАС"].into_iter(), "час"), Ok(Some(1)));
        assert_eq!(position(["ΏΡΑ", "ЧАС"].into_iter(), "Ώρα"), Ok(Some(0)));
    }
}
