//! Pictures for the painter of archival PDF: pixels as they are, transparency as a mask.

use std::sync::Arc;

use krilla::image::{BitsPerComponent, CustomImage, Image, ImageColorspace};

use crate::picture::Picture;

/// The pixels of a picture, shared with the file under construction.
#[derive(Clone, Hash)]
struct Pixels(Arc<Picture>);

impl CustomImage for Pixels {
    fn color_channel(&self) -> &[u8] {
        &self.0.colors
    }

    fn alpha_channel(&self) -> Option<&[u8]> {
        self.0.alpha.as_deref()
    }

    fn bits_per_component(&self) -> BitsPerComponent {
        BitsPerComponent::Eight
    }

    fn size(&self) -> (u32, u32) {
        let side = |pixels: usize| u32::try_from(pixels).expect("a side has at most 2,048 pixels");
        (side(self.0.width), side(self.0.height))
    }

    fn icc_profile(&self) -> Option<&[u8]> {
        None
    }

    fn color_space(&self) -> ImageColorspace {
        ImageColorspace::Rgb
    }
}

/// The picture, sharp as it is: PDF/A has no interpolation.
pub(super) fn image(picture: &Picture) -> Option<Image> {
    Image::from_custom(Pixels(Arc::new(picture.clone())), false).ok()
}
