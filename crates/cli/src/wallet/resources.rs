use std::path::{Path, PathBuf};

use pixie_acir::pack::{Source, npm};
use pixie_pxe::kernel::{Folder, ResourceCircuits};

use super::WalletError;

/// Where a pack is, unless said otherwise.
const PACK: &str = "dist/resources";
/// Where the reference's packages are, unless said otherwise.
const PACKAGES: &str = "tests/reference/node_modules/@aztec";
/// The file that tells a pack.
const INDEX: &str = "index.json";

/// Opens the circuits and contracts of a folder: a pack (`cargo xtask pack`), or the folder `@aztec`
/// of the reference's packages. Without a folder the usual places below the working folder and those
/// above it are looked at.
pub fn open_resources(folder: Option<&Path>) -> Result<ResourceCircuits<Folder>, WalletError> {
    if let Some(folder) = folder {
        return match is_pack(folder) {
            true => open_pack(folder),
            false => open_packages(folder),
        };
    }
    let here = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."));
    for above in here.ancestors() {
        let (pack, packages) = (above.join(PACK), above.join(PACKAGES));
        if is_pack(&pack) {
            return open_pack(&pack);
        }
        if packages.join(npm::KEY_TREE).exists() {
            return open_packages(&packages);
        }
    }
    Err(WalletError::NoResources {
        pack: here.join(PACK),
        packages: here.join(PACKAGES),
    })
}

fn is_pack(folder: &Path) -> bool {
    folder.join(INDEX).exists()
}

fn open_pack(folder: &Path) -> Result<ResourceCircuits<Folder>, WalletError> {
    open(folder, &folder.join(INDEX), Source::packed)
}

fn open_packages(folder: &Path) -> Result<ResourceCircuits<Folder>, WalletError> {
    open(folder, &folder.join(npm::KEY_TREE), |tree| {
        Source::packages(&String::from_utf8_lossy(tree))
    })
}

fn open(
    folder: &Path,
    file: &Path,
    parse: impl FnOnce(&[u8]) -> Result<Source, pixie_acir::pack::PackError>,
) -> Result<ResourceCircuits<Folder>, WalletError> {
    let bytes = std::fs::read(file).map_err(|source| WalletError::File {
        path: file.to_owned(),
        source,
    })?;
    let source = parse(&bytes).map_err(|error| WalletError::Resources {
        folder: folder.to_owned(),
        source: Box::new(error),
    })?;
    Ok(ResourceCircuits::new(source, Folder(folder.to_owned())))
}
