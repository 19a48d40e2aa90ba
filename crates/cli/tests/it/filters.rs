//! What can be typed for a date.

use crate::sandbox::Sandbox;

#[test]
fn what_is_no_date_is_refused_with_what_is_accepted() {
    let sandbox = Sandbox::with_a_table();
    for (flag, date) in [
        ("--since", "11/02/2025"),
        ("--until", "2025-13-45"),
        ("--date", "2025/01/01"),
        ("--since", "soon"),
        ("--date", ""),
    ] {
        for command in [&["list"][..], &["search", "lamp"], &["export", "lamp"]] {
            let output = sandbox.run(&[command, &[flag, date]].concat());
            assert_eq!(output.code, Some(2), "{output}");
            assert!(output.stderr.contains("2025-11-03") && output.stderr.contains("yesterday"), "{output}");
        }
    }
    for (flags, found) in [
        (&["--date", "2025-11"][..], 2),
        (&["--since", "2025-11-10", "--until", "2025-11-10"], 2),
        (&["--since", "yesterday"], 0),
        (&["--until", "last week"], 2),
    ] {
        assert_eq!(sandbox.json(&[&["list", "--json"], flags].concat())["found"], found, "{flags:?}");
    }
}
