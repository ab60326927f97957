//! The version of the renderer, where both the renderer and those who only name it can see it.

/// Version of the renderer, kept in manifests. It changes whenever the bytes of any format may change.
pub const RENDERER_VERSION: &str = "sitrep-render 3";
