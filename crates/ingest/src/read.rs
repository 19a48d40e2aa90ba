use naragtive_scene::Scene;

use crate::input::Input;
use crate::row::Parsed;
use crate::stamp::date_turns;
use crate::{Format, IngestError, IngestReport, Options, SkipReason, container, order, scenes};

/// The scenes of an export, in its order, and what there is to tell about reading it.
#[derive(Debug, Clone, PartialEq)]
pub struct Ingested {
    /// The scenes; none has an empty text.
    pub scenes: Vec<Scene>,
    /// Counts, and what was passed over.
    pub report: IngestReport,
}

/// Reads the bytes of an export.
///
/// # Errors
/// When the bytes are not an export of that format; the error says what was expected, what was found
/// and where.
pub fn read(format: Format, bytes: &[u8], options: &Options<'_>) -> Result<Ingested, IngestError> {
    let row = format.row();
    let mut ingested = Ingested { scenes: Vec::new(), report: IngestReport::default() };
    let mut bad_files = Vec::new();
    let take = |file: &[u8]| {
        let input = Input::new(file);
        let mut parsed = (row.parse)(&input, options)?;
        let decoded = input.decoded();
        parsed.report.dropped_bytes += decoded.dropped;
        parsed.report.encoding = decoded.assumed;
        drop(input);
        add(format, parsed, options, &mut ingested);
        Ok(())
    };
    let failed = |name: &str, problem: &IngestError| bad_files.push(format!("{name}: {problem}"));
    container::each_file(bytes, row.extensions, take, failed)?;
    for file in bad_files {
        ingested.report.skip(SkipReason::BadFile, &file);
    }
    ingested.report.scenes = ingested.scenes.len();
    Ok(ingested)
}

/// Dates the turns of a file, puts them into order and makes scenes of them.
fn add(format: Format, parsed: Parsed, options: &Options<'_>, ingested: &mut Ingested) {
    let Parsed { mut transcripts, mut report } = parsed;
    date_turns(&mut transcripts, options.date_order, options.ingested_at, &mut report.dating);
    let grouping = format.row().grouping.or_by(options.scene);
    report.reordered = order::in_time(&mut transcripts, grouping);
    let scenes = scenes::scenes(grouping, &format.source(), transcripts, options, &mut report);
    if ingested.scenes.is_empty() {
        ingested.scenes = scenes;
    } else {
        ingested.scenes.extend(scenes);
    }
    ingested.report.add(report);
}
