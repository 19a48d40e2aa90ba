//! Where the turns of one channel are cut into scenes.

use naragtive_scene::{Role, Turn};

use super::{Labels, SceneRule};
use crate::words;

/// A pause after which something else begins: half an hour, in milliseconds.
const PAUSE: i64 = 30 * 60 * 1000;
/// How many characters of talk are one scene, as `eval/scene-rules` found it: of a story, where what one asks for goes on
/// for a while, and of messages, of which one or two answer a question.
const STORY: usize = 2000;
const CHAT: usize = 500;

/// The turns of one channel, in groups that are a scene each. A document that came with a turn is one by itself.
///
/// The groups of a file that has grown begin where they did: only the last one may be longer than it was.
pub(super) fn cut<'a>(turns: &[&'a Turn], rule: SceneRule, labels: Labels) -> Vec<Vec<&'a Turn>> {
    let most = if labels == Labels::Story { STORY } else { CHAT };
    let mut groups: Vec<Vec<&Turn>> = Vec::new();
    let mut length = 0;
    for turn in turns {
        let own = words::length(&turn.text);
        match groups.last_mut().filter(|group| goes_on(group, turn, rule, length + own <= most)) {
            Some(group) => {
                group.push(turn);
                length += own;
            }
            None => {
                groups.push(vec![turn]);
                length = own;
            }
        }
    }
    groups
}

fn goes_on(group: &[&Turn], turn: &Turn, rule: SceneRule, has_room: bool) -> bool {
    let Some(last) = group.last() else { return false };
    if turn.stands_alone || last.stands_alone || last.branch != turn.branch {
        return false;
    }
    match rule {
        SceneRule::Turn => false,
        SceneRule::Exchange => turn.role != Role::User,
        SceneRule::Gap => !is_pause(last, turn) && has_room,
        SceneRule::Chapter => true,
        SceneRule::Count(count) => group.len() < count.get(),
    }
}

/// Whether so much time lies between two turns that are on the same kind of clock.
fn is_pause(last: &Turn, next: &Turn) -> bool {
    let (Some(last), Some(next)) = (last.moment, next.moment) else { return false };
    last.is_instant() == next.is_instant() && next.milliseconds() - last.milliseconds() > PAUSE
}

#[cfg(test)]
mod tests {
    use naragtive_scene::Moment;

    use super::*;

    fn turn(role: Role, minutes: i64, length: usize) -> Turn {
        let moment = Some(Moment::Local { milliseconds: minutes * 60_000 });
        Turn { role, moment, text: "x".repeat(length), ..Turn::default() }
    }

    #[test]
    fn each_rule_cuts_in_its_own_places() {
        let (user, other) = (Role::User, Role::Assistant);
        let mut turns = [
            turn(other, 0, 1),
            turn(user, 1, 200),
            turn(other, 2, 350),
            turn(other, 40, 1),
            turn(user, 41, 1),
            turn(user, 42, 1),
        ];
        turns[5].stands_alone = true;
        let turns: Vec<&Turn> = turns.iter().collect();
        let two = SceneRule::Count(2.try_into().unwrap());
        for (rule, lengths) in [
            (SceneRule::Turn, &[1, 1, 1, 1, 1, 1][..]),
            (SceneRule::Exchange, &[1, 3, 1, 1]),
            (SceneRule::Gap, &[2, 1, 2, 1]),
            (SceneRule::Chapter, &[5, 1]),
            (two, &[2, 2, 1, 1]),
        ] {
            let found: Vec<usize> = cut(&turns, rule, Labels::Chat).iter().map(Vec::len).collect();
            assert_eq!(found, lengths, "{rule:?}");
        }
        let of_story = cut(&turns, SceneRule::Gap, Labels::Story);
        assert_eq!(of_story.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 1]);
    }
}
