import type { Overview } from '../query/facets.ts';
import { ALL } from '../query/filter.ts';
import { POLICIES } from '../query/questions/policy.ts';
import { QUESTIONS, type QuestionName } from '../query/questions/question.ts';
import { RIGHTS_KINDS } from '../query/report.ts';
import type { Row } from '../query/row.ts';
import { type Html, html } from './html.ts';
import { timelineLink } from './links.ts';
import { questionForm } from './question-form.ts';
import { rowItem } from './row.ts';
import { plainShown } from './shown.ts';
import type { When } from './when.ts';

interface FrontView {
  /** Of everything stored. */
  readonly overview: Overview;
  /** The latest changes of network policies. */
  readonly changes: readonly Row[];
  readonly when: When;
}

/** Kinds of events that people come for, one click each. */
const LOOKS: readonly (readonly [text: string, link: string])[] = [
  ['Denied and failed requests', timelineLink({ outcome: ['failure'] })],
  ['Commands run in pods', timelineLink({ kind: ['pods/exec', 'pods/attach', 'pods/portforward'] })],
  ['Who read or listed secrets', timelineLink({ kind: ['secrets.core'], verb: ['get', 'list', 'watch'] })],
  [
    'Changes of rights (RBAC)',
    timelineLink({
      kind: RIGHTS_KINDS,
      verb: ['create', 'update', 'patch', 'delete', 'deletecollection'],
    }),
  ],
  ['Everything deleted', timelineLink({ verb: ['delete', 'deletecollection'] })],
  ['By nobody known', timelineLink({ user: ['system:anonymous'] })],
];

/** The questions that people come with, and what has changed. */
export function frontPage({ overview, changes, when }: FrontView): Html {
  const bars = overview.histogram?.bars ?? [];
  const [first, last] = [bars[0], bars.at(-1)];
  const clusters = overview.facets.find(({ key }) => key === 'cluster')?.values ?? [];
  return html`<div class="headline"><div>
      <h1>What do you want to know?</h1>
      <p class="soft">${overview.total.toLocaleString('en')} events of ${clusters.length === 0 ? 'no cluster' : clusters.map(({ text }) => plainShown(text)).join(', ')} are stored${first !== undefined && last !== undefined && html`, the oldest of ${when.text(first.time)}`}. What the audit policy dropped is not among them.</p></div></div>
    <section class="questions" aria-label="Questions">
      ${(Object.keys(QUESTIONS) as QuestionName[]).map((name) => questionForm(name))}
    </section>
    <nav class="buttons" aria-label="Frequent looks">${LOOKS.map(([text, link]) => html`<a class="button" href="${link}">${text}</a>`)}</nav>
    <section class="sheet" aria-label="The latest changes of network policies">
      <h2>The latest changes of network policies</h2>
      ${
        changes.length === 0
          ? html`<p class="soft">None is stored, and the credentials may read all that is asked.</p>`
          : html`<ol class="events">${changes.map((row) => rowItem(row, when, ALL, 'full'))}</ol>
      <p><a href="${timelineLink(POLICY_CHANGES)}">All of them</a></p>`
      }
    </section>`;
}

export const POLICY_CHANGES = {
  kind: POLICIES,
  verb: ['create', 'update', 'patch', 'delete', 'deletecollection'],
  outcome: ['success'],
} as const;
