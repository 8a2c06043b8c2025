import { expect, it } from 'vitest';
import { type Sample, type SampleOptions, sampleEvents, sampleFeed } from '../../../local/samples/samples.ts';

const FROM = Date.UTC(2026, 4, 4, 12);
const AUDIT = 'kube-apiserver-audit-';

const samples = (options: Partial<SampleOptions> = {}): Sample[] => [
  ...sampleEvents({ from: FROM, to: FROM + 600_000, ...options }),
];
const minutes = samples();
const audit = minutes.filter(({ stream }) => stream.startsWith(AUDIT));

interface Body {
  metadata?: { name?: string; resourceVersion?: string; generation?: number; managedFields?: unknown[] };
  kind?: string;
  spec?: unknown;
}

interface Told {
  level: string;
  auditID: string;
  stage: string;
  verb: string;
  requestURI: string;
  user: { username?: string; extra?: Record<string, string[]> };
  impersonatedUser?: object;
  sourceIPs: string[];
  objectRef?: Record<string, string> & { resource: string };
  responseStatus: { code: number; message?: string };
  requestObject?: Body;
  responseObject?: Body;
  stageTimestamp: string;
  annotations?: Record<string, string>;
}

function parse(message: string): Told | undefined {
  try {
    return JSON.parse(message);
  } catch {
    return undefined;
  }
}

const events = audit.flatMap(({ message }) => parse(message) ?? []);
const of = (resource: string, group = '') =>
  events.filter(({ objectRef }) => objectRef?.resource === resource && (objectRef.apiGroup ?? '') === group);
const policies = of('networkpolicies', 'networking.k8s.io');

it('tells the same bytes by the same seed, and others by another', () => {
  const short = { to: FROM + 30_000 };
  expect(samples({ seed: 7, ...short })).toEqual(samples({ seed: 7, ...short }));
  expect(samples({ seed: 8, ...short })).not.toEqual(samples({ seed: 7, ...short }));
});

it('tells the same in instalments as at once', () => {
  const feed = sampleFeed({ from: FROM });
  const told = [10_000, 10_000, 10_001, 40_000, 60_000].flatMap((after) => feed(FROM + after));
  expect(told).toEqual(samples({ to: FROM + 60_000 }));
});

it('gives a later log of the same seed the same streams and other events', () => {
  const later = samples({ from: FROM + 600_000, to: FROM + 660_000 });
  expect(new Set(later.map(({ stream }) => stream))).toEqual(new Set(minutes.map(({ stream }) => stream)));
  const known = new Set(events.map(({ auditID }) => auditID));
  expect(later.flatMap(({ message }) => parse(message)?.auditID ?? []).filter((id) => known.has(id))).toEqual([]);
});

it('tells all in the order of time, from its beginning on and before its end', () => {
  const times = minutes.map(({ timestamp }) => timestamp);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(times[0]).toBeGreaterThanOrEqual(FROM);
  expect(times.at(-1)).toBeLessThan(FROM + 600_000);
});

it('names its streams as EKS does, one of each kind on each host', () => {
  const kinds = [
    'authenticator',
    'cloud-controller-manager',
    'kube-apiserver',
    'kube-apiserver-audit',
    'kube-controller-manager',
    'kube-scheduler',
  ];
  const names = [...new Set(minutes.map(({ stream }) => stream))];
  expect(names.filter((name) => !/^[a-z-]+-[0-9a-f]{32}$/.test(name))).toEqual([]);
  expect(names.map((name) => name.slice(0, -33)).toSorted()).toEqual(kinds.flatMap((kind) => [kind, kind, kind]));
});

it('tells audit lines at about the rate asked for', () => {
  expect(audit.length).toBeGreaterThan(600 * 20 * 0.95);
  expect(audit.length).toBeLessThan(600 * 20 * 1.2);
});

it('writes the fields in the order of the API server', () => {
  const order =
    'kind apiVersion level auditID stage requestURI verb user impersonatedUser sourceIPs userAgent objectRef responseStatus requestObject responseObject requestReceivedTimestamp stageTimestamp annotations'.split(
      ' ',
    );
  const reference = 'resource namespace name uid apiGroup apiVersion resourceVersion subresource'.split(' ');
  const sorted = (keys: string[], by: string[]) => by.filter((key) => keys.includes(key));
  for (const event of events) {
    const keys = Object.keys(event);
    expect(keys).toEqual(sorted(keys, order));
    const inner = Object.keys(event.objectRef ?? {});
    expect(inner).toEqual(sorted(inner, reference));
  }
});

it('plants lines that are cut inside a body and lines that are no JSON, and no other that does not parse', () => {
  const broken = audit.map(({ message }) => message).filter((message) => parse(message) === undefined);
  const cut = broken.filter((message) => message.endsWith('[Truncated...]') && message.includes('"requestObject":{'));
  const text = broken.filter((message) => /^E\d{4} /.test(message));
  expect(cut.length).toBeGreaterThan(0);
  expect(text.length).toBeGreaterThan(0);
  expect(broken).toHaveLength(cut.length + text.length);
});

it('keeps most lines between 0.5 and 3 kB', () => {
  const usual = audit.filter(({ message }) => message.length >= 500 && message.length <= 3000);
  expect(usual.length / audit.length).toBeGreaterThan(0.95);
});

it('gives a request one auditID, and both stages to what lasts', () => {
  const seen = Map.groupBy(events, ({ auditID }) => auditID);
  expect([...seen.keys()].filter((id) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
  for (const [first, second, ...more] of seen.values()) {
    expect(more).toEqual([]);
    if (second !== undefined) expect([first?.stage, second.stage]).toEqual(['ResponseStarted', 'ResponseComplete']);
  }
  expect(events.some(({ verb, stage }) => verb === 'watch' && stage === 'ResponseComplete')).toBe(true);
});

it.each<[string, (event: Told) => boolean]>([
  ['a lease renewed', ({ objectRef, verb }) => objectRef?.resource === 'leases' && verb === 'update'],
  ['a node status patched', ({ objectRef }) => objectRef?.resource === 'nodes' && objectRef.subresource === 'status'],
  [
    'endpoint slices at Metadata',
    ({ objectRef, level }) => objectRef?.resource === 'endpointslices' && level === 'Metadata',
  ],
  [
    'a request for no resource',
    ({ objectRef, requestURI }) => objectRef === undefined && requestURI.startsWith('/livez'),
  ],
  [
    'an IAM identity',
    ({ user }) => user.username?.startsWith('arn:aws:sts::') === true && user.extra?.accessKeyId?.length === 1,
  ],
  [
    'a mapped IAM identity',
    ({ user }) => user.username === 'payments:aisha.rahman' && user.extra?.sessionName?.[0] === 'aisha.rahman',
  ],
  [
    'a shell in a pod',
    ({ objectRef, responseStatus }) => objectRef?.subresource === 'exec' && responseStatus.code === 101,
  ],
  [
    'nobody',
    ({ user, stage, responseStatus, annotations }) =>
      user.username === undefined &&
      stage === 'ResponseStarted' &&
      responseStatus.message === 'Unauthorized' &&
      annotations === undefined,
  ],
  ['a dry run', ({ requestURI, verb }) => requestURI.includes('dryRun=All') && ['patch', 'update'].includes(verb)],
  [
    'a forbidden delete',
    ({ responseStatus, annotations }) =>
      responseStatus.code === 403 && annotations?.['authorization.k8s.io/decision'] === 'forbid',
  ],
  ['a conflict', ({ responseStatus }) => responseStatus.code === 409],
  ['an impersonation', ({ impersonatedUser }) => impersonatedUser !== undefined],
  [
    'a secret read at Metadata',
    ({ objectRef, verb, level }) => objectRef?.resource === 'secrets' && verb === 'get' && level === 'Metadata',
  ],
  ['a token created', ({ objectRef, verb }) => objectRef?.subresource === 'token' && verb === 'create'],
  [
    'a cluster role binding created',
    ({ objectRef, verb }) => objectRef?.resource === 'clusterrolebindings' && verb === 'create',
  ],
  [
    'a cluster role binding deleted',
    ({ objectRef, verb }) => objectRef?.resource === 'clusterrolebindings' && verb === 'delete',
  ],
  [
    'all policies of a namespace deleted',
    ({ objectRef, verb }) => objectRef?.resource === 'networkpolicies' && verb === 'deletecollection',
  ],
  [
    'Calico asked at Metadata',
    ({ objectRef, level }) => objectRef?.apiGroup === 'projectcalico.org' && level === 'Metadata',
  ],
  [
    'Calico stored at Metadata',
    ({ objectRef, level }) => objectRef?.apiGroup === 'crd.projectcalico.org' && level === 'Metadata',
  ],
  [
    'an anonymous look from outside',
    ({ user, requestURI }) => user.username === 'system:anonymous' && requestURI.startsWith('/version'),
  ],
])('holds %s within ten minutes', (_, wanted) => {
  expect(events.some(wanted)).toBe(true);
});

it('has a dozen changes of policies by several people in several namespaces', () => {
  const changes = policies.filter(
    ({ responseStatus, requestURI }) => responseStatus.code < 300 && !requestURI.includes('dryRun'),
  );
  expect(changes.length).toBeGreaterThan(12);
  for (const verb of ['create', 'patch', 'delete']) expect(changes.some((change) => change.verb === verb)).toBe(true);
  expect(new Set(changes.map(({ user }) => user.username)).size).toBeGreaterThan(3);
  expect(new Set(changes.map(({ objectRef }) => objectRef?.namespace)).size).toBeGreaterThan(3);
});

it('changes a policy only while it is there, with a growing version, and so that one sees a change', () => {
  const told = [...sampleEvents({ from: FROM, to: FROM + 6 * 3_600_000, perSecond: 0.1 })];
  const state = new Map<string, Body | undefined>();
  let changes = 0;
  for (const event of told.flatMap(({ message }) => parse(message) ?? [])) {
    const { objectRef, verb, requestURI, responseStatus, responseObject: next } = event;
    if (objectRef?.apiGroup !== 'networking.k8s.io' || objectRef.resource !== 'networkpolicies') continue;
    if (responseStatus.code >= 300 || requestURI.includes('dryRun')) continue;
    // A whole namespace at once has no name, and the creation of these is the line that is cut.
    if (objectRef.name === undefined || objectRef.name.startsWith('partner-networks')) continue;
    const key = `${objectRef.namespace}/${objectRef.name}`;
    const before = state.get(key);
    if (verb === 'create') expect(before).toBeUndefined();
    if (state.has(key) && verb !== 'create') expect(before).toBeDefined();
    if (before !== undefined && (verb === 'patch' || verb === 'update')) {
      changes += 1;
      expect(next?.spec).not.toEqual(before.spec);
      expect(next?.metadata?.generation).toBe((before.metadata?.generation ?? 0) + 1);
      expect(BigInt(next?.metadata?.resourceVersion ?? 0)).toBeGreaterThan(
        BigInt(before.metadata?.resourceVersion ?? 0),
      );
    }
    state.set(key, verb === 'delete' ? undefined : next);
  }
  expect(changes).toBeGreaterThan(100);
});

it('records a created policy with both bodies, and its name not in the URI', () => {
  const created = policies.find(({ verb }) => verb === 'create');
  expect(created?.requestURI.split('?')[0]).toMatch(/\/networkpolicies$/);
  expect(created?.objectRef?.name).toBe(created?.responseObject?.metadata?.name);
  expect(created?.requestObject?.metadata?.managedFields).toBeUndefined();
  expect(created?.responseObject?.metadata?.managedFields).toHaveLength(1);
  expect(Number.isSafeInteger(Number(created?.responseObject?.metadata?.resourceVersion))).toBe(false);
});

it('leaves the name out of what a person creates in Calico, and tells it where Calico stores it', () => {
  const long = [...sampleEvents({ from: FROM, to: FROM + 3_600_000, perSecond: 0.1 })].flatMap(
    ({ message }) => parse(message) ?? [],
  );
  const created = long.filter(
    ({ verb, objectRef }) => verb === 'create' && objectRef?.apiGroup?.includes('projectcalico.org'),
  );
  const named = Map.groupBy(created, ({ objectRef }) => objectRef?.apiGroup ?? '');
  expect(named.get('projectcalico.org')?.map(({ objectRef }) => objectRef?.name)).toContain(undefined);
  expect(named.get('crd.projectcalico.org')?.every(({ objectRef }) => objectRef?.name !== undefined)).toBe(true);
});

it('gives people addresses that belong to nobody', () => {
  const people = events.filter(
    ({ user }) => user.extra?.sessionName !== undefined && !user.username?.startsWith('system:node:'),
  );
  const places = new Set(people.flatMap(({ sourceIPs }) => sourceIPs));
  expect([...places].filter((address) => !/^(192\.0\.2|198\.51\.100|203\.0\.113)\.\d+$/.test(address))).toEqual([]);
});
