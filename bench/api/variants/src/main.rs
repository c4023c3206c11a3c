//! The Lambda with the TLS stack and the allocator of the chosen features.

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use aws_smithy_http_client::{Builder, tls};

#[cfg(all(feature = "ring", not(feature = "aws-lc")))]
const CRYPTO: tls::rustls_provider::CryptoMode = tls::rustls_provider::CryptoMode::Ring;
#[cfg(feature = "aws-lc")]
const CRYPTO: tls::rustls_provider::CryptoMode = tls::rustls_provider::CryptoMode::AwsLc;

fn main() -> Result<(), api::lambda::LambdaError> {
    let http = Builder::new().tls_provider(tls::Provider::Rustls(CRYPTO)).build_https();
    api::lambda::run(|name| std::env::var(name).ok(), http)
}
