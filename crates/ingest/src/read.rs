use naragtive_scene::Scene;

use crate::input::{Bytes, Input};
use crate::row::Parsed;
use crate::stamp::date_turns;
use crate::{Format, IngestError, IngestReport, Options, SkipReason, aside, container, order, scenes};

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
    let mut scenes = Vec::new();
    let report = read_each(format, bytes, options, |scene| scenes.push(scene))?;
    Ok(Ingested { scenes, report })
}

/// The same, scene by scene: a million of them take more memory than the file they are of.
///
/// # Errors
/// As [`read`]. An error may come behind scenes of other files in an archive.
pub fn read_each<'a>(
    format: Format,
    bytes: impl Into<Bytes<'a>>,
    options: &Options<'_>,
    mut take_scene: impl FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let row = format.row();
    let mut report = IngestReport::default();
    let mut bad_files = Vec::new();
    let take = |file: Bytes<'_>| {
        report.add(read_input(format, &Input::new(file), options, &mut take_scene)?);
        Ok(())
    };
    let failed = |name: &str, problem: &IngestError| bad_files.push(format!("{name}: {problem}"));
    container::each_file(bytes.into(), row.extensions, take, failed)?;
    for file in bad_files {
        report.skip(SkipReason::BadFile, &file);
    }
    Ok(report)
}

/// Reads one file that is not packed.
pub(crate) fn read_input(
    format: Format,
    input: &Input<'_>,
    options: &Options<'_>,
    take: &mut dyn FnMut(Scene),
) -> Result<IngestReport, IngestError> {
    let mut parsed = (format.row().parse)(input, options)?;
    let decoded = input.decoded();
    parsed.report.dropped_bytes += decoded.dropped;
    parsed.report.encoding = decoded.assumed;
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
