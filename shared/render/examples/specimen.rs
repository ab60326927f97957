//! Writes a document with a text of every script in every place that text can stand, to be looked at:
//! `cargo run -p sitrep-render --example specimen -- <folder>`.

use std::path::PathBuf;

use jiff::civil::date;
use sitrep_domain::document::{
    Block, ColumnKind, Document, DocumentMeta, Format, KpiCard, Provenance, Rgb, Status, Table, TableColumn,
    Unit,
};
use sitrep_domain::report_data::ReportData;
use sitrep_domain::result::Cell;

/// Script, a sentence of it, and a short name.
const SCRIPTS: [(&str, &str, &str); 14] = [
    (
        "Latin",
        "Zoë’s naïve café façade: Łódź, Þingvellir, e\u{301}tude and ﬁnal AVATAR offices.",
        "Zürich Łódź",
    ),
    ("Greek", "Η ομάδα ασφαλείας έκλεισε δώδεκα περιστατικά — ὅλα τὰ συστήματα λειτουργοῦν.", "Αθήνα"),
    ("Cyrillic", "Команда безпеки закрила дванадцять інцидентів; все системы работают, ћирилица.", "Київ"),
    (
        "Arabic",
        "أغلق فريق الأمن 12 حادثًا في شهر مارس (2026)، ولا تزال 3 حوادث مفتوحة على الخادم srv-web-01.",
        "فريق الأمن",
    ),
    ("Persian", "گروه امنیت ۱۲ رخداد را بست و سامانه‌ها کار می‌کنند؛ پیگیری ۳ مورد ادامه دارد.", "پژوهش"),
    (
        "Hebrew",
        "צוות האבטחה סגר 12 אירועים במרץ (2026), ועדיין פתוחים 3 אירועים בשרת srv-web-01.",
        "צוות שָׁלוֹם",
    ),
    (
        "Hindi",
        "सुरक्षा दल ने मार्च में १२ घटनाएँ बंद कीं; कृपया विस्तृत रिपोर्ट की समीक्षा करें। क्षत्रिय, श्रृंखला, र्क।",
        "सुरक्षा दल",
    ),
    (
        "Japanese",
        "セキュリティチームは三月に十二件のインシデントを解決しました。「重大」な件は直ちに対応し、骨子を報告します。ちょっとしたデータも、すべて記録されています。",
        "東京本社",
    ),
    (
        "Chinese, simplified",
        "安全团队在三月份关闭了十二起事件，其中“严重”事件三起；所有系统运行正常，详见附录（第5页）。我们将继续监测网络流量并及时通报。",
        "北京总部",
    ),
    (
        "Chinese, traditional",
        "資訊安全團隊於三月結案十二起事件，其中「嚴重」事件三起；所有系統運作正常，詳見附錄。",
        "臺北總部",
    ),
    ("Korean", "보안 팀은 3월에 사고 12건을 종결했으며 모든 시스템이 정상적으로 작동합니다.", "서울 본사"),
    ("Thai", "ทีมรักษาความปลอดภัยปิดเหตุการณ์สิบสองรายการในเดือนมีนาคมและระบบทั้งหมดทำงานตามปกติ", "กรุงเทพฯ"),
    (
        "Emoji and signs",
        "🎉 👨\u{200D}👩\u{200D}👧\u{200D}👦 👍🏽 🇩🇪 🇯🇵 ❤\u{FE0F} 1\u{FE0F}\u{20E3} ⚠\u{FE0F} 👩🏿\u{200D}💻 ☎ ✓ → ∑ 𝕋𝕙𝕖 ♻ 🔥🚀",
        "🔥 hot",
    ),
    (
        "Not shipped",
        "Burmese \u{1019}\u{103C}\u{1014}\u{103A}\u{1019}\u{102C}, Deseret \u{10400}\u{10401}, an override \u{202E}gpj.exe",
        "\u{1000}",
    ),
];

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| ".".to_owned()));
    let document = specimen();
    for format in Format::ALL {
        let file = sitrep_render::render(&document, format).expect("the specimen renders");
        let path = folder.join(format!("specimen.{}", file.extension));
        std::fs::write(&path, &file.bytes).expect("the folder can be written");
        println!("{} {} bytes", path.display(), file.bytes.len());
    }
}

fn specimen() -> Document {
    let mut blocks = vec![Block::KpiCards { cards: SCRIPTS.iter().skip(3).take(8).map(card).collect() }];
    for (name, text, short) in SCRIPTS {
        blocks.push(Block::Heading { level: 2, text: format!("{name}: {short}") });
        blocks.push(Block::Text { text: text.to_owned() });
    }
    for (_, text, short) in SCRIPTS {
        blocks.push(Block::Heading { level: 3, text: short.to_owned() });
        blocks.push(Block::Callout { tone: Status::Warning, title: short.to_owned(), text: text.to_owned() });
    }
    blocks.push(Block::Table(table()));
    Document {
        meta: DocumentMeta {
            title: "Specimen: كل النصوص 全部文字 सभी".into(),
            subtitle: "Every script in every place".into(),
            tenant_name: "شركة الأمان (GmbH)".into(),
            period: (date(2026, 3, 1), date(2026, 3, 31)),
            timezone: "UTC".into(),
            generated_at: "2026-04-01T06:00:00Z".parse().expect("a constant time"),
            report_id: "0195f0a2-7c11-7d3e-9a41-5f1f6f0c2b77".into(),
            template: "specimen v1".into(),
            language: "en".into(),
            accent: Rgb(0, 90, 160),
            logo: None,
            classification: Some("סודי / 機密".into()),
        },
        blocks,
        provenance: Provenance {
            facts: SCRIPTS.iter().map(|(name, _, short)| ((*name).to_owned(), (*short).to_owned())).collect(),
            metrics: Vec::new(),
        },
        data: ReportData {
            schema: ReportData::SCHEMA.into(),
            metrics: Default::default(),
            sections: Vec::new(),
        },
    }
}

fn card((_, text, short): &(&str, &str, &str)) -> KpiCard {
    KpiCard {
        title: text.chars().take(24).collect(),
        value: Cell::Text((*short).to_owned()),
        unit: Unit::Count,
        previous: None,
        lower_is_better: None,
        target: None,
        status: Status::Good,
        trend: Vec::new(),
    }
}

fn table() -> Table {
    let column = |title: &str, kind| TableColumn { name: title.to_owned(), title: title.to_owned(), kind };
    let text = |text: &str| Cell::Text(text.to_owned());
    let row = |(name, sentence, short): &(&str, &str, &str)| {
        vec![text(name), text(short), text(sentence), text("high"), Cell::Integer(1_234)]
    };
    Table {
        id: "scripts".into(),
        title: "جدول 表 तालिका".into(),
        columns: vec![
            column("Script", ColumnKind::Text),
            column("שם", ColumnKind::Text),
            column("文章", ColumnKind::Text),
            column("Severity", ColumnKind::Severity),
            column("Count", ColumnKind::Number(Unit::Count)),
        ],
        groups: Vec::new(),
        totals: None,
        total_rows: SCRIPTS.len() as u64,
        rows: SCRIPTS.iter().map(row).collect(),
        note: Some("ملاحظة: 注 टिप्पणी".into()),
    }
}
