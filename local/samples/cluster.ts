import { mix, type Random, random } from '../random.ts';
import { allowed, bound, type User } from './call.ts';

export interface Person {
  readonly user: User;
  readonly address: string;
  readonly agent: string;
  /** What managedFields call the tool. */
  readonly manager: string;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Node {
  readonly name: string;
  readonly address: string;
  readonly uid: string;
}

/** The cluster while it is told: its cast is drawn at the beginning, its counters go on. */
export interface SampleCluster {
  readonly random: Random;
  readonly account: string;
  readonly region: string;
  readonly nodes: readonly Node[];
  readonly people: readonly Person[];
  /** Who may look and little else. */
  readonly guest: Person;
  /** One name part for each control plane host: 32 hex digits. */
  readonly hosts: readonly string[];
  pick<T>(list: readonly T[]): T;
  /** An integer, both ends inclusive. */
  number(from: number, to: number): number;
  hex(length: number): string;
  /** Letters and digits as Kubernetes appends them to names. */
  suffix(length: number): string;
  uuid(): string;
  /** The next resourceVersion: 64 bits, and no double holds it. */
  version(): string;
}

export interface SampleClusterOptions {
  readonly seed: number;
  /** Milliseconds: when the log begins. */
  readonly from: number;
  readonly account: string;
  readonly region: string;
}

/** Control plane hosts: each has its audit stream. */
const HOSTS = 3;
const NODES = 6;

const SUFFIX = 'bcdfghjklmnpqrstvwxz2456789';
const KEY = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const COMMIT = 'a7f3c1e';
/** How the agents of Kubernetes' own programs end. */
export const BUILD = `v1.33.4 (linux/amd64) kubernetes/${COMMIT}`;

/** The cast is drawn from the seed alone, what happens from the seed and the time: a later log has the same streams. */
export function sampleCluster({ seed, from, account, region }: SampleClusterOptions): SampleCluster {
  const cast = dice(random(seed));
  const [guest, people] = [person(account, cast, GUEST), PEOPLE.map((role) => person(account, cast, role))];
  let version = 9_007_199_254_740_993n + BigInt(Math.floor(from)) * 10n;
  const life = dice(random(mix(seed) ^ mix(Math.floor(from / 1000))));
  return {
    ...life,
    account,
    region,
    hosts: Array.from({ length: HOSTS }, () => cast.hex(32)),
    nodes: Array.from({ length: NODES }, (_, i) => node(i, region, cast)),
    people,
    guest,
    version: () => {
      version += BigInt(life.number(1, 9));
      return String(version);
    },
  };
}

/** What can be drawn from a row of random numbers. */
function dice(draw: Random) {
  const number = (from: number, to: number): number => from + Math.floor(draw() * (to - from + 1));
  const letters = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(number(0, alphabet.length - 1))).join('');
  const hex = (length: number): string => letters('0123456789abcdef', length);
  return {
    random: draw,
    number,
    letters,
    hex,
    suffix: (length: number): string => letters(SUFFIX, length),
    uuid: (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-${letters('89ab', 1)}${hex(3)}-${hex(12)}`,
    pick: <T>(list: readonly T[]): T => {
      const found = list[number(0, list.length - 1)];
      if (found === undefined) throw new RangeError('nothing to pick from');
      return found;
    },
  };
}

type Dice = ReturnType<typeof dice>;

function node(i: number, region: string, { number, uuid }: Dice): Node {
  const address = `10.0.${16 * (i % 3) + number(0, 15)}.${number(10, 250)}`;
  return { name: `ip-${address.replaceAll('.', '-')}.${region}.compute.internal`, address, uid: uuid() };
}

const KUBECTL = `kubectl/v1.33.2 (darwin/arm64) kubernetes/${COMMIT}`;

interface Role {
  readonly role: string;
  readonly session: string;
  readonly group: string;
  readonly address: string;
  /** Default: kubectl. */
  readonly agent?: string;
  readonly manager: string;
  /** The name of an aws-auth mapping; without it the name is the session's ARN, as an access entry gives. */
  readonly mapped?: string;
}

const MASTERS = 'system:masters';
const GUEST: Role = {
  role: 'Visitor',
  session: 'tom.becker',
  group: 'visitors',
  address: '192.0.2.77',
  manager: 'kubectl-client-side-apply',
};
const PEOPLE: readonly Role[] = [
  {
    role: 'AWSReservedSSO_PlatformAdmin_4f1c2ab09d7e6653',
    session: 'maria.keller@example.com',
    group: MASTERS,
    address: '203.0.113.24',
    manager: 'kubectl-client-side-apply',
  },
  {
    role: 'AWSReservedSSO_NetworkSecurity_90ab34cd12ef5678',
    session: 'jonas.brandt@example.com',
    group: 'network-security',
    address: '198.51.100.17',
    agent: `kubectl/v1.32.7 (linux/amd64) kubernetes/${COMMIT}`,
    manager: 'kubectl-edit',
  },
  {
    role: 'PaymentsTeam',
    session: 'aisha.rahman',
    group: 'team-payments',
    address: '203.0.113.140',
    manager: 'kubectl-patch',
    mapped: 'payments:aisha.rahman',
  },
  {
    role: 'ShopTeam',
    session: 'lee.okafor',
    group: 'team-shop',
    address: '192.0.2.31',
    agent: 'k9s/v0.50.9 (darwin/arm64)',
    manager: 'k9s',
    mapped: 'shop:lee.okafor',
  },
  {
    role: 'DeployPipeline',
    session: 'pipeline-20418',
    group: 'deployers',
    address: '198.51.100.200',
    agent: 'Helm/3.18.4',
    manager: 'helm',
  },
  {
    role: 'BreakGlass',
    session: 'oncall',
    group: MASTERS,
    address: '198.51.100.9',
    manager: 'kubectl-edit',
    mapped: 'break-glass',
  },
];

function person(account: string, cast: Dice, { role, session, group, address, agent, manager, mapped }: Role): Person {
  const principal = `AROA${cast.letters(KEY, 10)}EXAMPLE`;
  const arn = `arn:aws:sts::${account}:assumed-role/${role}/${session}`;
  const extra = {
    accessKeyId: [`ASIA${cast.letters(KEY, 9)}EXAMPLE`],
    arn: [arn],
    canonicalArn: [`arn:aws:iam::${account}:role/${role}`],
    principalId: [principal],
    sessionName: [session],
  };
  const uid = `aws-iam-authenticator:${account}:${principal}`;
  const user = { username: mapped ?? arn, uid, groups: [group, 'system:authenticated'], extra };
  const annotations = group === MASTERS ? allowed() : bound(group, `Group "${group}"`);
  return { user, address, agent: agent ?? KUBECTL, manager, annotations };
}
