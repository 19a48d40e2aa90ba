use std::process::{Child, Command};

/// Presses Ctrl-C.
pub(crate) fn interrupt(process: &Child) {
    let kill = Command::new("kill").args(["-INT", &process.id().to_string()]).status().unwrap();
    assert!(kill.success());
}
