import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const README = resolve(import.meta.dirname, '..', '..', 'README.md');

/** The commands of a section, block by block, in their order. Fails where there are none. */
export function shellBlocks(section: string): readonly string[] {
  const text = readFileSync(README, 'utf8');
  const [, body] = new RegExp(`\\n## ${section}\\n(.*?)(?=\\n## |$)`, 's').exec(text) ?? [];
  const blocks = [...(body ?? '').matchAll(/^( *)```sh\n(.*?)^ *```$/gms)];
  if (blocks.length === 0) throw new Error(`README.md has no commands under "${section}".`);
  return blocks.map(([, indent = '', code = '']) => code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}
