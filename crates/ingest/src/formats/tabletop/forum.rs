//! Threads of forums, saved as pages: a turn for each post. The programs that forums run on mark posts, authors, dates
//! and texts each in its own way; what their themes add around them is left out.

use naragtive_scene::{Scalar, Transcript, Turn};

use crate::formats::documents::html::{about, is_markup};
use crate::input::Input;
use crate::markup::{Element, Markup, MarkupPiece, Tag, each_element, line, pieces, shown};
use crate::names::Names;
use crate::row::{Certainty, FormatRow, Parsed};
use crate::scenes::{Grouping, Labels, SceneRule};
use crate::stamp::read_text;
use crate::{IngestError, IngestReport, Options, Place, SkipReason, words};

/// How a program marks its pages; the first mark of each list that is in a post counts.
struct Marks {
    post: &'static str,
    author: &'static [&'static str],
    date: &'static [&'static str],
    text: &'static [&'static str],
}

/// XenForo 2 and 1, Discourse, its print view, phpBB, MyBB, Simple Machines, Invision, ProBoards, Jcink, FluxBB, vBulletin 5, 4 and 3.
const PROGRAMS: [Marks; 14] = [
    Marks {
        post: "article.message[data-author]",
        author: &[],
        date: &["time[datetime]"],
        text: &[".bbWrapper", ".message-body"],
    },
    Marks { post: "li.message[data-author]", author: &[], date: &[".DateTime"], text: &[".messageText"] },
    Marks {
        post: "article[data-post-id]",
        author: &[".creator", ".username", ".names"],
        date: &["time[datetime]", ".relative-date"],
        text: &[".cooked"],
    },
    Marks {
        post: ".crawler-post#post_",
        author: &[".creator"],
        date: &["time[datetime]", ".post-time"],
        text: &[".post"],
    },
    Marks {
        post: ".post#p",
        author: &[".username", ".username-coloured", ".postauthor"],
        date: &["time[datetime]", "p.author"],
        text: &["div.content"],
    },
    Marks {
        post: ".post#post_",
        author: &[".author_information a", ".largetext"],
        date: &[".post_date"],
        text: &[".post_body"],
    },
    Marks {
        post: ".post_wrapper",
        author: &["h4"],
        date: &[".postinfo", ".keyinfo"],
        text: &[".inner#msg_", ".post"],
    },
    Marks {
        post: "article.ipsComment",
        author: &[".ipsComment_author", ".cAuthorPane_author"],
        date: &["time[datetime]"],
        text: &[".ipsType_richText", ".cPost_contentWrap"],
    },
    Marks {
        post: ".post#post-",
        author: &[".user-link", ".o-user-link"],
        date: &[".o-timestamp", ".time"],
        text: &[".message"],
    },
    Marks { post: "#post_", author: &[".normalname"], date: &[".postdetails"], text: &[".postcolor"] },
    Marks { post: ".blockpost#p", author: &["dt"], date: &["h2"], text: &[".postmsg"] },
    Marks {
        post: "li.b-post",
        author: &[".author"],
        date: &["time[datetime]"],
        text: &[".js-post__content-text", ".b-post__content"],
    },
    Marks { post: "li#post_", author: &[".username"], date: &[".date"], text: &[".postcontent"] },
    Marks {
        post: "table#post",
        author: &[".bigusername"],
        date: &[".date", ".thead"],
        text: &["#post_message_"],
    },
];

pub(crate) static ROW: FormatRow = FormatRow {
    name: "forum",
    called: "forum thread",
    help: "a page of a thread (phpBB, XenForo, vBulletin, SMF, MyBB, Invision, ProBoards, Jcink, Discourse): its posts",
    export: "a browser: the thread's page or its print view, Save page as, HTML only; each page of a long thread",
    command: "naragtive ingest --as forum",
    source: "forum",
    extensions: &["html", "htm"],
    grouping: Grouping::Cut(SceneRule::Gap, Labels::Story),
    sniff,
    parse,
};

fn sniff(input: &Input<'_>) -> Certainty {
    if is_markup(input) && program(input.head()).is_some() { Certainty::Sure } else { Certainty::No }
}

/// The program whose marks are in the page: one of its posts has an author and a text.
fn program(text: &str) -> Option<&'static Marks> {
    let may_be = marked(text);
    PROGRAMS.iter().zip(may_be).find(|(marks, may_be)| *may_be && marks.are_in(text)).map(|(marks, _)| marks)
}

/// For each program whether something is marked as its posts are. One pass rules most of them out, and only for the
/// others are elements put together.
fn marked(text: &str) -> [bool; PROGRAMS.len()] {
    let mut marked = [false; PROGRAMS.len()];
    for piece in pieces(text, Markup::Html) {
        let MarkupPiece::Open(tag) = piece else { continue };
        for (marks, marked) in PROGRAMS.iter().zip(&mut marked) {
            *marked = *marked || tag.is(marks.post);
        }
    }
    marked
}

impl Marks {
    fn are_in(&self, text: &str) -> bool {
        let mut found = false;
        let mut look =
            |post: Element| found |= post.first_of(self.text).is_some() && self.author(&post).is_some();
        let rest = each_element(text, Markup::Html, &|tag| tag.is(self.post), &mut look);
        rest.into_iter().for_each(look);
        found
    }

    fn author(&self, post: &Element) -> Option<String> {
        let named = post.tag.get("data-author").map(str::to_owned);
        let name = named.or_else(|| {
            post.first_of(self.author).map(|author| author.first("a").map_or_else(|| line(author), line))
        });
        name.filter(|name| !words::is_blank(name))
    }

    fn stamp(&self, post: &Element) -> Scalar {
        let stamp = post.first_of(self.date).map(|date| {
            let told = ["datetime", "data-timestamp", "data-time", "title"]
                .iter()
                .find_map(|name| date.tag.get(name));
            let told = told.filter(|told| told.contains(|c: char| c.is_ascii_digit()));
            told.map_or_else(|| day(&written(date)), str::to_owned)
        });
        stamp.filter(|stamp| !stamp.is_empty()).map_or(Scalar::None, |stamp| Scalar::from(stamp.as_str()))
    }
}

/// The line of a date, without when the post was edited, and with the day where the line says `Today`.
fn written(date: &Element) -> String {
    let is_edit = |tag: &Tag| tag.get("class").is_some_and(|class| class.contains("edit"));
    let text = shown(date, is_edit, " ").replace('\n', " ");
    let titled = date.all("[title]").into_iter().find_map(|inner| {
        let title = inner.tag.get("title").filter(|title| read_text(title).is_some())?;
        Some((line(inner), title)).filter(|(own, _)| text.contains(own.as_str()) && read_text(own).is_none())
    });
    titled.map_or(text.clone(), |(own, title)| text.replacen(&own, title, 1))
}

/// The date in a line such as `by Ann » Sat Nov 02, 2025` or `« Reply #1 on: November 02, 2025 »`.
fn day(text: &str) -> String {
    let text = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '«' | '»'));
    let text = text.rsplit(['»', '«']).next().unwrap_or(text);
    let text = ["on:", "Posted:", "Posted"]
        .iter()
        .find_map(|mark| text.split_once(mark))
        .map_or(text, |(_, day)| day);
    let numbered =
        text.trim_start().strip_prefix('#').map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    words::trim(numbered.unwrap_or(text)).to_owned()
}

fn parse(input: &Input<'_>, _options: &Options<'_>) -> Result<Parsed, IngestError> {
    let (text, nuls) = input.lines()?;
    let marks = program(&text).ok_or(IngestError::NoPost)?;
    let mut thread = Thread {
        report: IngestReport { dropped_bytes: nuls, conversations: 1, ..IngestReport::default() },
        ..Thread::default()
    };
    let is_post = |tag: &Tag| tag.is(marks.post);
    let torn = each_element(&text, Markup::Html, &is_post, &mut |post| thread.page(&post, marks));
    if let Some(torn) = torn {
        thread.report.skip(SkipReason::Unreadable, "the file ends in the middle of a post");
        torn.all(marks.post).into_iter().rev().skip(1).for_each(|post| thread.post(post, marks));
    }
    thread.report.turns = thread.entries;
    let transcript = Transcript { id: None, title: about(&text).title, turns: thread.turns };
    Ok(Parsed { transcripts: vec![transcript], report: thread.report })
}

#[derive(Default)]
struct Thread {
    turns: Vec<Turn>,
    names: Names,
    entries: usize,
    report: IngestReport,
}

impl Thread {
    /// A post, and those that lie in it because its end was forgotten.
    fn page(&mut self, post: &Element, marks: &Marks) {
        self.post(post, marks);
        post.all(marks.post).into_iter().for_each(|post| self.post(post, marks));
    }

    fn post(&mut self, post: &Element, marks: &Marks) {
        let number = self.entries;
        self.entries += 1;
        let body = post.first_of(marks.text);
        let text = body.map(said).unwrap_or_default();
        if words::is_blank(&text) {
            return self.report.skip(SkipReason::EmptyMessage, &Place::Entry(number).to_string());
        }
        let digits = |id: &str| id.chars().filter(char::is_ascii_digit).collect::<String>();
        let ids =
            ["data-post-id", "data-node-id", "data-content", "id"].iter().find_map(|name| post.tag.get(name));
        let own = ids.or_else(|| body?.tag.get("id")).map(digits);
        self.turns.push(Turn {
            speaker: marks.author(post).map(|name| self.names.shared(name)),
            stamp: marks.stamp(post),
            own_id: own.filter(|own| !own.is_empty()).map_or(Scalar::None, |own| Scalar::from(own.as_str())),
            text,
            ..Turn::at(number)
        });
    }
}

/// The text of a post, without signatures and without what it quotes of other posts, which stand for themselves.
fn said(body: &Element) -> String {
    let left_out = |tag: &Tag| {
        let class = tag.get("class").unwrap_or_default();
        let quotes = class.contains("uote") || class.is_empty();
        tag.has_class("signature")
            || (tag.is("blockquote") && quotes)
            || (class.contains("uote") && !tag.is("p"))
    };
    shown(body, left_out, "\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(page: &str) -> Vec<(String, String, String, String)> {
        let input = Input::new(page.as_bytes());
        assert_eq!(sniff(&input), Certainty::Sure, "{page}");
        let lexicon = crate::Lexicon::builtin();
        let parsed = parse(&input, &Options::new("x", &lexicon, jiff::Timestamp::UNIX_EPOCH)).unwrap();
        let shown = |turn: &Turn| {
            let label = |scalar: &Scalar| scalar.label().unwrap_or_default();
            (
                turn.speaker.as_deref().unwrap_or_default().to_owned(),
                label(&turn.stamp),
                label(&turn.own_id),
                turn.text.clone(),
            )
        };
        parsed.transcripts[0].turns.iter().map(shown).collect()
    }

    #[test]
    fn each_program_marks_its_posts_in_its_own_way() {
        for (page, author, date, id) in [
            (
                "<article class='message' data-author=Ann data-content=post-7><time datetime='2025-11-02T21:14:00+0000'>x</time><div class=bbWrapper>Hi.<blockquote>no</blockquote></div></article>",
                "Ann",
                "2025-11-02T21:14:00+0000",
                "7",
            ),
            (
                "<li class=message data-author=Ann id=post-7><blockquote class='messageText'>Hi.</blockquote><span class=DateTime title='Nov 2, 2025 at 9:14 PM'>Nov 2</span></li>",
                "Ann",
                "Nov 2, 2025 at 9:14 PM",
                "7",
            ),
            (
                "<article data-post-id=7><span class=username><a>Ann</a></span><time datetime=2025-11-02>x</time><div class=cooked><p>Hi.</div></article>",
                "Ann",
                "2025-11-02",
                "7",
            ),
            (
                "<div id=p7 class='post bg1'><p class=author>by <a class=username>Ann</a> » Sat Nov 02, 2025 9:14 pm<div class=content>Hi.</div><div class=signature>no</div></div>",
                "Ann",
                "Sat Nov 02, 2025 9:14 pm",
                "7",
            ),
            (
                "<div class='topic-body crawler-post' id=post_7><span class=creator itemprop=author><a itemprop=url><span itemprop=name>Ann</span></a></span><time datetime='2025-11-02T21:14:00Z' class=post-time>x</time><span itemprop=position>1</span><div class=post itemprop=text><p>Hi.</div></div>",
                "Ann",
                "2025-11-02T21:14:00Z",
                "7",
            ),
            (
                "<div class=post id=post_7><div class=author_information><span class=largetext><a>Ann</a></span></div><span class=post_date>11-02-2025, 09:14 PM <span class=post_edit id=edited_by_7><span class=edited_post>(This post was last modified: 11-03-2025, 10:05 PM by <a>Ann</a>.)</span></span></span><div class=post_body>Hi.</div></div>",
                "Ann",
                "11-02-2025, 09:14 PM",
                "7",
            ),
            (
                "<div class=post id=post_7><div class=author_information><span class=largetext><a>Ann</a></span></div><span class=post_date><span title='11-02-2025'>Today</span>, 09:14 PM</span><div class=post_body>Hi.</div></div>",
                "Ann",
                "11-02-2025, 09:14 PM",
                "7",
            ),
            (
                "<div class='post classic' id=post_7><div class=author_information><span class=largetext><a>Ann</a></span></div><span class=post_date>11-02-2025, 09:14 PM</span><div class='post_body scaleimages'>Hi.</div></div>",
                "Ann",
                "11-02-2025, 09:14 PM",
                "7",
            ),
            (
                "<div class=post_wrapper><div class=poster><h4><a>Ann</a></h4></div><div class=keyinfo>« on: November 02, 2025, 09:14:00 PM »</div><div class=post><div class=inner id=msg_7>Hi.</div></div></div>",
                "Ann",
                "November 02, 2025, 09:14:00 PM",
                "7",
            ),
            (
                "<article class=ipsComment id=elComment_7><h3 class=cAuthorPane_author><a>Ann</a></h3><time datetime='2025-11-02T21:14:00Z'>x</time><div class=ipsType_richText><p>Hi.</p></div></article>",
                "Ann",
                "2025-11-02T21:14:00Z",
                "7",
            ),
            (
                "<tr class='item post' id=post-7><td><a class=user-link>Ann</a></td><td><abbr class='o-timestamp time' data-timestamp=1762118040000>x</abbr><div class=message>Hi.</div></td></tr>",
                "Ann",
                "1762118040000",
                "7",
            ),
            (
                "<table id=post_7><tr><td><span class=normalname><a>Ann</a></span><td><span class=postdetails>Posted: Nov 2 2025, 09:14 PM</span><tr><td><div class=postcolor>Hi.</div></table>",
                "Ann",
                "Nov 2 2025, 09:14 PM",
                "7",
            ),
            (
                "<div id=p7 class='blockpost rowodd'><h2><span>#1 <a>2025-11-02 21:14:00</a></span></h2><dl><dt><strong><a>Ann</a></strong></dl><div class=postmsg><p>Hi.</div></div>",
                "Ann",
                "2025-11-02 21:14:00",
                "7",
            ),
            (
                "<li class='b-post' data-node-id=7><div class=author><a>Ann</a></div><time datetime='2025-11-02T21:14:00'>x</time><div class=js-post__content-text>Hi.</div></li>",
                "Ann",
                "2025-11-02T21:14:00",
                "7",
            ),
            (
                "<li class=postbit id=post_7><span class=date>11-02-2025, 09:14 PM</span><a class=username><strong>Ann</strong></a><blockquote class=postcontent>Hi.</blockquote></li>",
                "Ann",
                "11-02-2025, 09:14 PM",
                "7",
            ),
            (
                "<table id=post7><tr><td class=thead>11-02-2025, 09:14 PM<tr><td><a class=bigusername>Ann</a><td><div id=post_message_7>Hi.</div></table>",
                "Ann",
                "11-02-2025, 09:14 PM",
                "7",
            ),
        ] {
            let expected = [author, date, id, "Hi."].map(str::to_owned);
            let [speaker, stamp, own, text] = expected;
            assert_eq!(turns(page), [(speaker, stamp, own, text)], "{page}");
        }
    }

    #[test]
    fn posts_whose_ends_were_forgotten_are_still_posts() {
        let post =
            |n: u8| format!("<div class=post id=p{n}><a class=username>Ann</a><div class=content>{n}.</div>");
        let page = post(1) + &post(2) + "</div>" + &post(3) + "</div></div>";
        let texts: Vec<String> = turns(&page).into_iter().map(|(.., text)| text).collect();
        assert_eq!(texts, ["1.", "2.", "3."]);
    }
}
