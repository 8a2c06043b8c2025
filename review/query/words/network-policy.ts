import { at } from '../../../lambda/core/json.ts';
import { textsAt } from '../row.ts';
import { added, listAt, plain, selectorText } from './selector.ts';

/** What changed in the `spec` of a NetworkPolicy of Kubernetes, one phrase each; undefined: it is too large to be told. */
export function networkPolicyChanges(before: unknown, after: unknown): readonly string[] | undefined {
  const [old, now] = [allowedBy(before), allowedBy(after)];
  if (old === undefined || now === undefined) return undefined;
  const phrases = [
    ...grouped(added(old, now)).map((phrase) => `${phrase} added`),
    ...grouped(added(now, old)).map((phrase) => `${phrase} removed`),
  ];
  return [...subjectChange(before, after), ...typeChanges(before, after), ...phrases];
}

/** What the spec of a new one says. */
export function networkPolicyText(spec: unknown): readonly string[] | undefined {
  const allowed = allowedBy(spec);
  if (allowed === undefined) return undefined;
  const closed = typesOf(spec)
    .map((type) => type.toLowerCase())
    .filter((direction) => listAt(spec, direction).length === 0);
  return [
    `applies to ${subject(spec)}`,
    ...closed.map((direction) => `no ${direction} allowed`),
    ...grouped([...allowed]).map((phrase) => `${phrase} allowed`),
  ];
}

function subjectChange(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [subject(before), subject(after)];
  return old === now ? [] : [`applies to ${now}, no longer to ${old}`];
}

function subject(spec: unknown): string {
  const selector = selectorText(at(spec, 'podSelector'));
  return selector === undefined ? 'all pods' : `pods ${selector}`;
}

function typeChanges(before: unknown, after: unknown): readonly string[] {
  const [old, now] = [typesOf(before), typesOf(after)];
  return [
    ...added(old, now).map((type) => `${type.toLowerCase()} restricted to what is allowed`),
    ...added(now, old).map((type) => `${type.toLowerCase()} no longer restricted`),
  ];
}

/** Ingress always where nobody says, egress where there are rules for it. */
function typesOf(spec: unknown): readonly string[] {
  const types = textsAt(spec, 'policyTypes');
  if (types.length > 0) return types;
  return listAt(spec, 'egress').length > 0 ? ['Ingress', 'Egress'] : ['Ingress'];
}

const DIRECTIONS = [
  { direction: 'ingress', peers: 'from', word: 'from' },
  { direction: 'egress', peers: 'to', word: 'to' },
] as const;
/** Of pairs of a peer and a port: a rule allows each of its peers each of its ports. */
const MOST = 5000;
const BETWEEN = '\0';

/** What is allowed, in the smallest parts: the order and the grouping of rules mean nothing. */
function allowedBy(spec: unknown): ReadonlySet<string> | undefined {
  const parts = new Set<string>();
  for (const { direction, peers, word } of DIRECTIONS) {
    for (const rule of listAt(spec, direction)) {
      const whom = listAt(rule, peers).map(peerText);
      const ports = listAt(rule, 'ports').map(portText);
      if (parts.size + whom.length * ports.length > MOST) return undefined;
      for (const peer of whom.length === 0 ? ['anywhere'] : whom)
        for (const port of ports.length === 0 ? [''] : ports)
          parts.add(`${direction} ${word} ${peer}${BETWEEN}${port}`);
    }
  }
  return parts;
}

/** Parts of one peer in one phrase: `ingress from pods app=web on TCP 80, TCP 443`. */
function grouped(parts: readonly string[]): readonly string[] {
  const ports = new Map<string, string[]>();
  for (const part of parts) {
    const [peer = '', port = ''] = part.split(BETWEEN);
    ports.set(peer, [...(ports.get(peer) ?? []), port]);
  }
  return [...ports].map(([peer, list]) => (list.includes('') ? peer : `${peer} on ${list.join(', ')}`));
}

const EVERYWHERE = ['0.0.0.0/0', '::/0'];

function peerText(peer: unknown): string {
  const cidr = at(peer, 'ipBlock', 'cidr');
  if (cidr !== undefined) {
    const except = textsAt(peer, 'ipBlock', 'except');
    const whole = EVERYWHERE.includes(plain(cidr)) ? `anywhere (${plain(cidr)})` : plain(cidr);
    return `${whole}${except.length === 0 ? '' : ` except ${except.join(', ')}`}`;
  }
  const pods = selectorText(at(peer, 'podSelector'));
  const who = pods === undefined ? 'all pods' : `pods ${pods}`;
  if (at(peer, 'namespaceSelector') === undefined) return who;
  const where = selectorText(at(peer, 'namespaceSelector'));
  return `${who} in ${where === undefined ? 'all namespaces' : `namespaces ${where}`}`;
}

function portText(port: unknown): string {
  const protocol = plain(at(port, 'protocol') ?? 'TCP');
  const number = at(port, 'port');
  const end = at(port, 'endPort');
  return `${protocol}${number === undefined ? '' : ` ${plain(number)}`}${end === undefined ? '' : `-${plain(end)}`}`;
}
