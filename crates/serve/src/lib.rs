//! Stories for chat programs, other programs and browsers: the tools of the Model Context Protocol over stdin and stdout,
//! the same and more over HTTP, and the lines that put them into a program's configuration.
//!
//! A [`Service`] answers calls and knows nothing of connections; [`stdio`] and [`http::listen`] have them. Searches block, so
//! they run on threads of their own, so many at a time; everything else waits for the client without a thread.

mod arguments;
mod asking;
mod by_version;
mod call;
mod cursor;
mod error;
mod filter;
pub mod http;
pub mod install;
mod instructions;
mod limit;
mod mcp;
mod messages;
mod page;
mod parameter;
mod percent;
mod pool;
mod prompts;
mod recall;
mod resources;
mod said;
mod service;
mod sessions;
mod stdio;
mod tools;

pub use call::{Stop, Today};
pub use error::ServeError;
pub(crate) use error::ServeError as Error;
pub use prompts::{PROMPTS, PromptKind};
pub use resources::TEMPLATE;
pub use service::Service;
pub use stdio::stdio;
pub use tools::{TOOLS, ToolKind};
