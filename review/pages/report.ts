import type { Coverage, Hour } from '../query/coverage.ts';
import type { Chapter, Count } from '../query/report.ts';
import { placeOf, type Row } from '../query/row.ts';
import { type Html, html } from './html.ts';
import { shown } from './shown.ts';
import { whenIn } from './when.ts';
import { deed, kindWords, person, shorter } from './words.ts';

export interface ReportView {
  /** `2026-10`. */
  readonly month: string;
  /** Milliseconds. */
  readonly range: { readonly from: number; readonly to: number };
  readonly made: number;
  /** Where the events were read, without what signs in there. */
  readonly server: string;
  /** The one cluster that it was asked about; absent: all. */
  readonly cluster?: string;
  /** All that are stored of the month, whatever chapter they are in. */
  readonly events: number;
  readonly chapters: readonly Chapter[];
  /** By cluster; a sentence: why the ledger was not asked. */
  readonly coverage: readonly { readonly cluster: string; readonly found: Coverage | string }[];
}

/** A report is read in other places than where it was made. */
const UTC = whenIn('UTC');
const DAY = 86_400_000;

/** One file that asks for no other, and that prints well. */
export function reportPage(view: ReportView, styleElement: Html): Html {
  const { month, range, made, server, events, cluster, chapters, coverage } = view;
  const isOver = made >= range.to;
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'" />
    <title>Kubernetes audit, ${month}</title>
    ${styleElement}
  </head>
  <body>
    <main class="report">
      <header>
        <h1>Kubernetes audit, ${monthName(range.from)}</h1>
        <p class="soft">Made on ${UTC.moment(made, 'full')} from the events at ${server}. All times are in UTC.</p>
        ${!isOver && html`<p class="note warn">The month is not over: this report tells of its beginning.</p>`}
        ${events === 0 && html`<p class="note warn">No event of this month${cluster !== undefined && html` and of a cluster called ${shown(cluster, 100)}`} is stored: that there is nothing below proves nothing.</p>`}
        <p class="soft">It tells of what was forwarded: what the API server never recorded, and what the audit policy dropped, is not in it.</p>
      </header>
      <section class="tiles" aria-label="In figures">${chapters.map(({ title, total, droppedOf }) => html`<div class="sheet"><strong class="total">${figure(total)}</strong><span>${title}${droppedOf.length > 0 && ' (not all kept)'}</span></div>`)}</section>
      ${coverage.map((one) => coverageSection(one, range))}
      ${chapters.map((chapter) => chapterSection(chapter, range))}
    </main>
  </body>
</html>`;
}

function monthName(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', month: 'long', year: 'numeric' }).format(time);
}

function figure(count: number): string {
  return count.toLocaleString('en');
}

function chapterSection(chapter: Chapter, range: ReportView['range']): Html {
  const { title, says, total, users, otherUsers, namespaces, objects, rows } = chapter;
  const dropped = droppedNote(chapter);
  if (total === 0)
    return html`<section class="sheet"><h2>${title}</h2><p class="soft">${says}</p><p>None.</p>${dropped}</section>`;
  return html`<section class="sheet"><h2>${title}: ${figure(total)}</h2><p class="soft">${says}</p>${dropped}
    ${days(chapter, range)}
    <div class="lists">
      <div><h3>By user</h3>${bars(users.map(({ text, count, namespaces: where }) => ({ text: shorter(text), count, more: where.map((one) => `${one.text} ${figure(one.count)}`).join(', ') })))}${otherUsers > 0 && html`<p class="soft">${figure(otherUsers)} by others</p>`}</div>
      <div><h3>By namespace</h3>${namespaces.length === 0 ? html`<p class="soft">In none.</p>` : bars(namespaces)}</div>
      <div><h3>By object</h3>${objects.length === 0 ? html`<p class="soft">Of none by name.</p>` : bars(objects)}</div>
    </div>
    <h3>${rows.length < total ? `The newest ${figure(rows.length)} of ${figure(total)}` : 'All of them'}</h3>
    <table class="rows"><thead><tr><th scope="col">When</th><th scope="col">Who</th><th scope="col">What</th><th scope="col">From</th><th scope="col">Answer</th></tr></thead>
    <tbody>${rows.map(rowLine)}</tbody></table>
  </section>`;
}

/** No record must never look like no event. */
function droppedNote({ droppedOf }: Chapter): Html | false {
  if (droppedOf.length === 0) return false;
  return html`<p class="note warn">The audit policy of ${shown(droppedOf.join(', '), 300)} does not keep all such events: they may have happened, and are not on record. <q>restricted</q> and <q>everything</q> are presets that keep more.</p>`;
}

function rowLine(row: Row): Html {
  const place = placeOf(row);
  const command = row.kind?.subresource === 'exec' ? commandOf(row.uri) : undefined;
  return html`<tr><td>${moment(row.time)}</td><td>${shown(person(row.who), 60)}${row.who.impersonated !== undefined && html` as ${shown(shorter(row.who.impersonated), 60)}`}</td><td>${deed(row)} ${shown(kindWords(row), 80)} <strong>${place !== '' && shown(place, 100)}</strong>${command !== undefined && html` <code>${shown(command, 100)}</code>`}</td><td>${shown(row.observed, 60)}</td><td>${row.code}</td></tr>`;
}

/** To the second, in UTC as the report says once. */
function moment(time: number): Html {
  const iso = new Date(time).toISOString();
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 19)}</time>`;
}

/** What exec was asked to run. */
function commandOf(uri: string | undefined): string | undefined {
  const query = uri?.split('?')[1];
  const words = query === undefined ? [] : new URLSearchParams(query).getAll('command');
  return words.length === 0 ? undefined : words.join(' ');
}

function bars(counts: readonly (Count & { readonly more?: string })[]): Html {
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return html`<ul class="bars">${counts.map(({ text, count, more }) => html`<li><span class="value">${shown(text, 60)}</span><span class="count">${figure(count)}</span><svg viewBox="0 0 100 3" preserveAspectRatio="none" aria-hidden="true"><rect width="${((count / most) * 100).toFixed(1)}" height="3"></rect></svg>${more !== undefined && more !== '' && html`<span class="more soft">${shown(more, 120)}</span>`}</li>`)}</ul>`;
}

/** A bar for each day of the month. */
function days({ title, days: counts }: Chapter, { from }: ReportView['range']): Html {
  const most = Math.max(1, ...counts);
  const step = 1000 / Math.max(1, counts.length);
  const drawn = counts.map((count, at) => {
    const tall = count === 0 ? 0 : Math.max(2, (count / most) * 60);
    return html`<rect class="bar" x="${(at * step).toFixed(1)}" y="${(60 - tall).toFixed(1)}" width="${Math.max(1, step - 3).toFixed(1)}" height="${tall.toFixed(1)}"><title>${dayOf(from + at * DAY)}: ${figure(count)}</title></rect>`;
  });
  const peak = counts.indexOf(most);
  const label = `${title} by day: most on ${dayOf(from + Math.max(0, peak) * DAY)}, ${figure(most)}`;
  return html`<figure class="histogram"><svg viewBox="0 0 1000 60" preserveAspectRatio="none" role="img" aria-label="${label}">${drawn}</svg>
    <figcaption><span>${dayOf(from)}</span><span class="soft">a bar is a day; most on ${dayOf(from + Math.max(0, peak) * DAY)}: ${figure(most)}</span><span>${dayOf(from + (counts.length - 1) * DAY)}</span></figcaption></figure>`;
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function coverageSection({ cluster, found }: ReportView['coverage'][number], { from }: ReportView['range']): Html {
  const title = html`<h2>Was everything read? ${shown(cluster, 100)}</h2>`;
  if (typeof found === 'string')
    return html`<section class="sheet">${title}<p class="note warn">${shown(found, 1000)}</p></section>`;
  const over = sum(found.hours, ({ over: each }) => each);
  const read = sum(found.hours, ({ read: each }) => each);
  return html`<section class="sheet">${title}
    <p>${read === over ? html`Each of the ${figure(over)} minutes that are over was read in full.` : html`<strong>${figure(over - read)}</strong> of the ${figure(over)} minutes that are over are in no row of the ledger: of these nothing is proven.`}
      ${figure(found.lines)} lines: ${figure(found.kept)} indexed, ${figure(found.dropped)} dropped by the audit policy, ${figure(found.parked)} parked, ${figure(found.duplicates)} duplicates${found.unaccounted !== 0 && html`, <strong>${figure(found.unaccounted)} unaccounted for</strong>`}. ${figure(found.late)} came late${found.vanished > 0 && html`, <strong>${figure(found.vanished)} are gone from CloudWatch Logs</strong>`}.</p>
    ${calendar(found.hours, from)}
  </section>`;
}

function sum(hours: readonly Hour[], of: (hour: Hour) => number): number {
  return hours.reduce((all, hour) => all + of(hour), 0);
}

const KINDS = {
  whole: 'read in full',
  part: 'read in part',
  none: 'not read',
  fault: 'lines missing',
  ahead: 'not over yet',
} as const;

function kindOf({ read, over, faults }: Hour): keyof typeof KINDS {
  if (over === 0) return 'ahead';
  if (faults > 0) return 'fault';
  return read === over ? 'whole' : read === 0 ? 'none' : 'part';
}

/** A square for each hour; a column is a day. */
function calendar(hours: readonly Hour[], from: number): Html {
  const columns = Math.ceil(hours.length / 24);
  const kinds = hours.map(kindOf);
  const squares = kinds.map(
    (kind, at) =>
      html`<rect class="hour ${kind}" x="${30 + Math.floor(at / 24) * 20}" y="${(at % 24) * 9}" width="17" height="7"><title>${dayOf(from + Math.floor(at / 24) * DAY)} ${at % 24}:00: ${KINDS[kind]}</title></rect>`,
  );
  const counts = Object.entries(KINDS).map(
    ([kind, text]) => [kind, text, kinds.filter((each) => each === kind).length] as const,
  );
  const said = counts.filter(([, , count]) => count > 0).map(([, text, count]) => `${figure(count)} hours ${text}`);
  return html`<figure class="calendar"><svg viewBox="0 0 ${30 + columns * 20} ${24 * 9 + 14}" role="img" aria-label="${said.join(', ')}">
      ${[0, 6, 12, 18].map((hour) => html`<text x="0" y="${hour * 9 + 7}">${String(hour).padStart(2, '0')}</text>`)}${squares}
      ${Array.from({ length: columns }, (_, day) => html`<text x="${30 + day * 20}" y="${24 * 9 + 10}">${day + 1}</text>`)}</svg>
    <figcaption>${counts.filter(([, , count]) => count > 0).map(([kind, text, count]) => html`<span><svg class="key" viewBox="0 0 10 10" aria-hidden="true"><rect class="hour ${kind}" width="10" height="10"></rect></svg> ${figure(count)} ${count === 1 ? 'hour' : 'hours'} ${text}</span>`)}</figcaption></figure>`;
}
