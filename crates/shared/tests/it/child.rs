//! A process of our own: the test program started again to do one job.

use std::path::Path;
use std::process::{Child, Command, Stdio};

const URL: &str = "SHARED_TEST_URL";
const FOLDER: &str = "SHARED_TEST_FOLDER";

#[test]
#[ignore = "what a process of its own does, which other tests start"]
fn child() {
    let [url, folder] = [URL, FOLDER].map(|name| std::env::var(name).unwrap());
    crate::kills::write_for_ever(&url, Path::new(&folder));
}

/// Starts a process that writes until it is killed.
pub(crate) fn start(url: &str, folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child::child", "--ignored", "--nocapture"])
        .env(URL, url)
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}
