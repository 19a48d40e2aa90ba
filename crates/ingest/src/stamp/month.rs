//! The names of months.

/// The names of each month, January first, in the languages that browsers write most, about fifty of them. An
/// abbreviation is the beginning of a name; those that aren't stand for themselves.
const MONTHS: [&str; 12] = [
    "january januar jänner janvier enero gennaio janeiro januari stycznia styczeń января январь січня ocak ledna \
     leden يناير ינואר בינואר जनवरी जन॰ มกราคม ม.ค ιανουαρίου ιαν tammikuuta ianuarie január януари januára \
     јануар sausio sausis janvāris jaanuar gener ינו׳ জানুয়ারি جنوری ஜனவரி ஜன జనవరి జన जानेवारी січень",
    "february februar febbraio février fevrier febrero fevereiro februari lutego luty февраля февраль лютого \
     şubat subat února únor pebruari فبراير פברואר בפברואר फ़रवरी फरवरी กุมภาพันธ์ ก.พ φεβρουαρίου φεβ helmikuuta \
     februarie február февруари februára фебруар vasario vasaris februāris veebruar פבר׳ ফেব্রুয়ারি فروری \
     பிப்ரவரி ఫిబ్రవరి फेब्रुवारी pebrero лютий फ़र॰",
    "march märz maerz mrz mars marzo março marco maart mrt marts marca marzec марта март березня mart března \
     březen maret مارس מרץ במרץ मार्च มีนาคม มี.ค μαρτίου μαρ maaliskuuta martie március marec kovo kovas märts \
     মার্চ مارچ மார்ச் మార్చి machi marso березень",
    "april avril abril aprile kwietnia kwiecień апреля апрель квітня nisan dubna duben أبريل אפריל באפריל अप्रैल \
     เมษายน เม.ย απριλίου απρ huhtikuuta aprilie április април apríla balandžio balandis aprīlis aprill אפר׳ \
     এপ্রিল اپریل ஏப்ரல் ఏప్రిల్ एप्रिल квітень",
    "may mai mayo maggio maio mei maj maja мая май травня mayıs mayis května květen مايو מאי במאי मई พฤษภาคม พ.ค \
     μαΐου μαΐ toukokuuta május mája мај gegužės maijs maig মে مئی மே మే मे травень",
    "june juni juin junio giugno junho czerwca czerwiec июня июнь червня haziran června červen يونيو יוני ביוני \
     जून มิถุนายน มิ.ย ιουνίου ιουν kesäkuuta iunie június юни júna јун junij birželio birželis jūnijs juuni juny \
     জুন جون ஜூன் జూన్ hunyo червень",
    "july juli juillet julio luglio julho lipca lipiec июля июль липня temmuz července červenec يوليو יולי ביולי \
     जुलाई जुल॰ กรกฎาคม ก.ค ιουλίου ιουλ heinäkuuta iulie július юли júla јул julij liepos liepa jūlijs juuli \
     juliol জুলাই جولائی ஜூலை జులై जुलै julai hulyo липень",
    "august août aout agosto augustus augusti sierpnia sierpień августа август серпня ağustos agustos srpna srpen \
     أغسطس אוגוסט באוגוסט अगस्त สิงหาคม ส.ค αυγούστου αυγ elokuuta augusztus augusta avgust rugpjūčio rugpjūtis \
     augusts ag אוג׳ আগস্ট আগ اگست ஆகஸ்ட் ஆக ఆగస్టు ఆగ ऑगस्ट ऑग agustus agosti ogos серпень अग॰",
    "september septembre septiembre setiembre settembre setembro września wrzesień сентября сентябрь вересня \
     eylül eylul září zari سبتمبر ספטמבר בספטמבר सितंबर सित॰ กันยายน ก.ย σεπτεμβρίου σεπ syyskuuta septembrie \
     szeptember септември septembra септембар rugsėjo rugsėjis septembris setembre ספט׳ সেপ্টেম্বর ستمبر \
     செப்டம்பர் సెప్టెంబర్ सप्टेंबर septemba setyembre вересень",
    "october oktober octobre octubre ottobre outubro oktober październik października октября октябрь жовтня ekim \
     října říjen أكتوبر אוקטובר באוקטובר अक्टूबर अक्तू॰ ตุลาคม ต.ค οκτωβρίου οκτ lokakuuta octombrie október \
     октомври októbra октобар spalio spalis oktobris oktoober אוק׳ অক্টোবর اکتوبر அக்டோபர் అక్టోబర్ ऑक्टोबर \
     oktoba oktubre жовтень अक्टू॰",
    "november novembre noviembre novembro listopada listopadu listopad ноября ноябрь листопада kasım kasim nopember نوفمبر \
     נובמבר בנובמבר नवंबर नव॰ พฤศจิกายน พ.ย νοεμβρίου νοε marraskuuta noiembrie ноември novembra новембар \
     lapkričio lapkritis novembris נוב׳ নভেম্বর نومبر நவம்பர் நவ నవంబర్ नोव्हेंबर novemba nobyembre",
    "december dezember décembre decembre diciembre dicembre dezembro grudnia grudzień декабря декабрь грудня \
     aralık aralik prosince prosinec desember ديسمبر דצמבר בדצמבר दिसंबर दिस॰ ธันวาคม ธ.ค δεκεμβρίου δεκ \
     joulukuuta decembrie декември decembra децембар gruodžio gruodis decembris detsember desembre דצמ׳ ডিসেম্বর \
     دسمبر டிசம்பர் డిసెంబర్ डिसेंबर desemba disyembre disember грудень",
];

/// Those of Croatian, whole and short. Some are another month's in Polish and Czech, so they count only in its way of
/// writing dates, with a stop behind the year.
const CROATIAN: [&str; 12] = [
    "siječnja sij",
    "veljače velj",
    "ožujka ožu",
    "travnja tra",
    "svibnja svi",
    "lipnja lip",
    "srpnja srp",
    "kolovoza kol",
    "rujna ruj",
    "listopada lis",
    "studenoga stu",
    "prosinca pro",
];

/// The month that `word` names in Croatian, from 1.
pub(super) fn croatian(word: &str) -> Option<i8> {
    let place = CROATIAN.iter().position(|names| names.split(' ').any(|name| name == word))?;
    i8::try_from(place + 1).ok()
}

/// The months of the Persian calendar, Farvardin first.
const PERSIAN: [&str; 12] =
    ["فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند"];

/// The month of the Persian calendar that `word` names, from 1.
pub(super) fn persian(word: &str) -> Option<i8> {
    let place = PERSIAN.iter().position(|name| *name == word)?;
    i8::try_from(place + 1).ok()
}

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
