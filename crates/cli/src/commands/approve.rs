//! Asking the user on the terminal.

use std::fmt;
use std::io::{BufRead, Write};
use std::rc::Rc;

use pixie_vault::SigningAuthority;
use pixie_wallet::approval::{ApprovalError, Asked, Desk, User, Waiting};

use super::describe::describe;
use super::password::is_terminal;
use super::session::ProgressLine;
use crate::wallet::{Approver, NotApproved, SystemClock};

/// Shows what is asked on the terminal and waits for the answer, unless all is approved beforehand.
pub struct Terminal {
    desk: Desk,
    approves_all: bool,
    progress: Rc<ProgressLine>,
}

impl fmt::Debug for Terminal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal")
            .field("approves_all", &self.approves_all)
            .finish_non_exhaustive()
    }
}

impl Terminal {
    /// A terminal that approves by an authority; with `approves_all` without asking.
    pub fn new(
        authority: SigningAuthority,
        approves_all: bool,
        progress: Rc<ProgressLine>,
    ) -> Self {
        Self {
            desk: Desk::new(authority, Rc::new(SystemClock), |_| {}),
            approves_all,
            progress,
        }
    }
}

impl Approver for Terminal {
    fn check(&self) -> Result<(), NotApproved> {
        match self.approves_all || is_terminal() {
            true => Ok(()),
            false => Err(NotApproved::NobodyToAsk),
        }
    }
}

impl User for Terminal {
    fn ask(&self, asked: Asked) -> Result<Waiting, ApprovalError> {
        let waiting = self.desk.ask(asked)?;
        let pending = self.desk.pending().into_iter();
        for pending in pending.filter(|pending| pending.id == waiting.id()) {
            let is_approved = self.approves_all || {
                self.progress.clear();
                eprint!("{}", describe(&pending.shown));
                let (mut input, mut output) = (std::io::stdin().lock(), std::io::stderr());
                is_terminal() && ask("Approve?", &mut input, &mut output).is_ok()
            };
            if is_approved {
                self.desk.approve(pending.id, pending.hash, None)?;
            } else {
                self.desk.deny(pending.id)?;
            }
        }
        Ok(waiting)
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
