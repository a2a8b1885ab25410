//! The connection to a database: opened when it is needed, given up when a newer version of the wallet
//! wants to change the layout, opened anew when the browser has closed it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use indexed_db_futures::database::{Database, VersionChangeEvent};
use indexed_db_futures::internals::SystemRepr;
use indexed_db_futures::prelude::*;
use indexed_db_futures::transaction::{Transaction, TransactionMode};
use indexed_db_futures::transaction::{TransactionDurability, TransactionOptions};
use pixie_store::{BackendError, StorageAction};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use wasm_bindgen_futures::spawn_local;

use crate::error::{EngineError, failed};
use crate::layout::{GENERATIONS, ROWS, Step};

/// A database by name, with the connection to it while there is one.
#[derive(Clone)]
pub(crate) struct Connection(Rc<Shared>);

struct Shared {
    name: String,
    steps: &'static [Step],
    open: RefCell<Option<Open>>,
    /// The layout that another program has asked for since, or 0 for the removal of the database.
    superseded: Rc<Cell<Option<u32>>>,
}

struct Open {
    database: Database,
    _on_version_change: Closure<dyn FnMut(web_sys::IdbVersionChangeEvent)>,
}

/// Lets others change the layout or remove the database as soon as the last handle is gone.
impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(open) = self.open.get_mut().take() {
            open.close();
        }
    }
}

impl Open {
    fn close(self) {
        self.database.as_sys().set_onversionchange(None);
        self.database.close();
    }
}

/// What became of an attempt to open a database.
enum Opening {
    /// Another program holds it at an older layout.
    Blocked,
    Done(Result<Database, EngineError>),
}

impl Connection {
    pub(crate) async fn open(name: &str, steps: &'static [Step]) -> Result<Self, BackendError> {
        let this = Self(Rc::new(Shared {
            name: name.to_owned(),
            steps,
            open: RefCell::new(None),
            superseded: Rc::new(Cell::new(None)),
        }));
        this.database().await?;
        Ok(this)
    }

    /// The layout that this version reads and writes.
    fn layout(&self) -> u32 {
        u32::try_from(self.0.steps.len()).unwrap_or(u32::MAX)
    }

    /// The database, opened if it is not.
    pub(crate) async fn database(&self) -> Result<Database, BackendError> {
        match self.0.superseded.get() {
            None => {}
            Some(0) => {
                let gone = EngineError::new("InvalidStateError", "the database was removed");
                return Err(gone.during(StorageAction::Open));
            }
            Some(found) => {
                return Err(BackendError::Layout {
                    found,
                    supported: self.layout(),
                });
            }
        }
        if let Some(open) = &*self.0.open.borrow() {
            return Ok(open.database.clone());
        }
        let database = self.connect().await?;
        let closure = {
            let (database, superseded) = (database.clone(), Rc::clone(&self.0.superseded));
            Closure::new(move |event: web_sys::IdbVersionChangeEvent| {
                // Versions are whole numbers below 2^53; a layout that does not fit is a later one.
                let version = event.new_version().unwrap_or(0.0);
                superseded.set(Some(version as u32));
                database.clone().close();
            })
        };
        let target = database.as_sys();
        target.set_onversionchange(Some(closure.as_ref().unchecked_ref()));
        let mut open = self.0.open.borrow_mut();
        // Somebody else may have been faster.
        if let Some(first) = &*open {
            target.set_onversionchange(None);
            database.close();
            return Ok(first.database.clone());
        }
        *open = Some(Open {
            database: database.clone(),
            _on_version_change: closure,
        });
        Ok(database)
    }

    /// A transaction on both object stores; if the browser has closed the connection, on a new one.
    pub(crate) async fn with<T>(
        &self,
        mode: TransactionMode,
        action: StorageAction,
        work: impl AsyncFnOnce(Transaction<'_>) -> Result<T, BackendError>,
    ) -> Result<T, BackendError> {
        let database = self.database().await?;
        let stale = match transaction(&database, mode) {
            Ok(transaction) => return work(transaction).await,
            Err(error) => EngineError::from(&error),
        };
        if !stale.is_closed() {
            return Err(stale.during(action));
        }
        if self.0.superseded.get().is_none() {
            let open = self.0.open.borrow_mut().take();
            if let Some(open) = open {
                open.close();
            }
        }
        let database = self.database().await?;
        let transaction = transaction(&database, mode).map_err(failed(action))?;
        work(transaction).await
    }

    async fn connect(&self) -> Result<Database, BackendError> {
        match self.attempt(Some(self.layout())).await? {
            Ok(database) => Ok(database),
            Err(error) if error.is_version() => {
                // Without a version the database is opened as it is.
                let database = self.attempt(None).await?;
                let database = database.map_err(|error| error.during(StorageAction::Open))?;
                let found = database.version() as u32;
                database.close();
                Err(BackendError::Layout {
                    found,
                    supported: self.layout(),
                })
            }
            Err(error) => Err(error.during(StorageAction::Open)),
        }
    }

    /// Opens the database. The change of its version goes on when nobody waits for it any more: without
    /// our steps it would be of the new version and have the old layout.
    async fn attempt(
        &self,
        layout: Option<u32>,
    ) -> Result<Result<Database, EngineError>, BackendError> {
        let (sender, receiver) = oneshot::channel();
        let sender = Rc::new(RefCell::new(Some(sender)));
        let (name, steps) = (self.0.name.clone(), self.0.steps);
        let task_sender = Rc::clone(&sender);
        spawn_local(async move {
            let result = match layout {
                Some(layout) => open_at(&name, layout, steps, &task_sender).await,
                None => Database::open(name.as_str()).await,
            };
            let result = result.map_err(|error| EngineError::from(&error));
            let sender = task_sender.borrow_mut().take();
            let unwanted = match sender {
                Some(sender) => sender.send(Opening::Done(result)).err(),
                None => Some(Opening::Done(result)),
            };
            if let Some(Opening::Done(Ok(database))) = unwanted {
                database.close();
            }
        });
        match receiver.await {
            Ok(Opening::Done(result)) => Ok(result),
            Ok(Opening::Blocked) => Err(BackendError::Busy),
            Err(oneshot::Canceled) => {
                let lost = EngineError::new("AbortError", "opening was given up");
                Err(lost.during(StorageAction::Open))
            }
        }
    }

    /// Removes a database. Connections of this version give way.
    pub(crate) async fn remove(name: &str) -> Result<(), BackendError> {
        let request = Database::delete_by_name(name).map_err(failed(StorageAction::Write))?;
        request.await.map_err(failed(StorageAction::Write))
    }
}

type Sender = Rc<RefCell<Option<oneshot::Sender<Opening>>>>;

async fn open_at(
    name: &str,
    layout: u32,
    steps: &'static [Step],
    sender: &Sender,
) -> Result<Database, indexed_db_futures::error::OpenDbError> {
    let sender = Rc::clone(sender);
    Database::open(name)
        .with_version(layout)
        .with_on_blocked(move |_: VersionChangeEvent| {
            if let Some(sender) = sender.borrow_mut().take() {
                // Nobody waits: then nobody needs to know.
                let _ = sender.send(Opening::Blocked);
            }
            Ok(())
        })
        .with_on_upgrade_needed(move |event: VersionChangeEvent, database: Database| {
            let done = event.old_version() as usize;
            steps.iter().skip(done).try_for_each(|step| step(&database))
        })
        .await
}

fn transaction(
    database: &Database,
    mode: TransactionMode,
) -> indexed_db_futures::Result<Transaction<'_>> {
    let mut options = TransactionOptions::new();
    if mode == TransactionMode::Readwrite {
        options.set_durability(TransactionDurability::Strict);
    }
    database
        .transaction([ROWS, GENERATIONS])
        .with_mode(mode)
        .with_options(options)
        .build()
}
