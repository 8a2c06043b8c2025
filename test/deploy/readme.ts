import { chapter, codeBlocks, textOf } from '../support/markdown.ts';

/** The commands of a chapter of the README, block by block, in their order. Fails where there are none. */
export function shellBlocks(heading: string): readonly string[] {
  const blocks = codeBlocks(chapter(textOf('README.md'), heading) ?? '').filter(({ language }) => language === 'sh');
  if (blocks.length === 0) throw new Error(`README.md has no commands under "${heading}".`);
  return blocks.map(({ code }) => code);
}
