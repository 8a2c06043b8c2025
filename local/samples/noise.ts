import { ANYBODY, type Call, ok } from './call.ts';
import type { SampleCluster } from './cluster.ts';
import { addon, leader, list, slices, watch } from './controllers.ts';
import { configWatch, nodeGet, nodeLease, nodeStatus, podStatus, review } from './kubelets.ts';
import { podCreate } from './workload.ts';

type Make = (world: SampleCluster, at: number) => Call;

const probe: Make = (world) => {
  const uri = world.pick(['/livez', '/readyz', '/readyz?exclude=kms-provider-0', '/healthz', '/livez?exclude=etcd']);
  const origin = { address: '10.0.97.2', agent: 'kube-probe/1.33' };
  return { level: 'Metadata', uri, verb: 'get', ...ANYBODY, ...origin, status: ok() };
};

const MIX: readonly (readonly [weight: number, make: Make])[] = [
  [24, nodeLease],
  [20, leader],
  [8, probe],
  [7, list],
  [6, watch],
  [6, slices],
  [6, nodeGet],
  [5, nodeStatus],
  [5, podStatus],
  [4, configWatch],
  [4, addon],
  [3, review],
  [2, podCreate],
];
const TOTAL = MIX.reduce((sum, [weight]) => sum + weight, 0);

/** What a cluster does all day though nobody does anything. */
export function noise(world: SampleCluster, at: number): Call {
  let left = world.random() * TOTAL;
  for (const [weight, make] of MIX) {
    left -= weight;
    if (left < 0) return make(world, at);
  }
  return nodeLease(world, at);
}
