//! The structure of a document: what the items of its pages are, in reading order.
//!
//! Layout fills it, a painter may use it: archival PDF writes it as tags, everyday PDF leaves it out. A node knows its
//! role and its parent, and comes after it; siblings stand in the order of reading. Items are tied to nodes by
//! [`Item::Owner`](super::Item::Owner) marks: what follows a mark belongs to its owner. Text and links belong to their
//! node; rectangles, shapes and strokes count as decoration, except within a [`Role::Figure`], where they are the
//! picture. What has no node (rules, backgrounds, a table's header repeated on the next page, header and footer of the
//! pages) is not read aloud.
//!
//! A further kind of block needs its roles here and a line per new role in the painter of archival PDF.

/// A node of a [`Structure`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// Its index in [`Structure::nodes`].
    pub(crate) const fn index(self) -> usize {
        self.0 as usize
    }
}

/// Whom the items that follow belong to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Owner {
    /// Nobody: it is there for the eye alone.
    #[default]
    Decoration,
    /// The header of the pages.
    Header,
    /// The footer of the pages.
    Footer,
    /// A node.
    Node(NodeId),
}

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// A heading with all that stands below it.
    Section,
    /// Blocks that belong together.
    Group,
    /// The title of the document.
    Title,
    /// A heading; levels are never left out on the way down.
    Heading {
        /// 1 is a section of the document.
        level: u8,
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Paragraph,
    /// Items of one kind; holds [`Role::Item`] alone.
    List,
    /// One of a list; holds a [`Role::Label`] and a [`Role::Body`].
    Item,
    /// The term that an item explains, or the name of the figure that it states.
    Label,
    /// What an item says of its label.
    Body,
    /// A table; holds its caption, head and body.
    Table,
    /// The title of a table, the title and the summary of a figure.
    Caption,
    /// The rows of titles.
    Head,
    /// The rows of data.
    Rows,
    /// A row of cells.
    Row,
    /// The title of columns.
    ColumnTitle {
        /// How many columns it spans, 1 and up.
        span: u32,
    },
    /// A cell of data.
    Cell {
        /// How many columns it spans, 1 and up.
        span: u32,
    },
    /// Something drawn.
    Figure {
        /// What it shows, for those who cannot see it.
        alt: String,
    },
    /// A list of links to headings; holds [`Role::Entry`] alone.
    Contents,
    /// A line of the contents; holds a [`Role::Link`].
    Entry,
    /// A link; its items are texts and an [`Item::Link`](super::Item::Link).
    Link,
}

/// A node: a role at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) role: Role,
    /// The node that it is part of; `None` for parts of the document itself.
    pub(crate) parent: Option<NodeId>,
}

/// Every node of a document, parents before their children.
#[derive(Debug, Default)]
pub(crate) struct Structure {
    nodes: Vec<Node>,
    /// The sections that are open, outermost first, with the levels of their headings as the document states them.
    open: Vec<(u8, NodeId)>,
}

impl Structure {
    /// The nodes, by their ids.
    pub(crate) fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Adds a node to the innermost open section.
    pub(crate) fn add(&mut self, role: Role) -> NodeId {
        let parent = self.open.last().map(|(_, section)| *section);
        self.push(role, parent)
    }

    /// Adds a node to another one.
    pub(crate) fn add_to(&mut self, parent: NodeId, role: Role) -> NodeId {
        self.push(role, Some(parent))
    }

    /// Opens a section below the last one of a lower level and adds its heading, whose node it returns. Levels that the
    /// document leaves out are closed up: a reader that hears "level 3" has heard "level 2" before.
    pub(crate) fn open_section(&mut self, level: u8, text: &str) -> NodeId {
        while self.open.last().is_some_and(|(above, _)| *above >= level) {
            self.open.pop();
        }
        let section = self.add(Role::Section);
        self.open.push((level, section));
        let level = u8::try_from(self.open.len()).expect("levels rise from section to section");
        self.add(Role::Heading { level, text: text.to_owned() })
    }

    fn push(&mut self, role: Role, parent: Option<NodeId>) -> NodeId {
        let id = NodeId(u32::try_from(self.nodes.len()).expect("a document has fewer than 2^32 nodes"));
        self.nodes.push(Node { role, parent });
        id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_nest_without_a_gap_whatever_levels_the_document_has() {
        for (levels, expected) in [
            (vec![1, 2, 3, 2, 1], vec![1, 2, 3, 2, 1]),
            (vec![2, 3, 1], vec![1, 2, 1]),
            (vec![1, 3, 3, 2], vec![1, 2, 2, 2]),
            (vec![0, 9], vec![1, 2]),
        ] {
            let mut structure = Structure::default();
            for level in &levels {
                structure.open_section(*level, "x");
            }
            let written: Vec<u8> = structure
                .nodes()
                .iter()
                .filter_map(
                    |node| if let Role::Heading { level, .. } = node.role { Some(level) } else { None },
                )
                .collect();
            assert_eq!(written, expected, "{levels:?}");
        }
    }

    #[test]
    fn what_follows_a_heading_is_part_of_its_section() {
        let mut structure = Structure::default();
        let before = structure.add(Role::Paragraph);
        let heading = structure.open_section(1, "x");
        let after = structure.add(Role::Paragraph);
        let parent = |id: NodeId| structure.nodes()[id.index()].parent;
        assert_eq!(parent(before), None);
        assert!(parent(heading).is_some());
        assert_eq!(parent(after), parent(heading));
    }
}
