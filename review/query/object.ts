import { ALL, type Clause, either, exactly, type Filter, kindText } from './filter.ts';
import { placeText, type Row } from './row.ts';

/** An object of a cluster, whatever version of its API it was asked for by. */
export interface ObjectKey {
  readonly cluster: string;
  /** Empty: the core group. */
  readonly group: string;
  readonly resource: string;
  /** Absent: it belongs to no namespace. */
  readonly namespace?: string;
  readonly name: string;
}

/** The object that a row tells of; undefined where it tells of none, or of many. */
export function objectOf({ cluster, kind, namespace, name }: Row): ObjectKey | undefined {
  if (kind === undefined || name === undefined) return undefined;
  return keyOf({ cluster, group: kind.group ?? '', resource: kind.resource, name, ...(namespace && { namespace }) });
}

/** Calico's own group, and the one that it stores the same objects under. */
const CALICO = 'projectcalico.org';
const STORED = `crd.${CALICO}`;
/** Kinds whose names begin with their tier's: of the tier `default` Calico takes and gives them without, too. */
const TIERED = new Set([
  'networkpolicies',
  'globalnetworkpolicies',
  'stagednetworkpolicies',
  'stagedglobalnetworkpolicies',
]);
const DEFAULT_TIER = 'default.';

/** The one key of an object that is known by several: of Calico's two groups, and with and without its tier. */
export function keyOf(key: ObjectKey): ObjectKey {
  if (key.group !== CALICO && key.group !== STORED) return key;
  const isShort = TIERED.has(key.resource) && !key.name.includes('.');
  return { ...key, group: CALICO, name: isShort ? DEFAULT_TIER + key.name : key.name };
}

/** All groups under which the object may stand in an event. */
export function groupsOf({ group }: ObjectKey): readonly string[] {
  return group === CALICO ? [CALICO, STORED] : [group];
}

function namesOf(key: ObjectKey): readonly string[] {
  const { group, resource, name } = key;
  const isTiered = group === CALICO && TIERED.has(resource) && name.startsWith(DEFAULT_TIER);
  return isTiered ? [name, name.slice(DEFAULT_TIER.length)] : [name];
}

export function isSame(one: ObjectKey, other: ObjectKey): boolean {
  const [a, b] = [keyOf(one), keyOf(other)];
  return (
    a.cluster === b.cluster &&
    a.group === b.group &&
    a.resource === b.resource &&
    a.namespace === b.namespace &&
    a.name === b.name
  );
}

/** Events of the object itself. */
export function objectClause(key: ObjectKey): Clause {
  return {
    bool: {
      filter: [...kindClauses(key), { terms: { 'orchestrator.resource.name': namesOf(keyOf(key)) } }],
    },
  };
}

/** Events that ended it together with others: of its namespace and kind, and of its namespace. */
export function endingClauses(key: ObjectKey): Clause {
  const term = (field: string, value: string) => ({ term: { [field]: value } });
  const collection = { bool: { filter: [...kindClauses(key), term('event.action', 'deletecollection')] } };
  if (key.namespace === undefined) return collection;
  const namespace = {
    bool: {
      filter: [
        term('orchestrator.cluster.name', key.cluster),
        term(`${REF}.resource`, 'namespaces'),
        term('orchestrator.resource.name', key.namespace),
        term('event.action', 'delete'),
      ],
      must_not: [{ exists: { field: `${REF}.apiGroup` } }, { exists: { field: `${REF}.subresource` } }],
    },
  };
  return either([collection, namespace]);
}

const REF = 'kubernetes.audit.objectRef';

/** Cluster, kind and namespace. */
function kindClauses(key: ObjectKey): readonly Clause[] {
  const { cluster, resource, namespace } = key;
  const isOf = (group: string): Clause =>
    group === ''
      ? { bool: { must_not: { exists: { field: `${REF}.apiGroup` } } } }
      : { term: { [`${REF}.apiGroup`]: group } };
  return [
    { term: { 'orchestrator.cluster.name': cluster } },
    { term: { [`${REF}.resource`]: resource } },
    either(groupsOf(keyOf(key)).map(isOf)),
    namespace === undefined
      ? { bool: { must_not: { exists: { field: 'orchestrator.namespace' } } } }
      : { term: { 'orchestrator.namespace': namespace } },
  ];
}

/** Shows the object's events in the timeline. */
export function objectFilter(key: ObjectKey): Filter {
  return {
    ...ALL,
    cluster: [exactly(key.cluster)],
    kind: groupsOf(keyOf(key)).map((group) => kindText({ resource: key.resource, group })),
    name: namesOf(keyOf(key)).map(exactly),
    ...(key.namespace === undefined ? {} : { namespace: [exactly(key.namespace)] }),
  };
}

/** As a URL's parameters have it. */
export function objectParams({ cluster, group, resource, namespace, name }: ObjectKey): URLSearchParams {
  return new URLSearchParams({ cluster, group, resource, ...(namespace === undefined ? {} : { namespace }), name });
}

/** undefined: they name no object. */
export function parseObject(params: URLSearchParams): ObjectKey | undefined {
  const [cluster, resource, name] = ['cluster', 'resource', 'name'].map((key) => params.get(key) ?? '');
  if (!cluster || !resource || !name) return undefined;
  const namespace = params.get('namespace') ?? '';
  return { cluster, group: params.get('group') ?? '', resource, name, ...(namespace === '' ? {} : { namespace }) };
}

/** `networkpolicies.networking.k8s.io shop/allow-web`. */
export function objectText(key: ObjectKey): string {
  const { group, resource } = key;
  return `${resource}${group === '' ? '' : `.${group}`} ${placeText(key)}`;
}
