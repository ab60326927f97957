//! Pictures in the file: pixels as they are, with a mask of their own where they are transparent.

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::paint::picture_resource;
use crate::picture::Picture;

/// Adds the pictures, and says under which names pages find them.
pub(super) fn add_pictures(file: &mut Document, pictures: &[Picture]) -> Dictionary {
    let mut resources = Dictionary::new();
    for (i, picture) in pictures.iter().enumerate() {
        let mut dictionary = describe(picture, "DeviceRGB");
        if let Some(alpha) = &picture.alpha {
            let mask = file.add_object(Stream::new(describe(picture, "DeviceGray"), alpha.clone()));
            dictionary.set("SMask", Object::Reference(mask));
        }
        let stream = file.add_object(Stream::new(dictionary, picture.colors.clone()));
        resources.set(picture_resource(i), Object::Reference(stream));
    }
    resources
}

fn describe(picture: &Picture, space: &'static str) -> Dictionary {
    let side = |pixels: usize| i64::try_from(pixels).unwrap_or(i64::MAX);
    dictionary! {
        "Type" => "XObject",
        "Subtype" => "Image",
        "Width" => side(picture.width),
        "Height" => side(picture.height),
        "ColorSpace" => space,
        "BitsPerComponent" => 8,
        "Interpolate" => true,
    }
}
