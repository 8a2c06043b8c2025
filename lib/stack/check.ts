import { type Duration, Token } from 'aws-cdk-lib';
import type { Settings } from '../../lambda/contract.ts';
import { QUOTA } from '../config/quota.ts';
import type { AlarmOptions } from './alarms.ts';

export interface Wanted {
  readonly settings: Settings;
  readonly account: string;
  readonly region: string;
  readonly timeout: Duration;
  readonly memorySize: number;
  readonly alarms: Pick<AlarmOptions, 'silence' | 'frontierLag'>;
}

/** What is wrong with a forwarder's props: a sentence each, empty when all is well. */
export function problemsOf({ settings, account, region, timeout, memorySize, alarms }: Wanted): string[] {
  const { cluster, source, fetchInterval, requestsPerSecond, ages } = settings;
  const seconds = timeout.toSeconds();
  const silence = alarms.silence?.toSeconds() ?? 60;
  const frontierLag = alarms.frontierLag?.toSeconds() ?? 1;
  const rules: readonly (readonly [boolean, string])[] = [
    [
      !Token.isUnresolved(account) && !Token.isUnresolved(region),
      'The stack needs a concrete account and Region, since settings and names hold them: give it env: { account, region }.',
    ],
    [
      Object.values(source).every((part) => part !== '' && !Token.isUnresolved(part)),
      `Expected account, Region, log group and stream prefix as plain text, found ${JSON.stringify(source)}: settings are shipped as a file, which can't hold what only the deployment knows.`,
    ],
    [
      /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/.test(cluster),
      `Expected a cluster's name of up to 100 letters, digits, dashes or underscores, found ${JSON.stringify(cluster)}.`,
    ],
    [
      fetchInterval >= 60 && fetchInterval % 60 === 0,
      `Expected a fetchInterval of whole minutes, since a schedule knows no seconds, found ${fetchInterval} seconds: write 60.`,
    ],
    [
      seconds > 0 && seconds <= 900 && seconds < fetchInterval,
      `Expected a timeout of at most 15 minutes that is shorter than the fetchInterval (${fetchInterval} seconds), found ${seconds} seconds: leave it out.`,
    ],
    [
      memorySize >= 256 && memorySize <= 10_240,
      `Expected a memorySize of 256 to 10240 MB, found ${memorySize}: leave it out.`,
    ],
    [
      requestsPerSecond > 0 && requestsPerSecond <= QUOTA,
      `Expected requestsPerSecond above 0 and at most ${QUOTA}, the account's quota, found ${requestsPerSecond}: take what settingsOf computes.`,
    ],
    [
      ages[0] === 0 && ages.every((age, at) => at === 0 || age > (ages[at - 1] ?? age)),
      `Expected ages that begin with 0 and rise, found ${JSON.stringify(ages)}.`,
    ],
    [
      silence >= 60 && silence <= 86_400 && silence % 60 === 0,
      `Expected a silence of whole minutes, one day at most, since CloudWatch looks back no further, found ${silence} seconds: write Duration.minutes(30).`,
    ],
    [frontierLag > 0, `Expected a frontierLag above 0, found ${frontierLag} seconds: leave it out.`],
  ];
  return rules.flatMap(([holds, sentence]) => (holds ? [] : [sentence]));
}
