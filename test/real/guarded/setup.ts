import type { Client } from '@elastic/elasticsearch';
import { beforeAll, describe, expect, test } from 'vitest';
import { differences } from '../../../bin/operate/doctor/mapping.ts';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { at } from '../../../lambda/core/json.ts';
import { type Setup, setUp } from '../../../lib/elasticsearch/setup.ts';
import { auditTemplate } from '../../../lib/elasticsearch/template.ts';
import { NOON } from '../../support/builders.ts';
import { item } from '../../support/contracts/bulk-sink.ts';
import type { Guarded, Who } from './server.ts';

const AGENTS_STREAM = 'logs-kubernetes.audit_logs-default';
const DOCUMENT = { '@timestamp': '2026-11-21T12:00:00Z' };

/** What `setup` makes, what it refuses, and what the role descriptors let through, beside likes of Elastic's templates. */
export function setupTests(guarded: () => Guarded): void {
  let root: Client;
  beforeAll(() => {
    root = guarded().client('root');
  });

  const setUpAs = (who: Who, overrides: Partial<Setup> = {}) => {
    const { url } = guarded().settings;
    const ours = { indices: [DEFAULT_INDEX], former: [], indexClusters: ['prod'] };
    const wanted = { url, ...ours, retentionDays: null, ...overrides };
    return setUp(guarded().client(who), wanted, NOON);
  };

  /** Like what Elastic ships for all logs, and Fleet installs for the agent's Kubernetes integration. */
  async function installLikes(): Promise<void> {
    const stream = { data_stream: {}, template: {} };
    await root.indices.putIndexTemplate({ name: 'logs', index_patterns: ['logs-*-*'], priority: 100, ...stream });
    await root.indices.putIndexTemplate({
      name: 'logs-kubernetes.audit_logs',
      index_patterns: ['logs-kubernetes.audit_logs-*'],
      priority: 200,
      ...stream,
    });
  }

  async function write(index: string, id: string): Promise<string> {
    const answer = await guarded()
      .sink('root')
      .bulk([item(index, id, DOCUMENT)], AbortSignal.timeout(30_000));
    const [only] = answer.kind === 'items' ? answer.items : [];
    return `${only?.status} ${only?.index}`;
  }

  const agentsWrite = expect.stringMatching(/^201 \.ds-logs-kubernetes\.audit_logs-default-/);
  const plain = (index: string) => `201 ${index}`;

  test('whoever may not is told which privilege it takes', async () => {
    await expect(setUpAs('forwarder')).rejects.toThrow('manage_index_templates');
    await expect(root.indices.getIndexTemplate({ name: 'eks-audit-forwarder' })).rejects.toThrow();
  });

  describe('beside Elastic’s template and Fleet’s, which were there before,', () => {
    test('makes a plain index of our names, and the agent’s data stream goes on', async () => {
      await installLikes();
      expect(await write(AGENTS_STREAM, 'before')).toEqual(agentsWrite);
      const { notes } = await setUpAs('root', { retentionDays: 400 });
      expect(notes[0]).toContain('has no ILM');
      const [audit, parked] = ['audit_logs-prod-2026.11.21', 'audit_parked-prod-2026.11.01'];
      expect(await write(`logs-kubernetes.${audit}`, 'a')).toBe(plain(`logs-kubernetes.${audit}`));
      expect(await write(`logs-kubernetes.${parked}`, 'a')).toBe(plain(`logs-kubernetes.${parked}`));
      expect(await write(AGENTS_STREAM, 'after')).toEqual(agentsWrite);
    });

    test('maps an index as the table of fields has it', async () => {
      const index = 'logs-kubernetes.audit_logs-prod-2026.11.21';
      const answer = await root.indices.get({ index });
      expect(at(answer, index, 'mappings', 'dynamic')).toBe('false');
      expect(differences(at(answer, index, 'mappings'), auditTemplate(DEFAULT_INDEX))).toEqual([]);
      expect(at(answer, index, 'settings', 'index', 'number_of_shards')).toBe('1');
    });

    test('may be done again', async () => {
      const again = await setUpAs('root');
      expect(again.requests.map(({ path }) => path)).toContain('/_index_template/eks-audit-forwarder');
    });
  });

  test('makes the same when these are installed after it', async () => {
    await root.indices.deleteIndexTemplate({ name: 'eks-audit-forwarder*' });
    await root.indices.deleteDataStream({ name: AGENTS_STREAM }).catch(() => {}); // Not in this distribution.
    await setUpAs('root');
    await installLikes();
    const index = 'logs-kubernetes.audit_logs-prod-2026.11.22';
    expect(await write(index, 'a')).toBe(plain(index));
    expect(await write(AGENTS_STREAM, 'later')).toEqual(agentsWrite);
  });

  test.each([
    ['eks-audit-{cluster}-{yyyy.MM}', 'eks-audit-prod-2026.11'],
    ['logs-eks.audit-{cluster}-{yyyy.MM}.01', 'logs-eks.audit-prod-2026.11.01'],
    ['logs-eks2.audit-{yyyy.MM.dd}', 'logs-eks2.audit-2026.11.21'],
    ['logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}', 'logs-kubernetes.audit_logs-prod-2026.11'],
  ])('with %s stands beside the default and makes plain, mapped indices', async (pattern, index) => {
    await setUpAs('root', { indices: [pattern] });
    expect(await write(index, 'a')).toBe(plain(index));
    const mapping = await root.indices.getMapping({ index });
    expect(at(mapping, index, 'mappings', 'properties', 'source', 'properties', 'ip', 'type')).toBe('ip');
    const simulated = await root.indices.simulateIndexTemplate({ name: 'logs-kubernetes.audit_logs-prod-2026.11.23' });
    expect(differences(at(simulated, 'template', 'mappings'), auditTemplate(DEFAULT_INDEX))).toEqual([]);
    expect(await write(AGENTS_STREAM, pattern)).toEqual(agentsWrite);
  });

  test('refuses beside a template that would win, names it and changes nothing', async () => {
    await root.indices.putIndexTemplate({ name: 'greedy', index_patterns: ['eks-greedy-*'], priority: 900 });
    const index = 'eks-greedy-{cluster}-{yyyy.MM.dd}';
    await expect(setUpAs('root', { indices: [index] })).rejects.toThrow(
      /Nothing was changed\.\nThe index template greedy/,
    );
    await expect(root.indices.getIndexTemplate({ name: 'eks-audit-forwarder-eks-greedy*' })).rejects.toThrow();
  });

  test('refuses where a data stream has a name of ours, and names it', async () => {
    const taken = 'logs-taken.audit-prod-2026.11.20';
    expect(await write(taken, 'a')).toContain('.ds-');
    await expect(setUpAs('root', { indices: ['logs-taken.audit-{cluster}-{yyyy.MM.dd}'] })).rejects.toThrow(
      `${taken} is a data stream`,
    );
  });

  describe('the role descriptor of a key', () => {
    const index = 'logs-kubernetes.audit_logs-role-2026.11.21';
    const status = (error: unknown) => at(error, 'meta', 'statusCode') ?? error;

    test('for writing creates documents and their index, and sees 409 for what is there', async () => {
      const sink = guarded().sink('forwarder');
      const send = () => sink.bulk([item(index, 'a', DOCUMENT)], AbortSignal.timeout(30_000));
      expect(await send()).toMatchObject({ items: [{ status: 201, index }] });
      expect(await send()).toMatchObject({ items: [{ status: 409, index }] });
    });

    test('for writing writes to no other index', async () => {
      const others = ['elsewhere', AGENTS_STREAM, 'logs-kubernetes.container_logs-a-2026.11.21'];
      const items = others.map((other) => item(other, 'b', DOCUMENT));
      const answer = await guarded().sink('forwarder').bulk(items, AbortSignal.timeout(30_000));
      expect(answer).toMatchObject({ items: others.map(() => ({ status: 403 })) });
    });

    test('for writing neither reads, overwrites, updates nor deletes', async () => {
      const writer = guarded().client('forwarder');
      const id = 'a';
      const attempts = [
        writer.search({ index }),
        writer.get({ index, id }),
        writer.index({ index, id, document: {} }),
        writer.update({ index, id, doc: {} }),
        writer.delete({ index, id }),
        writer.indices.delete({ index }),
        writer.indices.putSettings({ index, settings: { 'index.blocks.write': true } }),
        writer.cluster.health(),
      ];
      const refused = await Promise.all(attempts.map((attempt) => Promise.resolve(attempt).catch(status)));
      expect(refused).toEqual(attempts.map(() => 403));
    });

    test('for reading reads and sees mappings, and writes nothing', async () => {
      await root.indices.refresh({ index });
      const reader = guarded().client('reader');
      const found = await reader.search({ index: 'logs-kubernetes.audit_logs-*' });
      expect(found.hits.hits.map(({ _id }) => _id)).toContain('a');
      expect(found.hits.hits.every(({ _index }) => !_index.startsWith('.ds-'))).toBe(true);
      expect(await reader.indices.getMapping({ index })).toHaveProperty([index]);
      const attempts = [
        reader.index({ index, document: {}, op_type: 'create' }),
        reader.delete({ index, id: 'a' }),
        reader.search({ index: AGENTS_STREAM }),
      ];
      const refused = await Promise.all(attempts.map((attempt) => Promise.resolve(attempt).catch(status)));
      expect(refused).toEqual(attempts.map(() => 403));
    });
  });
}
