import { z } from 'zod';
import { PROFILES } from '../../lambda/contract.ts';
import { type Hint, sentence, wants, wantsUnseen } from '../problems/sentence.ts';
import { DURATION, parseDuration, parseStart } from './duration.ts';
import { patternFault } from './index-pattern.ts';

/** The single values of the file, each with the sentence that a wrong one gets. */

const DAY = 86_400;

export function matching(pattern: RegExp, wanted: ReturnType<typeof wants>) {
  return z.string(wanted).regex(pattern, wanted);
}

function text(pattern: RegExp, what: string, todo: string, hint?: Hint) {
  const quoted: Hint = (found) => (typeof found === 'number' ? 'put it in quotes' : hint?.(found));
  return matching(pattern, wants(what, todo, quoted));
}

function where(pattern: RegExp, todo: string): Hint {
  return (found) => (typeof found === 'string' && pattern.test(found) ? todo : undefined);
}

export const tableName = text(
  /^[A-Za-z0-9_.-]{3,255}$/,
  "a DynamoDB table's name of 3 to 255 letters, digits, dots, dashes or underscores",
  'write it like eks-audit-forwarder',
  where(/^arn:/, 'leave out all of the ARN but the name after "table/"'),
);

export const clusterName = text(
  /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
  "a cluster's name of up to 100 letters, digits, dashes or underscores that begins with a letter or digit",
  'write it like prod',
);

export const indexPart = text(
  /^[a-z0-9][a-z0-9_.-]{0,99}$/,
  'a part of an index name: up to 100 lower-case letters, digits, dashes, dots or underscores',
  'write it like prod',
);

export const groupName = text(
  /^[A-Za-z0-9_/.#-]{1,512}$/,
  "a CloudWatch log group's name",
  'write it like /aws/eks/prod/cluster',
  where(/^arn:/, 'leave out all of the ARN but the name after "log-group:"'),
);

export const logPath = text(
  /^\/[^\0]{0,4000}[^\0/]$/,
  'the whole path of a file',
  'write it like /var/log/kubernetes/audit/kube-audit.log',
);

export const listenAddress = text(
  /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/,
  'an address and a port',
  'write it like 0.0.0.0:9443',
);

export const region = text(
  /^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/,
  'an AWS Region',
  'write it like us-west-2',
  where(/-\d[a-z]$/, 'leave out the letter of the zone at its end'),
);

export const streamPrefix = text(
  /^[^:*]{1,512}$/,
  "the beginning of the audit streams' names, without : and *",
  'write kube-apiserver-audit-, or leave out the key',
);

export const fetchInterval = z
  .number(wants('a number of seconds above 0', 'write a number like 60', where(/^\d+$/, 'leave out the quotes')))
  .positive(wants('a number of seconds above 0', 'write 60'))
  .max(DAY, wants('at most a day (86400 seconds) between two runs', 'write 60'));

export const roleArn = text(
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
  "an IAM role's ARN",
  'write it like arn:aws:iam::123456789012:role/read-audit-logs',
  where(/^arn:aws:sts:/, "that is a role's session; write the role's own ARN, which begins with arn:aws:iam::"),
);

export const principalArns = z.array(
  text(
    /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,576}$/,
    "an IAM role's or user's ARN",
    'write it like arn:aws:iam::123456789012:role/security',
    where(/^arn:aws:sts:/, "that is a role's session; write the role's own ARN, which begins with arn:aws:iam::"),
  ),
  wants('a list of ARNs', 'write it like [arn:aws:iam::123456789012:role/security]'),
);

export const externalId = matching(
  /^[\w+=,.@:/-]{2,1224}$/,
  wantsUnseen(
    'an external id of 2 to 1224 letters, digits and any of + = , . @ : / _ -',
    'put it in quotes and check its characters',
  ),
);

export const policyName = text(
  /\S/,
  "a preset's name or a policy file",
  'write network-policy, or a path like policies/audit.yaml',
);

const startWanted = wants('a duration, or a time with its zone', 'write it like 15m or 2026-01-31T00:00:00Z');
export const startFrom = z
  .string(startWanted)
  .refine((value) => parseStart(value) !== undefined, startWanted)
  .transform((value) => parseStart(value) ?? value);

const duration = matching(DURATION, wants('a duration', 'write a whole number and s, m, h or d, like 2m'));
const seconds = (value: string) => parseDuration(value) ?? 0;

const OLDEST = 14 * DAY;

/** Seconds, with the 0 that is always first. */
export const ages = z
  .array(duration, wants('a list of ages', 'write it like [2m, 10m, 2h, 24h]'))
  .min(1, {
    error:
      'Expected at least one age: with none, lines that come late are never found; write it like [2m, 10m, 2h, 24h].',
  })
  .superRefine(
    (values, context) => {
      // Also where some are no durations: the others' faults are told with theirs.
      const right = values.map((value) => (DURATION.test(value) ? value : undefined));
      for (const [at, value] of right.entries()) {
        const fault =
          value &&
          ageFault(
            value,
            right.slice(0, at).findLast((each) => each !== undefined),
          );
        if (fault !== undefined) context.addIssue({ code: 'custom', path: [at], message: fault });
      }
    },
    { when: ({ value }) => Array.isArray(value) },
  )
  .transform((values) => [0, ...values.map(seconds).filter((age) => age > 0)]);

function ageFault(age: string, before: string | undefined): string | undefined {
  if (seconds(age) > OLDEST)
    return sentence(
      'at most 14d, since CloudWatch takes no line that comes later than that',
      age,
      'write a smaller age',
    );
  if (before === undefined || seconds(age) > seconds(before)) return undefined;
  return sentence(`an age above the one before it (${before})`, age, 'put the ages in order, each once');
}

const bytesWanted = wants(
  'a whole number of bytes above 0',
  'write it like 1000000, or leave out the key for no limit',
);
export const maxBytesPerRun = z.int(bytesWanted).positive(bytesWanted);

const memoryWanted = wants('whole MB from 256 to 10240', 'write it like 1024, or leave out the key');
export const memorySize = z.int(memoryWanted).min(256, memoryWanted).max(10_240, memoryWanted);

/** Days. */
export const retention = matching(
  /^[1-9]\d{0,4}d$/,
  wants('whole days', 'write it like 400d, or leave out the key to keep everything'),
).transform((value) => seconds(value) / DAY);

const silenceWanted = wants('whole minutes, from 1m to 24h', 'write it like 30m');
/** Seconds. CloudWatch's alarms look back one day at most. */
export const silence = matching(DURATION, silenceWanted)
  .refine((value) => seconds(value) >= 60 && seconds(value) <= DAY && seconds(value) % 60 === 0, silenceWanted)
  .transform(seconds);

export const topicArn = text(
  /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]{1,256}$/,
  "an SNS topic's ARN",
  'write it like arn:aws:sns:us-west-2:123456789012:on-call',
  where(
    /^[^\s@]+@[^\s@]+$/,
    'an e-mail address subscribes to a topic (aws sns subscribe); write the ARN of that topic',
  ),
);

export const vpcId = text(/^vpc-[0-9a-f]{8,17}$/, "a VPC's id", 'write it like vpc-0123456789abcdef0');
export const subnetIds = ids(/^subnet-[0-9a-f]{8,17}$/, "a subnet's id", 'subnet-0123456789abcdef0').min(1, {
  error: 'Expected at least one subnet: write it like [subnet-0123456789abcdef0].',
});
export const securityGroupIds = ids(/^sg-[0-9a-f]{8,17}$/, "a security group's id", 'sg-0123456789abcdef0');

function ids(pattern: RegExp, what: string, example: string) {
  return z.array(text(pattern, what, `write it like ${example}`), wants('a list of ids', `write it like [${example}]`));
}

export const indexPattern = z
  .string(wants('a pattern for index names', 'write it like logs-kubernetes.audit_logs-{cluster}-{yyyy.MM.dd}'))
  .superRefine((value, context) => {
    const fault = patternFault(value);
    if (fault !== undefined) context.addIssue({ code: 'custom', message: sentence(fault[0], value, fault[1]) });
  });

const ANY_OF_THEM = 'write [ecs], [calico] or [ecs, calico]';
/** In the order of `PROFILES`, however they are written: the order is no change of the naming. */
export const profiles = z
  .array(z.enum(PROFILES, wants('ecs or calico', ANY_OF_THEM)), wants('a list of profiles', ANY_OF_THEM))
  .min(1, { error: `Expected a profile: ${ANY_OF_THEM}.` })
  .transform((names) => PROFILES.filter((name) => names.includes(name)));

export const flag = z.boolean(wants('true or false', 'write one of these, without quotes'));

export const caFile = text(/\S/, 'the path of a PEM file', 'write it like ca.pem, or leave out the key');
