import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Policy } from '../../lambda/core/policy/policy.ts';
import { nearest } from '../problems/nearest.ts';
import type { Problem } from '../problems/problem.ts';
import { parsePolicy } from './parse.ts';

/** Policies that come with the project; the first is the default. */
export const presetNames = ['network-policy', 'calico', 'cnx', 'restricted', 'everything'] as const;
export type PresetName = (typeof presetNames)[number];

export type LoadedPolicy =
  | {
      readonly ok: true;
      readonly policy: Policy;
      /** What the API server would accept in silence though it is likely not meant so. */
      readonly warnings: readonly Problem[];
      /** What may be custom resources, or misspelt. */
      readonly notes: readonly Problem[];
      readonly text: string;
      /** Absolute. */
      readonly file: string;
    }
  /** `file` is absent where there is none to read. */
  | { readonly ok: false; readonly problems: readonly Problem[]; readonly file?: string };

/** Loads a preset by its name, or else a file, relative to `baseDir`. A file named like a preset is `./name`. */
export function loadPolicy(nameOrFile: string, baseDir: string): LoadedPolicy {
  const isPreset = presetNames.some((name) => name === nameOrFile);
  const file = isPreset ? join(import.meta.dirname, 'presets', `${nameOrFile}.yaml`) : resolve(baseDir, nameOrFile);
  const read = readPolicyFile(file, nameOrFile);
  if (!read.ok) return { ok: false, problems: [{ path: '', message: read.message }] };
  const parsed = parsePolicy(read.text);
  return parsed.ok ? { ...parsed, text: read.text, file } : { ...parsed, file };
}

type Read = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly message: string };

function readPolicyFile(file: string, asNamed: string): Read {
  try {
    return decoded(readFileSync(file), file);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : String(error);
    if (code === 'ENOENT') return { ok: false, message: unknown(asNamed, file) };
    const found =
      code === 'EISDIR' ? 'a folder' : code === 'EACCES' ? 'one that may not be read' : `an error (${code})`;
    return { ok: false, message: `expected a policy file, found ${found}: ${file}` };
  }
}

function unknown(asNamed: string, file: string): string {
  const near = nearest(asNamed, presetNames);
  const advice = near === undefined ? `the presets are ${presetNames.join(', ')}.` : `did you mean ${near}?`;
  return `expected a preset's name or a policy file, found neither: there is no ${file}; ${advice}`;
}

/** YAML may be UTF-16 with its mark; anything else is UTF-8, of which the API server takes no broken bytes in YAML. */
function decoded(bytes: Buffer, file: string): Read {
  const utf16 =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  try {
    return { ok: true, text: new TextDecoder(utf16 || 'utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const text = bytes.toString('utf8');
    if (/^\s*\{/.test(text)) return { ok: true, text };
    return { ok: false, message: `expected UTF-8, found bytes that are none: save ${file} as UTF-8` };
  }
}
