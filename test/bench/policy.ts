import { Bench } from 'tinybench';
import { applyPolicy } from '../../lambda/core/policy/evaluate.ts';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { event, policy, resources } from '../lambda/core/policy/builders.ts';

/** Evaluation is to cost at most this share of parsing the same events. */
const LIMIT = 0.1;
const EVENTS = 1000;

/** Nineteen rules that do not match most events, and one that does: the worst a policy of twenty asks for. */
function twentyRules(): Policy {
  const specific = Array.from({ length: 19 }, (_, i) => ({
    level: 'Metadata' as const,
    verbs: ['create', 'update', 'patch', 'delete'],
    users: i % 3 === 0 ? [`system:serviceaccount:kube-system:controller-${i}`, `admin-${i}`] : [],
    resources: [resources('', [`kind${i}`, 'secrets']), resources(`group${i}.example.org`, ['*'])],
  }));
  return policy([...specific, { level: 'RequestResponse' }], {
    omitStages: ['RequestReceived'],
    omitManagedFields: true,
  });
}

/** About 4 kB each, as a typical change of a pod. */
function someLines(): readonly string[] {
  const containers = Array.from({ length: 4 }, (_, i) => ({
    name: `container-${i}`,
    image: `registry.example.org/team/app-${i}:1.2.3`,
    env: Array.from({ length: 6 }, (_, j) => ({ name: `VARIABLE_${j}`, value: `value ${i} ${j}` })),
    resources: { limits: { cpu: '500m', memory: '512Mi' }, requests: { cpu: '100m', memory: '128Mi' } },
  }));
  const metadata = {
    name: 'web',
    labels: { app: 'web' },
    managedFields: [{ manager: 'kubectl', fieldsV1: { 'f:spec': {} } }],
  };
  const body = { kind: 'Pod', apiVersion: 'v1', metadata, spec: { containers } };
  return Array.from({ length: EVENTS }, (_, i) =>
    JSON.stringify(
      event(
        { auditID: `id-${i}`, verb: i % 4 === 0 ? 'get' : 'update', requestObject: body, responseObject: body },
        { name: `web-${i}` },
      ),
    ),
  );
}

/** Prints events per second of both and the ratio; true when evaluation stays within its share. */
export async function benchPolicy(): Promise<boolean> {
  const rules = twentyRules();
  const lines = someLines();
  const events = lines.map((line): unknown => JSON.parse(line));
  const bench = new Bench({ time: 1000, warmupTime: 300 })
    .add('parse', () => {
      for (const line of lines) JSON.parse(line);
    })
    .add('evaluate', () => {
      for (const one of events) applyPolicy(rules, one);
    });
  await bench.run();
  const [parse = Number.NaN, evaluate = Number.NaN] = bench.tasks.map(({ result }) =>
    result.state === 'completed' ? result.latency.p50 : Number.NaN,
  );
  const perSecond = (milliseconds: number) => Math.round((EVENTS * 1000) / milliseconds).toLocaleString('en-US');
  const bytes = lines.reduce((sum, line) => sum + line.length, 0) / EVENTS;
  console.log(`policy: ${EVENTS} events of ${Math.round(bytes)} bytes, ${rules.rules.length} rules`);
  console.log(`  JSON.parse   ${perSecond(parse)} events/s`);
  console.log(`  applyPolicy  ${perSecond(evaluate)} events/s`);
  console.log(`  evaluation costs ${((evaluate / parse) * 100).toFixed(1)} % of parsing (at most ${LIMIT * 100} %)`);
  return evaluate / parse <= LIMIT;
}
