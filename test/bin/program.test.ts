import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { eksAudit } from '../../bin/program.ts';

function all(command: Command): readonly Command[] {
  return [command, ...command.commands.flatMap(all)];
}

/** In a terminal of 80 columns. */
function help(command: Command): string {
  let text = '';
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => 80,
  });
  command.outputHelp();
  return text;
}

test('no line of a help is wider than a terminal of 80 columns', () => {
  const helps = all(eksAudit()).map(help);
  expect(helps.length).toBeGreaterThan(10);
  expect(helps.flatMap((text) => text.split('\n')).filter((line) => line.length > 80)).toEqual([]);
});

test.each(['Environment:', 'Exit codes:', 'Examples:', '--version'])('the help has a word on %s', (word) => {
  expect(help(eksAudit())).toContain(word);
});
