import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../../lambda/core/json.ts';
import { type Counts, type Totals, total } from '../../../lambda/core/ledger/counts.ts';
import { DAY, isoTime, MINUTE, SECOND } from '../../../lambda/core/time.ts';
import { counted, figure } from '../../cli/figures.ts';
import { readIfThere } from '../intake/state-file.ts';
import { agoText, clockText, notChecked, ok, spanText, type Verdict, wrong } from '../reach/verdict.ts';
import { parkedVerdict } from './hour.ts';
import { type ClusterStatus, lookAt, type Status } from './lines.ts';

/** What was passed on of a log, all that ever was. */
export interface PassedOn {
  /** Names it. */
  readonly log: string;
  /** When that began, milliseconds. */
  readonly began: number;
  readonly totals: Readonly<Totals>;
  readonly dropped: Counts;
  readonly parked: Counts;
  /** Files that went before they were read to their end; `last`: when, milliseconds, null: never. */
  readonly removals: { readonly files: number; readonly last: number | null };
}

export interface FollowedQuestion {
  /** The folder of `follow --state` or `receive --state`. */
  readonly folder: string;
  /** Read anew each time; undefined: it is gone. */
  readonly read: () => Promise<PassedOn | undefined>;
  readonly cluster: string;
  readonly now: number;
}

/** What a folder of `follow` or `receive` tells. */
export async function followedStatus({ folder, read, cluster, now }: FollowedQuestion): Promise<Status> {
  const kept = (verdict: (passed: PassedOn) => Verdict | Promise<Verdict>) => async () => {
    const passed = await read();
    return passed === undefined ? wrong(`Nothing is kept in ${folder} any more.`) : verdict(passed);
  };
  const found = await lookAt(cluster, {
    frontier: kept(async ({ log }) => healthVerdict(log, await readIfThere(join(folder, 'health.json')), now)),
    passed: kept((passed) => passedVerdict(passed, now)),
    parked: kept(parkedVerdict),
  });
  return { at: now, clusters: [found], dashboard: null };
}

/** Of a cluster whose log another machine passes on. */
export function elsewhereStatus(cluster: string): Promise<ClusterStatus> {
  return lookAt(cluster, { frontier: async () => notChecked(ELSEWHERE) });
}

const ELSEWHERE =
  'it is not EKS: npx eks-audit status --state DIR tells, with the folder of follow or receive on the machine that passes its log on';

const health = z.object({
  time: z.iso.datetime().transform(Date.parse),
  bytesUnread: z.number(),
  lagSeconds: z.number(),
  healthy: z.boolean(),
  why: z.string(),
});

/** It is written every few seconds: who does not is not there. */
const STALE = MINUTE;

/** `text`: of health.json; undefined: there is none. */
export function healthVerdict(log: string, text: string | undefined, now: number): Verdict {
  if (text === undefined) return wrong(`There is no health.json yet: nobody passes ${log} on.`);
  const { data } = health.safeParse(parseJson(text));
  if (data === undefined) return wrong('health.json is not what this version of follow or receive writes.');
  const { time, bytesUnread, lagSeconds, healthy, why } = data;
  const frontier = time - lagSeconds * SECOND;
  const lag = Math.max(0, Math.round((now - frontier) / SECOND));
  const behind = `${log} is ${spanText(lag)} behind now (${clockText(frontier, now)}), ${counted(bytesUnread, 'byte')} unread`;
  const facts = { log, at: isoTime(frontier), lag, bytesUnread, told: isoTime(time) };
  if (now - time > STALE)
    return wrong(`${behind}. Nobody passes it on: health.json was written ${agoText(time, now)}.`, facts);
  return healthy ? ok(`${behind}.`, facts) : wrong(`${behind}. ${why}`, facts);
}

/** All that was ever passed on; what went unread in the last day is wrong, as for health.json. */
function passedVerdict({ began, totals, dropped, parked, removals }: PassedOn, now: number): Verdict {
  const { read, indexed, alreadyIndexed, duplicate, unaccounted } = totals;
  const { files, last } = removals;
  const facts = {
    ...{ since: isoTime(began), read, kept: indexed + alreadyIndexed, dropped: total(dropped) },
    ...{ parked: total(parked), duplicates: duplicate, unaccounted, removedUnread: files },
  };
  const outcomes = `${figure(facts.kept)} kept, ${figure(facts.dropped)} dropped, ${figure(facts.parked)} parked, ${counted(duplicate, 'duplicate')}`;
  const notes = [
    ...(unaccounted === 0 ? [] : [`${counted(unaccounted, 'line')} UNACCOUNTED for`]),
    ...(last === null
      ? []
      : [`${counted(files, 'file')} removed or truncated before all was read, the last ${agoText(last, now)}`]),
  ];
  const told = `${[`${counted(read, 'line')} since ${clockText(began, now)}: ${outcomes}`, ...notes].join('; ')}.`;
  return unaccounted > 0 || (last !== null && now - last < DAY) ? wrong(told, facts) : ok(told, facts);
}
