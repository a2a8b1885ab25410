//! Commits that fail, and commits that nobody waits for.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use super::super::Harness;
use super::super::fixtures::{Wallet, dump, get, note, open_clean, sealing, set};
use crate::{
    Backend, BackendError, Batch, CommitError, Database, FaultPoint, Generation, NamespaceId,
    RowSink, Scope,
};

/// A fault during a commit leaves storage and memory as they were, and the next commit works.
pub async fn failed_commit_changes_nothing_at_any_step<H: Harness>() {
    let harness = H::create().await;
    let mut backend = harness.open().await;
    let mut db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "0").await;
    let points = [FaultPoint::BeforeCommit, FaultPoint::BeforeDurable];
    let mut struck = 0;
    for point in points.into_iter().chain((0..8).map(FaultPoint::Step)) {
        let before = dump(&backend).await;
        let generation = db.snapshot().generation();
        let number = struck;
        let stage = || {
            let mut job = db.job();
            job.settings.put("x".into(), format!("{point:?}"));
            job.settings.put(format!("{point:?}"), "new".into());
            job.notes.put((0, number), note(1));
            job
        };
        harness.faults().fail_at(point);
        match db.commit(stage()).await {
            Err(CommitError::Backend(BackendError::Injected(told))) => assert_eq!(told, point),
            // The batch has fewer operations than this step.
            Ok(_) if harness.faults().is_armed() => {
                harness.faults().clear();
                continue;
            }
            other => panic!("{point:?}: {other:?}"),
        }
        struck += 1;
        assert_eq!(dump(&backend).await, before);
        assert_eq!(db.snapshot().generation(), generation);
        assert_ne!(get(&db.snapshot(), "x"), Some(format!("{point:?}")));
        db.commit(stage()).await.unwrap();
        assert_eq!(get(&db.snapshot(), "x"), Some(format!("{point:?}")));
        // And as a crash: what was in memory is gone.
        harness.faults().fail_at(point);
        let mut job = db.job();
        job.settings.put("x".into(), "crashed".into());
        job.settings.put("y".into(), "crashed".into());
        job.labels.put("y".into(), "crashed".into());
        let crashed = db.commit(job).await.is_err();
        harness.faults().clear();
        drop((db, backend));
        backend = harness.open().await;
        db = open_clean::<H>(&backend).await;
        let expected = if crashed {
            format!("{point:?}")
        } else {
            "crashed".to_owned()
        };
        assert_eq!(get(&db.snapshot(), "x"), Some(expected), "{point:?}");
    }
    // Two faults around the writes, and three rows with the row of their counts.
    assert!(struck >= 6, "{struck}");
}

/// A commit that was written although it failed is seen in memory at once, and told as such.
pub async fn commit_that_failed_after_the_fact_is_found_out<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "0").await;
    harness.faults().fail_at(FaultPoint::AfterCommit);
    let mut job = db.job();
    job.settings.put("x".into(), "1".into());
    let error = db.commit(job).await.unwrap_err();
    assert!(
        matches!(error, CommitError::Ambiguous(_)) && !error.is_retryable(),
        "{error:?}"
    );
    assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("1"));
    set::<H>(&db, "y", "2").await;
    drop((db, backend));
    let db = open_clean::<H>(&harness.open().await).await;
    assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("1"));
    assert_eq!(get(&db.snapshot(), "y").as_deref(), Some("2"));
}

/// Where a [`Pausing`] backend stops.
#[derive(Clone, Copy, PartialEq)]
enum Pause {
    Never,
    Before,
    After,
}

/// A backend whose commits can hang.
#[derive(Clone)]
struct Pausing<B> {
    inner: B,
    pause: Rc<Cell<Pause>>,
}

impl<B> Pausing<B> {
    /// Never ends if the next pause is this one.
    async fn wait(&self, here: Pause) {
        if self.pause.get() == here {
            self.pause.set(Pause::Never);
            poll_fn(|_| Poll::<()>::Pending).await;
        }
    }
}

impl<B: Backend> Backend for Pausing<B> {
    async fn generation(&self, namespace: NamespaceId) -> Result<Generation, BackendError> {
        self.inner.generation(namespace).await
    }

    async fn load(
        &self,
        namespace: NamespaceId,
        scope: Scope<'_>,
        sink: &mut RowSink<'_>,
    ) -> Result<Generation, BackendError> {
        self.inner.load(namespace, scope, sink).await
    }

    async fn commit(
        &self,
        namespace: NamespaceId,
        batch: Batch,
    ) -> Result<Generation, BackendError> {
        self.wait(Pause::Before).await;
        let done = self.inner.commit(namespace, batch).await;
        self.wait(Pause::After).await;
        done
    }

    async fn remove_namespace(&self, namespace: NamespaceId) -> Result<(), BackendError> {
        self.inner.remove_namespace(namespace).await
    }

    async fn namespaces(&self) -> Result<Vec<NamespaceId>, BackendError> {
        self.inner.namespaces().await
    }
}

/// A commit that is dropped while the backend works has happened or not; the next one finds out.
pub async fn cancelled_commit_is_settled<H: Harness>() {
    let harness = H::create().await;
    let inner = harness.open().await;
    let pause = Rc::new(Cell::new(Pause::Never));
    let backend = Pausing {
        inner: inner.clone(),
        pause: pause.clone(),
    };
    let (db, _) = Database::<Wallet, _>::open(backend, "main", sealing::<H>())
        .await
        .unwrap();
    for (round, at) in [Pause::Before, Pause::After, Pause::After, Pause::Before]
        .iter()
        .enumerate()
    {
        let before = get(&db.snapshot(), "x");
        let mut job = db.job();
        job.settings.put("x".into(), format!("round {round}"));
        pause.set(*at);
        {
            let mut commit = pin!(db.commit(job));
            // A backend with events of its own needs to be driven until it comes to the pause.
            poll_fn(|context| match commit.as_mut().poll(context) {
                Poll::Pending if pause.get() == Pause::Never => Poll::Ready(()),
                Poll::Pending => Poll::Pending,
                Poll::Ready(done) => panic!("{done:?}"),
            })
            .await;
            let mut context = Context::from_waker(Waker::noop());
            assert!(commit.as_mut().poll(&mut context).is_pending());
        }
        assert_eq!(get(&db.snapshot(), "x"), before);
        let mut job = db.exclusive_job().await.unwrap();
        let expected = if *at == Pause::After {
            Some(format!("round {round}"))
        } else {
            before
        };
        assert_eq!(get(&job, "x"), expected);
        job.settings.put("y".into(), format!("round {round}"));
        db.commit(job).await.unwrap();
    }
    drop(db);
    let db = open_clean::<H>(&inner).await;
    assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("round 2"));
    assert_eq!(get(&db.snapshot(), "y").as_deref(), Some("round 3"));
}

/// A full storage is told as such; nothing is lost, and with room again work goes on.
pub async fn full_storage_is_a_typed_error<H: Harness>() {
    let harness = H::create().await;
    let backend = harness.open().await;
    let db = open_clean::<H>(&backend).await;
    set::<H>(&db, "x", "0").await;
    let before = dump(&backend).await;
    let used: usize = before.values().map(Vec::len).sum();
    harness.faults().set_quota(Some(used as u64 + 600));
    let mut job = db.job();
    job.settings.put("x".into(), "1".into());
    job.blobs.put(1, vec![7; 5000]);
    let error = db.commit(job).await.unwrap_err();
    assert!(
        matches!(error, CommitError::Backend(BackendError::Quota)),
        "{error:?}"
    );
    assert_eq!(dump(&backend).await, before);
    assert_eq!(get(&db.snapshot(), "x").as_deref(), Some("0"));
    set::<H>(&db, "x", "2").await;
    harness.faults().set_quota(None);
    let mut job = db.job();
    job.blobs.put(1, vec![7; 5000]);
    db.commit(job).await.unwrap();
}
