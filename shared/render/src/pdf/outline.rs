//! Ways through the file: the outline of its headings, and links to them. Both lead to places, none to an action.

use lopdf::{Dictionary, Document, Object, ObjectId, dictionary};

use super::file::text_string;
use crate::page::{Item, Layout, OutlineEntry, PAGE_HEIGHT};

/// Adds the outline, headings below those that they belong to; `None` when there is no heading.
pub(super) fn add_outline(
    file: &mut Document,
    outline: &[OutlineEntry],
    pages: &[ObjectId],
) -> Option<ObjectId> {
    if outline.is_empty() {
        return None;
    }
    let root = file.new_object_id();
    let ids: Vec<ObjectId> = outline.iter().map(|_| file.new_object_id()).collect();
    let parents = parents(outline);
    for (i, entry) in outline.iter().enumerate() {
        let parent = parents[i].map_or(root, |parent| ids[parent]);
        let mut item = dictionary! {
            "Title" => text_string(&entry.title),
            "Parent" => Object::Reference(parent),
            "Dest" => destination(entry, pages)?,
        };
        let sibling = |j: &usize| parents[*j] == parents[i];
        if let Some(previous) = (0..i).rev().find(sibling) {
            item.set("Prev", Object::Reference(ids[previous]));
        }
        if let Some(next) = (i + 1..outline.len()).find(sibling) {
            item.set("Next", Object::Reference(ids[next]));
        }
        // Sections show what is in them; what is in that waits to be opened.
        add_children(&mut item, &children(&parents, Some(i)), &ids, entry.level == 1);
        file.set_object(ids[i], item);
    }
    let top = children(&parents, None);
    let mut list = dictionary! { "Type" => "Outlines" };
    add_children(&mut list, &top, &ids, true);
    let shown = top.iter().map(|i| 1 + children(&parents, Some(*i)).len()).sum();
    list.set("Count", to_integer(shown));
    file.set_object(root, list);
    Some(root)
}

/// The heading that each one stands below: the nearest before it of a lower level.
fn parents(outline: &[OutlineEntry]) -> Vec<Option<usize>> {
    (0..outline.len()).map(|i| (0..i).rev().find(|j| outline[*j].level < outline[i].level)).collect()
}

fn children(parents: &[Option<usize>], of: Option<usize>) -> Vec<usize> {
    (0..parents.len()).filter(|i| parents[*i] == of).collect()
}

fn add_children(item: &mut Dictionary, children: &[usize], ids: &[ObjectId], open: bool) {
    if let [first, .., last] | [first @ last] = children {
        item.set("First", Object::Reference(ids[*first]));
        item.set("Last", Object::Reference(ids[*last]));
        let count = to_integer(children.len());
        item.set("Count", if open { count } else { -count });
    }
}

fn to_integer(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// Adds to every page the links on it.
///
/// # Errors
///
/// When the file lacks a page that the layout has.
pub(super) fn add_links(file: &mut Document, layout: &Layout, pages: &[ObjectId]) -> lopdf::Result<()> {
    for (items, page) in layout.pages.iter().zip(pages) {
        let links: Vec<Object> = items
            .iter()
            .filter_map(|item| link(item, &layout.outline, pages))
            .map(Object::Dictionary)
            .collect();
        if !links.is_empty() {
            file.get_dictionary_mut(*page)?.set("Annots", links);
        }
    }
    Ok(())
}

fn link(item: &Item, outline: &[OutlineEntry], pages: &[ObjectId]) -> Option<Dictionary> {
    let Item::Link { x, y, width, height, heading } = item else { return None };
    let area = [*x, PAGE_HEIGHT - y - height, x + width, PAGE_HEIGHT - y];
    let area: Vec<Object> = area.into_iter().map(|side| Object::Real(side.round())).collect();
    Some(dictionary! {
        "Type" => "Annot",
        "Subtype" => "Link",
        "Rect" => area,
        "Border" => vec![Object::Integer(0), Object::Integer(0), Object::Integer(0)],
        "Dest" => destination(outline.get(*heading)?, pages)?,
    })
}

/// A place a little above the heading.
fn destination(entry: &OutlineEntry, pages: &[ObjectId]) -> Option<Vec<Object>> {
    let page = Object::Reference(*pages.get(entry.page)?);
    #[expect(clippy::cast_possible_truncation, reason = "a page is below 2^24 points high")]
    let top = Object::Integer(PAGE_HEIGHT as i64 - entry.top + 8);
    Some(vec![page, "XYZ".into(), Object::Integer(0), top, Object::Null])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_stand_below_the_nearest_one_of_a_lower_level() {
        let entry = |level| OutlineEntry { title: String::new(), level, page: 0, top: 0 };
        let outline: Vec<_> = [1, 2, 3, 2, 1, 3].map(entry).into();
        let parents = parents(&outline);
        assert_eq!(parents, [None, Some(0), Some(1), Some(0), None, Some(4)]);
        assert_eq!(children(&parents, Some(0)), [1, 3]);
        assert_eq!(children(&parents, None), [0, 4]);
    }
}
