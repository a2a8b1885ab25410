//! Names dependencies that no source file of their package mentions.

use std::fs;
use std::path::Path;

use crate::error::Error;
use crate::metadata::{Dependency, Package, Workspace};

/// Fails with every dependency that is named in a Cargo.toml alone.
///
/// A package that is depended on for its features only is excused by its name in
/// `package.metadata.unused-deps.allow`.
pub fn check(workspace: &Workspace) -> Result<(), Error> {
    let mut findings = Vec::new();
    for package in &workspace.packages {
        let sources = sources(package.folder())?;
        let unused = package.dependencies.iter().filter(|dependency| {
            !excused(package, dependency) && !mentions(&sources, &identifier(dependency))
        });
        findings.extend(unused.map(|dependency| format!("{}: {}", package.name, dependency.name)));
    }
    Error::unless_empty("dependencies that no source file mentions", findings)?;
    println!("unused-deps: every dependency is used");
    Ok(())
}

fn excused(package: &Package, dependency: &Dependency) -> bool {
    let allowed = package
        .metadata
        .as_ref()
        .and_then(|metadata| metadata.pointer("/unused-deps/allow"))
        .and_then(serde_json::Value::as_array);
    allowed.is_some_and(|names| {
        names
            .iter()
            .any(|name| name.as_str() == Some(dependency.name.as_str()))
    })
}

/// The name by which sources speak of a dependency.
fn identifier(dependency: &Dependency) -> String {
    dependency
        .rename
        .as_ref()
        .unwrap_or(&dependency.name)
        .replace('-', "_")
}

/// Whether the text has the identifier as a whole word.
fn mentions(text: &str, identifier: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(identifier).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text
            .get(at + identifier.len()..)
            .and_then(|tail| tail.chars().next());
        !before.is_some_and(is_part) && !after.is_some_and(is_part)
    })
}

/// All Rust code of a folder, without its line comments.
fn sources(folder: &Path) -> Result<String, Error> {
    let fail = |source| Error::File {
        path: folder.to_owned(),
        source,
    };
    let mut text = String::new();
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        if path.is_dir() && path.file_name().is_some_and(|name| name != "target") {
            text.push_str(&sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let code = fs::read_to_string(&path).map_err(|source| Error::File {
                path: path.clone(),
                source,
            })?;
            for line in code
                .lines()
                .filter(|line| !line.trim_start().starts_with("//"))
            {
                text.push_str(line);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::mentions;

    #[test]
    fn only_whole_words_count() {
        assert!(mentions("use serde::Serialize;", "serde"));
        assert!(mentions("serde", "serde"));
        assert!(!mentions("use serde_json::Value;", "serde"));
        assert!(!mentions("let my_serde = 1;", "serde"));
    }
}
