//! Pictures on a page: those of the document and the tenant's logo.

use sitrep_domain::document::{Image, Png};

use super::compose::{Composer, TextStyle};
use super::flow::Fragment;
use super::structure::{Owner, Role};
use super::{BOTTOM, Item, LEFT, TOP, WIDTH};
use crate::clean::clean_line;
use crate::picture::Picture;

/// Highest that a picture is drawn: a page, but for a heading.
const HIGHEST: f32 = BOTTOM - TOP - 60.0;
/// Pixels to a point: 216 to an inch, more than print shows.
const SHARPNESS: f32 = 3.0;

/// A logo: its picture, and how many times its height it is wide.
#[derive(Clone, Copy, Debug)]
pub(super) struct Logo {
    picture: usize,
    shape: f32,
}

impl Logo {
    /// The logo within that box, from its top right or top left corner, and how wide it is there.
    pub(super) fn fit(self, width: f32, height: f32) -> (f32, f32) {
        let width = width.min(height * self.shape);
        (width, width / self.shape)
    }

    /// The logo at that place and size.
    pub(super) const fn at(self, x: f32, y: f32, (width, height): (f32, f32)) -> Item {
        Item::Image { x, y, width, height, picture: self.picture }
    }
}

impl Composer<'_> {
    /// Takes the logo into the file; one whose pixels do not decode is left out.
    pub(super) fn add_logo(&mut self, png: &Png) -> Option<Logo> {
        let picture = Picture::decode(png)?;
        let shape = 1.0 / picture.aspect();
        Some(Logo { picture: self.add_picture(picture, 150.0), shape })
    }

    /// A picture as wide as it asks to be; one whose pixels do not decode is told in words.
    pub(super) fn image(&mut self, image: &Image) {
        let Some(picture) = Picture::decode(&image.png) else {
            let style = TextStyle::muted(8.5);
            let text = format!("[Picture: {}]", clean_line(&image.alt));
            let lines = self.wrap(&text, style, WIDTH);
            let node = self.node(Role::Paragraph);
            return self.push_lines(lines, node, style, LEFT, 8.0);
        };
        let aspect = picture.aspect();
        let width = f32::from(image.width.max(1)).min(WIDTH).min(HIGHEST / aspect);
        let height = width * aspect;
        let picture = self.add_picture(picture, width);
        let items = vec![Item::Image { x: LEFT, y: 0.0, width, height, picture }];
        let alt = describe(&image.alt);
        let owner = Owner::Node(self.node(Role::Figure { alt }));
        self.push(Fragment { height, items, owner, space_before: 10.0, ..Fragment::default() });
    }

    /// Keeps a picture that is drawn at most so many points wide.
    fn add_picture(&mut self, picture: Picture, widest: f32) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a page is below 2^16 pixels"
        )]
        let most = (widest * SHARPNESS).ceil() as usize;
        self.pictures.push(picture.shrunk(most));
        self.pictures.len() - 1
    }
}

/// What a picture shows; one that nothing is said of is called what it is.
fn describe(alt: &str) -> String {
    let text = clean_line(alt);
    if text.trim().is_empty() { "Picture".to_owned() } else { text.into_owned() }
}
