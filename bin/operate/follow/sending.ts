import type { ElasticsearchSettings, Naming } from '../../../lambda/contract.ts';
import type { Policy } from '../../../lambda/core/policy/policy.ts';
import { Stopped } from '../../../lambda/core/stopped.ts';
import { SECOND } from '../../../lambda/core/time.ts';
import { ElasticsearchBulk } from '../../../lambda/edges/bulk.ts';
import { systemClock } from '../../../lambda/edges/clock.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { rulesBy } from '../../../lambda/minute-rules.ts';
import type { BulkSink } from '../../../lambda/ports.ts';
import { Sender } from '../../../lambda/sender.ts';
import { Intake } from '../intake/intake.ts';
import { PatientSender } from '../intake/patient-sender.ts';
import { sameRules } from '../intake/rules-for.ts';
import { interruptibleSending } from '../reach/interruptible.ts';
import { Waiting } from './waiting.ts';

export interface SendingOrder {
  readonly naming: Naming;
  readonly policy: Policy;
  readonly elasticsearch: ElasticsearchSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  /** What is wrong with the mapping of today's indices, a phrase each; empty also where nobody answers. */
  readonly mappingFaults: () => Promise<readonly string[]>;
  /** Gets a sentence for people. */
  readonly say: (sentence: string) => void;
}

export interface Sending {
  readonly intake: Intake;
  /** Why nothing is taken just now; undefined: it is. */
  waiting(): string | undefined;
}

/** After which it is said that Elasticsearch is waited for, milliseconds. */
const PATIENCE = 30 * SECOND;

/** A pipeline that waits for Elasticsearch for as long as it takes. */
export function patientSending({
  naming,
  policy,
  elasticsearch,
  env,
  signal,
  mappingFaults,
  say,
}: SendingOrder): Sending {
  const credentials = credentialsReader(elasticsearch.secret, env);
  const sink = mappedAsOurs(new ElasticsearchBulk(elasticsearch, credentials), mappingFaults);
  const ports = interruptibleSending({ sink, clock: systemClock }, signal);
  const sender = new Sender({ ...ports, deadline: () => systemClock.now() + PATIENCE, indices: new Set() });
  const waiting = new Waiting(systemClock, say);
  const patient = new PatientSender({ sender, ports, signal, waiting: (why) => waiting.for(why) });
  const rulesFor = sameRules(rulesBy(naming, undefined, policy));
  return { intake: new Intake({ sender: patient, clock: systemClock, rulesFor }), waiting: () => waiting.why };
}

/** Where no template of ours is, Elasticsearch would map the first document by itself, and every one after it. */
function mappedAsOurs(sink: BulkSink, mappingFaults: () => Promise<readonly string[]>): BulkSink {
  let isSure = false;
  return {
    bulk: async (items, signal) => {
      const faults = isSure ? [] : await mappingFaults();
      if (faults.length > 0) throw new Stopped(`${faults.join('; ')}: run npx eks-audit elasticsearch setup.`);
      const answer = await sink.bulk(items, signal);
      isSure ||= answer.kind === 'items';
      return answer;
    },
    renew: () => sink.renew(),
  };
}
