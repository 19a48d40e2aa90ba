//! What scenes are searched by, as a server keeps it: written with the scenes, so that a search needs no copy of them.

use naragtive_index::{Analyzer, Block, BlockWriter, Language, block_recipe};
use naragtive_scene::Scene;
use naragtive_shared::Digest;

use crate::embedding::recipe;
use crate::indexing::indexes::with_row;

/// By which rules it is made, beside the language.
pub(crate) fn digest_recipe() -> String {
    format!("{}\n{}", recipe::ROWS, block_recipe())
}

/// What these scenes are searched by in this language; none where it is none that this program knows.
pub(super) fn digest(language: &str, scenes: &[Scene]) -> Option<Digest> {
    let analyzer = Analyzer::new(language.parse::<Language>().ok()?);
    let mut writer = BlockWriter::new(&analyzer);
    scenes.iter().for_each(|scene| with_row(scene, &[], &[], |row| writer.add(row)));
    let Block { facts, forms, words, facets } = writer.finish().ok()?;
    Some(Digest { facts, forms, words, facets })
}
