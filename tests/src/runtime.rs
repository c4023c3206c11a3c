//! The one runtime of a test process, for proxies and requests; tests block on it.

use std::sync::OnceLock;
use tokio::runtime::Runtime;

/// Returns the runtime.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime can be started"))
}
