import { MINUTE } from '../../lambda/core/time.ts';
import { sampleEvents } from '../../local/samples/samples.ts';
import { event } from '../support/builders.ts';

/** What happened in the cluster that the tests look at. */

/** Names that a caller may choose; each must be shown as what it is. */
export const HOSTILE = {
  script: '<script>window.hacked = true</script>',
  attribute: '" onmouseover="window.hacked = true" x="',
  image: '<img src=x onerror="window.hacked = true">',
  backwards: '\u202Egnp.exe\u202C\u200F',
  template: '{{7*7}}',
  proto: '__proto__',
  entity: '&lt;b&gt;&amp;',
  long: 'x'.repeat(10_000),
} as const;

const DENY = { podSelector: {}, policyTypes: ['Ingress'] };
const OPEN = { ...DENY, ingress: [{ from: [{ ipBlock: { cidr: '0.0.0.0/0' } }] }] };

interface Happening {
  readonly at: number;
  readonly message: string;
}

/** A namespace is closed, and later opened to everybody; then it is looked at. */
export function opening(from: number): readonly Happening[] {
  const policy = (version: number, spec: object, annotations: object = {}) => ({
    kind: 'NetworkPolicy',
    apiVersion: 'networking.k8s.io/v1',
    metadata: {
      name: 'front-door',
      namespace: 'vault',
      uid: 'uid-front-door',
      resourceVersion: String(version),
      annotations,
    },
    spec,
  });
  return [
    change(from, 'create', 'platform@example.com', policy(100, DENY), { code: 201 }),
    change(from + 10_000, 'patch', 'platform@example.com', policy(101, DENY, { owner: 'platform' })),
    change(from + 20_000, 'patch', 'mallory@example.com', policy(102, OPEN, { owner: 'platform' })),
    change(from + 30_000, 'get', 'auditor@example.com', policy(102, OPEN)),
  ];
}

function change(at: number, verb: string, username: string, responseObject: object, { code = 200 } = {}): Happening {
  const uri = '/apis/networking.k8s.io/v1/namespaces/vault/networkpolicies/front-door';
  const objectRef = { ...ref('networkpolicies', 'networking.k8s.io'), namespace: 'vault', name: 'front-door' };
  return happening(at, {
    verb,
    user: { username },
    requestURI: uri,
    objectRef,
    responseStatus: { code },
    responseObject,
  });
}

function ref(resource: string, apiGroup: string) {
  return { resource, apiGroup, apiVersion: 'v1' };
}

/** Everything that a caller chooses, chosen badly: twice, so that there is something to compare. */
export function hostile(from: number): readonly Happening[] {
  return Object.values(HOSTILE).flatMap((name, index) =>
    [1, 2].map((version) => {
      const own = JSON.parse(`{"__proto__": {"polluted": "yes"}, "constructor": "c${version}"}`);
      const object = {
        kind: 'NetworkPolicy',
        metadata: {
          name,
          namespace: name,
          uid: `uid-${index}`,
          resourceVersion: `${version}`,
          annotations: { [name]: `${name}-${version}` },
        },
        spec: { ...own, note: `${name} ${version}` },
      };
      return happening(from + index * 1000 + version, {
        verb: version === 1 ? 'create' : 'update',
        user: { username: name, groups: [name], extra: { sessionName: [name], arn: [`arn:${name}`] } },
        impersonatedUser: { username: name },
        sourceIPs: [name, '203.0.113.9'],
        userAgent: name,
        requestURI: `/apis/networking.k8s.io/v1/namespaces/x/networkpolicies/${encodeURIComponent(name)}`,
        objectRef: { ...ref('networkpolicies', 'networking.k8s.io'), namespace: name, name },
        responseStatus: { code: version === 1 ? 201 : 200, message: name, reason: name },
        responseObject: object,
        annotations: { 'authorization.k8s.io/decision': 'allow', 'authorization.k8s.io/reason': name },
      });
    }),
  );
}

let count = 0;

export function happening(at: number, overrides: Readonly<Record<string, unknown>>): Happening {
  const stageTimestamp = `${new Date(at).toISOString().slice(0, -1)}000Z`;
  count += 1;
  const own = { auditID: `audit-${count}`, stageTimestamp, requestReceivedTimestamp: stageTimestamp };
  return { at, message: JSON.stringify(event({ ...own, ...overrides })) };
}

/** Some minutes of the sample cluster's life, for there to be much else. */
export function ordinary(to: number): readonly Happening[] {
  return [...sampleEvents({ from: to - 3 * MINUTE, to })]
    .filter(({ stream }) => stream.startsWith('kube-apiserver-audit-'))
    .map(({ timestamp, message }) => ({ at: timestamp, message }));
}
