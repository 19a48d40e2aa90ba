//! Smaller things that were read wrongly, and their like.

use std::ffi::OsStr;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::process::Stdio;

use crate::sandbox::{Output, Sandbox};

/// What clap refuses, or the program itself.
fn refused(output: &Output) -> &str {
    assert_eq!((output.code, output.stdout.as_str()), (Some(2), ""), "{output}");
    &output.stderr
}

#[test]
fn what_is_no_number_or_no_name_is_an_error_that_says_what_is_expected() {
    let sandbox = Sandbox::with_a_table();
    for (flags, told) in [
        (&["--min-score", "nan"][..], "expected a score like 0.4 or 40%, found `nan`"),
        (&["--min-score", "inf"], "expected a score like 0.4 or 40%, found `inf`"),
        (&["--min-score", "40 percent"], "expected a score like 0.4 or 40%"),
        (&["-l", "-1"], "invalid value '-1' for '--limit <N>': expected a whole number from 1 up"),
        (&["--limit", "-5"], "expected a whole number from 1 up"),
        (&["--context", "-1"], "invalid value '-1' for '--context <N>'"),
        (&["--threads", "-1"], "invalid value '-1' for '--threads <N>': expected a whole number from 1 up"),
        (&["--stores", ""], "expected the names or files of stores, found none"),
        (&["--stores", " , "], "expected the names or files of stores, found none"),
        (&["--store-name", ""], "no store is named ``"),
    ] {
        let output = sandbox.run(&[&["search", "lamp"], flags].concat());
        let said = refused(&output);
        assert!(said.contains(told) && !said.contains("-- -"), "{flags:?}: {said}");
    }
    for score in ["-1", "0", " 40 % ", "1e-3", "+.4"] {
        let output = sandbox.run(&["search", "lamp", "--min-score", score]);
        assert!(matches!(output.code, Some(0 | 1)), "{score}: {output}");
    }
}

#[test]
fn a_file_of_queries_is_read_as_people_save_one() {
    let sandbox = Sandbox::with_a_table();
    let utf_16 = |text: &str| -> Vec<u8> {
        [0xFF, 0xFE].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
    };
    for (reason, bytes, queries) in [
        ("plain", b"lamp\nferry\n".to_vec(), &["lamp", "ferry"][..]),
        ("of Windows", b"\xef\xbb\xbflamp\r\n\r\nferry\r\n".to_vec(), &["lamp", "ferry"]),
        ("UTF-16", utf_16("lamp\r\nferry\r\n"), &["lamp", "ferry"]),
        ("two files put together", b"\xef\xbb\xbflamp\n\xef\xbb\xbfferry\n".to_vec(), &["lamp", "ferry"]),
        ("a line without a word", b"lamp\n???\n".to_vec(), &["lamp", "???"]),
    ] {
        sandbox.write("queries.txt", &bytes);
        let from_file = sandbox.run(&["search", "--queries", "queries.txt"]);
        let mut process =
            sandbox.command(&["search", "--queries", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        process.stdin.take().unwrap().write_all(&bytes).unwrap();
        let from_input = sandbox.output(process.wait_with_output().unwrap());
        assert_eq!(from_file.stdout, from_input.stdout, "{reason}");
        let answers: Vec<serde_json::Value> =
            from_file.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let asked: Vec<_> = answers.iter().map(|answer| answer["query"].as_str().unwrap()).collect();
        assert_eq!(asked, queries, "{reason}: {from_file}");
        for answer in answers {
            let found = answer["results"].as_array().unwrap().len();
            assert_eq!(found == 0, answer["query"] == "???", "{reason}: {answer}");
        }
    }
    for (bytes, told) in [
        (&b""[..], "`queries.txt` holds no query"),
        (b"\n \r\n\xef\xbb\xbf\n", "`queries.txt` holds no query"),
        (b"lamp\xe9\n", "bytes that are not UTF-8"),
    ] {
        sandbox.write("queries.txt", bytes);
        let said = sandbox.refused(&["search", "--queries", "queries.txt"]);
        assert!(said.contains(told), "{said}");
    }
}

#[test]
fn odd_names_are_told_and_their_like_can_be_typed() {
    let sandbox = Sandbox::with_a_table();
    for (args, told) in [
        (&[&b"search"[..], b"\xfflamp"][..], "expected text in UTF-8, found `\u{fffd}lamp`"),
        (&[b"search", b"lamp", b"--store-name", b"\xff"], "expected text in UTF-8, found `\u{fffd}`"),
        (&[b"search", b"lamp", b"-s", b"no\xff.parquet"], "there is no store at `no\u{fffd}.parquet`"),
        (&[b"ingest", b"no\xff.txt"], "can't read `no\u{fffd}.txt`"),
        (&[b"search", b"lamp", b"--mode", b"x\x1b[31my"], "invalid value 'xy'"),
        (&[b"search", b"lamp", b"-s", b"a\x1b[31m.parquet"], "there is no store at `a\u{241b}[31m.parquet`"),
    ] {
        let mut command = sandbox.command(&[]);
        command.args(args.iter().map(|argument| OsStr::from_bytes(argument)));
        let output = sandbox.finish(&mut command);
        let said = refused(&output);
        assert!(said.contains(told) && !said.contains('\x1b'), "{args:?}: {said}");
    }
    std::fs::write(sandbox.path("").join(OsStr::from_bytes(b"odd\xff\n.bin")), b"\0\0\0").unwrap();
    let mut command = sandbox.command(&["ingest"]);
    command.arg(OsStr::from_bytes(b"odd\xff\n.bin"));
    let output = sandbox.finish(&mut command);
    assert!(refused(&output).contains(r"--as FORMAT $'odd\xff\x0a.bin'"), "{output}");
}

#[test]
fn a_disk_that_is_full_is_said_to_be() {
    let sandbox = Sandbox::with_a_table();
    if std::path::Path::new("/dev/full").exists() {
        let said = sandbox.refused(&["export", "lamp", "-o", "/dev/full"]);
        assert!(
            said.contains("hint: make room on its disk, then type the same command again: df -h /dev"),
            "{said}"
        );
    }
    let said = sandbox.refused(&["ingest", "chat.json", "-o", "no/such/s.parquet"]);
    assert!(said.contains("hint: make the folder: mkdir -p no/such"), "{said}");
}
