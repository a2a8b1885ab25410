//! The types of the pages, made of those of Rust.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use pixie_bridge::window::CloseReason;
use pixie_bridge::{ErrorCode, wire};
use ts_rs::{Config, TS, TypeVisitor};

use super::request::{Answer, visit_answers};
use super::{Event, Request, UiError};

/// Says that nobody should edit it.
const HEAD: &str = "\
// Made of the Rust types of `wallet::ui` by `cargo xtask types`; a test compares. Protocol values are
// hexadecimal (\"0x…\"), amounts decimal text of a token's smallest unit, times milliseconds since 1970.
";

/// Declarations, by name, and what each method answers.
pub(super) struct Types {
    config: Config,
    declarations: BTreeMap<String, String>,
    answers: Vec<(String, String)>,
}

impl Types {
    fn new() -> Self {
        Self {
            config: Config::new().with_large_int("number"),
            declarations: BTreeMap::new(),
            answers: Vec::new(),
        }
    }

    /// Notes what a method answers. The maker of the answer ties the type to it.
    pub(super) fn answer<T: TS + 'static>(&mut self, request: &str, _: fn(T) -> Answer) {
        self.visit::<T>();
        let (first, rest) = request.split_at(1);
        let method = format!("{}{rest}", first.to_lowercase());
        self.answers.push((method, T::name(&self.config)));
    }

    fn text(&self) -> String {
        let mut text = HEAD.to_owned();
        for declaration in self.declarations.values() {
            text.push('\n');
            text.push_str(declaration);
        }
        text.push_str(
            "\n/** What each method answers, if it is not refused. */\nexport type Answers = {\n",
        );
        for (method, answer) in &self.answers {
            text.push_str(&format!("  {method}: {answer};\n"));
        }
        text.push_str("};\n");
        text
    }
}

impl TypeVisitor for Types {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.declarations.contains_key(&name) {
                T::visit_generics(self);
                return;
            }
            let docs = <T::WithoutGenerics as TS>::docs();
            let docs = docs.map_or_else(String::new, |docs| comment(&docs, 0) + "\n");
            let declared = <T::WithoutGenerics as TS>::decl(&self.config);
            let declared = spread(&format!("export {declared}"));
            self.declarations
                .insert(name, format!("{docs}{declared}\n"));
        }
        T::visit_generics(self);
        T::visit_dependencies(self);
    }
}

/// A comment with its lines at this depth; on one line if it has one.
fn comment(text: &str, depth: usize) -> String {
    let lines: Vec<_> = text.lines().map(str::trim).collect();
    match lines.as_slice() {
        ["/**", line, "*/"] => format!("/** {} */", line.trim_start_matches("* ")),
        lines => lines.join(&format!("\n{} ", "  ".repeat(depth))),
    }
}

/// The members of an object, if it is so simple that it fits on a line.
fn simple(rest: &str) -> Option<(usize, String)> {
    let end = rest.find('}')?;
    let inside = rest.get(1..end)?;
    if inside.len() > 90 || inside.contains('{') || inside.contains("/**") {
        return None;
    }
    let mut brackets = 0_usize;
    let members = inside.trim().trim_end_matches(',').chars();
    let members: String = members
        .map(|next| match next {
            '<' => {
                brackets += 1;
                next
            }
            '>' => {
                brackets = brackets.saturating_sub(1);
                next
            }
            ',' if brackets == 0 => ';',
            next => next,
        })
        .collect();
    Some((end + 1, format!("{{ {members} }}")))
}

/// A declaration over several lines: a member on each, and each of a union's objects.
fn spread(declaration: &str) -> String {
    let mut rest = declaration.replace('"', "'");
    let mut out = String::new();
    let is_union = rest.contains(" | {");
    let base = if is_union { 2 } else { 0 };
    if is_union && let Some((head, alternatives)) = rest.split_once(" = ") {
        out = format!("{head} =\n  | ");
        rest = alternatives.to_owned();
    }
    let mut depth = 0_usize;
    let mut brackets = 0_usize;
    while let Some(next) = rest.chars().next() {
        let line_break = |out: &mut String, depth: usize| {
            out.truncate(out.trim_end().len());
            out.push('\n');
            out.push_str(&"  ".repeat(depth + base));
        };
        let taken = if rest.starts_with("/**") {
            let end = rest.find("*/").map_or(rest.len(), |at| at + 2);
            line_break(&mut out, depth);
            out.push_str(&comment(&rest[..end], depth + base));
            line_break(&mut out, depth);
            end
        } else if let Some((end, line)) = simple(&rest).filter(|_| next == '{') {
            out.push_str(&line);
            end
        } else if next == '{' {
            depth += 1;
            out.push('{');
            line_break(&mut out, depth);
            1
        } else if next == '}' {
            depth = depth.saturating_sub(1);
            line_break(&mut out, depth);
            out.push('}');
            1
        } else if next == ',' && depth > 0 && brackets == 0 {
            out.push(';');
            line_break(&mut out, depth);
            1
        } else if rest.starts_with(" | ") && is_union && depth == 0 {
            out.push_str("\n  | ");
            3
        } else {
            match next {
                '<' => brackets += 1,
                '>' => brackets = brackets.saturating_sub(1),
                _ => {}
            }
            // What follows a break needs no space.
            if !(next.is_whitespace() && out.ends_with(char::is_whitespace)) {
                out.push(next);
            }
            next.len_utf8()
        };
        rest.drain(..taken);
    }
    out
}

fn extension(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../extension")
        .join(path)
}

#[test]
fn the_types_of_the_pages_are_those_of_rust() {
    let mut types = Types::new();
    types.visit::<Request>();
    types.visit::<Event>();
    types.visit::<UiError>();
    visit_answers(&mut types);
    let path = extension("src/shared/engine-types.ts");
    if std::env::var_os("PIXIE_WRITE_TYPES").is_some() {
        std::fs::write(&path, types.text()).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert!(
        kept == types.text(),
        "{} is not current: cargo xtask types",
        path.display()
    );
}

/// The texts in quotes.
fn quoted(text: &str) -> BTreeSet<String> {
    let parts = text.split(['\'', '"']).skip(1).step_by(2);
    parts.map(str::to_owned).collect()
}

#[test]
fn the_provider_of_pages_names_what_the_bridge_does() {
    let config = Config::new();
    let source = std::fs::read_to_string(extension("provider/src/index.ts")).unwrap();
    // What only the page itself can come to know.
    let named = [
        (
            "ErrorCode",
            ErrorCode::inline(&config),
            Some("disconnected"),
        ),
        (
            "CloseReason",
            CloseReason::inline(&config),
            Some("unreachable"),
        ),
        ("WalletMethod", wire::Method::inline(&config), None),
    ];
    for (name, of_rust, own) in named {
        let (_, rest) = source.split_once(&format!("export type {name} =")).unwrap();
        let (union, _) = rest.split_once("\n\n").unwrap();
        let lines = union.lines().filter(|line| !line.trim().starts_with("/**"));
        let told = quoted(&lines.collect::<String>());
        let mut expected = quoted(&of_rust);
        expected.extend(own.map(str::to_owned));
        assert_eq!(told, expected, "{name}");
    }
}
