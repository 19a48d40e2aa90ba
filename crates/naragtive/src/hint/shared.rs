use naragtive_shared::SharedError;

use super::Hint;
use super::disk::{TYPE_AGAIN, of_disk};
use super::store::of_store;

pub(super) fn of_shared(error: &SharedError) -> Vec<Hint> {
    let one = match error {
        SharedError::BadAddress { .. } => {
            Hint::run("naragtive shared add NAME postgresql://USER@HOST/DATABASE")
        }
        SharedError::PasswordInAddress => {
            return vec![
                Hint::to(
                    "leave it out, and put it as HOST:5432:DATABASE:USER:PASSWORD into ~/.pgpass",
                    "chmod 600 ~/.pgpass",
                ),
                Hint::to("or say it for one command", "PGPASSWORD=..."),
            ];
        }
        SharedError::NoService { .. } => {
            Hint::say("the services are in ~/.pg_service.conf, or where PGSERVICEFILE says")
        }
        SharedError::BadCertificates { .. } => {
            Hint::to("name a file of certificates in the address", "?sslrootcert=FILE")
        }
        SharedError::Unreachable { server, .. } => {
            Hint::to("is it there?", format!("naragtive shared status {server}"))
        }
        SharedError::Unsafe { .. } => {
            return vec![
                Hint::to("a certificate of your own: name it in the address", "?sslrootcert=FILE"),
                Hint::to("in a network that nobody listens to", "?sslmode=disable"),
            ];
        }
        SharedError::NoPassword { .. } => Hint::to(
            "say it with PGPASSWORD, or in ~/.pgpass, which nobody else may read",
            "chmod 600 ~/.pgpass",
        ),
        SharedError::NotLetIn { .. } => {
            Hint::say("look at ~/.pgpass, PGPASSWORD and the user in the address")
        }
        SharedError::OldServer { .. } => Hint::say("ask whoever keeps it for a newer one"),
        SharedError::NoVector { .. } => {
            Hint::to("install pgvector there, and have its administrator type", "create extension vector;")
        }
        SharedError::OldVector { .. } => {
            Hint::to("have its administrator type", "alter extension vector update;")
        }
        SharedError::MayNotPrepare { .. } => {
            Hint::to("have it done by somebody who may", "grant create on database DATABASE to USER;")
        }
        SharedError::NotPrepared { server } => {
            Hint::to("prepare it once", format!("naragtive shared init {server}"))
        }
        SharedError::OlderSchema { server, .. } => {
            Hint::to("whoever prepared it brings it up to date", format!("naragtive shared init {server}"))
        }
        SharedError::NewerSchema { .. } => Hint::say("update naragtive"),
        SharedError::NoStore { server, store, .. } => {
            return vec![
                Hint::to("the stores there are", format!("naragtive shared list {server}")),
                Hint::to(
                    "if it is somebody else's, they can let you in",
                    format!("naragtive shared grant {server}/{store} YOU read"),
                ),
            ];
        }
        SharedError::NameInUse { .. } => Hint::say("take another name; somebody has a store of this one"),
        SharedError::MayNot { server, store, needed, .. } => {
            Hint::to("its owner can let you", format!("naragtive shared grant {server}/{store} YOU {needed}"))
        }
        SharedError::LastOwner { .. } => {
            Hint::to("make somebody else an owner first", "naragtive shared grant HOST/CAMPAIGN WHO own")
        }
        SharedError::NobodyCalledSo { who, .. } => {
            Hint::to("have its administrator type", format!("create role \"{who}\" login password '...';"))
        }
        SharedError::RepeatedId { .. } => {
            Hint::to("make the store anew from its exports", "naragtive ingest-help")
        }
        SharedError::NulInId { .. } => {
            Hint::say("give the scene another id where it comes from, and ingest that")
        }
        SharedError::Outdated { .. } | SharedError::Stopped => Hint::say(TYPE_AGAIN),
        SharedError::Store(error) => return of_store(error),
        SharedError::Disk(error) => of_disk(error),
        SharedError::Database { server, .. } => {
            Hint::to("look at the server", format!("naragtive shared status {server}"))
        }
    };
    vec![one]
}
