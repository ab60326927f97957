//! The style sheet: one inline sheet per file, allowed by its hash.
//!
//! Light on screen and on paper, dark where the reader prefers it. The colours are those of the PDF.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use sitrep_domain::document::{DocumentMeta, Rgb, Status};

use crate::cells::format_period;
use crate::clean::clean_line;
use crate::palette::{
    self, HEAT, SERIES, SEVERITIES, Swatch, contrast, hex, readable, status_swatch, status_tint,
};

/// Most characters of a text in the margin of a printed page.
const MOST_IN_MARGIN: usize = 90;

/// Rules that need no colour of the document.
const RULES: &str = r#"
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--text);font:400 1rem/1.55 Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;overflow-wrap:anywhere}
.report{max-width:64rem;margin:0 auto;padding:1.5rem clamp(1rem,4vw,3rem) 3rem}
h1,h2,h3,h4,p,li,td,th,dd,dt,caption,figcaption{unicode-bidi:plaintext}
a{color:var(--accent)}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:2px}
main:focus{outline:0}
.skip{position:absolute;inset-inline-start:1rem;top:-6rem;padding:.6rem 1rem;background:var(--panel);border:2px solid var(--accent);border-radius:.3rem;z-index:1}
.skip:focus{top:.6rem}
.strip{display:flex;justify-content:space-between;gap:1rem;font-size:.8125rem;color:var(--muted);border-bottom:1px solid var(--rule);padding-bottom:.5rem}
.strip b{color:var(--text);font-weight:600}
.cover{border-bottom:1px solid var(--rule);padding-bottom:1.25rem;margin-top:1.5rem}
.cover::before{content:"";display:block;width:4rem;height:.3rem;background:var(--accent);margin-bottom:.9rem}
.logo{float:inline-end;max-width:min(11rem,40%);max-height:3.5rem;margin:-1.1rem 0 .5rem 1.5rem}
.tenant{color:var(--accent);font-weight:600;margin:0}
h1{font-size:clamp(1.5rem,1.2rem + 2vw,2.25rem);line-height:1.2;margin:.25rem 0;font-weight:650;text-wrap:balance}
.subtitle{color:var(--muted);margin:0}
.facts{display:flex;flex-wrap:wrap;gap:.75rem 2.5rem;margin:1.25rem 0 0}
.facts dt{font-size:.8125rem;color:var(--muted)}
.facts dd{margin:0;font-weight:600;font-size:.9375rem}
h2{color:var(--accent);font-size:1.375rem;line-height:1.3;margin:2.75rem 0 .9rem;padding-bottom:.35rem;border-bottom:1px solid var(--rule);font-weight:650}
h3{font-size:1.0625rem;margin:2rem 0 .5rem;font-weight:650}
h4{font-size:.9375rem;margin:1.5rem 0 .5rem;font-weight:650}
.no{font-weight:500;margin-inline-end:.35em;font-variant-numeric:tabular-nums}
p{margin:.5rem 0;max-width:46rem}
.contents{display:none;margin:1.5rem 0 0;font-size:.9375rem}
.contents.asked{display:block}
.contents .title{font-weight:650;margin:0 0 .25rem}
.contents ul{list-style:none;margin:0;padding:0}
.contents a{display:flex;gap:.25rem;padding:.3rem 0;text-decoration:none}
.contents a:hover{text-decoration:underline}
.contents .l1{font-weight:600}
.contents .l2{padding-inline-start:1.25rem}
.contents .l3{padding-inline-start:2.75rem;font-size:.875rem}
.contents .no{min-width:1.4em;flex:none}
.cards{list-style:none;margin:1.25rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(13rem,1fr));gap:.75rem}
@media (min-width:56rem){.c3{grid-template-columns:repeat(3,1fr)}.c4{grid-template-columns:repeat(4,1fr)}.c5{grid-template-columns:repeat(5,1fr)}}
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
.icon{width:.7em;height:.7em;margin-inline-end:.4em;fill:currentColor}
.callout{border-inline-start:4px solid var(--tone);background:var(--tint);padding:.75rem 1rem;border-radius:.25rem;margin:1.25rem 0}
.callout p{margin:.25rem 0 0}
.callout .title{color:var(--tone);font-weight:650;margin:0}
.terms{margin:1rem 0}
.terms div{display:grid;grid-template-columns:minmax(8rem,14rem) 1fr;gap:.25rem 1.5rem;padding:.45rem 0;border-bottom:1px solid var(--grid)}
.terms div:last-child{border-bottom:0}
.terms dt{font-weight:600}
.terms dd{margin:0}
figure{margin:1.75rem 0}
figure img{max-width:100%;height:auto;display:block}
figcaption,caption{font-weight:650;text-align:start;font-size:1rem;padding-bottom:.5rem}
figure p{color:var(--muted);font-size:.875rem}
h1,h2,h3,h4,p,th,td,dt,dd,li,span,small,caption,figcaption{unicode-bidi:plaintext}
.chart{display:block;width:100%;height:auto}
.narrow{display:none}
.tiles{position:absolute}
.chart path:not(.x){fill:currentColor}
.chart .x{display:none}
.chart path.l,.tiles .l{fill:none;stroke:currentColor;stroke-linejoin:round}
.chart .o{fill-opacity:.22}
.chart .m{text-anchor:middle}
.chart .e{text-anchor:end}
.spark{width:8rem;max-width:100%;margin-top:.4rem}
.chart text{font:400 7.5px Inter,system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums;fill:currentColor}
.chart .b{font-size:15px;font-weight:650}
.numbers{margin:-.75rem 0 1.5rem;font-size:.875rem;color:var(--muted)}
.numbers summary{cursor:pointer;width:fit-content;padding:.15rem 0}
.numbers table{color:var(--text)}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.scroll{position:relative;overflow-x:auto;margin:1.75rem 0 .25rem}
table{border-collapse:separate;border-spacing:0;width:100%;font-size:.875rem;overflow-wrap:normal}
.few{width:auto;min-width:min(100%,36rem)}
th,td{padding:.45rem .6rem;text-align:start;vertical-align:top;border-bottom:1px solid var(--grid);max-width:28rem}
td,th{overflow-wrap:break-word}
thead th,thead td{background:var(--head);font-weight:600;vertical-align:bottom}
thead tr:last-child th{border-bottom:2px solid var(--accent)}
.groups th{text-align:center;padding-bottom:.2rem;border-bottom:1px solid var(--muted)}
.groups td,.groups th{border-inline:.6rem solid var(--head)}
.groups td{border-bottom:0}
tbody tr:nth-child(even){background:var(--zebra)}
tbody th{font-weight:400}
tfoot td,tfoot th{font-weight:650;background:var(--head);border-top:2px solid var(--muted);border-bottom:0}
th.n,td.n{text-align:end;font-variant-numeric:tabular-nums;white-space:nowrap}
thead th.n{white-space:normal}
.t{white-space:nowrap}
.long{min-width:14rem;overflow-wrap:anywhere}
.note{font-size:.8125rem;color:var(--muted);margin:.25rem 0 1.5rem}
.chip{display:inline-block;padding:.05rem .5rem;border-radius:.3rem;font-size:.8125rem;font-weight:600;white-space:nowrap}
footer{margin-top:2.5rem;border-top:1px solid var(--rule);padding-top:.75rem;font-size:.8125rem;color:var(--muted)}
@media screen and (min-width:84rem){.report:has(.contents){max-width:84rem;display:grid;grid-template-columns:15rem minmax(0,58rem);column-gap:4rem;justify-content:center}.report>*{grid-column:2}.report>header,.report>footer{grid-column:1/-1}.report>.contents{display:block;grid-column:1;grid-row:2;align-self:start;position:sticky;top:1.5rem;max-height:calc(100vh - 3rem);overflow-y:auto;margin-top:2.75rem}.report>main{grid-row:2}}
@media (max-width:40rem){.wide{display:none}.narrow{display:block}.cards{grid-template-columns:repeat(auto-fill,minmax(9.5rem,1fr))}.card .value{font-size:1.375rem}.terms div{grid-template-columns:1fr;gap:0}th,td{padding:.45rem .4rem}.long{min-width:11rem}.scroll{margin-inline:-.4rem}}
@media print,(prefers-contrast:more),(forced-colors:active){.chart .x{display:inline}}
@media (forced-colors:active){.chip,.callout{border:1px solid}.chart{forced-color-adjust:none;background:var(--page)}}
@media print{html{font-size:78%}.report{max-width:none;padding:0}.skip,.strip,.numbers,footer{display:none}.cover{margin-top:0}.cards:not(.c3,.c5){grid-template-columns:repeat(4,1fr)}.many{font-size:.56rem}.many th,.many td{padding:.25rem .2rem}.break{break-before:page}h2,h3,h4,caption{break-after:avoid}.card,figure,.callout,tr,.terms div{break-inside:avoid}p{orphans:2;widows:2}thead{display:table-header-group}tfoot{display:table-row-group}.scroll{overflow:visible}.wide{display:block}.narrow{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
"#;

/// The sheet of a document: its accent, and what stands in the margins of its printed pages.
pub(super) fn write_style(meta: &DocumentMeta) -> String {
    let accent = meta.accent;
    let light = variables(accent, |swatch| swatch.light, false);
    let dark = variables(accent, |swatch| swatch.dark, true);
    let mut style = format!(
        ":root{{color-scheme:light dark}}:root{{{light}}}@media screen and (prefers-color-scheme:dark){{:root{{{dark}}}\
         .logo,figure img{{background:#fff;padding:.35rem;border-radius:.3rem}}}}"
    );
    for i in 0..SERIES.len() {
        style.push_str(&format!(".s{i}{{color:var(--s{i})}}"));
    }
    for i in 0..SEVERITIES.len() {
        style.push_str(&format!(
            ".v{i}{{color:var(--v{i})}}.chip.v{i}{{background:var(--v{i});color:var(--w{i})}}"
        ));
    }
    for i in 0..HEAT.len() {
        style.push_str(&format!(".h{i}{{color:var(--h{i})}}.k{i}{{color:var(--k{i})}}"));
    }
    style.push_str(".it{color:var(--text)}.im{color:var(--muted)}.ir{color:var(--rule)}.ig{color:var(--grid)}.ip{color:var(--page)}");
    style.push_str(RULES);
    style.push_str(&margins(meta));
    style
}

/// Header and footer of printed pages; the cover has no header but its classification.
fn margins(meta: &DocumentMeta) -> String {
    let title = quote(&format!("{}  ·  {}", meta.tenant_name, meta.title));
    let label = quote(meta.classification.as_deref().unwrap_or_default());
    let period = quote(&format_period(meta));
    format!(
        "@page{{size:A4;margin:20mm 15mm 18mm;font:8pt Inter,system-ui,sans-serif;color:#596575;\
         @top-left{{content:{title}}}@top-right{{content:{label};font-weight:600}}@bottom-left{{content:{period}}}\
         @bottom-right{{content:\"Page \" counter(page) \" of \" counter(pages)}}}}@page:first{{@top-left{{content:\"\"}}}}"
    )
}

/// A text as a string of a style sheet: whatever is no letter or digit is written as its number, so that nothing in it can
/// end the string or the sheet.
fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in clean_line(text).chars().take(MOST_IN_MARGIN) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else {
            write!(out, "\\{:x} ", u32::from(c)).expect("a string takes all");
        }
    }
    out + "\""
}

fn variables(accent: Rgb, side: fn(Swatch) -> Rgb, dark: bool) -> String {
    let mut out = String::new();
    let page = if dark { Rgb::DARK_PAGE } else { palette::WHITE };
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
    for (i, swatch) in HEAT.into_iter().enumerate() {
        set(format!("h{i}"), hex(side(swatch)));
        set(format!("k{i}"), hex(palette::ink_on(side(swatch))));
    }
    for (i, (_, swatch)) in SEVERITIES.into_iter().enumerate() {
        set(format!("v{i}"), hex(side(swatch)));
        set(format!("w{i}"), hex(ink_on_chip(side(swatch), dark)));
    }
    out
}

/// Ink of the word on a chip; the dark side of the palette is bright and wants the darkest ink there is.
fn ink_on_chip(chip: Rgb, dark: bool) -> Rgb {
    if dark && contrast(Rgb::DARK_PAGE, chip) > contrast(palette::WHITE, chip) {
        Rgb::DARK_PAGE
    } else {
        palette::ink_on(chip)
    }
}

/// The policy that allows this sheet and nothing else.
pub(super) fn write_policy(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_in_margins_stay_strings() {
        for (text, expected) in [
            ("Q1", "\"Q1\""),
            ("a\";}</style>", "\"a\\22 \\3b \\7d \\3c \\2f style\\3e \""),
            ("\\\n", "\"\\5c \\20 \""),
        ] {
            assert_eq!(quote(text), expected);
        }
    }

    #[test]
    fn words_on_chips_stand_out_in_both_themes() {
        for (name, swatch) in SEVERITIES {
            for (chip, dark) in [(swatch.light, false), (swatch.dark, true)] {
                let ratio = contrast(ink_on_chip(chip, dark), chip);
                assert!(ratio >= 4.5, "{name}, dark {dark}: {ratio}");
            }
        }
    }

    #[test]
    fn the_rules_reach_for_nothing_outside() {
        for forbidden in ["url(", "@import", "</", "expression", "http"] {
            assert!(!RULES.contains(forbidden), "{forbidden}");
        }
        assert_eq!(RULES.matches('{').count(), RULES.matches('}').count());
    }

    #[test]
    fn the_policy_names_the_hash_of_the_style() {
        assert!(write_policy("").contains("'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"));
    }
}
