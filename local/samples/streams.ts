import type { SampleCluster } from './cluster.ts';

/** The streams of an EKS log group; a control plane host has one of each. Only the first is an audit log. */
export const STREAMS = {
  audit: 'kube-apiserver-audit-',
  apiserver: 'kube-apiserver-',
  authenticator: 'authenticator-',
  scheduler: 'kube-scheduler-',
  controllers: 'kube-controller-manager-',
  cloud: 'cloud-controller-manager-',
} as const;
export type StreamKind = keyof typeof STREAMS;

const PLAIN = ['apiserver', 'authenticator', 'scheduler', 'controllers', 'cloud'] as const;

/** A line of another stream than the audit log: what kind, and its text. */
export function plainLine(world: SampleCluster, at: number): { readonly kind: StreamKind; readonly message: string } {
  const kind = world.pick(PLAIN);
  return { kind, message: LINES[kind](world, at) };
}

/** The API server in its own stream and, now and then, in the audit stream: klog, which is no JSON. */
export const klogTrouble = (world: SampleCluster, at: number): string =>
  klog(
    at,
    'E',
    'writers.go:131',
    `"Unhandled Error" err="apiserver was unable to write a JSON response: http: Handler timeout (${world.hex(8)})"`,
  );

const LINES: Readonly<Record<(typeof PLAIN)[number], (world: SampleCluster, at: number) => string>> = {
  apiserver: (world, at) =>
    klog(
      at,
      'I',
      'httplog.go:134',
      `"HTTP" verb="GET" URI="/readyz" latency="${world.number(1, 9)}.${world.number(100, 999)}ms" userAgent="kube-probe/1.33" audit-ID="${world.uuid()}" srcIP="10.0.97.2:${world.number(30_000, 60_000)}" resp=200`,
    ),
  authenticator: (world, at) => {
    const person = world.pick(world.people);
    const arn = person.user.extra?.canonicalArn?.[0] ?? '';
    return `time="${new Date(at).toISOString().slice(0, 19)}Z" level=info msg="access granted" arn="${arn}" client="127.0.0.1:${world.number(30_000, 60_000)}" groups="[${(person.user.groups ?? []).join(' ')}]" method=POST path=/authenticate stsendpoint=sts.${world.region}.amazonaws.com uid="${person.user.uid}" username="${person.user.username}"`;
  },
  scheduler: (world, at) =>
    klog(
      at,
      'I',
      'schedule_one.go:314',
      `"Successfully bound pod to node" pod="shop/web-${world.suffix(9)}-${world.suffix(5)}" node="${world.pick(world.nodes).name}" evaluatedNodes=${world.nodes.length} feasibleNodes=${world.number(1, world.nodes.length)}`,
    ),
  controllers: (world, at) =>
    klog(
      at,
      'I',
      'replica_set.go:679',
      `"Finished syncing" logger="replicaset-controller" kind="ReplicaSet" key="shop/web-${world.suffix(9)}" duration="${world.number(20, 900)}.${world.number(100, 999)}µs"`,
    ),
  cloud: (world, at) =>
    klog(
      at,
      'I',
      'node_lifecycle_controller.go:164',
      `"node is running" node="${world.pick(world.nodes).name}" instance="i-0${world.hex(16)}"`,
    ),
};

function klog(at: number, severity: 'I' | 'E', source: string, text: string): string {
  const [date = '', time = ''] = new Date(at).toISOString().split('T');
  return `${severity}${date.slice(5).replace('-', '')} ${time.slice(0, 12)}${String(Math.floor((at % 1) * 1000)).padStart(3, '0')}      10 ${source}] ${text}`;
}
