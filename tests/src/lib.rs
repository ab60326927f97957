//! A client of the whole product for tests: the local stack without sockets, tenants with one user per role, requests.
//!
//! Time stands still unless a test moves it, and nothing runs in the background: [`TestApp::settle`] and
//! [`TestApp::advance_to`] do what is due. So a test sees every state that it wants to see, and no other.

pub mod answer;
pub mod bombs;
pub mod data;
pub mod rows;
pub mod tenant;
pub mod workbenches;

use bytes::Bytes;
use http::Request;
use jiff::{SignedDuration, Timestamp};
use sitrep::Stack;
use sitrep::StackBuilder;
use sitrep::application::{Deployment, application, application_with};
use sitrep_app::time_limits::TimeLimits;
use sitrep_domain::rate_limit::RateLimits;

pub use answer::Answer;
pub use tenant::TestTenant;

/// Limits of a deployment for tests that ask for much in little time, and are not about limits.
const ROOMY: &str = "requests=1000000,exports=1000000,compliance_pdf=1000000,sign_in=1000000";

/// The beginning of a Wednesday.
const START: &str = "2026-11-18T00:00:00Z";

/// The whole product, in memory.
pub struct TestApp {
    /// The stack.
    pub stack: Stack,
}

impl TestApp {
    /// Starts at the beginning of a Wednesday in November 2026.
    pub async fn start() -> Self {
        Self::start_at(START).await
    }

    /// Starts at an instant.
    pub async fn start_at(instant: &str) -> Self {
        let app = Self::start_roomy(Stack::builder().start_at(at(instant))).await;
        // The sweep of the first minute must not run beside what a test does in it.
        app.settle().await;
        app
    }

    /// Starts with the limits that the product has unless a deployment changes them.
    pub async fn start_limited() -> Self {
        let builder = Stack::builder().start_at(at(START));
        let builder = builder.frozen_clock().without_background();
        let app = Self { stack: builder.start(application).await.expect("the stack starts") };
        app.settle().await;
        app
    }

    /// Starts as [`Self::start`] does, with other time limits.
    pub async fn start_with(time_limits: TimeLimits) -> Self {
        let app = Self::start_as(Stack::builder().start_at(at(START)), time_limits).await;
        app.settle().await;
        app
    }

    async fn start_roomy(builder: StackBuilder) -> Self {
        Self::start_as(builder, TimeLimits::default()).await
    }

    async fn start_as(builder: StackBuilder, time_limits: TimeLimits) -> Self {
        let rate_limits = RateLimits::parse(ROOMY).expect("the limits are well-formed");
        let application = |backend| application_with(backend, Deployment { rate_limits, time_limits });
        let builder = builder.frozen_clock().without_background();
        Self { stack: builder.start(application).await.expect("the stack starts") }
    }

    /// Starts on a data directory, as it was left.
    pub async fn start_in(dir: &std::path::Path, instant: &str) -> Self {
        Self::start_roomy(Stack::builder().data_dir(dir).start_at(at(instant))).await
    }

    /// A new tenant with one user per role.
    pub async fn tenant(&self, id: &str) -> TestTenant<'_> {
        TestTenant::make(self, id, "enterprise").await
    }

    /// A new tenant on another plan.
    pub async fn tenant_on(&self, id: &str, plan: &str) -> TestTenant<'_> {
        TestTenant::make(self, id, plan).await
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        Answer::new(self.stack.request(request).await)
    }

    /// Sends a request without signing in.
    pub async fn call(&self, method: &str, path: &str, body: Option<serde_json::Value>) -> Answer {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        self.send(request.body(bytes).expect("the request is well-formed")).await
    }

    /// Follows a presigned URL.
    pub async fn fetch(&self, url: &str) -> Answer {
        let request = Request::get(url).body(Bytes::new()).expect("the URL is well-formed");
        Answer::new(self.stack.fetch(request).await.expect("no fault is planned for it"))
    }

    /// Plans a fault.
    pub async fn fault(&self, fault: serde_json::Value) {
        let answer = self.call("POST", "/_local/faults", Some(fault.clone())).await;
        assert_eq!(answer.status, 200, "{fault}: {}", answer.json());
    }

    /// Does everything that is due now.
    pub async fn settle(&self) {
        self.stack.settle().await;
    }

    /// Moves the clock from event to event.
    pub async fn advance_to(&self, instant: &str) {
        self.stack.advance_to(at(instant)).await.expect("the instant is to come");
    }

    /// Moves the clock under functions that run, as when they take long. What falls due does so when it is settled.
    pub fn jump_by(&self, seconds: i64) {
        let clock = self.stack.clock();
        let now = sitrep_app::clock::Clock::now(clock.as_ref());
        clock.set(now + SignedDuration::from_secs(seconds)).expect("the instant is to come");
    }

    /// Moves the clock on by some seconds.
    pub async fn advance_by(&self, seconds: i64) {
        let now = sitrep_app::clock::Clock::now(self.stack.clock().as_ref());
        let to = Timestamp::from_second(now.as_second() + seconds).expect("the instant exists");
        self.stack.advance_to(to).await.expect("the instant is to come");
    }
}

/// An instant.
///
/// # Panics
///
/// When the text is none.
#[must_use]
pub fn at(text: &str) -> Timestamp {
    text.parse().expect("the text is an instant")
}
