//! The arguments of `sample`.

use crate::sample::Codec;
use clap::Args;
use storage::{Location, LocationError};

#[derive(Debug, Args)]
pub(crate) struct SampleArgs {
    /// Rows to write.
    #[arg(long, value_name = "N")]
    pub(crate) rows: u64,
    /// The same seed gives the same file.
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How pages are compressed.
    #[arg(long, value_enum, default_value_t = Codec::Gzip)]
    pub(crate) codec: Codec,
    /// The file to write: a local path or an s3:// object.
    #[arg(long, value_name = "FILE", value_parser = parse_file)]
    pub(crate) out: Location,
}

/// Parses a location that is one file or object.
fn parse_file(text: &str) -> Result<Location, String> {
    match text.parse().map_err(|error: LocationError| error.to_string())? {
        Location::S3 { key, .. } if key.is_empty() || key.ends_with('/') => {
            Err("it is a folder: expected s3://bucket/key".to_owned())
        }
        file => Ok(file),
    }
}
