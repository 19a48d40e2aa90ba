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
/// bytes that are no text are nothing.
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
        DataType::Binary => text(column.as_binary::<i32>().value(row)),
        DataType::LargeBinary => text(column.as_binary::<i64>().value(row)),
        DataType::BinaryView => text(column.as_binary_view().value(row)),
        DataType::FixedSizeBinary(_) => Node::Null,
        _ => Node::Text(shown(column, row)),
    }
}

/// Older writers of parquet don't say which bytes are text.
fn text(bytes: &[u8]) -> Node {
    std::str::from_utf8(bytes).map_or(Node::Null, |text| Node::Text(text.to_owned()))
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

#[cfg(test)]
mod tests {
    use arrow_array::{BinaryArray, BinaryViewArray, LargeBinaryArray};

    use super::*;

    #[test]
    fn bytes_are_the_text_that_they_are() {
        let cells: Vec<&[u8]> = vec!["The kéeper.".as_bytes(), b"\xff\xfe\x00"];
        let arrays: [&dyn Array; 3] = [
            &BinaryArray::from(cells.clone()),
            &LargeBinaryArray::from(cells.clone()),
            &BinaryViewArray::from(cells),
        ];
        for array in arrays {
            assert_eq!(node(array, 0), Node::Text("The kéeper.".to_owned()));
            assert_eq!(node(array, 1), Node::Null);
        }
    }
}
