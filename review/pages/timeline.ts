import type { Problem } from '../../lib/problems/problem.ts';
import type { Overview } from '../query/facets.ts';
import { type Filter, KEYS } from '../query/filter.ts';
import { filterParams } from '../query/filter-text.ts';
import type { Row } from '../query/row.ts';
import { chips, facetLists, filterForm, paramName } from './filters.ts';
import { histogramPicture } from './histogram.ts';
import { type Html, html } from './html.ts';
import { address, timelineLink } from './links.ts';
import { rowItem } from './row.ts';
import { whole } from './shown.ts';
import type { When } from './when.ts';

export interface TimelineView {
  readonly filter: Filter;
  /** What is wrong with the address: it was left out of the filter. */
  readonly problems: readonly Problem[];
  readonly overview: Overview;
  readonly rows: readonly Row[];
  /** The address of the next page; absent: these rows are the last. */
  readonly older?: string;
  /** Whether these rows begin with the newest. */
  readonly isFirst: boolean;
  /** Milliseconds: what came in later is not here. */
  readonly now: number;
  readonly when: When;
}

/** Newest first, by day. */
export function timelinePage(view: TimelineView): Html {
  const { filter, problems, overview, when } = view;
  return html`<div class="headline">
      <h1>${overview.total.toLocaleString('en')} ${overview.total === 1 ? 'event' : 'events'}</h1>
      ${presets(filter)} ${exports(filter)}
    </div>
    ${problemNotes(problems)}
    ${chips(filter)}
    ${overview.histogram !== undefined && histogramPicture(overview.histogram, filter, when)}
    <div class="columns">
      <aside aria-label="Choose what is shown">
        <details class="sheet"><summary>Filter</summary>${filterForm(filter)}</details>
        <details class="facets" data-open-wide open><summary>What there is</summary>${facetLists(overview.facets, filter)}</details>
      </aside>
      <section aria-label="Events">${list(view)}</section>
    </div>`;
}

/** What of the address was left out of the filter, and why. */
export function problemNotes(problems: readonly Problem[]): Html {
  return html`${problems.map(({ path, message }) => html`<p class="note warn"><strong>${paramName(path)}</strong> was left out. ${whole(message)}</p>`)}`;
}

const RANGES = [
  ['1h', 'last hour'],
  ['24h', 'day'],
  ['7d', 'week'],
  ['30d', 'month'],
] as const;

function presets({ from, to, ...filter }: Filter): Html {
  return html`<nav class="ranges" aria-label="Time">
    ${RANGES.map(([since, text]) => html`<a href="${timelineLink({ ...filter, from: since })}"${from === since && to === undefined && html` aria-current="true"`}>${text}</a>`)}
    <a href="${timelineLink(filter)}"${from === undefined && to === undefined && html` aria-current="true"`}>all</a>
  </nav>`;
}

function exports(filter: Filter): Html {
  const link = (format: string) => address('/export', filterParams(filter), { format });
  return html`<p class="exports">Export <a href="${link('json')}">JSON</a> <a href="${link('ndjson')}">NDJSON</a> <a href="${link('yaml')}">YAML</a></p>`;
}

function list(view: TimelineView): Html {
  const { rows, isFirst, now, filter } = view;
  const news = address('/events/news', filterParams(filter));
  return html`${
    isFirst &&
    html`<div class="live" data-live="${news}" data-since="${now}" hidden>
      <button type="button" aria-pressed="false">Follow what comes in</button> <span role="status"></span>
      <ol class="events" aria-label="What has come in since"></ol>
    </div>`
  }
    ${rows.length === 0 ? html`<p class="note">${nothing(view)}</p>` : rowsPart(view)}`;
}

/** The rows, and where those before them are. */
export function rowsPart(view: TimelineView): Html {
  const { older } = view;
  return html`${byDay(view)}
    ${
      older === undefined
        ? html`<p class="soft end-of-list">These are all: nothing older matches.</p>`
        : html`<p class="older"><a class="button" rel="next" href="${older}">Older events</a></p>`
    }`;
}

/** A heading and a list for each day. */
function byDay({ rows, when, filter }: Pick<TimelineView, 'rows' | 'when' | 'filter'>): Html {
  const days = Map.groupBy(rows, ({ time }) => when.day(time));
  return html`${[...days].map(
    ([day, those]) => html`<h2 class="day">${day}</h2>
    <ol class="events">${those.map((row) => rowItem(row, when, filter))}</ol>`,
  )}`;
}

function nothing({ overview, isFirst, filter }: TimelineView): Html {
  if (!isFirst) return html`Nothing older matches. <a href="${timelineLink(filter)}">Back to the newest</a>.`;
  const all = html`<a href="${timelineLink({})}">Show everything</a>`;
  const { from, to, text } = filter;
  const isNarrow = overview.total === 0 && (from !== undefined || to !== undefined || text !== undefined);
  const isNamed = KEYS.some((key) => filter[key].some((value) => !value.includes('*')));
  return html`No event matches, and the credentials may read all that is asked. What the audit policy drops is not stored.${isNarrow && ' Try a longer time, or fewer words: bodies are not searched.'}${isNamed && ' Names must match whole, and * stands for anything: *maria* finds a part.'} ${all}.`;
}
