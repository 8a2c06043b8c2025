import type { ChangeLog, Life } from '../query/change-log.ts';
import { type Entry, type EntryKind, isGrey } from '../query/entry.ts';
import { ALL } from '../query/filter.ts';
import { objectFilter, objectParams } from '../query/object.ts';
import { cursorText } from '../query/timeline.ts';
import { type Evidence, evidenceNotes } from './evidence.ts';
import { type Html, html } from './html.ts';
import { address, eventLink, objectLink, only, timelineLink } from './links.ts';
import { marks } from './row.ts';
import { plainShown, shown, whole } from './shown.ts';
import type { When } from './when.ts';
import { ending, kindWords, person } from './words.ts';

/** The lives of an object and what changed in them. */
export function objectPage({ key, lives, next, largeAfter }: ChangeLog, evidence: Evidence, when: When): Html {
  const link = (format: string) => address('/export', objectParams(key), { format });
  const title = [key.namespace, key.name].filter((each) => each !== undefined).join('/');
  return html`<div class="headline">
      <div><p class="soft">${shown(key.group === '' ? key.resource : `${key.resource}.${key.group}`, 120)} in the cluster ${shown(key.cluster, 80)}</p>
        <h1>${shown(title, 200)}</h1></div>
      <p class="exports">Export its history <a href="${link('json')}">JSON</a> <a href="${link('ndjson')}">NDJSON</a> <a href="${link('yaml')}">YAML</a></p>
    </div>
    ${evidenceNotes(evidence)}
    <nav class="buttons" aria-label="What belongs to it">
      <a class="button" href="${timelineLink(objectFilter(key))}">All events about it, reading too</a>
    </nav>
    ${lives.length === 0 && html`<p class="note">No change of it is stored, and the credentials may read all that is asked. It may have been made before the first stored event, or the audit policy drops its changes.</p>`}
    ${lives.map((life, at) => lifeSection(life, at, when))}
    ${largeAfter !== undefined && html`<p class="note">These events are so large that this page ends after ${largeAfter} of them: <q>Older changes</q> goes on with the next.</p>`}
    ${next === undefined ? lives.length > 0 && html`<p class="soft end-of-list">Nothing older is stored.</p>` : html`<p class="older"><a class="button" rel="next" href="${objectLink(key, { after: cursorText(next) })}">Older changes</a></p>`}`;
}

function lifeSection({ uid, entries }: Life, at: number, when: When): Html {
  const versions = entries.filter(({ kind }) => kind === 'version');
  return html`<section class="sheet life" aria-label="${at === 0 ? 'The newest life' : 'An earlier life'}">
    <h2>${at === 0 ? 'Changes' : 'An earlier object of this name'}${uid !== undefined && html` <span class="mark" title="The object’s own ID: one made anew has another">${shown(uid, 40)}</span>`}</h2>
    ${versions.length > 1 && pick(versions, when)}
    <ol class="changes">${entries.map((entry) => entryItem(entry, when))}</ol>
  </section>`;
}

/** Any two versions, side by side. */
function pick(versions: readonly Entry[], when: When): Html {
  const options = (chosen: number) =>
    versions.map(
      ({ row, summary }, at) =>
        html`<option value="${row.id}"${at === chosen && html` selected`}>${when.text(row.time)} · ${plainShown(person(row.who).slice(0, 40))} · ${plainShown(summary.slice(0, 60))}</option>`,
    );
  return html`<details class="pick"><summary>Compare any two versions</summary><form action="/diff" class="fields">
    <label>Older <select name="left">${options(versions.length - 1)}</select></label>
    <label>Newer <select name="right">${options(0)}</select></label>
    <p><button class="main">Compare</button></p></form></details>`;
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

function entryItem(entry: Entry, when: When): Html {
  const { row, kind, summary, details, before, isAsSent, notes } = entry;
  const compare = before !== undefined && address('/diff', new URLSearchParams({ left: before.id, right: row.id }));
  const first = kind === 'version' && before === undefined && address('/diff', new URLSearchParams({ right: row.id }));
  const mark = KINDS[kind];
  return html`<li class="event change${isGrey(entry) && ' grey'}">
    <div class="when">${when.moment(row.time, 'full')}</div>
    <div class="who"><a href="${only(ALL, 'user', row.who.name)}">${shown(person(row.who), 60)}</a></div>
    <div class="what"><a class="open" href="${compare || eventLink(row.id)}">${shown(summary, 300)}</a>${mark !== '' && html` <span class="mark">${mark}${row.code !== undefined && isGrey(entry) && ` · ${row.code} ${ending(row)}`}</span>`}${isAsSent && html` <span class="mark warn" title="The answer was not recorded: this is what the caller sent, before defaults were filled in">as sent</span>`}${marks(row)}
      ${details.length > 0 && html`<ul class="details">${details.map((each) => html`<li>${shown(each, 300)}</li>`)}</ul>`}
      ${notes.map((note) => html`<p class="soft">${whole(note)}</p>`)}
      <p class="links">${compare && html`<a href="${compare}">Compare with before</a>`}${first && html`<a href="${first}">Show it whole</a>`} <a href="${eventLink(row.id)}">The event</a>${kind === 'line' && html` <span class="soft">${shown(kindWords(row), 80)}</span>`}</p></div>
  </li>`;
}
