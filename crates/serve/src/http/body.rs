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
    whole(headers, body, PATIENCE).await
}

/// The whole body, if it isn't too large and comes to its end in time.
async fn whole(headers: &HeaderMap, body: Body, patience: Duration) -> Result<Bytes, Error> {
    let said = headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if said.is_some_and(|length| length > MOST) {
        return Err(Error::TooLarge { most: MOST });
    }
    match tokio::time::timeout(patience, Limited::new(body, MOST).collect()).await {
        Err(_) => Err(Error::Slow { seconds: patience.as_secs() }),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Error::TooLarge { most: MOST }),
        Ok(Err(_)) => Err(Error::BadRequest("the body of the request broke off")),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use axum::body::HttpBody;
    use hyper::body::Frame;

    use super::*;

    /// A body that goes on for ever, or never begins.
    struct Odd {
        is_silent: bool,
    }

    impl HttpBody for Odd {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            match self.is_silent {
                true => Poll::Pending,
                false => Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&[b' '; 65_536]))))),
            }
        }
    }

    fn of(body: Body, patience: Duration) -> Result<Bytes, Error> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(whole(&HeaderMap::new(), body, patience))
    }

    #[test]
    fn a_body_that_never_ends_is_too_large_and_one_that_never_begins_too_slow() {
        let endless = of(Body::new(Odd { is_silent: false }), PATIENCE);
        assert!(matches!(endless, Err(Error::TooLarge { most: MOST })));
        let silent = of(Body::new(Odd { is_silent: true }), Duration::from_millis(20));
        assert!(matches!(silent, Err(Error::Slow { .. })));
        assert_eq!(of(Body::from("{}"), PATIENCE).unwrap(), "{}");
    }
}
