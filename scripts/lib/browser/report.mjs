// The table of `scripts/bench browser`, and the bounds.

/** Milliseconds from the first message to a worker that does not run until the answer. */
const COLD_EMPTY_MS = 250;
/** The same with a wallet of many notes. */
const COLD_FULL_MS = 600;
/** The reference in the same browser has to take this many times as long. */
const TIMES_FASTER = 50;
/** The reference in Node has to take this many times as long. */
const TIMES_FASTER_THAN_NODE = 2;
/** What a page that is no dapp is burdened with. */
const CONTENT_BYTES = 10_000;
const CONTENT_MS = 2;

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

const ms = (value) => (value == null ? '–' : value >= 100 ? value.toFixed(0) : value.toFixed(1));
const mb = (bytes) => (bytes ? `${(bytes / 1e6).toFixed(1)} MB` : '–');
const times = (theirs, ours) => (theirs == null || ours == null ? '–' : `${(theirs / ours).toFixed(theirs / ours < 10 ? 1 : 0)}×`);

const OPERATIONS = {
  balance: 'private balance',
  simulate: 'simulate a private transfer',
  send: 'private transfer, approved → sent',
};

/** The result as text, and the bounds that are broken. */
export function report(result) {
  const { ours, reference, inNode, coldNew, coldFirst, coldEmpty, coldFull, unlock, contentScripts, notes, memory } = result;
  const many = notes.toLocaleString('en');
  const lines = [
    `${result.browser}, ${result.machine.cpu}, ${result.machine.cores} cores, load ${result.load.toFixed(1)}; ` +
      `times in ms: the first, and the median of ${result.runs} warm ones`,
    '',
    '| | ours, first | ours, warm | reference, first | reference, warm | ratio, first | ratio, warm | reference in Node, first | warm | ratio, first | ratio, warm |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
  ];
  const bounds = [];
  const goals = [];
  const atMost = (what, value, bound, unit) => bounds.push({ what, holds: value <= bound, text: `${unit(value)}, at most ${unit(bound)}` });
  const row = (...cells) => lines.push(`| ${cells.join(' | ')} |`);

  const open = reference?.open;
  const cold = (title, { warm }) => row(title, '', ms(warm), ms(open?.first), ms(open?.warm), '', times(open?.warm, warm), '', '', '', '');
  cold('cold start to the first answer, no wallet yet', coldNew.answered);
  cold('cold start to the first answer, new wallet', coldFirst.answered);
  cold('cold start to the first answer, empty wallet in use', coldEmpty.answered);
  cold('… to the network being ready', coldEmpty.ready);
  cold(`cold start to the first answer, ${many} notes`, coldFull.answered);
  cold('… to the notes being at hand', coldFull.ready);
  atMost('cold start, empty wallet in use', coldEmpty.answered.warm, COLD_EMPTY_MS, (value) => `${ms(value)} ms`);
  atMost(`cold start, ${many} notes`, coldFull.answered.warm, COLD_FULL_MS, (value) => `${ms(value)} ms`);
  row('unlock by password', ms(unlock.first), ms(unlock.warm), '–', '–', '–', '–', '–', '–', '–', '–');

  for (const [name, title] of Object.entries(OPERATIONS)) {
    const [us, them, node] = [ours[name], reference?.[name], inNode?.[name]];
    const cells = (other) => [ms(other?.first), ms(other?.warm), times(other?.first, us.first), times(other?.warm, us.warm)];
    row(title, ms(us.first), ms(us.warm), ...cells(them), ...cells(node));
    if (them) atMost(`${title}, the first time, beside the reference in the same browser`, us.first, them.first / TIMES_FASTER, (value) => `${ms(value)} ms`);
    if (!node) continue;
    atMost(`${title}, the first time, beside the reference in Node`, us.first, node.first / TIMES_FASTER_THAN_NODE, (value) => `${ms(value)} ms`);
    const goal = node.warm / TIMES_FASTER_THAN_NODE;
    goals.push(`${us.warm <= goal ? 'reached' : 'MISSED '} ${title}, warm, beside the reference in Node: ${ms(us.warm)} ms, at most ${ms(goal)} ms`);
  }
  const { first: full, problem } = result.fullBalance;
  row(`balances with ${many} notes, once`, ms(full), '', '–', '–', '', '', '–', '–', '', '');
  // The contract's own function adds notes up recursively, and ends at about 9,000 of them.
  if (problem) lines.push('', `The balance of ${many} notes: ${problem}`);
  lines.push(
    '',
    `Peak memory of its own: the extension’s process ${mb(memory.extension)}, the reference’s page ${mb(memory.page)}.`,
    `Packed extension: ${mb(result.packed)}.`,
  );
  const content = median(contentScripts.times);
  lines.push(`A page that is no dapp: ${contentScripts.bytes} bytes of scripts, ${content.toFixed(2)} ms.`);
  atMost('bytes of scripts in a page that is no dapp', contentScripts.bytes, CONTENT_BYTES - 1, (value) => `${value} bytes`);
  atMost('time of scripts in a page that is no dapp', content, CONTENT_MS, (value) => `${value.toFixed(2)} ms`);

  const broken = bounds.filter(({ holds }) => !holds);
  lines.push('', ...bounds.map(({ what, holds, text }) => `${holds ? 'kept  ' : 'BROKEN'}  ${what}: ${text}`));
  if (goals.length > 0) lines.push('', 'Not bounds, but goals:', ...goals);
  return { text: `\n${lines.join('\n')}`, broken };
}
