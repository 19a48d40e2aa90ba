use std::collections::HashMap;

use naragtive_scene::{Scene, Source};

use super::Known;
use super::line::Mark;

/// What is known before each of several files is read: what is stored of the conversations it may go on with, and what the
/// files before it held.
pub struct KnownBefore {
    stored: Box<dyn FnMut(&Source) -> Known>,
    /// By the source; looked for when a format asks first.
    known: HashMap<Source, Known>,
    /// How many scenes were handed over.
    taken: usize,
    /// The number of the first of them, for whoever fetches them again.
    first: usize,
    /// Whether no other file comes behind the next one.
    is_last: bool,
}

impl KnownBefore {
    /// Nothing is read yet; `stored` says what there is of a source. What is handed over is numbered from `first` on.
    pub fn new(stored: impl FnMut(&Source) -> Known + 'static, first: usize) -> Self {
        Self { stored: Box::new(stored), known: HashMap::new(), taken: 0, first, is_last: false }
    }

    /// Says that nobody asks for the next file: what it holds need not be remembered.
    pub fn next_is_last(&mut self) {
        self.is_last = true;
    }

    /// Hands what is known of the conversations of a source to `read`, and takes in what that reads. None is of a format
    /// whose scenes don't depend on it.
    pub fn reading<T>(
        &mut self,
        source: Option<Source>,
        take: &mut dyn FnMut(Scene),
        read: impl FnOnce(Option<&Known>, &mut dyn FnMut(Scene)) -> T,
    ) -> T {
        let taken = &mut self.taken;
        let Some(source) = source else {
            return read(None, &mut |scene| {
                *taken += 1;
                take(scene);
            });
        };
        let mut known = self.known.remove(&source).unwrap_or_else(|| (self.stored)(&source));
        let (first, is_last) = (self.first, self.is_last);
        let mut new = Vec::new();
        let done = read(Some(&known), &mut |scene| {
            if !is_last {
                new.extend(Mark::of(&scene, first + *taken));
            }
            *taken += 1;
            take(scene);
        });
        known.take_in(new);
        self.known.insert(source, known);
        done
    }
}
