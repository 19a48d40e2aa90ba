//! Token ids to vectors: the layers of a model over sequences laid end to end.

mod attention;
mod forward;
mod workspace;

pub(crate) use forward::Encoder;
pub(crate) use workspace::Workspace;
