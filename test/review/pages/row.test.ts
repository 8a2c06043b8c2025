import { expect, test } from 'vitest';
import { isChange } from '../../../review/pages/row.ts';
import { auditRow } from '../../support/builders.ts';

const CHANGE = auditRow({ verb: 'patch', outcome: 'success', name: 'web', kind: { resource: 'pods', group: '' } });

test('what changed can be asked of a change of one object', () => {
  expect(isChange(CHANGE)).toBe(true);
});

test('what changed is not offered where an event tells of many objects, or of none by name', () => {
  const { name: _, ...nameless } = CHANGE;
  expect(isChange({ ...nameless, verb: 'deletecollection' })).toBe(false);
  expect(isChange({ ...nameless, verb: 'create' })).toBe(false);
});
