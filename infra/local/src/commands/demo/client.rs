//! A client of the API for the demonstration: what a person would do with curl.

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;

use crate::Stack;
use crate::commands::CommandError;

/// A client, signed in or not.
pub(super) struct Client<'a> {
    stack: &'a Stack,
    token: Option<String>,
}

impl<'a> Client<'a> {
    pub(super) fn new(stack: &'a Stack) -> Self {
        Self { stack, token: None }
    }

    pub(super) fn sign_in_with(&mut self, token: String) {
        self.token = Some(token);
    }

    /// Sends a request and gives the status and the JSON of the answer.
    pub(super) async fn call(
        &self,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<(u16, Value), CommandError> {
        let bytes = body.map(|body| Bytes::from(body.to_string())).unwrap_or_default();
        let request = self.request(method, path).header("content-type", "application/json");
        let answer = self.stack.request(request.body(bytes).map_err(CommandError::new)?).await;
        let status = answer.status().as_u16();
        Ok((status, serde_json::from_slice(answer.body()).unwrap_or_default()))
    }

    /// The JSON of an answer that must have the status.
    pub(super) async fn expect(
        &self,
        status: u16,
        method: &str,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, CommandError> {
        match self.call(method, path, body).await? {
            (found, answer) if found == status => Ok(answer),
            (found, answer) => Err(CommandError(format!("{method} {path} answered {found}: {answer}"))),
        }
    }

    /// Sends gzip-encoded NDJSON.
    pub(super) async fn ingest(&self, path: &str, gzip: &'static [u8]) -> Result<Value, CommandError> {
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-ndjson")
            .header("content-encoding", "gzip")
            .body(Bytes::from_static(gzip))
            .map_err(CommandError::new)?;
        let answer = self.stack.request(request).await;
        let json: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        if answer.status() == 200 {
            Ok(json)
        } else {
            Err(CommandError(format!("{}: {json}", answer.status())))
        }
    }

    /// Opens a share link as an outsider: the page, the form, the file.
    pub(super) async fn download_by_link(&self, link: &str) -> Result<Bytes, CommandError> {
        let path = link.trim_start_matches(self.stack.backend().public_url());
        let page = self.outside(Method::GET, path).await?;
        if page.status() != 200 {
            return Err(CommandError(format!("the page of the link answered {}", page.status())));
        }
        let redirect = self.outside(Method::POST, path).await?;
        let location = redirect.headers().get("location").and_then(|value| value.to_str().ok());
        let Some(location) = location.filter(|_| redirect.status() == 303) else {
            return Err(CommandError(format!("the link answered {}", redirect.status())));
        };
        let request = Request::get(location).body(Bytes::new()).map_err(CommandError::new)?;
        let file = self.stack.fetch(request).await.map_err(CommandError::new)?;
        if file.status() == 200 {
            Ok(file.into_body())
        } else {
            Err(CommandError(format!("the file's address answered {}", file.status())))
        }
    }

    fn request(&self, method: &str, path: &str) -> http::request::Builder {
        let request = Request::builder().method(method).uri(path);
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    async fn outside(&self, method: Method, path: &str) -> Result<Response<Bytes>, CommandError> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Bytes::new())
            .map_err(CommandError::new)?;
        Ok(self.stack.request(request).await)
    }
}
