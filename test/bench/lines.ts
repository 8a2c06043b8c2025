import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { judge } from '../../lambda/core/document/judge.ts';
import type { Line } from '../../lambda/core/line.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { resources } from '../lambda/core/policy/builders.ts';
import { event, line, NOON, rule, rules } from '../support/builders.ts';

/** Four times as long a line may cost at most so many times as much: linear is four, quadratic sixteen. */
const LIMIT = 8;
const LONG = 1024 * 1024;
/** As many short lines are judged in one run: a processor's time is told in milliseconds. */
const QUARTERS = 4;
const SHORT = LONG / QUARTERS;
const RUNS = 5;
/** Milliseconds. What takes longer at a quarter has failed: the whole might take hours. */
const HOPELESS = 3000;
const SHOWN = 12;

/** What some loop or pattern of ours looks for, and what looks like it for a while. */
const TOKENS = [
  ...['/', '/x', '?', '&a=', '%', '%41', '%ffx', '%e2%82%ac', '\r', '\n', ' ', '"', '\\', '{', '[', '{"a":', ',', ':'],
  ...['-', '.', '[Truncated...', '0', 'a', '😀', '\ud800', '\u0000'],
];

type Fields = Readonly<Record<string, unknown>>;

/** Each makes of a long text what an event has in one place. */
const FIELDS: Readonly<Record<string, (text: string) => Fields>> = {
  auditID: (text) => ({ auditID: text }),
  level: (text) => ({ level: text }),
  stage: (text) => ({ stage: text }),
  verb: (text) => ({ verb: text }),
  requestURI: (text) => ({ requestURI: text }),
  'requestURI of a create': (text) => ({ verb: 'create', requestURI: `/api/v1/${text}x${text}` }),
  "requestURI's query": (text) => ({ requestURI: `/api/v1/pods?${text}` }),
  'requestURI of no resource': (text) => ({ objectRef: undefined, requestURI: `/${text}` }),
  'user.username': (text) => ({ user: { username: text, groups: [] } }),
  'user.uid': (text) => ({ user: { uid: text } }),
  'user.groups, one': (text) => ({ user: { username: 'ana', groups: [text] } }),
  'user.groups, many': (text) => ({ user: { username: 'ana', groups: split(text) } }),
  'user.extra': (text) => ({ user: { username: 'ana', extra: { arn: [text], sessionName: split(text) } } }),
  impersonatedUser: (text) => ({ impersonatedUser: { username: text, groups: split(text) } }),
  'sourceIPs, one': (text) => ({ sourceIPs: [text] }),
  'sourceIPs, many': (text) => ({ sourceIPs: split(text) }),
  userAgent: (text) => ({ userAgent: text }),
  'objectRef.resource': (text) => ({ objectRef: { resource: text } }),
  'objectRef.namespace': (text) => ({ objectRef: { resource: 'pods', namespace: text } }),
  'objectRef.name': (text) => ({ verb: 'create', objectRef: { resource: 'pods', name: text } }),
  'objectRef.apiGroup': (text) => ({ objectRef: { resource: 'pods', apiGroup: text } }),
  'objectRef.subresource': (text) => ({ objectRef: { resource: 'pods', subresource: text } }),
  'objectRef, the rest': (text) => ({ objectRef: { uid: text, apiVersion: text, resourceVersion: text } }),
  responseStatus: (text) => ({ responseStatus: { code: 200, reason: text, message: text } }),
  stageTimestamp: (text) => ({ stageTimestamp: text, requestReceivedTimestamp: text }),
  annotations: (text) => ({ annotations: { 'authorization.k8s.io/decision': text, other: text } }),
  "annotations' keys": (text) => ({ annotations: Object.fromEntries(split(text).map((key) => [key, ''])) }),
  'a body': (text) => ({ requestObject: { metadata: { name: text } }, responseObject: { spec: text } }),
  "a body's lists": (text) => ({ requestObject: { rules: split(text).map((verb) => ({ verbs: [verb, [[verb]]] })) } }),
  "a list's items": (text) => ({ verb: 'update', requestObject: { items: split(text).map(managed) } }),
  managedFields: (text) => ({ verb: 'update', requestObject: { ...managed(text), kind: text } }),
};

/** As many small texts as there is room for. */
function split(text: string): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / 10) }, (_, at) => text.slice(10 * at, 10 * at + 10));
}

const managed = (name: string) => ({ metadata: { name, managedFields: [{ manager: name }] } });

const whole = JSON.stringify(event({ requestObject: '@' }));
const [head = '', tail = ''] = whole.split('"@"');

/** Of an event as the API server writes it: up to its user agent, and up to its bodies. */
const START = JSON.stringify(
  event({ requestReceivedTimestamp: undefined, stageTimestamp: undefined, annotations: undefined, verb: 'update' }),
).replace(/\}$/, ',');
const HEAD = START.slice(0, START.indexOf('"userAgent"'));

/** The same for a line. */
const LINES: Readonly<Record<string, (text: string) => string>> = {
  'behind a line': (text) => whole + text,
  'behind a line, with an end': (text) => `${whole}${text}x`,
  'the whole line': (text) => text,
  'an event that is cut before its body': (text) => `${HEAD}"userAgent":${JSON.stringify(text).slice(0, -1)}`,
  'an event that is cut in its body': (text) => `${START}"requestObject":{"metadata":{"a":${JSON.stringify(text)},"b":`,
  'an event that is cut in its managed fields': (text) =>
    `${START}"responseObject":{"metadata":{"managedFields":[${JSON.stringify(text).slice(0, -1)}`,
  'a line that is cut': (text) => `${head}{"data":${JSON.stringify(text).slice(0, -1)}`,
};

/** Lines of a length, of one kind of thing. */
const SHAPES: Readonly<Record<string, (length: number) => string>> = {
  'a deep body': (length) => `${head}${'{"a":['.repeat(length / 8)}1${']}'.repeat(length / 8)}${tail}`,
  'a long number': (length) => `${head}${'1'.repeat(length)}${tail}`,
  'many numbers': (length) => `${head}[${'1.0,'.repeat(length / 4)}1]${tail}`,
  'many members': (length) => `${head}{${'"a":1,'.repeat(length / 6)}"b":1}${tail}`,
  'many bodies': (length) => `${head}{"a":1}${',"requestObject":{"a":1}'.repeat(length / 24)}${tail}`,
  'many levels': (length) => `${head}1${',"lev\\u0065l":"None"'.repeat(length / 20)},"level":"Request"${tail}`,
  'many bodies, cut': (length) => `${START}"requestObject":{"a":1}${',"requestObject":{"a":1}'.repeat(length / 24)}`,
  'many fields, cut': (length) => `${START}"a":1${',"verb":"get","b":0'.repeat(length / 19)}`,
  'many managed fields, cut': (length) =>
    `${START}"responseObject":{"items":[${'{"metadata":{"managedFields":[0]}},'.repeat(length / 35)}{"metadata":{"managedFields":[`,
  'a deep body, cut': (length) => `${START}"responseObject":${'{"metadata":{"items":['.repeat(length / 22)}`,
  'many white spaces': (length) => `${head}${' \n'.repeat(length / 4)}1${' \n'.repeat(length / 4)}${tail}`,
  'many escapes': (length) => `${head}"${'\\u0041\\"'.repeat(length / 8)}"${tail}`,
};

/** Asks every kind of condition, and takes what can be taken. */
const POLICY: Policy = {
  omitStages: ['RequestReceived'],
  omitManagedFields: true,
  rules: [
    rule({ users: ['x'], userGroups: ['y'], verbs: ['z'] }),
    rule({ userGroups: ['y', 'z'] }),
    rule({ nonResourceURLs: ['/healthz*', '/a/*', '/b'] }),
    rule({ namespaces: ['x'], resources: [resources('*', ['pods/*', '*/log', 'x/y'], ['z']), resources('x', ['y'])] }),
    rule({ level: 'Metadata', users: ['y'] }),
    rule({ level: 'Request' }),
  ],
};
const RULES = rules({ policy: POLICY });

interface Case {
  readonly name: string;
  readonly lineOf: (length: number) => string;
}

function cases(): readonly Case[] {
  const places = {
    ...Object.fromEntries(
      Object.entries(FIELDS).map(([name, of]) => [name, (text: string) => JSON.stringify(event(of(text)))]),
    ),
    ...LINES,
  };
  const texts = Object.entries(places).flatMap(([place, of]) =>
    TOKENS.map((token) => ({
      name: `${place}: ${JSON.stringify(token)}`,
      lineOf: (length: number) => of(token.repeat(Math.ceil(length / token.length))),
    })),
  );
  return [...texts, ...Object.entries(SHAPES).map(([name, lineOf]) => ({ name, lineOf }))];
}

/** Milliseconds: of a quarter and of the whole length, and what `JSON.parse` takes of the whole. */
interface Cost {
  readonly name: string;
  readonly short: number;
  readonly long: number;
  readonly parse: number;
}

function measure({ name, lineOf }: Case, before = () => {}): Cost {
  const [short, long] = [line({ message: lineOf(SHORT) }), line({ message: lineOf(LONG) })];
  const cost = (runs: number, given: Line, times = 1) =>
    best(runs, before, () => {
      for (let time = 0; time < times; time += 1) judge(given, RULES, NOON);
    }) / times;
  const once = cost(1, short);
  const isHopeless = once > HOPELESS;
  return {
    name,
    short: isHopeless ? once : cost(RUNS, short, QUARTERS),
    long: isHopeless ? Number.POSITIVE_INFINITY : cost(RUNS, long),
    parse: best(RUNS, before, () => parse(long.message)),
  };
}

function best(runs: number, before: () => void, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run += 1) {
    before();
    const begin = spent();
    work();
    least = Math.min(least, spent() - begin);
  }
  return least;
}

/** Milliseconds that this thread has had a processor: others on the machine don't count. */
function spent(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function parse(text: string): void {
  try {
    JSON.parse(text);
  } catch {
    // What is no JSON costs the time until that shows.
  }
}

/** Noise makes a figure worse, never better: what looks bad is looked at again, each time with the memory cleared. */
function measureWell(given: Case): Cost {
  let cost = measure(given);
  for (let again = 0; again < 3 && !isGood(cost) && cost.short < HOPELESS; again += 1) {
    const other = measure(given, collectGarbage);
    if (timesOf(other) < timesOf(cost)) cost = other;
  }
  return cost;
}

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

const timesOf = ({ short, long }: Cost) => long / short;

/** What is mostly V8's own cost grows as V8's does: more than four times where its memory has to grow. */
function isGood(cost: Cost): boolean {
  return timesOf(cost) <= LIMIT || cost.parse > cost.long / 2;
}

/** Prints the worst of all lines; true when four times as long a line costs at most eight times as much, whatever it is. */
export async function benchLines(): Promise<boolean> {
  const all = cases();
  // The first ones pay for what is compiled.
  for (const given of all.filter((_, at) => at % TOKENS.length === 0)) measure(given);
  const costs = all.map(measureWell);
  console.log(`lines: ${costs.length}, with ${SHORT} and with ${LONG} characters in one place`);
  print('the worst by what four times the length costs', costs, timesOf);
  print('the dearest', costs, ({ long }) => long);
  console.log(`  at most ${LIMIT} times the cost for four times the length is wanted`);
  return costs.every(isGood);
}

function print(title: string, costs: readonly Cost[], by: (cost: Cost) => number): void {
  console.log(`  ${title}`);
  for (const cost of costs.toSorted((a, b) => by(b) - by(a)).slice(0, SHOWN)) {
    const times = `${cost.short.toFixed(1)} → ${cost.long.toFixed(1)} ms, ${timesOf(cost).toFixed(1)} times`;
    console.log(`    ${cost.name.padEnd(44)} ${times.padEnd(32)} JSON.parse ${cost.parse.toFixed(1)} ms`);
  }
}
