/// A request as it comes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heard<'a> {
    /// How it asks.
    pub method: &'a str,
    /// Where.
    pub path: &'a str,
    /// What stands behind the path: it may hold what a reader looks for.
    pub query: Option<&'a str>,
}

/// Hears the status with which a request was answered.
pub type Answered = Box<dyn FnOnce(u16) + Send>;

/// Hears of each request, also of those that are refused, and gives what is to hear of its answer.
pub type Hear = dyn Fn(Heard<'_>) -> Answered + Send + Sync;
