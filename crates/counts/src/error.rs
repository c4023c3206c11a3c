//! Reasons why a history cannot be counted.

use storage::Exit;

/// The counts cannot come from a history of vouchers, or a country has no row.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum CountError {
    #[error("country {country:?} is not in the input, which has {found}")]
    UnknownCountry { country: String, found: String },
    #[error(
        "more than {max} distinct combinations of country, segment, bucket and amount: is voucher_amount an amount?"
    )]
    TooManyAmounts { max: usize },
    #[error("more than {max} different texts in country_code: is it a country?")]
    TooManyCountries { max: usize },
}

impl CountError {
    /// The exit code of a run that such an error ends.
    pub const EXIT: Exit = Exit::Input;
}
