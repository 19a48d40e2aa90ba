use std::ops::Range;

use naragtive_store::Passages;

use crate::{Model, passage};

/// All that is embedded of a scene: its text, its passages where there are several, and its window.
pub(crate) struct Texts {
    text: String,
    passages: Vec<Range<usize>>,
    window: Option<String>,
    /// The text's own vector, where that is known.
    embedding: Option<Vec<f32>>,
}

impl Texts {
    /// What is embedded of a scene with this text. `window` gives what it is read with, if it is a short one.
    pub(crate) fn of(
        text: String,
        embedding: Option<Vec<f32>>,
        model: &Model,
        window: impl FnOnce(&str) -> Option<String>,
    ) -> Self {
        // A word's tokens without the two marks around every text.
        let tokens = |word: &str| model.embedder.tokenizer().encode(word).len().saturating_sub(2);
        let passages = passage::split(&text, tokens);
        let window = if passages.len() <= 1 { window(&text) } else { None };
        Self { text, passages, window, embedding }
    }

    /// Whether the scene is so long that not all of its text is in passages.
    pub(crate) fn is_cut(&self) -> bool {
        passage::is_cut(&self.text, &self.passages)
    }

    /// How long the scene's text is.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// The one passage of a short scene is its text, so its vector is there already.
    fn is_one_passage(&self) -> bool {
        self.passages.len() <= 1
    }

    /// The texts to embed, in the order that [`Texts::vectors`] reads their vectors.
    pub(crate) fn all(&self) -> Vec<&str> {
        let own = self.embedding.is_none().then_some(self.text.as_str());
        let passages = self.passages.iter().filter(|_| !self.is_one_passage());
        let passages = passages.map(|bytes| &self.text[bytes.clone()]);
        own.into_iter().chain(passages).chain(self.window.as_deref()).collect()
    }

    /// The scene's embedding and passages, from the vectors of [`Texts::all`].
    pub(crate) fn vectors(&self, vectors: &[f32], dimension: usize) -> (Vec<f32>, Passages) {
        let mut vectors = vectors.chunks_exact(dimension);
        let mut next = || vectors.next().unwrap_or_default().to_vec();
        let embedding = self.embedding.clone().unwrap_or_else(&mut next);
        let one = self.is_one_passage();
        let own = self.passages.iter().flat_map(|_| if one { embedding.clone() } else { next() }).collect();
        let spans = passage::spans(&self.text, &self.passages);
        let window = self.window.as_ref().map(|_| next());
        (embedding, Passages { spans, vectors: own, window })
    }
}
