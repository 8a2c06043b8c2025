import { daysOf } from '../go/time.ts';
import type { Value } from '../go/value.ts';
import { TextProblem } from '../problem.ts';
import type { YamlScalar } from './tree.ts';

const TAG = 'tag:yaml.org,2002:';
const BINARY = `${TAG}binary`;
/** Any other tag makes a string of whatever it stands before. */
const RESOLVED = new Set(['', ...['str', 'bool', 'int', 'float', 'null', 'timestamp'].map((name) => TAG + name)]);

export type Scalar =
  | { readonly type: 'str' | 'timestamp' | 'other'; readonly text: string }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'null' }
  | { readonly type: 'int'; readonly value: bigint }
  | { readonly type: 'float'; readonly value: number };

const TRUE = new Set(['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON']);
const FALSE = new Set(['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF']);
const NULL = new Set(['', '~', 'null', 'Null', 'NULL']);
const NAN = new Set(['.nan', '.NaN', '.NAN']);
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;

/** What go-yaml makes of a scalar: YAML 1.1's booleans and numbers. Throws `TextProblem` where a tag and its text disagree. */
export function resolve({ value, implicit, tag, line }: YamlScalar): Scalar {
  if (tag === BINARY) return { type: 'other', text: decoded64(value, line) };
  if ((tag === '' && !implicit) || tag === `${TAG}str`) return { type: 'str', text: value };
  if (!RESOLVED.has(tag)) return { type: 'other', text: value };
  const scalar = resolvePlain(value, tag);
  const wanted = tag.slice(TAG.length);
  if (tag === '' || scalar.type === wanted) return scalar;
  if (wanted === 'float' && scalar.type === 'int' && scalar.value < 2n ** 63n) {
    return { type: 'float', value: Number(scalar.value) };
  }
  throw new TextProblem(line, `expected a value for the tag !!${wanted}, found ${JSON.stringify(value)}`);
}

function resolvePlain(text: string, tag: string): Scalar {
  if (NULL.has(text)) return { type: 'null' };
  if (TRUE.has(text)) return { type: 'bool', value: true };
  if (FALSE.has(text)) return { type: 'bool', value: false };
  if (NAN.has(text)) return { type: 'float', value: Number.NaN };
  if (INFINITE.test(text)) return { type: 'float', value: text.startsWith('-') ? -Infinity : Infinity };
  if (text.startsWith('.')) return float(text, DOT_FLOAT) ?? { type: 'str', text };
  if (!/^[-+0-9]/.test(text)) return { type: 'str', text };
  if ((tag === '' || tag === `${TAG}timestamp`) && isTimestamp(text)) return { type: 'timestamp', text };
  const plain = text.replaceAll('_', '');
  return integer(plain) ?? float(plain, FLOAT) ?? { type: 'str', text };
}

/** Here alone go-yaml leaves underscores to Go, which wants digits on both sides of each. */
const DOT_FLOAT = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** A number too large for 64 bits is a string. */
function float(text: string, pattern: RegExp): Scalar | undefined {
  const value = pattern.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  return Number.isFinite(value) ? { type: 'float', value } : undefined;
}

const INTEGER = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+|0[0-7]*|[1-9][0-9]*)$/;

function integer(text: string): Scalar | undefined {
  const signed = /^0b([-+])([01]+)$/.exec(text);
  const match = signed === null ? INTEGER.exec(text) : [text, signed[1], `0b${signed[2]}`];
  if (match === null) return undefined;
  const [, sign = '', digits = ''] = match;
  const magnitude = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = sign === '-' ? -magnitude : magnitude;
  const fits = value >= -(2n ** 63n) && value < (sign === '' ? 2n ** 64n : 2n ** 63n);
  return fits ? { type: 'int', value } : undefined;
}

const DATE = /^(\d{4})-(\d\d?)-(\d\d?)/;
const CLOCK = String.raw`(\d\d?):(\d\d?):(\d\d?)(?:[.,]\d+)?`;
const AFTER_DATE = new RegExp(String.raw`^(?:[Tt]${CLOCK}(?:Z|[-+](\d\d):(\d\d))| ${CLOCK}|)$`);

/** Go's time.Parse with go-yaml's four layouts. Matters behind !!timestamp only: elsewhere a time stays a string. */
function isTimestamp(text: string): boolean {
  const date = DATE.exec(text);
  const rest = date === null ? null : AFTER_DATE.exec(text.slice(date[0].length));
  if (date === null || rest === null) return false;
  const [year = 0, month = 0, day = 0] = date.slice(1).map(Number);
  const [h = 0, m = 0, s = 0, zoneHour = 0, zoneMinute = 0, hour = h, minute = m, second = s] = rest
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits)));
  if (month < 1 || month > 12 || day < 1 || day > daysOf(year, month)) return false;
  return hour < 24 && minute < 60 && second < 60 && zoneHour <= 24 && zoneMinute <= 60;
}

function decoded64(text: string, line: number): string {
  const digits = text.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(digits)) {
    throw new TextProblem(line, 'expected base64 after !!binary, found something else');
  }
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(
    Uint8Array.from(atob(digits), (byte) => byte.charCodeAt(0)),
  );
}

/** As JSON; undefined for what JSON has no number for. */
export function asValue(scalar: Scalar, { line, value: written }: YamlScalar): Value | undefined {
  switch (scalar.type) {
    case 'null':
      return { kind: 'null', line };
    case 'bool':
      return { kind: 'boolean', value: scalar.value, written, line };
    case 'int':
      return { kind: 'number', token: String(scalar.value), written, line };
    case 'float':
      return Number.isFinite(scalar.value) ? { kind: 'number', token: String(scalar.value), written, line } : undefined;
    default:
      return { kind: 'string', text: scalar.text, line };
  }
}

/** As the key of a map; undefined for what the server refuses there. */
export function asKey(scalar: Scalar): string | undefined {
  switch (scalar.type) {
    case 'null':
      return undefined;
    case 'bool':
      return String(scalar.value);
    case 'float':
      return floatKey(scalar.value);
    case 'int':
      return scalar.value < 2n ** 63n ? String(scalar.value) : undefined;
    default:
      return scalar.text;
  }
}

function floatKey(value: number): string {
  if (Number.isNaN(value)) return '.nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? '.inf' : '-.inf';
}
