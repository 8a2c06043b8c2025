import type { Facet } from '../query/facets.ts';
import { type Filter, KEYS, type Key } from '../query/filter.ts';
import { type Html, html } from './html.ts';
import { timelineLink } from './links.ts';
import { shown } from './shown.ts';
import { shorter } from './words.ts';

/** What the keys of a filter are called. */
export const NAMES: Readonly<Record<Key | 'from' | 'to' | 'text', string>> = {
  cluster: 'Cluster',
  user: 'Who',
  verb: 'Action',
  kind: 'Kind',
  namespace: 'Namespace',
  name: 'Name',
  outcome: 'Outcome',
  address: 'Address',
  claimed: 'Address, or a claimed one',
  request: 'Request',
  from: 'From',
  to: 'To',
  text: 'Words',
};

/** Each part of the filter, with a link that takes it away. */
export function chips(filter: Filter): Html | false {
  const lists = KEYS.flatMap((key) =>
    filter[key].map((value) => ({
      key,
      value,
      without: { ...filter, [key]: filter[key].filter((each) => each !== value) },
    })),
  );
  const singles = (['from', 'to', 'text'] as const).flatMap((key) => {
    const { [key]: value, ...without } = filter;
    return value === undefined ? [] : [{ key, value, without }];
  });
  const all = [...singles, ...lists];
  if (all.length === 0) return false;
  return html`<ul class="chips" aria-label="What is shown">
    ${all.map(({ key, value, without }) => html`<li><a href="${timelineLink(without)}" title="Take this away"><span class="soft">${NAMES[key]}</span> ${shown(told(key, value), 60)} <span aria-hidden="true">✕</span><span class="unseen-label">: take this away</span></a></li>`)}
    <li><a class="clear" href="${timelineLink({})}">Clear all</a></li>
  </ul>`;
}

/** The same as texts: `Who maria`. */
export function toldParts(filter: Filter): readonly string[] {
  const singles = (['from', 'to', 'text'] as const).flatMap((key) => {
    const value = filter[key];
    return value === undefined ? [] : [`${NAMES[key]} ${value}`];
  });
  return [...singles, ...KEYS.flatMap((key) => filter[key].map((value) => `${NAMES[key]} ${told(key, value)}`))];
}

/** What a parameter of an address is called. */
export function paramName(path: string): string {
  if (path === 'q') return NAMES.text;
  return Object.entries(NAMES).find(([key]) => key === path)?.[1] ?? path;
}

function told(key: string, value: string): string {
  const plain = value.replaceAll(/\\([\\*])/g, '$1');
  return key === 'user' ? shorter(plain) : words(key, plain);
}

const FIELDS = [
  'from',
  'to',
  'user',
  'verb',
  'kind',
  'namespace',
  'name',
  'address',
  'claimed',
  'cluster',
] as const satisfies readonly (Key | 'from' | 'to')[];

/** What may stand in each field. */
export const EXAMPLES: Readonly<Record<(typeof FIELDS)[number], string>> = {
  from: '2h, 7d, 2026-11-21 (UTC), 2026-11-21T12:00:00Z',
  to: 'the same; a day of UTC belongs to it whole',
  user: 'maria, system:serviceaccount:shop:*',
  verb: 'patch',
  kind: 'networkpolicies, pods/exec',
  namespace: 'payments',
  name: 'allow-*',
  address: '203.0.113.7, 10.0.0.0/8',
  claimed: 'the same; nobody has checked what is claimed',
  cluster: 'prod',
};

/** The filter as fields: what they leave out stands hidden beside them. */
export function filterForm(filter: Filter): Html {
  const hidden = [
    ...filter.outcome.map((value) => ['outcome', value]),
    ...filter.request.map((value) => ['request', value]),
  ];
  return html`<form class="fields" action="/events">
    ${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
    <label class="wide">Words in the sentence, address, user agent and status message
      <input type="search" name="q" value="${filter.text ?? ''}" aria-describedby="not-bodies" /></label>
    <p class="soft wide" id="not-bodies">Bodies are not searched: what stands inside a manifest is not found by words.</p>
    ${FIELDS.map((key) => field(key, EXAMPLES[key], valuesOf(filter, key)))}
    <p class="wide"><button class="main">Show</button></p>
  </form>`;
}

function valuesOf(filter: Filter, key: Key | 'from' | 'to'): readonly string[] {
  const value = filter[key];
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** One field for each value, and an empty one where there is none. */
function field(key: Key | 'from' | 'to', example: string, values: readonly string[]): Html {
  const all = values.length === 0 ? [''] : values;
  return html`${all.map((value) => html`<label>${NAMES[key]} <input name="${key}" value="${value}" placeholder="${example}" autocomplete="off" spellcheck="false" /></label>`)}`;
}

/** What there is to choose from, with how many events each choice would show. */
export function facetLists(facets: readonly Facet[], filter: Filter): Html {
  return html`${facets.filter(({ values }) => values.length > 0).map((facet) => facetList(facet, filter))}`;
}

function facetList({ key, values, others }: Facet, filter: Filter): Html {
  const most = Math.max(1, ...values.map(({ count }) => count));
  return html`<details class="facet" open>
    <summary>${NAMES[key]}</summary>
    <ul>
      ${values.map(({ text, value, count }) => {
        const isChosen = filter[key].includes(value);
        return html`<li><a href="${timelineLink({ ...filter, [key]: toggled(filter[key], value) })}"${isChosen && html` aria-current="true"`}><span class="value">${shown(key === 'user' ? shorter(text) : words(key, text), 60)}</span><span class="count">${count.toLocaleString('en')}</span><svg viewBox="0 0 100 2" preserveAspectRatio="none" aria-hidden="true"><rect width="${((count / most) * 100).toFixed(1)}" height="2"></rect></svg></a></li>`;
      })}
    </ul>
    ${others > 0 && html`<p class="soft">${others.toLocaleString('en')} more with other values</p>`}
  </details>`;
}

function words(key: string, text: string): string {
  if (key !== 'outcome') return text;
  return text === 'success' ? 'done' : text === 'failure' ? 'failed' : 'not known';
}

function toggled(values: readonly string[], value: string): readonly string[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
}
