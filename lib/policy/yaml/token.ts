import type { Mark } from './source.ts';

export type Token =
  | {
      readonly type:
        | 'end of text'
        | 'document start'
        | 'document end'
        | 'list start'
        | 'map start'
        | 'block end'
        | '['
        | ']'
        | '{'
        | '}'
        | ','
        | '-'
        | 'key'
        | 'value';
      readonly mark: Mark;
    }
  | { readonly type: 'anchor' | 'alias'; readonly name: string; readonly mark: Mark }
  | { readonly type: 'tag' | 'tag directive'; readonly handle: string; readonly rest: string; readonly mark: Mark }
  | { readonly type: 'version directive'; readonly version: string; readonly mark: Mark }
  | { readonly type: 'scalar'; readonly value: string; readonly plain: boolean; readonly mark: Mark };

export function isDirective(token: Token): boolean {
  return token.type === 'version directive' || token.type === 'tag directive';
}

export function isDocumentBorder(token: Token): boolean {
  return isDirective(token) || ['document start', 'document end', 'end of text'].includes(token.type);
}

/** For messages: what stands there, in a few words. */
export function described(token: Token): string {
  switch (token.type) {
    case 'scalar':
      return JSON.stringify(token.value.slice(0, 40));
    case 'block end':
      return 'a line that is indented less';
    case 'list start':
      return 'a list';
    case 'map start':
      return 'a map';
    case 'key':
    case 'value':
      return token.type === 'key' ? 'a key' : '":"';
    default:
      return token.type.length === 1 ? `"${token.type}"` : `the ${token.type}`;
  }
}
