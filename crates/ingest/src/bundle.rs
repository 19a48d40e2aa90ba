//! Exports that come together: the files of a folder, or of an archive, each of whatever format it is.

use naragtive_scene::Scene;

use crate::input::{Bytes, Input};
use crate::read::read_input;
use crate::row::FormatRow;
use crate::{Certainty, Format, IngestError, IngestReport, Lexicon, Options, SkipReason, container};

/// Files that tell about the others beside them and are no exports: who is who in a Slack workspace, what channels and
/// the user of Discord's data package are called, what a thread of Jan is about.
const COMPANIONS: [&str; 5] = ["users.json", "user.json", "channel.json", "index.json", "thread.json"];
/// How large such a file may be; a larger one is none.
const COMPANION_SIZE: usize = 64 << 20;
/// How deep archives may lie within archives.
const DEPTH: usize = 2;

/// The files of one folder or archive as they are read.
pub struct Bundle<'a> {
    options: Options<'a>,
    /// The words of the user's own, for formats that take them.
    lexicon: Option<&'a Lexicon>,
    format: Option<Format>,
    beside: Vec<(String, String)>,
    parts: Vec<BundlePart>,
    left_out: IngestReport,
    problem: Option<IngestError>,
}

/// What a bundle has of one format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BundlePart {
    /// Which.
    pub format: Format,
    /// How sure that is of the first such file; none where the user said it.
    pub certainty: Option<Certainty>,
    /// What its files held.
    pub report: IngestReport,
}

/// Whether the bytes are an archive of several files.
pub fn is_archive(bytes: &[u8]) -> bool {
    container::is_archive(bytes)
}

impl<'a> Bundle<'a> {
    /// A bundle of which nothing was read yet. Its files go by their names behind those of `options`. With a format,
    /// each file is read as one.
    pub fn new(options: Options<'a>, lexicon: Option<&'a Lexicon>, format: Option<Format>) -> Self {
        let (beside, parts, left_out) = (Vec::new(), Vec::new(), IngestReport::default());
        Self { options, lexicon, format, beside, parts, left_out, problem: None }
    }

    /// Reads one file. What can't be read costs no other, and is counted.
    ///
    /// # Errors
    /// When an archive unpacks to more than is sensible.
    pub fn add<'b>(
        &mut self,
        name: &str,
        bytes: impl Into<Bytes<'b>>,
        take: &mut dyn FnMut(Scene),
    ) -> Result<(), IngestError> {
        self.add_at(DEPTH, name, bytes.into(), take)
    }

    fn add_at(
        &mut self,
        depth: usize,
        name: &str,
        bytes: Bytes<'_>,
        take: &mut dyn FnMut(Scene),
    ) -> Result<(), IngestError> {
        if !container::is_packed(bytes.all) && !container::is_archive(bytes.all) {
            self.add_file(name, bytes, take);
            return Ok(());
        }
        if depth == 0 {
            self.skip(SkipReason::OtherFile, name);
            return Ok(());
        }
        let mut too_large = None;
        let mut bad = Vec::new();
        let unpacked = container::each_entry(bytes.all, &COMPANIONS, &mut |entry, file| {
            let inner =
                [name, entry].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/");
            match file {
                Ok(file) => self.add_at(depth - 1, &inner, file.into(), take),
                Err(problem @ IngestError::TooLarge { .. }) => Err(problem),
                Err(problem) => {
                    bad.push((inner, problem));
                    Ok(())
                }
            }
            .map_err(|problem| too_large = Some(problem))
            .is_ok()
        });
        for (inner, problem) in bad {
            self.fail(&inner, problem);
        }
        match (too_large, unpacked) {
            (Some(problem), _) | (None, Err(problem @ IngestError::TooLarge { .. })) => Err(problem),
            (None, Err(problem)) => {
                self.fail(name, problem);
                Ok(())
            }
            (None, Ok(())) => Ok(()),
        }
    }

    fn add_file(&mut self, name: &str, bytes: Bytes<'_>, take: &mut dyn FnMut(Scene)) {
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let beside = std::mem::take(&mut self.beside);
        let input = Input::within(bytes, name, &beside);
        let fits = |row: &FormatRow| is_called_like_one(file_name, row.extensions);
        let found = match self.format {
            Some(format) => Some((format, None)),
            None => Format::sniffed(&input).map(|(format, certainty)| (format, Some(certainty))),
        };
        match found.filter(|(format, _)| fits(format.row())) {
            Some((format, certainty)) => self.read(name, format, certainty, &input, take),
            None if is_companion(file_name) => {}
            None => self.skip(SkipReason::OtherFile, name),
        }
        let is_companion = is_companion(file_name) && bytes.all.len() <= COMPANION_SIZE;
        let companion = is_companion.then(|| input.decoded().text.to_string());
        drop(input);
        self.beside = beside;
        self.beside.extend(companion.map(|text| (name.to_owned(), text)));
    }

    fn read(
        &mut self,
        name: &str,
        format: Format,
        certainty: Option<Certainty>,
        input: &Input<'_>,
        take: &mut dyn FnMut(Scene),
    ) {
        let under = |whole: &str| if name.is_empty() { whole.to_owned() } else { format!("{whole}/{name}") };
        let (file, source_file) = (under(self.options.file), under(self.options.source_file));
        let own = self.lexicon.filter(|_| format.takes_lexicon());
        let lexicon = own.unwrap_or(self.options.lexicon);
        let options = Options { file: &file, source_file: &source_file, lexicon, ..self.options };
        match read_input(format, input, &options, take) {
            Ok(report) => match self.parts.iter_mut().find(|part| part.format == format) {
                Some(part) => part.report.add(report),
                None => self.parts.push(BundlePart { format, certainty, report }),
            },
            Err(problem) => self.fail(name, problem),
        }
    }

    fn fail(&mut self, name: &str, problem: IngestError) {
        self.skip(SkipReason::BadFile, &format!("{name}: {problem}"));
        let entry = name.to_owned();
        self.problem.get_or_insert(match problem {
            problem if name.is_empty() => problem,
            problem => IngestError::InArchive { entry, problem: Box::new(problem) },
        });
    }

    /// Counts a file that isn't read.
    pub fn skip(&mut self, reason: SkipReason, name: &str) {
        self.left_out.skip(reason, name);
    }

    /// What was read, by format; files that weren't are told with the first.
    ///
    /// # Errors
    /// When nothing could be read, with what was wrong with the first file that seemed to be an export.
    pub fn finish(mut self) -> Result<Vec<BundlePart>, IngestError> {
        match (self.parts.first_mut(), self.problem) {
            (Some(first), _) => first.report.add(self.left_out),
            (None, Some(problem)) => return Err(problem),
            (None, None) => {
                return Err(IngestError::NoExport { files: self.left_out.count(SkipReason::OtherFile) });
            }
        }
        Ok(self.parts)
    }
}

/// Whether a file of that name tells about those beside it, so that it is to be read before them.
pub fn is_companion(file_name: &str) -> bool {
    COMPANIONS.contains(&file_name)
}

/// Whether the name ends as those of the format do; one that ends in nothing may be anything.
fn is_called_like_one(file_name: &str, extensions: &[&str]) -> bool {
    let Some((_, extension)) = file_name.rsplit_once('.') else { return true };
    extensions.contains(&extension.to_ascii_lowercase().as_str())
}
