//! Assembles the extension: what a browser loads as a folder.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::archive::archive;
use crate::error::Error;
use crate::metadata::Workspace;
use crate::run::run;
use crate::wasm::{self, BuildOptions, JsTarget};

/// The crate that runs in the service worker.
const ENGINE: &str = "background";
/// What Vite builds: the pages, and each script by itself.
const BUILDS: [&[&str]; 4] = [
    &[],
    &["--config", "vite.scripts.config.ts", "--mode", "worker"],
    &["--config", "vite.scripts.config.ts", "--mode", "relay"],
    &["--config", "vite.scripts.config.ts", "--mode", "inpage"],
];

/// Makes `dist/extension` anew.
pub fn assemble(workspace: &Workspace, profile: &str) -> Result<(), Error> {
    let top = &workspace.workspace_root;
    let out = top.join("dist/extension");
    let sources = top.join("extension");
    let vite = sources.join("node_modules/.bin/vite");
    if !vite.exists() {
        return Err(Error::NoExtensionTools);
    }
    if out.exists() {
        fs::remove_dir_all(&out).map_err(at(&out))?;
    }
    fs::create_dir_all(&out).map_err(at(&out))?;
    for arguments in BUILDS {
        run(Command::new(&vite)
            .args(["build", "--logLevel", "warn"])
            .args(arguments)
            .current_dir(&sources))?;
    }
    wasm::build(
        workspace,
        &BuildOptions {
            package: ENGINE.to_owned(),
            example: None,
            out: out.clone(),
            profile: profile.to_owned(),
            target: JsTarget::Web,
        },
    )?;
    // Types are for those who build.
    for name in ["pixie_background.d.ts", "pixie_background_bg.wasm.d.ts"] {
        let path = out.join(name);
        fs::remove_file(&path).map_err(at(&path))?;
    }
    copy(&top.join("manifest.json"), &out.join("manifest.json"))?;
    let resources = top.join("dist/resources");
    if resources.is_dir() {
        copy_folder(&resources, &out.join("resources"))?;
    } else {
        println!("extension: without resources, for `cargo xtask pack` has not run");
    }
    println!("extension: {} bytes in {}", total(&out)?, out.display());
    // Packing takes longer than a build for tests.
    if profile != "dev" {
        let packed = top.join("dist/pixie.zip");
        let bytes = archive(&out, &packed)?;
        println!("extension: {bytes} bytes in {}", packed.display());
    }
    Ok(())
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::File { path, source }
}

fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::copy(from, to).map_err(at(from)).map(|_| ())
}

fn copy_folder(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to).map_err(at(to))?;
    for entry in fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true => copy_folder(&entry.path(), &target)?,
            false => copy(&entry.path(), &target)?,
        }
    }
    Ok(())
}

/// The bytes of all files of a folder.
fn total(folder: &Path) -> Result<u64, Error> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        bytes += match path.is_dir() {
            true => total(&path)?,
            false => fs::metadata(&path).map_err(at(&path))?.len(),
        };
    }
    Ok(bytes)
}
