//! Whatever fails between the ETL and AWS, and wherever the ETL is killed, readers see whole runs,
//! nothing is lost or doubled, and the same run made again does what it would have done.
//!
//! `make torture` does many rounds of this; the test does as many as it takes to kill a run once
//! at each step. `TORTURE_ROUNDS`, `TORTURE_SEED`, `TORTURE_JOBS` set them, and `TORTURE_ROUND`
//! repeats one.
#![expect(clippy::print_stdout, reason = "the table is for who runs it")]

use stack::torture::{Fault, Side, Step, Torture, rounds_of_every_step};
use std::env;
use std::time::Instant;

/// Enough for every kind of fault that is not slow.
const ROUNDS_OF_ALL_FAULTS: u32 = 200;

fn setting(name: &str) -> Option<u64> {
    let text = env::var(name).ok().filter(|text| !text.is_empty())?;
    Some(text.parse().unwrap_or_else(|error| panic!("{name}={text}: {error}")))
}

#[test]
fn nothing_is_lost_doubled_or_half_seen() {
    let small = |name, default| setting(name).map_or(default, |value| u32::try_from(value).expect(name));
    let seed = setting("TORTURE_SEED").unwrap_or(1);
    let only = setting("TORTURE_ROUND").map(|round| u32::try_from(round).expect("a round"));
    let rounds = if only.is_some() { 1 } else { small("TORTURE_ROUNDS", rounds_of_every_step(1)) };
    let started = Instant::now();
    let torture =
        Torture { seed, rounds, first: only.unwrap_or(1), at_a_time: small("TORTURE_JOBS", 2).min(rounds) };
    let counts = torture.run(|round, problem| {
        let took = started.elapsed().as_secs();
        match problem {
            None if round.is_multiple_of(25) => println!("round {round} of {rounds} after {took} s"),
            None => {}
            Some(problem) => println!("round {round} went wrong: {problem}"),
        }
    });
    println!("{rounds} rounds of seed {seed}, {} s\n\n{counts}", started.elapsed().as_secs());
    for (round, problem) in &counts.wrong {
        println!("\nround {round} went wrong, again by SEED={seed} ROUND={round}:\n{problem}");
    }
    assert!(counts.wrong.is_empty(), "{} of {rounds} rounds of seed {seed}", counts.wrong.len());
    assert!(counts.answers > 0, "the API was asked");
    if rounds >= rounds_of_every_step(1) {
        for step in Step::ALL {
            let kills = [Side::Before, Side::After].map(|side| counts.kills_at(step, side));
            let enough = if rounds < rounds_of_every_step(2) { kills != [0, 0] } else { !kills.contains(&0) };
            assert!(enough, "no run was killed at the step {step:?}, before and after it: {kills:?}");
        }
        assert!(counts.resumed > 0, "no body was taken up where it broke off");
    }
    if rounds >= ROUNDS_OF_ALL_FAULTS {
        for fault in Fault::ALL {
            assert!(counts.faults_of(fault) > 0, "{fault} never happened");
        }
    }
}
