//! Rows of a PNG file: where interlacing puts them, how their filters are undone, how samples are packed.

/// A grid of pixels that is sent as an image of its own: from where, how far apart.
pub(super) struct Pass {
    left: usize,
    top: usize,
    across: usize,
    down: usize,
}

const fn pass(left: usize, top: usize, across: usize, down: usize) -> Pass {
    Pass { left, top, across, down }
}

/// A file that is not interlaced.
pub(super) static WHOLE: [Pass; 1] = [pass(0, 0, 1, 1)];

/// Adam7.
pub(super) static PASSES: [Pass; 7] = [
    pass(0, 0, 8, 8),
    pass(4, 0, 8, 8),
    pass(0, 4, 4, 8),
    pass(2, 0, 4, 4),
    pass(0, 2, 2, 4),
    pass(1, 0, 2, 2),
    pass(0, 1, 1, 2),
];

impl Pass {
    /// Pixels in a row of the pass.
    pub(super) const fn columns(&self, width: usize) -> usize {
        width.saturating_sub(self.left).div_ceil(self.across)
    }

    /// Bytes of its rows, each behind one that names its filter.
    pub(super) const fn bytes(&self, width: usize, height: usize, bits: usize) -> usize {
        let (columns, rows) = (self.columns(width), height.saturating_sub(self.top).div_ceil(self.down));
        if columns == 0 { 0 } else { rows * (1 + (columns * bits).div_ceil(8)) }
    }

    /// Column of the picture.
    pub(super) const fn x(&self, column: usize) -> usize {
        self.left + column * self.across
    }

    /// Row of the picture.
    pub(super) const fn y(&self, row: usize) -> usize {
        self.top + row * self.down
    }
}

/// Undoes a row's filter (9.2); `step` is how many bytes a pixel is, at least one. `None` for an unknown one.
pub(super) fn undo_filter(filter: u8, row: &mut [u8], above: &[u8], step: usize) -> Option<()> {
    if filter > 4 {
        return None;
    }
    for i in 0..row.len() {
        let left = if i >= step { row[i - step] } else { 0 };
        let corner = if i >= step { above[i - step] } else { 0 };
        let guess = match filter {
            1 => left,
            2 => above[i],
            3 => left.midpoint(above[i]),
            4 => predict(left, above[i], corner),
            _ => 0,
        };
        row[i] = row[i].wrapping_add(guess);
    }
    Some(())
}

/// Whichever neighbour is nearest to left + above − corner (Paeth).
fn predict(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let distance = |neighbour: u8| (guess - i16::from(neighbour)).abs();
    if distance(left) <= distance(above) && distance(left) <= distance(corner) {
        left
    } else if distance(above) <= distance(corner) {
        above
    } else {
        corner
    }
}

/// A sample of 1, 2, 4, 8 or 16 bits.
pub(super) fn get_sample(row: &[u8], index: usize, depth: usize) -> u16 {
    match depth {
        16 => u16::from_be_bytes([row[index * 2], row[index * 2 + 1]]),
        8 => u16::from(row[index]),
        _ => {
            let bit = index * depth;
            let shift = 8 - depth - bit % 8;
            u16::from(row[bit / 8] >> shift) & ((1 << depth) - 1)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_add_what_they_took_away() {
        let above = [10, 20, 30];
        for (filter, expected) in
            [(0, [1, 2, 3]), (1, [1, 3, 6]), (2, [11, 22, 33]), (3, [6, 15, 25]), (4, [11, 22, 33])]
        {
            let mut row = [1, 2, 3];
            undo_filter(filter, &mut row, &above, 1).unwrap();
            assert_eq!(row, expected, "filter {filter}");
        }
    }

    #[test]
    fn the_passes_cover_every_pixel_once() {
        for (width, height) in [(1, 1), (2, 2), (5, 3), (8, 8), (17, 9)] {
            let mut seen = vec![0; width * height];
            for pass in &PASSES {
                let rows = height.saturating_sub(pass.top).div_ceil(pass.down);
                for (row, column) in (0..rows).flat_map(|r| (0..pass.columns(width)).map(move |c| (r, c))) {
                    seen[pass.y(row) * width + pass.x(column)] += 1;
                }
            }
            assert!(seen.iter().all(|n| *n == 1), "{width} × {height}");
        }
    }
}
