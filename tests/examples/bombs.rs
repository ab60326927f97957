//! Times of requests that would cost far more than they look: how long each takes to be refused.
//!
//! Printed, and judged only where asked to: `bombs --within-ms 1000` fails when one takes longer. Best of three.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use sitrep_tests::TestApp;
use sitrep_tests::bombs::{bombs, fill};

#[tokio::main]
async fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let bound = words.iter().skip_while(|word| *word != "--within-ms").nth(1);
    let bound = bound.map(|ms| Duration::from_millis(ms.parse().expect("a number of milliseconds")));
    let app = TestApp::start().await;
    let tenant = app.tenant("bench").await;
    fill(&tenant).await;
    let mut slowest = Duration::ZERO;
    for bomb in bombs() {
        let mut best = Duration::MAX;
        let mut status = 0;
        for _ in 0..3 {
            let began = Instant::now();
            status = bomb.send(&tenant).await.status;
            best = best.min(began.elapsed());
        }
        println!("{status} {:7.1} ms  {}", best.as_secs_f64() * 1_000.0, bomb.what);
        slowest = slowest.max(best);
    }
    println!("slowest: {:.1} ms", slowest.as_secs_f64() * 1_000.0);
    if bound.is_some_and(|bound| slowest > bound) { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
