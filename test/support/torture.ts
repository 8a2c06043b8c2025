import type { Client } from '@elastic/elasticsearch';
import { eventId, lineId } from '../../lambda/core/document/identity.ts';
import { isObject, type JsonObject, parseJson } from '../../lambda/core/json.ts';

/** A line that somebody would send to do harm, or that nobody thought of. */
export interface Torture {
  readonly name: string;
  readonly message: string;
  readonly where: 'indexed' | 'parked' | 'either';
  /** By what its document must be found. */
  readonly finds: Facts;
}

/** Values by the document's field; each is a term query of its own. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** What Elastic's rules and an auditor ask of the event below. */
const FACTS: Facts = {
  'event.action': 'create',
  'event.outcome': 'success',
  'kubernetes.audit.verb': 'create',
  'kubernetes.audit.level': 'RequestResponse',
  'kubernetes.audit.stage': 'ResponseComplete',
  'kubernetes.audit.requestURI': '/api/v1/namespaces/shop/pods',
  'kubernetes.audit.userAgent': 'kubectl/v1.33',
  'user_agent.original': 'kubectl/v1.33',
  'kubernetes.audit.user.username': 'mallory',
  'user.name': 'mallory',
  'kubernetes.audit.user.groups': 'system:authenticated',
  'kubernetes.audit.impersonatedUser.username': 'system:admin',
  'related.user': 'system:admin',
  'kubernetes.audit.sourceIPs': '203.0.113.7',
  'source.ip': '203.0.113.7',
  'kubernetes.audit.objectRef.resource': 'pods',
  'kubernetes.audit.objectRef.namespace': 'shop',
  'kubernetes.audit.objectRef.name': 'web-0',
  'orchestrator.resource.name': 'web-0',
  'kubernetes.audit.responseStatus.code': 201,
  'kubernetes.audit.annotations.authorization_k8s_io/decision': 'allow',
  'kubernetes.audit.requestObject.metadata.name': 'web-0',
  'kubernetes.audit.requestObject.spec.serviceAccountName': 'deployer',
  'kubernetes.audit.requestObject.spec.hostNetwork': true,
  'kubernetes.audit.requestObject.spec.hostPID': true,
  'kubernetes.audit.requestObject.spec.type': 'NodePort',
  'kubernetes.audit.requestObject.spec.volumes.hostPath.path': '/var/run',
  'kubernetes.audit.requestObject.spec.securityContext.runAsUser': 0,
  'kubernetes.audit.requestObject.spec.containers.image': 'evil/miner',
  'kubernetes.audit.requestObject.spec.containers.securityContext.privileged': true,
  'kubernetes.audit.requestObject.spec.containers.securityContext.capabilities.add': 'SYS_ADMIN',
  'kubernetes.audit.requestObject.rules.verbs': 'escalate',
  'kubernetes.audit.requestObject.rules.resources': 'clusterroles',
  'kubernetes.audit.requestObject.roleRef.name': 'cluster-admin',
  'kubernetes.audit.requestObject.subjects.name': 'system:anonymous',
  'kubernetes.audit.responseObject.spec.containers.image': 'evil/miner',
  'kubernetes.audit.responseObject.roleRef.name': 'cluster-admin',
};

const BODY = {
  metadata: { name: 'web-0', namespace: 'shop' },
  spec: {
    type: 'NodePort',
    serviceAccountName: 'deployer',
    hostNetwork: true,
    hostPID: true,
    volumes: [{ name: 'run', hostPath: { path: '/var/run', type: 'Directory' } }],
    securityContext: { runAsUser: 0 },
    containers: [
      {
        image: 'evil/miner',
        command: ['sh'],
        securityContext: { privileged: true, capabilities: { add: ['SYS_ADMIN', 'NET_RAW'] } },
      },
      { image: 'istio/proxy' },
    ],
  },
  rules: [
    { verbs: ['escalate', 'bind'], resources: ['clusterroles'] },
    { verbs: ['get'], resources: ['pods'] },
  ],
  roleRef: { name: 'cluster-admin', kind: 'ClusterRole', apiGroup: 'rbac.authorization.k8s.io' },
  subjects: [{ kind: 'User', name: 'system:anonymous' }],
};

/** A pod, a service, a role and a binding at once: all that a rule may look into. */
const EVENT = {
  kind: 'Event',
  apiVersion: 'audit.k8s.io/v1',
  level: 'RequestResponse',
  auditID: 'the-callers-own',
  stage: 'ResponseComplete',
  requestURI: '/api/v1/namespaces/shop/pods',
  verb: 'create',
  user: { username: 'mallory', uid: '1', groups: ['system:authenticated'] },
  impersonatedUser: { username: 'system:admin', groups: ['system:masters'] },
  sourceIPs: ['203.0.113.7'],
  userAgent: 'kubectl/v1.33',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'web-0', apiVersion: 'v1' },
  responseStatus: { metadata: {}, code: 201 },
  requestObject: BODY,
  responseObject: BODY,
  requestReceivedTimestamp: '2026-11-21T11:59:59.000001Z',
  stageTimestamp: '2026-11-21T11:59:59.250000Z',
  annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': '' },
};

/** What an event says in other words than the one above, and the facts that go with that. */
interface Change {
  readonly with: JsonObject;
  /** Facts whose field begins so are not to be had any more. */
  readonly without?: readonly string[];
  /** Others are. */
  readonly finds?: Facts;
}

const REQUEST = 'kubernetes.audit.requestObject.';
const USER = ['kubernetes.audit.user.', 'user.name'];
const OBJECT = ['kubernetes.audit.objectRef.', 'orchestrator.'];
const SURROGATE = 'x\ud800y';
const LONG = 40_000;

const body = (more: JsonObject): JsonObject => ({ requestObject: { ...BODY, ...more } });
const spec = (more: JsonObject): JsonObject => body({ spec: { ...BODY.spec, ...more } });
const user = (more: JsonObject): JsonObject => ({ user: { ...EVENT.user, ...more } });

const CHANGES: Readonly<Record<string, Change>> = {
  'nothing odd': { with: {} },
  'a body of 1 MB': { with: body({ data: 'x'.repeat(1_040_000) }) },
  'a body of 1 MB of three bytes each': { with: body({ data: '語'.repeat(340_000) }) },
  'a body of 60,000 keys': { with: body(keyed(60_000, () => 1)) },
  'a body of 20,000 containers': {
    with: spec({
      containers: [...BODY.spec.containers, ...Array.from({ length: 20_000 }, (_, at) => ({ image: `i${at}` }))],
    }),
  },
  'keys with dots': { with: body({ 'a.b': 1, a: 'x', '.': 1, '..': 2, 'a.': 3, '.a': 4, 'spec.type': { no: 1 } }) },
  'empty and blank keys': {
    with: {
      ...body({ '': 1, ' ': 2, '\t': 3 }),
      '': { '': {} },
      annotations: { ...EVENT.annotations, '': '', ' ': '' },
    },
  },
  'names of the language': {
    with: {
      ...body({ constructor: 1, hasOwnProperty: 2, toString: { a: 1 } }),
      constructor: 'x',
      toString: 1,
      valueOf: null,
    },
  },
  'a lone surrogate in every place': {
    with: {
      ...body({ [SURROGATE]: SURROGATE }),
      requestURI: `/${SURROGATE}`,
      userAgent: SURROGATE,
      auditID: SURROGATE,
      [SURROGATE]: 1,
    },
    without: ['kubernetes.audit.requestURI', 'kubernetes.audit.userAgent', 'user_agent'],
  },
  'NUL in every place': {
    with: { ...body({ '\u0000': '\u0000' }), requestURI: '/\u0000', userAgent: 'a\u0000b', auditID: '\u0000' },
    without: ['kubernetes.audit.requestURI', 'kubernetes.audit.userAgent', 'user_agent'],
    finds: { 'kubernetes.audit.userAgent': 'a\u0000b' },
  },
  'a user agent of 40,000 characters': {
    with: { userAgent: `kubectl/${'a'.repeat(LONG)}` },
    without: ['kubernetes.audit.userAgent', 'user_agent'],
    finds: { 'kubernetes.audit.userAgent': `kubectl/${'a'.repeat(8191 - 8)}`, tags: 'cut' },
  },
  'a URI of 40,000 characters': {
    with: { requestURI: `/api/v1/${'%41'.repeat(LONG / 3)}` },
    without: ['kubernetes.audit.requestURI'],
    finds: { tags: 'cut' },
  },
  'a user agent of 40,000 pairs of surrogates': {
    with: { userAgent: `a${'😀'.repeat(LONG)}` },
    without: ['kubernetes.audit.userAgent', 'user_agent'],
    finds: { 'kubernetes.audit.userAgent': `a${'😀'.repeat(4095)}`, tags: 'cut' },
  },
  'a user agent of 40,000 characters of three bytes': {
    with: { userAgent: '語'.repeat(LONG) },
    without: ['kubernetes.audit.userAgent', 'user_agent'],
    finds: { 'kubernetes.audit.userAgent': '語'.repeat(8191) },
  },
  'a status message of 500,000 characters': {
    with: { responseStatus: { code: 201, message: 'no '.repeat(170_000) } },
    finds: { tags: 'cut' },
  },
  'runAsUser "root"': {
    with: spec({ securityContext: { runAsUser: 'root', runAsGroup: 1.5, runAsNonRoot: 'no' } }),
    without: [`${REQUEST}spec.securityContext`],
  },
  'objects where texts belong': {
    with: {
      ...spec({ type: { a: 1 }, serviceAccountName: [{}], hostNetwork: 'yes', hostPID: 1 }),
      userAgent: {},
      requestURI: [],
      auditID: { a: 1 },
    },
    without: [
      ...['type', 'serviceAccountName', 'hostNetwork', 'hostPID'].map((name) => `${REQUEST}spec.${name}`),
      ...['kubernetes.audit.userAgent', 'user_agent', 'kubernetes.audit.requestURI'],
    ],
  },
  'objects inside arrays': {
    with: {
      ...user({ groups: ['system:authenticated', { a: 1 }, ['b'], null, 7] }),
      sourceIPs: [{ a: 1 }, '203.0.113.7'],
    },
  },
  'texts where lists belong': {
    with: {
      ...user({ groups: 'system:authenticated' }),
      ...spec({ containers: { image: 'evil/miner' }, volumes: 'none' }),
      sourceIPs: '203.0.113.7',
    },
    without: [
      `${REQUEST}spec.volumes`,
      `${REQUEST}spec.containers.securityContext`,
      'kubernetes.audit.sourceIPs',
      'source.ip',
    ],
  },
  'lists in lists': {
    with: spec({ containers: [[[BODY.spec.containers[0]]], [], null, 3, 'x'] }),
  },
  'no user at all': {
    with: { user: null, impersonatedUser: null },
    without: [...USER, 'kubernetes.audit.impersonatedUser', 'related.user'],
  },
  'a user that is a list': { with: { user: [EVENT.user] }, without: USER },
  'an object that is a text': {
    with: { objectRef: 'pods' },
    without: OBJECT,
    finds: { 'orchestrator.resource.name': 'web-0' },
  },
  'a verb that is a list': {
    with: { verb: ['create', { a: 1 }] },
    without: ['event.action', 'kubernetes.audit.verb'],
    finds: { 'event.action': 'create' },
  },
  'a code that is a text': {
    with: { responseStatus: { code: '201' } },
    without: ['kubernetes.audit.responseStatus', 'event.outcome'],
    finds: { 'event.outcome': 'unknown' },
  },
  'a code of nineteen digits': {
    with: { responseStatus: { code: 1e18 } },
    without: ['kubernetes.audit.responseStatus', 'event.outcome'],
  },
  'dates of the year 0': {
    with: { requestReceivedTimestamp: '0000-01-01T00:00:00.000000Z', stageTimestamp: '0000-01-01T00:00:00.000000Z' },
  },
  'dates of the year 9999': {
    with: { requestReceivedTimestamp: '9999-12-31T23:59:59.999999Z', stageTimestamp: '9999-12-31T23:59:59.999999Z' },
    finds: { tags: 'clock' },
  },
  'dates that are none': { with: { requestReceivedTimestamp: '2026-02-30T00:00:00Z', stageTimestamp: { now: true } } },
  'an auditID over 512 bytes': {
    with: { auditID: 'a'.repeat(5_000) },
    finds: { 'kubernetes.audit.auditID': 'a'.repeat(5_000) },
  },
  'an auditID of an event before it': {
    with: { requestURI: '/another' },
    without: ['kubernetes.audit.requestURI'],
    finds: { 'kubernetes.audit.auditID': 'the-callers-own' },
  },
  'two addresses': {
    with: { sourceIPs: ['10.0.0.1', '203.0.113.7'] },
    finds: { 'kubernetes.audit.claimedSourceIPs': '10.0.0.1', 'related.ip': '10.0.0.1' },
  },
  'addresses that are none': { with: { sourceIPs: ['999.1.1.1', 'fe80::1%eth0', '', '203.0.113.7'] } },
  '20,000 claimed addresses': {
    with: { sourceIPs: [...Array.from({ length: 20_000 }, (_, at) => `10.0.${at >> 8}.${at % 256}`), '203.0.113.7'] },
  },
  '50,000 annotations': { with: { annotations: { ...EVENT.annotations, ...keyed(50_000, () => 'x') } } },
  '20,000 groups': {
    with: user({ groups: ['system:authenticated', ...Array.from({ length: 20_000 }, (_, at) => `group-${at}`)] }),
  },
  'extra that is hostile': {
    with: user({
      extra: {
        arn: [{ a: 1 }, 'arn:x'],
        sessionName: 7,
        '__proto__.x': ['y'],
        'authentication.kubernetes.io/pod-name': { a: [] },
      },
    }),
  },
  'managedFields of 1 MB': {
    with: body({ metadata: { ...BODY.metadata, managedFields: [{ fieldsV1: keyed(40_000, () => ({})) }] } }),
  },
  'members that audit events do not have': {
    with: { event: { id: 'forged' }, tags: ['forged'], '@timestamp': '1970-01-01T00:00:00Z', _id: 'x', _index: 'y' },
  },
};

/** The same, of texts that no JSON.stringify makes. */
const TEXTS: Readonly<
  Record<string, { readonly message: string; readonly without?: readonly string[]; readonly finds?: Facts }>
> = {
  'a body 1,000 objects deep': { message: inBody(`{"deep":${'{"a":'.repeat(1000)}1${'}'.repeat(1000)},`) },
  'a body 1,000 lists deep': { message: inBody(`{"deep":${'['.repeat(1000)}${']'.repeat(1000)},`) },
  'a body 100,000 lists deep': { message: inBody(`{"deep":${'['.repeat(100_000)}${']'.repeat(100_000)},`) },
  'containers 1,000 lists deep': {
    message: whole().replace('"containers":[', `"containers":[${'['.repeat(1000)}{"image":"deep"}${']'.repeat(1000)},`),
  },
  'integers of 19 digits': {
    message: whole()
      .replaceAll('"runAsUser":0', '"runAsUser":9007199254740993')
      .replace('"code":201', '"code":201,"x":1234567890123456789'),
    without: [`${REQUEST}spec.securityContext`],
  },
  'numbers that fit no double': { message: inBody('{"big":1e999999,"small":-1e-999999,"zero":-0.0,') },
  '__proto__ in every place': {
    message: whole()
      .replaceAll('"metadata":{"name"', '"__proto__":{"x":1},"metadata":{"__proto__":{"name":"forged"},"name"')
      .replace('"user":{', '"__proto__":{"verb":"delete"},"user":{"__proto__":{"username":"forged"},'),
  },
  'every key twice': {
    message: `{"kind":"No","apiVersion":"no","verb":"delete","user":{"username":"forged"},"requestObject":{"spec":{"hostNetwork":false}},${whole().slice(1)}`,
  },
  'keys with escapes': { message: whole().replace('"verb"', '"v\\u0065rb"').replace('"user"', '"us\\u0065r"') },
  'white space in every place': { message: JSON.stringify(EVENT, null, 7) },
  'newlines behind it': { message: `${whole().replace('the-callers-own', 'with newlines')}\n\r\n` },
};

function whole(): string {
  return JSON.stringify(EVENT);
}

/** The event with more in front in its request's body. */
function inBody(begin: string): string {
  return whole().replace('"requestObject":{', `"requestObject":${begin}`);
}

function keyed(count: number, value: () => unknown): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`key-${at}`, value()]));
}

/** What is no event, and why it is parked. */
const PARKED: Readonly<Record<string, readonly [message: string, reason: string]>> = {
  'a line of klog': ['E1121 12:00:00.000000      10 audit.go:1] no JSON', 'not JSON'],
  'a byte order mark': [`\ufeff${whole()}`, 'truncated'],
  'text behind an event': [`${whole()} and more`, 'truncated'],
  'one space': [' ', 'not JSON'],
  'a NUL': ['\u0000', 'not JSON'],
  '1 MB of brackets': ['['.repeat(1_040_000), 'not JSON'],
  '1 MB of quotes': ['"'.repeat(1_040_000), 'not JSON'],
  'a list of events': [`[${whole()}]`, 'not an audit event'],
  'an EventList': ['{"kind":"EventList","apiVersion":"audit.k8s.io/v1","items":[]}', 'not an audit event'],
  'another kind of event': ['{"kind":"Event","apiVersion":"v1"}', 'not an audit event'],
  null: ['null', 'not an audit event'],
};

const ALL = Object.entries(CHANGES);
/** Thousands of these are sent in a moment. */
const SHORT = ALL.filter(([, change]) => JSON.stringify(change.with).length < 100_000);

/** Bytes of a message that CloudWatch Logs takes. */
const LONGEST = 2 ** 20 - 26;

/** A line that has several of these, or is cut or garbled at random; `number` makes it another than all others. */
export function mixed(dice: () => number, number: number): Torture {
  const changeable = dice() < 0.03 ? ALL : SHORT;
  const some = Array.from({ length: 2 + Math.floor(dice() * 3) }, () => pick(dice, changeable));
  const name = some.map(([each]) => each).join(', ');
  const changes = some.map(([, change]) => change);
  const event = Object.assign({ ...EVENT, number }, ...changes.map((change) => change.with));
  const message = JSON.stringify(event);
  if (Buffer.byteLength(message) > LONGEST) return mixed(dice, number);
  if (dice() < 0.3)
    return { name: `${name}; garbled`, message: garbled(dice, message).toWellFormed(), where: 'either', finds: {} };
  const finds = found({ without: changes.flatMap(({ without = [] }) => without) });
  return { name, message, where: 'indexed', finds };
}

function pick<T>(dice: () => number, all: readonly T[]): T {
  const one = all[Math.floor(dice() * all.length)];
  if (one === undefined) throw new Error('There is nothing to pick from.');
  return one;
}

/** Cut somewhere, or with a few of its units exchanged. */
function garbled(dice: () => number, message: string): string {
  const place = () => Math.floor(dice() * message.length);
  if (dice() < 0.5) return `${message.slice(0, 1 + place())}${dice() < 0.5 ? '[Truncated...]' : ''}`;
  const places = Array.from({ length: 1 + Math.floor(dice() * 3) }, place);
  return places.reduce(
    (text, at) => `${text.slice(0, at)}${pick(dice, [...'{}[]",:0a\\\u0000\ufeff 😀'])}${text.slice(at + 1)}`,
    message,
  );
}

/** The whole set; each message differs from the others. */
export function tortures(): readonly Torture[] {
  const changed = Object.entries(CHANGES).map(([name, change]) => {
    const message = JSON.stringify({ ...EVENT, ...change.with });
    return { name, message, where: 'indexed', finds: found(change) } as const;
  });
  const written = Object.entries(TEXTS).map(([name, text]) => {
    return { name, message: text.message, where: 'indexed', finds: found(text) } as const;
  });
  const parked = Object.entries(PARKED).map(([name, [message, reason]]) => {
    return { name, message, where: 'parked', finds: { 'parked.reason': reason } } as const;
  });
  return [...changed, ...written, ...parked];
}

function found({ without = [], finds = {} }: Partial<Change>): Facts {
  const left = Object.entries(FACTS).filter(([field]) => !without.some((lost) => field.startsWith(lost)));
  return { ...Object.fromEntries(left), ...finds };
}

/** What is wrong with what Elasticsearch has of a line; empty where all is found. */
export async function faultsOf(client: Client, cluster: string, line: Torture, timestamp: number): Promise<string[]> {
  const { message, where, finds } = line;
  const hits = await matches(client, `logs-kubernetes.audit_*-${cluster}-*`, idsOf(cluster, message, timestamp), finds);
  if (hits.length === 0) return ['is nowhere'];
  const astray = hits
    .map(({ index }) => index)
    .filter((index) => where !== 'either' && index.includes('parked') !== (where === 'parked'));
  const lost = Object.keys(finds).filter((field) => hits.some(({ fields }) => !fields.includes(field)));
  return [
    ...astray.map((index) => `is in ${index}`),
    ...lost.map((field) => `is not found by ${field}: ${String(finds[field]).slice(0, 80)}`),
  ];
}

/** Under which its document is there, or what is parked in its place, whole or in parts. */
export function idsOf(cluster: string, message: string, timestamp: number): readonly string[] {
  const text = message.replace(/[\r\n]+$/, '');
  const value = parseJson(text);
  const ids = [lineId(cluster, timestamp, text), ...(isObject(value) ? [eventId(cluster, text, value)] : [])];
  return ids.flatMap((id) => [id, ...Array.from({ length: PARTS }, (_, at) => `${id}.256.${at + 1}`)]);
}

/** Of 1 MB in 256 KiB of three bytes a unit. */
const PARTS = 16;

interface Match {
  readonly index: string;
  /** The facts that find it. */
  readonly fields: readonly string[];
}

async function matches(client: Client, index: string, values: readonly string[], facts: Facts): Promise<Match[]> {
  const should = Object.entries(facts).map(([field, value]) => ({ term: { [field]: { value, _name: field } } }));
  const query = { bool: { filter: { ids: { values: [...values] } }, should } };
  const { hits } = await client.search({ index, query, size: PARTS, _source: false, ignore_unavailable: true });
  return hits.hits.map((hit) => ({ index: hit._index, fields: Object.values(hit.matched_queries ?? []) }));
}
