//! JSON as people's programs leave it: cut short, with `NaN`, raw line ends, commas too many, half an emoji. What is
//! whole is kept, each entry for itself; the rest is counted.

mod keys;
mod node;
mod reader;
mod sniff;

pub(crate) use self::keys::Key;
pub(crate) use self::node::Node;
pub(crate) use self::reader::{EntryEvent, EntryPath, Mending, Reader, each_line, each_line_heard, under};
pub(crate) use self::sniff::{Shape, later_objects, shape};
