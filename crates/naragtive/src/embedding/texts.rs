use std::borrow::Cow;
use std::ops::Range;

use naragtive_scene::{Scene, Voiced};
use naragtive_store::{ModelTag, Passages};

use crate::Model;
use crate::embedding::passage;

/// All that is embedded of a scene: itself, its passages where there are several, and its window. Each names who speaks.
pub(crate) struct SceneTexts {
    text: String,
    /// What the scene's own vector is made of, where that isn't its text alone.
    whole: Option<String>,
    passages: Vec<Range<usize>>,
    /// What is embedded of each passage, where that isn't what stands there.
    voiced: Vec<Option<String>>,
    window: Option<String>,
    /// The scene's own vector, where that is known.
    embedding: Option<Vec<f32>>,
}

impl SceneTexts {
    /// What is embedded of a scene whose own vector may be known. `window` gives what it is read with, if it is a short one.
    ///
    /// The own vector names speakers too, but for the Python tool's model: its users search the same store with that tool,
    /// which makes it of the text alone.
    pub(crate) fn of(
        scene: Scene,
        embedding: Option<Vec<f32>>,
        model: &Model,
        window: impl FnOnce() -> Option<String>,
    ) -> Self {
        let passages = passage::split(&scene.text, |word| model.embedder.tokens(word));
        let window = if passages.len() <= 1 { window() } else { None };
        let voiced = Voiced::of(&scene);
        // A text is owned where a name was put into it.
        let named = |text: Cow<'_, str>| match text {
            Cow::Owned(text) => Some(text),
            Cow::Borrowed(_) => None,
        };
        let names_whole = !model.tag.is_called_like(&ModelTag::legacy()) && embedding.is_none();
        let whole = names_whole.then(|| voiced.whole()).and_then(named);
        let voiced = passages.iter().map(|bytes| named(voiced.part(bytes.clone()))).collect();
        Self { text: scene.text, whole, passages, voiced, window, embedding }
    }

    /// Nothing but what a stored scene is read with.
    pub(crate) fn window_alone(text: String, window: Option<String>) -> Self {
        let (passages, voiced, embedding) = (Vec::new(), Vec::new(), Some(Vec::new()));
        Self { text, whole: None, passages, voiced, window, embedding }
    }

    /// Whether the scene is so long that not all of its text is in passages.
    pub(crate) fn is_cut(&self) -> bool {
        passage::is_cut(&self.text, &self.passages)
    }

    /// How long the scene's text is.
    pub(crate) fn bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether the scene's own vector is that of its one passage, because both are made of the same.
    fn own_is_passage(&self) -> bool {
        let alike = self.whole.is_some() || self.voiced.iter().all(Option::is_none);
        self.passages.len() <= 1 && alike
    }

    /// The texts to embed, in the order that [`SceneTexts::vectors`] reads their vectors.
    pub(crate) fn all(&self) -> Vec<&str> {
        let own = self.whole.as_deref().unwrap_or(&self.text);
        let own = self.embedding.is_none().then_some(own);
        let passages = self.passages.iter().zip(&self.voiced).filter(|_| !self.own_is_passage());
        let passages = passages.map(|(bytes, voiced)| {
            voiced.as_deref().or_else(|| self.text.get(bytes.clone())).unwrap_or_default()
        });
        own.into_iter().chain(passages).chain(self.window.as_deref()).collect()
    }

    /// The scene's embedding and passages, from the vectors of [`SceneTexts::all`].
    pub(crate) fn vectors(&self, vectors: &[f32], dimension: usize) -> (Vec<f32>, Passages) {
        let mut vectors = vectors.chunks_exact(dimension);
        let mut next = || vectors.next().unwrap_or_default().to_vec();
        let embedding = self.embedding.clone().unwrap_or_else(&mut next);
        let same = self.own_is_passage();
        let own = self.passages.iter().flat_map(|_| if same { embedding.clone() } else { next() }).collect();
        let spans = passage::spans(&self.text, &self.passages);
        let window = self.window.as_ref().map(|_| next());
        (embedding, Passages { spans, vectors: own, window })
    }
}
