import { LARGE } from '../query/compare.ts';
import type { WholeEvent } from '../query/event.ts';
import { jsonText, yamlText } from '../query/exact.ts';
import { objectOf, objectText } from '../query/object.ts';
import { placeOf, type Row } from '../query/row.ts';
import { type Html, html } from './html.ts';
import { address, changeLink, objectLink, timelineLink } from './links.ts';
import { isChange, marks } from './row.ts';
import { block, shown, whole } from './shown.ts';
import type { When } from './when.ts';
import { deed, ending, kindWords, person, shorter } from './words.ts';

/** One event with all that is known of it. */
export function eventPage(event: WholeEvent, when: When): Html {
  const { row, notes, links } = event;
  const place = placeOf(row);
  return html`<div class="headline">
      <h1>${shown(person(row.who), 80)} ${deed(row)} ${shown(kindWords(row), 120)} ${place !== '' && shown(place, 160)}</h1>
      ${outcome(row)}${marks(row)}
    </div>
    ${notes.map((note) => html`<p class="note warn">${whole(note)}</p>`)}
    <nav class="buttons" aria-label="What belongs to it">
      ${changeLinks(row)}
      ${links.map(({ text, filter }) => html`<a class="button" href="${timelineLink(filter)}">${shown(shorterLink(text), 60)}</a>`)}
    </nav>
    <section class="sheet" aria-label="What happened">${facts(row, when)}</section>
    ${bodies(event)}`;
}

function shorterLink(text: string): string {
  return text.startsWith('By ') ? `By ${shorter(text.slice(3))}` : text;
}

function outcome(row: Row): Html {
  const style = row.outcome === 'failure' ? 'bad' : row.outcome === 'success' ? 'good' : '';
  return html`<span class="mark ${style}">${ending(row)}${row.code !== undefined && ` · ${row.code}`}</span>`;
}

function changeLinks(row: Row): Html | false {
  const key = objectOf(row);
  if (key === undefined) return false;
  return html`${isChange(row) && html`<a class="button main" href="${changeLink(row.id)}">What changed</a>`}
    <a class="button" href="${objectLink(key)}">All changes of ${shown(objectText(key).split(' ').at(-1), 60)}</a>`;
}

/** Questions as a reader has them, not the fields of the event. */
function facts(row: Row, when: When): Html {
  const { who, claimed } = row;
  const all: readonly (readonly [string, Html | undefined])[] = [
    ['When', when.moment(row.time, 'full')],
    ['Who', whole(who.name)],
    ['Acting as', who.impersonated === undefined ? undefined : whole(who.impersonated)],
    ['Signed in as', who.session === undefined ? undefined : whole(who.session)],
    ['IAM identity', who.arn === undefined ? undefined : whole(who.arn)],
    ['Request', html`<code>${whole([row.verb, row.uri].filter((each) => each !== undefined).join(' '))}</code>`],
    ['Cluster', whole(row.cluster)],
    ['From', html`${whole(row.observed)} <span class="soft">(the address that the API server saw)</span>`],
    [
      'Claims to be from',
      claimed.length === 0
        ? undefined
        : html`${whole(claimed.join(', '))} <span class="soft">(said by a proxy or the caller: nobody has checked it)</span>`,
    ],
    ['With', row.agent === undefined ? undefined : whole(row.agent)],
    [
      'Answer',
      html`${ending(row)}${row.code !== undefined && html` <span class="soft">(${row.code})</span>`}${row.reason !== undefined && html`: ${whole(row.reason)}`}`,
    ],
    ['Allowed by', row.authorization === undefined ? undefined : whole(row.authorization)],
    ['Recorded', row.level === undefined ? undefined : html`${LEVELS[row.level] ?? shown(row.level)}`],
    ['Stored', row.ingested === undefined ? undefined : when.moment(row.ingested, 'full')],
    [
      'Request ID',
      row.request === undefined
        ? undefined
        : html`<code>${whole(row.request)}</code> <span class="soft">(the caller may choose it)</span>`,
    ],
    ['Document', html`<code>${row.id}</code> <span class="soft">in ${row.index}</span>`],
  ];
  return html`<dl class="facts">${all.map(([name, value]) => value !== undefined && html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

const LEVELS: Readonly<Record<string, string>> = {
  Metadata: 'who and what, without bodies',
  Request: 'with what was sent, without the answer',
  RequestResponse: 'with what was sent and the answer',
};

/** Characters of a text that a page holds. */
const LONGEST_TEXT = 200_000;

function bodies(event: WholeEvent): Html {
  const { manifest, request, response, original, row } = event;
  const isLarge = original.length > LARGE;
  const text = (value: unknown) => (isLarge ? jsonText(value) : yamlText(value));
  return html`${isLarge && html`<p class="note">This event has ${original.length.toLocaleString('en')} characters: its bodies are shown as JSON, the beginning of each.</p>`}
    ${
      manifest !== undefined &&
      html`<section class="sheet" aria-label="Manifest"><h2>The object ${manifest.from === 'response' ? 'as it was from then on' : 'as the caller sent it'}</h2>
      ${manifest.folded.length > 0 && html`<p class="soft">Left out: ${manifest.folded.join(', ')}; <q>What the API server answered</q> below has them.</p>`}
      ${code(text(manifest.shown), 'The manifest')}
      ${!isLarge && fold('As JSON', code(jsonText(manifest.shown), 'The manifest as JSON'))}</section>`
    }
    ${request !== undefined && fold('What the caller sent', code(text(request), 'What the caller sent'), manifest === undefined)}
    ${response !== undefined && fold('What the API server answered', code(text(response), 'What the API server answered'), manifest === undefined)}
    ${fold('The line as it was kept', html`<p class="soft">Byte for byte as it came, unless the event is marked as reduced. <a href="${address('/event/line', new URLSearchParams({ id: row.id }))}">Save it</a>.</p>${code(original, 'The line')}`)}
    ${fold('How Elasticsearch finds it', html`<p class="soft">The fields of the document, without the line.</p>${code(jsonText(event.document), 'The document')}`)}`;
}

function fold(title: string, body: Html, open = false): Html {
  return html`<details class="sheet"${open && html` open`}><summary><h2>${title}</h2></summary>${body}</details>`;
}

/** It scrolls by itself, so that it can be reached with the keyboard. */
export function code(text: string, label: string): Html {
  const left = text.length - LONGEST_TEXT;
  const more = html`<p class="note">${left.toLocaleString('en')} more characters are not shown here: save the line, or export the event.</p>`;
  return html`<pre class="code" tabindex="0" role="region" aria-label="${label}">${block(left > 0 ? text.slice(0, LONGEST_TEXT) : text)}</pre>${left > 0 && more}`;
}
