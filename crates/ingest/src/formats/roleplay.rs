//! Chats and stories in character, told with a program, and what is known of their worlds.

pub(crate) mod agnai;
pub(crate) mod aidungeon;
pub(crate) mod characterai;
pub(crate) mod kobold;
pub(crate) mod lore;
pub(crate) mod neptune;
pub(crate) mod novelai;
pub(crate) mod risu;
pub(crate) mod sillytavern;
