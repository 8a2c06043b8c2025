import type { ChangeLog, Life } from '../query/change-log.ts';
import { type Entry, type EntryKind, isGrey } from '../query/entry.ts';
import { ALL } from '../query/filter.ts';
import { objectFilter, objectParams } from '../query/object.ts';
import { placeText, type Row } from '../query/row.ts';
import { type Cursor, cursorText, newestFirst } from '../query/timeline.ts';
import { type Evidence, evidenceNotes } from './evidence.ts';
import { type Html, html } from './html.ts';
import { address, diffLink, eventLink, objectLink, only, timelineLink } from './links.ts';
import { marks } from './row.ts';
import { shown, whole } from './shown.ts';
import type { When } from './when.ts';
import { ending, kindWords, person } from './words.ts';

interface ObjectView {
  readonly log: ChangeLog;
  readonly evidence: Evidence;
  readonly when: When;
  /** The version that another one is looked for to compare it with. */
  readonly chosen?: Row;
  /** Where this page begins; absent: at the newest. */
  readonly after?: Cursor;
}

/** The lives of an object and what changed in them. */
export function objectPage(view: ObjectView): Html {
  const { log, evidence } = view;
  const { key, lives, largeAfter } = log;
  const link = (format: string) => address('/export', objectParams(key), { format });
  const title = placeText(key);
  return html`<div class="headline">
      <div><p class="soft">${shown(key.group === '' ? key.resource : `${key.resource}.${key.group}`, 120)} in the cluster ${shown(key.cluster, 80)}</p>
        <h1>${shown(title, 200)}</h1></div>
      <p class="exports">Export its history <a href="${link('json')}">JSON</a> <a href="${link('ndjson')}">NDJSON</a> <a href="${link('yaml')}">YAML</a></p>
    </div>
    ${evidenceNotes(evidence)}
    <nav class="buttons" aria-label="What belongs to it">
      <a class="button" href="${timelineLink(objectFilter(key))}">All events about it, reading too</a>
    </nav>
    ${chosenNote(view)}
    ${lives.length === 0 && html`<p class="note">No change of it is stored, and the credentials may read all that is asked. It may have been made before the first stored event, or the audit policy drops its changes.</p>`}
    ${lives.map((life, at) => lifeSection(life, at, view))}
    ${largeAfter !== undefined && html`<p class="note">These events are so large that this page ends after ${largeAfter} of them: <q>Older changes</q> goes on with the next.</p>`}
    ${older(view)}`;
}

function older({ log: { key, lives, next }, chosen }: ObjectView): Html | false {
  if (next === undefined) return lives.length > 0 && html`<p class="soft end-of-list">Nothing older is stored.</p>`;
  const place = { after: cursorText(next), ...(chosen && { with: chosen.id }) };
  return html`<p class="older"><a class="button" rel="next" href="${objectLink(key, place)}">Older changes</a></p>`;
}

/** The other one may be on another page. */
function chosenNote({ log: { key }, chosen, after, when }: ObjectView): Html | false {
  if (chosen === undefined) return false;
  return html`<p class="note">Chosen to be compared: the version of ${when.moment(chosen.time, 'full')} by ${shown(person(chosen.who), 60)}. Choose the other one below. ${after !== undefined && html`<a href="${objectLink(key, { with: chosen.id })}">Begin at the newest</a> `}<a href="${objectLink(key)}">Choose none</a></p>`;
}

function lifeSection({ uid, entries }: Life, at: number, view: ObjectView): Html {
  return html`<section class="sheet life" aria-label="${at === 0 ? 'The newest life' : 'An earlier life'}">
    <h2>${at === 0 ? 'Changes' : 'An earlier object of this name'}${uid !== undefined && html` <span class="mark" title="The object’s own ID: one made anew has another">${shown(uid, 40)}</span>`}</h2>
    <ol class="changes">${entries.map((entry) => entryItem(entry, view))}</ol>
  </section>`;
}

/** Leads to any two versions, wherever the other one is. */
function choice({ row, kind }: Entry, { log: { key }, chosen, after }: ObjectView): Html | false {
  if (kind !== 'version') return false;
  const here = { ...(after && { after: cursorText(after) }), with: row.id };
  if (chosen === undefined) return html` <a href="${objectLink(key, here)}">Compare with another</a>`;
  if (chosen.id === row.id) return html` <span class="mark">chosen</span>`;
  const [newer, before] = [chosen, row].toSorted(newestFirst);
  return html` <a href="${diffLink(newer?.id ?? row.id, before?.id)}">Compare with the chosen one</a>`;
}

const KINDS: Readonly<Record<EntryKind, string>> = {
  version: '',
  'no change': 'changed nothing',
  'unknown change': 'nobody recorded what',
  line: 'no version of it',
  failure: 'failed',
  'dry run': 'only rehearsed',
  'deletion requested': 'deletion requested',
  deleted: 'deleted',
  'deleted with a collection': 'deleted with others',
  'may have been deleted': 'may have been deleted',
};

function entryItem(entry: Entry, view: ObjectView): Html {
  const { row, kind, summary, details, before, isAsSent, notes } = entry;
  const { when } = view;
  const compare = before !== undefined && diffLink(row.id, before.id);
  const first = kind === 'version' && before === undefined && diffLink(row.id);
  const mark = summary.startsWith(KINDS[kind]) ? '' : KINDS[kind];
  return html`<li class="event change${isGrey(entry) && ' grey'}">
    <div class="when">${when.moment(row.time, 'full')}</div>
    <div class="who"><a href="${only(ALL, 'user', row.who.name)}">${shown(person(row.who), 60)}</a></div>
    <div class="what"><a class="open" href="${compare || eventLink(row.id)}">${shown(summary, 300)}</a>${mark !== '' && html` <span class="mark">${mark}${row.code !== undefined && isGrey(entry) && ` · ${row.code} ${ending(row)}`}</span>`}${isAsSent && html` <span class="mark warn" title="The answer was not recorded: this is what the caller sent, before defaults were filled in">as sent</span>`}${marks(row)}
      ${details.length > 0 && html`<ul class="details">${details.map((each) => html`<li>${shown(each, 300)}</li>`)}</ul>`}
      ${notes.map((note) => html`<p class="soft">${whole(note)}</p>`)}
      <p class="links">${compare && html`<a href="${compare}">Compare with before</a>`}${first && html`<a href="${first}">Show it whole</a>`}${choice(entry, view)} <a href="${eventLink(row.id)}">The event</a>${kind === 'line' && html` <span class="soft">${shown(kindWords(row), 80)}</span>`}</p></div>
  </li>`;
}
