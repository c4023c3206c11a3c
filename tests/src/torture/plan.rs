//! The plan of a round, drawn from the seed and the round's number alone.

use super::fault::Fault;
use super::step::{Command, Side, Step};
use super::world::Selection;
use fastrand::Rng;
use std::time::Duration;

/// The usual time of a run without faults; random kills come before it.
const RUN_TAKES_MS: u64 = 1_200;
/// One in so many rounds without a kill stalls for longer than the ETL waits; it takes that long.
const STALLS_EVERY: usize = 5;
/// Probabilities of a fault; with the last one, some requests fail at all five attempts.
const RATES: [f64; 5] = [0.02, 0.08, 0.2, 0.35, 0.55];

/// A round.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The countries of its runs; a rollback takes the first.
    pub(super) selection: Selection,
    /// What is disturbed.
    pub(super) command: Command,
    /// When its run is killed.
    pub(super) kill: Option<Kill>,
    /// What happens to its run's requests.
    pub(super) orders: Orders,
    /// Extras of its runs.
    pub(super) extra: Extra,
    /// What runs at the same time.
    pub(super) beside: Beside,
    /// Whether superseded runs are made to look old first, so that the run deletes them.
    pub(super) with_old_runs: bool,
}

/// What happens to a run's requests.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    /// Seed of everything random.
    pub(super) seed: u64,
    /// Probability of a fault at a request.
    pub(super) rate: f64,
    /// Whether objects may seem to change, which ends the run.
    pub(super) with_changes: bool,
    /// The fault that stalls an answer for longer than the ETL waits, if any.
    pub(super) stall: Option<Fault>,
    /// The request at which the run is killed.
    pub(super) target: Option<Target>,
}

/// What runs beside a disturbed process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    /// A run of the other history, also disturbed.
    Run,
    /// A rollback, also disturbed.
    Rollback,
    /// `verify`, which must find nothing wrong, whatever moves while it reads.
    Verify,
}

/// Extras of a round's runs; each round has new ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Nothing,
    /// A state on S3.
    State,
    /// Rejects on S3.
    Rejects,
}

/// When a run is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kill {
    /// At a request.
    At(Target),
    /// This long after its start.
    After(Duration),
}

/// A request at which a run is killed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    pub(super) step: Step,
    pub(super) side: Side,
    /// Of the requests of this step.
    pub(super) nth: u32,
}

impl Plan {
    /// Returns the plan of a round; rounds are counted from 1.
    pub(super) fn of(seed: u64, round: u32) -> Self {
        let seed = seed ^ u64::from(round).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut rng = Rng::with_seed(seed);
        let (kill, stall) = match Course::of(round) {
            Course::AtStep(number) => (Some(Kill::At(target(number, &mut rng))), None),
            Course::AtRandom => (Some(Kill::After(Duration::from_millis(rng.u64(..RUN_TAKES_MS)))), None),
            Course::Free(stall) => (None, stall),
        };
        let selection = match (kill, rng.u32(..8)) {
            // Only a run of all countries asks which there are.
            (Some(Kill::At(Target { step: Step::ReadCountries, .. })), _) | (_, 0 | 1) => Selection::All,
            (_, 2..=4) => Selection::Two,
            _ => Selection::Three,
        };
        let orders = Orders {
            seed,
            rate: RATES[rng.usize(..RATES.len())],
            with_changes: rng.u32(..8) == 0,
            stall,
            target: match kill {
                Some(Kill::At(target)) => Some(target),
                _ => None,
            },
        };
        let of_deletion = orders.target.is_some_and(|target| target.step.is_of_deletion());
        let command = match orders.target {
            Some(target) => target.step.command(),
            None if rng.u32(..6) == 0 => Command::Rollback,
            None => Command::Run,
        };
        let extra = match (orders.target, rng.u32(..8)) {
            (Some(target), _) if target.step.is_of_state() => Extra::State,
            (Some(target), _) if target.step.is_of_rejects() => Extra::Rejects,
            (_, 0 | 1) => Extra::State,
            (_, 2) => Extra::Rejects,
            _ => Extra::Nothing,
        };
        Self {
            selection,
            command,
            kill,
            orders,
            extra,
            beside: match rng.u32(..12) {
                0 | 1 => Beside::Run,
                2 => Beside::Rollback,
                3 => Beside::Verify,
                _ => Beside::Nothing,
            },
            with_old_runs: of_deletion || rng.bool(),
        }
    }
}

/// The purpose of a round.
enum Course {
    /// Kill at a step, each in turn, on one side and then on the other; the turn's number.
    AtStep(usize),
    /// Kill at a random time.
    AtRandom,
    /// Kill nothing; perhaps stall an answer.
    Free(Option<Fault>),
}

impl Course {
    /// The first rounds take every step in turn. After them, of eight rounds, five kill at a step, two at
    /// a random time, one not at all.
    fn of(round: u32) -> Self {
        let number = (round - 1) as usize;
        let Some(beyond) = number.checked_sub(Step::ALL.len()) else { return Self::AtStep(number) };
        let (eights, rest) = (beyond / 8, beyond % 8);
        match rest {
            0..5 => Self::AtStep(Step::ALL.len() + eights * 5 + rest),
            5 | 6 => Self::AtRandom,
            _ => Self::Free(stall(eights)),
        }
    }
}

fn stall(turn: usize) -> Option<Fault> {
    let number = turn / STALLS_EVERY;
    let fault = if number.is_multiple_of(2) { Fault::Stalled } else { Fault::BodyStalled };
    (turn % STALLS_EVERY == STALLS_EVERY - 1).then_some(fault)
}

fn target(number: usize, rng: &mut Rng) -> Target {
    let (turn, index) = (number / Step::ALL.len(), number % Step::ALL.len());
    let side = if (turn + index).is_multiple_of(2) { Side::Before } else { Side::After };
    Target { step: Step::ALL[index], side, nth: rng.u32(1..=2) }
}

/// Returns the number of rounds, from the first, in which every step is a target so many times;
/// twice means on both sides.
pub fn rounds_of_every_step(times: u32) -> u32 {
    let targets = Step::ALL.len() * times as usize;
    let is_last = |round: &u32| matches!(Course::of(*round), Course::AtStep(number) if number + 1 == targets);
    (1..=u32::MAX).find(is_last).expect("every step has its turn")
}
