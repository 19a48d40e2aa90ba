use arrow_array::cast::AsArray;
use arrow_array::types::{
    Float32Type, Float64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, ArrayRef};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, TimeUnit};
use serde_json::Number;

use crate::json::{Key, Node};

/// The value in a row of a column, as JSON would have it. What is no text, number, list or object is what it is shown as;
/// bytes are nothing.
pub(super) fn node(column: &dyn Array, row: usize) -> Node {
    if column.is_null(row) {
        return Node::Null;
    }
    match column.data_type() {
        DataType::Utf8 => Node::Text(column.as_string::<i32>().value(row).to_owned()),
        DataType::LargeUtf8 => Node::Text(column.as_string::<i64>().value(row).to_owned()),
        DataType::Utf8View => Node::Text(column.as_string_view().value(row).to_owned()),
        DataType::Boolean => Node::Flag(column.as_boolean().value(row)),
        DataType::Float64 => number(column.as_primitive::<Float64Type>().value(row)),
        DataType::Float32 => number(f64::from(column.as_primitive::<Float32Type>().value(row))),
        DataType::List(_) => list(&column.as_list::<i32>().value(row)),
        DataType::LargeList(_) => list(&column.as_list::<i64>().value(row)),
        DataType::FixedSizeList(_, _) => list(&column.as_fixed_size_list().value(row)),
        DataType::Struct(fields) => {
            let columns = column.as_struct().columns();
            let values = fields.iter().zip(columns);
            Node::Object(
                values.map(|(field, column)| (Key::from(field.name().as_str()), node(column, row))).collect(),
            )
        }
        DataType::Dictionary(_, _) => {
            // The keys of this row and of no other: they are all copied at each call.
            let own = column.slice(row, 1);
            let dictionary = own.as_any_dictionary();
            let key = dictionary.normalized_keys().first().copied().unwrap_or(usize::MAX);
            if key < dictionary.values().len() { node(dictionary.values(), key) } else { Node::Null }
        }
        DataType::Timestamp(unit, Some(_)) => Node::Number(moment(column, row, *unit).into()),
        kind if kind.is_integer() => {
            shown(column, row).parse::<i64>().map_or(Node::Null, |value| Node::Number(value.into()))
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            Node::Null
        }
        _ => Node::Text(shown(column, row)),
    }
}

fn list(values: &ArrayRef) -> Node {
    Node::Array((0..values.len()).map(|at| node(values, at)).collect())
}

/// How many of its units a time lies behind the epoch; the formatter knows few time zones by name.
fn moment(column: &dyn Array, row: usize, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => column.as_primitive::<TimestampSecondType>().value(row),
        TimeUnit::Millisecond => column.as_primitive::<TimestampMillisecondType>().value(row),
        TimeUnit::Microsecond => column.as_primitive::<TimestampMicrosecondType>().value(row),
        TimeUnit::Nanosecond => column.as_primitive::<TimestampNanosecondType>().value(row),
    }
}

fn number(value: f64) -> Node {
    Number::from_f64(value).map_or(Node::Null, Node::Number)
}

fn shown(column: &dyn Array, row: usize) -> String {
    let formatter = ArrayFormatter::try_new(column, &FormatOptions::default());
    formatter.and_then(|formatter| formatter.value(row).try_to_string()).unwrap_or_default()
}
