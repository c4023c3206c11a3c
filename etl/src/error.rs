//! Errors in the input of a program, and the exit code of every error.

use counts::CountError;
use counts::thresholds::ThresholdError;
use history::FileError;
use publication::{MovedMeanwhile, PublicationError};
use segments::rules::RulesError;
use storage::{AwsError, Exit, ObjectError};

/// The input as a whole is wrong.
#[derive(Debug, thiserror::Error)]
#[expect(missing_docs, reason = "each message says what the fields are")]
pub enum InputError {
    #[error("none of the {files} files can be read, first: {first}")]
    AllSkipped { files: usize, first: String },
    #[error("{file} is not a set of rules")]
    Rules { file: String, source: RulesError },
    #[error("run {run_id} of {country} cannot be reproduced: {problem}")]
    Irreproducible { run_id: String, country: String, problem: String },
}

impl InputError {
    /// The exit code of a run that such an error ends.
    pub const EXIT: Exit = Exit::Input;
}

/// Returns the exit code for an error, by the first of its causes that has one.
#[must_use]
pub fn exit_of(error: &anyhow::Error) -> Exit {
    let of = |cause: &(dyn std::error::Error + 'static)| {
        let exits = [
            (cause.is::<ObjectError>(), ObjectError::EXIT),
            (cause.is::<FileError>(), FileError::EXIT),
            (cause.is::<CountError>(), CountError::EXIT),
            (cause.is::<PublicationError>(), PublicationError::EXIT),
            (cause.is::<InputError>(), InputError::EXIT),
            (cause.is::<RulesError>(), Exit::Input),
            (cause.is::<AwsError>(), AwsError::EXIT),
            (cause.is::<ThresholdError>(), ThresholdError::EXIT),
            (cause.is::<MovedMeanwhile>(), MovedMeanwhile::EXIT),
        ];
        exits.into_iter().find_map(|(is, exit)| is.then_some(exit))
    };
    error.chain().find_map(of).unwrap_or(Exit::Other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_cause_that_has_a_code_decides() {
        let aws = || AwsError { operation: "o".to_owned(), problem: "p".to_owned() };
        let (country, run_id) = ("c".to_owned(), "r".to_owned());
        for (error, exit) in [
            (anyhow::Error::new(aws()).context("while"), Exit::Aws),
            (ObjectError::Changed { url: "u".to_owned() }.into(), Exit::Input),
            (FileError::NotParquet { url: "u".to_owned(), problem: "p".to_owned() }.into(), Exit::Input),
            (
                anyhow::Error::new(CountError::TooManyCountries { max: 1 }).context("a").context("b"),
                Exit::Input,
            ),
            (PublicationError::NothingPublished { table: "t".to_owned() }.into(), Exit::Input),
            (InputError::AllSkipped { files: 1, first: "f".to_owned() }.into(), Exit::Input),
            (ThresholdError(Vec::new()).into(), Exit::Threshold),
            (MovedMeanwhile { country, run_id }.into(), Exit::Superseded),
            (anyhow::anyhow!("anything"), Exit::Other),
        ] {
            assert_eq!(exit_of(&error), exit, "{error:#}");
        }
    }
}
