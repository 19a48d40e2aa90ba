//! One file that is not packed: its turns are dated, put into order, and become scenes.

use naragtive_scene::Scene;

use crate::formats::datasets::records;
use crate::input::Input;
use crate::parts::ConversationParts;
use crate::report::OlderEncoding;
use crate::{Format, IngestError, IngestReport, Options, formats};

/// Reads one file that is not packed.
pub(crate) fn read_input(
    format: Format,
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let mut parts = ConversationParts::new(format, options, take);
    let mut parsed = match formats::in_parts(format.row()) {
        Some(parse) => parse(input, options, &mut |given, extent| parts.take(given, extent))?,
        None => (format.row().parse)(input, options)?,
    };
    parsed.report.has_no_fields = !options.map.is_empty() && format.row().name != records::ROW.name;
    if let Some(decoded) = input.decoded_so_far() {
        parsed.report.dropped_bytes += decoded.dropped;
        let lines = decoded.assumed_lines;
        parsed.report.encoding = decoded.assumed.map(|name| OlderEncoding { name, lines });
    }
    Ok(parts.finish(parsed))
}
