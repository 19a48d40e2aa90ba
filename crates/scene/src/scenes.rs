use std::borrow::Cow;

use crate::Scene;

/// Scenes in their order, each made when it is asked for: what a million messages are kept as need not be scenes.
pub trait Scenes: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// The scene with number `at`, from 0 and below [`Scenes::len`]; the same one each time.
    fn scene(&self, at: usize) -> Cow<'_, Scene>;

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl Scenes for [Scene] {
    fn len(&self) -> usize {
        <[Scene]>::len(self)
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        Cow::Borrowed(&self[at])
    }
}

impl Scenes for Vec<Scene> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        Cow::Borrowed(&self[at])
    }
}
