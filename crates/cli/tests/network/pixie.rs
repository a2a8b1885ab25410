//! Our wallet: the program `pixie` with a data folder.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::world::root;

pub struct Pixie {
    data: TempDir,
    node: String,
}

/// An account that a test made.
#[derive(Debug, Clone)]
pub struct Keys {
    pub alias: String,
    pub account_type: &'static str,
    pub secret: String,
    pub salt: String,
    pub signing_key: String,
    pub address: String,
}

impl Keys {
    /// How the reference is told of the account.
    pub fn for_the_peer(&self) -> Value {
        let account_type = match self.account_type {
            "ecdsa-k" => "ecdsasecp256k1",
            "ecdsa-r" => "ecdsasecp256r1",
            other => other,
        };
        json!({
            "secret": self.secret,
            "salt": self.salt,
            "signingKey": self.signing_key,
            "type": account_type,
            "alias": self.alias,
        })
    }
}

/// A random number below the modulus of every field.
pub fn random_hex() -> String {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).unwrap();
    bytes[0] = 0;
    bytes
        .iter()
        .fold("0x".to_owned(), |text, byte| format!("{text}{byte:02x}"))
}

/// What a command printed that must have succeeded.
pub fn result(arguments: &[&str], output: &Output) -> Value {
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "pixie {arguments:?}: {log}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The error of a command that must have failed with this status.
fn error(status: i32, arguments: &[&str], output: &Output) -> String {
    let log = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(status),
        "pixie {arguments:?}: {log}"
    );
    let error: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    let causes = error["causes"].as_array().into_iter().flatten();
    let texts = std::iter::once(&error["error"]).chain(causes);
    let texts: Vec<_> = texts.filter_map(Value::as_str).collect();
    texts.join(": ")
}

/// The password of all wallets.
pub const PASSWORD: &str = "a password for tests";

impl Pixie {
    /// A new wallet, unlocked.
    pub fn new(node: &str) -> Self {
        let pixie = Self::without_wallet(node);
        pixie.with_password(&["init"]);
        pixie
    }

    /// A folder without a wallet.
    pub fn without_wallet(node: &str) -> Self {
        Self {
            data: tempfile::tempdir().unwrap(),
            node: node.to_owned(),
        }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        self.data.path()
    }

    /// Runs a command that takes the password.
    pub fn with_password(&self, arguments: &[&str]) -> Value {
        let mut command = self.command(arguments);
        result(
            arguments,
            &command.env("PIXIE_PASSWORD", PASSWORD).output().unwrap(),
        )
    }

    /// Runs a command that would sign something, without anybody to approve it. Gives the error.
    pub fn unapproved(&self, arguments: &[&str]) -> String {
        let output = self.bare(arguments).arg("--json").output().unwrap();
        error(8, arguments, &output)
    }

    /// Runs a command and gives what it says to people.
    pub fn text(&self, arguments: &[&str]) -> String {
        let output = self.bare(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a command on a terminal, where it is answered so. Gives what is seen there, and the status.
    pub fn on_terminal(&self, arguments: &[&str], answer: &str) -> (String, Option<i32>) {
        let bare = self.bare(arguments);
        let quoted = |word: &OsStr| format!("'{}'", word.to_str().unwrap().replace('\'', "'\\''"));
        let words: Vec<_> = std::iter::once(bare.get_program())
            .chain(bare.get_args())
            .map(quoted)
            .collect();
        let mut terminal = Command::new("script");
        terminal.args(["-qec", &words.join(" "), "/dev/null"]);
        for (name, value) in bare.get_envs() {
            match value {
                Some(value) => terminal.env(name, value),
                None => terminal.env_remove(name),
            };
        }
        terminal.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut terminal = terminal.spawn().expect("script can be run");
        let mut keyboard = terminal.stdin.take().unwrap();
        writeln!(keyboard, "{answer}").unwrap();
        let mut seen = String::new();
        terminal
            .stdout
            .take()
            .unwrap()
            .read_to_string(&mut seen)
            .unwrap();
        let status = terminal.wait().unwrap();
        drop(keyboard);
        (seen, status.code())
    }

    /// A command, not yet run. What it signs is approved.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let signs = match arguments {
            ["send", ..] | ["authwit", "create", ..] => true,
            ["account", verb, ..] => ["create", "deploy"].contains(verb),
            ["contract", verb, ..] => *verb == "deploy",
            _ => false,
        };
        let mut command = self.bare(arguments);
        command.args(signs.then_some("--yes")).arg("--json");
        command
    }

    fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixie"));
        command
            .args(arguments)
            .env("PIXIE_DATA", self.data.path())
            .env_remove("XDG_RUNTIME_DIR")
            .env("PIXIE_NODE", &self.node)
            .env(
                "PIXIE_RESOURCES",
                root().join("tests/reference/node_modules/@aztec"),
            );
        command
    }

    pub fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("pixie can be run")
    }

    /// Runs a command that must succeed.
    pub fn run(&self, arguments: &[&str]) -> Value {
        result(arguments, &self.output(arguments))
    }

    /// Runs a command that must fail with this status. Gives the error.
    pub fn fail(&self, status: i32, arguments: &[&str]) -> String {
        error(status, arguments, &self.output(arguments))
    }

    /// Imports a new account of random keys, without putting it on the chain.
    pub fn new_account(&self, alias: &str, account_type: &'static str) -> Keys {
        let (secret, salt, signing_key) = (random_hex(), random_hex(), random_hex());
        let account = self.run(&[
            "account",
            "import",
            "--alias",
            alias,
            "--type",
            account_type,
            "--secret",
            &secret,
            "--salt",
            &salt,
            "--signing-key",
            &signing_key,
        ]);
        Keys {
            alias: alias.to_owned(),
            account_type,
            secret,
            salt,
            signing_key,
            address: account["address"].as_str().unwrap().to_owned(),
        }
    }

    /// A new Schnorr account on the chain; the sponsor pays.
    pub fn deployed_account(&self, alias: &str) -> Keys {
        let keys = self.new_account(alias, "schnorr");
        self.run(&["account", "deploy", alias, "--fee", "sponsored"]);
        keys
    }

    /// Deploys a contract; the sponsor pays. Gives its instance.
    pub fn deploy(
        &self,
        artifact: &str,
        alias: &str,
        arguments: &Value,
        from: &str,
        more: &[&str],
    ) -> Value {
        let arguments = arguments.to_string();
        let mut words = vec![
            "contract",
            "deploy",
            artifact,
            "--alias",
            alias,
            "--args",
            &arguments,
            "--from",
            from,
            "--fee",
            "sponsored",
        ];
        words.extend(more);
        self.run(&words)["instance"].clone()
    }

    /// Sends a call; the sponsor pays.
    pub fn send(
        &self,
        contract: &str,
        method: &str,
        arguments: Value,
        from: &str,
        more: &[&str],
    ) -> Value {
        let arguments = arguments.to_string();
        let mut words = vec![
            "send",
            contract,
            method,
            "--args",
            &arguments,
            "--from",
            from,
            "--fee",
            "sponsored",
        ];
        words.extend(more);
        self.run(&words)
    }

    /// What a private or public function returns.
    pub fn simulate(&self, contract: &str, method: &str, arguments: Value, from: &str) -> Value {
        let arguments = arguments.to_string();
        self.run(&[
            "simulate", contract, method, "--args", &arguments, "--from", from,
        ])["result"]
            .clone()
    }

    /// What a utility function returns.
    pub fn utility(&self, contract: &str, method: &str, arguments: Value, from: &str) -> Value {
        let arguments = arguments.to_string();
        self.run(&[
            "call-utility",
            contract,
            method,
            "--args",
            &arguments,
            "--from",
            from,
        ])["result"]
            .clone()
    }

    /// Has an account allow `caller` a call, and gives the file with the witness.
    pub fn allow(
        &self,
        from: &str,
        caller: &str,
        contract: &str,
        method: &str,
        arguments: &Value,
    ) -> String {
        let file = self.data.path().join(format!("{}.authwit", random_hex()));
        let file = file.display().to_string();
        let arguments = arguments.to_string();
        self.run(&[
            "authwit", "create", contract, method, "--args", &arguments, "--from", from,
            "--caller", caller, "--out", &file,
        ]);
        file
    }

    /// The address that a name stands for.
    pub fn resolve(&self, name: &str) -> String {
        if name.starts_with("0x") {
            return name.to_owned();
        }
        let all = self.run(&["contract", "list"]);
        let all = all.as_array().unwrap().iter();
        let mut found = all.filter(|contract| contract["alias"] == name);
        let address = found.next().expect("the name is known")["address"].clone();
        address.as_str().unwrap().to_owned()
    }
}
