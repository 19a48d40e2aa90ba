use std::path::Path;

/// A path as a shell takes it for one word.
pub fn quoted(path: impl AsRef<Path>) -> String {
    let text = path.as_ref().to_string_lossy();
    // A file may be called like a flag.
    let text = if text.starts_with('-') { format!("./{text}") } else { text.into_owned() };
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%~".contains(c);
    if text.chars().all(plain) { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_of_a_shell() {
        for (path, word) in [
            ("/home/ada/.naragtive/s.parquet", "/home/ada/.naragtive/s.parquet"),
            ("chapter one.txt", "'chapter one.txt'"),
            ("Ada's.txt", r"'Ada'\''s.txt'"),
            ("$(rm x).txt", "'$(rm x).txt'"),
            ("-e.txt", "./-e.txt"),
        ] {
            assert_eq!(quoted(path), word);
        }
    }
}
