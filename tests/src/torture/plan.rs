//! What a round does, drawn from the seed and the number of the round alone.

use super::fault::Fault;
use super::step::{Command, Side, Step};
use super::world::Selection;
use fastrand::Rng;
use std::time::Duration;

/// A run takes about so long without faults; it is killed at a random time up to then.
const RUN_TAKES_MS: u64 = 1_200;
/// Of the rounds without a kill, one in so many stalls for longer than the ETL waits, which costs as
/// much time.
const STALLS_EVERY: usize = 5;
/// Chances that a request goes wrong; by the last one, some requests do at all five attempts.
const RATES: [f64; 5] = [0.02, 0.08, 0.2, 0.35, 0.55];

/// A round.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The countries of its runs; of a rollback, the first of them.
    pub(super) selection: Selection,
    /// What is disturbed.
    pub(super) command: Command,
    /// When its run is killed.
    pub(super) kill: Option<Kill>,
    /// What is done to the requests of its run.
    pub(super) orders: Orders,
    /// What its runs are given besides.
    pub(super) extra: Extra,
    /// What goes on at the same time.
    pub(super) beside: Beside,
    /// Whether superseded runs are made to look old beforehand, so that there is something to delete.
    pub(super) with_old_runs: bool,
}

/// What is done to the requests of a run.
#[derive(Debug, Clone)]
pub(super) struct Orders {
    /// What is random is drawn from it.
    pub(super) seed: u64,
    /// How likely a request is to go wrong.
    pub(super) rate: f64,
    /// Whether objects may seem to change, which ends a run.
    pub(super) with_changes: bool,
    /// Whether an answer stalls for longer than the ETL waits, and how.
    pub(super) stall: Option<Fault>,
    /// The request at which the run is killed.
    pub(super) target: Option<Target>,
}

/// What goes on beside a disturbed process.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Beside {
    Nothing,
    /// A run of the other history, disturbed as well.
    Run,
    /// A rollback, disturbed as well.
    Rollback,
    /// `verify`, which must find nothing, whatever moves while it reads.
    Verify,
}

/// What the runs of a round are given besides; it is new with the round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extra {
    Nothing,
    /// A state on S3.
    State,
    /// An object for rejects.
    Rejects,
}

/// When a run is killed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kill {
    /// At a request.
    At(Target),
    /// So long after its start.
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

/// What a round is there for.
enum Course {
    /// To kill at a step, each in turn on one side and then on the other: the how manieth this is.
    AtStep(usize),
    /// To kill at a random time.
    AtRandom,
    /// To kill nothing; perhaps an answer stalls.
    Free(Option<Fault>),
}

impl Course {
    /// The first rounds take every step in turn. After them, of eight rounds five do, two kill at a
    /// random time, one not at all.
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

/// Returns the number of rounds, from the first, in which every step is a target so many times:
/// twice, that is on both sides.
pub fn rounds_of_every_step(times: u32) -> u32 {
    let targets = Step::ALL.len() * times as usize;
    let is_last = |round: &u32| matches!(Course::of(*round), Course::AtStep(number) if number + 1 == targets);
    (1..=u32::MAX).find(is_last).expect("every step has its turn")
}
