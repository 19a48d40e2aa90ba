use std::num::NonZeroUsize;
use std::str::FromStr;

/// Where one scene ends and the next one begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SceneRule {
    /// Each turn is a scene.
    Turn,
    /// What the person at the keyboard says is one with all that is answered to it.
    Exchange,
    /// Turns that follow each other closely are one, up to a sensible length.
    Gap,
    /// A chapter, or a whole conversation where there are no chapters.
    Chapter,
    /// So many turns.
    Count(NonZeroUsize),
}

/// A text that names no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected turn, exchange, gap, chapter or a number of turns, found `{0}`")]
pub struct UnknownRule(String);

impl FromStr for SceneRule {
    type Err = UnknownRule;

    fn from_str(name: &str) -> Result<Self, UnknownRule> {
        match name {
            "turn" => Ok(Self::Turn),
            "exchange" => Ok(Self::Exchange),
            "gap" => Ok(Self::Gap),
            "chapter" => Ok(Self::Chapter),
            number => number.parse().map(Self::Count).map_err(|_| UnknownRule(name.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_a_word_or_a_number_above_none() {
        for (name, rule) in [
            ("turn", Some(SceneRule::Turn)),
            ("exchange", Some(SceneRule::Exchange)),
            ("gap", Some(SceneRule::Gap)),
            ("chapter", Some(SceneRule::Chapter)),
            ("3", NonZeroUsize::new(3).map(SceneRule::Count)),
            ("0", None),
            ("turns", None),
        ] {
            assert_eq!(name.parse::<SceneRule>().ok(), rule, "{name}");
        }
    }
}
