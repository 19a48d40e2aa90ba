use std::ops::Range;

use naragtive_index::{Explanation, Features};
use naragtive_scene::SceneId;

/// Why a scene was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Explained {
    /// What puts scenes in order: the sum of the shares of all signals.
    pub blend: f32,
    /// What speaks for the scene by itself, which its probability is made of.
    pub features: Features,
    /// The signals, and what each has in the blend.
    pub signals: Explanation,
    /// The neighbouring scene that lent to the score.
    pub neighbour: Option<SceneId>,
    /// Which of the scene's passages is nearest to the query, from 1, and how many there are. None where the whole
    /// text is one, or a window of messages is nearer.
    pub passage: Option<[usize; 2]>,
    /// The messages that are nearest to the query together, in order, this one among them; empty where none are.
    pub window: Vec<SceneId>,
    /// What a reranker thought of it, if one read it. All the rest is about the search before that.
    pub judgement: Option<Judgement>,
}

/// What a reranker thought of a scene, and of which part of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Its score, in 0..=1.
    pub score: f32,
    /// Where the piece with this score stands in the text, in bytes.
    pub piece: Range<usize>,
    /// How many pieces it read, of which this one is the best.
    pub pieces: usize,
    /// The scene's place by the search before, from 1.
    pub rank_before: usize,
    /// The scene's score by the search before.
    pub score_before: f32,
}
