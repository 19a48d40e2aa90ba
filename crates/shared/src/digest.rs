use naragtive_scene::Scene;

/// What some scenes are searched by: bytes whose meaning is known to whoever makes and reads them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Digest {
    /// What is known of each scene.
    pub facts: Vec<u8>,
    /// How their words are spelt.
    pub forms: Vec<u8>,
    /// Words, those together that begin alike, with what they begin with.
    pub words: Vec<(String, Vec<u8>)>,
    /// Values of metadata, those of one key together, with the key.
    pub facets: Vec<(String, Vec<u8>)>,
}

/// How what scenes are searched by is made of them.
pub struct Digesting<'a> {
    /// The language of a store that has none yet.
    pub language: &'a str,
    /// By which rules it is made, beside the language.
    pub recipe: &'a str,
    /// What scenes are searched by in this language; none where the language means nothing to whoever asks.
    pub digest: &'a (dyn Fn(&str, &[Scene]) -> Option<Digest> + Sync),
}
