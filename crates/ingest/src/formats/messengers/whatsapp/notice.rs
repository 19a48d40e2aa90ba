//! What the program tells of people where a name would stand: no name is in it, though it has a colon.

/// Quotation marks that open, and what closes them.
const QUOTES: [(char, &[char]); 8] = [
    ('"', &['"']),
    ('“', &['”']),
    ('„', &['“', '”', '"']),
    ('”', &['”']),
    ('«', &['»']),
    ('»', &['«']),
    ('「', &['」']),
    ('『', &['』']),
];

/// What stands before the new description of a group, in the languages it is known in.
const DESCRIBED: [&str; 13] = [
    "group description",
    "gruppenbeschreibung",
    "groepsbeschrijving",
    "descripción del grupo",
    "descrição do grupo",
    "description du groupe",
    "descrizione del gruppo",
    "описание группы",
    "опис групи",
    "opis grupy",
    "grup açıklamasını",
    "gruppebeskrivelse",
    "gruppbeskrivning",
];

/// Whether what stands before a colon is the beginning of a notice: `Ann created group "RP`.
pub(super) fn is_of_notice(name: &str) -> bool {
    let low = name.to_lowercase();
    is_within_quotes(name) || DESCRIBED.iter().any(|described| low.contains(described))
}

/// Whether a quotation was opened behind a space and never closed.
fn is_within_quotes(name: &str) -> bool {
    let mut open: Option<&[char]> = None;
    let mut before = 'a';
    for c in name.chars() {
        match open {
            Some(closing) if closing.contains(&c) => open = None,
            None if before.is_whitespace() => {
                open = QUOTES.iter().find(|(mark, _)| *mark == c).map(|(_, closing)| *closing);
            }
            _ => {}
        }
        before = c;
    }
    open.is_some()
}
