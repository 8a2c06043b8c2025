import { serviceAccount } from './actors.ts';
import { asked, bound, type Call, ok } from './call.ts';
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
    const ref = { ...subject, name: known, apiGroup: 'projectcalico.org', apiVersion: 'v3' };
    const query = verb === 'delete' ? '' : `?fieldManager=${person.manager}&fieldValidation=Strict`;
    return {
      ...byline(person),
      level: 'Metadata',
      ...asked(verb, ref, query),
      status: ok(verb === 'create' ? 201 : 200),
    };
  }

  #stored(verb: string, subject: Resource): Call {
    return {
      level: 'Metadata',
      ...asked(verb, { ...subject, apiGroup: 'crd.projectcalico.org', apiVersion: 'v1' }),
      user: serviceAccount('calico-system', 'calico-apiserver', this.#world.uuid()),
      address: this.#world.pick(this.#world.nodes).address,
      agent: 'Go-http-client/2.0',
      status: ok(verb === 'create' ? 201 : 200),
      annotations: bound('calico-apiserver', 'ServiceAccount "calico-apiserver/calico-system"', 'calico-crds'),
    };
  }
}
