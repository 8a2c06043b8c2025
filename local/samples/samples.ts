import { Calico } from './calico.ts';
import { type Call, type Stage, write } from './call.ts';
import { type SampleCluster, sampleCluster } from './cluster.ts';
import { anonymous, Bindings, exec, impersonation, secret, token, unauthorized } from './incidents.ts';
import { NetworkPolicies } from './network-policies.ts';
import { noise } from './noise.ts';
import { Schedule } from './schedule.ts';
import { klogTrouble, plainLine, STREAMS, type StreamKind } from './streams.ts';

export interface SampleOptions {
  /** The same seed and times give the same bytes. @default 1 */
  readonly seed?: number;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Exclusive. Infinity: the caller stops taking. */
  readonly to: number;
  /** Audit lines, on average; people's deeds keep their own pace. The other streams add a tenth. @default 20 */
  readonly perSecond?: number;
  /** @default 111122223333 */
  readonly account?: string;
  /** @default eu-west-1 */
  readonly region?: string;
}

/** A log event as EKS would put it. */
export interface Sample {
  readonly stream: string;
  readonly timestamp: number;
  readonly message: string;
}

/** The same life in instalments: each call tells what happened since the last one, up to a time (exclusive). */
export function sampleFeed(options: Omit<SampleOptions, 'to'>): (to: number) => Sample[] {
  const life = sampleEvents({ ...options, to: Number.POSITIVE_INFINITY });
  let next = life.next();
  return (to) => {
    const told: Sample[] = [];
    for (; !next.done && next.value.timestamp < to; next = life.next()) told.push(next.value);
    return told;
  };
}

interface Told {
  readonly kind: StreamKind;
  readonly message: string;
  readonly host: number;
}

/** Seconds between two changes of policies, and between two of the rarer things. */
const CHANGES = 22;
const RARITIES = 18;
/** Where a line is cut that is too long. */
const CUT = 9000;

/** The life of a cluster as its log group tells it, in the order of time: mostly noise, and people among it. */
export function* sampleEvents(options: SampleOptions): Generator<Sample> {
  const { seed = 1, from, to, perSecond = 20, account = '111122223333', region = 'eu-west-1' } = options;
  const cluster = sampleCluster({ seed, from, account, region });
  for (const { at, told } of plan(cluster, from, perSecond).until(to)) {
    const stream = `${STREAMS[told.kind]}${cluster.hosts[told.host]}`;
    yield { stream, timestamp: Math.floor(at), message: told.message };
  }
}

type Run = (at: number) => Told;

function plan(cluster: SampleCluster, from: number, perSecond: number): Schedule<Told> {
  const schedule = new Schedule<Told>();
  const tell = teller(cluster, schedule);
  const policies = new NetworkPolicies(cluster, from);
  const rarities = rare(cluster, policies, tell, schedule);
  let turn = 0;
  schedule.every(from, 1000 / perSecond, cluster.random, (at) => tell(noise(cluster, at), at));
  schedule.every(from, 10_000 / perSecond, cluster.random, (at) => ({
    ...plainLine(cluster, at),
    host: host(cluster),
  }));
  schedule.every(from, CHANGES * 1000, cluster.random, (at) => tell(policies.change(at), at));
  schedule.every(from, RARITIES * 1000, cluster.random, (at) =>
    (rarities[turn++ % rarities.length] ?? rarities[0])(at),
  );
  return schedule;
}

/** In turn, so that each is seen within ten minutes. */
function rare(
  cluster: SampleCluster,
  policies: NetworkPolicies,
  tell: Tell,
  schedule: Schedule<Told>,
): readonly [Run, ...Run[]] {
  const calico = new Calico(cluster);
  const bindings = new Bindings(cluster);
  const calicoChange: Run = (at) => {
    const { stored, asked } = calico.change();
    schedule.add(at + 1 + cluster.random() * 5, (answered) => tell(asked, answered));
    return tell(stored, at);
  };
  const call =
    (make: (world: SampleCluster, at: number) => Call): Run =>
    (at) =>
      tell(make(cluster, at), at);
  return [
    calicoChange,
    call(exec),
    call((_, at) => policies.dryRun(at)),
    call(unauthorized),
    call((_, at) => bindings.change(at)),
    call(() => policies.forbidden()),
    calicoChange,
    call(secret),
    (at) => cut(tell(policies.enormous(at), at)),
    call(impersonation),
    call(token),
    call(() => policies.collection()),
    calicoChange,
    (at) => ({ kind: 'audit', message: klogTrouble(cluster, at), host: host(cluster) }),
    call(() => policies.conflict()),
    call(anonymous),
  ];
}

type Tell = (call: Call, at: number) => Told;

/** A request's line when its answer is complete; where the answer lasts, the line of its beginning, and later one of its end. */
function teller(cluster: SampleCluster, schedule: Schedule<Told>): Tell {
  return (call, at) => {
    const auditID = cluster.uuid();
    const received = at - 0.4 - cluster.random() * 30;
    const server = host(cluster);
    const line = (stage: Stage, staged: number): Told => ({
      kind: 'audit',
      message: write(call, { auditID, stage, received, staged }),
      host: server,
    });
    if (call.lasts !== undefined) schedule.add(at + call.lasts, (end) => line('ResponseComplete', end));
    return line(call.lasts !== undefined || call.refused ? 'ResponseStarted' : 'ResponseComplete', at);
  };
}

/** What CloudWatch shows of a line that is too long. */
const cut = (told: Told): Told => ({ ...told, message: `${told.message.slice(0, CUT)}[Truncated...]` });

const host = (cluster: SampleCluster): number => cluster.number(0, cluster.hosts.length - 1);
