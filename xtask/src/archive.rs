//! The extension as one file.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::error::Error;

/// Packs a folder into a zip file, which is the same for the same files whenever and wherever it is
/// made. Returns its bytes.
pub fn archive(folder: &Path, file: &Path) -> Result<u64, Error> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::File { path, source }
    };
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let mut zip = ZipWriter::new(fs::File::create(file).map_err(at(file))?);
    for path in paths {
        let name = path.strip_prefix(folder).unwrap_or(&path);
        let name = name.to_string_lossy().replace('\\', "/");
        // What is compressed already grows by being compressed again.
        let method = match path.extension().is_some_and(|end| end == "zst") {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .compression_level((method == CompressionMethod::Deflated).then_some(9))
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644);
        let zipped = |error: zip::result::ZipError| Error::File {
            path: file.to_owned(),
            source: error.into(),
        };
        zip.start_file(name, options).map_err(zipped)?;
        let bytes = fs::read(&path).map_err(at(&path))?;
        zip.write_all(&bytes).map_err(at(file))?;
    }
    let written = zip.finish().map_err(|error| Error::File {
        path: file.to_owned(),
        source: error.into(),
    })?;
    Ok(written.metadata().map_err(at(file))?.len())
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source| Error::File {
        path: folder.to_owned(),
        source,
    };
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        match path.is_dir() {
            true => collect(&path, found)?,
            false => found.push(path),
        }
    }
    Ok(())
}
