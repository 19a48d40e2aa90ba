use naragtive_scene::Metadata;

/// Who is in a scene, each once: its characters, and where none are known those who speak.
pub(super) fn present(metadata: &Metadata) -> Vec<String> {
    let mut names = metadata.characters();
    if names.is_empty() {
        names = metadata.speakers();
    }
    names.retain(|name| !name.trim().is_empty());
    names.sort_unstable();
    names.dedup();
    names
}
