//! Stamps are written with the digits, spaces and marks of many scripts; here they become plain ones.

/// A stamp in lower case with ASCII digits, ASCII punctuation and single spaces, without marks that nobody sees.
pub(super) struct Normal {
    pub(super) text: String,
    /// Whether digits of another script were in it: no American wrote it.
    pub(super) foreign_digits: bool,
}

/// Normalizes `stamp`.
pub(super) fn normal(stamp: &str) -> Normal {
    let mut text = String::with_capacity(stamp.len());
    let mut foreign_digits = false;
    for c in stamp.chars() {
        match digit(c) {
            Some((digit, foreign)) => {
                foreign_digits |= foreign;
                text.push(digit);
            }
            None => push(c, &mut text),
        }
    }
    let trimmed = text.trim().trim_start_matches(['[', '(', '<']).trim_end_matches([']', ')', '>', ':']);
    let keeps_zone = text.contains('[') && trimmed.contains('[') || trimmed.contains('(');
    let text = if keeps_zone { text.trim().to_owned() } else { trimmed.trim().to_owned() };
    Normal { text, foreign_digits }
}

/// The ASCII digit that `c` stands for, and whether its script is another than ours. Fullwidth digits are ours.
fn digit(c: char) -> Option<(char, bool)> {
    const ZEROS: [char; 8] =
        ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}', '\u{1040}', '\u{17e0}', '\u{be6}'];
    let from = |zero: char| {
        let value = u32::from(c).checked_sub(u32::from(zero)).filter(|value| *value < 10)?;
        char::from_digit(value, 10)
    };
    if c.is_ascii() {
        return c.is_ascii_digit().then_some((c, false));
    }
    from('\u{ff10}')
        .map(|digit| (digit, false))
        .or_else(|| ZEROS.into_iter().find_map(from).map(|digit| (digit, true)))
}

fn push(c: char, text: &mut String) {
    match c {
        // Marks of direction and of no width.
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{61c}'
        | '\u{feff}' => {}
        '年' | '년' | '月' | '월' => text.push('-'),
        '日' | '일' | '号' | '號' | '秒' | '초' => text.push(' '),
        '時' | '时' | '点' | '點' | '시' | '分' | '분' => text.push(':'),
        '，' | '،' | '、' => text.push(','),
        '：' | '∶' => text.push(':'),
        '／' | '⁄' | '∕' => text.push('/'),
        '．' | '。' => text.push('.'),
        '－' | '−' | '‐' | '‑' | '–' => text.push('-'),
        '’' | '´' | '‘' => text.push('\''),
        _ if c.is_whitespace() => {
            if !text.ends_with(' ') {
                text.push(' ');
            }
        }
        _ => text.extend(c.to_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_script_gives_plain_digits_and_marks() {
        for (stamp, text, foreign) in [
            ("11/10/2025, 4:00:41\u{202f}AM", "11/10/2025, 4:00:41 am", false),
            ("١٠\u{200f}/١١\u{200f}/٢٠٢٥، ٤:٠٠:٤١ ص", "10/11/2025, 4:00:41 ص", true),
            ("۱۴۰۴/۸/۱۹", "1404/8/19", true),
            ("１１/１０/２０２５, ４:００", "11/10/2025, 4:00", false),
            ("[2025年11月10日 04時00分]", "2025-11-10 04:00", false),
            ("\u{200e}[02/11/2025]", "02/11/2025", false),
        ] {
            let found = normal(stamp);
            assert_eq!((found.text.as_str(), found.foreign_digits), (text, foreign), "{stamp}");
        }
    }
}
