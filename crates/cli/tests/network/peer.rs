//! A wallet of the reference in a process of its own: `tests/reference/peer.mjs`.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::world::root;

pub struct Peer {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: u64,
}

impl Peer {
    pub fn start(url: &str) -> Self {
        let reference = root().join("tests/reference");
        let node = reference.join("node_modules/.native/bin/node");
        let mut child = Command::new(node)
            .arg(reference.join("peer.mjs"))
            .args(["--url", url])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the reference can be run");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self {
            child,
            input,
            output,
            next: 1,
        }
    }

    /// Sends a command and gives its answer, or why it failed.
    pub fn try_ask(&mut self, command: &str, fields: Value) -> Result<Value, String> {
        let mut request = json!({ "id": self.next, "do": command });
        let members = request.as_object_mut().unwrap();
        members.extend(fields.as_object().cloned().unwrap_or_default());
        self.next += 1;
        let input = self.input.as_mut().unwrap();
        writeln!(input, "{request}").expect("the peer listens");
        let mut line = String::new();
        self.output.read_line(&mut line).expect("the peer answers");
        let answer: Value = serde_json::from_str(&line).expect("the peer answers in JSON");
        assert_eq!(answer["id"], request["id"]);
        match answer.get("error") {
            Some(error) => Err(error.as_str().unwrap_or_default().to_owned()),
            None => Ok(answer["ok"].clone()),
        }
    }

    /// Sends a command that must succeed.
    pub fn ask(&mut self, command: &str, fields: Value) -> Value {
        let shown = fields.to_string();
        match self.try_ask(command, fields) {
            Ok(answer) => answer,
            Err(error) => panic!("the reference fails at {command} {shown}: {error}"),
        }
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It ends when its input does.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
