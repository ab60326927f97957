//! Listeners on loopback: the front on one port, every AWS service on the next.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::BodyExt as _;
use tokio::net::TcpListener;

use crate::api_front::MAX_REQUEST_BYTES;
use crate::core::Core;
use crate::wire::ConnectionLost;

/// The largest request to an AWS service, in bytes: it is held in memory.
const MAX_AWS_REQUEST_BYTES: usize = 1_024 * 1_024 * 1_024;
/// Most of a body over its limit that is read, in bytes.
const MAX_DROPPED_BYTES: usize = 256 * 1_024 * 1_024;

/// A port that cannot be had.
#[derive(Debug, thiserror::Error)]
#[error(
    "port {port} of 127.0.0.1 cannot be used ({source}); stop what listens there, or choose another with --port"
)]
pub struct PortError {
    /// The port.
    pub port: u16,
    source: std::io::Error,
}

/// The two listeners, bound but not yet served.
pub(crate) struct Listeners {
    pub(crate) front: TcpListener,
    pub(crate) aws: TcpListener,
}

impl Listeners {
    /// Binds `port` for the front and the one after it for AWS; 0 takes two free ones.
    pub(crate) async fn bind(port: u16) -> Result<Self, PortError> {
        let aws_port = if port == 0 { 0 } else { port.checked_add(1).unwrap_or(0) };
        Ok(Self { front: bind(port).await?, aws: bind(aws_port).await? })
    }
}

/// The address of a listener as the origin of URLs.
pub(crate) fn origin_of(listener: &TcpListener) -> String {
    let address = listener.local_addr().expect("a bound listener has an address");
    format!("http://{address}")
}

/// Serves the front and AWS until the task is dropped.
pub(crate) async fn serve(listeners: Listeners, core: Arc<Core>) {
    let front = Router::new().fallback(answer_front).with_state(Arc::clone(&core));
    let aws = Router::new().fallback(answer_aws).with_state(core);
    let served = futures::future::try_join(
        axum::serve(listeners.front, front).into_future(),
        axum::serve(listeners.aws, aws).into_future(),
    );
    if let Err(error) = served.await {
        tracing::error!(%error, "a listener failed");
    }
}

async fn bind(port: u16) -> Result<TcpListener, PortError> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|source| PortError { port, source })
}

async fn answer_front(State(core): State<Arc<Core>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    match collect(request, MAX_REQUEST_BYTES).await {
        Some(request) => core.front(request).await.map(Body::from),
        None => core.api.too_large(&path).map(Body::from),
    }
}

async fn answer_aws(State(core): State<Arc<Core>>, request: Request) -> Response {
    match collect(request, MAX_AWS_REQUEST_BYTES).await {
        Some(request) => match core.wire().call(request).await {
            Ok(response) => response.map(Body::from),
            Err(lost) => broken(lost),
        },
        None => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}

/// A request with its body; nothing when the body is over the limit.
///
/// What is over it is read and dropped, up to [`MAX_DROPPED_BYTES`]: a client that is still sending when the connection
/// closes does not get to see the answer.
async fn collect(request: Request, limit: usize) -> Option<http::Request<Bytes>> {
    let (parts, mut body) = request.into_parts();
    let (mut collected, mut size) = (BytesMut::new(), 0);
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.ok()?.into_data() else { continue };
        size += data.len();
        if size <= limit {
            collected.extend_from_slice(&data);
        } else if size - limit > MAX_DROPPED_BYTES {
            return None;
        }
    }
    (size <= limit).then(|| http::Request::from_parts(parts, collected.freeze()))
}

/// A response whose body fails at once, so that the server closes the connection in the middle of it.
fn broken(lost: ConnectionLost) -> Response {
    let body = futures::stream::once(async move { Err::<Bytes, _>(lost) });
    Response::new(Body::from_stream(body))
}
