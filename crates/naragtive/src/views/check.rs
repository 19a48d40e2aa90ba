use serde_json::{Value, json};

use crate::Hint;
use crate::doctor::Check;

/// What `doctor` looked at.
pub fn checks(checks: &[Check]) -> Value {
    let faults = checks.iter().filter(|check| check.verdict.is_err()).count();
    json!({"faults": faults, "checks": checks.iter().map(check).collect::<Vec<_>>()})
}

/// One thing that was looked at, what was found, and what to type where it is a fault.
pub fn check(check: &Check) -> Value {
    let subject = check.subject.to_string();
    match &check.verdict {
        Ok(found) => json!({"subject": subject, "ok": true, "found": found.to_string(), "hints": []}),
        Err(fault) => {
            let hints: Vec<Value> = fault.hints().iter().map(hint).collect();
            json!({"subject": subject, "ok": false, "found": fault.to_string(), "hints": hints})
        }
    }
}

/// What helps: one line, with what to type at its end.
pub fn hint(hint: &Hint) -> Value {
    hint.to_string().into()
}
