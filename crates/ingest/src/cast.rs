//! Who is in a scene: the names of people in its text.
//!
//! The rule, in order:
//! 1. A name or alias of the lexicon's cast, word for word, is listed under the cast's name. So is a
//!    speaker of the transcript who is mentioned, but for players and narrators.
//! 2. Any other run of capitalised words may be a name. Words that are never one end the run: common
//!    words, weekdays and months, the lexicon's places, ships and tone words, words with digits or in
//!    capitals throughout, and words that the transcript writes in lower case at least as often as in
//!    capitals within a sentence. A title (`Captain`) may lead a run, but is no name alone. A word that
//!    is capitalised only where a sentence begins is a name only if a run goes on behind it, or if
//!    it speaks (`Petrova nods`).
//! 3. Every mention in the transcript votes on whether a run is a person. A title before it or a verb of
//!    speech beside it says yes (+3). An acronym before it says it is a ship (-3: `HMS Beagle`). An
//!    article or `in` before it (`the Underdark`), `of` on the side of another
//!    capital (`Bag of Holding`), `&`, or a capitalised word on either side that is no part of the run
//!    (`Bad News`) says no (-2). Any other mention within a sentence is a small yes (+1). The sum has to be above zero, and in a transcript
//!    of more than 20 scenes a single word without a title needs two.
//! 4. Of the names in one scene, those whose words are all in a longer one are dropped.
//!
//! The vote and the count of lower-case uses are taken over the whole transcript, so a name that one
//! scene leaves in doubt is settled by the others.

mod known;
mod token;

use std::collections::{BTreeSet, HashMap};

use self::known::{Known, WordKind};
use self::token::{Token, tokens};
use crate::Lexicon;

/// The people in each of `texts`, sorted. `speakers` are all who speak in them.
pub(crate) fn people(texts: &[&str], speakers: &[&str], lexicon: &Lexicon) -> Vec<Vec<String>> {
    let known = Known::new(lexicon, speakers);
    let uses = Uses::count(texts);
    let mentions: Vec<Vec<Mention>> =
        texts.iter().map(|text| mentions(&tokens(text, &known), &known, &uses)).collect();
    let votes = votes(&mentions);
    let needed = if texts.len() > 20 { 2 } else { 1 };
    mentions.iter().map(|scene| listed(scene, &votes, needed)).collect()
}

/// How often a word is written small, and how often large within a sentence.
#[derive(Default)]
struct Uses(HashMap<String, Use>);

#[derive(Default, Clone, Copy)]
struct Use {
    small: usize,
    large: usize,
}

impl Uses {
    fn count(texts: &[&str]) -> Self {
        let mut uses = Self::default();
        for text in texts {
            for token in token::plain(text) {
                let seen = uses.0.entry(token.word.to_lowercase()).or_default();
                seen.small += usize::from(!token.is_capitalised());
                seen.large += usize::from(token.is_capitalised() && !token.opens);
            }
        }
        uses
    }

    fn of(&self, word: &str) -> Use {
        self.0.get(&word.to_lowercase()).copied().unwrap_or_default()
    }
}

/// A name that stands in a text, and what this one place says about it.
struct Mention {
    name: String,
    vote: Vote,
}

enum Vote {
    /// It is in the cast or speaks: no vote is needed.
    Certain,
    /// A run of capitalised words.
    Doubtful(i32),
}

fn mentions(tokens: &[Token<'_>], known: &Known<'_>, uses: &Uses) -> Vec<Mention> {
    let mut mentions = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let (mention, length) = match cast_at(tokens, at, known, uses) {
            Some((name, length)) => (Some(Mention { name: name.to_owned(), vote: Vote::Certain }), length),
            None => run_at(tokens, at, known, uses),
        };
        mentions.extend(mention);
        at += length.max(1);
    }
    mentions
}

/// The member of the cast named at `at` and in how many words; not if more of a name follows.
fn cast_at<'k>(
    tokens: &[Token<'_>],
    at: usize,
    known: &'k Known<'_>,
    uses: &Uses,
) -> Option<(&'k str, usize)> {
    let (name, length) = known.cast_at(tokens, at)?;
    let goes_on = tokens.get(at + length).is_some_and(|next| {
        next.joined && is_name(next, known, uses) && known.cast_at(tokens, at + length).is_none()
    });
    (!goes_on).then_some((name, length))
}

/// The run of capitalised words at `at`, if it could be a name, and how many words to go on.
fn run_at(tokens: &[Token<'_>], at: usize, known: &Known<'_>, uses: &Uses) -> (Option<Mention>, usize) {
    let mut titles = 0;
    let mut names = 0;
    for token in tokens.get(at..).unwrap_or_default().iter().take(4) {
        if titles + names > 0 && !token.joined {
            break;
        }
        match known.kind(token) {
            WordKind::Title if names == 0 => titles += 1,
            WordKind::Open if titles > 0 || token.opens || is_name(token, known, uses) => names += 1,
            _ => break,
        }
    }
    let length = titles + names;
    let run = tokens.get(at..at + length).unwrap_or_default();
    let mention = vote(tokens, at, titles, run, known, uses)
        .map(|vote| Mention { name: spelled(run), vote: Vote::Doubtful(vote) });
    (mention.filter(|_| names > 0), length)
}

/// What the place of a run says about it; none if it can't be a name here.
fn vote(
    tokens: &[Token<'_>],
    at: usize,
    titles: usize,
    run: &[Token<'_>],
    known: &Known<'_>,
    uses: &Uses,
) -> Option<i32> {
    let first = run.first()?;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before)).filter(|_| first.joined);
    let after = tokens.get(at + run.len()).filter(|next| next.joined);
    if titles > 0 || [before, after].into_iter().flatten().any(|beside| known.is_speech(beside.word)) {
        return Some(3);
    }
    if before.is_some_and(|word| word.is_acronym()) {
        return Some(-3);
    }
    let belongs = before.is_some_and(|word| word.word == "of")
        && at.checked_sub(2).and_then(|owner| tokens.get(owner)).is_some_and(Token::is_name_shaped);
    if belongs
        || before.is_some_and(|word| known.is_article(word.word) || is_rest_of_title(word))
        || after.is_some_and(|word| word.word == "of" || is_rest_of_title(word))
    {
        return Some(-2);
    }
    if first.opens { run.iter().any(|word| is_name(word, known, uses)).then_some(0) } else { Some(1) }
}

/// Whether a word beside a run shows that the run is a part of some title (`Bad News`).
fn is_rest_of_title(word: &Token<'_>) -> bool {
    word.is_and_sign() || (word.is_name_shaped() && !word.opens && !word.word.contains(['\'', '’']))
}

/// Whether the transcript writes this word large within a sentence, and small less often.
fn is_name(token: &Token<'_>, known: &Known<'_>, uses: &Uses) -> bool {
    let seen = uses.of(token.word);
    known.kind(token) == WordKind::Open && seen.large > seen.small
}

fn spelled(run: &[Token<'_>]) -> String {
    run.iter().map(|token| token.word).collect::<Vec<_>>().join(" ")
}

fn votes(scenes: &[Vec<Mention>]) -> HashMap<&str, i32> {
    let mut votes = HashMap::new();
    for mention in scenes.iter().flatten() {
        if let Vote::Doubtful(vote) = mention.vote {
            *votes.entry(mention.name.as_str()).or_default() += vote;
        }
    }
    votes
}

/// The names of one scene; a single word takes `needed` votes.
fn listed(scene: &[Mention], votes: &HashMap<&str, i32>, needed: i32) -> Vec<String> {
    let people: BTreeSet<&str> = scene
        .iter()
        .filter(|mention| match mention.vote {
            Vote::Certain => true,
            Vote::Doubtful(_) => {
                let needed = if mention.name.contains(' ') { 1 } else { needed };
                votes.get(mention.name.as_str()).is_some_and(|sum| *sum >= needed)
            }
        })
        .map(|mention| mention.name.as_str())
        .collect();
    people
        .iter()
        .filter(|name| !people.iter().any(|other| is_part(name, other)))
        .map(|name| (*name).to_owned())
        .collect()
}

/// Whether `longer` has every word of `name` and others besides.
fn is_part(name: &str, longer: &str) -> bool {
    let words: Vec<&str> = longer.split(' ').collect();
    name != longer
        && name.split(' ').count() < words.len()
        && name.split(' ').all(|word| words.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(texts: &[&str]) -> Vec<Vec<String>> {
        people(texts, &["User", "Venice", "Grog", "All"], &Lexicon::builtin())
    }

    #[test]
    fn people_are_listed_and_other_capitals_are_not() {
        for (text, names) in [
            ("Do try. Then orders. Combat stations! Relief and Monday in June.", &[][..]),
            ("The Admiral turns. Admiral, do you hear?", &[]),
            ("\"Combat stations. And Kieran? Do try not to get shot.\"", &["Kieran"]),
            ("We burn for Ceres-7 and Titan on the ThunderChild.", &[]),
            ("The SRV Stonewall-7 follows the HMS Beagle.", &[]),
            ("I saw Eva Rostova. Rostova's ship is gone.", &["Eva Rostova"]),
            ("I asked Captain Stone and Mr. Harker.", &["Captain Stone", "Mr. Harker"]),
            ("Brannon nods. Silence falls.", &["Brannon"]),
            ("Silver flashes. Rain falls.", &[]),
            ("We walk the Underdark. I like the Underdark.", &[]),
            ("He looks at Sarah Longwell, then at Mira. Mira waits.", &["Mira", "Sarah Longwell"]),
            ("We like Likes, Liberty and li.", &["Liberty", "Likes"]),
            ("I tell Grog, User and Venice. All right.", &["Grog"]),
            ("they know Li Wei", &["Li Wei"]),
            ("We met Lady Kima. We like Kima.", &["Lady Kima"]),
            ("I know Mark. Leave a mark, any mark.", &[]),
            ("NO! I AM NOT SHOUTING.", &[]),
            ("We play Dungeons & Dragons, with Bad News and a Bag of Holding, by D&D-men.", &[]),
            ("He was Batman-style.", &[]),
            ("j'ai vu Chloé et Zoë", &["Chloé", "Zoë"]),
        ] {
            assert_eq!(found(&[text]), [names], "{text}");
        }
    }

    #[test]
    fn one_scene_settles_what_another_leaves_open() {
        let scenes =
            ["Pike heals. Vasselheim burns.", "I thank Pike. I live in Vasselheim, near Vasselheim."];
        assert_eq!(found(&scenes), [vec!["Pike"], vec!["Pike"]]);
    }
}
