//! How people's talk is written: messengers, forums, tables, logs.

use serde_json::json;

use super::{Form, form, part, time};

fn discord(number: usize, text: &str) -> String {
    json!({"id": format!("{}", 100 + number), "type": "Default", "timestamp": time(number), "content": text,
        "author": {"id": "7", "name": "ann", "nickname": part(number, "Ann", "Bo")}, "attachments": [], "embeds": []})
    .to_string()
}

fn post(number: usize, text: &str) -> String {
    format!(
        "<div id=p{number} class=\"post bg1\"><p class=author>by <a class=username>Ann</a> » Sat Nov 0{}, 2025 9:14 pm</p>\
         <div class=content>{text}</div></div>",
        number + 1
    )
}

pub(super) const FORMS: &[Form] = &[
    form(
        "discord",
        "discord: JSON",
        "{\"guild\":{\"id\":\"1\",\"name\":\"T\"},\"channel\":{\"id\":\"9\",\"name\":\"inn\"},\"dateRange\":{},\"messages\":[",
        discord,
        ",\r\n",
        "],\"messageCount\":3}",
    ),
    form(
        "discord",
        "discord: page",
        "<html><body><div class=preamble><div class=preamble__entry>T</div></div><div class=chatlog>",
        |number, text| {
            format!(
                "<div class=chatlog__message-container data-message-id={number}><div class=chatlog__message><span class=chatlog__author>\
                 Ann</span><span class=chatlog__timestamp title=\"{}\">x</span><div class=chatlog__content>{text}</div></div></div>",
                time(number)
            )
        },
        "\n",
        "</div></body></html>",
    ),
    form(
        "discord",
        "discord: table",
        "AuthorID,Author,Date,Content,Attachments,Reactions\n",
        |number, text| format!("\"7\",\"ann\",\"{}\",\"{text}\",\"\",\"\"", time(number)),
        "\n",
        "\n",
    ),
    form(
        "discord-data",
        "discord-data: JSON",
        "[",
        |number, text| {
            json!({"ID": number, "Timestamp": time(number), "Contents": text, "Attachments": ""}).to_string()
        },
        ",",
        "]",
    ),
    form(
        "discord-data",
        "discord-data: table",
        "ID,Timestamp,Contents,Attachments\n",
        |number, text| format!("{number},{},\"{text}\",", time(number)),
        "\n",
        "\n",
    ),
    form(
        "telegram",
        "telegram: a chat",
        "{\"name\":\"Table\",\"type\":\"private_group\",\"id\":7,\"messages\":[",
        |number, text| {
            json!({"id": number, "type": "message", "date": &time(number)[..19], "from": "Ann", "text": ["", {"type": "bold", "text": text}]})
                .to_string()
        },
        ",",
        "]}",
    ),
    form(
        "telegram",
        "telegram: an account",
        "{\"about\":\"\",\"personal_information\":{},\"chats\":{\"about\":\"\",\"list\":[{\"name\":\"Bo\",\"type\":\"personal_chat\",\"id\":1,\"messages\":[",
        |number, text| {
            json!({"id": number, "type": "message", "date": &time(number)[..19], "from": "Ann", "text": text})
                .to_string()
        },
        ",",
        "]}]}}",
    ),
    form(
        "signal",
        "signal: lines",
        "",
        |number, text| format!("[2025-11-02 21:{number:02}:00] Ann: {text}"),
        "\n",
        "\n",
    ),
    form(
        "signal",
        "signal: JSON",
        "",
        |number, text| {
            json!({"date": format!("2025-11-02 21:{number:02}:00"), "sender": "Ann", "body": text, "reactions": [1]}).to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "whatsapp",
        "whatsapp: iPhone",
        "",
        |number, text| format!("[25/11/2025, 21:{number:02}:03] Ann: {text}"),
        "\r\n",
        "\r\n",
    ),
    form(
        "whatsapp",
        "whatsapp: Android",
        "",
        |number, text| format!("25.11.25, 21:{number:02} - Ann: {text}"),
        "\n",
        "\n",
    ),
    form(
        "imessage",
        "imessage",
        "",
        |number, text| format!("Nov 02, 2025  9:{number:02}:00 PM\nAnn\n{text}\n"),
        "\n",
        "\n",
    ),
    form(
        "slack",
        "slack",
        "[",
        |number, text| {
            json!({"type": "message", "user": "U1", "text": text, "ts": format!("17000000{number:02}.000100")}).to_string()
        },
        ",\n",
        "]",
    ),
    form(
        "roll20",
        "roll20: JSON",
        "[{",
        |number, text| {
            let message = json!({"content": text, "playerid": "p", "type": "general", "who": "Ann", "timestamp": 1_762_118_043_000_u64});
            format!("\"-K{number}\":{message}")
        },
        ",",
        "}]",
    ),
    form(
        "roll20",
        "roll20: page",
        "<html><body><div class=content>",
        |number, text| {
            format!(
                "<div class=\"message general\" data-messageid=\"-K{number}\"><span class=tstamp>November 02, 2025 9:14PM</span>\
                 <span class=by>Ann:</span>{text}</div>"
            )
        },
        "\n",
        "</div></body></html>",
    ),
    form(
        "foundry",
        "foundry: log",
        "",
        |number, text| format!("[11/2/2025, 9:{number:02}:03 PM] Ann\n{text}\n---------------------------"),
        "\n",
        "\n",
    ),
    form(
        "foundry",
        "foundry: database",
        "",
        |number, text| {
            json!({"_id": number.to_string(), "timestamp": 1_762_118_043_000_u64 + number as u64, "content": text, "speaker": {"alias": "Ann"}})
                .to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "fantasygrounds",
        "fantasygrounds",
        "<b>Session started at 2025-11-02 / 21:00</b><br />\n",
        |_, text| format!("<font color=\"#660066\">Ann: {text}</font><br />"),
        "\n",
        "\n",
    ),
    form("irc", "irc", "", |number, text| format!("[21:{number:02}] <Ann> {text}"), "\n", "\n"),
    form(
        "chat",
        "chat: an array",
        "[",
        |number, text| json!({"id": number, "user": "Ann", "message": text}).to_string(),
        ",\n",
        "]",
    ),
    form(
        "chat",
        "chat: lines",
        "",
        |number, text| json!({"id": number, "user": "Ann", "message": text}).to_string(),
        "\n",
        "\n",
    ),
    form(
        "records",
        "records: an array",
        "[",
        |number, text| json!({"author": {"name": "Ann"}, "body": text, "id": number}).to_string(),
        ",",
        "]",
    ),
    form(
        "records",
        "records: a table",
        "id,author,body\n",
        |number, text| format!("{number},Ann,\"{text}\""),
        "\n",
        "\n",
    ),
    form("forum", "forum: phpBB", "<html><body>", post, "\n", "</body></html>"),
];
