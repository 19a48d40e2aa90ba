use std::ops::Range;

use naragtive_scene::Scene;
use naragtive_store::Passages;

use crate::{Model, passage};

/// All that is embedded of some scenes: each one's text, its passages where there are several, and its window.
pub(crate) struct Texts<'a> {
    scenes: Vec<SceneTexts<'a>>,
}

struct SceneTexts<'a> {
    text: &'a str,
    passages: Vec<Range<usize>>,
    window: Option<String>,
    /// The text's own vector, where that is known.
    embedding: Option<Vec<f32>>,
}

impl SceneTexts<'_> {
    /// The one passage of a short scene is its text, so its vector is there already.
    fn is_one_passage(&self) -> bool {
        self.passages.len() <= 1
    }
}

impl<'a> Texts<'a> {
    /// What is embedded of the scenes at these places; their neighbours may lie outside of them.
    pub(crate) fn of(scenes: &'a [Scene], places: impl Iterator<Item = usize>, model: &Model) -> Self {
        // A word's tokens without the two marks around every text.
        let tokens = |word: &str| model.embedder.tokenizer().encode(word).len().saturating_sub(2);
        let texts = places.map(|at| {
            let text = scenes[at].text.as_str();
            let passages = passage::split(text, tokens);
            let window = (passages.len() <= 1).then(|| passage::window(scenes, at)).flatten();
            SceneTexts { text, passages, window, embedding: None }
        });
        Self { scenes: texts.collect() }
    }

    /// The same where every text's own vector is known.
    pub(crate) fn knowing(mut self, embeddings: &[Vec<f32>]) -> Self {
        for (scene, embedding) in self.scenes.iter_mut().zip(embeddings) {
            scene.embedding = Some(embedding.clone());
        }
        self
    }

    /// Which of them, counted from 0, are so long that not all of their text is in passages.
    pub(crate) fn cut(&self) -> impl Iterator<Item = usize> {
        let scenes = self.scenes.iter().enumerate();
        scenes.filter(|(_, scene)| passage::is_cut(scene.text, &scene.passages)).map(|(at, _)| at)
    }

    /// The texts to embed, in the order that [`Texts::passages`] reads their vectors.
    pub(crate) fn all(&self) -> Vec<&str> {
        let mut all = Vec::new();
        for scene in &self.scenes {
            if scene.embedding.is_none() {
                all.push(scene.text);
            }
            if !scene.is_one_passage() {
                all.extend(scene.passages.iter().map(|bytes| &scene.text[bytes.clone()]));
            }
            all.extend(scene.window.as_deref());
        }
        all
    }

    /// Each scene's embedding and passages, from the vectors of [`Texts::all`].
    pub(crate) fn passages(&self, vectors: &[f32], dimension: usize) -> Vec<(Vec<f32>, Passages)> {
        let mut vectors = vectors.chunks_exact(dimension);
        let mut next = || vectors.next().unwrap_or_default().to_vec();
        let scenes = self.scenes.iter().map(|scene| {
            let embedding = scene.embedding.clone().unwrap_or_else(&mut next);
            let vectors = if scene.is_one_passage() {
                scene.passages.iter().flat_map(|_| embedding.clone()).collect()
            } else {
                scene.passages.iter().flat_map(|_| next()).collect()
            };
            let spans = passage::spans(scene.text, &scene.passages);
            let window = scene.window.as_ref().map(|_| next());
            (embedding, Passages { spans, vectors, window })
        });
        scenes.collect()
    }
}
