import type { Ledger } from '../../../lambda/ports.ts';
import type { ClusterConfig, Config } from '../../../lib/config/config.ts';
import { allOf, isEks } from '../../../lib/config/select.ts';
import type { SearchFlags } from '../reach/audit-indices.ts';
import { folderLedgers } from '../reach/folder-ledger.ts';
import { stateIn } from '../reach/needs.ts';
import { prepare } from '../reach/prepare.ts';

/** A cluster's ledger, or a sentence that says why there is none at hand. */
export type LedgerOf = (cluster: string) => Promise<Pick<Ledger, 'rows'> | string>;

const UNKNOWN = 'Whether lines are missing in this time is not known';

/** Where only a server was named. */
export const noLedger: LedgerOf = async () =>
  `${UNKNOWN}: the ledger can tell, and it is found by forwarder.yaml, which was not read.`;

/** Those in a folder of `run --state`. */
export function ledgersIn(folder: string, config: Config): LedgerOf {
  const ledgers = folderLedgers(folder, config);
  return async (name) => {
    const cluster = withLedger(config, name);
    if (typeof cluster === 'string') return cluster;
    return { rows: (from, to) => ledgers.rows(cluster, from, to) };
  };
}

/** Where flags and configuration say that the ledger is. */
export function ledgersFor({ state }: SearchFlags, config: Config | undefined, env: NodeJS.ProcessEnv): LedgerOf {
  if (config === undefined) return noLedger;
  return state === undefined ? ledgersOf(config, env) : ledgersIn(state, config);
}

/** The cluster of this name, or why there is no ledger of it. */
function withLedger(config: Config, name: string): ClusterConfig | string {
  const found = allOf(config).find((each) => each.name === name);
  if (found === undefined) return `${UNKNOWN}: ${config.file} names no cluster ${name}, and so no ledger of it.`;
  return isEks(found) ? found : `${UNKNOWN} here: ${name} is not EKS, so no table has a ledger of it. ${ELSEWHERE}`;
}

const ELSEWHERE =
  'On each machine that passes its log on, npx eks-audit account --state DIR says what became of every line.';

/** Milliseconds: what was out of reach is not looked for anew with every page. */
const REMEMBERED = 60_000;

interface Found {
  readonly ledger: Pick<Ledger, 'rows'> | string;
  readonly until: number;
}

/** Those of a configuration, each opened when it is asked for first. */
export function ledgersOf(config: Config, env: NodeJS.ProcessEnv, now: () => number = Date.now): LedgerOf {
  const found = new Map<string, Promise<Found>>();
  return async (name) => {
    const known = await found.get(name);
    if (known !== undefined && known.until > now()) return known.ledger;
    const opened = open(config, name, env).then((ledger) => ({
      ledger,
      until: typeof ledger === 'string' ? now() + REMEMBERED : Number.POSITIVE_INFINITY,
    }));
    found.set(name, opened);
    return (await opened).ledger;
  };
}

async function open(config: Config, name: string, env: NodeJS.ProcessEnv): Promise<Pick<Ledger, 'rows'> | string> {
  const cluster = withLedger(config, name);
  if (typeof cluster === 'string') return cluster;
  try {
    const { ledger } = await prepare({ config, cluster, env }, stateIn(undefined, 'problem'));
    return ledger;
  } catch (error) {
    const why = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
    return `${UNKNOWN}: the ledger can’t be reached. ${why}`;
  }
}
