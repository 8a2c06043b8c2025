import { type Naming, namingOf, type Settings } from '../../../lambda/contract.ts';
import { coveragesOf, indicesOf } from '../../../lambda/core/index-pattern.ts';
import type { Row } from '../../../lambda/core/ledger/row.ts';
import { type Checkpoint, cursor } from '../../../lambda/core/minutes/checkpoint.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { MINUTE } from '../../../lambda/core/time.ts';
import type { Ledger } from '../../../lambda/ports.ts';
import { notChecked, ok, tableRefusal, type Verdict } from '../reach/verdict.ts';

export interface Kept {
  readonly store: { peek(): Promise<Checkpoint | undefined> };
  readonly ledger: Pick<Ledger, 'rows' | 'naming' | 'namings'>;
}

/** Whether documents get the names that the newest minutes' got. That they do not is no fault: it says what follows. */
export async function namingVerdict(settings: Settings<Policy>, { store, ledger }: Kept): Promise<Verdict> {
  const today = namingOf(settings);
  try {
    const checkpoint = await store.peek();
    if (checkpoint === undefined) return ok('No run has named documents yet.');
    const frontier = cursor(checkpoint, 0);
    const rows = await ledger.rows(frontier - MINUTE, frontier);
    const before = await ledger.naming(newest(checkpoint, rows.get(frontier - MINUTE)));
    if (before === undefined) return notChecked('the table does not say how the newest minute’s documents are named');
    const changes = changesOf(before, today);
    return ok(changes.length > 0 ? changeText(changes, before, today) : sameText(today, await ledger.namings()));
  } catch (error) {
    return tableRefusal(settings.table, error);
  }
}

/** The hash of the naming of what was sent last: of a minute that has no row yet, else of the last one that has. */
function newest({ judged, naming }: Checkpoint, row: Row | undefined): string {
  return judged.at(-1)?.naming || row?.naming || naming;
}

function changesOf(before: Naming, today: Naming): readonly string[] {
  const change = (what: string, from: string, to: string) => (from === to ? [] : [`${what} ${from} → ${to}`]);
  return [
    ...change('index pattern', before.index, today.index),
    ...change('cluster name', before.cluster, today.cluster),
    ...change('its name in indices', before.indexName, today.indexName),
    ...change('profiles', before.profiles.join(', '), today.profiles.join(', ')),
  ];
}

const COVERED = '(npx eks-audit elasticsearch setup; npx eks-audit elasticsearch key)';

function changeText(changes: readonly string[], before: Naming, today: Naming): string {
  const isCovered = String(coveragesOf(indicesOf(before))) === String(coveragesOf(indicesOf(today)));
  return (
    `The naming changes (${changes.join('; ')}): the new one begins with the first minute that no run has begun to ` +
    `send; minutes before it keep the old names${isCovered ? '' : `, so a key and templates for both are needed ${COVERED}`}.`
  );
}

function sameText(today: Naming, all: readonly Naming[]): string {
  const now = indicesOf(today);
  const others = [...new Set(all.flatMap(indicesOf))].filter((index) => !now.includes(index)).toSorted();
  if (others.length === 0) return 'Documents are named as before.';
  return `Documents are named as before. Older minutes keep the index pattern ${others.join(', ')}: key and templates must cover that too ${COVERED}.`;
}
