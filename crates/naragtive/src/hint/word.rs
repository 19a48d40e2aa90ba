use std::path::Path;

use naragtive_text::is_harmful;

/// A path as a shell takes it for one word.
pub fn quoted(path: impl AsRef<Path>) -> String {
    let path = path.as_ref();
    match path.to_str().filter(|text| !text.contains(is_unseen)) {
        Some(text) => word(text, cfg!(windows)),
        None if cfg!(windows) => word(&path.to_string_lossy(), true),
        None => escaped(path),
    }
}

/// For the shells of Windows, which all take double quotes and in which a backslash is nothing special, or for those of
/// other systems.
fn word(text: &str, windows: bool) -> String {
    // A file may be called like a flag.
    let text = if text.starts_with('-') { format!("./{text}") } else { text.to_owned() };
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%~".contains(c) || windows && c == '\\';
    match text.chars().all(plain) {
        true => text,
        false if windows => format!("\"{text}\""),
        false => format!("'{}'", text.replace('\'', r"'\''")),
    }
}

/// Whether a character could not be copied from a terminal.
fn is_unseen(c: char) -> bool {
    c.is_control() || is_harmful(c)
}

/// A path with what is no text, or isn't seen, as the numbers of its bytes.
fn escaped(path: &Path) -> String {
    let mut word = String::from("$'");
    let number = |word: &mut String, byte: u8| word.push_str(&format!("\\x{byte:02x}"));
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\'' | '\\' => word.extend(['\\', c]),
                c if is_unseen(c) => {
                    c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| number(&mut word, byte));
                }
                c => word.push(c),
            }
        }
        chunk.invalid().iter().for_each(|byte| number(&mut word, *byte));
    }
    word.push('\'');
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, expected, on_windows) in [
            (
                "/home/ada/.naragtive/s.parquet",
                "/home/ada/.naragtive/s.parquet",
                "/home/ada/.naragtive/s.parquet",
            ),
            ("chapter one.txt", "'chapter one.txt'", "\"chapter one.txt\""),
            ("Ada's.txt", r"'Ada'\''s.txt'", "\"Ada's.txt\""),
            ("$(rm x).txt", "'$(rm x).txt'", "\"$(rm x).txt\""),
            ("-e.txt", "./-e.txt", "./-e.txt"),
            (r"C:\Users\Ada\s.parquet", r"'C:\Users\Ada\s.parquet'", r"C:\Users\Ada\s.parquet"),
        ] {
            assert_eq!((word(path, false).as_str(), word(path, true).as_str()), (expected, on_windows));
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_text_or_is_not_seen_is_typed_by_its_bytes() {
        use std::os::unix::ffi::OsStrExt;
        for (path, expected) in [
            (&b"no\xffpe.txt"[..], r"$'no\xffpe.txt'"),
            (b"a\x1b[31m'b.txt", r"$'a\x1b[31m\'b.txt'"),
            (b"two\nlines.txt", r"$'two\x0alines.txt'"),
        ] {
            assert_eq!(quoted(std::ffi::OsStr::from_bytes(path)), expected);
        }
    }
}
