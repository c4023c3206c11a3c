//! MiniStack, the local AWS without Docker: started on a free port, stopped with this process.

use crate::binary::repository;
use crate::http;
use hyper::Method;
use std::fs;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Starts the server and stops it, by its id, as soon as nobody holds the other end of stdin any
/// more: that happens however this process ends, so no server is ever left behind.
const GUARD: &str = r#"
trap : INT TERM HUP
"$1" "$2" "$3" </dev/null >"$3/log" 2>&1 &
server=$!
echo "$server"
read -r _
kill -KILL "$server"
wait "$server"
rm -rf "$3"
"#;
/// Another process may take the port between our asking for it and the server's.
const STARTS_MAX: u32 = 3;
/// Most of it is the first start of a Python that nobody has compiled yet.
const READY_WITHIN: Duration = Duration::from_mins(1);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// A running server.
#[derive(Debug)]
pub(crate) struct MiniStack {
    port: u16,
    /// Its stdin is held until this process ends.
    _guard: Child,
}

impl MiniStack {
    /// Returns the server of this test process.
    pub(crate) fn shared() -> &'static Self {
        static SHARED: OnceLock<MiniStack> = OnceLock::new();
        SHARED.get_or_init(Self::start)
    }

    /// Returns the address that clients are given.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn start() -> Self {
        let scripts = repository().join("localstack");
        let installed =
            Command::new(scripts.join("install")).output().expect("localstack/install can be run");
        let complaint = String::from_utf8_lossy(&installed.stderr);
        assert!(installed.status.success(), "localstack/install failed: {complaint}");
        let mut problem = String::new();
        for _ in 0..STARTS_MAX {
            match Self::start_once(&scripts.join("ministack")) {
                Ok(server) => return server,
                Err(log) => problem = log,
            }
        }
        panic!("MiniStack does not start: {problem}");
    }

    /// Returns what the server said if it ends, or is not ready in time.
    fn start_once(script: &Path) -> Result<Self, String> {
        let port = free_port();
        let folder = tempfile::tempdir().expect("a folder").keep();
        let mut guard = Command::new("bash")
            .args(["-c", GUARD, "guard"])
            .arg(script)
            .arg(port.to_string())
            .arg(&folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // There, bash would tell that it killed the server.
            .stderr(Stdio::null())
            .spawn()
            .expect("bash can be run");
        let mut pid = String::new();
        let stdout = guard.stdout.take().expect("it is a pipe");
        BufReader::new(stdout).read_line(&mut pid).expect("the guard says the server's id");
        let server = Self { port, _guard: guard };
        if server.is_ready(pid.trim()) { Ok(server) } else { Err(log(&folder)) }
    }

    fn is_ready(&self, pid: &str) -> bool {
        let deadline = Instant::now() + READY_WITHIN;
        let health = format!("{}/_ministack/health", self.endpoint());
        while Instant::now() < deadline {
            let healthy =
                http::send(Method::GET, &health, &[], Vec::new()).is_ok_and(|answer| answer.status == 200);
            // Somebody else's server may be healthy on that port: then ours has ended.
            if !is_running(pid) {
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

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

fn is_running(pid: &str) -> bool {
    let asked =
        Command::new("bash").args(["-c", "kill -0 \"$1\"", "kill", pid]).stderr(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
