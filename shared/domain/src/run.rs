//! Runs: one execution of a report, and the report that it makes.
//!
//! `queued → running → completed | failed | cancelled | expired`. A terminal state is never left. Work is done under a
//! lease with a fence number; whoever holds an older fence may write nothing. Every transition is a pure function here;
//! the store applies it only if nobody else changed the row meanwhile.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::document::Format;
use crate::failure::{Failure, FailureClass};
use crate::ids::ReportId;
pub use crate::run_input::{MailPlan, Recipient, RecipientKind, RunInput, Sensitivity, Versioned};

/// State of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunStatus {
    /// Waits for a worker.
    Queued,
    /// A worker holds its lease.
    Running,
    /// Its artifacts are there.
    Completed,
    /// It ended without artifacts.
    Failed,
    /// Somebody stopped it.
    Cancelled,
    /// It was not started within a day of being due.
    Expired,
}

impl RunStatus {
    /// Every state.
    pub const ALL: [Self; 6] =
        [Self::Queued, Self::Running, Self::Completed, Self::Failed, Self::Cancelled, Self::Expired];

    /// Its word in JSON and keys.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// Whether it is never left.
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }
}

/// What made a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A fire of its schedule.
    Schedule,
    /// Somebody asked for a schedule's report now.
    Manual,
    /// A request for a report.
    Api,
    /// A repetition on new data.
    Rerun,
    /// A repetition on the same data, to compare bytes.
    Reproduce,
}

/// One file of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Its format.
    pub format: Format,
    /// `full`; redacted ones come with the redaction policy.
    pub variant: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// SHA-256, lower-case hex.
    pub sha256: String,
    /// Its media type.
    pub content_type: String,
    /// Ending of its file name without the first dot; `pdfa.pdf` for archival PDF, beside `pdf`.
    pub extension: String,
    /// Object key; not shown outside.
    pub key: String,
}

/// The right to work on a run, until it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// Grows with every claim; writes of an older one are refused.
    pub fence: u64,
    /// When it ends unless extended.
    pub until: Timestamp,
}

/// A run, and the report that it makes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its id, which is the report's.
    pub id: ReportId,
    /// What decides what it makes.
    pub input: RunInput,
    /// SHA-256 of the input's canonical JSON.
    pub input_hash: String,
    /// Its mail.
    pub mail: MailPlan,
    /// What made it.
    pub trigger: Trigger,
    /// Its state.
    pub status: RunStatus,
    /// Whether a part is missing that its data policy lets go.
    pub degraded: bool,
    /// Whether its records have changed since.
    pub stale: bool,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was due; it expires a day later.
    pub due_at: Timestamp,
    /// When its report was made.
    pub generated_at: Option<Timestamp>,
    /// Claims so far.
    pub attempts: u32,
    /// The lease, while running.
    pub lease: Option<Lease>,
    /// When a queued run is looked at by the sweep.
    pub next_attempt_at: Timestamp,
    /// Its files, once completed.
    pub artifacts: Vec<Artifact>,
    /// Object key of the manifest.
    pub manifest_key: Option<String>,
    /// SHA-256 of the manifest.
    pub manifest_sha256: Option<String>,
    /// Object key of the report's data.
    pub data_key: Option<String>,
    /// The run it replaces.
    pub supersedes: Option<ReportId>,
    /// The run that replaces it.
    pub superseded_by: Option<ReportId>,
    /// The run it repeats on the same data.
    pub reproduces: Option<ReportId>,
    /// Whether an accepted delivery of it was counted on its schedule.
    pub counted_as_sent: bool,
    /// When its artifacts may be purged.
    pub expires_at: Timestamp,
    /// When they were.
    pub purged_at: Option<Timestamp>,
}

/// Why a run did not take a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RunRefusal {
    /// It is in a state that is never left.
    #[error("the run has ended")]
    Ended,
    /// Another worker holds a lease that has not ended, or the wait after a failed attempt is not over.
    #[error("another worker has the run, or it is not time yet")]
    Leased,
    /// The worker's lease is not the newest.
    #[error("the lease was lost")]
    LeaseLost,
    /// It was tried too often; it has failed now.
    #[error("the run was tried too often")]
    Exhausted,
}

impl Run {
    /// Longest a worker keeps a run without a sign of life.
    pub const LEASE: SignedDuration = SignedDuration::from_secs(60);
    /// Time after which the sweep wakes a worker for a queued run again.
    pub const WAKE_AFTER: SignedDuration = SignedDuration::from_secs(60);
    /// Most claims of one run.
    pub const MAX_ATTEMPTS: u32 = 5;
    /// A run not started this long after it was due expires.
    pub const START_WITHIN: SignedDuration = SignedDuration::from_hours(24);
    /// Most recipients of one run: to, cc and bcc together.
    pub const MAX_RECIPIENTS: usize = 20;

    /// A new run of an input, waiting for a worker and due at once; it is kept for `retention`.
    #[must_use]
    pub fn queued(
        id: ReportId,
        input: RunInput,
        trigger: Trigger,
        retention: SignedDuration,
        now: Timestamp,
    ) -> Self {
        Self {
            id,
            input_hash: crate::canonical::hash_of(&input),
            input,
            mail: MailPlan::default(),
            trigger,
            status: RunStatus::Queued,
            degraded: false,
            stale: false,
            failure: None,
            created_at: now,
            due_at: now,
            generated_at: None,
            attempts: 0,
            lease: None,
            next_attempt_at: now,
            artifacts: Vec::new(),
            manifest_key: None,
            manifest_sha256: None,
            data_key: None,
            supersedes: None,
            superseded_by: None,
            reproduces: None,
            counted_as_sent: false,
            expires_at: add(now, retention),
            purged_at: None,
        }
    }

    /// Takes the lease for a worker.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::Ended`] or [`RunRefusal::Leased`], and nothing changes; [`RunRefusal::Exhausted`] when it has been
    /// claimed [`Self::MAX_ATTEMPTS`] times or is too late, and the run has failed or expired: that must be stored.
    pub fn claim(&mut self, now: Timestamp) -> Result<Lease, RunRefusal> {
        if self.status.is_terminal() {
            return Err(RunRefusal::Ended);
        }
        // Between attempts it waits; a first attempt does not, because clocks of two machines differ a little.
        let waits = self.status == RunStatus::Queued && self.attempts > 0 && self.next_attempt_at > now;
        if waits || self.lease.is_some_and(|lease| lease.until > now) {
            return Err(RunRefusal::Leased);
        }
        if self.attempts >= Self::MAX_ATTEMPTS {
            let diagnostic = format!("claimed {} times without an end", self.attempts);
            self.end_failed(Failure::new(FailureClass::Poison, diagnostic));
            return Err(RunRefusal::Exhausted);
        }
        if self.attempts == 0 && now > add(self.due_at, Self::START_WITHIN) {
            self.end(RunStatus::Expired);
            return Err(RunRefusal::Exhausted);
        }
        self.attempts += 1;
        let lease = Lease { fence: u64::from(self.attempts), until: add(now, Self::LEASE) };
        self.status = RunStatus::Running;
        self.lease = Some(lease);
        Ok(lease)
    }

    /// Extends the lease.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::LeaseLost`] when the fence is not the newest or the run has ended.
    pub fn extend(&mut self, fence: u64, now: Timestamp) -> Result<(), RunRefusal> {
        self.check_fence(fence)?;
        self.lease = Some(Lease { fence, until: add(now, Self::LEASE) });
        Ok(())
    }

    /// Gives the run back to the queue after a passing fault; each further attempt waits six times as long as the one
    /// before, so that five of them span twenty minutes of trouble.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::LeaseLost`]; [`RunRefusal::Exhausted`] after the last attempt, and the run has failed.
    pub fn give_back(
        &mut self,
        fence: u64,
        failure: Failure,
        now: Timestamp,
    ) -> Result<SignedDuration, RunRefusal> {
        self.check_fence(fence)?;
        if self.attempts >= Self::MAX_ATTEMPTS {
            self.end_failed(failure);
            return Err(RunRefusal::Exhausted);
        }
        let wait = SignedDuration::from_secs(5 * 6_i64.pow(self.attempts.saturating_sub(1).min(3)));
        self.status = RunStatus::Queued;
        self.lease = None;
        self.next_attempt_at = add(now, wait);
        Ok(wait)
    }

    /// Ends the run with its artifacts.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::LeaseLost`] when the fence is not the newest or the run has ended.
    pub fn complete(&mut self, fence: u64, artifacts: Vec<Artifact>) -> Result<(), RunRefusal> {
        self.check_fence(fence)?;
        self.artifacts = artifacts;
        self.end(RunStatus::Completed);
        Ok(())
    }

    /// Ends the run without artifacts.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::LeaseLost`] when the fence is not the newest or the run has ended.
    pub fn fail(&mut self, fence: u64, failure: Failure) -> Result<(), RunRefusal> {
        self.check_fence(fence)?;
        self.end_failed(failure);
        Ok(())
    }

    /// Stops the run at a person's wish.
    ///
    /// # Errors
    ///
    /// [`RunRefusal::Ended`] when it has ended.
    pub fn cancel(&mut self) -> Result<(), RunRefusal> {
        if self.status.is_terminal() {
            return Err(RunRefusal::Ended);
        }
        self.end(RunStatus::Cancelled);
        Ok(())
    }

    /// When the sweep must look at the run, if ever again.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        match self.status {
            RunStatus::Queued => Some(add(self.next_attempt_at, Self::WAKE_AFTER)),
            RunStatus::Running => self.lease.map(|lease| lease.until),
            _ => None,
        }
    }

    fn check_fence(&self, fence: u64) -> Result<(), RunRefusal> {
        match self.lease {
            Some(lease) if lease.fence == fence && self.status == RunStatus::Running => Ok(()),
            _ => Err(RunRefusal::LeaseLost),
        }
    }

    fn end_failed(&mut self, failure: Failure) {
        self.failure = Some(failure);
        self.end(RunStatus::Failed);
    }

    fn end(&mut self, status: RunStatus) {
        self.status = status;
        self.lease = None;
    }
}

/// An instant some time later, at most the end of time.
#[must_use]
pub fn add(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Rgb;
    use crate::ids::TenantId;
    use crate::period::PeriodType;
    use crate::window::Window;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    pub(crate) fn run() -> Run {
        let window = Window::new(at(0), at(86_400)).unwrap();
        let day = jiff::civil::date(1970, 1, 1);
        let input = RunInput {
            tenant: TenantId::new("acme").unwrap(),
            name: "Daily".into(),
            templates: vec![Versioned { id: "executive_monthly".into(), version: 1 }],
            metrics: vec![],
            period_type: PeriodType::Daily,
            period_start: day,
            period_end: day,
            window,
            previous: window,
            timezone: "UTC".into(),
            filters: None,
            left_out: vec![],
            options: crate::report_options::ReportOptions::default(),
            metric_settings: crate::metric::MetricSettings::default(),
            formats: vec![Format::Pdf],
            sensitivity: Sensitivity::Low,
            tenant_name: "Acme".into(),
            accent: Rgb(0, 0, 0),
            logo: None,
            requested_by: "ann@acme.example".into(),
            schedule_id: None,
        };
        Run::queued(
            ReportId::new(uuid::Uuid::nil()),
            input,
            Trigger::Api,
            SignedDuration::from_hours(24),
            at(0),
        )
    }

    #[test]
    fn only_one_worker_holds_a_run_and_an_older_fence_writes_nothing() {
        let mut run = run();
        let first = run.claim(at(10)).unwrap();
        assert_eq!(run.claim(at(69)), Err(RunRefusal::Leased));
        let second = run.claim(at(70)).unwrap();
        assert_eq!(run.complete(first.fence, vec![]), Err(RunRefusal::LeaseLost));
        assert_eq!(run.extend(first.fence, at(71)), Err(RunRefusal::LeaseLost));
        run.complete(second.fence, vec![]).unwrap();
        assert_eq!(run.claim(at(500)), Err(RunRefusal::Ended));
        assert_eq!(run.cancel(), Err(RunRefusal::Ended));
        assert_eq!(run.due(), None);
    }

    #[test]
    fn a_run_that_never_ends_is_poison_and_a_late_one_expires() {
        let mut poison = run();
        for attempt in 0..i64::from(Run::MAX_ATTEMPTS) {
            poison.claim(at(attempt * 100)).unwrap();
        }
        assert_eq!(poison.claim(at(9_000)), Err(RunRefusal::Exhausted));
        assert_eq!(poison.failure.unwrap().class, FailureClass::Poison);
        let mut late = run();
        assert_eq!(late.claim(at(86_401)), Err(RunRefusal::Exhausted));
        assert_eq!(late.status, RunStatus::Expired);
    }

    #[test]
    fn a_passing_fault_gives_the_run_back_five_times_at_most() {
        let mut run = run();
        let mut now = 0;
        for wait in [5, 30, 180, 1_080] {
            let lease = run.claim(at(now)).unwrap();
            let failure = Failure::new(FailureClass::SourceUnavailable, "503");
            let waited = run.give_back(lease.fence, failure, at(now)).unwrap();
            assert_eq!(waited.as_secs(), wait);
            assert_eq!(run.claim(at(now + wait - 1)), Err(RunRefusal::Leased), "not before its time");
            now += wait;
            assert_eq!(run.due(), Some(at(now + 60)));
        }
        let lease = run.claim(at(now)).unwrap();
        let failure = Failure::new(FailureClass::SourceUnavailable, "503");
        assert_eq!(run.give_back(lease.fence, failure, at(now)), Err(RunRefusal::Exhausted));
        assert_eq!(run.status, RunStatus::Failed);
    }
}
