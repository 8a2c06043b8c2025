import { type Html, html } from './html.ts';

/** Characters of a text that stand in a list; the rest is on the event's own page. */
const IN_A_LIST = 160;

/** What nobody sees and what turns a line around: controls, bidirectional marks, zero widths, separators, lone surrogates. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u3164\uffa0]/u;

/** A name that a caller chose, in a list: its end is left out where it is long, and what can't be seen is named. */
export function shown(text: string | undefined, longest = IN_A_LIST): Html {
  if (text === undefined || text === '') return html`<span class="none">none</span>`;
  const cut = cutAt(text, longest);
  const left = text.length - cut.length;
  return html`<bdi>${breakable(cut)}</bdi>${left > 0 && html`<span class="mark" title="The whole text is on the event’s page">… ${left.toLocaleString('en')} more characters</span>`}`;
}

/** The whole of it. */
export function whole(text: string | undefined): Html {
  return shown(text, Number.POSITIVE_INFINITY);
}

/** A block of text as it is, its lines kept. */
export function block(text: string): Html {
  return html`${text.split(/(\n)/).map((line) => (line === '\n' ? line : visible(line)))}`;
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

function visible(text: string): Html {
  if (!UNSEEN.test(text)) return html`${text}`;
  const parts = text.split(new RegExp(`(${UNSEEN.source})`, 'u'));
  return html`${parts.map((part, at) => (at % 2 === 0 || part === '\t' ? part : named(part)))}`;
}

function named(character: string): Html {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return html`<span class="unseen" title="A character that can’t be seen">U+${code}</span>`;
}
