//! Comparing keys by eye.

/// The symbols of bytes (Aztec 4.1.2, wallet-sdk `EMOJI_ALPHABET`), sixteen a line.
const ALPHABET: [&str; 16] = [
    "😀😎🤖👻💀👽🤡🎃😺😈👾🗿🤠🥸🧐😵",
    "🐶🐱🐸🐵🦊🐻🦁🐯🐮🐷🐔🐧🦉🦇🐺🦄",
    "🐘🦒🐊🦈🐙🦋🐢🦀🐍🦅🦆🐳🦭🦩🦚🐉",
    "🌵🌴🌲🌳🍄🌍🌕🌙🌟🌈🔥💧🌨💢🌞🌤",
    "🍎🍌🍇🍉🍓🍍🥑🌽🥕🍔🍕🌮🍣🍪🎂🍩",
    "🍺🍷🍸🫗🧃🥛🍵🧁🍫🍬🍭🥨🥯🥞🧇🍿",
    "💯💔💥💫🌀🫨🚧🛑🔴🔵🟢🟡🟣⬛⬜🟤",
    "💜💙💚🧡🖤🤍💘💍💎👑🎩🧢🪭🎗🎟🏷",
    "🕐📱💻🖥📷🎥📺📻🔋💡🔑🔨🛠🧲🧪🔬",
    "🔧🪛🔩🪚🪓🧹🪣🧴🛁🚽🪜🔔🕯🪤🧯🪝",
    "🚗🚌🚓🚑🚒🚜🚲🏍🛩🚀🛸🚁🚢🚤🚂🚠",
    "🥅🏀🏈🏐🏓🎱🎯🎳🎲🎮🕹🧩🎴🎰🃏🀄",
    "🎸🎹🎺🎻🥁🎷🎤🎧🎨🖌🎭🎪🎬🎼🪕🪗",
    "🏠🏰🗼🗽🏛🕌🛕🏯🎢🎡🛖🏕🗻🏝🌋🏜",
    "📦🧳🕰🔦🪫📡🔭🔮🧿📿🫙💉🩺🩹🧬🦠",
    "🏆🎁🎈🎀🪅🧧📨📜🗃📎🪡🖋📌🔐🧸🪆",
];

/// How many symbols the user compares: a square of three by three.
pub const VERIFICATION_SYMBOLS: usize = 9;

/// The symbol of a byte.
fn symbol(byte: u8) -> char {
    let line = ALPHABET
        .get(usize::from(byte >> 4))
        .copied()
        .unwrap_or_default();
    line.chars()
        .nth(usize::from(byte & 15))
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

/// The symbols of the first bytes of a hash (wallet-sdk `hashToEmoji`).
pub(super) fn symbols(hash: &[u8]) -> String {
    let bytes = hash.iter().take(VERIFICATION_SYMBOLS);
    bytes.map(|byte| symbol(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_byte_has_a_symbol_of_its_own() {
        assert!(ALPHABET.iter().all(|line| line.chars().count() == 16));
        let symbols: BTreeSet<char> = (0..=255).map(symbol).collect();
        assert_eq!(symbols.len(), 256);
        assert!(!symbols.contains(&char::REPLACEMENT_CHARACTER));
    }

    #[test]
    fn nine_symbols_are_compared() {
        assert_eq!(
            symbols(&[0, 1, 255, 16, 0, 0, 0, 0, 2, 3]),
            "😀😎🪆🐶😀😀😀😀🤖"
        );
    }
}
