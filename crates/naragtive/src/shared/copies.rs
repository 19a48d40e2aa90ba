/// Whether shared stores that are searched are copied to this machine first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Copies {
    /// They are, but for stores that are too large to be copied for a question and have no copy yet.
    #[default]
    BySize,
    /// They aren't, though there may be a copy: the server is asked for what each search needs.
    None,
    /// They aren't, and of each store only the scenes are looked at that its server takes for near, or that have most of the
    /// words, with those around them: then more may be found than are fetched, and now and then one is missed.
    Candidates,
}
