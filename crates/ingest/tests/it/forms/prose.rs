//! How prose and lore are written.

use serde_json::json;

use super::{Form, form, part};

pub(super) const FORMS: &[Form] = &[
    form(
        "lore",
        "lore: world info",
        "{\"entries\":{",
        |number, text| {
            format!("\"{number}\":{}", json!({"uid": number, "key": ["ys"], "comment": "", "content": text}))
        },
        ",",
        "}}",
    ),
    form(
        "lore",
        "lore: a lorebook",
        "{\"lorebookVersion\":5,\"entries\":[",
        |number, text| json!({"id": number, "keys": ["ys"], "text": text}).to_string(),
        ",",
        "]}",
    ),
    form(
        "fanfiction",
        "fanfiction: Archive of Our Own",
        "<html><body><div id=\"preface\"><p class=\"message\"><b>T</b><br/>Posted originally on the <a href=\"http://archiveofourown.org/\">Archive \
         of Our Own</a></p></div><div id=\"chapters\" class=\"userstuff\">",
        |_, text| format!("<p>{text}</p>"),
        "\n",
        "</div></body></html>",
    ),
    form(
        "html",
        "html",
        "<html><body><h1>T</h1>",
        |_, text| format!("<p>{text}</p>"),
        "\n",
        "</body></html>",
    ),
    form(
        "odt",
        "odt: flat",
        "<?xml version=\"1.0\"?><office:document><office:body><office:text>",
        |_, text| format!("<text:p>{text}</text:p>"),
        "",
        "</office:text></office:body></office:document>",
    ),
    form("rtf", "rtf", "{\\rtf1\\ansi ", |_, text| format!("{}\\par ", text.replace('é', "\\'e9")), "", "}"),
    form(
        "fountain",
        "fountain",
        "Title: T\n\nINT. INN - NIGHT\n\n",
        |number, text| format!("{}\n{text}", part(number, "ANN", "BO")),
        "\n\n",
        "\n",
    ),
    form(
        "novel",
        "novel: chapters",
        "# One\n\nIt rained.\n\n# Two\n\n",
        |_, text| text.to_owned(),
        "\n\n",
        "\n",
    ),
    form("text", "text", "", |_, text| text.to_owned(), "\n\n", "\n"),
];
