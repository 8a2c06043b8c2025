import { pod } from './actors.ts';
import { answer, asked, type Call, failure, type ObjectRef, ok, seconds } from './call.ts';
import type { Person, SampleCluster } from './cluster.ts';
import { draft, edit } from './edits.ts';
import { HEAD, kept, lastApplied, NAMESPACES, type Policy, type Spec, sent } from './policy.ts';

const PREVIEW = 'preview';
/** As a status names what it is about. */
const KIND = { group: 'networking.k8s.io', kind: 'networkpolicies' };

const refOf = (namespace: string, name?: string): ObjectRef => ({
  resource: KIND.kind,
  namespace,
  name,
  apiGroup: KIND.group,
  apiVersion: 'v1',
});

/** The cluster's NetworkPolicies: what is patched was created before, what is deleted is gone. */
export class NetworkPolicies {
  readonly #world: SampleCluster;
  readonly #people: readonly Person[];
  #living: Policy[] = [];

  /** Begins with some that are older than the log. */
  constructor(world: SampleCluster, at: number) {
    this.#world = world;
    const argocd = pod(world, 'argocd', 'argocd-application-controller', 'argocd-application-controller/v3.1.0');
    this.#people = [
      ...world.people,
      { ...argocd, manager: 'argocd-controller', annotations: argocd.annotations ?? {} },
    ];
    const old = at - 20 * 86_400_000;
    for (const namespace of [...NAMESPACES, PREVIEW, PREVIEW]) this.#create(old, this.#person(), namespace);
  }

  /** The next change by somebody: more are changed than made or deleted, and their number stays. */
  change(at: number): Call {
    const { random, pick } = this.#world;
    const choice = random();
    const changeable = this.#living.filter(({ namespace }) => namespace !== PREVIEW);
    if (choice < 0.3 || changeable.length < 4) return this.#create(at, this.#person(), pick(NAMESPACES));
    if (changeable.length > 6 && choice > (changeable.length > 25 ? 0.6 : 0.8))
      return this.#delete(at, this.#person(), pick(changeable));
    return this.#patch(at, this.#person(), pick(changeable), '');
  }

  /** Nothing of it stays: the next version is not the one that the answer shows. */
  dryRun(at: number): Call {
    const before = this.#living;
    const call = this.#patch(at, this.#person(), this.#world.pick(before), '&dryRun=All');
    this.#living = before;
    return call;
  }

  forbidden(): Call {
    const { user, address, agent } = this.#world.guest;
    const { namespace, name } = this.#world.pick(this.#living);
    const message = `networkpolicies.networking.k8s.io "${name}" is forbidden: User "${user.username}" cannot delete resource "networkpolicies" in API group "networking.k8s.io" in the namespace "${namespace}"`;
    const status = failure(403, 'Forbidden', message, { name, ...KIND });
    return {
      ...asked('delete', refOf(namespace, name)),
      level: 'RequestResponse',
      user,
      address,
      agent,
      status,
      response: answer(status),
      annotations: { 'authorization.k8s.io/decision': 'forbid', 'authorization.k8s.io/reason': '' },
    };
  }

  /** Somebody wrote in between. */
  conflict(): Call {
    const policy = this.#world.pick(this.#living);
    const { namespace, name, uid } = policy;
    const message = `Operation cannot be fulfilled on networkpolicies.networking.k8s.io "${name}": the object has been modified; please apply your changes to the latest version and try again`;
    const status = failure(409, 'Conflict', message, { name, ...KIND });
    const stale = String(BigInt(policy.version) - 7n);
    return {
      ...asked('update', { ...refOf(namespace, name), uid, resourceVersion: stale }),
      ...byline(this.#person()),
      level: 'RequestResponse',
      status,
      request: kept({ ...policy, version: stale }),
      response: answer(status),
    };
  }

  /** All of a namespace at once. */
  collection(): Call {
    const gone = this.#living.filter(({ namespace }) => namespace === PREVIEW);
    this.#living = this.#living.filter(({ namespace }) => namespace !== PREVIEW);
    const response = {
      kind: 'NetworkPolicyList',
      apiVersion: HEAD.apiVersion,
      metadata: { resourceVersion: this.#world.version() },
      items: gone.map(kept),
    };
    return {
      ...asked('deletecollection', refOf(PREVIEW)),
      ...byline(this.#person()),
      level: 'RequestResponse',
      status: ok(),
      response,
    };
  }

  /** So many addresses that the line will not be told to its end. */
  enormous(at: number): Call {
    const to = Array.from({ length: 260 }, (_, i) => ({
      ipBlock: { cidr: `10.${100 + (i >> 6)}.${(i & 63) * 4}.0/22` },
    }));
    const spec: Spec = { podSelector: {}, egress: [{ to }], policyTypes: ['Egress'] };
    return this.#create(at, this.#person(), this.#world.pick(NAMESPACES), { name: 'partner-networks', spec });
  }

  #create(at: number, person: Person, namespace: string, wanted = draft(this.#world)): Call {
    const { uuid, version, suffix } = this.#world;
    const taken = this.#living.some((other) => other.namespace === namespace && other.name === wanted.name);
    const name = taken ? `${wanted.name}-${suffix(3)}` : wanted.name;
    const labels = { 'app.kubernetes.io/managed-by': person.manager, team: namespace };
    const plain = { name, namespace, labels, spec: wanted.spec };
    const applied =
      person.manager === 'kubectl-client-side-apply' ? { ...plain, annotations: lastApplied(plain) } : plain;
    const managers = [{ name: person.manager, at, operation: operation(person) }];
    const policy: Policy = { ...applied, uid: uuid(), createdAt: at, version: version(), generation: 1, managers };
    this.#living = [...this.#living, policy];
    return {
      ...byline(person),
      ...asked('create', refOf(namespace, name), `?fieldManager=${person.manager}&fieldValidation=Strict`),
      level: 'RequestResponse',
      status: ok(201),
      request: sent(policy),
      response: kept(policy),
    };
  }

  #patch(at: number, person: Person, policy: Policy, query: string): Call {
    const { spec, operations } = edit(this.#world, policy.spec);
    const edited = { ...policy, spec };
    const annotations = person.manager === 'kubectl-client-side-apply' ? lastApplied(edited) : policy.annotations;
    const managers = [
      ...policy.managers.filter(({ name }) => name !== person.manager),
      { name: person.manager, at, operation: operation(person) },
    ];
    const next: Policy = {
      ...edited,
      ...(annotations && { annotations }),
      managers,
      version: this.#world.version(),
      generation: policy.generation + 1,
    };
    this.#living = this.#living.map((other) => (other === policy ? next : other));
    const ref = refOf(policy.namespace, policy.name);
    const force = person.manager === 'argocd-controller' ? '&force=true' : '';
    const flags = `?fieldManager=${person.manager}&fieldValidation=Strict${force}${query}`;
    return {
      ...(person.manager === 'k9s'
        ? asked('update', { ...ref, uid: policy.uid, resourceVersion: policy.version }, flags)
        : asked('patch', ref, flags)),
      ...byline(person),
      level: 'RequestResponse',
      status: ok(),
      request: body(person, policy, next, operations),
      response: kept(next),
    };
  }

  #delete(at: number, person: Person, policy: Policy): Call {
    const { namespace, name, uid } = policy;
    this.#living = this.#living.filter((other) => other !== policy);
    const done = { metadata: {}, status: 'Success', details: { name, ...KIND, uid } };
    const foreground = this.#world.random() < 0.3;
    const object = kept({ ...policy, version: this.#world.version(), generation: policy.generation + 1 });
    const dying = {
      ...object.metadata,
      deletionTimestamp: seconds(at),
      deletionGracePeriodSeconds: 0,
      finalizers: ['foregroundDeletion'],
    };
    return {
      ...asked('delete', refOf(namespace, name)),
      ...byline(person),
      level: 'RequestResponse',
      status: foreground ? ok() : { ...done, code: 200 },
      request: {
        kind: 'DeleteOptions',
        apiVersion: HEAD.apiVersion,
        propagationPolicy: foreground ? 'Foreground' : 'Background',
      },
      response: foreground ? { ...object, metadata: dying } : answer(done),
    };
  }

  #person(): Person {
    return this.#world.pick(this.#people);
  }
}

export const byline = ({ user, address, agent, annotations }: Person) => ({ user, address, agent, annotations });

const operation = ({ manager }: Person): string => (manager === 'argocd-controller' ? 'Apply' : 'Update');

/** Each tool writes a change in its own way. */
function body({ manager }: Person, before: Policy, next: Policy, operations: readonly object[]): unknown {
  switch (manager) {
    case 'kubectl-patch':
      return operations;
    case 'k9s':
      return kept({ ...next, version: before.version, generation: before.generation, managers: before.managers });
    case 'argocd-controller':
      return sent(next);
    case 'kubectl-client-side-apply':
      return { metadata: { annotations: next.annotations }, spec: next.spec };
    default:
      return { spec: next.spec };
  }
}
