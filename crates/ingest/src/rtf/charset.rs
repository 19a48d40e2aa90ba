use encoding_rs::Encoding;

/// The encoding of a Windows code page; the western one where the number means none.
pub(super) fn of_page(page: i32) -> &'static Encoding {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 | 1361 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        20866 => "koi8-r".to_owned(),
        10000 => "macintosh".to_owned(),
        65001 => "utf-8".to_owned(),
        28592..=28606 => format!("iso-8859-{}", page - 28590),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}

/// The encoding of the character set that a font has; none where it has the document's.
pub(super) fn of_charset(charset: i32) -> Option<&'static Encoding> {
    Some(of_page(match charset {
        0 => 1252,
        77 => 10000,
        128 => 932,
        129 | 130 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_mean_encodings() {
        for (page, name) in
            [(1251, "windows-1251"), (932, "Shift_JIS"), (28592, "ISO-8859-2"), (437, "windows-1252")]
        {
            assert_eq!(of_page(page).name(), name);
        }
        assert_eq!((of_charset(238).map(Encoding::name), of_charset(1)), (Some("windows-1250"), None));
    }
}
