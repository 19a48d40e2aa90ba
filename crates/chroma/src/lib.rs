//! Scenes out of a ChromaDB folder, which stays as it is.
//!
//! A ChromaDB folder (release 0.4 and later) keeps documents and metadata in `chroma.sqlite3`;
//! [`read`] takes one collection out of it. The vectors beside it are not read: scenes are embedded
//! anew. Knowledge of ChromaDB's tables is from its own migrations, and is tested against folders
//! that its releases 0.4.0 and 1.5.9 wrote.
//!
//! # The folder is not changed
//! The database is opened read only, under SQLite's own locks, so a program that has it open does no
//! harm and meets none. A read-only connection can't mend what a crashed writer left behind, and
//! would leave files beside a database in write-ahead mode; in those two cases (ChromaDB itself does
//! not use that mode) the database and its journal are copied to the system's temporary folder and
//! read there. This takes the database's size in disk space while it is read.
//!
//! # What SQLite costs
//! SQLite comes along as C source (`rusqlite` with `bundled`), so that the program is one file and
//! works where no SQLite is installed. It asks for a C compiler when building, takes the better part
//! of a minute to compile once, and adds somewhat less than two megabytes to the program.

mod collection;
mod error;
mod locate;
mod open;
mod queue;
mod schema;
mod value;

pub use collection::{Collection, read};
pub use error::ChromaError;
