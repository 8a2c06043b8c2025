import { type Html, html } from './html.ts';

/** Characters of a text that stand in a list; the rest is on the event's own page. */
const IN_A_LIST = 160;

/** What nobody sees and what turns a line around: controls, bidirectional marks, zero widths, separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/u;

/** Runs of these; a tab stays, and in a block the end of a line. */
const RUNS = new RegExp(`((?:(?!\\t)${UNSEEN.source})+)`, 'gu');
const RUNS_IN_LINES = new RegExp(`((?:(?![\\t\\n])${UNSEEN.source})+)`, 'gu');
/** Runs of one text that are marked as what they are; those behind them are told as text. */
const MOST_NAMED = 100;
const MOST_OF_A_RUN = 8;

/** A name that a caller chose, in a list: its end is left out where it is long, and what can't be seen is named. */
export function shown(text: string | undefined, longest = IN_A_LIST): Html {
  if (text === undefined || text === '') return html`<span class="none">none</span>`;
  const cut = cutAt(text, longest);
  const left = text.length - cut.length;
  return html`<bdi>${breakable(cut)}</bdi>${left > 0 && html`<span class="mark" title="The whole text is on the event’s page">… ${left.toLocaleString('en')} more characters</span>`}`;
}

/** For where no element may stand: a title, an option, an attribute. */
export function plainShown(text: string): string {
  return text.replaceAll(RUNS, codes);
}

/** The whole of it. */
export function whole(text: string | undefined): Html {
  return shown(text, Number.POSITIVE_INFINITY);
}

/** A block of text as it is, its lines kept. */
export function block(text: string): Html {
  return visible(text, RUNS_IN_LINES);
}

/** Never within a surrogate pair. */
function cutAt(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\ud800-\udbff]/.test(text.charAt(longest - 1)) ? longest - 1 : longest;
  return text.slice(0, end);
}

/** A long name ends its lines where people would. */
const BREAKS = /(?<=[@:/._])(?=[^@:/._])/;

function breakable(text: string): Html {
  const parts = text.split(BREAKS);
  return html`${parts.map((part, at) => html`${at > 0 && html`<wbr />`}${visible(part)}`)}`;
}

function visible(text: string, one = RUNS): Html {
  if (!UNSEEN.test(text)) return html`${text}`;
  // Seen and unseen in turn. A span for each of a million would be a page of many megabytes.
  const parts = text.split(one);
  const first = parts.slice(0, 2 * MOST_NAMED);
  const rest = parts.slice(first.length).map((part, at) => (at % 2 === 0 ? part : codes(part)));
  return html`${first.map((part, at) => (at % 2 === 0 ? part : named(part)))}${rest.join('')}`;
}

function named(run: string): Html {
  const title = [...run].length === 1 ? 'A character that can’t be seen' : 'Characters that can’t be seen';
  return html`<span class="unseen" title="${title}">${codes(run)}</span>`;
}

/** `U+202E`; of a long run the beginning, and how many more there are. */
function codes(run: string): string {
  const all = [...run];
  const first = all
    .slice(0, MOST_OF_A_RUN)
    .map((each) => `U+${(each.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`);
  const left = all.length - first.length;
  return `${first.join(' ')}${left > 0 ? ` and ${left.toLocaleString('en')} more` : ''}`;
}
