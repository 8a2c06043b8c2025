import { type Html, html } from './html.ts';
import { whole } from './shown.ts';

/** Whether all events of some time are there. */
export interface Evidence {
  /** What the ledger can't vouch for: whole sentences. */
  readonly gaps: readonly string[];
  /** Why the ledger was not asked; absent: it was, or there was no need. */
  readonly unknown?: string;
}

export function evidenceNotes({ gaps, unknown }: Evidence): Html {
  return html`${gaps.map((gap) => html`<p class="note warn">${whole(gap)}</p>`)}${unknown !== undefined && html`<p class="soft">${whole(unknown)}</p>`}`;
}
