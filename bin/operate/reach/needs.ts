import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { namingOf } from '../../../lambda/contract.ts';
import { DynamoCheckpoints } from '../../../lambda/edges/dynamodb.ts';
import { elasticsearchClient } from '../../../lambda/edges/elasticsearch.ts';
import { DynamoLedger } from '../../../lambda/edges/ledger.ts';
import { credentialsReader } from '../../../lambda/edges/secret.ts';
import { SourceTable } from '../../../lambda/edges/table.ts';
import type { Ledger, Ports } from '../../../lambda/ports.ts';
import type { Reader } from '../../../lambda/reader.ts';
import type { Problem } from '../../../lib/config/config.ts';
import { ElasticsearchDocuments, type IndexedDocuments, type Names } from '../../../lib/elasticsearch/documents.ts';
import { ElasticsearchParked, type ParkedDocuments } from '../../../lib/elasticsearch/parked.ts';
import { openFolder, probeFolder } from './folder.ts';
import { patientReader } from './patient-reader.ts';
import type { Need, Surroundings } from './prepare.ts';
import { probeDocuments, probeElasticsearch, probeGroup, probeTable } from './probes.ts';

/** What commands need, each with the place in forwarder.yaml that is told where it can't be reached. */

/** The log group, for who shares the quota with the function as a run does. */
export const logGroup: Need<Pick<Ports, 'source'>> = async (surroundings) => ({
  problems: await groupProblems(surroundings),
  open: async () => ({ source: surroundings.ports.source }),
});

/** Of the quota, what the functions leave to people. */
const REQUESTS_PER_SECOND = 1;

/** The log group, for who only reads. */
export const logReader: Need<{ readonly reader: Reader }> = async (surroundings) => ({
  problems: await groupProblems(surroundings),
  open: async () => {
    const { source, clock } = surroundings.ports;
    return { reader: patientReader(source, clock, REQUESTS_PER_SECOND) };
  },
});

/** The same for who may do without it: it is not looked for, and says where it is read what is wrong. */
export const unprobedReader: Need<{ readonly reader: Reader }> = async ({ ports }) => ({
  problems: [],
  open: async () => ({ reader: patientReader(ports.source, ports.clock, REQUESTS_PER_SECOND) }),
});

function groupProblems({ config, cluster, ports, region }: Surroundings) {
  const probe = region === undefined ? undefined : probeGroup(ports.source, ports.clock.now());
  return problemsAt(config.file, `clusters: ${cluster.name}`, probe);
}

/** Cursors and ledger. */
export interface State {
  readonly table: SourceTable;
  readonly store: DynamoCheckpoints;
  readonly ledger: Ledger;
  /** Names the holder of a lease or a mark in it. */
  readonly owner: string;
}

/** In the table, or in the folder that `run --state` keeps in its place: where that holds none it is made, or a problem. */
export function stateIn(folder: string | undefined, missing: 'made' | 'problem'): Need<State> {
  if (folder === undefined) return stateInTable;
  return async ({ settings }) => ({
    problems: missing === 'made' ? [] : await probeFolder(folder, settings),
    open: async (onClose) => {
      const { table, close } = await openFolder(folder, settings);
      onClose(close);
      // Whoever has the folder is alone in it, so a lease left there by a run that was killed is our own.
      return stateOf(table, 'this folder');
    },
  });
}

const stateInTable: Need<State> = async ({ config, settings, region }) => ({
  problems: await problemsAt(config.file, 'table', region === undefined ? undefined : probeTable(settings, region)),
  open: async () => {
    // Two machines may have one host name and one process number: containers do.
    const unique = `${hostname()}, process ${process.pid}, ${randomBytes(3).toString('hex')}`;
    return stateOf(new SourceTable(settings.table, settings.source), unique);
  },
});

/** The same for who can do without: `unreached` says why it is not there. */
export function stateIfReached(
  folder: string | undefined,
): Need<{ readonly state: State | undefined; readonly unreached: string | undefined }> {
  return async (surroundings) => {
    const { region } = surroundings;
    const nobody = folder === undefined && region === undefined;
    const look = nobody ? undefined : await stateIn(folder, 'problem')(surroundings);
    const unreached = look === undefined ? 'Nobody is signed in to AWS.' : look.problems[0]?.message;
    return {
      problems: [],
      open: async (onClose) => ({ unreached, state: unreached === undefined ? await look?.open(onClose) : undefined }),
    };
  };
}

function stateOf(table: SourceTable, owner: string): State {
  return { table, store: new DynamoCheckpoints(table), ledger: new DynamoLedger(table), owner };
}

/** Elasticsearch, to be written to. */
export const bulkSink: Need<Pick<Ports, 'sink'>> = async ({ config, settings, env, ports }) => {
  const read = credentialsReader(settings.elasticsearch.secret, env);
  const probe = probeElasticsearch(settings, read, ports.clock.now());
  return {
    problems: await problemsAt(config.file, 'elasticsearch', probe),
    open: async () => ({ sink: ports.sink }),
  };
};

/** The cluster's documents, under the names it has today and under these, which it had before. */
type DocumentsUnder = (before: readonly Names[]) => IndexedDocuments;

/** What is parked of the cluster, as its documents. */
type ParkedUnder = (before: readonly Names[]) => ParkedDocuments;

/** Elasticsearch, to be read. */
export const indexedDocuments: Need<{
  readonly documentsUnder: DocumentsUnder;
  readonly parkedUnder: ParkedUnder;
}> = async ({ config, settings, env, ports }) => {
  const { elasticsearch } = settings;
  const read = credentialsReader(elasticsearch.secret, env);
  const openDocuments = async () => {
    const client = elasticsearchClient(elasticsearch, await read());
    const documentsUnder: DocumentsUnder = (before) =>
      new ElasticsearchDocuments(client, elasticsearch.url, [namingOf(settings), ...before], ports.clock);
    const parkedUnder: ParkedUnder = (before) =>
      new ElasticsearchParked(client, elasticsearch.url, [namingOf(settings), ...before], ports.clock);
    return { client, documentsUnder, parkedUnder };
  };
  return {
    problems: await problemsAt(config.file, 'elasticsearch', probeDocuments(openDocuments)),
    open: async (onClose) => {
      const { client, documentsUnder, parkedUnder } = await openDocuments();
      onClose(() => client.close());
      return { documentsUnder, parkedUnder };
    },
  };
};

/** What is parked, for who can do without: Elasticsearch is asked when this is called, once, and may not answer. */
export const parkedIfReached: Need<{
  readonly parkedNow: (before: readonly Names[]) => Promise<ParkedDocuments>;
}> = async ({ settings, env, ports }) => ({
  problems: [],
  open: async (onClose) => ({
    parkedNow: async (before) => {
      const { elasticsearch } = settings;
      const client = elasticsearchClient(elasticsearch, await credentialsReader(elasticsearch.secret, env)());
      onClose(() => client.close());
      const names = [namingOf(settings), ...before];
      return new ElasticsearchParked(client, elasticsearch.url, names, ports.clock, { attempts: 1 });
    },
  }),
});

/** `fault`: what a probe tells; absent where nobody can be asked. */
async function problemsAt(
  file: string,
  path: string,
  fault?: Promise<string | undefined>,
): Promise<readonly Problem[]> {
  const message = await fault;
  return message === undefined ? [] : [{ file, path, message }];
}
