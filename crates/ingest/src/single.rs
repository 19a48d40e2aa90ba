//! One file that is not packed: its turns are dated, put into order, and become scenes.

use naragtive_scene::Scene;

use crate::input::Input;
use crate::row::Parsed;
use crate::stamp::date_turns;
use crate::{Format, IngestError, IngestReport, Options, aside, order, scenes};

/// Reads one file that is not packed.
pub(crate) fn read_input(
    format: Format,
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let mut parsed = (format.row().parse)(input, options)?;
    if let Some(decoded) = input.decoded_so_far() {
        parsed.report.dropped_bytes += decoded.dropped;
        parsed.report.encoding = decoded.assumed;
    }
    Ok(scenes_of(format, parsed, options, take))
}

/// Dates the turns of a file, puts them into order and makes scenes of them.
fn scenes_of(
    format: Format,
    parsed: Parsed,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> IngestReport {
    let Parsed { mut transcripts, mut report } = parsed;
    aside::part(&mut transcripts, format.row().grouping, &mut report);
    date_turns(&mut transcripts, options.date_order, options.ingested_at, &mut report.dating);
    let grouping = format.row().grouping.or_by(options.scene);
    report.reordered = order::in_time(&mut transcripts, grouping);
    let mut count = 0;
    let mut take = |scene| {
        count += 1;
        take(scene);
    };
    scenes::scenes(grouping, &format.source(), transcripts, options, &mut report, &mut take);
    report.scenes = count;
    report
}
