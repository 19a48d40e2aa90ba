use naragtive_scene::SceneId;

/// What [`upgrade`](crate::upgrade()) or [`move_over`](crate::move_over) did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upgraded {
    /// How many scenes got passages, or other vectors.
    pub scenes: usize,
    /// How many still lack them, because it was stopped.
    pub left: usize,
    /// How many scenes the store holds.
    pub total: usize,
    /// Tokens embedded.
    pub tokens: usize,
    /// The scenes of which only the first 4,096 passages are embedded.
    pub cut: Vec<SceneId>,
}

impl Upgraded {
    /// Before anything is done.
    pub(crate) fn none(left: usize, total: usize) -> Self {
        Self { scenes: 0, left, total, tokens: 0, cut: Vec::new() }
    }
}
