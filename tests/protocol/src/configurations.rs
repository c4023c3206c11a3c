//! The models to check: several, each large in one respect, since one large in all has too many
//! states.

use crate::bounds::Bounds;

/// A model with a name.
#[derive(Debug, Clone, Copy)]
pub struct Configuration {
    /// Its name.
    pub name: &'static str,
    /// Its bounds.
    pub bounds: Bounds,
}

/// Nobody does anything.
pub const NONE: Bounds = Bounds {
    earlier: 0,
    writers: 0,
    has_rerun: false,
    rollbacks: 0,
    collectors: 0,
    readers: 0,
    reads: 1,
    days: 0,
    has_slow_readers: false,
    has_slow_writers: false,
    losses: 0,
    crashes: 0,
    replica_lags: 0,
};

/// First publications, readers with two reads, a lagging replica.
pub const PUBLICATION: Configuration = Configuration {
    name: "publication",
    bounds: Bounds { writers: 3, readers: 2, reads: 2, replica_lags: 1, ..NONE },
};
/// The same, with lost answers and runs that die.
pub const LOST_ANSWERS: Configuration = Configuration {
    name: "lost answers",
    bounds: Bounds { writers: 3, readers: 2, losses: 1, crashes: 1, ..NONE },
};
/// Three runs, and one more after they have ended in any way.
pub const RERUN: Configuration = Configuration {
    name: "rerun",
    bounds: Bounds { writers: 4, has_rerun: true, readers: 1, losses: 1, crashes: 1, ..NONE },
};
/// A rollback beside three runs.
pub const ROLLBACK: Configuration = Configuration {
    name: "rollback",
    bounds: Bounds { earlier: 2, writers: 3, rollbacks: 1, readers: 2, ..NONE },
};
/// Two rollbacks beside a run, with two lost answers.
pub const ROLLBACKS: Configuration = Configuration {
    name: "rollbacks",
    bounds: Bounds { earlier: 2, writers: 1, rollbacks: 2, readers: 1, reads: 2, losses: 2, ..NONE },
};
/// A collection beside two runs and a rollback.
pub const COLLECTION: Configuration = Configuration {
    name: "collection",
    bounds: Bounds { earlier: 3, writers: 2, rollbacks: 1, collectors: 1, days: 1, readers: 1, ..NONE },
};
/// Two collections, one may die half-way, beside a run and a rollback.
pub const COLLECTIONS: Configuration = Configuration {
    name: "collections",
    bounds: Bounds {
        earlier: 3,
        writers: 1,
        rollbacks: 1,
        collectors: 2,
        days: 1,
        readers: 1,
        crashes: 1,
        ..NONE
    },
};
/// A reader that holds a pointer for over a day.
pub const SLOW_READER: Configuration = Configuration {
    name: "slow reader",
    bounds: Bounds {
        earlier: 3,
        writers: 2,
        collectors: 1,
        days: 1,
        readers: 1,
        has_slow_readers: true,
        replica_lags: 1,
        ..NONE
    },
};
/// A run that writes its items for over a day: the one case that leaves an item without a manifest.
/// `BATCH_DEADLINE` rules it out unless the machine sleeps.
pub const SLOW_WRITER: Configuration = Configuration {
    name: "slow writer",
    bounds: Bounds {
        earlier: 1,
        writers: 2,
        rollbacks: 1,
        collectors: 2,
        days: 1,
        readers: 1,
        has_slow_writers: true,
        ..NONE
    },
};

/// Checked by `cargo test`; all properties hold.
pub const SMALL: [Configuration; 8] =
    [PUBLICATION, LOST_ANSWERS, RERUN, ROLLBACK, ROLLBACKS, COLLECTION, COLLECTIONS, SLOW_READER];

/// Also checked by `cargo run --release -p voucher-protocol`, in minutes and gigabytes.
pub const LARGE: [Configuration; 5] = [
    Configuration {
        name: "publication, large",
        bounds: Bounds { writers: 4, readers: 2, reads: 1, losses: 1, ..NONE },
    },
    Configuration {
        name: "lost answers, large",
        bounds: Bounds { writers: 3, readers: 2, losses: 2, crashes: 1, replica_lags: 1, ..NONE },
    },
    Configuration {
        name: "rollbacks, large",
        bounds: Bounds { earlier: 2, writers: 3, rollbacks: 2, readers: 1, losses: 1, ..NONE },
    },
    Configuration {
        name: "collections, large",
        bounds: Bounds { earlier: 3, writers: 2, rollbacks: 2, collectors: 2, days: 1, readers: 1, ..NONE },
    },
    Configuration {
        name: "everybody",
        bounds: Bounds { earlier: 2, writers: 3, rollbacks: 1, collectors: 1, days: 1, readers: 2, ..NONE },
    },
];
