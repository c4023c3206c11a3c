//! A background server that stops when this process ends, even if it is killed.

use crate::environment::Environment;
use crate::process;
use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Starts the server, and stops it by its id once the other end of stdin closes. The kernel closes it
/// however this process ends, so no server is left behind.
const SCRIPT: &str = r#"
trap : INT TERM HUP
folder=$1 signal=$2
shift 2
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
echo "$server"
read -r _
kill -s "$signal" "$server"
wait "$server"
rm -rf "$folder"
"#;

/// A running server; dropping it stops the server and removes its folder.
#[derive(Debug)]
pub(crate) struct Guarded {
    pid: String,
    folder: PathBuf,
    /// Holds stdin open until it is dropped or the process ends.
    _guard: Child,
}

/// Makes a folder for a server.
pub(crate) fn folder() -> PathBuf {
    tempfile::tempdir().expect("a folder").keep()
}

impl Guarded {
    /// Starts the server, which logs to `folder` and stops on `signal`. With `environment`, that replaces
    /// this process's `AWS_` variables.
    pub(crate) fn start(
        folder: PathBuf,
        signal: &str,
        command: &[&OsStr],
        environment: Option<&Environment>,
    ) -> Self {
        let mut bash = Command::new("bash");
        if let Some(environment) = environment {
            let is_of_aws = |name: &OsString| name.to_string_lossy().starts_with("AWS_");
            for name in env::vars_os().map(|(name, _)| name).filter(is_of_aws) {
                bash.env_remove(name);
            }
            bash.envs(environment.variables());
        }
        let mut guard = bash
            .args(["-c", SCRIPT, "guard"])
            .arg(&folder)
            .arg(signal)
            .args(command)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // bash reports there that it killed the server.
            .stderr(Stdio::null())
            .spawn()
            .expect("bash can be run");
        let mut pid = String::new();
        let stdout = guard.stdout.take().expect("it is a pipe");
        BufReader::new(stdout).read_line(&mut pid).expect("the guard says the server's id");
        Self { pid: pid.trim().to_owned(), folder, _guard: guard }
    }

    /// Returns whether the server runs.
    pub(crate) fn is_running(&self) -> bool {
        process::is_running(&self.pid)
    }

    /// Returns the server's log so far.
    pub(crate) fn log(&self) -> String {
        fs::read(log(&self.folder))
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }
}

fn log(folder: &Path) -> PathBuf {
    folder.join("log")
}
