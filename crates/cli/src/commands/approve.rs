//! Asking the user on the terminal.

use std::io::{BufRead, Write};

use pixie_accounts::SigningMessage;

use super::password::is_terminal;
use crate::wallet::{Consent, NotApproved};

/// Asks on the terminal, unless all is approved beforehand.
#[derive(Debug, Clone, Copy)]
pub struct TerminalConsent {
    /// Whether everything is approved.
    pub yes: bool,
}

impl Consent for TerminalConsent {
    fn ask(&self, message: &SigningMessage) -> Result<(), NotApproved> {
        if self.yes {
            return Ok(());
        }
        if !is_terminal() {
            return Err(NotApproved::NobodyToAsk);
        }
        let account = message.account();
        let question = format!("Sign {} with the account {account}?", message.hash());
        let (mut input, mut output) = (std::io::stdin().lock(), std::io::stderr());
        ask(&question, &mut input, &mut output)
    }
}

/// Asks until the answer is yes or no. Nothing but yes is yes.
pub fn ask(
    question: &str,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> Result<(), NotApproved> {
    let gone = |_| NotApproved::NobodyToAsk;
    loop {
        write!(output, "{question} [yes/no] ").map_err(gone)?;
        output.flush().map_err(gone)?;
        let mut answer = String::new();
        if input.read_line(&mut answer).map_err(gone)? == 0 {
            return Err(NotApproved::Denied);
        }
        match answer.trim().to_ascii_lowercase().as_str() {
            "yes" | "y" => return Ok(()),
            "no" | "n" => return Err(NotApproved::Denied),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(answer: &str) -> (Result<(), NotApproved>, String) {
        let mut shown = Vec::new();
        let result = ask("Really?", &mut answer.as_bytes(), &mut shown);
        (result, String::from_utf8(shown).unwrap())
    }

    #[test]
    fn only_yes_is_yes() {
        for yes in ["yes\n", "y\n", " YES \n"] {
            assert_eq!(answered(yes).0, Ok(()), "{yes:?}");
        }
        for no in ["no\n", "n\n", "No", "", "\n", "maybe\n", "yes, but\n"] {
            assert_eq!(answered(no).0, Err(NotApproved::Denied), "{no:?}");
        }
    }

    #[test]
    fn what_is_neither_is_asked_again() {
        let (result, shown) = answered("perhaps\n\nyes\n");
        assert_eq!(result, Ok(()));
        assert_eq!(shown.matches("Really? [yes/no]").count(), 3);
    }
}
