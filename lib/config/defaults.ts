import { DEFAULT_INDEX, DEFAULT_STREAM_PREFIX, type Profile } from '../../lambda/contract.ts';
import { presetNames } from '../policy/file.ts';

/** What an absent key means, as an operator would write it. */
export const DEFAULTS = {
  table: 'eks-audit-forwarder',
  policy: presetNames[0],
  streamPrefix: DEFAULT_STREAM_PREFIX,
  fetchInterval: 60,
  startFrom: '15m',
  memorySize: 512,
  ages: ['2m', '10m', '2h', '24h'],
  index: DEFAULT_INDEX,
  profiles: ['ecs'] as Profile[],
  silence: '30m',
};
