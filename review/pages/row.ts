import { ALL, type Filter } from '../query/filter.ts';
import { placeOf, type Row } from '../query/row.ts';
import { type Html, html } from './html.ts';
import { changeLink, eventLink, only } from './links.ts';
import { shown } from './shown.ts';
import { lasting, type When } from './when.ts';
import { deed, ending, kindParts, person, shorter } from './words.ts';

/**
 * An event as a list has it: when, who, did what, from where, with which end. `filter`: what its links
 * narrow; `style`: with the day, where nothing around it says it.
 */
export function rowItem(row: Row, when: When, filter: Filter = ALL, style: 'short' | 'full' = 'short'): Html {
  return html`<li class="event ${row.outcome}" data-id="${row.id}" data-ingested="${row.ingested}">
    <div class="when">${when.moment(row.time, style)}${lateMark(row)}</div>
    <div class="who">${whoPart(row, filter)}</div>
    <div class="what">${whatPart(row)}</div>
    <div class="where">${wherePart(row, filter)}</div>
    <div class="end">${endPart(row)}</div>
  </li>`;
}

function lateMark({ isLate, ingested, time }: Row): Html | false {
  if (!isLate || ingested === undefined) return false;
  return html` <span class="mark warn" title="It reached Elasticsearch so long after it happened">${lasting(ingested - time)} late</span>`;
}

function whoPart({ who }: Row, filter: Filter): Html {
  const name = person(who);
  const main =
    who.name === ''
      ? shown(undefined)
      : html`<a href="${only(filter, 'user', who.name)}" title="Only this user">${shown(name, 60)}</a>`;
  return html`${main}${who.impersonated !== undefined && html`<div class="more">acting as ${shown(shorter(who.impersonated), 60)}</div>`}${iamPart(who, name)}`;
}

/** Through which IAM identity, where that is not the name itself. */
function iamPart({ arn, name: known, session }: Row['who'], name: string): Html | false {
  const role = shorter(arn ?? known);
  if (role === name) return false;
  const isEnding = session !== undefined && role.endsWith(`/${session}`);
  const short = isEnding ? role.slice(0, -session.length - 1) : role;
  return html`<div class="more">${arn !== undefined && 'IAM '}${shown(short, 60)}</div>`;
}

function whatPart(row: Row): Html {
  const place = placeOf(row);
  const { resource, group } = kindParts(row);
  const changed = isChange(row) && changeLink(row.id);
  return html`<a class="open" href="${eventLink(row.id)}">${deed(row)} ${shown(resource, 100)}${group !== '' && html`<span class="soft">${shown(group, 80)}</span>`} ${place !== '' && html`<strong>${shown(place, 120)}</strong>`}</a>${changed && html` <a class="log" href="${changed}">what changed</a>`}${marks(row)}${whyPart(row)}`;
}

const CHANGING = new Set(['create', 'update', 'patch', 'delete']);

/** Whether one object, known by its name, is another one since. */
export function isChange({ verb, outcome, isDryRun, kind, name }: Row): boolean {
  return (
    CHANGING.has(verb) && outcome === 'success' && !isDryRun && kind?.subresource === undefined && name !== undefined
  );
}

const MARKS: Readonly<Record<string, string>> = {
  truncated: 'cut by CloudWatch',
  reduced: 'reduced by policy',
  cut: 'long text cut',
  clock: 'clock not credible',
};

export function marks({ tags, stage }: Pick<Row, 'tags' | 'stage'>): readonly Html[] {
  const own = tags.flatMap((tag) => (Object.hasOwn(MARKS, tag) ? [MARKS[tag] ?? ''] : []));
  const all = stage === undefined || stage === 'ResponseComplete' ? own : [...own, STAGES[stage] ?? stage];
  return all.map((text) => html` <span class="mark warn">${shown(text, 40)}</span>`);
}

const STAGES: Readonly<Record<string, string>> = {
  RequestReceived: 'request arrived',
  ResponseStarted: 'answer began',
  Panic: 'the API server failed',
};

function wherePart({ observed, claimed }: Row, filter: Filter): Html {
  const seen =
    observed === undefined
      ? shown(undefined)
      : html`<a href="${only(filter, 'address', observed)}" title="Only this address, which the API server saw">${shown(observed, 60)}</a>`;
  if (claimed.length === 0) return seen;
  return html`${seen}<div class="more" title="The caller says so: nobody has checked it">claims ${shown(claimed.join(', '), 60)}</div>`;
}

function endPart(row: Row): Html {
  const style = row.outcome === 'failure' ? 'bad' : row.outcome === 'success' ? 'good' : '';
  return html`<span class="mark ${style}">${ending(row)}${row.code !== undefined && ` · ${row.code}`}</span>`;
}

/** Why it failed, in the API server's words. */
function whyPart({ outcome, reason }: Row): Html | false {
  return outcome === 'failure' && reason !== undefined && html`<div class="more">${shown(reason, 240)}</div>`;
}
