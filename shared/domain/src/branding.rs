//! Branding: the name, the colour and the logo of a tenant, as they are stored, told and sent.
//!
//! A colour is taken as it is; where text carries it, it is moved towards black or white until it reads, and the answer
//! says where to. A logo is told by its hash and sent as a file. Whether the file is a picture is known here; keeping it
//! belongs to the caller.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::canonical::sha256_hex;
use crate::document::{ImageError, Png, Rgb};
use crate::invalid::Invalid;
use crate::settings::TenantSettings;
use crate::svg::rasterise;
use crate::tenant::Tenant;
use crate::text::check_name;

/// A tenant's logo: which file it is. The hash is its name in the object store.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Logo {
    /// SHA-256 of the file, lower-case hex.
    pub sha256: String,
    /// Pixels in a row.
    pub width: u32,
    /// Rows of pixels.
    pub height: u32,
    /// Bytes of the file.
    pub size_bytes: usize,
}

impl Logo {
    /// The logo that this file is.
    #[must_use]
    pub fn of(file: &Png) -> Self {
        let (width, height) = file.size();
        Self { sha256: sha256_hex(file.bytes()), width, height, size_bytes: file.bytes().len() }
    }
}

/// The colours that texts have which carry the accent: as near to it as they can be read, by WCAG 2.2 (4.5 to 1).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TextColours {
    /// On white: in PDF, in mail, and in HTML by day.
    pub on_light: String,
    /// In HTML where the reader prefers dark pages.
    pub on_dark: String,
}

impl From<Rgb> for TextColours {
    fn from(accent: Rgb) -> Self {
        let on = |page| accent.readable_on(page).hex();
        Self { on_light: on(Rgb::WHITE), on_dark: on(Rgb::DARK_PAGE) }
    }
}

/// A logo as it is told, which keeps it when it is sent back, or a new one as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "it is a file of PNG or SVG in Base64, or the logo as it was told")]
pub enum LogoDraft {
    /// As it is told.
    Told(Logo),
    /// A file of PNG or SVG in Base64, bare or as a `data:` URI. A drawing becomes a picture at once.
    Sent(String),
}

/// How documents and mail look, as it is told and sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct BrandingDraft {
    /// The tenant's name as it is printed.
    pub name: Option<String>,
    /// The accent colour, such as `#1f4e79`.
    pub accent_colour: String,
    /// The colours of texts that carry the accent. Told; what is sent is ignored, because it follows from the accent.
    pub text_colours: TextColours,
    /// The logo; none is none.
    pub logo: Option<LogoDraft>,
}

impl Default for BrandingDraft {
    fn default() -> Self {
        let accent = TenantSettings::default().accent;
        Self { name: None, accent_colour: accent.hex(), text_colours: accent.into(), logo: None }
    }
}

impl From<&Tenant> for BrandingDraft {
    fn from(tenant: &Tenant) -> Self {
        let accent = tenant.settings.accent;
        Self {
            name: Some(tenant.name.clone()),
            accent_colour: accent.hex(),
            text_colours: accent.into(),
            logo: tenant.settings.logo.clone().map(LogoDraft::Told),
        }
    }
}

impl BrandingDraft {
    /// Puts this branding on a tenant, and gives the file of a new logo, which is to be kept under its hash.
    ///
    /// # Errors
    ///
    /// [`Invalid`] naming the field below `branding`.
    pub(crate) fn apply(self, tenant: &mut Tenant) -> Result<Option<Png>, Invalid> {
        let accent = read_colour(&self.accent_colour)?;
        let name = match &self.name {
            Some(name) => check_name(name, Tenant::MAX_NAME).map_err(|e| e.below("branding.name"))?,
            None => tenant.name.clone(),
        };
        let (logo, file) = read_logo(self.logo, tenant.settings.logo.as_ref())?;
        tenant.name = name;
        tenant.settings.accent = accent;
        tenant.settings.logo = logo;
        Ok(file)
    }
}

fn read_colour(text: &str) -> Result<Rgb, Invalid> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let digits = digits.filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    let number = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
    let [_, red, green, blue] = number.map(u32::to_be_bytes).ok_or_else(|| {
        let detail = "a colour is # and six hex digits, such as #1f4e79";
        Invalid::field("branding.accent_colour", "bad_colour", detail)
    })?;
    Ok(Rgb(red, green, blue))
}

/// The logo that there is to be, and its file if it is a new one.
fn read_logo(draft: Option<LogoDraft>, kept: Option<&Logo>) -> Result<(Option<Logo>, Option<Png>), Invalid> {
    match draft {
        None => Ok((None, None)),
        Some(LogoDraft::Told(told)) if Some(&told) == kept => Ok((Some(told), None)),
        Some(LogoDraft::Told(_)) => {
            Err(bad_logo("this is not the logo that is there: send its file, PNG or SVG, in Base64 instead"))
        }
        Some(LogoDraft::Sent(text)) => {
            let file = read_picture(&text)?;
            Ok((Some(Logo::of(&file)), Some(file)))
        }
    }
}

fn read_picture(text: &str) -> Result<Png, Invalid> {
    // A file that is too large need not become bytes to be refused.
    let most = Png::MAX_BYTES.div_ceil(3) * 4;
    let base64 = text.strip_prefix("data:").map_or(text, |uri| uri.split_once(',').map_or("", |(_, b)| b));
    let refused = |error: ImageError| bad_logo(format!("a logo is a file of PNG or SVG: {error}"));
    if base64.len() > most {
        return Err(refused(ImageError::TooLarge));
    }
    let bytes = STANDARD.decode(base64).unwrap_or_else(|_| text.as_bytes().to_vec());
    if is_svg(&bytes) {
        let drawing = String::from_utf8_lossy(&bytes);
        return rasterise(&drawing).map_err(|error| bad_logo(format!("this SVG cannot be a logo: {error}")));
    }
    let file = Png::new(bytes).map_err(refused)?;
    file.pixels().map_err(refused)?;
    Ok(file)
}

/// Whether a file is a drawing in XML.
fn is_svg(bytes: &[u8]) -> bool {
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(1_024)]);
    start.trim_start_matches('\u{feff}').trim_start().starts_with('<') && start.contains("<svg")
}

fn bad_logo(detail: impl Into<String>) -> Invalid {
    Invalid::field("branding.logo", "bad_logo", detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Plan;
    use crate::ids::TenantId;
    use jiff::Timestamp;

    /// 2 × 2 pixels.
    const PICTURE: &[u8] = include_bytes!("document/image/interlaced.png");

    fn tenant() -> Tenant {
        Tenant::new(TenantId::new("acme").unwrap(), "Acme", Plan::Starter, Timestamp::UNIX_EPOCH).unwrap()
    }

    fn apply(logo: Option<LogoDraft>, tenant: &mut Tenant) -> Result<Option<Png>, Invalid> {
        BrandingDraft { logo, ..BrandingDraft::from(&*tenant) }.apply(tenant)
    }

    fn sent(bytes: &[u8]) -> Option<LogoDraft> {
        Some(LogoDraft::Sent(STANDARD.encode(bytes)))
    }

    #[test]
    fn a_logo_is_kept_when_it_is_sent_back_as_told_and_goes_with_null() {
        let mut tenant = tenant();
        let file = apply(sent(PICTURE), &mut tenant).unwrap().unwrap();
        assert_eq!(file.bytes(), PICTURE);
        let told = BrandingDraft::from(&tenant).logo;
        assert_eq!(told, Some(LogoDraft::Told(Logo::of(&file))));
        assert_eq!(apply(told.clone(), &mut tenant), Ok(None));
        assert_eq!(BrandingDraft::from(&tenant).logo, told);
        apply(None, &mut tenant).unwrap();
        assert_eq!(tenant.settings.logo, None);
        assert!(apply(told, &mut tenant).is_err(), "it is not there any more");
        let uri = format!("data:image/png;base64,{}", STANDARD.encode(PICTURE));
        assert!(apply(Some(LogoDraft::Sent(uri)), &mut tenant).unwrap().is_some());
    }

    #[test]
    fn a_drawing_becomes_a_picture_and_is_kept_as_one() {
        let svg = "<svg xmlns='http://www.w3.org/2000/svg' width='60' height='20'><circle cx='9' cy='9' r='9'/></svg>";
        for draft in [sent(svg.as_bytes()), Some(LogoDraft::Sent(svg.to_owned()))] {
            let mut tenant = tenant();
            let file = apply(draft, &mut tenant).unwrap().unwrap();
            assert_eq!(file.size(), (900, 300));
            assert_eq!(tenant.settings.logo, Some(Logo::of(&file)));
        }
    }

    #[test]
    fn a_file_that_is_no_picture_is_refused() {
        let mut broken = PICTURE.to_vec();
        let middle = broken.len() / 2;
        broken[middle] ^= 1;
        let too_large = vec![0; Png::MAX_BYTES + 4];
        let svg = b"\n<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>";
        for (draft, said) in [
            (sent(&broken), "cannot be read"),
            (sent(&PICTURE[..40]), "cannot be read"),
            (sent(b"GIF89a"), "must be a PNG"),
            (sent(b""), "must be a PNG"),
            (sent(&too_large), "at most 256 KB"),
            (sent(svg), "nothing is seen of it"),
            (Some(LogoDraft::Sent(String::from_utf8_lossy(svg).into_owned())), "nothing is seen of it"),
            (Some(LogoDraft::Sent("not Base64!".to_owned())), "must be a PNG"),
        ] {
            let mut tenant = tenant();
            let refused = apply(draft, &mut tenant).unwrap_err();
            assert_eq!(refused.errors[0].field, "branding.logo");
            assert!(refused.errors[0].detail.contains(said), "{said}: {refused:?}");
            assert_eq!(tenant, self::tenant());
        }
    }

    #[test]
    fn the_answer_says_which_colours_texts_have() {
        for (accent, on_light, on_dark) in [
            (Rgb(0x1f, 0x4e, 0x79), "#1f4e79", false),
            (Rgb(255, 255, 0), "#", true),
            (Rgb(255, 255, 255), "#", true),
        ] {
            let colours = TextColours::from(accent);
            assert!(colours.on_light.starts_with(on_light), "{colours:?}");
            assert_eq!(colours.on_dark == accent.hex(), on_dark, "{colours:?}");
        }
    }
}
