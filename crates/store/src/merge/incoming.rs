use std::collections::HashMap;

use naragtive_scene::Scenes;

use super::fact::{self, Fact, FamilyKey};
use super::hash::id_hash;
use crate::origin::StoredOrigin;

/// What is to be known of the incoming scenes.
pub(super) struct IncomingScenes {
    pub(super) facts: Vec<Fact>,
    /// The ids, hashed: a scene that waits in a file is read again only where its id is one that is taken.
    pub(super) ids: Vec<u128>,
    pub(super) groups: Vec<IncomingGroup>,
}

/// Scenes of one file or one conversation.
pub(super) struct IncomingGroup {
    pub(super) key: FamilyKey,
    pub(super) file: Option<FamilyKey>,
    pub(super) name: FamilyKey,
    pub(super) source: u64,
    pub(super) label: String,
    pub(super) scenes: Vec<usize>,
    /// Whether they are recognised by nothing but their file.
    pub(super) placed: bool,
}

impl IncomingScenes {
    pub(super) fn of(scenes: &(impl Scenes + ?Sized)) -> Self {
        let (mut facts, mut groups) = (Vec::with_capacity(scenes.len()), Vec::<IncomingGroup>::new());
        let mut ids = Vec::with_capacity(scenes.len());
        let mut places = HashMap::new();
        for at in 0..scenes.len() {
            let scene = scenes.scene(at);
            ids.push(id_hash(scene.id.as_str()));
            let Some(origin) = fact::origin(&scene) else {
                facts.push(Fact::unknown(&scene.text));
                continue;
            };
            let fact = Fact::of(&origin, &scene.text);
            let key = FamilyKey::of(&origin);
            // Two files may bring the same conversation: the second one is held against what the first one brought.
            let file = FamilyKey::of_file(&origin, &origin.file);
            let place = *places.entry((key, file)).or_insert_with(|| {
                groups.push(IncomingGroup::new(key, &origin));
                groups.len() - 1
            });
            if let Some(group) = groups.get_mut(place) {
                group.placed &= fact.kind == fact::FactKind::Placed;
                group.scenes.push(at);
            }
            facts.push(fact);
        }
        Self { facts, ids, groups }
    }

    /// The id of a scene, hashed.
    pub(super) fn id(&self, at: usize) -> u128 {
        self.ids.get(at).copied().unwrap_or_default()
    }

    /// Whether the scene says where it comes from.
    pub(super) fn is_known(&self, at: usize) -> bool {
        self.facts.get(at).is_some_and(|fact| fact.kind != fact::FactKind::Unknown)
    }
}

impl IncomingGroup {
    fn new(key: FamilyKey, origin: &StoredOrigin<'_>) -> Self {
        let file = origin.conversation.is_none().then(|| FamilyKey::of_file(origin, &origin.file));
        let (name, label) = (FamilyKey::of_name(origin), origin.label().to_owned());
        Self { key, file, name, source: fact::source(origin), label, scenes: Vec::new(), placed: true }
    }
}
