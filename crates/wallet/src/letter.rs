//! One value from who has it to who waits for it, on one thread.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};

struct Inside<T> {
    value: Option<T>,
    is_over: bool,
    waker: Option<Waker>,
}

/// Sends the value; dropping it tells that there will be none.
pub(crate) struct Sender<T>(Rc<RefCell<Inside<T>>>);

/// Waits for the value.
pub(crate) struct Receiver<T>(Rc<RefCell<Inside<T>>>);

/// Both ends of a letter.
pub(crate) fn letter<T>() -> (Sender<T>, Receiver<T>) {
    let inside = Rc::new(RefCell::new(Inside {
        value: None,
        is_over: false,
        waker: None,
    }));
    (Sender(Rc::clone(&inside)), Receiver(inside))
}

impl<T> Sender<T> {
    /// Sends the value.
    pub(crate) fn send(self, value: T) {
        self.0.borrow_mut().value = Some(value);
    }
}

impl<T> Drop for Sender<T> {
    fn drop(&mut self) {
        let waker = {
            let mut inside = self.0.borrow_mut();
            inside.is_over = true;
            inside.waker.take()
        };
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Receiver<T> {
    /// The value; nothing if the sender is gone.
    pub(crate) async fn receive(self) -> Option<T> {
        poll_fn(|context| {
            let mut inside = self.0.borrow_mut();
            match (inside.value.take(), inside.is_over) {
                (Some(value), _) => Poll::Ready(Some(value)),
                (None, true) => Poll::Ready(None),
                (None, false) => {
                    inside.waker = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_arrives_or_is_known_not_to() {
        let (sender, receiver) = letter();
        sender.send(5);
        assert_eq!(pollster::block_on(receiver.receive()), Some(5));
        let (sender, receiver) = letter::<u8>();
        drop(sender);
        assert_eq!(pollster::block_on(receiver.receive()), None);
    }
}
