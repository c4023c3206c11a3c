//! The one runtime on which proxies and requests of a test process run; tests themselves block.

use std::sync::OnceLock;
use tokio::runtime::Runtime;

/// Returns the runtime.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().expect("a runtime can be started"))
}
