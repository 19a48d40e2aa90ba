//! Stories for chat programs: the tools of the Model Context Protocol over stdin and stdout, and the lines that put them
//! into a program's configuration.
//!
//! A [`Service`] answers calls of tools and knows nothing of the protocol; [`stdio`] speaks it. Searches block, so they run
//! on threads of their own, so many at a time; everything else waits for the client without a thread.

mod arguments;
mod call;
mod cursor;
mod error;
mod excerpt;
mod filter;
pub mod install;
mod instructions;
mod mcp;
mod page;
mod parameter;
mod pool;
mod prompts;
mod resources;
mod scene;
mod service;
mod sessions;
mod stdio;
mod tools;

pub use call::{Stop, Today};
pub use error::Error;
pub use prompts::{PROMPTS, PromptKind};
pub use resources::TEMPLATE;
pub use service::Service;
pub use stdio::stdio;
pub use tools::{TOOLS, ToolKind};
