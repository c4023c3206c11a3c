//! Whole runs of the ETL in one process, on files made for the tests. All tests are one program,
//! since each program links the whole ETL again.

// The means of comparison: a naive reference, and how files and rows are made.
mod any_history;
mod countries;
mod dirt;
mod facts;
mod files;
mod harness;
mod reference;
mod rejects;

/// How every kind of value is read.
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

/// Inputs that are refused, and files that are left out.
mod refused {
    mod bad_files;
    mod bad_input;
    mod mutations;
}

/// How much is read, and within how much memory.
mod bounds {
    mod any_bounds;
    mod memory_budget;
    mod pruning;
}

/// Changes that never change a result.
mod laws {
    mod merge_law;
    mod metamorphic;
}

/// Profiles.
mod profile {
    mod profile_against_reference;
    mod profile_countries;
}

/// Runs that use the counts of earlier runs.
mod state;
