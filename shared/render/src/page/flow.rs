//! Pagination: fragments from top to bottom, page after page.
//!
//! A fragment never breaks. One that keeps with the next moves to a new page together with it, so that no heading ends
//! a page; one that repeats something (the rows of a table) puts that first on every page it begins.

use std::rc::Rc;

use super::structure::Owner;
use super::{BOTTOM, Item, OutlineEntry, TOP};

/// A piece of content that stays in one piece; its items are relative to its top.
#[derive(Clone, Debug, Default)]
pub(super) struct Fragment {
    pub(super) height: f32,
    pub(super) items: Vec<Item>,
    /// Whom its items belong to, up to the first mark among them.
    pub(super) owner: Owner,
    /// Space above, unless it begins a page.
    pub(super) space_before: f32,
    pub(super) keep_with_next: bool,
    pub(super) break_before: bool,
    /// The same content on less height, to fill what is left of a page.
    pub(super) compact: Option<Box<Fragment>>,
    /// What to repeat above it when it begins a page, as decoration: it was read where it stood first.
    pub(super) repeats: Option<Rc<Fragment>>,
    /// Its entry in the outline: level, and number with text.
    pub(super) outline: Option<(u8, String)>,
    /// Its last item, a text, is the number of the page of that heading.
    pub(super) page_of: Option<usize>,
}

/// A text that becomes a page number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PageNumber {
    /// Index of the page that it stands on.
    pub(super) page: usize,
    /// Index of its item there.
    pub(super) item: usize,
    /// Index of the heading whose page it names.
    pub(super) heading: usize,
}

/// What the fragments became.
pub(super) struct Flow {
    pub(super) pages: Vec<Vec<Item>>,
    pub(super) outline: Vec<OutlineEntry>,
    pub(super) page_numbers: Vec<PageNumber>,
    owner: Owner,
    y: f32,
    fresh: bool,
}

/// Distributes the fragments over pages; there is always at least one.
pub(super) fn paginate(fragments: Vec<Fragment>) -> Flow {
    let needed = chain_heights(&fragments);
    let (pages, outline, page_numbers) = (vec![Vec::new()], Vec::new(), Vec::new());
    let mut flow = Flow { pages, outline, page_numbers, owner: Owner::default(), y: TOP, fresh: true };
    for (fragment, needed) in fragments.into_iter().zip(needed) {
        flow.place(fragment, needed);
    }
    flow
}

/// For each fragment the least room it needs below the cursor: its own, or with what it keeps, if a page can hold that.
fn chain_heights(fragments: &[Fragment]) -> Vec<f32> {
    let mut heights = vec![0.0; fragments.len()];
    let mut following = 0.0;
    for (i, fragment) in fragments.iter().enumerate().rev() {
        let chained = fragment.keep_with_next && !fragments.get(i + 1).is_some_and(|next| next.break_before);
        let own = fragment.compact.as_ref().map_or(fragment.height, |compact| compact.height);
        let chain = own + if chained { following } else { 0.0 };
        heights[i] = if chain <= BOTTOM - TOP { chain } else { own };
        following = heights[i] + fragment.space_before;
    }
    heights
}

impl Flow {
    fn place(&mut self, fragment: Fragment, needed: f32) {
        let overflows = self.y + fragment.space_before + needed > BOTTOM + 0.01;
        if !self.fresh && (overflows || fragment.break_before) {
            self.pages.push(Vec::new());
            self.owner = Owner::default();
            self.y = TOP;
            self.fresh = true;
            if let Some(repeated) = &fragment.repeats {
                let items = repeated.items.iter().filter(|item| !matches!(item, Item::Owner(_)));
                self.draw(Owner::Decoration, items.cloned(), repeated.height);
            }
        } else if !self.fresh {
            self.y += fragment.space_before;
        }
        let fragment = match fragment.compact {
            Some(compact) if self.y + fragment.height > BOTTOM => *compact,
            _ => fragment,
        };
        let page = self.pages.len() - 1;
        if let Some((level, title)) = fragment.outline {
            #[expect(clippy::cast_possible_truncation, reason = "a place on a page is below 2^24")]
            let top = self.y as i64;
            self.outline.push(OutlineEntry { title, level, page, top });
        }
        self.draw(fragment.owner, fragment.items.into_iter(), fragment.height);
        if let Some(heading) = fragment.page_of {
            let item = self.pages[page].len().saturating_sub(1);
            self.page_numbers.push(PageNumber { page, item, heading });
        }
    }

    fn draw(&mut self, owner: Owner, items: impl Iterator<Item = Item>, height: f32) {
        let page = self.pages.last_mut().expect("there is a page from the start");
        if std::mem::replace(&mut self.owner, owner) != owner {
            page.push(Item::Owner(owner));
        }
        for item in items {
            if let Item::Owner(next) = item {
                self.owner = next;
            }
            page.push(item.shifted(self.y));
        }
        self.y += height;
        self.fresh = false;
    }
}

#[cfg(test)]
mod tests {
    use super::super::structure::{Role, Structure};
    use super::*;
    use sitrep_domain::document::Rgb;

    fn block(height: f32, keep: bool) -> Fragment {
        let item = Item::Rect { x: 0.0, y: 0.0, width: 1.0, height, color: Rgb(0, 0, 0) };
        Fragment { height, items: vec![item], keep_with_next: keep, ..Fragment::default() }
    }

    fn paginated(fragments: Vec<Fragment>) -> Vec<Vec<Item>> {
        paginate(fragments).pages
    }

    fn tops(pages: &[Vec<Item>]) -> Vec<Vec<f32>> {
        let top = |item: &Item| if let Item::Rect { y, .. } = item { *y - TOP } else { -1.0 };
        pages.iter().map(|page| page.iter().map(top).collect()).collect()
    }

    #[test]
    fn a_heading_moves_to_the_next_page_with_what_follows() {
        let room = BOTTOM - TOP;
        let pages = paginated(vec![block(room - 30.0, false), block(20.0, true), block(20.0, false)]);
        assert_eq!(tops(&pages), [vec![0.0], vec![0.0, 20.0]]);
    }

    #[test]
    fn a_chain_longer_than_a_page_breaks_instead_of_looping() {
        let room = BOTTOM - TOP;
        let pages = paginated(vec![block(room * 0.6, true), block(room * 0.6, true), block(10.0, false)]);
        assert_eq!(pages.len(), 2);
    }

    #[test]
    fn a_fragment_that_can_shrink_does_so_before_it_moves() {
        let room = BOTTOM - TOP;
        let shrinking = || Fragment { compact: Some(Box::new(block(60.0, false))), ..block(100.0, false) };
        for (above, pages, height) in
            [(room - 110.0, 1, 100.0), (room - 80.0, 1, 60.0), (room - 50.0, 2, 100.0)]
        {
            let drawn = paginated(vec![block(above, false), shrinking()]);
            assert_eq!(drawn.len(), pages);
            let last = drawn.last().and_then(|page| page.last());
            assert!(matches!(last, Some(Item::Rect { height: h, .. }) if *h == height), "{above}: {last:?}");
        }
    }

    #[test]
    fn rows_repeat_their_header_on_every_page_they_begin() {
        let header = Rc::new(block(10.0, false));
        let row = Fragment { repeats: Some(header), ..block(100.0, false) };
        let pages = paginated(vec![row; 20]);
        assert!(pages.len() > 2);
        assert_eq!(tops(&pages)[1][..2], [0.0, 10.0]);
    }

    #[test]
    fn an_explicit_break_begins_a_page_but_never_an_empty_one() {
        let broken = || Fragment { break_before: true, ..block(10.0, false) };
        assert_eq!(paginated(vec![broken(), broken()]).len(), 2);
        assert_eq!(paginated(Vec::new()).len(), 1);
    }

    #[test]
    fn a_repeated_header_belongs_to_nobody_and_rows_to_their_nodes() {
        let mut structure = Structure::default();
        let (title, cell) = (structure.add(Role::Paragraph), structure.add(Role::Paragraph));
        let mark = |node| Item::Owner(Owner::Node(node));
        let header = block(10.0, false);
        let header = Fragment { items: [vec![mark(title)], header.items].concat(), ..header };
        let row = Fragment { owner: Owner::Node(cell), ..block(400.0, false) };
        let row = Fragment { repeats: Some(Rc::new(header.clone())), ..row };
        let pages = paginated(vec![header, row.clone(), row]);
        let marks = |page: &[Item]| -> Vec<Owner> {
            page.iter()
                .filter_map(|item| if let Item::Owner(owner) = item { Some(*owner) } else { None })
                .collect()
        };
        assert_eq!(marks(&pages[0]), [Owner::Node(title), Owner::Node(cell)]);
        assert_eq!(marks(&pages[1]), [Owner::Node(cell)]);
    }
}
