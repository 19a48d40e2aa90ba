use std::path::Path;

/// A path as a shell takes it for one word.
pub fn quoted(path: impl AsRef<Path>) -> String {
    word(&path.as_ref().to_string_lossy(), cfg!(windows))
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
}
