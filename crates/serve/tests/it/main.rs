//! The tools and the addresses as a client asks for them, without a process and without a connection.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "helpers of tests are tests")]

mod access;
mod api;
mod ask;
mod ask_page;
mod calls;
mod context;
mod limits;
mod models;
mod openapi;
mod page;
mod protocol;
mod reading;
mod schemas;
mod stores;
mod support;
mod web;
