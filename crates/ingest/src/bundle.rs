//! Exports that come together: the files of a folder, or of an archive, each of whatever format it is.

use std::cell::RefCell;
use std::rc::Rc;

use naragtive_scene::Scene;

use crate::bytes::Bytes;
use crate::container::{Limits, Wanted, is_binder};
use crate::decode::decode;
use crate::input::{Beside, Input};
use crate::single::read_input;
use crate::{
    Certainty, Format, IngestError, IngestReport, Known, KnownBefore, Lexicon, Options, SkipReason, container,
};

/// Files that tell about the others beside them and are no exports: who is who in a Slack workspace and who talks to
/// whom, what channels and the user of Discord's data package are called, what a thread of Jan is about.
const COMPANIONS: [&str; 6] =
    ["users.json", "user.json", "channel.json", "index.json", "thread.json", "dms.json"];
/// Files that programs lay beside what they export, and in which nobody says anything, each with words that it begins with
/// where others may be called so too: what was thought of ChatGPT's answers, what Discord's and Google's archives hold.
const ASIDE: [(&str, &str); 4] = [
    ("message_feedback.json", ""),
    ("archive_browser.html", ""),
    ("README.txt", "data package"),
    ("README.md", "data package"),
];
/// What the names of a project's texts end in, and of what is said about these.
const TEXTS: [&str; 3] = [".rtf", ".txt", ".comments"];
/// Folders of a project beside its texts: old drafts, pictures of pages, settings.
const ASIDE_OF_PROJECTS: [&str; 5] = ["Snapshots/", "QuickLook/", "Settings/", "Icons/", "Mobile/"];
/// How large such a file may be; a larger one is none.
const COMPANION_SIZE: usize = 64 << 20;
/// How many bytes of texts are held for a binder.
const HELD: usize = 256 << 20;
/// What the names of archives end with.
const ARCHIVES: [&str; 4] = ["zip", "gz", "tgz", "tar"];
/// How deep archives may lie within archives.
const DEPTH: usize = 2;

/// The files of one folder or archive as they are read.
pub struct Bundle<'a> {
    options: Options<'a>,
    /// Whether its files go by their own names behind that of the whole.
    names_files: bool,
    /// The words of the user's own, for formats that take them.
    lexicon: Option<&'a Lexicon>,
    format: Option<Format>,
    /// What its files may go on with; none where nobody knows.
    before: Option<&'a mut KnownBefore>,
    beside: Beside,
    /// Projects whose texts come one after the other, and are read when all are there.
    projects: Vec<Project>,
    /// How much of the archive that is being read may still be unpacked.
    limits: Rc<Limits>,
    parts: Vec<BundlePart>,
    left_out: IngestReport,
    problem: Option<IngestError>,
}

/// A binder, and the texts that it tells about.
struct Project {
    name: String,
    bytes: Vec<u8>,
    texts: Beside,
    held: usize,
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
        let (beside, projects, parts) = (Beside::new(), Vec::new(), Vec::new());
        let (limits, left_out) = (Rc::default(), IngestReport::default());
        Self {
            options,
            names_files: true,
            lexicon,
            format,
            before: None,
            beside,
            projects,
            limits,
            parts,
            left_out,
            problem: None,
        }
    }

    /// The same, whose files may go on with what is known, and with each other.
    #[must_use]
    pub fn going_on(self, before: &'a mut KnownBefore) -> Self {
        Self { before: Some(before), ..self }
    }

    /// Files that all go by the name of the whole.
    pub(crate) fn of_one_name(options: Options<'a>, format: Format) -> Self {
        Self { names_files: false, ..Self::new(options, None, Some(format)) }
    }

    /// Reads one file. What can't be read costs no other, and is counted; so does an archive that unpacks to more than is
    /// sensible.
    pub fn add<'b>(&mut self, name: &str, bytes: impl Into<Bytes<'b>>, take: &mut dyn FnMut(Scene)) {
        self.limits = Rc::default();
        self.add_at(DEPTH, name, bytes.into(), take);
    }

    fn add_at(&mut self, depth: usize, name: &str, bytes: Bytes<'_>, take: &mut dyn FnMut(Scene)) {
        if !container::is_packed(bytes.all) {
            return self.add_file(name, bytes, take);
        }
        if depth == 0 {
            return self.skip(SkipReason::OtherFile, name);
        }
        let inner = |entry: &str| {
            [name, entry].iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/")
        };
        // Films and pictures that came with a chat are not unpacked, however large they are.
        let others = RefCell::new(Vec::new());
        let is_wanted = |entry: &str| {
            let may_be = may_be_export(entry);
            if !may_be {
                others.borrow_mut().push(inner(entry));
            }
            may_be
        };
        let mut bad = Vec::new();
        let wanted = Wanted { is_wanted: &is_wanted, comes_first: &tells_about_others };
        let limits = Rc::clone(&self.limits);
        let unpacked = container::each_entry(bytes.all, &wanted, &limits, &mut |entry, file| {
            match file {
                Ok(file) => self.add_at(depth - 1, &inner(entry), file.into(), take),
                Err(problem) => bad.push((inner(entry), problem)),
            }
            !limits.is_spent()
        });
        bad.extend(unpacked.err().map(|problem| (name.to_owned(), problem)));
        bad.into_iter().for_each(|(inner, problem)| self.fail(&inner, problem));
        for other in others.into_inner() {
            if !self.projects.iter().any(|project| project.own(&other).is_some()) {
                self.skip(SkipReason::OtherFile, &other);
            }
        }
    }

    /// Keeps a binder, or a text that one tells about, for the end.
    fn hold(&mut self, name: &str, bytes: &[u8]) -> bool {
        if is_binder(name) {
            let project =
                Project { name: name.to_owned(), bytes: bytes.to_vec(), texts: Beside::new(), held: 0 };
            self.projects.push(project);
            return true;
        }
        if self.projects.iter().any(|project| project.lays_aside(name)) {
            self.skip(SkipReason::OtherFile, name);
            return true;
        }
        let Some((project, own)) = self.projects.iter_mut().find_map(|project| {
            let own = project.own(name)?.to_owned();
            Some((project, own))
        }) else {
            return false;
        };
        project.held += bytes.len();
        if TEXTS.iter().any(|end| own.ends_with(end)) {
            if project.held <= HELD {
                project.texts.insert(own, decode(bytes).text.into_owned());
            } else {
                self.skip(SkipReason::BadFile, name);
            }
        }
        true
    }

    fn add_file(&mut self, name: &str, bytes: Bytes<'_>, take: &mut dyn FnMut(Scene)) {
        if self.hold(name, bytes.all) {
            return;
        }
        let file_name = name.rsplit('/').next().unwrap_or(name);
        let beside = std::mem::take(&mut self.beside);
        let input = Input::within(bytes, name, &beside);
        let fits = |format: Format, certainty: Certainty| {
            is_called_like_one(file_name, format.extensions()) || is_beyond_its_name(file_name, certainty)
        };
        let is_companion = is_companion(file_name);
        let found = match self.format {
            _ if is_aside(file_name, &input) => None,
            Some(format) => {
                let certainty = (format.row().sniff)(&input);
                let is_read = fits(format, certainty) && !(is_companion && certainty == Certainty::No);
                is_read.then_some((format, None))
            }
            None => {
                let found = Format::sniffed(&input, self.options.map);
                let found = found.filter(|(format, certainty)| fits(*format, *certainty));
                found.map(|(format, certainty)| (format, Some(certainty)))
            }
        };
        match found {
            Some((format, certainty)) => self.read(name, format, certainty, &input, take),
            None if is_companion => {}
            None => self.skip(SkipReason::OtherFile, name),
        }
        let is_kept = is_companion && bytes.all.len() <= COMPANION_SIZE;
        let companion = is_kept.then(|| input.decoded().text.to_string());
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
        let is_whole = name.is_empty() || !self.names_files;
        let under = |whole: &str| if is_whole { whole.to_owned() } else { format!("{whole}/{name}") };
        let (file, source_file) = (under(self.options.file), under(self.options.source_file));
        let own = self.lexicon.filter(|_| format.takes_lexicon());
        let lexicon = own.unwrap_or(self.options.lexicon);
        let options = Options { file: &file, source_file: &source_file, lexicon, ..self.options };
        let known = self.options.known;
        let read = |known: Option<&Known>, take: &mut dyn FnMut(Scene)| {
            read_input(format, input, &Options { known, ..options }, take)
        };
        let read = match self.before.as_deref_mut() {
            Some(before) => before.reading(format.continued(), take, read),
            None => read(known, take),
        };
        match read {
            // A page without text, an empty list: what it is was a guess, and nothing shows that it was right.
            Ok(report) if is_silent(&report) && certainty.is_some_and(|sure| sure < Certainty::Sure) => {
                self.skip(SkipReason::OtherFile, name);
            }
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
            problem if name.is_empty() || matches!(problem, IngestError::TooLarge { .. }) => problem,
            problem => IngestError::InArchive { entry, problem: Box::new(problem) },
        });
    }

    /// Counts a file that isn't read.
    pub fn skip(&mut self, reason: SkipReason, name: &str) {
        self.left_out.skip(reason, name);
    }

    fn read_projects(&mut self, take: &mut dyn FnMut(Scene)) {
        for project in std::mem::take(&mut self.projects) {
            let input = Input::within(&project.bytes, &project.name, &project.texts);
            match self
                .format
                .map(|format| (format, None))
                .or_else(|| Format::sniffed(&input, &[]).map(|(format, sure)| (format, Some(sure))))
            {
                Some((format, certainty)) => self.read(&project.name, format, certainty, &input, take),
                None => self.skip(SkipReason::OtherFile, &project.name),
            }
        }
    }

    /// What was read, by format; files that weren't are told with the first. Hands over what had to wait for the others.
    ///
    /// # Errors
    /// When nothing could be read, with what was wrong with the first file that seemed to be an export.
    pub fn finish(mut self, take: &mut dyn FnMut(Scene)) -> Result<Vec<BundlePart>, IngestError> {
        self.read_projects(take);
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

impl Project {
    /// The name that a file has within the project, if it is one of its texts or what belongs to them.
    fn own<'b>(&self, name: &'b str) -> Option<&'b str> {
        name.strip_prefix(self.folder()).filter(|own| own.starts_with("Files/"))
    }

    /// Whether a file lies beside the texts in the project and is none of it.
    fn lays_aside(&self, name: &str) -> bool {
        let own = name.strip_prefix(self.folder());
        own.is_some_and(|own| ASIDE_OF_PROJECTS.iter().any(|folder| own.starts_with(folder)))
    }

    /// The folder of the project, with the slash behind it.
    fn folder(&self) -> &str {
        self.name.rfind('/').map_or("", |at| self.name.get(..=at).unwrap_or_default())
    }
}

/// Whether nothing was in a file that could have been said.
fn is_silent(report: &IngestReport) -> bool {
    report.turns == 0 && report.scenes == 0 && report.skipped.is_empty()
}

/// Whether a file is to be read before the others.
fn tells_about_others(name: &str) -> bool {
    is_companion(name.rsplit('/').next().unwrap_or(name))
}

/// Whether a file of that name tells about those beside it, so that it is to be read before them.
pub fn is_companion(file_name: &str) -> bool {
    COMPANIONS.contains(&file_name) || is_binder(file_name)
}

/// Whether a file of an archive may be an export, or an archive of such, by its name.
fn may_be_export(name: &str) -> bool {
    let file_name = name.rsplit('/').next().unwrap_or(name);
    is_companion(file_name)
        || TEXTS.iter().any(|end| file_name.ends_with(end))
        || is_called_like_one(file_name, &ARCHIVES)
        || Format::all().any(|format| is_called_like_one(file_name, format.extensions()))
}

/// Whether a file is one that programs lay beside what they export. Google's archives have a page in the folder above all that
/// they hold, which is called otherwise in each language.
fn is_aside(file_name: &str, input: &Input<'_>) -> bool {
    let begins = |words: &str| {
        words.is_empty() || crate::words::prefix(input.head(), 2000).to_ascii_lowercase().contains(words)
    };
    ASIDE.iter().any(|(name, words)| *name == file_name && begins(words))
        || (input.folder() == Some("Takeout") && file_name.ends_with(".html"))
}

/// Whether what is in a file counts, whatever its name ends with: it is of a format for sure, or likely where the name is one of
/// exports of another. What is likely in a file of another program is chance.
fn is_beyond_its_name(file_name: &str, certainty: Certainty) -> bool {
    let is_export = || Format::all().any(|format| is_called_like_one(file_name, format.extensions()));
    certainty == Certainty::Sure || certainty == Certainty::Likely && is_export()
}

/// Whether the name ends as those of the format do; one that ends in nothing may be anything, as `Chat with Dr. Bo`.
fn is_called_like_one(file_name: &str, extensions: &[&str]) -> bool {
    let end = file_name.rsplit_once('.').filter(|(_, end)| !end.contains(' '));
    let Some((_, extension)) = end else { return true };
    extensions.contains(&extension.to_ascii_lowercase().as_str())
}
