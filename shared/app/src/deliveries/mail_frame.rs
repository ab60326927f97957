//! The frame that every HTML mail of a tenant has, and text made safe for it.
//!
//! Mail programs know little: tables lay out, styles stand inline, nothing is loaded from outside. A program that shows
//! dark mails may turn the colours around; none of them carries meaning alone.

use sitrep_domain::document::Rgb;
use sitrep_domain::markup;
use sitrep_domain::tenant::Tenant;

/// Text that says more than the rest.
pub(super) const TEXT: &str = "#1f2933";
/// Text that says less: 5.7 : 1 on white.
pub(super) const MUTED: &str = "#52606d";
/// Lines between rows.
pub(super) const RULE: &str = "#e4e7eb";
/// Faces that every system has one of.
const FACES: &str = "-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

/// A mail as HTML: the tenant's name and colour, a title and `body`, which is HTML already. `preview` is what lists of
/// mails show beside the subject.
pub(super) fn mail_frame(tenant: &Tenant, title: &str, preview: &str, body: &str) -> String {
    let accent = tenant.settings.accent.hex();
    let (tenant, title, preview) = (escape(&tenant.name), escape(title), escape(preview));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\n\
         <body style=\"margin:0;padding:0;background:#f5f7fa;color:{TEXT};font:15px/1.5 {FACES}\">\n\
         <div style=\"display:none;max-height:0;overflow:hidden\">{preview}</div>\n\
         <table role=\"presentation\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\"><tr>\
         <td align=\"center\" style=\"padding:24px 12px\">\n\
         <table role=\"presentation\" width=\"100%\" cellspacing=\"0\" cellpadding=\"0\" \
         style=\"max-width:600px;background:#ffffff;border-top:4px solid {accent};text-align:left\"><tr>\
         <td style=\"padding:24px 28px;overflow-wrap:anywhere\">\n\
         <p style=\"margin:0;color:{MUTED}\">{tenant}</p>\n\
         <h1 style=\"margin:4px 0 8px;font-size:22px;line-height:1.25\">{title}</h1>\n{body}\n\
         <p style=\"margin:24px 0 0;border-top:1px solid {RULE};padding-top:12px;color:{MUTED};font-size:13px\">\
         This is an automated report. Please do not reply.</p>\n\
         </td></tr></table>\n</td></tr></table>\n</body></html>\n"
    )
}

/// A link that looks like a button, in the tenant's colour; white on it can be read whatever the colour is.
pub(super) fn button(accent: Rgb, label: &str, url: &str) -> String {
    let color = accent.readable_on(Rgb::WHITE).hex();
    format!(
        "<table role=\"presentation\" cellspacing=\"0\" cellpadding=\"0\" style=\"margin:24px 0 8px\"><tr>\
         <td style=\"background:{color};border-radius:4px\"><a href=\"{}\" style=\"display:inline-block;\
         padding:10px 18px;color:#ffffff;text-decoration:none;font-weight:600\">{}</a></td></tr></table>\n",
        escape(url),
        escape(label)
    )
}

/// A plain text as the HTML mail of a tenant: paragraphs at empty lines, its link clickable.
pub(crate) fn mail_page(tenant: &Tenant, title: &str, text: &str) -> String {
    let line = |line: &str| match line.starts_with("https://") || line.starts_with("http://") {
        true => format!("<a href=\"{0}\">{0}</a>", escape(line)),
        false => escape(line),
    };
    let paragraph = |p: &str| format!("<p>{}</p>", p.lines().map(line).collect::<Vec<_>>().join("<br>"));
    let body: String = text.split("\n\n").filter(|p| !p.trim().is_empty()).map(paragraph).collect();
    mail_frame(tenant, title, text.lines().next().unwrap_or_default(), &body)
}

/// Text as HTML: what could be markup is written out, and no character turns the reading direction of what follows.
pub(super) fn escape(text: &str) -> String {
    let clean = |c: char| match c {
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => None,
        c if c.is_control() && c != '\n' && c != '\t' => Some('\u{fffd}'),
        c => Some(c),
    };
    markup::escape(&text.chars().filter_map(clean).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup_or_turns_what_follows() {
        for (text, expected) in [
            ("<b onclick=\"x\">&'", "&lt;b onclick=&quot;x&quot;&gt;&amp;&#39;"),
            ("a\u{202e}b\u{2066}c", "abc"),
            ("a\u{0}b\nc", "a\u{fffd}b\nc"),
            ("日本 العربية", "日本 العربية"),
        ] {
            assert_eq!(escape(text), expected);
        }
    }

    #[test]
    fn a_button_can_be_read_in_any_colour() {
        for accent in [Rgb(255, 255, 0), Rgb(255, 255, 255), Rgb(0x1f, 0x4e, 0x79)] {
            let html = button(accent, "View", "https://example.org/?a=1&b=2");
            let color = accent.readable_on(Rgb::WHITE);
            assert!(html.contains(&color.hex()) && color.contrast(Rgb::WHITE) >= Rgb::TEXT_CONTRAST);
            assert!(html.contains("a=1&amp;b=2"));
        }
    }
}
