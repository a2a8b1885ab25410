//! Reading logs to the last page.

use pixie_primitives::AztecAddress;
use pixie_primitives::block::BlockHash;
use pixie_primitives::tagging::{SiloedTag, Tag};

use crate::error::NodeError;
use crate::node::AztecNode;
use crate::types::{LOGS_PER_TAG, TxScopedLog};

/// A tag with more pages than this is not believed: no sender uses one tag so often.
const MAX_PAGES: u32 = 1000;

/// All private logs with each of these tags, in the order of the tags. Of a further page only those
/// tags are asked for whose page before was full.
pub async fn all_private_logs_by_tags(
    node: &(impl AztecNode + ?Sized),
    tags: &[SiloedTag],
    anchor: BlockHash,
) -> Result<Vec<Vec<TxScopedLog>>, NodeError> {
    all_pages(
        "node_getPrivateLogsByTags",
        tags,
        async |tags: &[SiloedTag], page| node.private_logs_by_tags(tags, page, Some(anchor)).await,
    )
    .await
}

/// All public logs of a contract with each of these tags, in the order of the tags.
pub async fn all_public_logs_by_tags(
    node: &(impl AztecNode + ?Sized),
    contract: AztecAddress,
    tags: &[Tag],
    anchor: BlockHash,
) -> Result<Vec<Vec<TxScopedLog>>, NodeError> {
    all_pages(
        "node_getPublicLogsByTagsFromContract",
        tags,
        async |tags: &[Tag], page| {
            node.public_logs_by_tags(contract, tags, page, Some(anchor))
                .await
        },
    )
    .await
}

async fn all_pages<T: Copy>(
    method: &'static str,
    tags: &[T],
    fetch: impl AsyncFn(&[T], u32) -> Result<Vec<Vec<TxScopedLog>>, NodeError>,
) -> Result<Vec<Vec<TxScopedLog>>, NodeError> {
    let mut all: Vec<(T, Vec<TxScopedLog>)> = tags.iter().map(|tag| (*tag, Vec::new())).collect();
    // Where in `all` the tags are that may have more.
    let mut open: Vec<&mut (T, Vec<TxScopedLog>)> = all.iter_mut().collect();
    for page in 0..MAX_PAGES {
        if open.is_empty() {
            return Ok(all.into_iter().map(|(_, logs)| logs).collect());
        }
        let asked: Vec<T> = open.iter().map(|(tag, _)| *tag).collect();
        let pages = fetch(&asked, page).await?;
        if pages.len() != asked.len() {
            return Err(NodeError::WrongCount {
                method,
                expected: asked.len(),
                actual: pages.len(),
            });
        }
        open = open
            .into_iter()
            .zip(pages)
            .filter_map(|(place, logs)| {
                let is_full = logs.len() >= LOGS_PER_TAG;
                place.1.extend(logs);
                is_full.then_some(place)
            })
            .collect();
    }
    Err(NodeError::TooManyPages {
        method,
        limit: MAX_PAGES,
    })
}
