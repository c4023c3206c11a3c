//! What all participants share: the table, requests in flight, and remaining faults.

use crate::table::{Move, Table};

/// What all participants see and change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    /// The table.
    pub table: Table,
    /// Moves in flight whose answer nobody waits for, sorted.
    pub network: Vec<Move>,
    /// Days left to pass.
    pub days_left: u8,
    /// Answers left to lose.
    pub losses_left: u8,
    /// Deaths left.
    pub crashes_left: u8,
    /// Reads of a lagging replica left.
    pub replica_lags_left: u8,
}

impl World {
    /// Sends a move whose answer nobody waits for.
    pub(crate) fn send(&mut self, request: Move) {
        self.network.push(request);
        self.network.sort_unstable();
    }
}
