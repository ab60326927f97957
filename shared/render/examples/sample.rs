//! Writes one realistic report in every format: `cargo run -p sitrep-render --example sample -- DIRECTORY`.
//!
//! The figures are made by a small generator with a fixed seed; nothing in the file is real.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use jiff::civil::date;
use sitrep_domain::document::{
    Block, Chart, ChartKind, ColumnGroup, ColumnKind, Definition, Document, DocumentMeta, Format, Image,
    KpiCard, MetricNote, Png, Provenance, Rgb, Series, SeriesRole, Status, Table, TableColumn, Unit,
};
use sitrep_domain::query::TimeBucket;
use sitrep_domain::report_data::{MetricFigure, ReportData, SectionData};
use sitrep_domain::result::Cell;
use sitrep_render::{RENDERER_VERSION, RenderError, render, validate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let directory = PathBuf::from(std::env::args().nth(1).ok_or("name the directory to write to")?);
    let document = sample();
    for format in Format::ALL {
        let file = render(&document, format)?;
        validate(&file, format)?;
        let path = directory.join(format!("sample.{}", file.extension));
        std::fs::write(&path, &file.bytes)?;
        println!("{} {} bytes", path.display(), file.bytes.len());
    }
    for format in Format::ALL {
        println!("{}: {:?}, the best of {RUNS}", format.as_str(), time(&document, format)?);
    }
    Ok(())
}

/// How often each format is timed.
const RUNS: usize = 40;

/// The shortest time that a format takes.
fn time(document: &Document, format: Format) -> Result<Duration, RenderError> {
    let mut best = Duration::MAX;
    for _ in 0..RUNS {
        let started = Instant::now();
        render(document, format)?;
        best = best.min(started.elapsed());
    }
    Ok(best)
}

/// A generator of small numbers, the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A mark on a transparent ground.
const LOGO: &[u8] = include_bytes!("logo.png");
const SEVERITIES: [&str; 5] = ["critical", "high", "medium", "low", "informational"];
const MONTHS: [&str; 12] = [
    "2025-04", "2025-05", "2025-06", "2025-07", "2025-08", "2025-09", "2025-10", "2025-11", "2025-12",
    "2026-01", "2026-02", "2026-03",
];
const TACTICS: [&str; 14] = [
    "Reconnaissance",
    "Resource Development",
    "Initial Access",
    "Execution",
    "Persistence",
    "Privilege Escalation",
    "Defense Evasion",
    "Credential Access",
    "Discovery",
    "Lateral Movement",
    "Collection",
    "Command and Control",
    "Exfiltration",
    "Impact",
];
const QUARTERS: [&str; 4] = ["Q2 2025", "Q3 2025", "Q4 2025", "Q1 2026"];
const TEAMS: [&str; 8] =
    ["SOC Tier 1", "SOC Tier 2", "Forensics", "Platform", "Identity", "Network", "Cloud", "Workplace"];
const SENSORS: [&str; 8] = ["nids-01", "nids-02", "edr", "waf", "mail", "dns", "proxy", "cloudtrail"];
const PEOPLE: [&str; 10] = [
    "Ελένη Παπαδοπούλου",
    "Сергей Иванов",
    "Łukasz Żółć",
    "Zoë Müller-Lüdenscheidt",
    "Ana-Sofía Nuñez",
    "Григорій Ґалаґан",
    "Γιώργος Αντετοκούνμπο",
    "Ömer Çelik",
    "Nguyễn Thị Hạnh",
    "田中 太郎",
];
const TITLES: [&str; 8] = [
    "Credential stuffing against the customer portal from a rotating set of residential proxies",
    "Malware quarantined on a finance workstation",
    "Unusual OAuth consent grant to an unverified application",
    "Data transfer to personal cloud storage above threshold: /srv/share/finance/2026/forecasts/board-pack-final-v7.xlsx",
    "Impossible travel for a privileged account",
    "Phishing message reported by staff",
    "Expired certificate on vpn-gateway-03.internal.example.com",
    "Service account with interactive logon",
];

fn sample() -> Document {
    let blocks = blocks();
    let tables =
        blocks.iter().filter_map(|b| if let Block::Table(t) = b { Some(t.into()) } else { None }).collect();
    let section = SectionData { id: "incidents".into(), title: "Incidents".into(), tables };
    let figure = |value: f64, unit| MetricFigure {
        version: 1,
        value: Cell::Number(value),
        unit,
        population: 1_482,
        excluded: 12,
        previous: Cell::Number(value * 1.1),
    };
    let metrics = [
        ("total".to_owned(), figure(1_482.0, Unit::Count)),
        ("mttr_median".to_owned(), figure(2_976.0, Unit::Minutes)),
        ("sla_compliance".to_owned(), figure(93.33, Unit::Percent)),
    ];
    Document {
        meta: meta(),
        data: ReportData {
            schema: ReportData::SCHEMA.into(),
            metrics: metrics.into(),
            sections: vec![section],
        },
        blocks,
        provenance: provenance(),
    }
}

fn meta() -> DocumentMeta {
    DocumentMeta {
        title: "Executive security report, March 2026".into(),
        subtitle: "Monthly summary for the board and the risk committee".into(),
        tenant_name: "Northwind Logistics Europe".into(),
        period: (date(2026, 3, 1), date(2026, 3, 31)),
        timezone: "Europe/Athens".into(),
        generated_at: "2026-04-01T05:00:12Z".parse().expect("a constant time"),
        report_id: "0195f0a2-7c11-7d3e-9a41-5f1f6f0c2b77".into(),
        template: "executive_monthly v1".into(),
        language: "en".into(),
        accent: Rgb(0x0B, 0x4F, 0x8A),
        logo: Png::new(LOGO.to_vec()).ok(),
        classification: Some("Confidential".into()),
    }
}

fn blocks() -> Vec<Block> {
    let mut dice = Dice(7);
    let heading = |level, text: &str| Block::Heading { level, text: text.into() };
    let text = |text: &str| Block::Text { text: text.into() };
    vec![
        Block::TableOfContents { levels: 2 },
        heading(1, "Summary"),
        text(
            "In March the organization recorded 1,482 incidents, 10% fewer than in February. Half of the resolved incidents \
             were closed within 49.6 hours. Compliance with the agreed resolution times rose to 93.33%, although critical \
             incidents in the finance segment still miss their target. The main driver of volume remains credential abuse \
             against the customer portal; the share of automatically resolved alerts keeps growing.",
        ),
        Block::KpiCards { cards: cards() },
        Block::Callout {
            tone: Status::Warning,
            title: "Critical incidents take longer than agreed".into(),
            text: "Four of eleven critical incidents were acknowledged after more than 30 minutes. All four were raised \
                   outside office hours, when a single analyst is on call."
                .into(),
        },
        heading(1, "Incidents over time"),
        Block::Chart(stacked(&mut dice)),
        Block::Table(monthly(&mut dice)),
        Block::Chart(lines(&mut dice)),
        heading(1, "Where incidents come from"),
        heading(2, "By severity"),
        Block::Chart(by_severity()),
        heading(2, "By category"),
        Block::Chart(by_category()),
        Block::Table(teams(&mut dice)),
        heading(1, "Incident log"),
        text("The most recent incidents of the period, worst first. The complete list is part of the CSV and JSON files."),
        Block::Table(log(&mut dice)),
        Block::Callout {
            tone: Status::Good,
            title: "Sources were complete".into(),
            text: "All nine connectors delivered data throughout the period.".into(),
        },
        Block::PageBreak,
        heading(1, "Outlook"),
        heading(2, "Capacity"),
        Block::Table(capacity(&mut dice)),
        Block::Table(matrix(&mut dice)),
        heading(2, "Terms"),
        Block::Definitions { items: terms() },
        Block::Definitions {
            items: vec![Definition {
                term: "Incident of the highest severity with consequences for customers".into(),
                text: "One that the crisis team has classified as such within the first hour.".into(),
            }],
        },
        heading(3, "The mark of the organization"),
        Block::Image(Image {
            png: Png::new(LOGO.to_vec()).expect("the example is a picture"),
            alt: "Two arrows that point north, the mark of Northwind".into(),
            width: 120,
        }),
        heading(2, "Planned measures"),
        text(
            "A second on-call analyst joins from May. The portal gets step-up authentication for sign-ins from proxies. \
             Υπεύθυνη: Ελένη Παπαδοπούλου. Ответственный: Сергей Иванов.",
        ),
        Block::Chart(grouped(&mut dice)),
        heading(2, "Every kind of chart"),
        Block::Chart(plain(ChartKind::Area, "Alerts by source", MONTHS, &["Endpoint", "Mail", "Identity"], &mut dice)),
        Block::Chart(plain(ChartKind::Area, "Open findings", MONTHS, &["Open"], &mut dice)),
        Block::Chart(donut()),
        Block::Chart(plain(ChartKind::HeatMap, "Techniques by tactic and severity", TACTICS, &SEVERITIES, &mut dice)),
        Block::Chart(weekly(&mut dice)),
        Block::Chart(plain(ChartKind::Sparkline, "Alerts per connector", MONTHS, &["EDR", "Mail gateway", "SIEM"], &mut dice)),
        Block::Chart(balance(&mut dice)),
        Block::Chart(plain(ChartKind::Bar, "Cases by team and quarter", QUARTERS, &TEAMS, &mut dice)),
        Block::Chart(plain(ChartKind::Line, "Eight sensors", MONTHS, &SENSORS, &mut dice)),
        Block::Callout {
            tone: Status::Bad,
            title: "Retention of portal logs ends in June".into(),
            text: "Investigations that reach further back will not be possible without an extension.".into(),
        },
        Block::Table(Table {
            id: "exceptions".into(),
            title: "Accepted risks".into(),
            columns: vec![column("risk", "Risk", ColumnKind::Text), column("until", "Until", ColumnKind::Time)],
            rows: Vec::new(),
            groups: Vec::new(),
            totals: None,
            total_rows: 0,
            note: None,
        }),
    ]
}

/// A chart without a summary of its own: formats make one up.
fn plain<const N: usize>(
    kind: ChartKind,
    title: &str,
    categories: [&str; N],
    series: &[&str],
    dice: &mut Dice,
) -> Chart {
    let series = series.iter().enumerate().map(|(s, name)| {
        let base = 12 * (s as u64 + 1);
        let values = (0..N).map(|_| Some(to_f64(base + dice.roll(base)))).collect();
        Series { name: (*name).into(), values, role: SeriesRole::Plain }
    });
    Chart {
        title: title.into(),
        summary: String::new(),
        kind,
        categories: categories.map(str::to_owned).into(),
        series: series.collect(),
        unit: Unit::Count,
    }
}

fn donut() -> Chart {
    let shares = [
        ("Phishing", 412.0),
        ("Credential abuse", 380.0),
        ("Malware", 204.0),
        ("Data loss", 121.0),
        ("Misconfiguration", 44.0),
        ("Physical", 9.0),
        ("Supply chain", 7.0),
        ("Unknown", 5.0),
    ];
    let values = shares.iter().map(|(_, share)| Some(*share)).collect();
    Chart {
        title: "Incidents by kind".into(),
        summary: String::new(),
        kind: ChartKind::Donut,
        categories: shares.iter().map(|(name, _)| (*name).to_owned()).collect(),
        series: vec![Series { name: "Incidents".into(), values, role: SeriesRole::Plain }],
        unit: Unit::Count,
    }
}

fn weekly(dice: &mut Dice) -> Chart {
    let days = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let series = days.iter().enumerate().map(|(d, day)| {
        let busy = if d < 5 { 40 } else { 9 };
        let at = |hour: u64| {
            let office = if (8..18).contains(&hour) { busy } else { 6 };
            if d == 6 && hour < 3 { None } else { Some(to_f64(dice.roll(office))) }
        };
        Series { name: (*day).into(), values: (0..24).map(at).collect(), role: SeriesRole::Plain }
    });
    Chart {
        title: "Incidents by weekday and hour".into(),
        summary: String::new(),
        kind: ChartKind::HeatMap,
        categories: (0..24).map(|hour| format!("{hour:02}:00")).collect(),
        series: series.collect(),
        unit: Unit::Count,
    }
}

/// Positive and negative values one on the other.
fn balance(dice: &mut Dice) -> Chart {
    let mut chart =
        plain(ChartKind::StackedBar, "Opened and closed cases", MONTHS, &["Opened", "Closed"], dice);
    chart.series[1].values.iter_mut().flatten().for_each(|x| *x = -*x);
    chart
}

fn cards() -> Vec<KpiCard> {
    let mut cards = plain_cards();
    let mut dice = Dice(11);
    for (i, card) in cards.iter_mut().take(6).enumerate() {
        card.trend = (0..14).map(|n| (i != 3 || n != 6).then(|| to_f64(dice.roll(50) + n * 3))).collect();
    }
    cards
}

fn plain_cards() -> Vec<KpiCard> {
    let card = |title: &str, value, unit, previous, lower_is_better, target, status| KpiCard {
        title: title.into(),
        value,
        unit,
        previous,
        lower_is_better,
        target,
        status,
        trend: Vec::new(),
    };
    let (n, i) = (Cell::Number, Cell::Integer);
    vec![
        card("Incidents", i(1_482), Unit::Count, Some(i(1_647)), Some(true), None, Status::Neutral),
        card("Critical incidents", i(11), Unit::Count, Some(i(9)), Some(true), Some(10.0), Status::Warning),
        card(
            "Median time to resolve",
            n(2_976.0),
            Unit::Minutes,
            Some(n(3_246.0)),
            Some(true),
            Some(2_880.0),
            Status::Warning,
        ),
        card("SLA compliance", n(93.33), Unit::Percent, Some(n(91.2)), Some(false), Some(90.0), Status::Good),
        card(
            "Median time to acknowledge",
            n(14.2),
            Unit::Minutes,
            Some(n(14.2)),
            Some(true),
            Some(15.0),
            Status::Good,
        ),
        card("Backlog at the end", i(312), Unit::Count, Some(i(244)), Some(true), Some(250.0), Status::Bad),
        card(
            "Auto-resolution rate",
            n(41.07),
            Unit::Percent,
            Some(n(38.5)),
            Some(false),
            None,
            Status::Neutral,
        ),
        card("Reopen rate", Cell::Null, Unit::Percent, None, Some(true), Some(5.0), Status::Neutral),
    ]
}

fn column(name: &str, title: &str, kind: ColumnKind) -> TableColumn {
    TableColumn { name: name.into(), title: title.into(), kind }
}

fn stacked(dice: &mut Dice) -> Chart {
    let base = [2, 12, 38, 60, 20];
    let series = SEVERITIES
        .iter()
        .zip(base)
        .map(|(name, base)| Series {
            name: (*name).into(),
            values: MONTHS.iter().map(|_| Some(to_f64(base + dice.roll(base)))).collect(),
            role: SeriesRole::Severity((*name).into()),
        })
        .collect();
    Chart {
        title: "Incidents by month and severity".into(),
        summary: "Volume peaked in November 2025 and has fallen since; the share of critical incidents stayed below 2%.".into(),
        kind: ChartKind::StackedBar,
        categories: MONTHS.map(String::from).to_vec(),
        series,
        unit: Unit::Count,
    }
}

fn lines(dice: &mut Dice) -> Chart {
    let mut series = |name: &str, base: u64, gap: Option<usize>| Series {
        name: name.into(),
        values: (0..12).map(|i| (Some(i) != gap).then(|| to_f64(base + dice.roll(base / 2)))).collect(),
        role: SeriesRole::Plain,
    };
    let series = vec![
        series("Mean", 4_000, None),
        series("Median", 2_400, Some(5)),
        series("95th percentile", 9_000, None),
    ];
    Chart {
        title: "Time to resolve by month".into(),
        summary: "The median fell to 49.6 hours; September has no median because the source was migrated."
            .into(),
        kind: ChartKind::Line,
        categories: MONTHS.map(String::from).to_vec(),
        series,
        unit: Unit::Minutes,
    }
}

fn by_severity() -> Chart {
    Chart {
        title: "Incidents by severity".into(),
        summary: "Low and medium incidents make up four fifths of the volume.".into(),
        kind: ChartKind::Bar,
        categories: SEVERITIES.map(String::from).to_vec(),
        series: vec![Series {
            name: "Incidents".into(),
            values: [11.0, 143.0, 480.0, 702.0, 146.0].map(Some).to_vec(),
            role: SeriesRole::Plain,
        }],
        unit: Unit::Count,
    }
}

fn by_category() -> Chart {
    let categories = [
        "Credential abuse",
        "Phishing",
        "Malware",
        "Data loss",
        "Policy violation by a partner organization with a long name",
        "Misconfiguration",
        "Denial of service",
    ];
    Chart {
        title: "Incidents by category".into(),
        summary: "Credential abuse leads with 512 incidents, a third of all.".into(),
        kind: ChartKind::HorizontalBar,
        categories: categories.map(String::from).to_vec(),
        series: vec![Series {
            name: "Incidents".into(),
            values: [512.0, 340.0, 221.0, 160.0, 121.0, 90.0, 38.0].map(Some).to_vec(),
            role: SeriesRole::Plain,
        }],
        unit: Unit::Count,
    }
}

fn grouped(dice: &mut Dice) -> Chart {
    let mut series = |name: &str| Series {
        name: name.into(),
        values: (0..6).map(|_| Some(to_f64(20 + dice.roll(60)))).collect(),
        role: SeriesRole::Plain,
    };
    let series = vec![series("Opened"), series("Resolved"), series("Reopened")];
    Chart {
        title: "Workload by region".into(),
        summary: "Resolved incidents kept pace with opened ones in every region but South.".into(),
        kind: ChartKind::Bar,
        categories: ["North", "East", "South", "West", "Centre", "Overseas"].map(String::from).to_vec(),
        series,
        unit: Unit::Percent,
    }
}

fn monthly(dice: &mut Dice) -> Table {
    let zone = jiff::tz::TimeZone::get("Europe/Athens").unwrap_or(jiff::tz::TimeZone::UTC);
    let rows = (0..12i8)
        .map(|i| {
            let (year, month) = if i < 9 { (2025, i + 4) } else { (2026, i - 8) };
            let start =
                date(year, month, 1).to_zoned(zone.clone()).map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp());
            let count = |n: u64| Cell::Integer(i64::try_from(n).unwrap_or(0));
            vec![
                Cell::Time(start),
                count(1_200 + dice.roll(600)),
                count(dice.roll(20)),
                Cell::Number(to_f64(2_000 + dice.roll(3_000))),
                if i == 5 { Cell::Null } else { Cell::Number(85.0 + to_f64(dice.roll(1_300)) / 100.0) },
            ]
        })
        .collect();
    Table {
        id: "by_month".into(),
        title: "Incidents by month".into(),
        columns: vec![
            column("month", "Month", ColumnKind::Bucket(TimeBucket::Month)),
            column("incidents", "Incidents", ColumnKind::Number(Unit::Count)),
            column("critical", "Critical", ColumnKind::Number(Unit::Count)),
            column("mttr_median", "Median time to resolve", ColumnKind::Number(Unit::Minutes)),
            column("sla", "SLA compliance", ColumnKind::Number(Unit::Percent)),
        ],
        rows,
        groups: Vec::new(),
        totals: None,
        total_rows: 12,
        note: Some("September has no compliance figure: the ticket system was migrated".into()),
    }
}

fn teams(dice: &mut Dice) -> Table {
    let rows = ["SOC Tier 1", "SOC Tier 2", "Πληροφορική Αθήνας", "Безопасность Москва", "Platform"]
        .into_iter()
        .map(|team| {
            let resolved = i64::try_from(100 + dice.roll(300)).unwrap_or(0);
            vec![
                Cell::Text(team.into()),
                Cell::Integer(resolved),
                Cell::Number(to_f64(600 + dice.roll(9_000))),
            ]
        })
        .collect();
    Table {
        id: "top_teams".into(),
        title: "Teams by resolved incidents".into(),
        columns: vec![
            column("team", "Team", ColumnKind::Text),
            column("resolved", "Resolved", ColumnKind::Number(Unit::Count)),
            column("mttr_mean", "Mean time to resolve", ColumnKind::Number(Unit::Minutes)),
        ],
        rows,
        groups: Vec::new(),
        totals: None,
        total_rows: 5,
        note: Some("37 incidents have no team".into()),
    }
}

fn log(dice: &mut Dice) -> Table {
    let start: Timestamp = "2026-03-30T21:14:00Z".parse().expect("a constant time");
    let rows = (0..72u64)
        .map(|i| {
            let at = Timestamp::from_second(start.as_second() - i64::try_from(i * 9_733).unwrap_or(0))
                .unwrap_or(start);
            let pick = |list: &[&str], n: u64| Cell::Text(list[usize::try_from(n).unwrap_or(0)].into());
            vec![
                Cell::Time(at),
                if i == 9 { Cell::Null } else { pick(&SEVERITIES, i / 15) },
                pick(&TITLES, dice.roll(8)),
                pick(&PEOPLE, dice.roll(10)),
                Cell::Number(to_f64(dice.roll(9_000))),
            ]
        })
        .collect();
    Table {
        id: "incident_log".into(),
        title: "Incidents".into(),
        columns: vec![
            column("created_at", "Created", ColumnKind::Time),
            column("severity", "Severity", ColumnKind::Severity),
            column("title", "Title", ColumnKind::Text),
            column("assignee", "Assignee", ColumnKind::Text),
            column("minutes_open", "Open for", ColumnKind::Number(Unit::Minutes)),
        ],
        rows,
        groups: Vec::new(),
        totals: None,
        total_rows: 1_482,
        note: None,
    }
}

fn capacity(dice: &mut Dice) -> Table {
    let mut count = |below| i64::try_from(dice.roll(below)).unwrap_or(0);
    let rows: Vec<Vec<i64>> = (0..4).map(|_| vec![count(90), count(300), count(80), count(280)]).collect();
    let totals = (0..4).map(|c| Cell::Integer(rows.iter().map(|row| row[c]).sum()));
    let named = |(name, row): (&str, &Vec<i64>)| {
        std::iter::once(Cell::Text(name.into())).chain(row.iter().copied().map(Cell::Integer)).collect()
    };
    let unit = ColumnKind::Number(Unit::Count);
    let columns = vec![
        column("region", "Region", ColumnKind::Text),
        column("opened_office", "Office hours", unit),
        column("opened_night", "Nights", unit),
        column("closed_office", "Office hours", unit),
        column("closed_night", "Nights", unit),
    ];
    let group = |title: &str, span| ColumnGroup { title: title.into(), span };
    Table {
        groups: vec![group("", 1), group("Opened", 2), group("Closed", 2)],
        totals: Some(std::iter::once(Cell::Null).chain(totals.collect::<Vec<_>>()).collect()),
        ..Table::new(
            "capacity",
            "Incidents opened and closed by shift",
            columns,
            ["North", "East", "South", "West"].into_iter().zip(&rows).map(named).collect(),
        )
    }
}

/// More columns than a page has room for.
fn matrix(dice: &mut Dice) -> Table {
    let days = (1..=31)
        .map(|day| column(&format!("d{day}"), &format!("{day} March"), ColumnKind::Number(Unit::Count)));
    let columns = std::iter::once(column("team", "Team", ColumnKind::Text)).chain(days).collect();
    let row = |team: &str, dice: &mut Dice| {
        let days = (0..31).map(|_| Cell::Integer(i64::try_from(dice.roll(900)).unwrap_or(0)));
        std::iter::once(Cell::Text(team.into())).chain(days.collect::<Vec<_>>()).collect()
    };
    let rows = ["SOC Tier 1", "SOC Tier 2", "Platform"].into_iter().map(|team| row(team, dice)).collect();
    Table::new("by_team_and_day", "Alerts by team and day", columns, rows)
}

fn terms() -> Vec<Definition> {
    [
        ("Incident", "An event that endangers information or systems, confirmed by an analyst."),
        ("Backlog", "Incidents that are open at the end of the period, whenever they were created. Those that wait for a \
                     supplier count too, because their risk does not wait."),
        ("SLA", "The time to resolution that was agreed for each severity."),
    ]
    .map(|(term, text)| Definition { term: term.into(), text: text.into() })
    .into()
}

fn provenance() -> Provenance {
    let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
    let note = |title: &str, id: &str, description: &str, excluded| MetricNote {
        title: title.into(),
        id: id.into(),
        description: description.into(),
        population: 1_482,
        excluded,
    };
    Provenance {
        facts: vec![
            fact("Report", "0195f0a2-7c11-7d3e-9a41-5f1f6f0c2b77"),
            fact("Snapshot", "incidents, generation 4,117"),
            fact("Input hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"),
            fact("Rows read", "18,204"),
            fact("Renderer", RENDERER_VERSION),
        ],
        metrics: vec![
            note("Incidents", "total v1", "Incidents created in the period.", 0),
            note(
                "Median time to resolve",
                "mttr_median v1",
                "How long half of the incidents took at most, from creation to resolution. Incidents created in the period \
                 that are resolved by now; linear interpolation between ranks.",
                12,
            ),
            note(
                "SLA compliance",
                "sla_compliance v1",
                "Share of incidents with a known SLA outcome that met it.",
                40,
            ),
        ],
    }
}

fn to_f64(n: u64) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}
