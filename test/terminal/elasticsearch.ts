import { textAt } from '../../lambda/core/json.ts';
import {
  MISSING,
  type Recorded,
  type RecordingServer,
  type Said,
  startRecording,
} from '../support/fakes/elasticsearch.ts';

export interface ForgetfulElasticsearch extends RecordingServer {
  /** What requests with this in their path get from now on; absent: no answer at all. */
  instead(path: string, said?: Said): void;
}

/** Confirms every document and keeps none: for what is printed, not for what is kept. */
export async function startForgetful(): Promise<ForgetfulElasticsearch> {
  const others = new Map<string, Said | Promise<Said>>();
  const server = await startRecording((request) => {
    const [, other] = [...others].find(([path]) => request.path.includes(path)) ?? [];
    return other ?? said(request);
  });
  return { ...server, instead: (path, other) => void others.set(path, other ?? new Promise<Said>(() => {})) };
}

/** It has no security, and simulates nothing. */
function said(request: Recorded): Said {
  return /^\/_security|_simulate/.test(request.path) ? MISSING : { body: answerTo(request) };
}

function answerTo({ path, text }: Recorded): unknown {
  if (path.startsWith('/_bulk')) return { took: 1, errors: false, items: confirmed(text) };
  if (path.includes('_search')) return { hits: { total: { value: 0 }, hits: [CHANGE] } };
  if (path.startsWith('/_nodes')) return { nodes: { one: { version: '9.5.3' } } };
  if (path.includes('_pit')) return { id: 'a-pit' };
  if (path.startsWith('/_index_template')) return { index_templates: [] };
  return { version: { number: '9.5.3' } };
}

/** A change to a policy that is as long as they come. */
const CHANGE = {
  _source: {
    '@timestamp': '2026-11-21T16:55:08.756Z',
    event: { id: 'one' },
    orchestrator: { resource: { name: 'n'.repeat(60) } },
    kubernetes: {
      audit: {
        verb: 'deletecollection',
        user: { username: `arn:aws:sts::111122223333:assumed-role/${'r'.repeat(50)}/maria.keller@example.com` },
        objectRef: { resource: 'networkpolicies', apiGroup: 'networking.k8s.io', namespace: 'n'.repeat(60) },
        responseStatus: { code: 200 },
      },
    },
  },
};

function confirmed(lines: string): unknown {
  const actions = lines
    .trimEnd()
    .split('\n')
    .filter((_, number) => number % 2 === 0);
  return actions.map((line) => ({ create: { _index: textAt(JSON.parse(line), 'create', '_index'), status: 201 } }));
}
