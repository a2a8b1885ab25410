//! The network, and the reference's wallets on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::peer::Peer;
use crate::pixie::{Keys, Pixie};

/// The top of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The artifact of one of the reference's contracts.
pub fn artifact(file: &str) -> String {
    let folder = root().join("tests/reference/node_modules/@aztec/noir-contracts.js/artifacts");
    folder.join(format!("{file}.json")).display().to_string()
}

/// Why the tests are left out, if they are.
pub fn missing() -> Option<String> {
    if std::env::var("PIXIE_NETWORK_TESTS").is_ok_and(|when| when == "later") {
        return Some("PIXIE_NETWORK_TESTS says that they are run later".to_owned());
    }
    let packages = root().join("tests/reference/node_modules/@aztec/aztec.js");
    (!packages.exists()).then(|| {
        "the npm packages of tests/reference are not there; scripts/setup network".to_owned()
    })
}

/// A network; taken down in the end if it was brought up here.
pub struct Network {
    pub url: String,
    port: Option<u64>,
}

impl Network {
    pub fn connect() -> Self {
        if let Ok(url) = std::env::var("AZTEC_NODE_URL") {
            return Self { url, port: None };
        }
        let mut command = Command::new(root().join("scripts/network"));
        let output = command.args(["up", "--auto-port", "--json"]).output();
        let output = output.expect("scripts/network can be run");
        let log = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "no network: {log}");
        let up: Value = serde_json::from_slice(&output.stdout).unwrap();
        let url = up["url"].as_str().unwrap().to_owned();
        let port = url.rsplit(':').next().unwrap().parse().unwrap();
        Self {
            url,
            port: Some(port),
        }
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        if let Some(port) = self.port {
            let mut command = Command::new(root().join("scripts/network"));
            let down = command.args(["down", "--port", &port.to_string()]);
            let _ = down.status();
        }
    }
}

/// What the tests share.
pub struct World {
    pub network: Network,
    /// A wallet of the reference that holds the same accounts as ours, to compare with.
    mirror: OnceLock<Mutex<Peer>>,
    /// A wallet of the reference with accounts of its own, to deal with.
    counterpart: OnceLock<Mutex<Peer>>,
}

impl World {
    pub fn new(network: Network) -> Self {
        Self {
            network,
            mirror: OnceLock::new(),
            counterpart: OnceLock::new(),
        }
    }

    /// A wallet of ours with nothing in it.
    pub fn pixie(&self) -> Pixie {
        Pixie::new(&self.network.url)
    }

    /// A folder for a wallet of ours.
    pub fn folder(&self) -> Pixie {
        Pixie::without_wallet(&self.network.url)
    }

    fn peer<R>(&self, peer: &OnceLock<Mutex<Peer>>, talk: impl FnOnce(&mut Peer) -> R) -> R {
        let peer = peer.get_or_init(|| Mutex::new(Peer::start(&self.network.url)));
        talk(&mut peer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Talks to the wallet that mirrors ours.
    pub fn mirror<R>(&self, talk: impl FnOnce(&mut Peer) -> R) -> R {
        self.peer(&self.mirror, talk)
    }

    /// Talks to the wallet that we deal with.
    pub fn counterpart<R>(&self, talk: impl FnOnce(&mut Peer) -> R) -> R {
        self.peer(&self.counterpart, talk)
    }

    /// Has the mirror hold an account of ours.
    pub fn mirror_account(&self, keys: &Keys) {
        self.mirror(|mirror| {
            let account = mirror.ask("createAccount", keys.for_the_peer());
            assert_eq!(account["address"], keys.address.as_str());
        });
    }

    /// Has the mirror know a contract as we do.
    pub fn mirror_contract(&self, name: &str, instance: &Value) {
        self.mirror(|mirror| {
            let request = json!({ "artifact": name, "instance": instance });
            mirror.ask("registerContract", request);
        });
    }

    /// Checks that both wallets agree with what is expected: of each account its private and its
    /// public balance.
    pub fn check_balances(&self, pixie: &Pixie, token: &str, expected: &[(&Keys, u64, u64)]) {
        let address = pixie.resolve(token);
        for (keys, private, public) in expected {
            let ours = (
                pixie.utility(
                    token,
                    "balance_of_private",
                    json!([keys.address]),
                    &keys.alias,
                ),
                pixie.simulate(
                    token,
                    "balance_of_public",
                    json!([keys.address]),
                    &keys.alias,
                ),
            );
            let wanted = (json!(private.to_string()), json!(public.to_string()));
            assert_eq!(ours, wanted, "of {} in {token}", keys.alias);
        }
        let owners: Vec<_> = expected.iter().map(|(keys, ..)| &keys.address).collect();
        let wanted: Vec<_> = expected
            .iter()
            .map(|(keys, private, public)| {
                json!({
                    "owner": keys.address,
                    "private": private.to_string(),
                    "public": public.to_string(),
                })
            })
            .collect();
        let request = json!({ "token": address, "owners": owners });
        self.agree(&json!(wanted), |mirror| {
            mirror.ask("balances", request.clone())
        });
    }

    /// Checks that the mirror says what is expected. It may need a moment to follow the chain.
    pub fn agree(&self, expected: &Value, mut ask: impl FnMut(&mut Peer) -> Value) {
        let begun = Instant::now();
        loop {
            let found = self.mirror(&mut ask);
            if found == *expected {
                return;
            }
            let is_late = begun.elapsed() > Duration::from_secs(30);
            assert!(!is_late, "the reference says {found}, not {expected}");
            std::thread::sleep(Duration::from_millis(500));
        }
    }
}
