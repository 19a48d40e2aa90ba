//! What the program writes in place of what was said, or beside it, in the language of the phone: a file that was left out or is
//! attached, a message that was taken back or changed.

use crate::words;

/// Stands before what the program wrote.
pub(super) const MARK: char = '\u{200e}';

/// Words for files of all kinds: `<Media omitted>`.
const MEDIA: [&str; 20] = [
    "media",
    "medien",
    "multimedia",
    "multimédia",
    "multimédias",
    "multimídia",
    "mídia",
    "mídias",
    "média",
    "médias",
    "médiafájl",
    "medya",
    "medier",
    "mediafil",
    "mediafiler",
    "mediebestand",
    "mediebestanden",
    "mediafiles",
    "mediat",
    "medias",
];
/// The same where letters are joined to what stands beside them, or words are inflected.
const MEDIA_WITHIN: [&str; 18] = [
    "медиа",
    "медіа",
    "メディア",
    "媒体",
    "媒體",
    "미디어",
    "وسائط",
    "رسانه",
    "میڈیا",
    "מדיה",
    "मीडिया",
    "মিডিয়া",
    "મીડિયા",
    "மீடியா",
    "మీడియా",
    "สื่อ",
    "πολυμέσ",
    "phương tiện",
];
/// What follows the kind of a file that was left out on an iPhone.
const LEFT_OUT: [&str; 20] = [
    "omitted",
    "weggelassen",
    "omitido",
    "omitida",
    "ocultado",
    "ocultada",
    "absent",
    "absente",
    "omesso",
    "omessa",
    "weggelaten",
    "опущено",
    "пропущено",
    "pominięto",
    "utelämnad",
    "udeladt",
    "utelatt",
    "edilmedi",
    "vynechán",
    "vynecháno",
];
/// Kinds of files where no spaces part the words of such a line, or another word stands last.
const KINDS: [&str; 30] = [
    "图片",
    "圖片",
    "图像",
    "影像",
    "视频",
    "影片",
    "音频",
    "音訊",
    "贴图",
    "貼圖",
    "文件",
    "画像",
    "写真",
    "動画",
    "音声",
    "ステッカー",
    "이미지",
    "사진",
    "동영상",
    "비디오",
    "오디오",
    "스티커",
    "문서",
    "صورة",
    "فيديو",
    "ملصق",
    "مستند",
    "תמונה",
    "סרטון",
    "מדבקה",
];
/// What stands behind the name of a file, in round brackets, that is attached.
const ATTACHED: [&str; 22] = [
    "attached",
    "angehängt",
    "adjunto",
    "adjuntado",
    "anexado",
    "anexo",
    "joint",
    "allegato",
    "bijgevoegd",
    "добавлен",
    "прикреплен",
    "прикреплён",
    "додано",
    "dołączony",
    "załączony",
    "ekli",
    "eklendi",
    "bifogad",
    "vedhæftet",
    "vedlagt",
    "dilampirkan",
    "terlampir",
];
const ATTACHED_WITHIN: [&str; 8] = ["添付", "附件", "附加", "첨부", "مرفق", "מצורף", "संलग्न", "đính kèm"];

/// What stands in place of a message that was taken back.
const DELETED: [&str; 66] = [
    "this message was deleted",
    "you deleted this message",
    "diese nachricht wurde gelöscht",
    "du hast diese nachricht gelöscht",
    "se eliminó este mensaje",
    "eliminaste este mensaje",
    "este mensaje fue eliminado",
    "mensagem apagada",
    "esta mensagem foi apagada",
    "você apagou esta mensagem",
    "apagaste esta mensagem",
    "esta mensagem foi eliminada",
    "eliminaste esta mensagem",
    "ce message a été supprimé",
    "vous avez supprimé ce message",
    "questo messaggio è stato eliminato",
    "hai eliminato questo messaggio",
    "dit bericht is verwijderd",
    "je hebt dit bericht verwijderd",
    "u hebt dit bericht verwijderd",
    "это сообщение удалено",
    "сообщение удалено",
    "данное сообщение удалено",
    "вы удалили данное сообщение",
    "вы удалили это сообщение",
    "вы удалили сообщение",
    "це повідомлення видалено",
    "повідомлення видалено",
    "ви видалили це повідомлення",
    "bu mesaj silindi",
    "bu mesajı sildiniz",
    "mesajı sildiniz",
    "ta wiadomość została usunięta",
    "wiadomość usunięta",
    "usunięto tę wiadomość",
    "det här meddelandet raderades",
    "du raderade det här meddelandet",
    "denne besked blev slettet",
    "du slettede denne besked",
    "denne meldingen ble slettet",
    "du slettet denne meldingen",
    "tämä viesti on poistettu",
    "poistit tämän viestin",
    "pesan ini telah dihapus",
    "pesan ini dihapus",
    "anda menghapus pesan ini",
    "anda telah menghapus pesan ini",
    "tato zpráva byla odstraněna",
    "tato zpráva byla smazána",
    "táto správa bola odstránená",
    "ezt az üzenetet törölték",
    "törölted ezt az üzenetet",
    "acest mesaj a fost șters",
    "このメッセージは削除されました",
    "メッセージを削除しました",
    "このメッセージを削除しました",
    "此消息已删除",
    "你已删除此消息",
    "您已删除此消息",
    "此訊息已刪除",
    "삭제된 메시지입니다",
    "이 메시지는 삭제되었습니다",
    "تم حذف هذه الرسالة",
    "لقد حذفت هذه الرسالة",
    "הודעה זו נמחקה",
    "यह संदेश हटा दिया गया",
];
/// Beginnings of words for a message, and of words for what was done to it: with both, whatever the grammar, a text that the
/// program wrote says that it was.
const MESSAGE: [&str; 22] = [
    "messag",
    "nachricht",
    "mensaj",
    "mensag",
    "bericht",
    "сообщен",
    "повідомлен",
    "mesaj",
    "wiadomo",
    "meddeland",
    "besked",
    "melding",
    "viesti",
    "pesan",
    "zpráv",
    "správ",
    "üzenet",
    "メッセージ",
    "消息",
    "訊息",
    "메시지",
    "رسالة",
];
const CHANGED: [&str; 22] = [
    "edit",
    "bearbeitet",
    "modifi",
    "измен",
    "змінен",
    "düzenlen",
    "bewerkt",
    "edytowan",
    "redig",
    "muokat",
    "diedit",
    "uprav",
    "szerkeszt",
    "編集",
    "编辑",
    "編輯",
    "수정",
    "편집",
    "تعديل",
    "đã chỉnh sửa",
    "επεξεργ",
    "संपादित",
];
const TAKEN_BACK: [&str; 22] = [
    "delet",
    "gelöscht",
    "elimin",
    "apag",
    "supprim",
    "удал",
    "видал",
    "verwijder",
    "silin",
    "sildin",
    "usuni",
    "rader",
    "slett",
    "poist",
    "hapus",
    "smaz",
    "odstr",
    "töröl",
    "削除",
    "删除",
    "刪除",
    "삭제",
];

pub(super) fn is_mark(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '~' | '\u{a0}' | '\u{202f}' | ' ')
}

/// Whether a message says only that it was taken back.
pub(super) fn is_deleted(text: &str) -> bool {
    let low = text.trim_matches(is_mark).to_lowercase();
    let low = low.trim_end_matches(['.', '。', '।']);
    DELETED.contains(&low)
        || text.starts_with(MARK) && low.lines().nth(1).is_none() && tells(low, &TAKEN_BACK)
}

/// Whether words say of a message that this was done to it.
fn tells(low: &str, done: &[&str]) -> bool {
    let has = |stems: &[&str]| stems.iter().any(|stem| low.contains(stem));
    words::length(low) < 60 && has(&MESSAGE) && has(done)
}

/// The text without the mark that it was edited.
pub(super) fn edited(text: &str) -> (&str, bool) {
    let plain = text.trim_end_matches(is_mark);
    let mark = plain.rfind('<').filter(|at| {
        let behind = plain.get(*at..).unwrap_or_default();
        let before = plain.get(..*at).unwrap_or_default();
        let is_told =
            before.ends_with(MARK) || before.ends_with(' ') && tells(&behind.to_lowercase(), &CHANGED);
        is_told && behind.ends_with('>') && !behind.contains(':')
    });
    match mark {
        Some(at) => (plain.get(..at).unwrap_or_default().trim_end_matches(is_mark), true),
        None => (text, false),
    }
}

/// The text without what stands for files, whole lines or what is marked at their ends, and what those are called.
pub(super) fn attached(text: &str) -> (String, Vec<String>) {
    let mut attachments = Vec::new();
    let mut kept = Vec::new();
    for line in text.lines() {
        if let Some(name) = attachment(line) {
            attachments.push(name);
            continue;
        }
        let (said, name) = line.rfind("\u{200e}<").and_then(|at| line.split_at_checked(at)).unzip();
        let name = name.and_then(attachment);
        let line = said.filter(|_| name.is_some()).unwrap_or(line);
        attachments.extend(name);
        kept.push(line.trim_matches([MARK, '\u{200f}']));
    }
    (kept.join("\n"), attachments)
}

/// What a line names, if it stands for a file: `<attached: map.jpg>`, `map.jpg (file attached)`, `image omitted`.
pub(super) fn attachment(line: &str) -> Option<String> {
    let plain = line.trim_matches(is_mark);
    let low = plain.to_lowercase();
    if is_left_out(&low) {
        return Some("media".to_owned());
    }
    let inner = plain.strip_prefix('<').and_then(|inner| inner.strip_suffix('>'));
    let named = inner.and_then(|inner| inner.split_once(": ")).map(|(_, name)| name);
    let behind = plain.strip_suffix(')').and_then(|plain| plain.rsplit_once(" (")).map(|(name, _)| name);
    let behind = behind.filter(|name| {
        is_file(name)
            && (!name.contains(' ') && line.starts_with(MARK)
                || is_attached(low.get(name.len()..).unwrap_or_default()))
    });
    if let Some(name) = named.filter(|name| is_file(name)).or(behind) {
        return Some(name.to_owned());
    }
    left_out(line, plain)
}

fn is_file(name: &str) -> bool {
    let end = name.rsplit_once('.').map(|(_, end)| end);
    end.is_some_and(|end| {
        (2..=5).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// Whether what stands behind the name of a file says that it is attached.
fn is_attached(low: &str) -> bool {
    let mut words = words::words(low).map(|word| word.trim_matches(['(', ')']));
    words.any(|word| ATTACHED.contains(&word)) || ATTACHED_WITHIN.iter().any(|stem| low.contains(stem))
}

/// Whether a text in lower case is `<media omitted>`, in any language.
fn is_left_out(low: &str) -> bool {
    let Some(inner) = low.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')) else { return false };
    let names_media =
        || words::words(inner).any(|word| MEDIA.contains(&word)) && words::words(inner).nth(1).is_some();
    !inner.contains([':', '<', '\n'])
        && (names_media() || MEDIA_WITHIN.iter().any(|stem| inner.contains(stem)))
}

/// What a line says of a file that was left out on an iPhone: its kind, or its name.
fn left_out(line: &str, plain: &str) -> Option<String> {
    line.starts_with(MARK).then_some(())?;
    let is_short = |text: &str| words::words(text).count() <= 3;
    if KINDS.iter().any(|kind| plain.contains(kind)) && is_short(plain) && words::length(plain) <= 20 {
        return Some(plain.to_owned());
    }
    let (kind, last) = plain.rsplit_once(' ')?;
    // The name of a document and how many pages it has stand before its kind.
    let (name, kind) = kind.split_once(" • ").unwrap_or((kind, kind));
    (LEFT_OUT.contains(&last.to_lowercase().as_str()) && is_short(kind)).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_file_is_its_name() {
        for (line, name) in [
            ("\u{200e}<attached: 00000012-PHOTO.jpg>", Some("00000012-PHOTO.jpg")),
            ("\u{200e}<Anhang: karte.pdf>", Some("karte.pdf")),
            ("IMG-20251102.jpg (file attached)", Some("IMG-20251102.jpg")),
            ("map of the bay.pdf (file attached)", Some("map of the bay.pdf")),
            ("\u{200e}IMG-1.jpg (Datei angehängt)", Some("IMG-1.jpg")),
            ("IMG-1.jpg (Datei angehängt)", Some("IMG-1.jpg")),
            ("IMG-1.jpg (файл добавлен)", Some("IMG-1.jpg")),
            ("IMG-1.jpg (添付ファイル)", Some("IMG-1.jpg")),
            ("map.jpg (the old one)", None),
            ("<Media omitted>", Some("media")),
            ("<Arquivo de mídia oculto>", Some("media")),
            ("<Без медиафайлов>", Some("media")),
            ("<تم استبعاد الوسائط>", Some("media")),
            ("<メディアは含まれていません>", Some("media")),
            ("<미디어 파일을 제외한 내용>", Some("media")),
            ("<省略多媒體檔案>", Some("media")),
            ("<hiányzó médiafájl>", Some("media")),
            ("<meditates by the lamp>", None),
            ("<media>", None),
            ("\u{200e}image omitted", Some("image")),
            ("\u{200e}图片已忽略", Some("图片已忽略")),
            ("\u{200e}map.pdf • \u{200e}3 pages \u{200e}document omitted", Some("map.pdf")),
            ("the last page was omitted", None),
            ("see map.pdf", None),
        ] {
            assert_eq!(attachment(line).as_deref(), name, "{line}");
        }
    }

    #[test]
    fn what_is_said_of_a_file_stays_text() {
        for (text, kept, names) in [
            ("caption here \u{200e}<attached: 13-PHOTO.jpg>", "caption here ", &["13-PHOTO.jpg"][..]),
            ("\u{200e}<Anhang: 13-PHOTO.jpg>\nam Kai", "am Kai", &["13-PHOTO.jpg"]),
            ("one\n\u{200e}image omitted\ntwo", "one\ntwo", &["image"]),
            ("a \u{200e}<b>", "a \u{200e}<b>", &[]),
        ] {
            let (found, attachments) = attached(text);
            assert_eq!(
                (found.as_str(), attachments.iter().map(String::as_str).collect::<Vec<_>>()),
                (kept, names.to_vec())
            );
        }
    }

    #[test]
    fn a_message_that_was_changed_or_taken_back_is_known_in_any_language() {
        for (text, kept) in [
            ("look \u{200e}<This message was edited>", Some("look")),
            ("look <This message was edited>", Some("look")),
            ("ok <Diese Nachricht wurde bearbeitet.>", Some("ok")),
            ("ok <Mensagem editada>", Some("ok")),
            ("да <Сообщение изменено>", Some("да")),
            ("<This message was edited>", None),
            ("I saw <the message> edited", None),
            ("she <edited>", None),
            ("This message was edited: no it wasn't", None),
        ] {
            assert_eq!(edited(text), (kept.unwrap_or(text), kept.is_some()));
        }
        for (text, deleted) in [
            ("This message was deleted", true),
            ("\u{200e}You deleted this message.", true),
            ("Mensagem apagada", true),
            ("\u{200e}Hai eliminato questo messaggio.", true),
            ("Сообщение удалено", true),
            ("\u{200e}This message was deleted by an admin.", true),
            ("\u{200e}Удалил сообщение", true),
            ("このメッセージは削除されました。", true),
            ("did you delete this message?", false),
            ("\u{200e}a message", false),
        ] {
            assert_eq!(is_deleted(text), deleted, "{text}");
        }
    }
}
