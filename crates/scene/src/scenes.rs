use std::borrow::Cow;
use std::io;

use crate::Scene;

/// Scenes in their order, each made when it is asked for: what a million messages are kept as need not be scenes.
pub trait Scenes: Sync {
    /// How many there are.
    fn len(&self) -> usize;

    /// The scene with number `at`, from 0 and below [`Scenes::len`]; the same one each time.
    fn scene(&self, at: usize) -> Cow<'_, Scene>;

    /// Its text alone.
    fn text(&self, at: usize) -> Cow<'_, str> {
        match self.scene(at) {
            Cow::Borrowed(scene) => Cow::Borrowed(&scene.text),
            Cow::Owned(scene) => Cow::Owned(scene.text),
        }
    }

    /// How many bytes its text has.
    fn bytes(&self, at: usize) -> usize {
        self.text(at).len()
    }

    /// Whether all that was asked for so far could be had. Where scenes wait in a file, one that can't be read is handed
    /// out without id and text; whoever writes what came of them asks here first.
    ///
    /// # Errors
    /// Why the first one couldn't be had.
    fn check(&self) -> io::Result<()> {
        Ok(())
    }

    /// Whether there is none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<S: Scenes + ?Sized> Scenes for &S {
    fn len(&self) -> usize {
        (**self).len()
    }

    fn scene(&self, at: usize) -> Cow<'_, Scene> {
        (**self).scene(at)
    }

    fn text(&self, at: usize) -> Cow<'_, str> {
        (**self).text(at)
    }

    fn bytes(&self, at: usize) -> usize {
        (**self).bytes(at)
    }

    fn check(&self) -> io::Result<()> {
        (**self).check()
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
