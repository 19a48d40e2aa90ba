//! The formula of hybrid search, written plainly: what `constants.rs` and the folder `search` do fast.

use naragtive_index::{Analyzer, Language};

use crate::story::Scene;

/// What a row or several rows together say, term by term.
#[derive(Clone, Default)]
struct Text {
    terms: Vec<Vec<String>>,
    positions: Vec<Vec<i64>>,
    names: Vec<Vec<String>>,
}

impl Text {
    fn of(analyzer: &Analyzer, scene: &Scene) -> Self {
        let terms = analyzer.terms(&scene.text).map(|term| (term.text, i64::from(term.position)));
        let (terms, positions) = terms.unzip();
        let names = analyzer.terms(scene.name).map(|term| term.text).collect();
        Self { terms: vec![terms], positions: vec![positions], names: vec![names] }
    }

    fn together(rows: impl Iterator<Item = usize>, all: &[Self]) -> Self {
        let mut whole = Self::default();
        for row in rows {
            whole.terms.extend(all[row].terms.clone());
            whole.positions.extend(all[row].positions.clone());
            whole.names.extend(all[row].names.clone());
        }
        whole
    }

    fn length(&self) -> f64 {
        self.terms.iter().map(Vec::len).sum::<usize>() as f64
    }

    fn at(&self, part: usize, term: &str) -> Vec<i64> {
        let found = self.terms[part].iter().zip(&self.positions[part]).filter(|(found, _)| *found == term);
        found.map(|(_, position)| *position).collect()
    }

    fn count(&self, term: &str, name_counts: f64) -> f64 {
        let part = |part: usize| {
            let name = if self.names[part].iter().any(|name| name == term) { name_counts } else { 0.0 };
            name.max(self.at(part, term).len() as f64)
        };
        (0..self.terms.len()).map(part).sum()
    }

    fn pairs(&self, first: &str, second: &str, near: impl Fn(i64) -> bool) -> f64 {
        let part = |part: usize| {
            let others = self.at(part, second);
            let near = |at: &&i64| others.iter().any(|other| near(other - **at));
            self.at(part, first).iter().filter(near).count() as f64
        };
        (0..self.terms.len()).map(part).sum()
    }
}

fn idf(all: usize, holding: usize) -> f64 {
    (1.0 + (all as f64 - holding as f64 + 0.5) / (holding as f64 + 0.5)).ln()
}

/// BM25 of each text, and what a text would be worth that held each term once.
fn bm25(texts: &[Text], query: &[(String, f64)], pairs: bool, names: f64) -> (Vec<f64>, f64) {
    let average = texts.iter().map(Text::length).sum::<f64>().max(1.0) / texts.len() as f64;
    let mut scores = vec![0.0; texts.len()];
    let mut add = |weight: f64, count: &dyn Fn(&Text) -> f64| {
        let holding = texts.iter().filter(|text| count(text) > 0.0).count();
        for (score, text) in scores.iter_mut().zip(texts) {
            let (count, length) = (count(text), text.length() / average);
            *score += weight * idf(texts.len(), holding) * count * 1.9 / (count + 0.9 * (0.6 + 0.4 * length));
        }
        idf(texts.len(), holding)
    };
    let whole = query.iter().map(|(term, asked)| add(*asked, &|text| text.count(term, names))).sum();
    for pair in query.windows(2).filter(|_| pairs) {
        add(0.2, &|text| text.pairs(&pair[0].0, &pair[1].0, |gap| gap.abs() <= 8));
        add(0.2, &|text| text.pairs(&pair[0].0, &pair[1].0, |gap| (1..=2).contains(&gap)));
    }
    (scores, whole)
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum::<f64>();
    let length = (dot(a, a) * dot(b, b)).sqrt();
    if length > 0.0 { dot(a, b) / length } else { 0.0 }
}

fn greatest(values: impl Iterator<Item = f64>) -> Option<f64> {
    values.max_by(f64::total_cmp)
}

fn mean(a: Option<f64>, b: Option<f64>) -> Option<f64> {
    match (a, b) {
        (Some(a), Some(b)) => Some((a + b) / 2.0),
        (a, b) => a.or(b),
    }
}

/// The rows of a scene's group, in order; only itself without one.
fn group(scenes: &[Scene], row: usize) -> Vec<usize> {
    if scenes[row].group.is_empty() {
        return vec![row];
    }
    (0..scenes.len()).filter(|other| scenes[*other].group == scenes[row].group).collect()
}

/// The cosine of each row: half of it that of its passages together with the two on either side.
fn meanings(scenes: &[Scene], vector: &[f32]) -> Vec<Option<f64>> {
    let of = |row: usize| {
        let scene = &scenes[row];
        let best = |vectors: &[Vec<f32>]| greatest(vectors.iter().map(|stored| cosine(stored, vector)));
        let alone = mean(best(&scene.passages), best(&scene.windows));
        let passages = group(scenes, row)
            .into_iter()
            .flat_map(|other| scenes[other].passages.iter().map(move |passage| (other == row, passage)));
        let passages: Vec<(bool, &Vec<f32>)> = passages.collect();
        let pooled = |at: usize| {
            let mut sum = vec![0.0; vector.len()];
            for (_, passage) in &passages[at.saturating_sub(2)..passages.len().min(at + 3)] {
                let length = cosine_length(passage);
                sum.iter_mut().zip(*passage).for_each(|(sum, value)| *sum += value / length);
            }
            cosine(&sum, vector)
        };
        let own = passages.iter().enumerate().filter(|(_, (own, _))| *own);
        mean(alone, greatest(own.map(|(at, _)| pooled(at))))
    };
    (0..scenes.len()).map(of).collect()
}

fn cosine_length(vector: &[f32]) -> f32 {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 { length } else { f32::INFINITY }
}

/// The first row of each row's session.
fn sessions(scenes: &[Scene]) -> Vec<usize> {
    let mut sessions: Vec<usize> = Vec::new();
    for row in 0..scenes.len() {
        let before = group(scenes, row).into_iter().take_while(|other| *other < row).last();
        let same = before.filter(|before| {
            let size = sessions.iter().filter(|first| **first == sessions[*before]).count();
            scenes[*before].day == scenes[row].day && (scenes[row].day.is_some() || size < 16)
        });
        sessions.push(same.map_or(row, |before| sessions[before]));
    }
    sessions
}

/// Every row's score; of queries that are words and phrases.
pub(crate) fn scores(scenes: &[Scene], vector: &[f32], query: &str, keep: &[bool], spread: bool) -> Vec<f64> {
    let analyzer = Analyzer::new(Language::ENGLISH);
    let rows: Vec<Text> = scenes.iter().map(|scene| Text::of(&analyzer, scene)).collect();
    let kept = || (0..scenes.len()).filter(|row| keep[*row]);
    let terms = terms(&analyzer, query);

    let around = |row: usize| {
        let group = group(scenes, row);
        let at = group.iter().position(|other| *other == row).unwrap();
        Text::together(group[at.saturating_sub(2)..group.len().min(at + 2)].iter().copied(), &rows)
    };
    let windows: Vec<Text> = (0..scenes.len()).map(around).collect();
    let place = |(scores, whole): &(Vec<f64>, f64), row: usize| {
        let most = greatest(kept().map(|row| scores[row])).unwrap_or(0.0).max(0.75 * whole);
        if most > 0.0 { (scores[row] / most).min(1.0) } else { 0.0 }
    };
    let (own_words, window_words) = (bm25(&rows, &terms, true, 0.5), bm25(&windows, &terms, true, 0.5));

    let meanings = meanings(scenes, vector);
    let least = kept().filter_map(|row| meanings[row]).min_by(f64::total_cmp);
    let most = greatest(kept().filter_map(|row| meanings[row]));
    let meaning = |row: usize| match (meanings[row], least, most) {
        (Some(value), Some(least), Some(most)) if most - least > 1e-5 => (value - least) / (most - least),
        (Some(value), Some(least), _) => value - least + 1.0,
        _ => 0.0,
    };
    let own = |row: usize| {
        let words = (place(&own_words, row) + 0.5 * place(&window_words, row)) / 1.5;
        0.4 * meaning(row).clamp(0.0, 1.0) + 0.6 * words
    };
    let lent = |row: usize| {
        let group = group(scenes, row);
        let at = group.iter().position(|other| *other == row).unwrap();
        let beside = [at.checked_sub(1), Some(at + 1)].into_iter().flatten().filter_map(|at| group.get(at));
        (own(row) + 0.25 * greatest(beside.map(|row| own(*row))).unwrap_or(0.0)) / 1.25
    };

    let of = sessions(scenes);
    let firsts: Vec<usize> = (0..scenes.len()).filter(|row| of[*row] == *row).collect();
    let members = |first: usize| (0..scenes.len()).filter(|row| of[*row] == first).collect::<Vec<_>>();
    let texts: Vec<Text> =
        firsts.iter().map(|first| Text::together(members(*first).into_iter(), &rows)).collect();
    let (session_words, _) = bm25(&texts, &terms, false, 0.0);
    let at = |row: usize| firsts.iter().position(|first| *first == of[row]).unwrap();
    let best_words = greatest(kept().map(|row| session_words[at(row)])).unwrap_or(0.0);

    let (cue, date) = (cue(query), date(query, scenes));
    let phrases: Vec<&str> = query.split('"').skip(1).step_by(2).collect();
    (0..scenes.len())
        .map(|row| {
            let (mut sum, mut whole) = (lent(row), 1.0);
            if !spread {
                sum += 0.4 * greatest(members(of[row]).into_iter().map(lent)).unwrap();
                sum +=
                    if best_words > 0.0 { 0.2 * (session_words[at(row)] / best_words).min(1.0) } else { 0.0 };
                whole += 0.6;
            }
            if let Some(cue) = cue {
                sum += if cue(&scenes[row].text) { 0.05 } else { 0.0 };
                whole += 0.05;
            }
            if let Some((weight, fit)) = &date {
                sum += scenes[row].day.map_or(0.0, |day| weight * fit(day));
                whole += weight;
            }
            for phrase in &phrases {
                sum += if holds(&analyzer, &scenes[row], phrase) { 0.2 } else { 0.0 };
                whole += 0.2;
            }
            sum / whole
        })
        .collect()
}

/// The terms that are asked for and how often, without function words.
fn terms(analyzer: &Analyzer, query: &str) -> Vec<(String, f64)> {
    const FUNCTION_WORDS: [&str; 7] = ["the", "when", "do", "in", "how", "whi", "on"];
    let mut terms: Vec<(String, f64)> = Vec::new();
    for term in analyzer.terms(query).map(|term| term.text) {
        if FUNCTION_WORDS.contains(&term.as_str()) {
            continue;
        }
        match terms.iter_mut().find(|(known, _)| *known == term) {
            Some((_, count)) => *count += 1.0,
            None => terms.push((term, 1.0)),
        }
    }
    terms
}

fn holds(analyzer: &Analyzer, scene: &Scene, phrase: &str) -> bool {
    let wanted: Vec<String> = analyzer.terms(phrase).map(|term| term.text).collect();
    let found: Vec<String> = analyzer.terms(&scene.text).map(|term| term.text).collect();
    let named = wanted.len() == 1 && analyzer.terms(scene.name).any(|term| term.text == wanted[0]);
    named || found.windows(wanted.len()).any(|terms| terms == wanted)
}

/// Whether a text has signs of what the query asks for, as far as the words of these tests go: none has any.
fn cue(query: &str) -> Option<fn(&str) -> bool> {
    let asks = ["when", "how many", "why"].iter().any(|kind| query.starts_with(kind));
    asks.then_some(|_: &str| false)
}

type Fit = Box<dyn Fn(i32) -> f64>;

/// What a date counts, and how well a day fits: 19,509 is the first of June, 2023.
fn date(query: &str, scenes: &[Scene]) -> Option<(f64, Fit)> {
    let fades = |first: i32, last: i32, day: i32| {
        if day < first { 0.0 } else { (1.0 - f64::from((day - last).max(0)) / 15.0).max(0.0) }
    };
    if query.contains("June 2023") {
        return Some((0.1, Box::new(move |day| fades(19_509, 19_538, day))));
    }
    if query.contains("June 3") {
        let fit = move |day| f64::max(2.0 / 3.0 * fades(19_509, 19_538, day), fades(19_511, 19_511, day));
        return Some((0.15, Box::new(fit)));
    }
    let last = scenes.iter().filter_map(|scene| scene.day).max().filter(|_| query.contains("yesterday"))?;
    Some((0.1, Box::new(move |day| fades(last - 1, last - 1, day))))
}
