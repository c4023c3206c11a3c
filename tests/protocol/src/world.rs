//! What everybody shares: the table, what is under way to it, and what may still go wrong.

use crate::table::{Move, Table};

/// What all that take part see and change.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct World {
    /// The table.
    pub table: Table,
    /// Moves that were sent and whose answer nobody waits for, in order.
    pub network: Vec<Move>,
    /// Days that may still pass.
    pub days_left: u8,
    /// Answers that may still be lost.
    pub losses_left: u8,
    /// Deaths that may still be.
    pub crashes_left: u8,
    /// Reads that may still come too soon.
    pub replica_lags_left: u8,
}

impl World {
    /// Sends a move whose answer nobody waits for.
    pub(crate) fn send(&mut self, request: Move) {
        self.network.push(request);
        self.network.sort_unstable();
    }
}
