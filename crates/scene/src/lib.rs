//! The vocabulary every other crate speaks: turns, scenes, metadata, sources, filters.
//!
//! Nothing here reads a file, asks the clock or knows how a scene is stored.

mod align;
mod conversation;
mod day;
mod filter;
mod metadata;
mod moment;
mod origin;
mod said;
mod scalar;
mod scene;
mod scenes;
mod source;
mod transcript;
mod turn;
mod voiced;

pub use align::{align, ascending, once};
pub use conversation::Conversation;
pub use day::{DateRange, DateSpec, Day, UnknownDate};
pub use filter::{Condition, Filter};
pub use metadata::{Metadata, MetadataError, key};
pub use moment::Moment;
pub use origin::{Origin, Spoken};
pub use said::{SaidTurn, turn_key};
pub use scalar::Scalar;
pub use scene::{Scene, SceneId};
pub use scenes::Scenes;
pub use source::Source;
pub use transcript::Transcript;
pub use turn::{Branch, Role, Turn};
pub use voiced::Voiced;
