//! The names of months.

/// The names of each month, January first, in the languages that browsers write most: English, German, French,
/// Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Polish, Russian, Ukrainian, Turkish, Czech, Indonesian,
/// Arabic, Hebrew, Hindi, Thai, Greek. An abbreviation is the beginning of a name; those that aren't stand for
/// themselves.
const MONTHS: [&str; 12] = [
    "january januar jänner janvier enero gennaio janeiro januari stycznia styczeń января январь січня ocak ledna leden \
     يناير ינואר בינואר जनवरी जन॰ มกราคม ม.ค ιανουαρίου ιαν",
    "february februar febbraio février fevrier febrero fevereiro februari lutego luty февраля февраль лютого şubat subat \
     února únor pebruari فبراير פברואר בפברואר फ़रवरी फरवरी กุมภาพันธ์ ก.พ φεβρουαρίου φεβ",
    "march märz maerz mrz mars marzo março marco maart mrt marts marca marzec марта март березня mart března březen maret \
     مارس מרץ במרץ मार्च มีนาคม มี.ค μαρτίου μαρ",
    "april avril abril aprile kwietnia kwiecień апреля апрель квітня nisan dubna duben أبريل אפריל באפריל अप्रैल เมษายน \
     เม.ย απριλίου απρ",
    "may mai mayo maggio maio mei maj maja мая май травня mayıs mayis května květen مايو מאי במאי मई พฤษภาคม พ.ค μαΐου μαΐ",
    "june juni juin junio giugno junho czerwca czerwiec июня июнь червня haziran června červen يونيو יוני ביוני जून \
     มิถุนายน มิ.ย ιουνίου ιουν",
    "july juli juillet julio luglio julho lipca lipiec июля июль липня temmuz července červenec يوليو יולי ביולי जुलाई \
     जुल॰ กรกฎาคม ก.ค ιουλίου ιουλ",
    "august août aout agosto augustus augusti sierpnia sierpień августа август серпня ağustos agustos srpna srpen أغسطس \
     אוגוסט באוגוסט अगस्त สิงหาคม ส.ค αυγούστου αυγ",
    "september septembre septiembre setiembre settembre setembro września wrzesień сентября сентябрь вересня eylül eylul \
     září zari سبتمبر ספטמבר בספטמבר सितंबर सित॰ กันยายน ก.ย σεπτεμβρίου σεπ",
    "october oktober octobre octubre ottobre outubro oktober październik października октября октябрь жовтня ekim října \
     říjen أكتوبر אוקטובר באוקטובר अक्टूबर अक्तू॰ ตุลาคม ต.ค οκτωβρίου οκτ",
    "november novembre noviembre novembro listopada listopad ноября ноябрь листопада kasım kasim nopember نوفمبر נובמבר \
     בנובמבר नवंबर नव॰ พฤศจิกายน พ.ย νοεμβρίου νοε",
    "december dezember décembre decembre diciembre dicembre dezembro grudnia grudzień декабря декабрь грудня aralık aralik \
     prosince prosinec desember ديسمبر דצמבר בדצמבר दिसंबर दिस॰ ธันวาคม ธ.ค δεκεμβρίου δεκ",
];

/// The month that `word` (in lower case, without a stop at its end) names, from 1.
pub(super) fn named(word: &str) -> Option<i8> {
    let is_name = |name: &str| name == word || (word.chars().count() >= 3 && name.starts_with(word));
    // A whole name comes before the beginning of another: Turkish `mart` begins no month of another language.
    let whole_of = |names: &&str| names.split_whitespace().any(|name| name == word);
    let place = MONTHS
        .iter()
        .position(whole_of)
        .or_else(|| MONTHS.iter().position(|names| names.split_whitespace().any(is_name)))?;
    i8::try_from(place + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_known_by_name_and_by_its_beginning() {
        for (word, month) in [
            ("nov", Some(11)),
            ("november", Some(11)),
            ("märz", Some(3)),
            ("mar", Some(3)),
            ("juil", Some(7)),
            ("dez", Some(12)),
            ("sept", Some(9)),
            ("ноя", Some(11)),
            ("мая", Some(5)),
            ("kasım", Some(11)),
            ("ott", Some(10)),
            ("พ.ย", Some(11)),
            ("martes", None),
            ("mardi", None),
            ("monday", None),
            ("no", None),
            ("novel", None),
        ] {
            assert_eq!(named(word), month, "{word}");
        }
    }
}
