import { type Call, ok } from './call.ts';
import type { SampleCluster } from './cluster.ts';
import { byline } from './network-policies.ts';

interface Resource {
  readonly resource: string;
  readonly namespace?: string;
  readonly name: string;
}

const RESOURCES: readonly Resource[] = [
  { resource: 'globalnetworkpolicies', name: 'default.block-metadata-service' },
  { resource: 'globalnetworkpolicies', name: 'platform.allow-nodes' },
  { resource: 'networkpolicies', namespace: 'payments', name: 'platform.allow-card-gateway' },
  { resource: 'stagednetworkpolicies', namespace: 'shop', name: 'default.quarantine-web' },
  { resource: 'globalnetworksets', name: 'partner-addresses' },
  { resource: 'tiers', name: 'platform' },
];

/**
 * One change, told twice: Calico's API server stores the resource, then answers the person who asked. EKS records both
 * groups at Metadata: no body, and the name of what the person creates is nowhere.
 */
export class Calico {
  readonly #world: SampleCluster;
  /** What is there: only that can be changed or deleted. */
  readonly #living = new Set(RESOURCES.filter(({ resource }) => resource !== 'stagednetworkpolicies'));

  constructor(world: SampleCluster) {
    this.#world = world;
  }

  change(): { readonly stored: Call; readonly asked: Call } {
    const subject = this.#world.pick(RESOURCES);
    const there = this.#living.has(subject);
    const verb = there ? this.#world.pick(['patch', 'patch', 'update', 'delete']) : 'create';
    if (verb === 'delete') this.#living.delete(subject);
    else this.#living.add(subject);
    return { stored: this.#stored(verb === 'patch' ? 'update' : verb, subject), asked: this.#asked(verb, subject) };
  }

  #asked(verb: string, { name, ...subject }: Resource): Call {
    const person = this.#world.pick(this.#world.people);
    const known = verb === 'create' ? undefined : name;
    const query = verb === 'delete' ? '' : `?fieldManager=${person.manager}&fieldValidation=Strict`;
    return {
      ...byline(person),
      level: 'Metadata',
      uri: `${path('projectcalico.org/v3', subject, known)}${query}`,
      verb,
      ref: { ...subject, name: known, apiGroup: 'projectcalico.org', apiVersion: 'v3' },
      status: ok(verb === 'create' ? 201 : 200),
    };
  }

  #stored(verb: string, { name, ...subject }: Resource): Call {
    const account = 'system:serviceaccount:calico-system:calico-apiserver';
    const groups = ['system:serviceaccounts', 'system:serviceaccounts:calico-system', 'system:authenticated'];
    const reason =
      'RBAC: allowed by ClusterRoleBinding "calico-apiserver" of ClusterRole "calico-crds" to ServiceAccount "calico-apiserver/calico-system"';
    return {
      level: 'Metadata',
      uri: path('crd.projectcalico.org/v1', subject, verb === 'create' ? undefined : name),
      verb,
      user: { username: account, uid: this.#world.uuid(), groups },
      address: this.#world.pick(this.#world.nodes).address,
      agent: 'Go-http-client/2.0',
      ref: { ...subject, name, apiGroup: 'crd.projectcalico.org', apiVersion: 'v1' },
      status: ok(verb === 'create' ? 201 : 200),
      annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': reason },
    };
  }
}

function path(group: string, { namespace, resource }: Omit<Resource, 'name'>, name: string | undefined): string {
  const within = namespace === undefined ? '' : `/namespaces/${namespace}`;
  return `/apis/${group}${within}/${resource}${name === undefined ? '' : `/${name}`}`;
}
