use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::HeaderMap;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use http_body_util::{BodyExt, LengthLimitError, Limited};

use crate::Error;

/// The bytes of the largest body: 2,048 texts to embed, or a long chat.
pub(super) const MOST: usize = 4 * 1024 * 1024;
/// So long a body may take to come.
const PATIENCE: Duration = Duration::from_secs(30);

/// The whole body of a request that has one, if it is JSON.
pub(super) async fn json(headers: &HeaderMap, body: Body) -> Result<Bytes, Error> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Error::NotJson);
    }
    whole(headers, body).await
}

/// The whole body, if it isn't too large and comes to its end.
async fn whole(headers: &HeaderMap, body: Body) -> Result<Bytes, Error> {
    let said = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|length| length > MOST) {
        return Err(Error::TooLarge { most: MOST });
    }
    match tokio::time::timeout(PATIENCE, Limited::new(body, MOST).collect()).await {
        Err(_) => Err(Error::Slow { seconds: PATIENCE.as_secs() }),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Error::TooLarge { most: MOST }),
        Ok(Err(_)) => Err(Error::BadRequest("the body of the request broke off")),
    }
}
