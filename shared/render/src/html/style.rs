//! The style sheet: one inline sheet per file, allowed by its hash.
//!
//! Light on screen and on paper, dark where the reader prefers it. The colours are those of the PDF.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use sitrep_domain::document::{Rgb, Status};

use crate::palette::{self, SERIES, SEVERITIES, Swatch, hex, readable, status_swatch, status_tint};

const PAGE_DARK: Rgb = Rgb(0x12, 0x17, 0x1E);

/// Rules that need no colour of the document.
const RULES: &str = r#"
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--text);font:400 1rem/1.55 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
.report{max-width:64rem;margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 3rem}
h1,h2,h3,h4,p,li,td,th,dd,dt,caption,figcaption{unicode-bidi:plaintext}
.strip{display:flex;justify-content:space-between;gap:1rem;font-size:.8125rem;color:var(--muted);border-bottom:1px solid var(--rule);padding-bottom:.5rem}
.strip b{color:var(--text);font-weight:600}
.cover{border-bottom:1px solid var(--rule);padding-bottom:1rem;margin-top:1.5rem}
.cover::before{content:"";display:block;width:4rem;height:.3rem;background:var(--accent);margin-bottom:.9rem}
.tenant{color:var(--accent);font-weight:600;margin:0}
h1{font-size:clamp(1.5rem,1.2rem + 2vw,2.25rem);line-height:1.2;margin:.25rem 0;font-weight:650}
.subtitle{color:var(--muted);margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fit,minmax(11rem,1fr));gap:.75rem 1.5rem;margin:1.25rem 0 0}
.facts dt{font-size:.8125rem;color:var(--muted)}
.facts dd{margin:0;font-weight:600;font-size:.9375rem}
h2{color:var(--accent);font-size:1.375rem;line-height:1.3;margin:2.5rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--rule);font-weight:650}
h3{font-size:1.0625rem;margin:1.75rem 0 .5rem;font-weight:650}
h4{font-size:.9375rem;margin:1.25rem 0 .5rem;font-weight:650}
p{margin:.5rem 0;max-width:46rem}
.cards{list-style:none;margin:1rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem}
.card{border:1px solid var(--rule);border-top:3px solid var(--edge);border-radius:.4rem;padding:.75rem .9rem;background:var(--panel)}
.card p{margin:0;font-size:.8125rem;color:var(--muted)}
.card .value{font-size:1.75rem;line-height:1.3;font-weight:650;color:var(--text);font-variant-numeric:tabular-nums}
.card .value small{font-size:.8125rem;font-weight:400;color:var(--muted)}
.card .status{font-weight:600}
.card .good,.card .bad,.card .warning,.card .neutral{color:var(--tone)}
.good{--tone:var(--good);--tint:var(--good-tint)}
.warning{--tone:var(--warning);--tint:var(--warning-tint)}
.bad{--tone:var(--bad);--tint:var(--bad-tint)}
.neutral{--tone:var(--neutral);--tint:var(--neutral-tint)}
li.card{--edge:var(--rule)}
li.card.rated{--edge:var(--tone)}
.icon{width:.7em;height:.7em;margin-right:.4em;fill:currentColor}
.callout{border-left:4px solid var(--tone);background:var(--tint);padding:.75rem 1rem;border-radius:.25rem;margin:1.25rem 0}
.callout p{margin:.25rem 0 0}
.callout .title{color:var(--tone);font-weight:650;margin:0}
figure{margin:1.5rem 0}
figcaption,caption{font-weight:650;text-align:start;font-size:1rem;padding-bottom:.5rem}
figure p{color:var(--muted);font-size:.875rem}
h1,h2,h3,h4,p,th,td,dt,dd,li,span,small,caption,figcaption{unicode-bidi:plaintext}
.chart{display:block;width:100%;height:auto}
.narrow{display:none}
.chart text{font:400 7.5px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;fill:currentColor}
.scroll{overflow-x:auto;margin:1.5rem 0 .25rem}
.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
table{border-collapse:collapse;width:100%;font-size:.875rem;overflow-wrap:normal}
th,td{padding:.45rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--grid);max-width:28rem}
td{overflow-wrap:break-word}
thead th{background:var(--head);border-bottom:2px solid var(--accent);font-weight:600;vertical-align:bottom}
tbody tr:nth-child(even){background:var(--zebra)}
tbody th{font-weight:400}
.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.t{white-space:nowrap}
.long{min-width:14rem;overflow-wrap:anywhere}
.note{font-size:.8125rem;color:var(--muted);margin:.25rem 0 1.5rem}
.chip{display:inline-block;padding:.05rem .5rem;border-radius:.3rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
footer{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:.75rem;font-size:.8125rem;color:var(--muted)}
@media (max-width:40rem){.wide{display:none}.narrow{display:block}.cards{grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}.card .value{font-size:1.375rem}}
@media print{html{font-size:78%}.report{max-width:none;padding:0}h2,h3,h4{break-after:avoid}.card,figure,.callout,tr{break-inside:avoid}thead{display:table-header-group}.scroll{overflow:visible}.wide{display:block}.narrow{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
@page{size:A4;margin:18mm 15mm}
"#;

/// The sheet of a document with that accent.
pub(crate) fn write_style(accent: Rgb) -> String {
    let mut style = String::from(":root{color-scheme:light dark}");
    let light = variables(accent, |swatch| swatch.light, false);
    let dark = variables(accent, |swatch| swatch.dark, true);
    style.push_str(&format!(
        ":root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}"
    ));
    for i in 0..SERIES.len() {
        style.push_str(&format!(".s{i}{{color:var(--s{i})}}"));
    }
    for i in 0..SEVERITIES.len() {
        style.push_str(&format!(
            ".v{i}{{color:var(--v{i})}}.chip.v{i}{{background:var(--v{i});color:var(--w{i})}}"
        ));
    }
    style.push_str(".it{color:var(--text)}.im{color:var(--muted)}.ir{color:var(--rule)}.ig{color:var(--grid)}.ip{color:var(--page)}");
    style.push_str(RULES);
    style
}

fn variables(accent: Rgb, side: fn(Swatch) -> Rgb, dark: bool) -> String {
    let mut out = String::new();
    let page = if dark { PAGE_DARK } else { palette::WHITE };
    let plain = if dark {
        ["#e8ecf1", "#a3afbd", "#39434f", "#2a323c", "#171d25", "#222a34", "#161c24"].map(str::to_owned)
    } else {
        use palette::{GRID, HEAD, MUTED, RULE, TEXT, WHITE, ZEBRA};
        [TEXT, MUTED, RULE, GRID, ZEBRA, HEAD, WHITE].map(hex)
    };
    let mut set = |name: String, value: String| write!(out, "--{name}:{value};").expect("a string takes all");
    for (name, value) in ["text", "muted", "rule", "grid", "zebra", "head", "panel"].into_iter().zip(plain) {
        set(name.to_owned(), value);
    }
    set("page".to_owned(), hex(page));
    set("accent".to_owned(), hex(readable(accent, page)));
    for (name, status) in [
        ("neutral", Status::Neutral),
        ("good", Status::Good),
        ("warning", Status::Warning),
        ("bad", Status::Bad),
    ] {
        set(name.to_owned(), hex(side(status_swatch(status))));
        set(format!("{name}-tint"), if dark { "#1d242d".to_owned() } else { hex(status_tint(status)) });
    }
    for (i, swatch) in SERIES.into_iter().enumerate() {
        set(format!("s{i}"), hex(side(swatch)));
    }
    for (i, (_, swatch)) in SEVERITIES.into_iter().enumerate() {
        set(format!("v{i}"), hex(side(swatch)));
        set(format!("w{i}"), hex(palette::ink_on(side(swatch))));
    }
    out
}

/// The policy that allows this sheet and nothing else.
pub(crate) fn write_policy(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_reaches_for_nothing_outside() {
        let style = write_style(Rgb(0, 90, 160));
        for forbidden in ["url(", "@import", "</", "expression", "http"] {
            assert!(!style.contains(forbidden), "{forbidden}");
        }
        assert_eq!(style.matches('{').count(), style.matches('}').count());
    }

    #[test]
    fn the_policy_names_the_hash_of_the_style() {
        assert!(write_policy("").contains("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"));
    }
}
