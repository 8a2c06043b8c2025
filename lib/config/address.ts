import { z } from 'zod';
import { wantsUnseen } from '../problems/sentence.ts';
import { looksSecret } from '../problems/show.ts';
import { matching } from './values.ts';

const ADDRESS = "Elasticsearch's address";
const LIKE = 'write it like https://es.example:9200';

/** An address without path or credentials. What is wrong with another is told without repeating it: it may hold a password. */
export const url = z.string(wantsUnseen(ADDRESS, LIKE)).superRefine((value, context) => {
  const fault = urlFault(value);
  if (fault !== undefined) context.addIssue({ code: 'custom', message: `Expected ${ADDRESS}, ${fault}.` });
});

function urlFault(value: string): string | undefined {
  if (/^[^/:@]*:[A-Za-z0-9+=]{20,}$/.test(value))
    return "found a Cloud ID: copy the Elasticsearch endpoint from the deployment's page instead (https://…)";
  if (!/^https?:\/\//i.test(value)) {
    const scheme = /^([a-z]+):\/\//i.exec(value)?.[1];
    return scheme === undefined
      ? `found no https:// or http:// at its beginning: ${LIKE}`
      : `found ${looksSecret(scheme) ? 'another scheme' : `${scheme}://`}: ${LIKE}`;
  }
  // Also where the address can't be parsed: a password may have a / or # in it.
  if (value.includes('@'))
    return 'found a user name or password in it (not shown): put these into Secrets Manager and the name of the secret under "secret"';
  const parsed = URL.parse(value);
  if (parsed === null) return `found one that cannot be read: ${LIKE}`;
  if (parsed.search !== '' || parsed.hash !== '') return 'found a ? or # in it: leave out what follows the port';
  return parsed.pathname === '/'
    ? undefined
    : 'found a path behind it: leave the path out; index names are made from "index"';
}

export const proxy = matching(
  /^https?:\/\/[\w.-]+(:\d{1,5})?\/?$/,
  wantsUnseen("a proxy's address without user name and password", 'write it like http://proxy.example:3128'),
);
