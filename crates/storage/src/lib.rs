//! Objects on S3 and on disk. Locations resolve to objects; objects are read by ranges, at the
//! version that was listed; everything written is whole or absent.
//!
//! Nothing here looks inside an object.

mod exit;

mod error;

mod shown;

#[cfg(feature = "s3")]
mod aws;

mod bucket;

mod object;

mod store;

mod location;

mod pattern;

mod partitions;

mod hive;

mod left_out;

mod table_format;

mod tables_above;

mod listing;

mod copies;

mod resolve;

mod exact;

mod local;

#[cfg(feature = "s3")]
mod s3;

#[cfg(not(feature = "s3"))]
mod without_s3;

mod buffers;

#[cfg(feature = "s3")]
mod upload;

mod whole_file;

#[cfg(feature = "s3")]
pub use aws::{Aws, problem};
pub use buffers::Buffers;
pub use copies::{CopiedObject, Copies, read_once};
pub use error::{AwsError, ObjectError};
pub use exact::find;
pub use exit::Exit;
pub use hive::InFolder;
pub use left_out::{LeftOut, LeftOutKind, LeftOutObject};
pub use location::{Location, LocationError};
pub use object::Object;
pub use resolve::{Resolved, Wanted, list, resolve};
#[cfg(feature = "s3")]
pub use s3::S3;
pub use shown::{listed, shown};
pub use store::Store;
pub use table_format::TableFormat;
#[cfg(feature = "s3")]
pub use upload::Upload;
pub use whole_file::{WholeFile, input_at};
#[cfg(not(feature = "s3"))]
pub use without_s3::S3;
