import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The repository's folder. */
export const ROOT = resolve(import.meta.dirname, '..', '..');

/** What people read, by its path from the root. */
export const PAGES: readonly string[] = ['README.md', ...globSync('docs/*.md', { cwd: ROOT }).sort()];

export function textOf(page: string): string {
  return readFileSync(resolve(ROOT, page), 'utf8');
}

const FENCED = /^( *)```(\w*)\n(.*?)^ *```$/gms;

export interface Block {
  /** What stands behind the first fence; empty: nothing does. */
  readonly language: string;
  readonly code: string;
}

/** The fenced code blocks in their order, without the indent that a list gives them. */
export function codeBlocks(text: string): readonly Block[] {
  return [...text.matchAll(FENCED)].map(([, indent = '', language = '', code = '']) => ({
    language,
    code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  }));
}

export function withoutCodeBlocks(text: string): string {
  return text.replaceAll(FENCED, '');
}

/** A chapter's text without its heading; undefined where there is no such chapter. */
export function chapter(text: string, heading: string): string | undefined {
  return new RegExp(`\\n## ${heading}\\n(.*?)(?=\\n## |$)`, 's').exec(text)?.[1];
}

/** The headings as they are written; of one level, or of all. */
export function headings(text: string, level?: number): readonly string[] {
  const found = [...withoutCodeBlocks(text).matchAll(/^(#{1,6}) (.*)$/gm)];
  return found
    .filter(([, marks]) => level === undefined || marks?.length === level)
    .map(([, , heading = '']) => heading);
}

/** The headings' anchors as GitHub makes them: of two headings that read alike the second one's ends in -1. */
export function anchors(text: string): readonly string[] {
  const seen = new Map<string, number>();
  return headings(text).map((heading) => {
    const plain = heading.toLowerCase().replaceAll(/[^\p{L}\p{M}\p{N}\- _]/gu, '');
    const anchor = plain.replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** What the links lead to. */
export function links(text: string): readonly string[] {
  return [...withoutCodeBlocks(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** What stands between backticks in a line. */
export function codeSpans(text: string): readonly string[] {
  return [...withoutCodeBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
}
