"""Converters that others publish, one process a file: `converters.py FORMAT FILE` prints the seconds of the processor from the file
to what the converter makes of it. It runs in the environment of `parse-requirements.txt`.

chatpack hands over messages; the others write Markdown, and that is counted: they know no other way to be asked.
"""

import io
import json
import sys
import tempfile
import time
from contextlib import redirect_stdout
from pathlib import Path


def discord(path):
    import chatpack

    return len(chatpack.DiscordParser().parse(str(path)))


def telegram(path):
    import chatpack

    return len(chatpack.TelegramParser().parse(str(path)))


def whatsapp(path):
    import chatpack

    return len(chatpack.WhatsAppParser().parse(str(path)))


def chatgpt(path):
    from chatgpt_to_md import core

    conversations = json.loads(path.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        for conversation in conversations:
            core._convert_single(conversation, folder)
    return len(conversations)


def claude(path):
    from claude_json2md.converter import generate_markdown_content, load_and_validate_conversations

    conversations = load_and_validate_conversations(path)
    for conversation in conversations:
        generate_markdown_content(conversation, conversation.get("name") or "Untitled")
    return len(conversations)


# What each format is converted by.
CONVERTERS = {"discord": ("chatpack", discord), "telegram": ("chatpack", telegram), "whatsapp": ("chatpack", whatsapp),
              "chatgpt": ("chatgpt-to-md", chatgpt), "claude": ("claude-json-to-markdown", claude)}


def main():
    _, convert = CONVERTERS[sys.argv[1]]
    path = Path(sys.argv[2])
    began = time.process_time()
    with redirect_stdout(io.StringIO()):
        found = convert(path)
    seconds = time.process_time() - began
    if not found:
        raise SystemExit("the converter found nothing")
    print(seconds)


if __name__ == "__main__":
    main()
