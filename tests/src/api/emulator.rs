//! The zip's executable under AWS's own Lambda Runtime Interface Emulator.

use super::door::{self, Door, INVOCATIONS};
use super::{Gateway, Question, package};
use crate::environment::Environment;
use crate::guard::{self, Guarded};
use crate::http::Answer;
use crate::ministack::free_port;
use crate::scripts;
use serde_json::Value;
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Attempts to start: another process may take the port before the emulator does.
const STARTS_MAX: u32 = 3;
/// Start timeout; the first start downloads the emulator.
const READY_WITHIN: Duration = Duration::from_mins(1);
const POLL_EVERY: Duration = Duration::from_millis(20);

/// A running emulator; dropping it stops it.
#[derive(Debug)]
pub struct Emulator {
    server: Guarded,
    address: SocketAddr,
    /// The emulator takes one call at a time.
    turn: Mutex<()>,
}

impl Emulator {
    pub(super) fn start(environment: &Environment) -> Self {
        let mut problem = String::new();
        for _ in 0..STARTS_MAX {
            let emulator = Self::start_once(environment);
            if emulator.is_ready() {
                return emulator;
            }
            problem = emulator.server.log();
        }
        panic!("the emulator does not start: {problem}");
    }

    fn start_once(environment: &Environment) -> Self {
        let folder = guard::folder();
        let bootstrap = package::bootstrap(&folder);
        let [address, runtime] = [(); 2].map(|()| SocketAddr::from(([127, 0, 0, 1], free_port())));
        let ports = [address, runtime].map(|address| address.port().to_string());
        let script = scripts::path("emulator");
        let command = [script.as_os_str(), ports[0].as_ref(), ports[1].as_ref(), bootstrap.as_os_str()];
        // A killed emulator would leave the function behind.
        let server = Guarded::start(folder, "TERM", &command, Some(environment));
        Self { server, address, turn: Mutex::default() }
    }

    fn is_ready(&self) -> bool {
        let deadline = Instant::now() + READY_WITHIN;
        while Instant::now() < deadline && self.server.is_running() {
            if TcpStream::connect(self.address).is_ok() {
                return true;
            }
            sleep(POLL_EVERY);
        }
        false
    }

    /// Returns the lines of JSON that the function wrote so far.
    pub fn log(&self) -> Vec<Value> {
        self.server.log().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    /// Asks through a gateway.
    #[track_caller]
    pub fn ask_by(&self, gateway: Gateway, question: &Question) -> Answer {
        gateway.answer(&self.invoke(&gateway.event(question)))
    }

    /// Returns the output of the emulator and the function so far.
    pub fn said(&self) -> String {
        self.server.log()
    }
}

impl Door for Emulator {
    fn name(&self) -> &'static str {
        "emulator"
    }

    fn ask(&self, question: &Question) -> Answer {
        self.ask_by(Gateway::HttpApi, question)
    }

    fn invoke(&self, event: &Value) -> Value {
        let _turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = door::send(&format!("http://{}", self.address), &Question::post(INVOCATIONS, event));
        assert_eq!(answer.status, 200, "{answer:?}\n{}", self.said());
        answer.json()
    }
}
