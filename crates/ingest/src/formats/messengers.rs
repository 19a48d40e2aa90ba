//! What people write to each other in channels and messengers.

pub(crate) mod discord;
pub(crate) mod discord_data;
pub(crate) mod imessage;
pub(crate) mod irc;
pub(crate) mod signal;
pub(crate) mod slack;
pub(crate) mod telegram;
pub(crate) mod whatsapp;
