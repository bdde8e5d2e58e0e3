//! Which inputs a mix is made of at the moment, and their sum.

use super::gain::factor;
use super::{BLOCK, Block};

/// Inputs that can be told apart: the bits of a set. 104 sites and a few clips fit.
pub const MAX_INPUTS: usize = 128;

/// A set of inputs by number, 0 to 127.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Inputs(u128);

impl Inputs {
    /// With that input as well; numbers that are none are left out.
    #[must_use]
    pub const fn with(self, number: usize) -> Self {
        if number < MAX_INPUTS { Self(self.0 | 1 << number) } else { self }
    }

    /// Whether the input is in it.
    #[must_use]
    pub const fn has(self, number: usize) -> bool {
        number < MAX_INPUTS && self.0 >> number & 1 != 0
    }

    /// Those in both.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those not in the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// How many.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.0.count_ones()
    }

    /// Their numbers, rising.
    pub fn numbers(self) -> impl Iterator<Item = usize> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let number = left.trailing_zeros();
            left &= left.wrapping_sub(1);
            usize::try_from(number).ok().filter(|number| *number < MAX_INPUTS)
        })
    }
}

/// What a mix consists of; mixes with equal recipes are one mix.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recipe {
    /// Inputs as they are.
    pub plain: Inputs,
    /// Inputs with a gain of their own in this mix, in dB, rising by number.
    pub gained: Vec<(usize, i8)>,
}

impl Recipe {
    /// A recipe of members and their gains in dB; gains of non-members mean nothing, of two gains the last counts.
    #[must_use]
    pub fn new(members: Inputs, gains: impl IntoIterator<Item = (usize, i8)>) -> Self {
        let mut made = Self { plain: members, gained: Vec::new() };
        for (number, gain_db) in gains.into_iter().filter(|(number, _)| members.has(*number)) {
            made.gained.retain(|(other, _)| *other != number);
            made.plain = made.plain.with(number);
            if gain_db != 0 {
                made.plain = made.plain.without(Inputs::default().with(number));
                made.gained.push((number, gain_db));
            }
        }
        made.gained.sort_unstable();
        made
    }

    /// What is left of it when only these inputs can be heard.
    #[must_use]
    pub fn among(&self, heard: Inputs) -> Self {
        let gained = self.gained.iter().copied().filter(|(number, _)| heard.has(*number));
        Self { plain: self.plain.and(heard), gained: gained.collect() }
    }
}

/// The sum of everything heard, made once for all mixes of a block.
pub struct Sums<'a> {
    blocks: &'a [Block],
    heard: Inputs,
    total: [i32; BLOCK],
}

impl<'a> Sums<'a> {
    /// Blocks by input number, and which of them count.
    #[must_use]
    pub fn new(blocks: &'a [Block], heard: Inputs) -> Self {
        let mut total = [0; BLOCK];
        heard.numbers().filter_map(|number| blocks.get(number)).for_each(|block| add(&mut total, block));
        Self { blocks, heard, total }
    }

    /// The exact sum of a recipe's plain inputs, with the others added at their gains.
    #[must_use]
    pub fn of(&self, recipe: &Recipe) -> [i32; BLOCK] {
        let wanted = recipe.plain.and(self.heard);
        let missing = self.heard.without(wanted);
        let mut sum = if missing.count() < wanted.count() { self.total } else { [0; BLOCK] };
        if missing.count() < wanted.count() {
            missing.numbers().filter_map(|number| self.blocks.get(number)).for_each(|block| subtract(&mut sum, block));
        } else {
            wanted.numbers().filter_map(|number| self.blocks.get(number)).for_each(|block| add(&mut sum, block));
        }
        for (number, gain_db) in recipe.gained.iter().filter(|(number, _)| self.heard.has(*number)) {
            let factor = factor(*gain_db);
            let block = self.blocks.get(*number).into_iter().flatten();
            sum.iter_mut().zip(block).for_each(|(total, sample)| *total += (f32::from(*sample) * factor) as i32);
        }
        sum
    }
}

fn add(sum: &mut [i32; BLOCK], block: &Block) {
    sum.iter_mut().zip(block).for_each(|(total, sample)| *total += i32::from(*sample));
}

fn subtract(sum: &mut [i32; BLOCK], block: &Block) {
    sum.iter_mut().zip(block).for_each(|(total, sample)| *total -= i32::from(*sample));
}

#[cfg(test)]
mod tests {
    use super::{Inputs, Recipe, Sums};
    use proptest::prelude::*;

    fn set(numbers: &[usize]) -> Inputs {
        numbers.iter().fold(Inputs::default(), |set, number| set.with(*number))
    }

    #[test]
    fn an_interpreter_stands_over_the_lowered_floor() {
        let blocks = [[1_000; 960], [2_000; 960], [4_000; 960]];
        let channel = Recipe::new(set(&[0, 1, 2]), [(0, -12), (1, -12)]);
        assert_eq!((channel.plain, channel.gained.clone()), (set(&[2]), vec![(0, -12), (1, -12)]));
        let sum = Sums::new(&blocks, set(&[0, 1, 2])).of(&channel);
        assert_eq!(sum, [4_000 + 251 + 502; 960]);
        let interpreter_silent = Sums::new(&blocks, set(&[0, 1])).of(&channel.among(set(&[0, 1])));
        assert_eq!(interpreter_silent, [251 + 502; 960]);
    }

    #[test]
    fn recipes_that_come_to_the_same_are_equal() {
        let (a, b) = (Recipe::new(set(&[0, 1]), [(1, 0), (7, -6)]), Recipe::new(set(&[0, 1]), []));
        assert_eq!(a, b, "a gain of nothing, and a gain of a non-member");
        let (own, others) = (Recipe::new(set(&[1, 2]), []), Recipe::new(set(&[0, 1, 2]), []));
        assert_eq!(own.among(set(&[2])), others.among(set(&[2])), "whoever is silent need not be subtracted");
    }

    proptest! {
        #[test]
        fn nobody_hears_itself_whatever_it_says(
            sites in proptest::collection::vec(any::<i16>(), 2..14), own in 0_usize..14, loud: i16, heard: u16, gains in proptest::collection::vec((0_usize..14, -60_i8..24), 0..4)
        ) {
            let own = own % sites.len();
            let mut blocks: Vec<_> = sites.iter().map(|sample| [*sample; 960]).collect();
            let heard = set(&(0..sites.len()).filter(|number| heard >> number & 1 != 0).collect::<Vec<_>>());
            let others = set(&(0..sites.len()).filter(|number| *number != own).collect::<Vec<_>>());
            let recipe = Recipe::new(others, gains).among(heard);
            let before = Sums::new(&blocks, heard).of(&recipe);
            blocks[own] = [loud; 960];
            let after = Sums::new(&blocks, heard).of(&recipe);
            prop_assert_eq!(before[0], after[0]);
            if !recipe.gained.is_empty() { return Ok(()); }
            let exact: i32 = (0..sites.len()).filter(|number| *number != own && heard.has(*number)).map(|number| i32::from(sites[number])).sum();
            prop_assert_eq!(after[959], exact);
        }
    }
}
