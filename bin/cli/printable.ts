/** Of a name that a stranger chose: cut to so many characters, and without what would move a terminal's cursor. */
export function printable(text: string, longest: number): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return cut.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} …]/gu, '?');
}
