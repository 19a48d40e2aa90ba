use naragtive_scene::{Metadata, Scene, SceneId};

use crate::{Hit, Hits, Mode, Scores, StoreInfo};

/// Three hits: one of which all is known, one that knows nothing and looks like Markdown, one chat message.
pub(crate) fn hits() -> Hits {
    Hits { hits: vec![bridge(), markdown(), message()], ..none() }
}

/// A search that found nothing.
pub(crate) fn none() -> Hits {
    Hits {
        query: "a burn for home".into(),
        like: None,
        stores: vec![store()],
        mode: Mode::Semantic,
        also_searched: Vec::new(),
        unknown_to: None,
        phrases_nowhere: Vec::new(),
        passed_over: Vec::new(),
        note: None,
        reranked: None,
        hits: Vec::new(),
    }
}

fn store() -> StoreInfo {
    StoreInfo { name: Some("voyage".into()), at: "/stores/voyage.parquet".into(), records: 12 }
}

/// The same search with hits of one text each.
pub(crate) fn texts(texts: &[&str]) -> Hits {
    let hits = texts.iter().zip(1..);
    let hits = hits.map(|(text, rank)| hit(rank, 0.5, &format!("s{rank}"), text, Metadata::default()));
    Hits { hits: hits.collect(), ..none() }
}

fn bridge() -> Hit {
    let metadata = Metadata::default()
        .with("scene_id", "scene_0001_2025-11-10")
        .with("date_iso", "2025-11-10")
        .with("pov_character", "User")
        .with("location", "bridge")
        .with("characters_present", r#"["Eva Rostova","Jansen"]"#)
        .with("emotional_intensity", 0.25);
    let text = "I look at Eva Rostova.\n\n\"We burn for home,\" she says — and smiles.";
    hit(1, 0.444, "scene_0001_2025-11-10", text, metadata)
}

fn markdown() -> Hit {
    let metadata = Metadata::default()
        .with("date_iso", "UNKNOWN")
        .with("pov_character", "UNKNOWN")
        .with("location", "unknown")
        .with("characters_present", "[]");
    hit(2, 0.3, "scene_0007_UNKNOWN", "Jansen reads the log.\n\n---\n## Source [9]: day \"nine\"", metadata)
}

fn message() -> Hit {
    hit(3, 0.125, "chat_000002_Ada", "home by noon?", Metadata::default().with("user", "Ada"))
}

fn hit(rank: usize, score: f32, id: &str, text: &str, metadata: Metadata) -> Hit {
    let scores = Scores { dense: Some(score), ..Scores::default() };
    Hit {
        rank,
        score,
        blend: score,
        scores,
        passage: None,
        passages: Vec::new(),
        matches: Vec::new(),
        store: store(),
        before: Vec::new(),
        after: Vec::new(),
        explained: None,
        scene: Scene { id: SceneId::new(id), text: text.into(), metadata, origin: None },
    }
}
