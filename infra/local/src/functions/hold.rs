//! Holds: a function that stands still right after a step that it told of, until it is let go.
//!
//! So two workers, or a worker and somebody else, meet at the same point without looking at a clock. What stands still is
//! not polled: neither its timers nor its heartbeats go on.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use super::FunctionName;

/// A function that is to stand still, once. It goes on when this is released or dropped.
#[derive(Debug)]
pub struct Hold(Arc<watch::Sender<Stage>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Planned,
    Held,
    Released,
}

impl Hold {
    /// Waits until a function stands still.
    pub async fn reached(&self) {
        self.wait_for(Stage::Held).await;
    }

    /// Lets the function go on.
    pub fn release(self) {}

    async fn wait_for(&self, stage: Stage) {
        wait_for(&self.0, stage).await;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.0.send_replace(Stage::Released);
    }
}

/// Where a function stands still.
pub(super) struct Standing(Arc<watch::Sender<Stage>>);

impl Standing {
    /// Waits until the function is let go.
    pub(super) async fn released(self) {
        wait_for(&self.0, Stage::Released).await;
    }
}

async fn wait_for(sender: &watch::Sender<Stage>, stage: Stage) {
    let reached = sender.subscribe().wait_for(|now| *now >= stage).await.map(drop);
    reached.expect("the sender is borrowed, so it is there");
}

/// The holds that no function has come to yet.
#[derive(Default)]
pub(crate) struct Holds(Mutex<Vec<Planned>>);

struct Planned {
    function: FunctionName,
    step: String,
    stage: Arc<watch::Sender<Stage>>,
}

impl Holds {
    /// Plans a hold of the next function of that name that reaches the step.
    pub(crate) fn plan(&self, function: FunctionName, step: &str) -> Hold {
        let stage = Arc::new(watch::Sender::new(Stage::Planned));
        self.lock().push(Planned { function, step: step.to_owned(), stage: Arc::clone(&stage) });
        Hold(stage)
    }

    /// Whether a function is to be held somewhere.
    pub(super) fn has(&self, function: FunctionName) -> bool {
        self.lock().iter().any(|planned| planned.function == function)
    }

    /// The hold of a function that has reached a step; those that were let go before hold nobody.
    pub(super) fn take(&self, function: FunctionName, step: &str) -> Option<Standing> {
        let mut planned = self.lock();
        planned.retain(|hold| *hold.stage.borrow() == Stage::Planned);
        let position = planned.iter().position(|hold| hold.function == function && hold.step == step)?;
        let stage = planned.remove(position).stage;
        // It may be let go at this moment.
        let is_held = stage.send_if_modified(|now| {
            let is_planned = *now == Stage::Planned;
            if is_planned {
                *now = Stage::Held;
            }
            is_planned
        });
        is_held.then_some(Standing(stage))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Planned>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
