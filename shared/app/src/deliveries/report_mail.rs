//! What the mail of a report says, as text and as HTML: period, summary figures, files and a link to the report.
//!
//! Both bodies say the same. A change or a target is told in words as well as in colour, and everything that records or
//! people wrote is escaped. Nothing is drawn and nothing is loaded from outside.

use sitrep_aws::channels::email::Attachment;
use sitrep_domain::document::{KpiCard, Status, Unit};
use sitrep_domain::figures::{describe_change, format_value};
use sitrep_domain::metrics::find_metric;
use sitrep_domain::report_data::ReportData;
use sitrep_domain::result::Cell;
use sitrep_domain::run::Run;
use sitrep_domain::templates::find_template;
use sitrep_domain::tenant::Tenant;
use sitrep_domain::words;

use super::mail_frame::{MUTED, RULE, button, escape, mail_frame};

/// Figures that the preview beside the subject shows.
const PREVIEWED: usize = 3;

/// What both bodies say.
pub(super) struct ReportMail<'a> {
    tenant: &'a Tenant,
    name: &'a str,
    period: String,
    figures: Vec<Line>,
    remarks: Vec<&'static str>,
    files: Vec<String>,
    link: &'a str,
}

/// One summary figure.
struct Line {
    title: String,
    value: String,
    change: String,
    status: Status,
}

impl<'a> ReportMail<'a> {
    /// Gathers what there is to say about a completed run; `files` are those attached.
    pub(super) fn new(
        run: &'a Run,
        tenant: &'a Tenant,
        data: &ReportData,
        files: &[Attachment],
        link: &'a str,
    ) -> Self {
        let last = run.input.period_end.yesterday().unwrap_or(run.input.period_start);
        let days = words::days(run.input.period_start, last);
        let degraded = "A source was not available: this report is incomplete.";
        Self {
            tenant,
            name: &run.input.name,
            period: format!("{days} ({})", run.input.timezone),
            figures: cards(run, data).iter().map(Line::new).collect(),
            remarks: run.degraded.then_some(degraded).into_iter().collect(),
            files: files.iter().map(|f| format!("{} ({})", f.file_name, size(f.bytes.len()))).collect(),
            link,
        }
    }

    /// The body for programs that show text.
    pub(super) fn to_text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.name, self.period);
        for remark in &self.remarks {
            text.push_str(&format!("\nPlease note: {remark}\n"));
        }
        if !self.figures.is_empty() {
            text.push_str("\nKey figures\n");
        }
        for line in &self.figures {
            text.push_str(&format!("- {}: {}{}\n", line.title, line.value, line.remark()));
        }
        if !self.files.is_empty() {
            text.push_str("\nAttached\n");
        }
        for file in &self.files {
            text.push_str(&format!("- {file}\n"));
        }
        text.push_str(&format!("\nView the report (the link works for seven days):\n{}\n", self.link));
        text.push_str("\n-- \nThis is an automated report. Please do not reply.\n");
        text
    }

    /// The body for programs that show HTML.
    pub(super) fn to_html(&self) -> String {
        let mut body = format!("<p style=\"margin:0 0 16px;color:{MUTED}\">{}</p>\n", escape(&self.period));
        for remark in &self.remarks {
            body.push_str(&format!(
                "<p style=\"margin:0 0 16px;padding:10px 14px;border-left:4px solid #b45309;background:#fffbeb;\
                 color:#1f2933\"><strong>Please note:</strong> {remark}</p>\n"
            ));
        }
        body.push_str(&self.figures_table());
        body.push_str(&button(self.tenant.settings.accent, "View the report", self.link));
        body.push_str(&format!(
            "<p style=\"margin:0;color:{MUTED};font-size:13px\">The link works for seven days.</p>\n"
        ));
        if !self.files.is_empty() {
            let files: String = self.files.iter().map(|f| format!("<li>{}</li>", escape(f))).collect();
            body.push_str(&format!(
                "<p style=\"margin:20px 0 4px;font-weight:600\">Attached</p>\n\
                 <ul style=\"margin:0;padding-left:20px\">{files}</ul>\n"
            ));
        }
        mail_frame(self.tenant, self.name, &self.preview(), &body)
    }

    fn figures_table(&self) -> String {
        if self.figures.is_empty() {
            return String::new();
        }
        let rows: String = self.figures.iter().map(Line::to_row).collect();
        format!(
            "<table width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" style=\"border-collapse:collapse\">\
             <caption style=\"text-align:left;font-weight:600;padding-bottom:6px\">Key figures</caption>\n\
             {rows}</table>\n"
        )
    }

    /// The first figures on one line.
    fn preview(&self) -> String {
        let said = self.figures.iter().take(PREVIEWED).map(|line| format!("{}: {}", line.title, line.value));
        said.collect::<Vec<_>>().join(" · ")
    }
}

impl Line {
    fn new(card: &KpiCard) -> Self {
        let value = match card.value {
            Cell::Null => "no data".to_owned(),
            _ => format_value(&card.value, card.unit),
        };
        let change = describe_change(card).map(|change| change.words).unwrap_or_default();
        Self { title: card.title.clone(), value, change, status: card.status }
    }

    /// The change and the status in words, in brackets, with a space before; nothing when there is neither.
    fn remark(&self) -> String {
        let said: Vec<String> = [self.change.to_lowercase(), self.status.word().to_lowercase()]
            .into_iter()
            .filter(|words| !words.is_empty())
            .collect();
        if said.is_empty() { String::new() } else { format!(" ({})", said.join(", ")) }
    }

    fn to_row(&self) -> String {
        let cell = format!("border-top:1px solid {RULE};padding:8px 0;vertical-align:top");
        let status = match self.status {
            Status::Neutral => String::new(),
            rated => format!(
                "<br><span style=\"color:{};font-size:13px;font-weight:600\">{} {}</span>",
                status_color(rated),
                status_sign(rated),
                rated.word()
            ),
        };
        let change = match self.change.as_str() {
            "" => String::new(),
            words => format!("<br><span style=\"color:{MUTED};font-size:13px\">{}</span>", escape(words)),
        };
        format!(
            "<tr><th scope=\"row\" style=\"{cell};padding-right:16px;font-weight:400;text-align:left\">{}{change}\
             </th><td style=\"{cell};text-align:right;white-space:nowrap;font-weight:600\">{}{status}</td></tr>\n",
            escape(&self.title),
            escape(&self.value)
        )
    }
}

/// Colours of the word, at least 4.5 : 1 on white.
const fn status_color(status: Status) -> &'static str {
    match status {
        Status::Neutral => MUTED,
        Status::Good => "#15803d",
        Status::Warning => "#b45309",
        Status::Bad => "#b91c1c",
    }
}

/// The shape beside the word, so that it is told without colour.
const fn status_sign(status: Status) -> &'static str {
    match status {
        Status::Neutral => "■",
        Status::Good => "●",
        Status::Warning => "▲",
        Status::Bad => "◆",
    }
}

/// The figures of the report's cards, in their order, each once.
fn cards(run: &Run, data: &ReportData) -> Vec<KpiCard> {
    let mut cards: Vec<KpiCard> = Vec::new();
    let templates = run.input.templates.iter().filter_map(|t| find_template(&t.id));
    for metric in templates.flat_map(|t| t.metrics).filter_map(|m| find_metric(m.id)) {
        let Some(figure) = data.metrics.get(metric.id) else { continue };
        if !cards.iter().any(|card| card.title == metric.title) {
            cards.push(metric.card(&figure.value, &figure.previous));
        }
    }
    cards
}

fn size(bytes: usize) -> String {
    format_value(&Cell::Integer(i64::try_from(bytes.div_ceil(1_024)).unwrap_or(i64::MAX)), Unit::Count)
        + " KB"
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use sitrep_domain::access::Plan;
    use sitrep_domain::ids::TenantId;

    fn tenant(name: &str) -> Tenant {
        let id = TenantId::new("acme").unwrap();
        Tenant::new(id, name, Plan::Governance, Timestamp::UNIX_EPOCH).unwrap()
    }

    fn figure(title: &str, value: f64, before: f64, status: Status) -> Line {
        Line::new(&KpiCard {
            title: title.to_owned(),
            value: Cell::Number(value),
            unit: Unit::Percent,
            previous: Some(Cell::Number(before)),
            lower_is_better: Some(false),
            target: Some(90.0),
            status,
            trend: Vec::new(),
        })
    }

    fn mail<'a>(tenant: &'a Tenant, name: &'a str) -> ReportMail<'a> {
        let missing =
            Line { value: "no data".to_owned(), ..figure("Median time", 0.0, 0.0, Status::Neutral) };
        ReportMail {
            tenant,
            name,
            period: "On 1 March 2016 (UTC)".to_owned(),
            figures: vec![figure("SLA compliance", 71.5, 80.0, Status::Warning), missing],
            remarks: vec!["A source was not available: this report is incomplete."],
            files: vec!["March_20160331.pdf (48 KB)".to_owned()],
            link: "https://example.org/s/token",
        }
    }

    #[test]
    fn the_text_says_everything_once_in_reading_order() {
        let acme = tenant("Acme");
        let expected = "March\nOn 1 March 2016 (UTC)\n\n\
            Please note: A source was not available: this report is incomplete.\n\nKey figures\n\
            - SLA compliance: 71.5% (down 8.5 pts from 80%, at risk)\n- Median time: no data (unchanged)\n\n\
            Attached\n- March_20160331.pdf (48 KB)\n\n\
            View the report (the link works for seven days):\nhttps://example.org/s/token\n\n-- \n\
            This is an automated report. Please do not reply.\n";
        assert_eq!(mail(&acme, "March").to_text(), expected);
    }

    #[test]
    fn the_html_says_the_same_and_loads_nothing() {
        let acme = tenant("Acme");
        let html = mail(&acme, "March").to_html();
        for said in [
            "March",
            "71.5%",
            "Down 8.5 pts from 80%",
            "At risk",
            "48 KB",
            "href=\"https://example.org/s/token\"",
        ] {
            assert!(html.contains(said), "{said}");
        }
        for loading in ["src=", "<script", "<link", "url(", "<img", "<style"] {
            assert!(!html.contains(loading), "{loading}");
        }
    }

    #[test]
    fn hostile_names_stay_text() {
        let hostile = "</td><script>alert(1)</script>\u{202e}\"onx='";
        let evil = tenant(hostile);
        let mut mail = mail(&evil, hostile);
        mail.files.push(hostile.to_owned());
        mail.figures.push(figure(hostile, 1.0, 2.0, Status::Bad));
        let html = mail.to_html();
        assert!(!html.contains("<script") && !html.contains('\u{202e}') && !html.contains("\"onx='"));
        assert_eq!(html.matches("&lt;script&gt;").count(), 6);
    }
}
