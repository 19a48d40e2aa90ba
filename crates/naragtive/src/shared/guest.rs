use naragtive_store::StoreName;

/// Somebody whom the stores of a server are shown as they may see them, and nothing else of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// The server, by the name that it has here.
    pub host: StoreName,
    /// The role that they have there.
    pub role: String,
}
