//! What is added in parts is what is added at once.

use std::collections::BTreeMap;

use proptest::prelude::*;

use crate::support::{Bench, Message, scenes};

/// A message of some conversation: who, in which of its channels, and the gap to the one before it.
type Made = (u8, u8, u8);

/// A conversation, whether its messages have ids, and where it is cut: parts that share some messages, or none.
fn conversation() -> impl Strategy<Value = (Vec<Made>, bool, Vec<usize>, usize)> {
    let messages = prop::collection::vec((0..3u8, 0..2u8, 0..3u8), 4..14);
    (messages, any::<bool>(), prop::collection::vec(1..13usize, 0..3), 0..3usize)
}

fn messages(made: &[Made], ids: bool, seed: usize) -> Vec<Message> {
    let mut moment = 1_000_000 * seed as i64;
    let message = |(at, (who, channel, gap)): (usize, &Made)| {
        moment += i64::from(*gap) + if ids { 0 } else { 1 };
        Message {
            own_id: ids.then(|| (seed * 100 + at).to_string()),
            speaker: ["Ann", "Bo", "Cy"][usize::from(*who)].to_owned(),
            moment: Some(moment),
            channel: Some(["heist", "kitchen"][usize::from(*channel)].to_owned()),
            text: format!("Words {who} of number {at} in {seed}."),
        }
    };
    made.iter().enumerate().map(message).collect()
}

/// Parts of a conversation in which every message is, neighbours with `shared` messages in common.
fn parts(all: &[Message], cuts: &[usize], shared: usize) -> Vec<Vec<Message>> {
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % all.len()).chain([0, all.len()]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    cuts.windows(2).map(|two| all[two[0].saturating_sub(shared)..two[1]].to_vec()).collect()
}

/// What a store holds, conversation by conversation, without what depends on places.
fn held(bench: &Bench, store: &str) -> BTreeMap<String, Vec<String>> {
    let mut held = BTreeMap::<String, Vec<String>>::new();
    for row in bench.rows(store) {
        let origin = row.scene.origin.as_ref().unwrap();
        let file = origin.conversation.part_of.as_deref().unwrap_or(&origin.conversation.file);
        let whole = format!("{:?} {:?} {:?}", row.scene.text, row.embedding, row.passages);
        held.entry(file.to_owned()).or_default().push(format!("{whole} {}", row.scene.group().unwrap()));
    }
    held
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn parts_in_any_order_give_the_store_that_one_go_gives(
        (first, second, order, edited) in (conversation(), conversation(), any::<u64>(), any::<bool>())
    ) {
        let bench = Bench::new();
        let mut pieces = Vec::new();
        for (seed, (made, ids, cuts, shared)) in [first, second].iter().enumerate() {
            let all = messages(made, *ids, seed + 1);
            let file = format!("/{seed}.json");
            bench.add("once", scenes(&file, None, &all));
            for (at, part) in parts(&all, cuts, *shared).into_iter().enumerate() {
                // What is edited later is in an earlier export as it was.
                if edited && *ids && at == 0 {
                    let mut old = part.clone();
                    old[0].text.push_str(" Not yet.");
                    bench.add("parts", scenes(&file, None, &old));
                }
                pieces.push((file.clone(), part));
            }
        }
        let mut state = order;
        for at in (1..pieces.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            pieces.swap(at, (state >> 33) as usize % (at + 1));
        }
        for (file, part) in &pieces {
            bench.add("parts", scenes(file, None, part));
        }
        prop_assert_eq!(held(&bench, "parts"), held(&bench, "once"));
        let ids = bench.ids("parts");
        let once: std::collections::HashSet<_> = ids.iter().collect();
        prop_assert_eq!(once.len(), ids.len());
        let rows = bench.rows("parts");
        for (file, part) in pieces.iter().rev() {
            prop_assert_eq!(bench.counts("parts", scenes(file, None, part)), [0, 0, part.len()]);
        }
        prop_assert!(bench.rows("parts") == rows);
    }

    #[test]
    fn parts_in_their_order_have_the_ids_that_one_go_gives(
        (made, ids, cuts, shared) in conversation()
    ) {
        let bench = Bench::new();
        let all = messages(&made, ids, 1);
        bench.add("once", scenes("/a.json", None, &all));
        for part in parts(&all, &cuts, shared) {
            bench.add("parts", scenes("/a.json", None, &part));
        }
        prop_assert_eq!(bench.ids("parts"), bench.ids("once"));
    }
}
