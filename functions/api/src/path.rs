//! Paths: the parts that name something.
//!
//! A text that is not an id names nothing. It becomes the nil id, which no row has, so that the answer (and the order of
//! checks before it) is that of an id that does not exist.

use std::convert::Infallible;
use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams, Request};
use http::request::Parts;
use sitrep_domain::invalid::Invalid;

/// The id in a path.
pub(crate) struct PathId<T>(pub(crate) T);

/// The id that follows a name in a path.
pub(crate) struct PathIdBelow<T>(pub(crate) T);

/// The name in a path, decoded.
pub(crate) struct PathText(pub(crate) String);

const NIL: &str = "00000000-0000-0000-0000-000000000000";

/// The two names in a path, decoded: of a thing, and of what it holds.
pub(crate) struct PathTexts(pub(crate) String, pub(crate) String);

impl<S: Send + Sync, T: FromStr<Err = Invalid>> FromRequestParts<S> for PathId<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Ok(PathText(text)) = PathText::from_request_parts(parts, state).await;
        Ok(Self(read_id(&text)))
    }
}

impl<S: Send + Sync, T: FromStr<Err = Invalid>> FromRequestParts<S> for PathIdBelow<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let text = match RawPathParams::from_request_parts(parts, state).await {
            Ok(params) => params.iter().nth(1).map(|(_, value)| value.to_owned()),
            Err(_) => None,
        };
        Ok(Self(read_id(&text.unwrap_or_default())))
    }
}

/// The id that a text says; the nil id for one that says none.
pub(crate) fn read_id<T: FromStr<Err = Invalid>>(text: &str) -> T {
    text.parse().or_else(|_| NIL.parse()).expect("nil is a UUID")
}

impl<S: Send + Sync> FromRequestParts<S> for PathText {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let Ok(PathTexts(text, _)) = PathTexts::from_request_parts(parts, state).await;
        Ok(Self(text))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PathTexts {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Infallible> {
        let mut texts = read_parts(parts, state).await.into_iter();
        Ok(Self(texts.next().unwrap_or_default(), texts.next().unwrap_or_default()))
    }
}

/// The parts of a request's path that vary, decoded, in order.
pub(crate) async fn path_parts(request: Request) -> (Vec<String>, Request) {
    let (mut parts, body) = request.into_parts();
    let texts = read_parts(&mut parts, &()).await;
    (texts, Request::from_parts(parts, body))
}

async fn read_parts<S: Send + Sync>(parts: &mut Parts, state: &S) -> Vec<String> {
    match RawPathParams::from_request_parts(parts, state).await {
        Ok(params) => params.iter().map(|(_, value)| value.to_owned()).collect(),
        // Bytes that are no text name nothing either.
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sitrep_domain::ids::ReportId;

    #[test]
    fn what_is_not_an_id_is_the_nil_id() {
        let id = "0198b1c2-7a5e-4c3d-8e2f-1a2b3c4d5e6f";
        for (text, expected) in [(id, id), ("abc", NIL), ("", NIL), ("0198b1c27a5e4c3d8e2f1a2b3c4d5e6f", NIL)]
        {
            assert_eq!(read_id::<ReportId>(text).to_string(), expected, "{text}");
        }
    }
}
