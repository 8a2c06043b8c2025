import { nearest } from '../problems/nearest.ts';
import { CUSTOM, FORMER, KUBERNETES, type Served } from './served.ts';

/** Why a word of a policy is doubted. */
export interface Doubt {
  readonly message: string;
  /** False: it may name a custom resource, of which nothing is known here. */
  readonly sure: boolean;
}

interface Group {
  /** Each resource and subresource: does it stand in a namespace? */
  readonly scopes: ReadonlyMap<string, boolean>;
  /** May serve what is not listed. */
  readonly open: boolean;
}

const GROUPS: ReadonlyMap<string, Group> = new Map([
  ...Object.entries({ ...KUBERNETES, ...FORMER }).map(([name, served]) => [name, groupOf(served, false)] as const),
  ...Object.entries(CUSTOM).map(([name, served]) => [name, groupOf(served, true)] as const),
]);

function groupOf({ namespaced = '', cluster = '' }: Served, open: boolean): Group {
  const words = (text: string) => text.split(/\s+/).filter((word) => word !== '');
  const all = (text: string) =>
    words(text).flatMap((word) => (open ? [word, `${word}/status`, `${word}/scale`] : [word]));
  const scopes = new Map([
    ...all(namespaced).map((word) => [word, true] as const),
    ...all(cluster).map((word) => [word, false] as const),
  ]);
  return { scopes, open };
}

/** Of a group that nothing is known to serve. */
export function doubtOfGroup(group: string): Doubt | undefined {
  if (group === '*' || GROUPS.has(group)) return undefined;
  const none = `${JSON.stringify(group)} is no API group`;
  if (/^(?:core|v\d.*)$/.test(group)) return { sure: true, message: `${none}: write "" for core` };
  const meant = meantGroup(group);
  // Kubernetes itself has those without a dot; of others there are many, such as app.k8s.io.
  if (!group.includes('.') || (meant !== undefined && firstLabel(meant) === firstLabel(group))) {
    const advice = meant === undefined ? 'custom ones have a dot' : `did you mean ${meant}?`;
    return { sure: true, message: `${none}: ${advice}` };
  }
  const or = meant === undefined ? '' : `, or did you mean ${meant}`;
  return { sure: false, message: `${none} of Kubernetes, EKS or Calico: a custom one${or}?` };
}

/** Of groups such as `batch` and `batch.k8s.io`. */
function meantGroup(group: string): string | undefined {
  const [, first] = /^([^.]+)(?:\.k8s\.io)?$/.exec(group) ?? [];
  if (first === undefined) return undefined;
  const names = Object.keys(KUBERNETES).filter((name) => name !== '');
  const near = nearest(first, names.map(firstLabel));
  return names.find((name) => firstLabel(name) === near);
}

function firstLabel(group: string): string {
  return group.replace(/\..*/, '');
}

const FORM = /^(?:\*|(?:[^*/]+|\*)\/[^*/]+|[^*/]+(?:\/\*)?)$/;

/** Of a resource, as a policy writes it, that nothing is known to serve in the group. */
export function doubtOfResource(group: string, wanted: string): Doubt | undefined {
  if (!FORM.test(wanted)) {
    const message = `${JSON.stringify(wanted)} matches nothing: expected one like pods, pods/log, pods/*, */log, or * for all`;
    return { sure: true, message };
  }
  const groups = group === '*' ? [...GROUPS.values()] : [GROUPS.get(group)].filter((one) => one !== undefined);
  if (wanted === '*' || groups.length === 0) return undefined;
  const names = groups.flatMap(({ scopes }) => [...scopes.keys()]);
  if (isAmong(names, wanted)) return undefined;
  const open = groups.length > 1 || groups.some((one) => one.open);
  const place = group === '*' ? 'Kubernetes, EKS or Calico' : group === '' ? 'core' : group;
  const none = `${JSON.stringify(wanted)} is no resource of ${place}`;
  const right = rightForm(names, wanted) ?? (open ? undefined : elsewhere(wanted));
  if (right !== undefined) return { sure: true, message: `${none}: did you mean ${right}?` };
  const near = nearest(wanted, siblings(names, wanted));
  if (open) {
    const or = near === undefined ? '' : `, or did you mean ${near}`;
    return { sure: false, message: `${none} that is known here: a custom one${or}?` };
  }
  return { sure: true, message: `${none}: ${near === undefined ? 'correct or remove it' : `did you mean ${near}?`}` };
}

/** Of a subresource those of the same resource, where there is such a resource. */
function siblings(names: readonly string[], wanted: string): readonly string[] {
  const resource = wanted.replace(/\/.*/, '');
  return names.includes(resource) && resource !== wanted
    ? names.filter((name) => name.startsWith(`${resource}/`))
    : names;
}

function isAmong(names: readonly string[], wanted: string): boolean {
  if (wanted.startsWith('*/')) return names.some((name) => name.endsWith(wanted.slice(1)));
  return names.includes(wanted.replace(/\/\*$/, ''));
}

/** What kubectl takes for the resource. */
const SHORT: Readonly<Record<string, string>> = {
  cm: 'configmaps',
  crd: 'customresourcedefinitions',
  csr: 'certificatesigningrequests',
  deploy: 'deployments',
  ds: 'daemonsets',
  ep: 'endpoints',
  ev: 'events',
  hpa: 'horizontalpodautoscalers',
  ing: 'ingresses',
  netpol: 'networkpolicies',
  no: 'nodes',
  ns: 'namespaces',
  pdb: 'poddisruptionbudgets',
  po: 'pods',
  pv: 'persistentvolumes',
  pvc: 'persistentvolumeclaims',
  rs: 'replicasets',
  sa: 'serviceaccounts',
  sts: 'statefulsets',
  svc: 'services',
};

/** The plural in lower case of what is written as a kind, a singular or a short name. */
function rightForm(names: readonly string[], wanted: string): string | undefined {
  const [first = '', ...rest] = wanted.toLowerCase().split('/');
  const plural = SHORT[first] ?? first;
  const forms = [plural, `${plural}s`, `${plural}es`, plural.replace(/y$/, 'ies')];
  return forms.map((form) => [form, ...rest].join('/')).find((form) => isAmong(names, form));
}

/** The same resource in the groups that serve it. */
function elsewhere(wanted: string): string | undefined {
  const serving = [...GROUPS].filter(([group]) => !Object.hasOwn(FORMER, group));
  const found = serving.flatMap(([group, { scopes }]) => {
    const right = rightForm([...scopes.keys()], wanted);
    return right === undefined ? [] : [{ right, group: group === '' ? 'core' : group }];
  });
  const [first] = found;
  return first && `${first.right} in ${found.map(({ group }) => group).join(' or ')}`;
}

/** Whether it is known to stand in no namespace. The requests for one namespace have it as their namespace. */
export function isClusterWide(group: string, wanted: string): boolean {
  if (/^namespaces(?:\/|$)/.test(wanted)) return false;
  return GROUPS.get(group)?.scopes.get(wanted.replace(/\/\*$/, '')) === false;
}
