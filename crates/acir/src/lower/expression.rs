//! Expressions in one flat arena.

use crate::Fe;
use crate::ir::{Expression, Witness};
use std::collections::HashMap;

/// Place of an expression in its arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ExpressionId(u32);

/// Words before an expression's terms: the counts of added, subtracted, scaled and multiplied terms
/// and the place of the constant.
const HEADER: usize = 5;
/// Place of the coefficient 0.
const ZERO: u32 = 0;
/// Place of the coefficient 1.
const ONE: u32 = 1;
/// Place of the coefficient −1.
const MINUS_ONE: u32 = 2;

/// The expressions of a circuit: terms with the coefficients ±1 apart from the others, so that
/// most need no multiplication.
pub(crate) struct ExpressionArena {
    words: Vec<u32>,
    coefficients: Vec<Fe>,
}

/// A term, for those who walk an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Term {
    Linear(Fe, u32),
    Product(Fe, u32, u32),
}

/// Adds expressions to an arena.
pub(crate) struct ArenaBuilder {
    arena: ExpressionArena,
    /// Places of the coefficients other than 0, 1 and −1.
    places: HashMap<Fe, u32>,
    inverses: HashMap<Fe, Fe>,
    minus_one: Fe,
}

impl ArenaBuilder {
    pub(crate) fn new() -> Self {
        let minus_one = -Fe::ONE;
        let coefficients = vec![Fe::ZERO, Fe::ONE, minus_one];
        Self {
            arena: ExpressionArena {
                words: Vec::new(),
                coefficients,
            },
            places: HashMap::new(),
            inverses: HashMap::new(),
            minus_one,
        }
    }

    pub(crate) fn finish(self) -> ExpressionArena {
        self.arena
    }

    fn coefficient(&mut self, value: Fe) -> u32 {
        // Most coefficients are one of these.
        if value.is_one() {
            return ONE;
        }
        if value.is_zero() {
            return ZERO;
        }
        if value == self.minus_one {
            return MINUS_ONE;
        }
        *self.places.entry(value).or_insert_with(|| {
            self.arena.coefficients.push(value);
            self.arena.coefficients.len() as u32 - 1
        })
    }

    /// `-1 / value`; none for zero.
    pub(crate) fn negated_inverse(&mut self, value: Fe) -> Option<Fe> {
        if value.is_one() {
            return Some(self.minus_one);
        }
        if value == self.minus_one {
            return Some(Fe::ONE);
        }
        match self.inverses.get(&value) {
            Some(inverse) => Some(*inverse),
            None => {
                let inverse = -value.inverse()?;
                self.inverses.insert(value, inverse);
                Some(inverse)
            }
        }
    }

    /// Adds an expression multiplied by `scale`, leaving out the linear terms of one witness.
    pub(crate) fn add(
        &mut self,
        expression: &Expression,
        scale: Fe,
        without: Option<Witness>,
    ) -> ExpressionId {
        let start = self.arena.words.len();
        let scaled = |coefficient: Fe| {
            if scale.is_one() {
                coefficient
            } else {
                coefficient * scale
            }
        };
        let mut linear = Vec::with_capacity(expression.linear_terms.len());
        for (coefficient, witness) in &expression.linear_terms {
            if Some(*witness) != without && !coefficient.is_zero() {
                linear.push((self.coefficient(scaled(*coefficient)), witness.0));
            }
        }
        let mut products = Vec::with_capacity(expression.mul_terms.len());
        for (coefficient, left, right) in &expression.mul_terms {
            if !coefficient.is_zero() {
                products.push([self.coefficient(scaled(*coefficient)), left.0, right.0]);
            }
        }
        let constant = self.coefficient(scaled(expression.constant));
        let words = &mut self.arena.words;
        words.extend([0, 0, 0, products.len() as u32, constant]);
        for (slot, wanted) in [ONE, MINUS_ONE].into_iter().enumerate() {
            let before = words.len();
            words.extend(
                linear
                    .iter()
                    .filter(|term| term.0 == wanted)
                    .map(|term| term.1),
            );
            words[start + slot] = (words.len() - before) as u32;
        }
        let mut scaled_terms = 0;
        for (coefficient, witness) in &linear {
            if *coefficient != ONE && *coefficient != MINUS_ONE {
                words.extend([*coefficient, *witness]);
                scaled_terms += 1;
            }
        }
        words[start + 2] = scaled_terms;
        words.extend(products.into_iter().flatten());
        ExpressionId(start as u32)
    }
}

impl ExpressionArena {
    fn parts(&self, id: ExpressionId) -> Option<(&[u32; HEADER], &[u32])> {
        self.words.get(id.0 as usize..)?.split_first_chunk()
    }

    fn coefficient(&self, place: u32) -> Fe {
        self.coefficients
            .get(place as usize)
            .copied()
            .unwrap_or(Fe::ZERO)
    }

    /// The value of an expression whose witnesses are all known.
    #[inline]
    pub(crate) fn evaluate(&self, id: ExpressionId, values: &[Fe]) -> Fe {
        let Some((header, terms)) = self.parts(id) else {
            return Fe::ZERO;
        };
        let [added, subtracted, scaled, products, constant] = *header;
        let value =
            |witness: u32| -> Fe { values.get(witness as usize).copied().unwrap_or(Fe::ZERO) };
        let (added, terms) = split(terms, added as usize);
        let (subtracted, terms) = split(terms, subtracted as usize);
        let (scaled, terms) = split(terms, 2 * scaled as usize);
        let (products, _) = split(terms, 3 * products as usize);
        let mut sum = None;
        if constant != ZERO {
            sum = Some(self.coefficient(constant));
        }
        for witness in added {
            let term = value(*witness);
            sum = Some(sum.map_or(term, |sum| sum + term));
        }
        let mut sum = sum.unwrap_or(Fe::ZERO);
        for witness in subtracted {
            sum -= value(*witness);
        }
        for [coefficient, witness] in scaled.as_chunks().0 {
            sum += self.coefficient(*coefficient) * value(*witness);
        }
        for [coefficient, left, right] in products.as_chunks().0 {
            let product = value(*left) * value(*right);
            match *coefficient {
                ONE => sum += product,
                MINUS_ONE => sum -= product,
                other => sum += self.coefficient(other) * product,
            }
        }
        sum
    }

    /// The constant and the terms of an expression.
    pub(crate) fn terms(&self, id: ExpressionId) -> (Fe, Vec<Term>) {
        let Some((header, terms)) = self.parts(id) else {
            return (Fe::ZERO, Vec::new());
        };
        let [added, subtracted, scaled, products, constant] = *header;
        let (added, terms) = split(terms, added as usize);
        let (subtracted, terms) = split(terms, subtracted as usize);
        let (scaled, terms) = split(terms, 2 * scaled as usize);
        let (products, _) = split(terms, 3 * products as usize);
        let mut all = Vec::new();
        all.extend(added.iter().map(|witness| Term::Linear(Fe::ONE, *witness)));
        all.extend(
            subtracted
                .iter()
                .map(|witness| Term::Linear(-Fe::ONE, *witness)),
        );
        for [coefficient, witness] in scaled.as_chunks().0 {
            all.push(Term::Linear(self.coefficient(*coefficient), *witness));
        }
        for [coefficient, left, right] in products.as_chunks().0 {
            all.push(Term::Product(self.coefficient(*coefficient), *left, *right));
        }
        (self.coefficient(constant), all)
    }
}

fn split(words: &[u32], at: usize) -> (&[u32], &[u32]) {
    words.split_at_checked(at).unwrap_or((&[], &[]))
}
