use super::*;

fn days(stamp: &str) -> (String, String) {
    let day = |moment| day(moment).unwrap_or_default();
    match read_text(stamp) {
        None => (String::new(), String::new()),
        Some(Reading::Sure(moment)) => (day(moment), day(moment)),
        Some(Reading::Either { day_first, month_first, .. }) => (day(day_first), day(month_first)),
    }
}

fn at(stamp: &str) -> Option<i64> {
    match read_text(stamp)? {
        Reading::Sure(moment) => Some(moment.milliseconds()),
        Reading::Either { day_first, .. } => Some(day_first.milliseconds()),
    }
}

#[test]
fn the_tenth_of_november_is_known_in_every_form() {
    for stamp in [
        "2025-11-10",
        "2025-11-10T04:00:41Z",
        "2025-11-10 04:00:41",
        "2025-11-10T23:30:00.123-05:00",
        "2025-11-10T04:00:41.123456+00:00",
        "2025-11-10T04:00:41+01:00[Europe/Paris]",
        "2025-11-10 04:00:41.123456",
        "2025-11-10 04:00:41 UTC",
        "2025-11-10, 4:00:41 a.m.",
        "2025-11-10 04 h 00 min 41 s",
        "2025-11-10@04h31m37s",
        "2025-11-10 @14h 56m 50s 682ms",
        "2025-W46-1",
        "2025-314",
        "20251110",
        "20251110T040041Z",
        "20251110 040041",
        "2025/11/10 4:00:41",
        "2025/11/10 上午4:00:41",
        "2025/11/10 下午 4:00:41",
        "2025. 11. 10. 오전 4:00:41",
        "2025년 11월 10일 오후 4시 5분",
        "2025年11月10日 04:00",
        "2025年11月10日",
        "25. 11. 10. 오전 4:00",
        "25-11-10 04:00:41",
        "25/11/10",
        "令和7年11月10日",
        "令和7年11月10日 4時00分",
        "R7/11/10",
        "民國114年11月10日",
        "10.11.25, 04:00",
        "10.11.2025, 04:00:41",
        "10.11.2025 04.00.41",
        "10.11.2025 klo 4.00.41",
        "10. 11. 2025. 04:00:41",
        "10. 11. 2025 4:00:41",
        "10.11.2025 г., 4:00:41 ч.",
        "10/11/2568 04:00:41",
        "10/11/2568, 4:00:41",
        "١٠\u{200f}/١١\u{200f}/٢٠٢٥، ٤:٠٠:٤١ ص",
        "Mon, 10 Nov 2025 04:00:41 GMT",
        "Mon, 10 Nov 2025 04:00:41 +0100",
        "Mon Nov 10 2025 04:00:41 GMT+0100 (CET)",
        "Mon Nov 10 2025 04:00:41 GMT-0500 (Eastern Standard Time)",
        "Mon Nov 10 04:00:41 2025",
        "Mon Nov 10 04:00:41 UTC 2025",
        "10 Nov 2025, 04:00",
        "10 Nov 2025",
        "10-Nov-2025 04:00",
        "Nov 10, 2025 at 4:00 AM",
        "November 10, 2025 4:00am",
        "November 10th, 2025 4pm",
        "Monday, November 10, 2025",
        "10. November 2025 04:00",
        "10 novembre 2025 à 04:00",
        "lun. 10 nov. 2025, 04:00",
        "10 de noviembre de 2025, 4:00",
        "10 de nov. de 2025 04:00",
        "10 ноября 2025 г. в 04:00",
        "10 listopada 2025 04:00",
        "10 Kasım 2025 04:00",
        "10 พฤศจิกายน 2568 เวลา 04:00",
        "4:00 pm on 10 November, 2025",
        "04:00:41 10.11.2025",
        "1762747241",
        "1762747241000",
        "1762747241000000",
        "1762747241000000000",
        "1762747241.5",
        "10Nov2025",
        "10nov25",
        "/Date(1762747241000)/",
        "/Date(1762747241000+0100)/",
        "new Date(1762747241000)",
        "new Date(2025, 10, 10)",
        "datetime.datetime(2025, 11, 10, 4, 0, 41)",
        "datetime.datetime(2025, 11, 10, 4, 0, tzinfo=datetime.timezone.utc)",
        "datetime.date(2025, 11, 10)",
        "Timestamp('2025-11-10 04:00:41')",
        "ISODate(\"2025-11-10T04:00:41Z\")",
        "<t:1762747241>",
        "<t:1762747241:R>",
        "2025-11-10_04-00-41",
        "20251110-040041",
        "۱۴۰۴/۸/۱۹, ۴:۰۰:۴۱",
        "۱۹ آبان ۱۴۰۴، ۱۶:۰۰",
        "10. nov. 2025, 16.00",
        "mandag den 10. november 2025 kl. 16.00.41",
        "10.11.2025 klo 16.00.41",
        "maanantai 10. marraskuuta 2025 klo 16.00.41",
        "pondělí 10. listopadu 2025 v 16:00:41",
        "16:00 10 thg 11, 2025",
        "lúc 16:00:41 Thứ Hai, 10 tháng 11, 2025",
        "luni, 10 noiembrie 2025 la 16:00:41",
        "2025. november 10., hétfő 16:00:41",
        "10. stu 2025. 16:00",
        "понеделник, 10 ноември 2025 г. в 16:00:41",
        "2025 m. lapkričio 10 d., pirmadienis 16:00:41",
        "Senin, 10 November 2025 pukul 16.00.41",
        "lunes, 10 de noviembre de 2025 a las 16:00:41",
        "segunda-feira, 10 de novembro de 2025 às 16:00:41",
        "10 בנוב׳ 2025, 16:00",
        "10/11/68 04:00",
    ] {
        assert_eq!(days(stamp), ("2025-11-10".to_owned(), "2025-11-10".to_owned()), "{stamp}");
    }
}

#[test]
fn a_day_and_a_month_below_thirteen_may_be_either() {
    for stamp in [
        "10/11/2025, 4:00:41 AM",
        "10/11/2025 04:00:41",
        "10-11-2025, 04:00:41",
        "10/11/25, 4:00 am",
        "[10/11/2025, 4:00:41 AM]",
        "\u{200e}10/11/2025, 4:00:41\u{202f}p.m.",
        "１０/１１/２０２５, ４:００:４１",
        "10/11/2025, 04.00.41",
        "04:00:41 10/11/2025",
    ] {
        assert_eq!(days(stamp), ("2025-11-10".to_owned(), "2025-10-11".to_owned()), "{stamp}");
    }
    assert_eq!(days("25/12/2025, 21:04:11").1, "2025-12-25");
    assert_eq!(days("12/25/2025, 9:04:11 PM").0, "2025-12-25");
}

#[test]
fn what_names_no_day_has_none() {
    for stamp in [
        "",
        "sometime later",
        "yesterday",
        "2023",
        "42",
        "nan",
        "inf",
        "2025-13-45",
        "30/30/2025, 04:00",
        "2/30/2025, 4:00:41 AM",
        "10/32/2025, 4:06:30 AM",
        "11/10/2025, 13:00:41 AM",
        "11/10/2025, 10:75",
        "۱۴۰۴/۱۳/۱۹, ۴:۰۰:۴۱",
        "١٩/٥/١٤٤٧ هـ",
        "note (1) of 2025-11-10",
        "update(5)",
        "10/11/2025 12/11/2025",
        "Chapter 12 - 11/10",
        "chapter 3 of 2025-11-10",
        "we met on the 2025-11-10 in the old mill",
    ] {
        assert_eq!(read_text(stamp), None, "{stamp}");
    }
    // Those behind the zero are counted from 1601, in tenths of a microsecond and in microseconds, and from the year 1.
    for number in [
        f64::MAX,
        f64::INFINITY,
        -1.0,
        0.0,
        f64::NAN,
        133_763_000_000_000_000.0,
        13_407_000_000_000_000.0,
        63_898_344_041.0,
    ] {
        assert_eq!(epoch(number), None, "{number}");
    }
}

#[test]
fn the_time_and_the_zone_count() {
    for (stamp, milliseconds) in [
        ("2025-11-10T04:00:41Z", 1_762_747_241_000),
        ("2025-11-10T05:00:41+01:00", 1_762_747_241_000),
        ("Mon, 10 Nov 2025 05:00:41 +0100", 1_762_747_241_000),
        ("Sun Nov 09 2025 23:00:41 GMT-0500 (EST)", 1_762_747_241_000),
        ("10.11.2025, 04:00:41", 1_762_747_241_000),
        ("2025/11/10 下午4:00:41", 1_762_790_441_000),
        ("November 10, 2025 12:00am", 1_762_732_800_000),
        ("2025-11-10 @04h 00m 41s 682ms", 1_762_747_241_682),
        ("1762747241.5", 1_762_747_241_500),
    ] {
        assert_eq!(at(stamp), Some(milliseconds), "{stamp}");
    }
}
