//! Choosing among notes as a contract asks: selects, sorts, a page.

use std::cmp::Ordering;

use pixie_primitives::Fr;

/// A part of a note: some bytes of one of its packed fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PropertySelector {
    /// Index of the packed field.
    pub index: usize,
    /// First byte of the part within the 32 big-endian bytes.
    pub offset: usize,
    /// Number of bytes.
    pub length: usize,
}

/// How a part must relate to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparator {
    /// Equal.
    Equal,
    /// Not equal.
    NotEqual,
    /// Less.
    Less,
    /// Less or equal.
    LessOrEqual,
    /// Greater.
    Greater,
    /// Greater or equal.
    GreaterOrEqual,
}

/// A condition that notes must meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Select {
    /// The part looked at.
    pub selector: PropertySelector,
    /// The relation.
    pub comparator: Comparator,
    /// The value compared with.
    pub value: Fr,
}

/// The direction of a sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortOrder {
    /// Greatest first.
    Descending,
    /// Least first.
    Ascending,
}

/// One level of an order among notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort {
    /// The part looked at.
    pub selector: PropertySelector,
    /// The direction.
    pub order: SortOrder,
}

/// What a contract asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteQuery {
    /// All of these must hold.
    pub selects: Vec<Select>,
    /// The first decides, the next break ties; equal notes stay in the order of discovery.
    pub sorts: Vec<Sort>,
    /// At most so many; `None` for all.
    pub limit: Option<usize>,
    /// Skips so many.
    pub offset: usize,
}

impl NoteQuery {
    /// Whether no note is left out and the order stays: the query takes a page as it is.
    #[must_use]
    pub const fn takes_all(&self) -> bool {
        self.selects.is_empty() && self.sorts.is_empty()
    }
}

/// Why a query cannot be answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoteQueryError {
    /// The part lies outside of the note.
    #[error(
        "a query looks at bytes {offset}+{length} of field {index}, but the note has {fields} fields of 32 bytes"
    )]
    OutsideOfNote {
        /// Index of the field.
        index: usize,
        /// First byte.
        offset: usize,
        /// Number of bytes.
        length: usize,
        /// Fields of the note.
        fields: usize,
    },
    /// The relation is none of the six.
    #[error("unknown comparator {0}")]
    UnknownComparator(u64),
    /// The direction is neither 0 (no order), 1 nor 2.
    #[error("unknown sort order {0}")]
    UnknownSortOrder(u64),
}

impl Comparator {
    /// Reads the number by which contracts name a relation
    /// (Aztec 4.1.2, stdlib `Comparator`).
    pub fn from_number(number: u64) -> Result<Self, NoteQueryError> {
        Ok(match number {
            1 => Self::Equal,
            2 => Self::NotEqual,
            3 => Self::Less,
            4 => Self::LessOrEqual,
            5 => Self::Greater,
            6 => Self::GreaterOrEqual,
            other => return Err(NoteQueryError::UnknownComparator(other)),
        })
    }

    fn holds(self, ordering: Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

impl SortOrder {
    /// Reads the number by which contracts name a direction; `None` stands for no order.
    pub fn from_number(number: u64) -> Result<Option<Self>, NoteQueryError> {
        match number {
            0 => Ok(None),
            1 => Ok(Some(Self::Descending)),
            2 => Ok(Some(Self::Ascending)),
            other => Err(NoteQueryError::UnknownSortOrder(other)),
        }
    }
}

impl PropertySelector {
    fn of(&self, items: &[Fr]) -> Result<Fr, NoteQueryError> {
        let outside = NoteQueryError::OutsideOfNote {
            index: self.index,
            offset: self.offset,
            length: self.length,
            fields: items.len(),
        };
        let bytes = items.get(self.index).ok_or(outside)?.to_be_bytes();
        let end = self.offset.checked_add(self.length).ok_or(outside)?;
        let part = bytes.get(self.offset..end).ok_or(outside)?;
        Fr::from_be_slice(part).map_err(|_| outside)
    }
}

/// Picks from `notes` (in the order of discovery), seen through `items`, what the query asks for
/// (Aztec 4.1.2, pxe `pickNotes`).
pub fn pick_notes<'a, N>(
    notes: impl IntoIterator<Item = N>,
    query: &NoteQuery,
    items: impl Fn(&N) -> &'a [Fr],
) -> Result<Vec<N>, NoteQueryError> {
    let mut chosen = Vec::new();
    for note in notes {
        let mut meets_all = true;
        for select in &query.selects {
            let part = select.selector.of(items(&note))?;
            meets_all &= select.comparator.holds(part.cmp(&select.value));
        }
        if meets_all {
            let keys = query
                .sorts
                .iter()
                .map(|sort| sort.selector.of(items(&note)))
                .collect::<Result<Vec<Fr>, _>>()?;
            chosen.push((keys, note));
        }
    }
    chosen.sort_by(|(left, _), (right, _)| {
        let levels = query.sorts.iter().zip(left.iter().zip(right));
        levels.fold(Ordering::Equal, |so_far, (sort, (left, right))| {
            so_far.then_with(|| match sort.order {
                SortOrder::Ascending => left.cmp(right),
                SortOrder::Descending => right.cmp(left),
            })
        })
    });
    let page = chosen
        .into_iter()
        .skip(query.offset)
        .take(query.limit.unwrap_or(usize::MAX));
    Ok(page.map(|(_, note)| note).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOLE: PropertySelector = PropertySelector {
        index: 0,
        offset: 0,
        length: 32,
    };

    fn pick(values: &[u64], query: &NoteQuery) -> Result<Vec<Fr>, NoteQueryError> {
        let notes: Vec<[Fr; 1]> = values.iter().map(|value| [Fr::from(*value)]).collect();
        let picked = pick_notes(notes.iter(), query, |note| note.as_slice())?;
        Ok(picked.into_iter().map(|note| note[0]).collect())
    }

    proptest! {
        #[test]
        fn picks_what_a_plain_filter_and_sort_pick(
            values: Vec<u64>,
            bound: u64,
            offset in 0usize..5,
            limit in 1usize..5,
        ) {
            let query = NoteQuery {
                selects: vec![Select {
                    selector: WHOLE,
                    comparator: Comparator::LessOrEqual,
                    value: Fr::from(bound),
                }],
                sorts: vec![Sort { selector: WHOLE, order: SortOrder::Descending }],
                limit: Some(limit),
                offset,
            };
            let mut expected: Vec<u64> = values.iter().copied().filter(|v| *v <= bound).collect();
            expected.sort_by(|a, b| b.cmp(a));
            let expected: Vec<Fr> =
                expected.into_iter().skip(offset).take(limit).map(Fr::from).collect();
            prop_assert_eq!(pick(&values, &query).unwrap(), expected);
        }

        #[test]
        fn hostile_selectors_never_panic(index: usize, offset: usize, length: usize) {
            let selector = PropertySelector { index, offset, length };
            let sorts = vec![Sort { selector, order: SortOrder::Ascending }];
            let _ = pick(&[1, 2], &NoteQuery { sorts, ..NoteQuery::default() });
        }
    }

    #[test]
    fn a_part_of_a_field_is_compared_by_its_bytes() {
        let low_byte = PropertySelector {
            index: 0,
            offset: 31,
            length: 1,
        };
        let select = Select {
            selector: low_byte,
            comparator: Comparator::Equal,
            value: Fr::from(2u8),
        };
        let query = NoteQuery {
            selects: vec![select],
            ..NoteQuery::default()
        };
        assert_eq!(
            pick(&[0x0102, 0x0203], &query).unwrap(),
            vec![Fr::from(0x0102u64)]
        );
    }

    #[test]
    fn unknown_numbers_are_refused() {
        assert_eq!(
            Comparator::from_number(7),
            Err(NoteQueryError::UnknownComparator(7))
        );
        assert_eq!(
            SortOrder::from_number(3),
            Err(NoteQueryError::UnknownSortOrder(3))
        );
        assert_eq!(SortOrder::from_number(0), Ok(None));
    }
}
