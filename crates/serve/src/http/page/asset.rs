use axum::http::header::CACHE_CONTROL;

use crate::Error;
use crate::http::mark::mark;
use crate::http::reply::Reply;

/// What pages load besides themselves: its name, its type, and what it is.
const ASSETS: [(&str, &str, &[u8]); 3] = [
    ("page.css", "text/css; charset=utf-8", include_bytes!("../../../assets/page.css")),
    ("page.js", "text/javascript; charset=utf-8", include_bytes!("../../../assets/page.js")),
    ("icon.svg", "image/svg+xml", include_bytes!("../../../assets/icon.svg")),
];

/// Where an asset is, with a mark that changes when it does, so that a browser may keep it for ever.
pub(super) fn address(name: &str) -> String {
    let bytes = ASSETS.iter().find(|(known, _, _)| *known == name).map_or(&[][..], |(_, _, bytes)| bytes);
    format!("/assets/{:016x}-{name}", mark(bytes))
}

pub(super) fn reply(file: &str) -> Result<Reply, Error> {
    let plain = file.split_once('-').map_or(file, |(_, name)| name);
    let asset = ASSETS.iter().find(|(name, _, _)| *name == plain);
    let (name, kind, bytes) = asset.ok_or(Error::NoSuchPage)?;
    let reply = Reply::of(kind, *bytes);
    let is_marked = address(name) == format!("/assets/{file}");
    Ok(if is_marked { reply.with(CACHE_CONTROL, "public, max-age=31536000, immutable") } else { reply })
}
