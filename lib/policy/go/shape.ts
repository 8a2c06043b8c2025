/** The type of a Go field that JSON is decoded into. */
export type Shape =
  | { readonly type: 'string' | 'boolean' | 'integer' | 'time' | 'anything' | 'strings by key' }
  /** null makes it absent, where other booleans and numbers ignore null. */
  | { readonly type: 'optional'; readonly of: Shape }
  | { readonly type: 'list'; readonly of: Shape }
  | { readonly type: 'struct'; readonly fields: Fields };

export type Fields = Readonly<Record<string, Shape>>;

export const STRING: Shape = { type: 'string' };
export const BOOLEAN: Shape = { type: 'boolean' };
export const INTEGER: Shape = { type: 'integer' };
export const TIME: Shape = { type: 'time' };
export const ANYTHING: Shape = { type: 'anything' };
export const STRINGS_BY_KEY: Shape = { type: 'strings by key' };

export function optional(of: Shape): Shape {
  return { type: 'optional', of };
}

export function list(of: Shape): Shape {
  return { type: 'list', of };
}

export function struct(fields: Fields): Shape {
  return { type: 'struct', fields };
}
