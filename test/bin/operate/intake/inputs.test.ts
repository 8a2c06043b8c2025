import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { faultOf, type Inputs, inputsOf, type Place } from '../../../../bin/operate/intake/inputs.ts';
import { type Input, unpacked } from '../../../../bin/operate/intake/source.ts';
import { NOON } from '../../../support/builders.ts';
import { newFolder } from '../../../support/folder.ts';
import { chunksOf } from './chunks.ts';

function folderWith(...names: readonly string[]): string {
  const folder = newFolder();
  for (const name of names) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), name);
  }
  return folder;
}

const object: Input = {
  ...{ name: 's3://bucket/a/b.gz', size: 1, written: NOON, isPassing: false, folder: 'a' },
  open: () => chunksOf('x'),
};

/** One bucket. */
async function objectsAt({ bucket, prefix }: Place): Promise<Inputs> {
  const path = `s3://${bucket}/${prefix}`;
  return bucket === 'bucket'
    ? { inputs: [object], problems: [] }
    : { inputs: [], problems: [{ path, message: 'No.' }] };
}

async function found(folder: string, ...paths: readonly string[]) {
  const { inputs, problems, leftOut } = await inputsOf(
    paths.map((path) => (/^(-$|s3:)/.test(path) ? path : join(folder, path))),
    { stdin: chunksOf('from standard input'), now: NOON, state: join(folder, 'state'), objectsAt },
  );
  const names = inputs.map(({ name }) => name.replace(`${folder}/`, ''));
  return {
    inputs,
    names,
    leftOut: leftOut.map(({ name }) => name.replace(`${folder}/`, '')),
    problems: problems.map(({ path, message }) => `${path.replace(`${folder}/`, '')}: ${message}`),
  };
}

describe('paths name', () => {
  const NAMES = ['a-10.log', 'a-2.log', 'a.log', 'below/b.log', 'below/deep/c.log'];

  test('files, all files of folders in the order of their numbers, and what fits a pattern', async () => {
    const folder = folderWith(...NAMES);
    expect((await found(folder, 'a.log')).names).toEqual(['a.log']);
    expect((await found(folder, '')).names).toEqual([
      'a-2.log',
      'a-10.log',
      'a.log',
      'below/b.log',
      'below/deep/c.log',
    ]);
    expect((await found(folder, 'a-*.log')).names).toEqual(['a-2.log', 'a-10.log']);
    expect((await found(folder, '**/{b,c}.log')).names).toEqual(['below/b.log', 'below/deep/c.log']);
  });

  test('no state of the command itself, unless that is named', async () => {
    const folder = folderWith('a.log', 'state/b.log', 'state/import/c.json', 'state-2/d.log');
    expect(await found(folder, '')).toMatchObject({ names: ['a.log', 'state-2/d.log'], leftOut: ['state'] });
    expect(await found(folder, '**/*.*')).toMatchObject({
      names: ['a.log', 'state-2/d.log'],
      leftOut: ['state/b.log'],
    });
    expect(await found(folder, 'state')).toMatchObject({ names: ['state/b.log'], leftOut: ['state/import'] });
  });

  test('each file once', async () => {
    const folder = folderWith(...NAMES);
    symlinkSync(join(folder, 'a.log'), join(folder, 'link.log'));
    expect((await found(folder, 'a.log', 'a.log', 'link.log', '-', '-')).names).toEqual(['a.log', '-']);
  });

  test('a file whose name looks like a pattern', async () => {
    const folder = folderWith('a[1].log');
    expect((await found(folder, 'a[1].log')).names).toEqual(['a[1].log']);
  });

  test('no folder twice, wherever its links lead', async () => {
    const folder = folderWith('below/a.log');
    symlinkSync('..', join(folder, 'below', 'up'));
    symlinkSync(folder, join(folder, 'itself'));
    expect(await found(folder, '')).toMatchObject({ names: ['below/a.log'], problems: [] });
  });

  test('each with its size, its age and its folder, to be read as often as one likes', async () => {
    const { inputs } = await found(folderWith('stream/a.log'), 'stream/a.log');
    expect(inputs).toMatchObject([{ size: 12, folder: 'stream', isPassing: false }]);
    for (const _ of [1, 2])
      expect((await unpacked(inputs[0]?.open() ?? chunksOf(''))).head.toString()).toBe('stream/a.log');
  });

  test('objects of S3, each once', async () => {
    const { names, problems } = await found(newFolder(), 's3://bucket/a', 's3://bucket/a/b.gz', 's3://other');
    expect({ names, problems }).toEqual({ names: ['s3://bucket/a/b.gz'], problems: ['s3://other/: No.'] });
  });

  test('standard input, which nobody can read twice', async () => {
    const { inputs } = await found(newFolder(), '-');
    expect(inputs).toMatchObject([{ name: '-', size: undefined, written: NOON, isPassing: true }]);
  });
});

test('all that can not be found is told at once, with what to do', async () => {
  const folder = folderWith('a.log');
  mkdirSync(join(folder, 'empty'));
  symlinkSync('nowhere', join(folder, 'broken'));
  symlinkSync('round', join(folder, 'round'));
  const { problems } = await found(folder, 'none.log', 'none-*.log', 'empty', 'round', '');
  expect(problems).toEqual([
    'none.log: There is no such file or folder: mend the path.',
    'none-*.log: No file has such a name: mend the pattern.',
    'empty: There is no file in this folder: name another.',
    "round: It can't be read: its links lead in a circle.",
    "broken: It can't be read: the link leads nowhere.",
    "round: It can't be read: its links lead in a circle.",
  ]);
});

test('a folder without a right is told', async () => {
  const folder = folderWith('closed/a.log');
  chmodSync(folder, 0o755);
  chmodSync(join(folder, 'closed'), 0);
  // Root has every right.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(NOBODY);
  try {
    const { problems } = await found(folder, 'closed');
    expect(problems).toEqual(["closed: It can't be read: you have no right to it: use one who has (sudo)."]);
  } finally {
    if (isRoot) process.seteuid?.(0);
    chmodSync(join(folder, 'closed'), 0o700);
  }
});

const NOBODY = 65_534;

test('a fault is told in words where they are known', () => {
  expect(faultOf(Object.assign(new Error('EACCES: x'), { code: 'EACCES' }))).toContain('you have no right to it');
  expect(faultOf(new Error('disk on fire'))).toBe('disk on fire');
});
