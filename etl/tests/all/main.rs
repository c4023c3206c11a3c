//! Whole runs of the ETL in one process, on files made for the purpose; one program, since each would
//! be linked with all of the ETL again.

// What is compared: a naive reference, and how files and rows are made.
mod any_history;
mod countries;
mod dirt;
mod facts;
mod files;
mod harness;
mod reference;
mod rejects;

/// What every kind of value is read as.
mod values;

/// Counts, compared with the reference's.
mod counts {
    mod against_reference;
    mod random_against_reference;
    mod values_against_reference;
}

/// Rejected events, one by one and compared with the reference's.
mod rejected {
    mod rejected_values;
    mod rejects_against_reference;
}

/// Input that is refused, and files that are left out.
mod refused {
    mod bad_files;
    mod bad_input;
    mod mutations;
}

/// What is read, and within how much memory.
mod bounds {
    mod any_bounds;
    mod memory_budget;
    mod pruning;
}

/// What never changes a result.
mod laws {
    mod merge_law;
    mod metamorphic;
}

/// Profiles.
mod profile {
    mod profile_against_reference;
    mod profile_countries;
}

/// Runs that go on from what earlier ones counted.
mod state;
