import { describe, expect, test } from 'vitest';
import { DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { fields } from '../../../lambda/core/document/profiles/ecs.ts';
import { at } from '../../../lambda/core/json.ts';
import { auditTemplate, parkedTemplate } from '../../../lib/elasticsearch/template.ts';

describe('an audit template', () => {
  test('makes plain indices with one primary that nothing is added to unasked', () => {
    const { name, body } = auditTemplate(DEFAULT_INDEX);
    expect(name).toBe('eks-audit-forwarder');
    expect(body).not.toHaveProperty('data_stream');
    expect(body.priority).toBe(600);
    expect(body.template.settings).toEqual({ index: { number_of_shards: 1, auto_expand_replicas: '0-1' } });
    expect(body.template.mappings).toMatchObject({ dynamic: false });
  });

  test('maps every field of the document', () => {
    const { mappings } = auditTemplate(DEFAULT_INDEX).body.template;
    const missing = fields.filter(({ path }) => {
      const below = path.flatMap((key, depth) => (depth === 0 ? [key] : ['properties', key]));
      return at(mappings, 'properties', ...below, 'type') === undefined;
    });
    expect(missing).toEqual([]);
  });

  test('names its own lifecycle policy where there is one to name', () => {
    const { settings } = auditTemplate(DEFAULT_INDEX, { lifecycle: true }).body.template;
    expect(at(settings, 'index', 'lifecycle')).toEqual({ name: 'eks-audit-forwarder', parse_origination_date: true });
  });

  test('says nothing about shards to a server that decides itself', () => {
    expect(auditTemplate(DEFAULT_INDEX, { sharded: false }).body.template.settings).toEqual({ index: {} });
  });

  test('of other names is another template, so that neither takes the place of the other', () => {
    const day = auditTemplate(DEFAULT_INDEX);
    const month = auditTemplate('logs-kubernetes.audit_logs-{cluster}-{yyyy.MM}');
    expect(month.name).toBe('eks-audit-forwarder-logs-kubernetes.audit_logs-cluster-month');
    expect(month.body.priority).toBeLessThan(day.body.priority);
    const names = ['eks-{cluster}-{yyyy.MM.dd}', 'eks-{cluster}-{yyyy.MM}.01'].map((each) => auditTemplate(each).name);
    expect(names).toEqual(['eks-audit-forwarder-eks-cluster-day', 'eks-audit-forwarder-eks-cluster-day']);
  });
});

test('the parked template maps why and where, and refuses nothing', () => {
  const { name, body } = parkedTemplate();
  expect(name).toBe('eks-audit-forwarder-parked');
  expect(at(body.template.mappings, 'properties', 'parked', 'properties', 'reason', 'type')).toBe('keyword');
  expect(body.template.mappings).toMatchObject({ dynamic: false });
});
