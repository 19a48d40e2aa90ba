//! One file that is not packed: its turns are dated, put into order, and become scenes.

use naragtive_scene::Scene;

use crate::input::Input;
use crate::order::ordered;
use crate::parts::ConversationParts;
use crate::report::OlderEncoding;
use crate::row::Parsed;
use crate::{Format, IngestError, IngestReport, Options, formats, scenes};

/// Reads one file that is not packed.
pub(crate) fn read_input(
    format: Format,
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let mut parts = ConversationParts::new(format, options, take);
    let mut parsed = match formats::in_parts(format.row()) {
        Some(parse) => parse(input, &mut |part| parts.take(part))?,
        None => (format.row().parse)(input, options)?,
    };
    if let Some(decoded) = input.decoded_so_far() {
        parsed.report.dropped_bytes += decoded.dropped;
        let lines = decoded.assumed_lines;
        parsed.report.encoding = decoded.assumed.map(|name| OlderEncoding { name, lines });
    }
    Ok(parts.finish(&mut parsed).unwrap_or_else(|| scenes_of(format, parsed, options, take)))
}

/// Makes scenes of what was read of a file.
fn scenes_of(
    format: Format,
    parsed: Parsed,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> IngestReport {
    let Parsed { transcripts, mut report } = ordered(format, parsed, options);
    let grouping = format.row().grouping.or_by(options.scene);
    let mut count = 0;
    let mut take = |scene| {
        count += 1;
        take(scene);
    };
    scenes::scenes(grouping, &format.source(), transcripts, options, &mut report, &mut take);
    report.scenes = count;
    report
}
