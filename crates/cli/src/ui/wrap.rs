use console::measure_text_width;

use super::paint::is_sign;

/// Where the values of named lines (`  Date:       2025-11-10`) begin.
const VALUE: usize = 14;

/// Breaks lines between words so that none is wider than `width`, colours not counted. What doesn't fit of a line that
/// is set in goes on below its value.
pub fn wrap(text: &str, width: usize) -> String {
    text.split('\n').map(|line| wrap_line(line, width)).collect::<Vec<_>>().join("\n")
}

/// How many columns a text takes, colours not counted.
fn width_of(text: &str) -> usize {
    measure_text_width(&text.chars().filter(|c| !is_sign(*c)).collect::<String>())
}

fn wrap_line(line: &str, width: usize) -> String {
    if width_of(line) <= width {
        return line.to_owned();
    }
    let indent = if line.starts_with("  ") && width > 2 * VALUE { VALUE } else { 0 };
    let (mut out, mut taken) = (String::new(), 0);
    for (at, word) in line.split(' ').enumerate() {
        let wide = width_of(word);
        if taken > indent && taken + 1 + wide > width {
            out.push('\n');
            out.push_str(&" ".repeat(indent));
            taken = indent;
        } else if at > 0 {
            out.push(' ');
            taken += 1;
        }
        out.push_str(word);
        taken += wide;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        for (text, width, wrapped) in [
            ("one two three", 13, "one two three"),
            ("one two three", 8, "one two\nthree"),
            ("one two\n\nthree four", 9, "one two\n\nthree\nfour"),
            ("\u{fdd0}one\u{fdd5} two three", 8, "\u{fdd0}one\u{fdd5} two\nthree"),
            ("incomprehensible, he said", 8, "incomprehensible,\nhe said"),
            ("日本 日本", 6, "日本\n日本"),
            ("", 4, ""),
        ] {
            assert_eq!(wrap(text, width), wrapped, "{text:?} in {width}");
        }
    }

    #[test]
    fn a_value_goes_on_below_itself() {
        let line = "  Characters: Admiral Zelenskyy, Eva Rostova, Kieran";
        let expected = "  Characters: Admiral\n              Zelenskyy, Eva\n              Rostova, Kieran";
        assert_eq!(wrap(line, 30), expected);
    }
}
