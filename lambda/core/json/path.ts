import { isObject } from '../json.ts';

/** A step to each element of an array. */
export const EACH = Symbol('each element');

/** The way from a value to parts of it: by the keys of objects, and through all elements of arrays. */
export type Path = readonly (string | typeof EACH)[];

/** The value without the parts at a path; the very same where it has none. */
export function without(value: unknown, [step, ...rest]: Path): unknown {
  if (step === EACH) return Array.isArray(value) ? withoutInEach(value, rest) : value;
  if (step === undefined || !isObject(value) || !Object.hasOwn(value, step)) return value;
  const { [step]: inner, ...others } = value;
  if (rest.length === 0) return others;
  const changed = without(inner, rest);
  return changed === inner ? value : { ...value, [step]: changed };
}

function withoutInEach(list: readonly unknown[], path: Path): unknown {
  const changed = list.map((element) => without(element, path));
  return changed.every((element, at) => element === list[at]) ? list : changed;
}
