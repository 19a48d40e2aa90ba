//! How talk with programs is written: assistants, role-play, stories that are told together.

use serde_json::json;

use super::{Form, before, form, part, time};

fn openwebui(number: usize, text: &str) -> String {
    format!(
        "\"m{number}\":{}",
        json!({"id": format!("m{number}"), "parentId": before(number), "childrenIds": [],
            "role": part(number, "user", "assistant"), "content": text, "timestamp": 1_762_118_043 + number})
    )
}

fn chatgpt(number: usize, text: &str) -> String {
    let message = json!({"id": "x", "author": {"role": part(number, "user", "assistant")}, "create_time": 1_762_118_043 + number,
        "content": {"content_type": "text", "parts": [text]}, "recipient": "all", "weight": 1.0});
    format!(
        "\"m{number}\":{}",
        json!({"id": format!("m{number}"), "parent": before(number), "message": message})
    )
}

pub(super) const FORMS: &[Form] = &[
    form(
        "llama",
        "llama: lines",
        "{\"type\":\"session\",\"id\":\"s\",\"name\":\"n\"}\n",
        |number, text| {
            let role = part(number, "user", "assistant");
            let message =
                json!({"id": format!("m{number}"), "parent": before(number), "role": role, "content": text});
            json!({"type": "message", "message": message}).to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "llama",
        "llama: legacy JSON",
        "[{\"conv\":{\"id\":\"c\",\"name\":\"n\",\"lastModified\":1},\"messages\":[",
        |number, text| {
            let role = part(number, "user", "assistant");
            json!({"id": format!("m{number}"), "parent": before(number), "role": role, "content": text})
                .to_string()
        },
        ",\n",
        "]}]",
    ),
    form(
        "chatgpt",
        "chatgpt",
        "[{\"title\":\"t\",\"create_time\":1,\"conversation_id\":\"c\",\"mapping\":{",
        chatgpt,
        ",",
        "},\"current_node\":\"m6\"}]",
    ),
    form(
        "claude",
        "claude: a conversation",
        "[{\"uuid\":\"c\",\"name\":\"n\",\"chat_messages\":[",
        |number, text| {
            json!({"uuid": format!("m{number}"), "sender": part(number, "human", "assistant"), "text": "", "created_at": time(number),
                "content": [{"type": "text", "text": text}], "attachments": [], "files": []})
            .to_string()
        },
        ",",
        "]}]",
    ),
    form(
        "claude",
        "claude: projects",
        "[",
        |number, text| {
            json!({"uuid": format!("p{number}"), "name": "n", "docs": [{"uuid": "d", "filename": "f.md", "content": text}]}).to_string()
        },
        ",",
        "]",
    ),
    form(
        "openwebui",
        "openwebui: a tree",
        "[{\"id\":\"c\",\"user_id\":\"u\",\"title\":\"t\",\"chat\":{\"title\":\"t\",\"history\":{\"messages\":{",
        openwebui,
        ",",
        "},\"currentId\":\"m6\"}}}]",
    ),
    form(
        "openwebui",
        "openwebui: text",
        "### USER\nfirst\n\n### ASSISTANT\nsecond\n\n",
        |number, text| format!("### {}\n{text}\n", part(number, "USER", "ASSISTANT")),
        "\n",
        "\n",
    ),
    form(
        "lmstudio",
        "lmstudio",
        "{\"name\":\"n\",\"createdAt\":1762118043000,\"messages\":[",
        |number, text| {
            let content = json!([{"type": "text", "text": text}]);
            let version =
                json!({"type": "singleStep", "role": part(number, "user", "assistant"), "content": content});
            json!({"versions": [version], "currentlySelected": 0}).to_string()
        },
        ",",
        "]}",
    ),
    form(
        "jan",
        "jan",
        "",
        |number, text| {
            json!({"id": number, "object": "thread.message", "thread_id": "t", "role": part(number, "user", "assistant"),
                "content": [{"type": "text", "text": {"value": text, "annotations": []}}], "created_at": 1_762_118_043 + number})
            .to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "textgen",
        "textgen",
        "{\"internal\":[",
        |_, text| json!([text, "aye"]).to_string(),
        ",",
        "],\"visible\":[[\"a\",\"b\"]]}",
    ),
    form(
        "kobold",
        "kobold: a story",
        "{\"gamestarted\":true,\"prompt\":\"\",\"savedsettings\":{\"opmode\":1},\"actions\":[",
        |_, text| json!(format!("{text}\n")).to_string(),
        ",",
        "]}",
    ),
    form(
        "kobold",
        "kobold: by instructions",
        "{\"gamestarted\":true,\"prompt\":\"\",\"savedsettings\":{\"opmode\":4},\"actions\":[",
        |number, text| {
            json!(format!("{}\n{text}\n", part(number, "{{[INPUT]}}", "{{[OUTPUT]}}"))).to_string()
        },
        ",",
        "]}",
    ),
    form(
        "novelai",
        "novelai: fragments",
        "{\"storyContainerVersion\":1,\"metadata\":{\"title\":\"t\"},\"content\":{\"story\":{\"fragments\":[",
        |_, text| json!({"data": format!("{text}\n"), "origin": "user"}).to_string(),
        ",",
        "]}}}",
    ),
    form(
        "aidungeon",
        "aidungeon",
        "[{\"shortId\":\"a\",\"title\":\"t\",\"actions\":[",
        |number, text| {
            json!({"id": number, "type": part(number, "do", "story"), "text": text, "createdAt": time(number)}).to_string()
        },
        ",",
        "]}]",
    ),
    form(
        "gemini",
        "gemini: a prompt",
        "{\"runSettings\":{\"model\":\"m\"},\"chunkedPrompt\":{\"chunks\":[",
        |number, text| json!({"text": text, "role": part(number, "user", "model")}).to_string(),
        ",",
        "]}}",
    ),
    form(
        "gemini",
        "gemini: activity",
        "[",
        |number, text| {
            json!({"header": "Gemini Apps", "title": format!("Prompted {text}"), "time": time(9 - number),
                "safeHtmlItem": [{"html": "<p>Aye.</p>"}]})
            .to_string()
        },
        ",",
        "]",
    ),
    form(
        "gemini",
        "gemini: a page of activity",
        "<html><body>",
        |number, text| {
            format!(
                "<div class=\"outer-cell\"><p class=\"mdl-typography--title\">Gemini Apps</p><div class=\"mdl-typography--body-1\">Prompted \
                 {text}<br>Jan {}, 2026, 9:00:00 AM UTC<br><p>Aye.</p></div></div>",
                9 - number
            )
        },
        "\n",
        "</body></html>",
    ),
    form(
        "risuai",
        "risuai",
        "{\"type\":\"risuChat\",\"ver\":2,\"data\":{\"message\":[",
        |number, text| json!({"role": part(number, "user", "char"), "data": text}).to_string(),
        ",",
        "],\"name\":\"n\"}}",
    ),
    form(
        "risuai",
        "risuai: all chats",
        "{\"type\":\"risuAllChats\",\"ver\":1,\"data\":[{\"name\":\"one\",\"message\":[",
        |number, text| json!({"role": part(number, "user", "char"), "data": text}).to_string(),
        ",",
        "]}]}",
    ),
    form(
        "agnai",
        "agnai",
        "{\"name\":\"n\",\"messages\":[",
        |number, text| {
            json!({"_id": number, "handle": part(number, "Ann", "Sera"), "userId": "u", "msg": text})
                .to_string()
        },
        ",",
        "]}",
    ),
    form(
        "characterai",
        "characterai: histories",
        "{\"info\":{\"character\":{\"name\":\"Sera\"}},\"histories\":{\"histories\":[{\"external_id\":\"h\",\"msgs\":[",
        |number, text| {
            json!({"uuid": number.to_string(), "src": {"is_human": number.is_multiple_of(2)}, "text": text})
                .to_string()
        },
        ",",
        "]}]}}",
    ),
    form(
        "characterai",
        "characterai: turns",
        "{\"chat\":{\"chat_id\":\"c\"},\"turns\":[",
        |number, text| {
            json!({"turn_key": {"turn_id": number.to_string()}, "create_time": time(9 - number), "author": {"name": "Sera"},
                "candidates": [{"candidate_id": "c", "raw_content": text}], "primary_candidate_id": "c"})
            .to_string()
        },
        ",",
        "]}",
    ),
    form(
        "characterai",
        "characterai: a page",
        "<html><script>const charPic = 1; const data = JSON.parse(`{\"history\":[[",
        |number, text| {
            json!({"isUser": number.is_multiple_of(2), "name": "Sera", "message": text}).to_string()
        },
        ",",
        "]]}`);</script></html>",
    ),
    form(
        "characterai",
        "characterai: examples",
        "<START>\n{{user}}: Who?\n{{char}}: Me.\n",
        |number, text| format!("{} {text}", part(number, "{{user}}:", "{{char}}:")),
        "\n",
        "\n",
    ),
    form(
        "sillytavern",
        "sillytavern",
        "{\"user_name\":\"Ann\",\"character_name\":\"Sera\",\"chat_metadata\":{}}\n",
        |number, text| {
            json!({"name": part(number, "Ann", "Sera"), "is_user": number.is_multiple_of(2), "send_date": time(number), "mes": text}).to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "neptune",
        "neptune",
        "# Conversation: t\n\n",
        |number, text| {
            format!("***11/25/2025, 4:{number:02}:41 AM - {}:***\n\n{text}", part(number, "User", "Venice"))
        },
        "\n\n---\n\n",
        "\n",
    ),
    form(
        "perplexity",
        "perplexity: the site's",
        "<img src=\"x\"/>\n\n",
        |number, text| format!("# Why {number}?\n\n{text}[^1_1]\n\n[^1_1]: https://a.b"),
        "\n\n---\n\n",
        "\n",
    ),
    form(
        "perplexity",
        "perplexity: pplxport's",
        "---\ntitle: t\n---\n\n**User:** a\n\n***\n\n**Assistant:** b\n\n",
        |number, text| format!("***\n\n{} {text}", part(number, "**User:**", "**Assistant:**")),
        "\n\n",
        "\n",
    ),
    form(
        "perplexity",
        "perplexity: perplexity-ai-export's",
        "# Tides\n\n**Space:** Sea  \n**ID:** 1  \n**Date:** 2026-02-06T22:37:20.123Z  \n\n",
        |number, text| format!("## Why {number}?\n\n{text}"),
        "\n\n---\n\n",
        "\n\n---",
    ),
    form(
        "perplexity",
        "perplexity: the network's",
        "{\"status\":\"success\",\"entries\":[",
        |number, text| {
            json!({"backend_uuid": number.to_string(), "context_uuid": "c", "thread_title": "t", "query_str": format!("Why {number}?"),
                "blocks": [{"intended_usage": "ask_text", "markdown_block": {"answer": text}}]})
            .to_string()
        },
        ",",
        "]}",
    ),
    form(
        "dialogues",
        "dialogues: ShareGPT",
        "",
        |_, text| {
            json!({"conversations": [{"from": "human", "value": text}, {"from": "gpt", "value": "Aye."}]})
                .to_string()
        },
        "\n",
        "\n",
    ),
    form(
        "dialogues",
        "dialogues: OpenAI",
        "{\"messages\":[",
        |number, text| json!({"role": part(number, "user", "assistant"), "content": text}).to_string(),
        ",",
        "]}",
    ),
];
