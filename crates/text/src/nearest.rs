/// A name less like the one that was typed than this isn't offered.
const ALIKE: f64 = 0.75;
/// How many names are offered.
const OFFERED: usize = 3;

/// Up to three of `known` that somebody may have meant by `name`, the most alike first.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let alike = scored(name, known).into_iter().filter(|(likeness, _)| *likeness >= ALIKE);
    alike.take(OFFERED).map(|(_, known)| known).collect()
}

/// All of `known`, those most like `name` first.
pub fn by_likeness<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    scored(name, known).into_iter().map(|(_, known)| known).collect()
}

/// The measure is Jaro's, as Winkler changed it ("String Comparator Metrics", 1990): it forgives swapped letters, and
/// what begins alike is more alike. Case doesn't matter. Equal ones are in the order of their letters.
fn scored<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Vec<(f64, &'a str)> {
    let wanted = name.to_lowercase();
    let likeness = |known: &str| strsim::jaro_winkler(&wanted, &known.to_lowercase());
    let mut scored: Vec<_> = known.into_iter().map(|known| (likeness(known), known)).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    scored
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_look_alike_are_offered_the_most_alike_first() {
        let known = ["scene_0001", "scene_0012", "chat_000001_Ada", "harbor", "Harbour"];
        assert_eq!(nearest("scene_001", known).first(), Some(&"scene_0001"));
        assert_eq!(nearest("HARBOUR", known), ["Harbour", "harbor"]);
        assert!(nearest("xyzzy", known).is_empty());
        assert_eq!(by_likeness("harbr", known).len(), known.len());
        assert!(nearest("x", []).is_empty());
    }
}
