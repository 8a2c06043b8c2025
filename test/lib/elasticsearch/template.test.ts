import { describe, expect, test } from 'vitest';
import { CALICO_INDEX, DEFAULT_INDEX } from '../../../lambda/contract.ts';
import { at } from '../../../lambda/core/json.ts';
import { auditTemplate, claimsOf, parkedTemplate, templates } from '../../../lib/elasticsearch/template.ts';
import { NOON } from '../../support/builders.ts';

describe('an audit template', () => {
  test('makes plain indices with one primary that nothing is added to unasked', () => {
    const { name, body } = auditTemplate(DEFAULT_INDEX);
    expect(name).toBe('eks-audit-forwarder');
    expect(body).not.toHaveProperty('data_stream');
    expect(body.priority).toBe(600);
    expect(body.template.settings).toEqual({ index: { number_of_shards: 1, auto_expand_replicas: '0-1' } });
    expect(body.template.mappings).toMatchObject({ dynamic: false });
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

describe('templates for patterns of before', () => {
  const INDEX = 'eks-{cluster}-{yyyy.MM.dd}';
  const put = (former: readonly string[]) =>
    templates([INDEX], {}, former).map(({ name, body }) => [name, body.index_patterns[0], body.priority]);
  const today = [
    ['eks-audit-forwarder-eks-cluster-day', 'eks-*-*.*.*', 600],
    ['eks-audit-forwarder-parked', 'logs-kubernetes.audit_parked-*-*.*.*', 600],
  ];

  test('are none where today’s covers them', () => {
    expect(put([])).toEqual(today);
    expect(put([INDEX, 'eks-{cluster}-{yyyy.MM}.01'])).toEqual(today);
  });

  test('give way to today’s, and each to the next: no two have one priority', () => {
    expect(put([DEFAULT_INDEX, 'eks-a-{cluster}-{yyyy.MM.dd}', 'eks-a-{cluster}-{yyyy.MM}'])).toEqual([
      ['eks-audit-forwarder-eks-a-cluster-day', 'eks-a-*-*.*.*', 597],
      ['eks-audit-forwarder-eks-a-cluster-month', 'eks-a-*-*.*', 498],
      ['eks-audit-forwarder', 'logs-kubernetes.audit_logs-*-*.*.*', 599],
      ...today,
    ]);
  });

  test('must win the names that late lines are indexed under', () => {
    const claims = claimsOf([INDEX], ['prod'], NOON, [DEFAULT_INDEX]);
    const [claim] = claims.filter(({ template }) => template.name === 'eks-audit-forwarder');
    expect(claim).toMatchObject({
      template: { body: { priority: 599 } },
      names: ['logs-kubernetes.audit_logs-prod-2026.11.21'],
    });
  });
});

test('the parked template maps why and where, and refuses nothing', () => {
  const { name, body } = parkedTemplate();
  expect(name).toBe('eks-audit-forwarder-parked');
  expect(at(body.template.mappings, 'properties', 'parked', 'properties', 'reason', 'type')).toBe('keyword');
  expect(body.template.mappings).toMatchObject({ dynamic: false });
});

describe('the template of Calico’s profile', () => {
  const template = auditTemplate(CALICO_INDEX, { lifecycle: true });

  test('covers its names, takes any event, and leaves unread what callers fill', () => {
    const { mappings } = template.body.template;
    expect(template.name).toBe('eks-audit-forwarder-calico');
    expect(template.body.index_patterns).toEqual(['tigera_secure_ee_audit_kube.*.20*']);
    expect(at(mappings, 'dynamic')).toBe(false);
    expect(at(mappings, 'properties', 'requestObject')).toEqual({ type: 'object', enabled: false });
    expect(at(mappings, 'properties', 'user', 'properties', 'extra')).toEqual({ type: 'object', enabled: false });
    expect(at(mappings, 'properties', 'stageTimestamp')).toEqual({ type: 'date', ignore_malformed: true });
  });

  test('counts its age from the index’s creation', () => {
    expect(at(template.body.template.settings, 'index', 'lifecycle')).toEqual({
      name: 'eks-audit-forwarder-calico',
      parse_origination_date: false,
    });
  });

  test('stands beside that of the other profile, or alone, and stays where minutes go by it', () => {
    const put = (indices: readonly string[], former: readonly string[] = []) =>
      templates(indices, {}, former).map(({ name }) => name);
    const [ecs, calico, parked] = ['eks-audit-forwarder', 'eks-audit-forwarder-calico', 'eks-audit-forwarder-parked'];
    expect(put([DEFAULT_INDEX, CALICO_INDEX])).toEqual([ecs, calico, parked]);
    expect(put([CALICO_INDEX])).toEqual([calico, parked]);
    expect(put([DEFAULT_INDEX], [CALICO_INDEX])).toEqual([calico, ecs, parked]);
  });
});
