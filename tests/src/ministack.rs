//! Starts MiniStack, the local AWS without Docker, on a free port; it stops with this process.

use crate::guard::{self, Guarded};
use crate::http;
use crate::scripts;
use hyper::Method;
use std::net::TcpListener;
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Attempts to start: another process may take the port before the server does.
const STARTS_MAX: u32 = 3;
/// Start timeout; the first start compiles Python's modules.
const READY_WITHIN: Duration = Duration::from_mins(1);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// A running server.
#[derive(Debug)]
pub(crate) struct MiniStack {
    port: u16,
    /// Its process.
    server: Guarded,
}

impl MiniStack {
    /// Returns the server of this test process.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<MiniStack> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Returns the address for clients.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start() -> Self {
        // Installs first: attempts that time out would wait for the same installation.
        scripts::python();
        let mut problem = String::new();
        for _ in 0..STARTS_MAX {
            match Self::start_once() {
                Ok(server) => return server,
                Err(log) => problem = log,
            }
        }
        panic!("MiniStack does not start: {problem}");
    }

    /// Returns the server's log if it ends, or is not ready in time.
    fn start_once() -> Result<Self, String> {
        let port = free_port();
        let folder = guard::folder();
        let script = scripts::path("ministack");
        let number = port.to_string();
        let command = [script.as_os_str(), number.as_ref(), folder.as_os_str()];
        let server = Self { port, server: Guarded::start(folder.clone(), "KILL", &command, None) };
        if server.is_ready() { Ok(server) } else { Err(server.server.log()) }
    }

    fn is_ready(&self) -> bool {
        let deadline = Instant::now() + READY_WITHIN;
        let health = format!("{}/_ministack/health", self.endpoint());
        while Instant::now() < deadline {
            let healthy =
                http::send(Method::GET, &health, &[], Vec::new()).is_ok_and(|answer| answer.status == 200);
            // If ours has ended, another server answers on that port.
            if !self.server.is_running() {
                return false;
            }
            if healthy {
                return true;
            }
            sleep(POLL_EVERY);
        }
        false
    }
}

/// Returns a port that is free now.
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
