import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_STREAM_PREFIX, namingOf, type Settings } from '../../lambda/contract.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { DAY, MINUTE } from '../../lambda/core/time.ts';
import { MinuteRules, rulesBy } from '../../lambda/minute-rules.ts';
import type { BulkSink } from '../../lambda/ports.ts';
import { Sender } from '../../lambda/sender.ts';
import type { Config } from '../../lib/config/config.ts';
import { legalIndexName } from '../../lib/config/index-pattern.ts';
import { type AnyCluster, isEks } from '../../lib/config/select.ts';
import type { Progress } from '../cli/progress.ts';
import { Headway } from '../operate/import/headway.ts';
import { forgetDone, type Imported, importAll, isRead, isTaken, unproven } from '../operate/import/import.ts';
import type { Importing } from '../operate/import/import-file.ts';
import { Positions, type Range } from '../operate/import/positions.ts';
import { type Missing, PresentSender } from '../operate/import/present-sender.ts';
import type { Archive } from '../operate/import/recognise.ts';
import { Intake, type RulesFor } from '../operate/intake/intake.ts';
import { recordedRules, sameRules } from '../operate/intake/rules-for.ts';
import { interruptibleSending } from '../operate/reach/interruptible.ts';
import { bulkSink, indexedDocuments, type State, stateIfReached } from '../operate/reach/needs.ts';
import { both, type Need, type Prepared, prepare, when } from '../operate/reach/prepare.ts';
import { refuseOtherMapping } from './own-mapping.ts';

export interface ImportOrder {
  readonly config: Config;
  /** Of one on EKS the table may know its minutes, and documents name its account. */
  readonly cluster: AnyCluster;
  readonly archives: readonly Archive[];
  readonly range: Importing['range'];
  /** As somebody wrote its ends: that tells one command from another. */
  readonly times: readonly string[];
  readonly now: number;
  /** The cluster's name where the table knows none. */
  readonly as: string | undefined;
  /** In the place of each minute's own. */
  readonly policy: Policy | undefined;
  readonly state: string;
  readonly dryRun: boolean;
  readonly verify: boolean;
}

export interface ImportDone {
  readonly imported: Imported;
  /** undefined: it was not asked for, or there is no end to compare with. */
  readonly verified: Verified | undefined;
}

export interface Verified {
  /** Documents that were asked for. */
  readonly asked: number;
  /** Lines whose document is not there. */
  readonly lacking: number;
  /** The first of their documents. */
  readonly missing: readonly Missing[];
  /** Why it was ended; undefined: it was not. */
  readonly stopped: string | undefined;
}

/** How long what is sent at once may take to be rid of, milliseconds. */
const PATIENCE = 5 * MINUTE;

interface Reached {
  readonly state: State | undefined;
  /** Why there is no state. */
  readonly unreached: string | undefined;
}

type Opened = Prepared<Reached & Partial<Of<typeof bulkSink> & Of<typeof indexedDocuments>>>;
type Of<N> = N extends Need<infer T> ? T : never;

/** Imports archives into Elasticsearch, or into `sink`. */
export async function importArchives(
  order: ImportOrder,
  sink: BulkSink | undefined,
  progress: Progress,
  signal: AbortSignal,
): Promise<ImportDone> {
  const { config, cluster, dryRun } = order;
  progress.doing(`Looking for what an import of ${cluster.name} needs`);
  const opened = await open(order).finally(() => progress.end());
  let positions: Positions | undefined;
  try {
    const settings = named(opened.settings, order);
    if (!dryRun) await refuseOtherMapping(config, settings);
    if (opened.unreached !== undefined) progress.say(`By today's policy and names: ${opened.unreached}`);
    const to = sink ?? opened.sink;
    if (to === undefined) throw new Error('There is nothing to send to.');
    const sending = interruptibleSending({ sink: to, clock: opened.clock }, signal);
    const { clock } = sending;
    const sender = new Sender({ ...sending, deadline: () => clock.now() + PATIENCE, indices: new Set() });
    const rulesFor = rulesOf(order, settings, opened);
    positions = dryRun ? undefined : positionsOf(order, settings);
    await positions?.begin(new Date(order.now));
    const intake = new Intake({ sender, clock, rulesFor });
    const range = await rangeOf(order, positions, progress);
    const importing = { rulesFor, ...common({ ...order, range }, signal) };
    const imported = await reading(order, progress, { ...importing, positions, intake });
    if (positions !== undefined) await forgetDone(positions, imported);
    const verified = isRead(imported)
      ? await verifiedBy(order, progress, importing, { ...opened, imported })
      : undefined;
    return { imported, verified };
  } finally {
    await positions?.end();
    await opened.close();
  }
}

/** No table tells of a cluster that no function reads. */
const nothingKnown: Need<Reached> = async () => ({
  problems: [],
  open: async () => ({ state: undefined, unreached: undefined }),
});

function open({ config, cluster, state, dryRun, verify }: ImportOrder): Promise<Opened> {
  // A run may keep its ledger there.
  const folder = existsSync(join(state, 'CURRENT')) ? state : undefined;
  const known = isEks(cluster) ? stateIfReached(folder) : nothingKnown;
  const needs = both(known, both(when(!dryRun, bulkSink), when(verify, indexedDocuments)));
  return prepare({ config, cluster, env: process.env, withoutAws: true }, needs);
}

/** Reads the archives once more; undefined: nobody asked for it. */
async function verifiedBy(
  order: ImportOrder,
  progress: Progress,
  importing: Pick<Importing, 'rulesFor'> & ReturnType<typeof common>,
  { documentsUnder, state, clock, imported }: Opened & Pick<ImportDone, 'imported'>,
): Promise<Verified | undefined> {
  if (documentsUnder === undefined) return undefined;
  progress.say('Asking Elasticsearch for each document that should be there');
  const present = new PresentSender(documentsUnder((await state?.ledger.namings()) ?? []));
  const intake = new Intake({ sender: present, clock, rulesFor: importing.rulesFor });
  const again = await reading(order, progress, { ...importing, positions: undefined, intake });
  const { asked, missing } = present;
  return { asked, missing, stopped: again.stopped, lacking: unproven(imported, again) };
}

/** Whether all was read, nothing refused, and what should be there is there. */
export function isWell({ imported, verified }: ImportDone): boolean {
  return isRead(imported) && isTaken(imported) && (verified?.lacking ?? 0) === 0 && verified?.stopped === undefined;
}

/** The settings of today, with another name and policy where these were asked for. */
function named(settings: Settings<Policy>, { as, policy }: ImportOrder): Settings<Policy> {
  const name = as === undefined || as === settings.cluster ? {} : { cluster: as, indexCluster: legalIndexName(as) };
  return { ...settings, ...name, ...(policy === undefined ? {} : { policy }) };
}

function rulesOf({ cluster, policy }: ImportOrder, settings: Settings<Policy>, { state }: Opened): RulesFor {
  const isElsewhere = !isEks(cluster) || settings.cluster !== cluster.name;
  if (state === undefined)
    return sameRules(rulesBy(namingOf(settings), isElsewhere ? undefined : settings.source, settings.policy));
  const { ledger, store } = state;
  const rules = new MinuteRules(ledger, settings);
  return recordedRules({ ledger, rules, checkpoint: () => store.peek(), isElsewhere, ...(policy && { policy }) });
}

function positionsOf({ state, times, policy }: ImportOrder, settings: Settings<Policy>): Positions {
  const { elasticsearch } = settings;
  return new Positions(state, { naming: namingOf(settings), url: elasticsearch.url, times, policy: policy ?? null });
}

/** Who goes on with a command goes on with its times. */
async function rangeOf({ range }: ImportOrder, positions: Positions | undefined, progress: Progress): Promise<Range> {
  const first = (await positions?.rangeOf(range)) ?? range;
  if (first.from !== range.from || first.to !== range.to)
    progress.say('It goes on with the times that it began with, counted from its first start');
  return first;
}

function common({ config, cluster, range, now }: ImportOrder, signal: AbortSignal) {
  const { retentionDays } = config.elasticsearch;
  const expired = retentionDays === null ? Number.NEGATIVE_INFINITY : now - retentionDays * DAY;
  return { prefix: isEks(cluster) ? cluster.streamPrefix : DEFAULT_STREAM_PREFIX, range, expired, now, signal };
}

async function reading(
  { archives }: ImportOrder,
  progress: Progress,
  importing: Omit<Importing, 'read' | 'taken'>,
): Promise<Imported> {
  const sizes = archives.map(({ input }) => input.size);
  const total = sizes.reduce((sum, size) => (sum === undefined || size === undefined ? undefined : sum + size), 0);
  const headway = new Headway(total, progress, Date.now);
  const hearing = {
    read: (bytes: number) => headway.read(bytes),
    taken: (counted: Parameters<Importing['taken']>[0]) => headway.taken(counted),
  };
  return await importAll(archives, { ...importing, ...hearing }, () => headway.fileDone());
}
