// The recorded circuit executions, for Node and for pages alike.

const FOLDERS = ['recordings', 'recordings-extra'];

/**
 * All recordings with what they should result in.
 * @param {(path: string) => Promise<Uint8Array>} load reads a file below `vectors/` or `modules/`
 */
export async function recordings(load) {
  const all = [];
  for (const folder of FOLDERS) {
    const index = JSON.parse(new TextDecoder().decode(await load(`vectors/${folder}/index.json`)));
    for (const entry of index) {
      all.push({
        name: entry.recording.replace(/\.json\.gz$/, ''),
        recording: `vectors/${folder}/${entry.recording}`,
        artifact: `modules/${entry.artifact}`,
        function: entry.function,
        expected: `witnesses=${entry.witnesses} sha256=${entry.sha256}`,
      });
    }
  }
  return all;
}

/** Reads files over HTTP, from where the page came. */
export async function fetchFile(path) {
  const response = await fetch(`/${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Replays a recording by our engine: `witnesses=N sha256=HEX`, or why it fails. */
export async function replay({ Replay }, load, entry) {
  try {
    const [recording, artifact] = await Promise.all([load(entry.recording), load(entry.artifact)]);
    const replay = new Replay(recording, artifact);
    try {
      return replay.outcome();
    } finally {
      replay.free();
    }
  } catch (error) {
    return String(error);
  }
}
