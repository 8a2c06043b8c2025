import type { Problem } from '../../../lib/problems/problem.ts';
import { FORMATS, type Format, formatOf } from '../intake/format.ts';
import { faultOf } from '../intake/inputs.ts';
import { type Input, unpacked } from '../intake/source.ts';

/** A file whose format is known. */
export interface Archive {
  readonly input: Input;
  readonly format: Format;
}

export interface Archives {
  readonly archives: readonly Archive[];
  /** Files that hold nothing of an audit log, and why. */
  readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  readonly problems: readonly Problem[];
}

/** How many files are looked at at once. */
const AT_ONCE = 8;

/** Looks into each file, before anything is sent of any. What can be read but once is read on from there. */
export async function recognised(inputs: readonly Input[]): Promise<Archives> {
  const archives: Archive[] = [];
  const leftOut: { readonly name: string; readonly why: string }[] = [];
  const problems: Problem[] = [];
  for (let from = 0; from < inputs.length; from += AT_ONCE) {
    const looked = await Promise.all(inputs.slice(from, from + AT_ONCE).map(look));
    for (const each of looked) {
      if (each.kind === 'archive') archives.push(each.archive);
      else if (each.kind === 'left out') leftOut.push(each);
      else problems.push(each.problem);
    }
  }
  return { archives, leftOut, problems };
}

type Looked =
  | { readonly kind: 'archive'; readonly archive: Archive }
  | { readonly kind: 'left out'; readonly name: string; readonly why: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

async function look(input: Input): Promise<Looked> {
  const { name } = input;
  const stream = input.open();
  try {
    const { head, isWhole, chunks, fault } = await unpacked(stream);
    const found = formatOf(head, isWhole || fault !== undefined);
    // What is broken further on is read as far as it goes.
    if (fault !== undefined && found.kind !== 'format') throw fault;
    if (!input.isPassing) await chunks.return();
    switch (found.kind) {
      case 'format':
        return {
          kind: 'archive',
          archive: { format: found.format, input: input.isPassing ? passing(input, chunks) : input },
        };
      case 'empty':
        return { kind: 'left out', name, why: 'it is empty' };
      case 'other export':
        return { kind: 'left out', name, why: 'an export of CloudWatch Logs, but of no audit log' };
      case 'unknown':
        return {
          kind: 'problem',
          problem: {
            path: name,
            message: `Expected an audit log (${EXPECTED}), plain or gzipped; found ${found.found}.`,
          },
        };
    }
  } catch (error) {
    return { kind: 'problem', problem: { path: name, message: `It can't be read: ${faultOf(error)}.` } };
  }
}

const EXPECTED = Object.values(FORMATS).join(', ');

function passing(input: Input, chunks: AsyncIterable<Buffer>): Input {
  return { ...input, open: () => chunks };
}
