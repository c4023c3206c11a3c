//! Disturbs and kills runs while clients ask the API without pause.
//!
//! A saboteur, drawn from a seed, stands between `voucher-etl` and the local AWS. After each
//! disturbed run, the whole table is checked item by item, and so are all answers of the API since.
//! Then the run is repeated without faults and must do what it would have done.

mod step;

mod fault;

mod plan;

mod tally;

mod saboteur;

mod world;

mod watch;

mod audit;

mod ground;

mod disturbed;

mod round;

pub use fault::Fault;
pub use plan::rounds_of_every_step;
pub use step::{Side, Step};
pub use tally::Counts;

use ground::Ground;
use plan::Plan;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use tally::Tally;
use world::World;

/// The rounds to do.
#[derive(Debug, Clone, Copy)]
pub struct Torture {
    /// Seed of everything random.
    pub seed: u64,
    /// Number of rounds.
    pub rounds: u32,
    /// The first round, counted from 1.
    pub first: u32,
    /// Rounds in parallel, each on its own table.
    pub at_a_time: u32,
}

impl Torture {
    /// Does all rounds and returns the tally. Calls `tell` at the end of each round with what was wrong.
    /// A table on which a round fails is not used again.
    pub fn run(self, tell: impl Fn(u32, Option<&str>) + Sync) -> Counts {
        let tally = Arc::new(Tally::default());
        let world = Arc::new(World::make());
        let next = AtomicU32::new(self.first);
        thread::scope(|scope| {
            for _ in 0..self.at_a_time {
                scope.spawn(|| self.work(&world, &tally, &next, &tell));
            }
        });
        tally.counts()
    }

    fn work(
        self,
        world: &Arc<World>,
        tally: &Arc<Tally>,
        next: &AtomicU32,
        tell: &(impl Fn(u32, Option<&str>) + Sync),
    ) {
        let mut ground = None;
        loop {
            let round = next.fetch_add(1, Ordering::Relaxed);
            if round >= self.first + self.rounds {
                return;
            }
            let plan = Plan::of(self.seed, round);
            let result = catch_unwind(AssertUnwindSafe(|| {
                let fresh = || Ground::prepare(Arc::clone(world), Arc::clone(tally), plan.orders.seed);
                ground.get_or_insert_with(fresh).round(&plan);
            }));
            match result {
                Ok(()) => {
                    tell(round, None);
                    tally.note(|counts| counts.rounds += 1);
                }
                Err(problem) => {
                    ground = None;
                    let text = problem.downcast_ref::<String>().cloned();
                    let text = text.or_else(|| problem.downcast_ref::<&str>().map(ToString::to_string));
                    let text = text.unwrap_or_default();
                    tell(round, Some(&text));
                    tally.note(|counts| counts.wrong.push((round, text)));
                }
            }
        }
    }
}
