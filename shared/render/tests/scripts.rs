//! Every script in the PDF: drawn, embedded, and read back by a program that is not ours.

mod support;

use std::collections::BTreeSet;
use std::io::{Read as _, Write as _};
use std::process::{Command, Stdio};

use sitrep_domain::document::Format;
use sitrep_render::render;
use support::document;

/// Sentences whose words, with their spaces, must come out of the file as they went in.
const SENTENCES: [&str; 14] = [
    "Zoë’s naïve café façade in Łódź and Þingvellir",
    "Η ομάδα ασφαλείας έκλεισε δώδεκα περιστατικά",
    "Команда безпеки закрила дванадцять інцидентів",
    "أغلق فريق الأمن الحوادث ولا تزال مفتوحة على الخادم",
    "گروه امنیت رخداد را بست و پیگیری ادامه دارد",
    "צוות האבטחה סגר אירועים ועדיין פתוחים",
    "सुरक्षा दल ने मार्च में घटनाएँ बंद कीं कृपया विस्तृत रिपोर्ट की समीक्षा करें",
    "セキュリティチームは「重大」な件を解決しました。",
    "安全团队在三月份关闭了十二起事件，详见附录（第5页）。",
    "資訊安全團隊於三月結案十二起事件",
    "보안 팀은 3월에 사고 12건을 종결했으며",
    "ทีมรักษาความปลอดภัยปิดเหตุการณ์ทำงานตามปกติ",
    "👨\u{200D}👩\u{200D}👧\u{200D}👦 👍🏽 🇩🇪 ❤\u{FE0F} 🎉",
    "mixed 安全 with सुरक्षा and Ασφάλεια in a line",
];

/// What `pdftotext` of Poppler reads, without the marks of direction that it adds.
fn read_with_poppler(pdf: &[u8]) -> String {
    run_poppler(pdf, &[])
}

/// Where the header of the first page has a word, given as it stands on the page, in points from the left.
fn find_in_header(pdf: &[u8], word: &str) -> f32 {
    let boxes = run_poppler(pdf, &["-bbox"]);
    let mut words = boxes.lines().filter(|line| line.trim_start().starts_with("<word"));
    let line = words.find(|line| line.contains(&format!(">{word}<"))).expect("the header has the word");
    let number = line.split('"').nth(1).expect("xMin is the first attribute");
    number.parse().expect("xMin is a number")
}

fn run_poppler(pdf: &[u8], options: &[&str]) -> String {
    let mut child = Command::new("pdftotext")
        .args(options)
        .args(["-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext of poppler-utils is installed");
    let mut stdin = child.stdin.take().expect("it is piped");
    let pdf = pdf.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&pdf));
    let mut text = String::new();
    child.stdout.take().expect("it is piped").read_to_string(&mut text).expect("UTF-8, as asked");
    writer.join().expect("no panic").expect("it reads all");
    assert!(child.wait().expect("it ends").success());
    text.replace(['\u{202A}', '\u{202B}', '\u{202C}'], "")
}

/// The characters that the reader is told are missing, as their codes.
fn reported(text: &str) -> BTreeSet<String> {
    let note = text.split("could not be shown").nth(1).unwrap_or_default();
    let codes = note.split("U+").skip(1);
    codes.map(|rest| rest.chars().take_while(char::is_ascii_hexdigit).collect()).collect()
}

#[test]
fn words_come_out_of_the_file_in_order_with_their_spaces() {
    for (sentence, format) in SENTENCES.into_iter().flat_map(|s| [(s, Format::Pdf), (s, Format::PdfA)]) {
        let pdf = render(&document(sentence, 1), format).unwrap().bytes;
        let text = read_with_poppler(&pdf);
        assert!(text.contains(sentence), "{sentence} as {}\n{text}", format.as_str());
        assert_eq!(reported(&text), BTreeSet::new(), "{sentence} as {}", format.as_str());
    }
}

#[test]
fn what_no_face_has_is_reported_and_reads_as_itself() {
    let text = read_with_poppler(&render(&document("x\u{1019}y \u{10400}", 1), Format::Pdf).unwrap().bytes);
    assert!(text.contains("2 different characters could not be shown"), "{text}");
    assert_eq!(reported(&text), BTreeSet::from(["1019".to_owned(), "10400".to_owned()]));
    assert!(text.contains("x\u{1019}y \u{10400}"), "{text}");
}

#[test]
fn a_text_in_one_direction_does_not_move_its_neighbours() {
    let mut document = document("plain", 1);
    document.meta.tenant_name = "שלום".into();
    let pdf = render(&document, Format::Pdf).unwrap().bytes;
    // The header names the tenant first and the report second, whichever way each is written.
    assert!(find_in_header(&pdf, "םולש") < find_in_header(&pdf, "plain"));
    for hostile in ["\u{202E}evil", "\u{2067}evil", "\u{202D}evil\u{202C}\u{202C}"] {
        document.meta.tenant_name = hostile.into();
        let text = read_with_poppler(&render(&document, Format::Pdf).unwrap().bytes);
        assert!(text.lines().any(|line| line.contains("\u{FFFD}evil") && line.contains("· plain")), "{text}");
    }
}

#[test]
fn a_latin_report_embeds_no_face_of_other_scripts() {
    let pdf = render(&document("Report", 20), Format::Pdf).unwrap().bytes;
    let file = lopdf::Document::load_mem(&pdf).unwrap();
    let names = file.objects.values().filter_map(|o| o.as_dict().ok()?.get(b"FontName").ok()?.as_name().ok());
    for name in names.map(String::from_utf8_lossy) {
        assert!(name.contains("Inter"), "{name}");
    }
}
