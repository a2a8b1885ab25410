//! The vault on the command line, without a network: passwords, sessions, phrases, backups, damage.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "the helpers of a test are tests"
)]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use pixie_store::RedbBackend;
use pixie_vault::{BackendStorage, VaultRecord, VaultStorage};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tempfile::TempDir;

const PASSWORD: &str = "correct horse battery";
const OTHER: &str = "staple after staple";

/// A phrase for tests, BIP-39's vector of zeros.
const ZEROS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";

/// A folder for wallets, and what the commands find around them.
struct Bench(TempDir);

impl Bench {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, wallet: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pixie"));
        command
            .args(arguments)
            .arg("--json")
            .env("PIXIE_DATA", self.path(wallet))
            .env_remove("PIXIE_PASSWORD")
            .env_remove("PIXIE_NEW_PASSWORD")
            .env_remove("PIXIE_BACKUP_PASSWORD")
            .env_remove("XDG_RUNTIME_DIR")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command with the password in the environment.
    fn with(&self, wallet: &str, password: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(wallet, arguments);
        command.env("PIXIE_PASSWORD", password).output().unwrap()
    }

    /// Runs a command without a password.
    fn run(&self, wallet: &str, arguments: &[&str]) -> Output {
        self.command(wallet, arguments).output().unwrap()
    }

    /// Runs a command that reads its passwords from standard input.
    fn typing(&self, wallet: &str, lines: &str, arguments: &[&str]) -> Output {
        let mut command = self.command(wallet, arguments);
        command.stdin(Stdio::piped());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut input = child.stdin.take().unwrap();
        input.write_all(lines.as_bytes()).unwrap();
        drop(input);
        child.wait_with_output().unwrap()
    }

    /// A new wallet, and its phrase.
    fn init(&self, wallet: &str) -> String {
        let made = ok(&self.with(wallet, PASSWORD, &["init"]));
        made["phrase"].as_str().unwrap().to_owned()
    }

    fn file(&self, name: &str, content: &str) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    fn accounts(&self, wallet: &str) -> Value {
        ok(&self.run(wallet, &["account", "list"]))
    }
}

#[track_caller]
fn ok(output: &Output) -> Value {
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Checks that a command failed with this status and these words; gives what it printed.
#[track_caller]
fn failed(status: i32, words: &str, output: &Output) -> Value {
    let log = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(status), "{log}");
    assert!(output.stdout.is_empty());
    let line = log.lines().last().unwrap();
    let error: Value = serde_json::from_str(line).unwrap();
    let text = format!("{} {}", error["error"], error["causes"]);
    assert!(text.contains(words), "{log}");
    error
}

fn create(bench: &Bench, wallet: &str, account_type: &str) -> Value {
    let arguments = ["account", "create", "--type", account_type];
    ok(&bench.run(wallet, &arguments))
}

const TYPES: [&str; 3] = ["schnorr", "ecdsa-k", "ecdsa-r"];

#[test]
fn a_wallet_is_locked_and_unlocked() {
    let bench = Bench::new();
    let phrase = bench.init("a");
    assert_eq!(phrase.split(' ').count(), 24);
    // It is unlocked from then on.
    let status = ok(&bench.run("a", &["status"]));
    assert_eq!(status["status"], "unlocked");
    let locks = (&status["locks"]["idleAt"], &status["locks"]["at"]);
    assert!(locks.0.as_u64() < locks.1.as_u64());
    assert_eq!(bench.accounts("a"), serde_json::json!([]));

    ok(&bench.run("a", &["lock"]));
    assert_eq!(ok(&bench.run("a", &["status"]))["status"], "locked");
    failed(7, "locked", &bench.run("a", &["account", "list"]));
    // The password can come from four places; what is unlocked for one command is locked after it.
    ok(&bench.with("a", PASSWORD, &["account", "list"]));
    let file = bench.file("password", &format!("{PASSWORD}\nanother line\n"));
    ok(&bench.run("a", &["account", "list", "--password-file", &file]));
    let typed = format!("{PASSWORD}\n");
    let arguments = ["account", "list", "--password-stdin"];
    ok(&bench.typing("a", &typed, &arguments));
    failed(7, "locked", &bench.run("a", &["account", "list"]));

    ok(&bench.with("a", PASSWORD, &["unlock"]));
    ok(&bench.run("a", &["account", "list"]));
    // The phrase takes the password, also now.
    failed(7, "password is needed", &bench.run("a", &["phrase"]));
    let told = ok(&bench.with("a", PASSWORD, &["phrase"]));
    assert_eq!(told["phrase"], phrase.as_str());
    ok(&bench.run("a", &["account", "list"]));
}

#[test]
fn a_session_lies_where_only_the_owner_reads_it() {
    let bench = Bench::new();
    bench.init("a");
    let token = bench.path("a/session");
    let check = |path: &Path| {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let session: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        assert!(session["endsAt"].as_u64().unwrap() > 0);
    };
    check(&token);
    // Without the other half it is worth nothing, and the other way round.
    let kept = fs::read(&token).unwrap();
    ok(&bench.run("a", &["lock"]));
    assert!(!token.exists());
    fs::write(&token, &kept).unwrap();
    failed(7, "locked", &bench.run("a", &["account", "list"]));

    // Where the system has a place that does not outlive the login, it lies there.
    let runtime = bench.path("runtime");
    fs::create_dir(&runtime).unwrap();
    let run = |arguments: &[&str], password: Option<&str>| {
        let mut command = bench.command("a", arguments);
        command.env("XDG_RUNTIME_DIR", &runtime);
        if let Some(password) = password {
            command.env("PIXIE_PASSWORD", password);
        }
        command.output().unwrap()
    };
    ok(&run(&["unlock"], Some(PASSWORD)));
    ok(&run(&["account", "list"], None));
    assert!(!token.exists());
    let files: Vec<_> = fs::read_dir(&runtime).unwrap().collect();
    assert_eq!(files.len(), 1);
    check(&files[0].as_ref().unwrap().path());
    // A copy of the folder is locked.
    failed(7, "locked", &bench.run("a", &["account", "list"]));
    ok(&run(&["lock"], None));
    assert_eq!(fs::read_dir(&runtime).unwrap().count(), 0);
}

#[test]
fn wrong_passwords_have_to_wait() {
    let bench = Bench::new();
    bench.init("a");
    ok(&bench.run("a", &["lock"]));
    for attempt in 1..=4 {
        let error = bench.with("a", OTHER, &["unlock"]);
        let error = failed(7, "password is wrong", &error);
        let wait = error["retryAfterSeconds"].as_u64().unwrap();
        assert_eq!(wait > 0, attempt == 4, "after {attempt}: {wait}");
        assert!(wait <= 5);
    }
    // Now the right one has to wait as well, and all commands that take it.
    for command in [&["unlock"][..], &["phrase"], &["account", "list"]] {
        let error = bench.with("a", PASSWORD, command);
        let error = failed(7, "too many wrong passwords; wait", &error);
        assert!((1..=5).contains(&error["retryAfterSeconds"].as_u64().unwrap()));
    }
    let status = ok(&bench.run("a", &["status"]));
    assert!(status["retryAt"].as_u64().unwrap() > 0);
    std::thread::sleep(std::time::Duration::from_millis(5100));
    ok(&bench.with("a", PASSWORD, &["unlock"]));
    assert!(ok(&bench.run("a", &["status"]))["retryAt"].is_null());
}

#[test]
fn a_password_is_changed() {
    let bench = Bench::new();
    bench.init("a");
    failed(2, "at least 8", &bench.with("b", "short", &["init"]));
    let lines = format!("{PASSWORD}\nshort\n");
    let short = bench.typing("a", &lines, &["passwd", "--password-stdin"]);
    failed(2, "at least 8", &short);
    let lines = format!("{OTHER}\n{OTHER}\n");
    let wrong = bench.typing("a", &lines, &["passwd", "--password-stdin"]);
    failed(7, "password is wrong", &wrong);
    let lines = format!("{PASSWORD}\n{OTHER}\n");
    ok(&bench.typing("a", &lines, &["passwd", "--password-stdin"]));
    ok(&bench.run("a", &["lock"]));
    failed(
        7,
        "password is wrong",
        &bench.with("a", PASSWORD, &["unlock"]),
    );
    ok(&bench.with("a", OTHER, &["unlock"]));
    let file = bench.file("new", PASSWORD);
    let arguments = ["passwd", "--new-password-file", &file];
    ok(&bench.with("a", OTHER, &arguments));
    ok(&bench.with("a", PASSWORD, &["phrase"]));
}

#[test]
fn a_phrase_brings_back_its_accounts() {
    let bench = Bench::new();
    let phrase = bench.init("a");
    let accounts = TYPES.map(|account_type| create(&bench, "a", account_type));
    assert_eq!(accounts[0]["alias"], "schnorr-0");
    assert_eq!(accounts[0]["origin"], "phrase");
    assert_eq!(create(&bench, "a", "ecdsa-k")["index"], 1);
    let file = bench.file("phrase", &phrase.to_uppercase().replace(' ', "\n  "));
    let made = bench.with("b", PASSWORD, &["init", "--phrase-file", &file]);
    assert!(ok(&made)["phrase"].is_null(), "it is known already");
    let found = TYPES.map(|account_type| create(&bench, "b", account_type));
    assert_eq!(accounts, found);
    // By its number.
    let arguments = ["account", "create", "--type", "ecdsa-r", "--index", "0"];
    failed(2, "already", &bench.run("b", &arguments));
    // From standard input, where there is no terminal.
    let lines = format!("{phrase}\n{PASSWORD}\n");
    let arguments = ["init", "--import", "--password-stdin"];
    ok(&bench.typing("c", &lines, &arguments));
    assert_eq!(create(&bench, "c", "schnorr"), accounts[0]);
}

#[test]
fn a_phrase_that_is_none_is_refused() {
    let bench = Bench::new();
    let import = |name: &str, phrase: &str| {
        let file = bench.file(&format!("phrase {name}"), phrase);
        let made = bench.with(name, PASSWORD, &["init", "--phrase-file", &file]);
        assert!(!bench.path(&format!("{name}/vault.redb")).exists());
        made
    };
    let swapped = ZEROS.replace("art", "zoo");
    let error = failed(2, "checksum is wrong", &import("1", &swapped));
    assert!(!error.to_string().contains("zoo"), "words are not told");
    let short = ZEROS.replacen("abandon ", "", 1);
    failed(
        2,
        "23 words; a recovery phrase has 24",
        &import("2", &short),
    );
    let misspelt = ZEROS.replacen("abandon", "abandom", 1);
    failed(2, "word 1 is not in the list", &import("3", &misspelt));
    failed(2, "0 words", &import("4", ""));
}

#[test]
fn a_wallet_is_not_made_twice() {
    let bench = Bench::new();
    let phrase = bench.init("a");
    failed(6, "already", &bench.with("a", OTHER, &["init"]));
    let told = ok(&bench.with("a", PASSWORD, &["phrase"]));
    assert_eq!(told["phrase"], phrase.as_str());
}

#[test]
fn names_of_accounts_are_told_apart() {
    let bench = Bench::new();
    bench.init("a");
    let create = |alias: &str| bench.run("a", &["account", "create", "--alias", alias]);
    let alice = ok(&create("alice"));
    assert_eq!(alice["alias"], "alice");
    failed(2, "is the name of", &create("alice"));
    failed(2, "cannot be a name", &create("0xalice"));
    assert_eq!(bench.accounts("a").as_array().unwrap().len(), 1);
    assert_eq!(ok(&create("bob"))["index"], 1);
    // One of the network's test accounts, which is not of the phrase.
    let test = ["account", "import", "--test", "0"];
    let imported = ok(&bench.run("a", &test));
    assert_eq!(imported["origin"], "imported");
    assert_eq!(ok(&bench.run("a", &test)), imported, "again");
    let accounts = bench.accounts("a");
    let names: Vec<_> = accounts
        .as_array()
        .unwrap()
        .iter()
        .map(|a| &a["alias"])
        .collect();
    assert_eq!(names, ["alice", "bob", "test0"]);
}

#[test]
fn an_account_can_be_looked_at_elsewhere() {
    let bench = Bench::new();
    bench.init("a");
    for account_type in TYPES {
        let account = create(&bench, "a", account_type);
        let alias = account["alias"].as_str().unwrap();
        let told = ok(&bench.run("a", &["account", "export-view-only", alias]));
        let of = |name: &str| told[name].as_str().unwrap();
        let phrase = bench.path(&format!("{account_type}/vault.redb"));
        assert!(!phrase.exists());
        bench.init(account_type);
        let arguments = [
            "account",
            "import",
            "--alias",
            "watched",
            "--secret",
            of("secret"),
            "--salt",
            of("salt"),
            "--signing-public-key",
            of("signingPublicKey"),
        ];
        let watched = ok(&bench.run(account_type, &arguments));
        assert_eq!(watched["address"], account["address"]);
        assert_eq!(watched["origin"], "viewOnly");
        assert_eq!(watched["type"], account_type);
    }
    let arguments = [
        "account",
        "import",
        "--alias",
        "w",
        "--secret",
        "0x1",
        "--signing-public-key",
        "0x00",
    ];
    failed(2, "is no public key", &bench.run("a", &arguments));
}

#[test]
fn a_backup_brings_everything_back() {
    let bench = Bench::new();
    let phrase = bench.init("a");
    let accounts = TYPES.map(|account_type| create(&bench, "a", account_type));
    ok(&bench.run("a", &["account", "import", "--test", "1"]));
    let file = bench.path("backup").display().to_string();
    failed(7, "password is needed", &bench.run("a", &["backup", &file]));
    ok(&bench.with("a", PASSWORD, &["backup", &file]));
    // It did not lock the wallet.
    let before = bench.accounts("a");
    let again = bench.with("a", PASSWORD, &["backup", &file]);
    failed(2, "--force", &again);
    ok(&bench.with("a", PASSWORD, &["backup", &file, "--force"]));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::remove_dir_all(bench.path("a")).unwrap();

    failed(7, "password", &bench.with("a", OTHER, &["restore", &file]));
    assert!(fs::read_dir(bench.path("a")).map_or(0, Iterator::count) == 0);
    let restored = ok(&bench.with("a", PASSWORD, &["restore", &file]));
    assert_eq!(restored["accounts"], 4);
    assert!(restored["backupOf"].as_u64().unwrap() > 0);
    assert_eq!(bench.accounts("a"), before);
    let told = ok(&bench.with("a", PASSWORD, &["phrase"]));
    assert_eq!(told["phrase"], phrase.as_str());
    assert_eq!(create(&bench, "a", "schnorr")["index"], 1);
    assert_eq!(accounts[0]["index"], 0);
    // What is there is not overwritten.
    failed(
        6,
        "not empty",
        &bench.with("a", PASSWORD, &["restore", &file]),
    );

    // The backup has a password of its own, the restored wallet another one.
    let own = bench.file("own", OTHER);
    let other = bench.path("other").display().to_string();
    let arguments = ["backup", &other, "--backup-password-file", &own];
    ok(&bench.with("a", PASSWORD, &arguments));
    failed(
        7,
        "password",
        &bench.with("b", PASSWORD, &["restore", &other]),
    );
    let arguments = ["restore", &other, "--backup-password-file", &own];
    ok(&bench.with("b", PASSWORD, &arguments));
    ok(&bench.run("b", &["lock"]));
    failed(7, "password is wrong", &bench.with("b", OTHER, &["unlock"]));
    ok(&bench.with("b", PASSWORD, &["unlock"]));
}

/// A backup that another version of the program has written: the same, but for its version and the
/// checksum, which is over the namespace, the version and the body.
fn with_version(mut backup: Vec<u8>, version: u8) -> Vec<u8> {
    let after = |name: &[u8]| {
        let found = backup.windows(name.len()).position(|at| at == name);
        found.unwrap() + name.len()
    };
    let (version_at, body_at) = (after(b"gversion"), after(b"dbody"));
    assert_eq!(backup[version_at], 1);
    let body_at = body_at
        + match backup[body_at] {
            0x58 => 2,
            0x59 => 3,
            _ => 5,
        };
    let checksum_at = backup.len() - 32;
    let body_ends = checksum_at - b"hchecksum".len() - 2;
    let namespace = "pixie/backup";
    let checksum = Sha256::new()
        .chain_update((namespace.len() as u64).to_be_bytes())
        .chain_update(namespace)
        .chain_update(u32::from(version).to_be_bytes())
        .chain_update(&backup[body_at..body_ends])
        .finalize();
    backup[version_at] = version;
    backup[checksum_at..].copy_from_slice(&checksum);
    backup
}

#[test]
fn a_backup_that_is_none_is_refused() {
    let bench = Bench::new();
    bench.init("a");
    let file = bench.path("backup").display().to_string();
    ok(&bench.with("a", PASSWORD, &["backup", &file]));
    let good = fs::read(&file).unwrap();
    let restore = |bytes: &[u8]| {
        let path = bench.path("bad");
        fs::write(&path, bytes).unwrap();
        let path = path.display().to_string();
        let output = bench.with("b", PASSWORD, &["restore", &path]);
        assert!(!bench.path("b").exists(), "nothing is made");
        output
    };
    for length in [0, 1, good.len() / 2, good.len() - 1] {
        failed(1, "cut off", &restore(&good[..length]));
    }
    let mut damaged = good.clone();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    failed(1, "checksum", &restore(&damaged));
    failed(1, "cannot be read", &restore(b"this is no backup"));
    let newer = with_version(good, 2);
    failed(
        1,
        "has version 2, this program reads version 1",
        &restore(&newer),
    );
    failed(
        1,
        "cannot read",
        &bench.with("b", PASSWORD, &["restore", "/nowhere"]),
    );
}

/// Damages the first copy of the envelope.
fn damage_first_copy(bench: &Bench, wallet: &str) {
    let path = bench.path(&format!("{wallet}/vault.redb"));
    let storage = BackendStorage::new(RedbBackend::open(path).unwrap());
    pollster::block_on(async {
        let record = VaultRecord::FirstCopy;
        let mut bytes = storage.read(record).await.unwrap().unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        storage.write(record, bytes).await.unwrap();
    });
}

fn damage_second_copy(bench: &Bench, wallet: &str) {
    let path = bench.path(&format!("{wallet}/vault.copy"));
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
}

#[test]
fn one_damaged_copy_is_repaired() {
    let bench = Bench::new();
    let phrase = bench.init("a");
    let account = create(&bench, "a", "schnorr");
    for (damage, name) in [
        (damage_first_copy as fn(&Bench, &str), "first"),
        (damage_second_copy, "second"),
    ] {
        damage(&bench, "a");
        let status = ok(&bench.run("a", &["status"]));
        let fault = status["faults"][0].as_str().unwrap().to_owned();
        assert!(
            fault.contains(name) && fault.contains("checksum"),
            "{fault}"
        );
        let unlocked = bench.with("a", PASSWORD, &["unlock"]);
        ok(&unlocked);
        let log = String::from_utf8_lossy(&unlocked.stderr);
        assert!(log.contains("repaired"), "{log}");
        assert!(ok(&bench.run("a", &["status"]))["faults"].is_null());
        assert_eq!(bench.accounts("a")[0]["address"], account["address"]);
    }
    // The whole file with the first copy.
    fs::write(bench.path("a/vault.redb"), "this is no store").unwrap();
    let unlocked = bench.with("a", PASSWORD, &["unlock"]);
    ok(&unlocked);
    let log = String::from_utf8_lossy(&unlocked.stderr);
    assert!(log.contains("put aside"), "{log}");
    let told = ok(&bench.with("a", PASSWORD, &["phrase"]));
    assert_eq!(told["phrase"], phrase.as_str());
    // A missing one.
    fs::remove_file(bench.path("a/vault.copy")).unwrap();
    ok(&bench.with("a", PASSWORD, &["unlock"]));
    assert!(bench.path("a/vault.copy").exists());
}

#[test]
fn two_damaged_copies_are_told_of() {
    let bench = Bench::new();
    bench.init("a");
    damage_first_copy(&bench, "a");
    damage_second_copy(&bench, "a");
    let kept = fs::read(bench.path("a/vault.copy")).unwrap();
    for command in [
        &["unlock"][..],
        &["account", "list"],
        &["status"],
        &["phrase"],
        &["init"],
    ] {
        let error = bench.with("a", PASSWORD, command);
        failed(6, "both copies of the vault are unusable", &error);
    }
    // They are left as they are.
    assert_eq!(fs::read(bench.path("a/vault.copy")).unwrap(), kept);
}

#[test]
fn a_store_that_is_damaged_is_told_of() {
    let bench = Bench::new();
    bench.init("a");
    create(&bench, "a", "schnorr");
    fs::write(bench.path("a/store.redb"), "this is no store").unwrap();
    failed(
        6,
        "the store cannot be opened",
        &bench.run("a", &["account", "list"]),
    );
    // The keys are there all the same.
    ok(&bench.with("a", PASSWORD, &["phrase"]));
    // Without the store the accounts are there still, by their names.
    fs::remove_file(bench.path("a/store.redb")).unwrap();
    assert_eq!(bench.accounts("a")[0]["alias"], "schnorr-0");
}

#[test]
fn nobody_has_a_wallet_twice_at_once() {
    let bench = Bench::new();
    bench.init("a");
    let held = RedbBackend::open(bench.path("a/vault.redb")).unwrap();
    failed(6, "cannot be opened", &bench.run("a", &["account", "list"]));
    drop(held);
    ok(&bench.run("a", &["account", "list"]));
}
