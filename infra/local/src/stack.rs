//! Puts a stack together: emulators, functions, pump and, when asked for, ports.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::TokioSleep;
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use bytes::Bytes;
use http::{Request, Response};
use jiff::Timestamp;
use sitrep_app::clock::{IdSource, SystemIds};
use tokio::task::JoinHandle;

use crate::api_front::ApiFront;
use crate::clock::{Backwards, VirtualClock};
use crate::connector::InProcess;
use crate::core::Core;
use crate::credentials::{LocalCredentials, NeverCached};
use crate::emulators::dynamodb::Dynamodb;
use crate::emulators::s3::S3Emulator;
use crate::emulators::scheduler::Scheduler;
use crate::emulators::ses::{Mail, Ses};
use crate::emulators::sqs::Sqs;
use crate::emulators::ssm::Ssm;
use crate::faults::Faults;
use crate::functions::{Functions, Hold, Runner};
use crate::invocations::Invocations;
use crate::local_api::TenantMaker;
use crate::ports::{self, Listeners, PortError, origin_of};
use crate::pump::Pump;
use crate::resources::REGION;
use crate::shelf::Shelf;
use crate::wake::Wake;
use crate::wire::{ConnectionLost, Wire};

/// Where clients of a stack without sockets believe its services to be.
const UNBOUND_FRONT: &str = "http://127.0.0.1:9000";
const UNBOUND_AWS: &str = "http://127.0.0.1:9001";

/// Why a stack did not start.
#[derive(Debug, thiserror::Error)]
pub enum StackError {
    /// The data directory cannot be used.
    #[error("the data directory {path} cannot be used: {reason}")]
    DataDir {
        /// The directory.
        path: String,
        /// What is wrong, and what to do.
        reason: String,
    },
    /// A port cannot be had.
    #[error(transparent)]
    Port(#[from] PortError),
    /// The application could not be put together.
    #[error("the application did not start: {0}")]
    Application(String),
}

/// The code that the stack runs.
pub struct Application {
    /// The five functions.
    pub functions: Functions,
    /// Makes tenants for `POST /_local/tenants`.
    pub tenants: TenantMaker,
}

/// What the application needs to reach the stack: clients, time, ids and its own address.
#[derive(Clone)]
pub struct Backend {
    wire: Arc<Wire>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
    aws_endpoint: String,
    public_url: String,
}

impl Backend {
    /// The configuration of AWS clients that reach the emulators without a socket.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .endpoint_url(&self.aws_endpoint)
            .credentials_provider(SharedCredentialsProvider::new(LocalCredentials(Arc::clone(&self.clock))))
            .identity_cache(SharedIdentityCache::new(NeverCached))
            .http_client(InProcess(Arc::clone(&self.wire)))
            .sleep_impl(TokioSleep::new())
            .build()
    }

    /// The virtual clock.
    #[must_use]
    pub fn clock(&self) -> Arc<VirtualClock> {
        Arc::clone(&self.clock)
    }

    /// Where ids and secrets come from.
    #[must_use]
    pub fn ids(&self) -> Arc<dyn IdSource> {
        Arc::clone(&self.ids)
    }

    /// The origin of the front, without a slash at the end.
    #[must_use]
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// The origin of the AWS services, without a slash at the end.
    #[must_use]
    pub fn aws_endpoint(&self) -> &str {
        &self.aws_endpoint
    }
}

/// How a stack is to be started. Without options it is empty, in memory, without sockets, and runs at wall speed.
#[derive(Default)]
pub struct StackBuilder {
    data_dir: Option<PathBuf>,
    port: Option<u16>,
    start_at: Option<Timestamp>,
    is_frozen: bool,
    is_manual: bool,
    ids: Option<Arc<dyn IdSource>>,
}

impl StackBuilder {
    /// Keeps everything in a directory, which is made if need be. One stack at a time may use it.
    #[must_use]
    pub fn data_dir(mut self, path: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(path.into());
        self
    }

    /// Listens on 127.0.0.1: the front on this port, AWS on the next; 0 takes two free ones.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Starts the clock at an instant, unless the data directory knows a later one.
    #[must_use]
    pub fn start_at(mut self, instant: Timestamp) -> Self {
        self.start_at = Some(instant);
        self
    }

    /// Makes the clock stand still except when it is advanced.
    #[must_use]
    pub fn frozen_clock(mut self) -> Self {
        self.is_frozen = true;
        self
    }

    /// Runs queue messages and fires only in [`Stack::settle`] and [`Stack::advance_to`], not in the background.
    #[must_use]
    pub fn without_background(mut self) -> Self {
        self.is_manual = true;
        self
    }

    /// Takes ids and keys from elsewhere than the operating system.
    #[must_use]
    pub fn ids(mut self, ids: Arc<dyn IdSource>) -> Self {
        self.ids = Some(ids);
        self
    }

    /// Starts the stack; `application` puts together the code that it runs.
    ///
    /// # Errors
    ///
    /// [`StackError`] when the data directory or a port cannot be used, or `application` fails.
    pub async fn start<F, A>(self, application: F) -> Result<Stack, StackError>
    where
        F: FnOnce(Backend) -> A,
        A: Future<Output = Result<Application, String>>,
    {
        let lock = self.data_dir.as_deref().map(lock_dir).transpose()?;
        let listeners = match self.port {
            Some(port) => Some(Listeners::bind(port).await?),
            None => None,
        };
        let parts = Parts::open(&self, listeners.as_ref())?;
        let backend = parts.backend();
        let Application { functions, tenants } =
            application(backend.clone()).await.map_err(StackError::Application)?;
        let core = Arc::new(parts.into_core(functions, tenants));
        let mut tasks = Vec::new();
        if !self.is_manual {
            tasks.push(tokio::spawn(Arc::clone(core.pump()).run()));
        }
        if let Some(listeners) = listeners {
            tasks.push(tokio::spawn(ports::serve(listeners, Arc::clone(&core))));
        }
        Ok(Stack { core, backend, tasks, _lock: lock })
    }
}

/// A running stack. It stops when it is dropped.
pub struct Stack {
    core: Arc<Core>,
    backend: Backend,
    tasks: Vec<JoinHandle<()>>,
    _lock: Option<File>,
}

impl Stack {
    /// A stack with options still to be chosen.
    #[must_use]
    pub fn builder() -> StackBuilder {
        StackBuilder::default()
    }

    /// What the application got: clients, time, ids and addresses.
    #[must_use]
    pub fn backend(&self) -> &Backend {
        &self.backend
    }

    /// The configuration of AWS clients that reach the emulators without a socket.
    #[must_use]
    pub fn sdk_config(&self) -> SdkConfig {
        self.backend.sdk_config()
    }

    /// The virtual clock.
    #[must_use]
    pub fn clock(&self) -> Arc<VirtualClock> {
        Arc::clone(self.core.clock())
    }

    /// Where ids and secrets come from.
    #[must_use]
    pub fn ids(&self) -> Arc<dyn IdSource> {
        self.backend.ids()
    }

    /// Sends a request to the front: `/_local/…`, or the api function.
    pub async fn request(&self, request: Request<Bytes>) -> Response<Bytes> {
        self.core.front(request).await
    }

    /// Follows a URL without a socket: a presigned one to S3, any other to the front.
    ///
    /// # Errors
    ///
    /// [`ConnectionLost`] when a fault drops the request or its answer.
    pub async fn fetch(&self, request: Request<Bytes>) -> Result<Response<Bytes>, ConnectionLost> {
        let to_aws =
            request.uri().authority().is_some_and(|host| self.backend.aws_endpoint.ends_with(host.as_str()));
        if to_aws { self.core.wire().call(request).await } else { Ok(self.core.front(request).await) }
    }

    /// Waits until no message is visible, nothing is due and no function runs.
    pub async fn settle(&self) {
        self.core.pump().settle().await;
    }

    /// Moves the clock from event to event until it shows `to`, and returns when everything due has happened.
    ///
    /// # Errors
    ///
    /// [`Backwards`] when that instant has passed.
    pub async fn advance_to(&self, to: Timestamp) -> Result<(), Backwards> {
        self.core.pump().advance_to(to).await
    }

    /// Every message that SES accepted, newest last.
    #[must_use]
    pub fn mailbox(&self) -> Vec<Mail> {
        self.core.wire().ses.mailbox()
    }

    /// The faults that are still to happen.
    #[must_use]
    pub fn faults(&self) -> &Faults {
        self.core.faults()
    }

    /// Lets the next function of that name stand still after a step, until the hold is released.
    ///
    /// # Panics
    ///
    /// When there is no such function.
    #[must_use]
    pub fn hold(&self, function: &str, step: &str) -> Hold {
        let name = function.parse().expect("one of the functions");
        self.core.pump().runner.holds().plan(name, step)
    }
}

impl Drop for Stack {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// The stack before the application is there.
struct Parts {
    wire: Arc<Wire>,
    clock: Arc<VirtualClock>,
    ids: Arc<dyn IdSource>,
    invocations: Arc<Invocations>,
    wake: Wake,
    aws_endpoint: String,
    public_url: String,
}

impl Parts {
    fn open(options: &StackBuilder, listeners: Option<&Listeners>) -> Result<Self, StackError> {
        let dir = options.data_dir.as_deref();
        let shelf = match dir {
            Some(dir) => Shelf::open(&dir.join("state.sqlite")).map_err(|error| unusable(dir, &error))?,
            None => Shelf::forgetful(),
        };
        let ids: Arc<dyn IdSource> = options.ids.clone().unwrap_or_else(|| Arc::new(SystemIds));
        let wake = Wake::default();
        let clock = Arc::new(VirtualClock::new(options.start_at, options.is_frozen, shelf.clone()));
        let aws_endpoint = listeners.map_or_else(|| UNBOUND_AWS.to_owned(), |both| origin_of(&both.aws));
        let public_url = listeners.map_or_else(|| UNBOUND_FRONT.to_owned(), |both| origin_of(&both.front));
        let invocations = Arc::new(Invocations::open(shelf.clone(), wake.clone()));
        let file = |name: &str| dir.map(|dir| dir.join(name));
        let failed = |error: &dyn std::fmt::Display| unusable(dir.unwrap_or(Path::new("(in memory)")), error);
        let wire = Wire {
            dynamodb: Dynamodb::open(file("dynamodb.sqlite").as_deref(), clock.clone())
                .map_err(|e| failed(&e))?,
            s3: S3Emulator::open(file("objects.sqlite").as_deref(), clock.clone()).map_err(|e| failed(&e))?,
            sqs: Sqs::open(clock.clone(), ids.clone(), shelf.clone(), wake.clone(), aws_endpoint.clone()),
            ses: Ses::open(clock.clone(), ids.clone(), shelf.clone(), invocations.clone()),
            scheduler: Scheduler::open(clock.clone(), ids.clone(), shelf.clone(), wake.clone()),
            ssm: Ssm::open(&shelf, ids.as_ref()),
            faults: Arc::new(Faults::default()),
        };
        Ok(Self { wire: Arc::new(wire), clock, ids, invocations, wake, aws_endpoint, public_url })
    }

    fn backend(&self) -> Backend {
        Backend {
            wire: Arc::clone(&self.wire),
            clock: Arc::clone(&self.clock),
            ids: Arc::clone(&self.ids),
            aws_endpoint: self.aws_endpoint.clone(),
            public_url: self.public_url.clone(),
        }
    }

    fn into_core(self, functions: Functions, tenant_maker: TenantMaker) -> Core {
        let runner = Arc::new(Runner::new(functions, Arc::clone(&self.wire.faults), self.wake.clone()));
        let api = ApiFront::new(Arc::clone(&runner), Arc::clone(&self.clock), self.ids);
        let pump = Arc::new(Pump::new(self.wire, runner, self.invocations, self.clock, self.wake));
        Core { pump, api, tenant_maker, aws_endpoint: self.aws_endpoint }
    }
}

fn lock_dir(dir: &Path) -> Result<File, StackError> {
    std::fs::create_dir_all(dir).map_err(|error| unusable(dir, &error))?;
    let lock = File::create(dir.join("lock")).map_err(|error| unusable(dir, &error))?;
    lock.try_lock().map_err(|_| {
        unusable(dir, &"another stack is using it; stop that one or choose another --data-dir")
    })?;
    Ok(lock)
}

fn unusable(dir: &Path, reason: &dyn std::fmt::Display) -> StackError {
    StackError::DataDir { path: dir.display().to_string(), reason: reason.to_string() }
}
