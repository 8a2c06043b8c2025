import { existsSync } from 'node:fs';
import { posix, resolve } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { commandLines, commandProblems, program } from './support/commands.ts';
import { anchors, codeBlocks, links, PAGES, ROOT, textOf, withoutCodeBlocks } from './support/markdown.ts';
import { schemaKeys } from './support/schema-keys.ts';

/** The links that lead nowhere in this repository. */
function deadLinks(page: string, text = textOf(page)): readonly string[] {
  return links(text).filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : posix.join(posix.dirname(page), path);
    if (!existsSync(resolve(ROOT, target))) return true;
    return anchor !== undefined && !anchors(target === page ? text : textOf(target)).includes(anchor);
  });
}

describe('the README', () => {
  test('can be read at one sitting: it has fewer than 2,000 words beside its code', () => {
    expect(withoutCodeBlocks(textOf('README.md')).split(/\s+/).length).toBeLessThan(2000);
  });

  test('leads to every page of docs', () => {
    expect(PAGES.length).toBeGreaterThan(1);
    expect(links(textOf('README.md'))).toEqual(expect.arrayContaining(PAGES.filter((page) => page !== 'README.md')));
  });
});

describe.each(PAGES)('%s', (page) => {
  test('has no link that leads nowhere', () => {
    expect(deadLinks(page)).toEqual([]);
  });

  test('names no command and no flag that is not there', () => {
    expect(commandProblems(textOf(page))).toEqual([]);
  });
});

test.each(['README.md', 'docs/configuration.md'])(
  'the keys that %s tells of are there, with these defaults',
  (page) => {
    const keys = schemaKeys(JSON.parse(textOf('lib/forwarder.schema.json')));
    const rows = tableOfKeys(page);
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.filter(({ key }) => !keys.has(key))).toEqual([]);
    for (const { key, byDefault } of rows.filter(({ key }) => keys.get(key) !== undefined))
      expect([key, byDefault]).toEqual([key, `\`${keys.get(key)}\``]);
  },
);

test('docs/configuration.md tells of every key', () => {
  const keys = schemaKeys(JSON.parse(textOf('lib/forwarder.schema.json'))).keys();
  expect(tableOfKeys('docs/configuration.md').map(({ key }) => key)).toEqual(expect.arrayContaining([...keys]));
});

/** The rows of the table that is headed "key". */
function tableOfKeys(page: string): readonly { readonly key: string; readonly byDefault: string }[] {
  const [, table = ''] = /^\| key \| default \|.*\n\|[-|]+\n((?:\|.*\n)*)/m.exec(textOf(page)) ?? [];
  const rows = table.matchAll(/^\| `([^`]+)` \| ([^|]*) \|/gm);
  return [...rows].map(([, key = '', byDefault = '']) => ({ key, byDefault }));
}

test('docs/commands.md speaks of every command', () => {
  const leaves = ({ commands }: Command, parents: string): readonly string[] =>
    commands.flatMap((command) => {
      const name = `${parents}${command.name()}`;
      return command.commands.length === 0 ? [name] : leaves(command, `${name} `);
    });
  const text = textOf('docs/commands.md');
  expect(leaves(program(), '').filter((name) => !new RegExp(`(\`|## )${name}\\b`).test(text))).toEqual([]);
});

test.each([
  ['a page that is not there', '[x](docs/nothing.md)', ['docs/nothing.md']],
  ['a heading that is not there', '[x](docs/runbook.md#nothing)', ['docs/runbook.md#nothing']],
  ['a heading that this page lacks', '# Some thing\n[x](#some-thing) [y](#something)', ['#something']],
  ['the second of two headings', '# One\n# One\n[x](#one-1) [y](#one-2)', ['#one-2']],
  ['a heading that is code', '```\n# One\n```\n[x](#one)', ['#one']],
])('a link to %s is found', (_, text, dead) => {
  expect(deadLinks('README.md', text)).toEqual(dead);
});

const table = (...flags: readonly string[]) =>
  `| flag of \`doctor\` | does |\n|---|---|\n${flags.map((flag) => `| \`${flag}\` | something |\n`).join('')}`;

test.each([
  ['an unknown command', '```sh\nnpx eks-audit acount --since 24h\n```\n'],
  ['an unknown flag', '```sh\nnpx eks-audit account --since 24h --verfy   # why\n```\n'],
  ['an unknown flag within a shell’s line', '```console\n(umask 077 && npx eks-audit doctor --jsn > file)\n```\n'],
  ['a missing argument', '```sh\nnpx eks-audit policy check\n```\n'],
  ['a missing flag', '```sh\nnpx eks-audit policy explain my-policy.yaml\n```\n'],
  ['an unknown flag of npm start', '```sh\nnpm ci && npm start -- --onec\n```\n'],
  ['an unknown flag in a sentence', 'Ask `account --verfy`.'],
  ['an unknown subcommand in a sentence', 'Ask `npx eks-audit elasticsearch keys`.'],
  ['an unknown flag in a table', table('--config', '--cluster', '--json', '--jsn')],
  ['a flag that a table leaves out', table('--config', '--json')],
])('a text with %s is found', (_, text) => {
  expect(commandProblems(text)).not.toEqual([]);
});

test('a table with every flag of its command is right', () => {
  expect(commandProblems(table('--config', '--cluster', '--json'))).toEqual([]);
});

test('commands are found in every shell block that has some', () => {
  const blocks = PAGES.flatMap((page) => codeBlocks(textOf(page)));
  const named = blocks.filter(({ code }) => /eks-audit [a-z]|npm start/.test(code));
  expect(named.length).toBeGreaterThan(3);
  for (const { language, code } of named) {
    expect(['sh', 'console']).toContain(language);
    expect(commandLines(code)).not.toEqual([]);
  }
});
