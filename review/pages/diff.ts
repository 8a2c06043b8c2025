import type { Comparison, Language, relationOf } from '../query/compare.ts';
import { type Diff, type DiffLine, inline, type ShownLine, type Side, shortened } from '../query/diff.ts';
import type { WholeEvent } from '../query/event.ts';
import { isCreation } from '../query/lives.ts';
import { objectOf } from '../query/object.ts';
import { placeOf, whatText } from '../query/row.ts';
import { type Evidence, evidenceNotes } from './evidence.ts';
import { type Html, html } from './html.ts';
import { address, eventLink, objectLink } from './links.ts';
import { block, shown, whole } from './shown.ts';
import type { When } from './when.ts';
import { deed, kindWords, person } from './words.ts';

interface DiffView {
  /** undefined: the object was not there before. */
  readonly left: WholeEvent | undefined;
  readonly right: WholeEvent;
  /** What the two have to do with each other. */
  readonly relation: ReturnType<typeof relationOf>;
  readonly comparison: Comparison;
  /** What changed, a phrase each; empty: it can't be told in short. */
  readonly words: readonly string[];
  readonly style: 'side' | 'inline';
  readonly language: Language;
  /** With all equal lines. */
  readonly isWhole: boolean;
  /** Of the time between the two. */
  readonly evidence: Evidence;
  readonly when: When;
}

/** Two versions of an object. */
export function diffPage(view: DiffView): Html {
  const { left, right, relation, comparison, words, evidence } = view;
  const { row } = relation === 'end' ? (left ?? right) : right;
  const key = objectOf(row);
  const name = placeOf(row);
  return html`<div class="headline"><div>
        <p class="soft">${shown(kindWords(row), 80)} in the cluster ${shown(row.cluster, 80)}</p>
        <h1>What changed in ${shown(name, 160)}</h1></div>
      ${key !== undefined && html`<p class="buttons"><a class="button" href="${objectLink(key)}">All its changes</a> <a class="button" href="${objectLink(key, { with: row.id })}">Compare with another</a></p>`}
    </div>
    ${relation === 'two objects' && html`<p class="note warn">These are two objects: before is ${shown(left && whatText(left.row), 200)}, after is ${shown(whatText(right.row), 200)}.</p>`}
    ${words.length > 0 && html`<ul class="answer words">${words.slice(0, MOST_WORDS).map((each) => html`<li>${shown(each, 400)}</li>`)}${words.length > MOST_WORDS && html`<li class="soft">and ${words.length - MOST_WORDS} more</li>`}</ul>`}
    ${evidenceNotes(evidence)}
    ${comparison.kind === 'diff' ? html`${comparison.notes.map((note) => html`<p class="note warn">${whole(note)}</p>`)}${difference(view, comparison.diff)}` : noEvidence(view, comparison.why)}`;
}

const MOST_WORDS = 12;

/** Why there is nothing before. */
function absence({ row }: WholeEvent): string {
  return isCreation(row) ? 'It was not there.' : 'No version before this one is stored.';
}

function noEvidence(view: DiffView, why: readonly string[]): Html {
  return html`<section class="note warn"><h2>There is nothing to compare</h2>${why.map((sentence) => html`<p>${whole(sentence)}</p>`)}</section>
    <section class="sheet versions">${before(view)}${after(view)}</section>`;
}

interface VersionOptions {
  readonly when: When;
  /** Why there is no event. */
  readonly absent?: string;
  /** Absent: what is compared. */
  readonly object?: string | undefined;
}

/** What the event was about, where that is not what is compared. */
function other({ relation, right }: DiffView): string | undefined {
  return relation === 'one object' ? undefined : whatText(right.row);
}

function before({ left, right, when }: DiffView): Html {
  return version('Before', left, { when, absent: absence(right) });
}

function after(view: DiffView): Html {
  return version('After', view.right, { when: view.when, object: other(view) });
}

function version(title: string, event: WholeEvent | undefined, { when, absent, object }: VersionOptions): Html {
  if (event === undefined) return html`<div><h2>${title}</h2><p class="soft">${absent}</p></div>`;
  const { row } = event;
  return html`<div><h2>${title}</h2><p>${when.moment(row.time, 'full')}</p>
    <p><a href="${eventLink(row.id)}">${shown(person(row.who), 80)} ${deed(row)} ${object === undefined ? 'it' : shown(object, 160)}</a></p></div>`;
}

function difference(view: DiffView, { lines, added, removed }: Diff): Html {
  const { style, isWhole } = view;
  const all: readonly ShownLine[] = isWhole ? lines : shortened(lines);
  const shownLines = all.slice(0, MOST_LINES);
  const sum =
    added + removed === 0
      ? 'Both are equal in what is shown.'
      : `${count(added, 'line')} added, ${count(removed, 'line')} removed.`;
  return html`<div class="headline"><p>${sum}</p>${choices(view)}</div>
    <div class="diff-box" role="region" aria-label="Differences" tabindex="0">
    ${
      style === 'side'
        ? html`<table class="diff side"><colgroup><col class="number" /><col /><col class="number" /><col /></colgroup><thead><tr><th colspan="2" scope="col">${before(view)}</th><th colspan="2" scope="col">${after(view)}</th></tr></thead>
      <tbody>${shownLines.map((line) => (line.kind === 'hidden' ? hiddenRow(line.count, 4) : sideRow(line)))}</tbody></table>`
        : html`<div class="sheet versions">${before(view)}${after(view)}</div><table class="diff inline"><colgroup><col class="number" /><col class="number" /><col class="sign" /><col /></colgroup><thead class="unseen-head"><tr><th scope="col">Line before</th><th scope="col">Line after</th><th scope="col">Sign</th><th scope="col">Text</th></tr></thead>
      <tbody>${shownLines.map((line) => (line.kind === 'hidden' ? hiddenRow(line.count, 4) : inline([line]).map(inlineRow)))}</tbody></table>`
    }</div>${all.length > MOST_LINES && html`<p class="note">and ${count(all.length - MOST_LINES, 'more line')}, not shown here: <a href="${eventLink(view.right.row.id)}">the event</a> has the whole object.</p>`}`;
}

/** Of a table: a browser takes long for more. */
const MOST_LINES = 5000;

function count(number: number, word: string): string {
  return `${number.toLocaleString('en')} ${word}${number === 1 ? '' : 's'}`;
}

function hiddenRow(hidden: number, columns: number): Html {
  return html`<tr class="hidden"><td colspan="${columns}">${count(hidden, 'equal line')}</td></tr>`;
}

const SIGNS = { same: ' ', added: '+', removed: '−', changed: '' } as const;

function sideRow({ kind, left, right }: DiffLine): Html {
  return html`<tr class="${kind}">${cells(left, kind === 'same' ? 'same' : 'removed')}${cells(right, kind === 'same' ? 'same' : 'added')}</tr>`;
}

function cells(side: Side | undefined, kind: 'same' | 'removed' | 'added'): Html {
  if (side === undefined) return html`<td class="number"></td><td class="text absent"></td>`;
  return html`<td class="number">${side.number}</td><td class="text ${kind}">${sign(kind)}${pieces(side)}</td>`;
}

function inlineRow({ kind, left, right }: DiffLine): Html {
  const side = right ?? left;
  return html`<tr class="${kind}"><td class="number">${left?.number}</td><td class="number">${right?.number}</td><td class="sign" aria-hidden="true">${SIGNS[kind]}</td><td class="text ${kind}">${sign(kind)}${side && pieces(side)}</td></tr>`;
}

/** For who does not see the color. */
function sign(kind: string): Html | false {
  return kind === 'same' ? false : html`<span class="unseen-label">${kind}: </span>`;
}

function pieces({ pieces: all }: Side): readonly Html[] {
  return all.map(({ text, isChanged }) => (isChanged ? html`<mark>${block(text)}</mark>` : block(text)));
}

function choices({ left, right, style, language, isWhole }: DiffView): Html {
  const link = (change: Readonly<Record<string, string>>) => {
    const now = { view: style, language, all: isWhole ? 'yes' : 'no', ...change };
    return address('/diff', new URLSearchParams({ ...(left && { left: left.row.id }), right: right.row.id }), now);
  };
  const choice = (text: string, change: Readonly<Record<string, string>>, isNow: boolean) =>
    html`<a href="${link(change)}"${isNow && html` aria-current="true"`}>${text}</a>`;
  return html`<nav class="ranges" aria-label="How it is shown">
    ${choice('Side by side', { view: 'side' }, style === 'side')}${choice('One column', { view: 'inline' }, style === 'inline')}
    ${choice('YAML', { language: 'yaml' }, language === 'yaml')}${choice('JSON', { language: 'json' }, language === 'json')}
    ${choice('Changes', { all: 'no' }, !isWhole)}${choice('All lines', { all: 'yes' }, isWhole)}
  </nav>`;
}
