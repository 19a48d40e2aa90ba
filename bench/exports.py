"""Exports as people's programs write them, generated with a seed: a function for each format, which writes up to a size."""

import json
import random
import time

WORDS = ("ferry dawn chest reeds heron watching tax collector counts bridge down bell old coins tell nobody lamp pier gale "
         "Mira Edda Jonas harbour “quiet” map – oar rope salt Zoë tide café").split()
NAMES = ("Mira", "Edda", "Jonas", "Tobit", "Zoë")
FIRST = 1_700_000_000


class Chance:
    """What is drawn, the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        # Drawing word by word would take longer than what is measured.
        self.sentences = [self._sentence() for _ in range(4000)]

    def _sentence(self):
        words = [self.random.choice(WORDS) for _ in range(self.random.randint(5, 18))]
        return " ".join(words).capitalize() + "."

    def said(self, low=1, high=4):
        return " ".join(self.random.choice(self.sentences) for _ in range(self.random.randint(low, high)))

    def name(self):
        return self.random.choice(NAMES)

    def id(self):
        return str(self.random.randrange(10**18, 10**19))


def iso(number, zone="+00:00"):
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(FIRST + 20 * number)) + f".{number % 1000:03}{zone}"


def listed(file, size, entry, before="[\n", after="\n]\n", between=",\n"):
    """Entries until the file is as large as wanted."""
    file.write(before)
    number = 0
    while file.tell() < size:
        file.write((between if number else "") + entry(number))
        number += 1
    file.write(after)


def lined(file, size, entry):
    listed(file, size, entry, before="", after="\n", between="\n")


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def chat(file, size, chance):
    def entry(number):
        return json.dumps({"id": str(number), "user": chance.name(), "channel": "heist", "timestamp": iso(number),
                           "message": chance.said()})
    listed(file, size, entry)


def discord(file, size, chance):
    """Indented, as DiscordChatExporter writes it."""
    people = {name: {"id": chance.id(), "name": name.lower(), "discriminator": "0000", "nickname": name, "color": "#E91E63",
                     "isBot": False, "roles": [{"id": chance.id(), "name": "player", "color": "#E91E63", "position": 3}],
                     "avatarUrl": f"https://cdn.discordapp.com/avatars/{chance.id()}/f2a4c6.png?size=512"} for name in NAMES}

    def entry(number):
        reactions = [{"emoji": {"id": "", "name": "🔥", "code": "fire", "isAnimated": False, "imageUrl":
                      "https://twemoji.example/72x72/1f525.png"}, "count": 2, "users": []}] if number % 9 == 0 else []
        message = {"id": str(1_170_000_000_000_000_000 + number * 83_886_080), "type": "Default", "timestamp": iso(number),
                   "timestampEdited": None, "callEndedTimestamp": None, "isPinned": False, "content": chance.said(),
                   "author": people[chance.name()], "attachments": [], "embeds": [], "stickers": [], "reactions": reactions,
                   "mentions": [], "inlineEmojis": []}
        lines = json.dumps(message, ensure_ascii=False, indent=2).splitlines()
        return "\n".join("    " + line for line in lines)
    head = {"guild": {"id": chance.id(), "name": "The Reeds", "iconUrl": "https://cdn.discordapp.com/icons/1/2.png"},
            "channel": {"id": chance.id(), "type": "GuildTextChat", "categoryId": chance.id(), "category": "play",
                        "name": "heist", "topic": None}, "dateRange": {"after": None, "before": None}, "exportedAt": iso(0)}
    before = json.dumps(head, indent=2)[:-2] + ',\n  "messages": [\n'
    listed(file, size, entry, before, "\n  ]\n}\n")


def slack(file, size, chance):
    def entry(number):
        user = "U0" + chance.name().upper()
        said = chance.said()
        element = {"type": "rich_text_section", "elements": [{"type": "text", "text": said}]}
        return json.dumps({"client_msg_id": f"{chance.id()}-{number}", "type": "message", "text": said, "user": user,
                           "ts": f"{FIRST + 20 * number}.{number % 1_000_000:06}", "team": "T01", "user_team": "T01",
                           "user_profile": {"real_name": user, "display_name": user, "avatar_hash": "f2a4", "is_ultra": False},
                           "blocks": [{"type": "rich_text", "block_id": "b1", "elements": [element]}]}, indent=4)
    listed(file, size, entry)


def sillytavern(file, size, chance):
    def entry(number):
        if number == 0:
            return compact({"user_name": "Mira", "character_name": "Edda", "create_date": iso(0), "chat_metadata": {}})
        said = chance.said(3, 9)
        return compact({"name": "Mira" if number % 2 else "Edda", "is_user": bool(number % 2), "is_system": False,
                        "send_date": iso(number, "Z"), "mes": said, "extra": {"api": "kobold", "model": "m"},
                        "swipe_id": 0, "swipes": [said]})
    lined(file, size, entry)


def chatgpt(file, size, chance):
    def entry(number):
        mapping, parent = {"root": {"id": "root", "message": None, "parent": None, "children": []}}, "root"
        for turn in range(12):
            key = f"{number:08}-{turn:04}"
            message = {"id": key, "author": {"role": "assistant" if turn % 2 else "user", "name": None, "metadata": {}},
                       "create_time": FIRST + 500.5 * number + turn, "update_time": None,
                       "content": {"content_type": "text", "parts": [chance.said(2, 8)]}, "status": "finished_successfully",
                       "end_turn": True, "weight": 1.0, "metadata": {"model_slug": "m", "request_id": chance.id(),
                       "timestamp_": "absolute", "finish_details": {"type": "stop", "stop_tokens": [100260]}},
                       "recipient": "all", "channel": None}
            mapping[parent]["children"].append(key)
            mapping[key] = {"id": key, "message": message, "parent": parent, "children": []}
            parent = key
        return json.dumps({"title": f"Tale {number}", "create_time": FIRST + 500.5 * number, "update_time": FIRST,
                           "mapping": mapping, "moderation_results": [], "current_node": parent, "conversation_id": str(number)})
    listed(file, size, entry)


def claude(file, size, chance):
    def entry(number):
        def message(turn):
            said = chance.said(2, 8)
            return {"uuid": f"{number:08}-{turn:04}", "text": said, "content": [{"start_timestamp": iso(turn, "Z"),
                    "stop_timestamp": iso(turn, "Z"), "type": "text", "text": said, "citations": []}],
                    "sender": "assistant" if turn % 2 else "human", "created_at": iso(number * 20 + turn, "Z"),
                    "updated_at": iso(number * 20 + turn, "Z"), "attachments": [], "files": []}
        return json.dumps({"uuid": f"c{number}", "name": f"Tale {number}", "summary": "", "created_at": iso(number, "Z"),
                           "updated_at": iso(number, "Z"), "account": {"uuid": "a"},
                           "chat_messages": [message(turn) for turn in range(12)]}, ensure_ascii=False)
    listed(file, size, entry)


def llama(file, size, chance):
    def entry(number):
        conversation, turn = divmod(number, 21)
        if turn == 0:
            return compact({"type": "session", "id": f"c{conversation}", "name": f"Tale {conversation}",
                            "lastModified": (FIRST + number) * 1000, "currNode": f"{conversation}-20"})
        message = {"id": f"{conversation}-{turn}", "convId": f"c{conversation}", "type": "text",
                   "parent": f"{conversation}-{turn - 1}" if turn > 1 else None, "role": "user" if turn % 2 else "assistant",
                   "timestamp": (FIRST + number) * 1000, "content": chance.said(2, 8), "children": []}
        return compact({"type": "message", "message": message})
    lined(file, size, entry)


def telegram(file, size, chance):
    """Indented by one, as Telegram Desktop writes it."""
    def entry(number):
        said = chance.said()
        message = {"id": number, "type": "message", "date": iso(number, "")[:19], "date_unixtime": str(FIRST + 20 * number),
                   "from": chance.name(), "from_id": "user42", "text": said, "text_entities": [{"type": "plain", "text": said}]}
        return "\n".join("  " + line for line in json.dumps(message, ensure_ascii=False, indent=1).splitlines())
    before = '{\n "name": "The Reeds",\n "type": "private_supergroup",\n "id": 1234567,\n "messages": [\n'
    listed(file, size, entry, before, "\n ]\n}\n")


def openwebui(file, size, chance):
    def entry(number):
        messages, parent = {}, None
        for turn in range(12):
            key = f"{number:08}-{turn:04}"
            message = {"id": key, "parentId": parent, "childrenIds": [], "role": "assistant" if turn % 2 else "user",
                       "content": chance.said(2, 8), "timestamp": FIRST + 500 * number + turn, "models": ["m"], "done": True}
            if parent:
                messages[parent]["childrenIds"].append(key)
            messages[key], parent = message, key
        shown = list(messages.values())
        chat = {"id": "", "title": f"Tale {number}", "models": ["m"], "params": {}, "tags": [], "timestamp": FIRST * 1000,
                "history": {"messages": messages, "currentId": parent}, "messages": shown}
        return compact({"id": str(number), "user_id": "u", "title": f"Tale {number}", "chat": chat, "updated_at": FIRST,
                        "created_at": FIRST, "share_id": None, "archived": False, "pinned": False, "meta": {"tags": []}})
    listed(file, size, entry)


def gemini(file, size, chance):
    """A prompt of AI Studio, indented."""
    def entry(number):
        chunk = {"text": chance.said(2, 8), "role": "model" if number % 2 else "user", "tokenCount": 120}
        if number % 2:
            chunk["finishReason"] = "STOP"
        return "\n".join("      " + line for line in json.dumps(chunk, ensure_ascii=False, indent=2).splitlines())
    before = '{\n  "runSettings": {"temperature": 1.0, "model": "models/m"},\n  "chunkedPrompt": {\n    "chunks": [\n'
    listed(file, size, entry, before, "\n    ]\n  }\n}\n")


def lmstudio(file, size, chance):
    def entry(number):
        said = {"type": "text", "text": chance.said(2, 8)}
        if number % 2 == 0:
            version = {"type": "singleStep", "role": "user", "content": [said]}
        else:
            step = {"type": "contentBlock", "stepIdentifier": f"{(FIRST + number) * 1000}-0.1", "content": [said],
                    "genInfo": {"indexedModelIdentifier": "m", "stats": {"stopReason": "eosFound", "tokensPerSecond": 31.5}}}
            version = {"type": "multiStep", "role": "assistant", "senderInfo": {"senderName": "m"}, "steps": [step]}
        return json.dumps({"versions": [version], "currentlySelected": 0}, ensure_ascii=False, indent=2)
    listed(file, size, entry, '{"name": "Tale", "createdAt": 1700000000000, "messages": [\n', "\n]}\n")


def characterai(file, size, chance):
    def entry(number):
        return compact({"uuid": chance.id(), "id": number, "text": chance.said(2, 8), "src": {"name": "Sera", "is_human":
                        number % 2 == 1, "user": {"username": "Sera", "id": 7}}, "created": iso(number, "Z"), "is_alternative": False,
                        "image_rel_path": "", "responsible_user__username": None, "deleted": None})
    listed(file, size, entry, '{"info":{"character":{"name":"Sera"}},"histories":{"histories":[{"external_id":"h","msgs":[\n', "\n]}]}}\n")


def dialogues(file, size, chance):
    def entry(number):
        turns = [{"from": "gpt" if turn % 2 else "human", "value": chance.said(2, 6)} for turn in range(8)]
        return compact({"id": f"d{number}", "conversations": turns})
    lined(file, size, entry)


def records(file, size, chance):
    def entry(number):
        return json.dumps({"post_id": number, "author": {"name": chance.name(), "joined": "2021-03-04", "posts": 100 + number % 7},
                           "posted_at": iso(number), "thread": "The Heist", "body": chance.said(2, 8), "likes": number % 5})
    listed(file, size, entry)


def table(file, size, chance):
    def entry(number):
        return f'{number},{chance.name()},{iso(number)},"{chance.said(2, 6)}"'
    listed(file, size, entry, "id,author,date,text\n", "\n", "\n")


def neptune(file, size, chance):
    def entry(number):
        stamp = time.strftime("%m/%d/%Y, %I:%M:%S %p", time.gmtime(FIRST + 60 * number))
        return f"***{stamp} - {'User' if number % 2 else 'Venice'}:***\n\n{chance.said(4, 14)}\n"
    listed(file, size, entry, "", "\n", "\n---\n\n")


def whatsapp(file, size, chance):
    def entry(number):
        return f"[{time.strftime('%d/%m/%Y, %H:%M:%S', time.gmtime(FIRST + 20 * number))}] {chance.name()}: {chance.said()}"
    lined(file, size, entry)


def irc(file, size, chance):
    def entry(number):
        return f"{time.strftime('%H:%M', time.gmtime(FIRST + 20 * number))} <{chance.name()}> {chance.said(1, 2)}"
    lined(file, size, entry)


def novel(file, size, chance):
    def entry(number):
        return (f"# Chapter {number // 40}\n\n" if number % 40 == 0 else "") + chance.said(3, 9)
    listed(file, size, entry, "", "\n", "\n\n")


def text(file, size, chance):
    listed(file, size, lambda number: chance.said(3, 9), "", "\n", "\n\n")


# The name of each, the format it is, the ending of its files, and whether Python reads it whole or by lines as JSON.
EXPORTS = {
    "chat": (chat, "chat", "json", "whole"), "discord": (discord, "discord", "json", "whole"),
    "slack": (slack, "slack", "json", "whole"), "sillytavern": (sillytavern, "sillytavern", "jsonl", "lines"),
    "chatgpt": (chatgpt, "chatgpt", "json", "whole"), "claude": (claude, "claude", "json", "whole"),
    "llama": (llama, "llama", "jsonl", "lines"), "telegram": (telegram, "telegram", "json", "whole"),
    "openwebui": (openwebui, "openwebui", "json", "whole"), "gemini": (gemini, "gemini", "json", "whole"),
    "lmstudio": (lmstudio, "lmstudio", "json", "whole"), "characterai": (characterai, "characterai", "json", "whole"),
    "dialogues": (dialogues, "dialogues", "jsonl", "lines"), "records": (records, "records", "json", "whole"),
    "table": (table, "records", "csv", None), "whatsapp": (whatsapp, "whatsapp", "txt", None), "irc": (irc, "irc", "log", None),
    "neptune": (neptune, "neptune", "txt", None), "novel": (novel, "novel", "md", None), "text": (text, "text", "txt", None),
}


def write(name, path, size, seed=1):
    """Writes an export of about `size` bytes."""
    with path.open("w", encoding="utf-8") as file:
        EXPORTS[name][0](file, size, Chance(seed))
