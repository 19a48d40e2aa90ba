use std::hash::{DefaultHasher, Hash, Hasher};

/// In which row each scene is, by a hash of its id: who reads a conversation asks for one place in it after the other, and all
/// ids of a large store take longer to read than the scenes do.
pub(super) struct IdRows(Vec<(u64, u32)>);

impl IdRows {
    /// Of all ids, in the order of the rows.
    pub(super) fn of(ids: &[String]) -> Self {
        let mut rows: Vec<_> = ids.iter().map(|id| hash(id)).zip(0..).collect();
        rows.sort_unstable();
        Self(rows)
    }

    /// The rows that may have this id, in order: those of another one with the same hash are among them.
    pub(super) fn of_id(&self, id: &str) -> impl Iterator<Item = usize> {
        let wanted = hash(id);
        let first = self.0.partition_point(|(hash, _)| *hash < wanted);
        let rest = self.0.get(first..).unwrap_or_default().iter();
        rest.take_while(move |(hash, _)| *hash == wanted).map(|(_, row)| *row as usize)
    }
}

fn hash(id: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    id.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_leads_to_its_rows_in_order_and_another_one_nowhere() {
        let ids: Vec<String> = (0..1_000).map(|number| format!("scene {}", number % 997)).collect();
        let rows = IdRows::of(&ids);
        let of = |id: &str| rows.of_id(id).collect::<Vec<_>>();
        assert_eq!((of("scene 2"), of("scene 500"), of("scene")), (vec![2, 999], vec![500], vec![]));
        assert_eq!(IdRows::of(&[]).of_id("a").next(), None);
    }
}
