//! What the program keeps for its user: the layout of its folder, the config file, and settings with where each came
//! from.

mod config;
mod layout;
mod setting;
mod settings;
mod values;
mod variables;

pub use config::{KEYS as CONFIG_KEYS, UnknownKey};
pub use layout::Home;
pub use setting::{Setting, SettingOrigin};
pub use settings::{Given, Network, SettingRow, Settings};
pub use values::{Color, Rerank};
pub use variables::Variables;
