//! The layout's structure as tags: which marked content belongs to which node, then the tree.

use std::num::{NonZeroU16, NonZeroU32};

use krilla::geom::Rect;
use krilla::tagging::{
    BBox, Identifier, ListNumbering, Node, TableHeaderScope, Tag, TagGroup, TagKind, TagTree,
};

use crate::page::structure::{NodeId, Role, Structure};

/// What is known of each node once the pages are painted.
pub(super) struct Tags<'a> {
    structure: &'a Structure,
    /// The marked content of each node, in reading order.
    content: Vec<Vec<Identifier>>,
    /// Where each figure is.
    boxes: Vec<Option<Extent>>,
}

/// The area that a figure takes: page, left, top, right, bottom.
#[derive(Clone, Copy, Debug)]
struct Extent {
    page: usize,
    sides: [f32; 4],
}

impl<'a> Tags<'a> {
    pub(super) fn new(structure: &'a Structure) -> Self {
        let count = structure.nodes().len();
        Self { structure, content: vec![Vec::new(); count], boxes: vec![None; count] }
    }

    /// Whether drawings of the node are its content rather than decoration.
    pub(super) fn is_figure(&self, node: NodeId) -> bool {
        matches!(self.structure.nodes()[node.index()].role, Role::Figure { .. })
    }

    /// Adds marked content, or an annotation, to a node.
    pub(super) fn add(&mut self, node: NodeId, content: Identifier) {
        self.content[node.index()].push(content);
    }

    /// Widens the area of a figure by points of its drawing.
    pub(super) fn extend(&mut self, node: NodeId, page: usize, points: impl IntoIterator<Item = (f32, f32)>) {
        for (x, y) in points {
            let extent = self.boxes[node.index()].get_or_insert(Extent { page, sides: [x, y, x, y] });
            let [left, top, right, bottom] = extent.sides;
            extent.sides = [left.min(x), top.min(y), right.max(x), bottom.max(y)];
        }
    }

    /// The tree. Nodes without content are left out, but for cells, which keep their rows regular.
    pub(super) fn into_tree(mut self, language: &str) -> TagTree {
        let nodes = self.structure.nodes();
        let mut parts: Vec<Vec<Node>> = vec![Vec::new(); nodes.len()];
        let mut roots = Vec::new();
        // Children come after their parents: from the last on, each is whole when its parent takes it.
        for (i, node) in nodes.iter().enumerate().rev() {
            let mut children: Vec<Node> =
                std::mem::take(&mut self.content[i]).into_iter().map(Node::from).collect();
            children.extend(std::mem::take(&mut parts[i]).into_iter().rev());
            let keeps = matches!(node.role, Role::Cell { .. } | Role::ColumnTitle { .. });
            if children.is_empty() && !keeps {
                continue;
            }
            let group = wrap(&node.role, TagGroup::with_children(kind(&node.role, self.boxes[i]), children));
            match node.parent {
                Some(parent) => parts[parent.index()].push(group.into()),
                None => roots.push(Node::from(group)),
            }
        }
        roots.reverse();
        TagTree { children: roots, lang: Some(language.to_owned()) }
    }
}

/// The tag of a role.
fn kind(role: &Role, area: Option<Extent>) -> TagKind {
    match role {
        Role::Section => Tag::Section.into(),
        Role::Group => Tag::Div.into(),
        Role::Title => Tag::Title.into(),
        // A heading must say something; one of white space says nothing.
        Role::Heading { text, .. } if text.trim().is_empty() => Tag::P.into(),
        Role::Heading { level, text } => {
            let level = NonZeroU16::new(u16::from(*level)).unwrap_or(NonZeroU16::MIN);
            Tag::Hn(level, Some(text.clone())).into()
        }
        Role::Paragraph => Tag::P.into(),
        Role::List => Tag::L(ListNumbering::None).into(),
        Role::Item => Tag::LI.into(),
        Role::Label => Tag::Lbl.into(),
        Role::Body => Tag::LBody.into(),
        Role::Table => Tag::Table.into(),
        Role::Caption => Tag::Caption.into(),
        Role::Head => Tag::THead.into(),
        Role::Rows => Tag::TBody.into(),
        Role::Row => Tag::TR.into(),
        Role::ColumnTitle { span } => Tag::TH(TableHeaderScope::Column).with_col_span(columns(*span)).into(),
        Role::Cell { span } => Tag::TD.with_col_span(columns(*span)).into(),
        Role::Figure { alt } => {
            // A figure must say something, even where the document has no word for it.
            let alt = if alt.trim().is_empty() { "Picture" } else { alt.as_str() };
            Tag::Figure(Some(alt.to_owned())).with_bbox(area.and_then(bbox)).into()
        }
        Role::Contents => Tag::TOC.into(),
        Role::Entry => Tag::TOCI.into(),
        Role::Link => Tag::Link.into(),
    }
}

/// A link of the contents refers to something: it stands within a reference.
fn wrap(role: &Role, group: TagGroup) -> TagGroup {
    match role {
        Role::Link => TagGroup::with_children(Tag::Reference, vec![group.into()]),
        _ => group,
    }
}

/// A span as an attribute; one column is what a cell has without it.
fn columns(span: u32) -> Option<NonZeroU32> {
    NonZeroU32::new(span).filter(|span| span.get() > 1)
}

fn bbox(extent: Extent) -> Option<BBox> {
    let [left, top, right, bottom] = extent.sides;
    Some(BBox::new(extent.page, Rect::from_ltrb(left, top, right, bottom)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_both_standards_want_words_for_never_goes_without() {
        let figure =
            |alt: &str| kind(&Role::Figure { alt: alt.to_owned() }, None).alt_text().map(str::to_owned);
        assert_eq!(figure(" ").as_deref(), Some("Picture"));
        assert_eq!(figure("Logo").as_deref(), Some("Logo"));
        let heading = |text: &str| kind(&Role::Heading { level: 2, text: text.to_owned() }, None);
        assert!(matches!(heading("\u{3000}"), TagKind::P(_)));
        assert!(matches!(heading("Outlook"), TagKind::Hn(_)));
    }
}
