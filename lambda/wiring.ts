import { fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import type { Reader, Settings } from './contract.ts';
import { Confirmed } from './core/document/confirmed.ts';
import { ElasticsearchBulk } from './edges/bulk.ts';
import { systemClock } from './edges/clock.ts';
import { CloudWatchPages } from './edges/cloudwatch.ts';
import { DynamoCheckpoints } from './edges/dynamodb.ts';
import { emfMeter } from './edges/emf.ts';
import { DynamoLedger } from './edges/ledger.ts';
import { credentialsReader } from './edges/secret.ts';
import { SourceTable } from './edges/table.ts';
import type { Ports } from './ports.ts';

type Credentials = NonNullable<ConstructorParameters<typeof CloudWatchPages>[1]>['credentials'];

/**
 * The real edges of these settings. What must outlive a run (clients, the secret, known indices) lives in the result.
 * `credentials`: to read the log group with; default: those of its reader's role, else the SDK's own.
 */
export function realPorts(
  settings: Settings,
  environment: Readonly<Record<string, string | undefined>>,
  credentials: Credentials = settings.reader && assumed(settings.reader),
): Ports {
  const { source, elasticsearch } = settings;
  const table = new SourceTable(settings.table, source);
  return {
    source: new CloudWatchPages(source, credentials === undefined ? {} : { credentials }),
    sink: new ElasticsearchBulk(elasticsearch, credentialsReader(elasticsearch.secret, environment)),
    store: new DynamoCheckpoints(table),
    ledger: new DynamoLedger(table),
    meter: emfMeter,
    clock: systemClock,
    memory: { indices: new Set(), confirmed: new Confirmed() },
  };
}

/** Credentials of the role that reads another account's log group. */
export function assumed({ roleArn, externalId }: Reader) {
  return fromTemporaryCredentials({
    params: {
      RoleArn: roleArn,
      RoleSessionName: 'eks-audit-forwarder',
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
  });
}
