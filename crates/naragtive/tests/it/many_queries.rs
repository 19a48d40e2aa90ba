//! Many queries, one after the other.

use std::fs;

use naragtive::{AnsweredQuery, Error, Flow, Query, read_queries};

use crate::home::Place;

#[test]
fn a_file_of_queries_is_read_and_one_that_holds_none_is_refused() {
    let place = Place::new();
    fs::write(place.path("q.txt"), "\u{feff}the lamp\r\n\r\n?!\r\n").unwrap();
    assert_eq!(read_queries(&place.path("q.txt")).unwrap(), ["the lamp", "?!"]);
    fs::write(place.path("q.txt"), "\n \n").unwrap();
    assert!(matches!(read_queries(&place.path("q.txt")), Err(Error::NoQueries { .. })));
    assert!(matches!(read_queries(&place.path("none.txt")), Err(Error::Read { .. })));
}

#[test]
fn one_without_a_word_finds_nothing_and_ends_none_of_the_others() {
    let place = Place::new();
    place.chat("table", &[("Ada", "The lamp is lit."), ("Bob", "The ferry was late.")]);
    let mut session = place.library.session(&place.all()).unwrap();
    let found = ["the lamp", "?!", "the ferry"].map(|text| {
        let answered = session.search_next(&Query::new(text, 5), &mut |_| Flow::Continue).unwrap();
        let AnsweredQuery { hits, has_words, lost_reranker } = answered;
        (!hits.hits.is_empty(), has_words, lost_reranker)
    });
    assert_eq!(found, [(true, true, false), (false, false, false), (true, true, false)]);
}
