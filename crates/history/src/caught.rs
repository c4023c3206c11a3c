//! Turns panics of the parquet decoder into errors. A crafted file can make it panic; like any
//! other damage, that must end in one clear line.

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    static IS_CATCHING: Cell<bool> = const { Cell::new(false) };
}

/// Returns the result of `decode`, or `None` if it panics; the panic is not printed.
///
/// Do not use anything that `decode` was changing after a panic: the caller gives up the whole run.
pub fn caught<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let print = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            if !IS_CATCHING.get() {
                print(panic);
            }
        }));
    });
    // Calls may be nested: the outer call stays quiet after the inner one returns.
    let was_catching = IS_CATCHING.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(decode));
    IS_CATCHING.set(was_catching);
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_nothing() {
        assert_eq!(caught(|| 7), Some(7));
        let empty: Vec<u8> = Vec::new();
        assert_eq!(caught(|| empty[0]), None);
        assert_eq!(caught(|| 8), Some(8));
        assert_eq!(caught(|| (caught(|| empty[0]), empty[0])), None, "one within another");
    }
}
