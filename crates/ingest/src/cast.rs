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
//!    article or `in` before it (`the Underdark`), `of` between it and another capital (`Bag of
//!    Holding`), `&`, or a capitalised word on either side that is no part of the run (`Bad News`) says
//!    no (-2). Any other mention within a sentence is a small yes (+1). The sum has to be above zero,
//!    and in a transcript of more than 20 scenes a single word without a title needs two.
//! 4. Of the names in one scene, those whose words are all in a longer one are dropped.
//!
//! The vote and the count of lower-case uses are taken over the whole transcript, so a name that one
//! scene leaves in doubt is settled by the others.

mod known;
mod token;

use std::collections::{BTreeSet, HashMap};

use self::known::{Known, WordKind};
use self::token::{Token, lower, tokens};
use crate::Lexicon;

/// The people in each of `texts`, sorted. `speakers` are all who speak in them.
pub(crate) fn people(texts: &[&str], speakers: &[&str], lexicon: &Lexicon) -> Vec<Vec<String>> {
    let known = Known::new(lexicon, speakers);
    let uses = Uses::count(texts);
    let (known, uses) = (&known, &uses);
    let mentions: Vec<Vec<Mention>> = texts
        .iter()
        .map(|text| Text { tokens: tokens(text, |word| known.is_title(word)), known, uses }.mentions())
        .collect();
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
                uses.add(&token);
            }
        }
        uses
    }

    /// Counts a word. One that is written small, as most are, is copied the first time only.
    fn add(&mut self, token: &Token<'_>) {
        let large = token.is_capitalised();
        let low = lower(token.word);
        let one = Use { small: usize::from(!large), large: usize::from(large && !token.opens) };
        match self.0.get_mut(&*low) {
            Some(seen) => (seen.small, seen.large) = (seen.small + one.small, seen.large + one.large),
            None => drop(self.0.insert(low.into_owned(), one)),
        }
    }

    fn of(&self, word: &str) -> Use {
        self.0.get(&*lower(word)).copied().unwrap_or_default()
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

/// One text, with all there is to know for telling the names in it.
struct Text<'a> {
    tokens: Vec<Token<'a>>,
    known: &'a Known<'a>,
    uses: &'a Uses,
}

impl Text<'_> {
    fn mentions(&self) -> Vec<Mention> {
        let mut mentions = Vec::new();
        let mut at = 0;
        while at < self.tokens.len() {
            let (mention, length) = match self.cast_at(at) {
                Some((name, length)) => {
                    (Some(Mention { name: name.to_owned(), vote: Vote::Certain }), length)
                }
                None => self.run_at(at),
            };
            mentions.extend(mention);
            at += length.max(1);
        }
        mentions
    }

    /// The member of the cast named at `at` and in how many words; not if more of a name follows.
    fn cast_at(&self, at: usize) -> Option<(&str, usize)> {
        let (name, length) = self.known.cast_at(&self.tokens, at)?;
        let behind = at + length;
        let goes_on = self.tokens.get(behind).is_some_and(|next| {
            next.joined && self.is_name(next) && self.known.cast_at(&self.tokens, behind).is_none()
        });
        (!goes_on).then_some((name, length))
    }

    /// The run of capitalised words at `at`, if it could be a name, and how many words to go on.
    fn run_at(&self, at: usize) -> (Option<Mention>, usize) {
        let (titles, names) = self.run_length(at);
        let length = titles + names;
        let run = self.tokens.get(at..at + length).unwrap_or_default();
        if names == 0 {
            return (None, length);
        }
        let vote = if titles > 0 { Some(3) } else { self.vote(at, run) };
        (vote.map(|vote| Mention { name: spelled(run), vote: Vote::Doubtful(vote) }), length)
    }

    /// How many titles and how many words of a name stand at `at`.
    fn run_length(&self, at: usize) -> (usize, usize) {
        let (mut titles, mut names) = (0, 0);
        for token in self.tokens.iter().skip(at).take(4) {
            let first = titles + names == 0;
            match self.known.kind(token) {
                _ if !first && !token.joined => break,
                WordKind::Title if names == 0 => titles += 1,
                WordKind::Open if titles > 0 || token.opens || self.is_name(token) => names += 1,
                _ => break,
            }
        }
        (titles, names)
    }

    /// What the place of a run without a title says about it; none if it can't be a name here.
    fn vote(&self, at: usize, run: &[Token<'_>]) -> Option<i32> {
        let first = run.first()?;
        let before = self.before(at).filter(|_| first.joined);
        let after = self.tokens.get(at + run.len()).filter(|next| next.joined);
        if [before, after].into_iter().flatten().any(|beside| self.known.is_speech(beside.word)) {
            Some(3)
        } else if before.is_some_and(Token::is_acronym) {
            Some(-3)
        } else if before.is_some_and(|word| self.makes_a_thing(at, word)) || after.is_some_and(is_of_a_thing)
        {
            Some(-2)
        } else if first.opens {
            run.iter().any(|word| self.is_name(word)).then_some(0)
        } else {
            Some(1)
        }
    }

    fn before(&self, at: usize) -> Option<&Token<'_>> {
        at.checked_sub(1).and_then(|before| self.tokens.get(before))
    }

    /// Whether `before`, which stands before the run at `at`, shows that the run is a thing.
    fn makes_a_thing(&self, at: usize, before: &Token<'_>) -> bool {
        let belongs =
            before.word == "of" && self.before(at.saturating_sub(1)).is_some_and(Token::is_name_shaped);
        belongs || self.known.is_article(before.word) || is_rest_of_title(before)
    }

    /// Whether the transcript writes this word large within a sentence, and small less often.
    fn is_name(&self, token: &Token<'_>) -> bool {
        let seen = self.uses.of(token.word);
        self.known.kind(token) == WordKind::Open && seen.large > seen.small
    }
}

/// Whether a word behind a run shows that the run is a thing.
fn is_of_a_thing(after: &Token<'_>) -> bool {
    after.word == "of" || is_rest_of_title(after)
}

/// Whether a word beside a run shows that the run is a part of some title (`Bad News`).
fn is_rest_of_title(word: &Token<'_>) -> bool {
    word.is_and_sign() || (word.is_name_shaped() && !word.opens && !word.word.contains(['\'', '’']))
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
    let longer = by_word(&people);
    let is_alone = |name: &&&str| {
        let first = name.split(' ').next().unwrap_or_default();
        !longer.get(first).is_some_and(|others| others.iter().any(|other| is_part(name, other)))
    };
    people.iter().filter(is_alone).map(|name| (*name).to_owned()).collect()
}

/// Under each word, the names of more than one word that have it.
fn by_word<'a>(people: &BTreeSet<&'a str>) -> HashMap<&'a str, Vec<&'a str>> {
    let mut names: HashMap<&str, Vec<&str>> = HashMap::new();
    for name in people.iter().filter(|name| name.contains(' ')) {
        name.split(' ').for_each(|word| names.entry(word).or_default().push(name));
    }
    names
}

/// Whether `longer` has every word of `name` and others besides.
fn is_part(name: &str, longer: &str) -> bool {
    let words: Vec<&str> = longer.split(' ').collect();
    name.split(' ').count() < words.len() && name.split(' ').all(|word| words.contains(&word))
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
