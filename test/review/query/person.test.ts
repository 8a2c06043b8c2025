import { expect, test } from 'vitest';
import { personText } from '../../../review/query/person.ts';

const ROLE = 'arn:aws:sts::111122223333:assumed-role/';

test.each([
  [{ name: 'ana' }, 'ana'],
  [{ name: '' }, 'nobody known'],
  [{ name: `${ROLE}Visitor/tom`, session: 'tom' }, 'tom (Visitor)'],
  [{ name: `${ROLE}AWSReservedSSO_Admin_4f1c2ab09d7e6653/ana`, session: 'ana' }, 'ana (Admin)'],
  [{ name: 'break-glass', session: 'oncall' }, 'break-glass (oncall)'],
  [{ name: 'system:serviceaccount:argocd:controller' }, 'sa argocd:controller'],
  [{ name: 'ana', impersonated: 'bob' }, 'ana as bob'],
])('%o is told as %s', (who, text) => {
  expect(personText(who)).toBe(text);
});
