use rusqlite::types::ValueRef;
use rusqlite::{Connection, params};

/// How many changes to a collection were noted down and not carried out.
///
/// ChromaDB writes each change into a queue first; `max_seq_id` says how far the queue has been
/// worked off.
pub(crate) fn pending(connection: &Connection, collection: &str) -> rusqlite::Result<usize> {
    let done = connection
        .prepare(
            "SELECT m.seq_id FROM max_seq_id m JOIN segments s ON s.id = m.segment_id
             WHERE s.collection = ?1 AND s.scope = 'METADATA'",
        )?
        .query_map(params![collection], |row| Ok(seq_id(row.get_ref(0)?)))?
        .collect::<rusqlite::Result<Vec<i64>>>()?;
    let done = done.into_iter().max().unwrap_or(0);
    connection.query_row(
        "SELECT count(*) FROM embeddings_queue WHERE topic LIKE '%/' || ?1 AND seq_id > ?2",
        params![collection, done],
        |row| row.get(0).map(isize::unsigned_abs),
    )
}

/// Early releases keep the number as eight bytes, the highest first.
fn seq_id(value: ValueRef<'_>) -> i64 {
    match value {
        ValueRef::Integer(number) => number,
        ValueRef::Blob(bytes) => bytes.iter().fold(0, |number, byte| (number << 8) | i64::from(*byte)),
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_a_release_wrote_it() {
        for (written, read) in [
            (ValueRef::Integer(70_000), 70_000),
            (ValueRef::Blob(&[0, 0, 0, 0, 0, 1, 17, 112]), 70_000),
            (ValueRef::Blob(&[255; 24]), -1),
            (ValueRef::Null, 0),
        ] {
            assert_eq!(seq_id(written), read, "{written:?}");
        }
    }
}
