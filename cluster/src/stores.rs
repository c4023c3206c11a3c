//! Object stores by URL, the same on client, scheduler and executors: local files, and S3, configured
//! by the same environment as the ETL.

use datafusion::common::{DataFusionError, Result, exec_datafusion_err, not_impl_err};
use datafusion::execution::object_store::ObjectStoreRegistry;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use url::Url;

/// Variables with S3's endpoint; the first one set wins.
const ENDPOINTS: [&str; 2] = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];

/// The stores used so far.
#[derive(Debug, Default)]
pub(crate) struct Stores {
    known: Mutex<HashMap<String, Arc<dyn ObjectStore>>>,
    /// Whether we pay for reads of S3, whatever the environment says.
    request_payer: bool,
}

/// Returns the runtime of plans, which spills to `folder`, by default the system's. With
/// `request_payer`, or `AWS_REQUEST_PAYER=true` in the environment, we pay for reads of S3.
///
/// # Errors
///
/// If the setup fails.
pub(crate) fn runtime(folder: Option<&Path>, request_payer: bool) -> Result<Arc<RuntimeEnv>> {
    let stores = Stores { request_payer, ..Stores::default() };
    let builder = RuntimeEnvBuilder::new().with_object_store_registry(Arc::new(stores));
    let builder = match folder {
        Some(folder) => builder.with_temp_file_path(folder),
        None => builder,
    };
    builder.build_arc()
}

impl Stores {
    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<dyn ObjectStore>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ObjectStoreRegistry for Stores {
    fn register_store(&self, url: &Url, store: Arc<dyn ObjectStore>) -> Option<Arc<dyn ObjectStore>> {
        self.known().insert(name_of(url), store)
    }

    fn get_store(&self, url: &Url) -> Result<Arc<dyn ObjectStore>> {
        let name = name_of(url);
        let mut known = self.known();
        if let Some(store) = known.get(&name) {
            return Ok(Arc::clone(store));
        }
        let store = open(url, self.request_payer)?;
        known.insert(name, Arc::clone(&store));
        Ok(store)
    }
}

fn name_of(url: &Url) -> String {
    url[url::Position::BeforeScheme..url::Position::BeforePath].to_owned()
}

fn open(url: &Url, request_payer: bool) -> Result<Arc<dyn ObjectStore>> {
    match url.scheme() {
        "file" => Ok(Arc::new(LocalFileSystem::new())),
        "s3" => {
            let bucket = url.host_str().ok_or_else(|| exec_datafusion_err!("{url} names no bucket"))?;
            // Path-style URLs, as in the ETL's own client.
            let mut builder =
                AmazonS3Builder::from_env().with_bucket_name(bucket).with_virtual_hosted_style_request(false);
            let endpoint = ENDPOINTS.iter().find_map(|name| env::var(name).ok().filter(|it| !it.is_empty()));
            if request_payer {
                builder = builder.with_request_payer(true);
            }
            if let Some(endpoint) = endpoint {
                builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
            }
            let store = builder.build().map_err(|error| DataFusionError::ObjectStore(Box::new(error)))?;
            Ok(Arc::new(store))
        }
        other => not_impl_err!("files are read from file:// and s3://, not {other}://"),
    }
}
