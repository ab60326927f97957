//! The ingest function as a Lambda process.

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), lambda_runtime::Error> {
    sitrep_runtime::serve(sitrep_ingest_function::handle).await
}
