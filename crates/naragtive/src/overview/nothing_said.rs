/// Which scenes of a store have no text or no metadata, by their rows.
pub fn nothing_said(rows: &[usize]) -> String {
    const SHOWN: usize = 5;
    let shown: Vec<String> = rows.iter().take(SHOWN).map(ToString::to_string).collect();
    let more = if rows.len() > SHOWN { ", ..." } else { "" };
    let shown = shown.join(", ");
    match rows.len() {
        1 => format!("1 scene has no text or no metadata (row {shown}, counted from 0)"),
        several => {
            format!("{several} scenes have no text or no metadata (rows {shown}{more}, counted from 0)")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_rows_are_named() {
        assert_eq!(nothing_said(&[1]), "1 scene has no text or no metadata (row 1, counted from 0)");
        let many: Vec<usize> = (3..12).collect();
        let said = "9 scenes have no text or no metadata (rows 3, 4, 5, 6, 7, ..., counted from 0)";
        assert_eq!(nothing_said(&many), said);
    }
}
