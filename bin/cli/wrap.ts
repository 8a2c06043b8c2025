/** What a terminal shows at least. */
const COLUMNS = 80;

/** Words in lines that fit a terminal, but for words longer than that. The first line begins with `label`, others with `indent`. */
export function wrapped(text: string, label = '', indent = ''): string {
  const lines: string[] = [];
  let line = label;
  let isBegun = false;
  for (const word of text.split(' ')) {
    const longer = isBegun ? `${line} ${word}` : line + word;
    if (longer.length <= COLUMNS) line = longer;
    else {
      if (line.trim() !== '') lines.push(line.trimEnd());
      line = indent + word;
    }
    isBegun = true;
  }
  return [...lines, line].join('\n');
}
