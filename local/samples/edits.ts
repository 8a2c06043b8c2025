import type { SampleCluster } from './cluster.ts';
import { NAMESPACES, type Peer, type Rule, type Spec } from './policy.ts';

const APPS = ['web', 'api', 'worker', 'gateway', 'ledger', 'search', 'redis', 'postgres'] as const;
const PORTS = [80, 443, 5432, 6379, 8080, 8443, 9090, 9200] as const;

const tcp = (port: number) => ({ protocol: 'TCP', port });
const app = (name: string) => ({ matchLabels: { app: name } });
const namespace = (name: string) => ({ matchLabels: { 'kubernetes.io/metadata.name': name } });

const DNS: Rule = {
  ports: [{ protocol: 'UDP', port: 53 }, tcp(53)],
  to: [{ namespaceSelector: namespace('kube-system'), podSelector: { matchLabels: { 'k8s-app': 'kube-dns' } } }],
};

/** A name and what it means: the sorts of policies that teams write. */
export function draft(world: SampleCluster): { readonly name: string; readonly spec: Spec } {
  const [target, peer] = [world.pick(APPS), world.pick(APPS)];
  const port = world.pick(PORTS);
  const podSelector = app(target);
  const cidr = `10.${world.number(20, 60)}.0.0/16`;
  const drafts: readonly { name: string; spec: Spec }[] = [
    { name: 'default-deny', spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] } },
    {
      name: `allow-${peer}-to-${target}`,
      spec: {
        podSelector,
        ingress: [{ ports: [tcp(port)], from: [{ podSelector: app(peer) }] }],
        policyTypes: ['Ingress'],
      },
    },
    {
      name: `${target}-egress`,
      spec: {
        podSelector,
        egress: [DNS, { ports: [tcp(port)], to: [{ ipBlock: { cidr, except: [cidr.replace('/16', '/24')] } }] }],
        policyTypes: ['Egress'],
      },
    },
    {
      name: `${target}-from-ingress`,
      spec: {
        podSelector,
        ingress: [{ ports: [tcp(8080)], from: [{ namespaceSelector: namespace('ingress') }] }],
        egress: [DNS],
        policyTypes: ['Ingress', 'Egress'],
      },
    },
  ];
  return world.pick(drafts);
}

export interface Edit {
  readonly spec: Spec;
  /** The same change as a JSON patch. */
  readonly operations: readonly object[];
}

/** A change that a reviewer can see: another port, another peer, other pods, a wider or a narrower network. */
export function edit(world: SampleCluster, spec: Spec): Edit {
  const edits = [openEgress, closeEgress, widenIngress, openPort, retarget].flatMap((make) => make(world, spec) ?? []);
  return world.pick(edits);
}

/** Lists stay as short as people keep them. */
const LONG = 4;

function openEgress(world: SampleCluster, spec: Spec): Edit | undefined {
  if ((spec.egress?.length ?? 0) > LONG) return undefined;
  const rule: Rule = {
    ports: [tcp(world.pick(PORTS))],
    to: [{ ipBlock: { cidr: `10.${world.number(61, 99)}.0.0/16` } }],
  };
  const policyTypes = [...new Set([...spec.policyTypes, 'Egress'])];
  const operation = spec.egress
    ? { op: 'add', path: '/spec/egress/-', value: rule }
    : { op: 'add', path: '/spec/egress', value: [rule] };
  return {
    spec: { ...spec, egress: [...(spec.egress ?? []), rule], policyTypes },
    operations: [operation, { op: 'replace', path: '/spec/policyTypes', value: policyTypes }],
  };
}

function closeEgress(_: SampleCluster, spec: Spec): Edit | undefined {
  const { egress } = spec;
  if (egress === undefined || egress.length < 2) return undefined;
  return {
    spec: { ...spec, egress: egress.slice(0, -1) },
    operations: [{ op: 'remove', path: `/spec/egress/${egress.length - 1}` }],
  };
}

function widenIngress(world: SampleCluster, spec: Spec): Edit | undefined {
  const [first, ...others] = spec.ingress ?? [];
  if (first?.from === undefined || first.from.length > LONG) return undefined;
  const cidr = world.pick(['0.0.0.0/0', '203.0.113.0/24', '10.0.0.0/8', '198.51.100.64/26']);
  const peer: Peer = world.pick([
    { podSelector: app(world.pick(APPS)) },
    { namespaceSelector: namespace(world.pick(NAMESPACES)) },
    { ipBlock: { cidr } },
  ]);
  return {
    spec: { ...spec, ingress: [{ ...first, from: [...first.from, peer] }, ...others] },
    operations: [{ op: 'add', path: '/spec/ingress/0/from/-', value: peer }],
  };
}

function openPort(world: SampleCluster, spec: Spec): Edit | undefined {
  const [first, ...others] = spec.ingress ?? [];
  if (first?.ports === undefined || first.ports.length > LONG) return undefined;
  const ports = [...first.ports, tcp(world.number(30_000, 32_767))];
  return {
    spec: { ...spec, ingress: [{ ...first, ports }, ...others] },
    operations: [{ op: 'replace', path: '/spec/ingress/0/ports', value: ports }],
  };
}

function retarget(world: SampleCluster, spec: Spec): Edit | undefined {
  if (spec.podSelector.matchLabels === undefined) return undefined;
  const tier = `${world.pick(['frontend', 'backend', 'batch'])}-${world.number(1, 99)}`;
  const podSelector = { matchLabels: { ...spec.podSelector.matchLabels, tier } };
  return {
    spec: { ...spec, podSelector },
    operations: [{ op: 'replace', path: '/spec/podSelector', value: podSelector }],
  };
}
