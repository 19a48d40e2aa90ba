//! Nothing that lies in the current folder is ever started, whatever it is called.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;

use crate::sandbox::Sandbox;

/// Modules that a Python imports by itself, or that pip or what it asks may want.
const MODULES: [&str; 16] = [
    "pip.py",
    "pip/__init__.py",
    "pip/__main__.py",
    "sitecustomize.py",
    "usercustomize.py",
    "numpy.py",
    "keyring.py",
    "runpy.py",
    "encodings/__init__.py",
    "ssl.py",
    "json.py",
    "urllib/__init__.py",
    "truststore.py",
    "setuptools/__init__.py",
    "python311.zip/os.py",
    "lib/python3/site-packages/sitecustomize.py",
];
/// Programs that might be looked up by name.
const PROGRAMS: [&str; 10] =
    ["python3", "python", "pip", "pip3", "py", "uvx", "sh", "bash", "env", "python3.exe"];

/// A folder to work in that is full of traps; whoever steps into one leaves a file `sprung`.
fn trapped() -> Sandbox {
    let sandbox = Sandbox::new();
    let sprung = sandbox.home("../../sprung");
    for module in MODULES {
        let path = sandbox.path(module);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, format!("open({:?}, 'a').write({module:?} + '\\n')\n", sprung.to_str().unwrap()))
            .unwrap();
    }
    for program in PROGRAMS {
        let path = sandbox.path(program);
        if path.exists() {
            continue;
        }
        fs::write(&path, format!("#!/bin/sh\necho {program} >> '{}'\n", sprung.display())).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::write(sandbox.path("pyvenv.cfg"), "home = .\n").unwrap();
    fs::write(sandbox.path("pip.conf"), "[global]\npython = ./python3\n").unwrap();
    sandbox
}

/// The command with no model at hand, no hub to reach and an index that refuses.
fn cut_off<'a>(sandbox: &Sandbox, command: &'a mut Command, path: &str) -> &'a mut Command {
    command
        .env_remove("NARAGTIVE_MODEL_DIR")
        .env_remove("HF_HUB_OFFLINE")
        .env("HF_ENDPOINT", "http://127.0.0.1:1")
        .env("PIP_INDEX_URL", "http://127.0.0.1:1/simple")
        .env("PIP_RETRIES", "0")
        .env("PYTHONPATH", sandbox.path(""))
        .env("PYTHONHOME", "")
        .env("PYTHONUSERBASE", sandbox.path(""))
        .env("PYTHONSTARTUP", sandbox.path("sitecustomize.py"))
        .env("PATH", path)
}

#[test]
fn no_file_of_the_current_folder_is_started_when_a_model_is_fetched() {
    let sandbox = trapped();
    sandbox.golden("neptune-chapter.txt");
    let here = sandbox.path("").display().to_string();
    let usual = std::env::var("PATH").unwrap();
    let own = sandbox.home("../../bin");
    fs::create_dir_all(&own).unwrap();
    let pip = own.join("pip");
    fs::write(&pip, "#!/bin/sh\nPATH=/usr/bin:/bin exec python3 -m pip \"$@\"\n").unwrap();
    fs::set_permissions(&pip, fs::Permissions::from_mode(0o755)).unwrap();
    let own = own.display();
    for (args, paths) in [
        (
            &["model", "pull"][..],
            vec![
                format!("{usual}"),
                // Whichever of these is looked into has a trap.
                format!(":.:{here}:./:..:{here}/../work/:{usual}:"),
                format!("{own}"),
                String::new(),
                ".".into(),
            ],
        ),
        (&["quickstart"][..], vec![format!("{here}::.:{usual}")]),
        (&["ingest-neptune", "-e", "neptune-chapter.txt", "-o", "s.parquet"][..], vec![format!(".:{own}")]),
    ] {
        for path in paths {
            let output = sandbox.finish(cut_off(&sandbox, &mut sandbox.command(args), &path));
            let sprung = fs::read_to_string(sandbox.home("../../sprung")).unwrap_or_default();
            assert_eq!(sprung, "", "{args:?} with PATH={path}: {output}");
            assert_eq!(output.code, Some(2), "{args:?} with PATH={path}: {output}");
            let tried = if path.trim_matches('.').is_empty() {
                "no pip was found"
            } else {
                "No matching distribution"
            };
            assert!(output.stderr.contains(tried), "{args:?} with PATH={path}: {output}");
        }
    }
}
