use rusqlite::{Connection, Row, Statement};
use serde_json::Value;

use crate::schema::Schema;

/// The metadata key under which ChromaDB keeps the document.
pub(crate) const DOCUMENT: &str = "chroma:document";

/// Looks up the named values of one row.
pub(crate) struct Values<'c> {
    single: Statement<'c>,
    lists: Option<Statement<'c>>,
}

impl<'c> Values<'c> {
    pub(crate) fn new(connection: &'c Connection, schema: Schema) -> rusqlite::Result<Self> {
        let boolean = if schema.booleans { "bool_value" } else { "NULL" };
        let single = connection.prepare(&select("embedding_metadata", boolean))?;
        let lists = if schema.lists {
            Some(connection.prepare(&select("embedding_metadata_array", "bool_value"))?)
        } else {
            None
        };
        Ok(Self { single, lists })
    }

    /// The values of a row in the order they were inserted, those that are lists behind the others.
    pub(crate) fn of(&mut self, row: i64) -> rusqlite::Result<Vec<(String, Value)>> {
        let mut values = named(&mut self.single, row)?;
        let items = self.lists.as_mut().map(|lists| named(lists, row)).transpose()?.unwrap_or_default();
        for (key, item) in items {
            match values.iter_mut().find(|(name, _)| *name == key) {
                Some((_, Value::Array(items))) => items.push(item),
                Some((_, value)) => *value = Value::Array(vec![item]),
                None => values.push((key, Value::Array(vec![item]))),
            }
        }
        Ok(values)
    }
}

/// Both tables of values have the same columns. Their rowids tell the order of insertion, and
/// SQLite keeps that order when it rewrites the file.
fn select(table: &str, boolean: &str) -> String {
    format!(
        "SELECT key, string_value, int_value, float_value, {boolean} FROM {table} WHERE id = ?1 ORDER BY rowid"
    )
}

fn named(statement: &mut Statement<'_>, row: i64) -> rusqlite::Result<Vec<(String, Value)>> {
    statement.query_map([row], |row| Ok((row.get(0)?, value(row)?)))?.collect()
}

/// The one column that is not null. Null where none is, as SQLite keeps a float that is not a number,
/// and for an infinite one, which JSON has no word for.
fn value(row: &Row<'_>) -> rusqlite::Result<Value> {
    if let Some(text) = row.get::<_, Option<String>>(1)? {
        return Ok(Value::from(text));
    }
    if let Some(integer) = row.get::<_, Option<i64>>(2)? {
        return Ok(Value::from(integer));
    }
    if let Some(float) = row.get::<_, Option<f64>>(3)? {
        return Ok(Value::from(float));
    }
    Ok(row.get::<_, Option<bool>>(4)?.map_or(Value::Null, Value::from))
}
