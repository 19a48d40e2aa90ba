use std::fmt::Write;

/// A line of what is said about a scene: its label, where there is one, and the value behind it.
pub(super) fn field(out: &mut String, label: &str, value: &str) {
    let label = if label.is_empty() { String::new() } else { format!("{label}:") };
    let _ = writeln!(out, "  {label:<12}{value}");
}
