import { type Command, CommanderError } from 'commander';
import { eksAudit } from '../../bin/program.ts';
import { codeBlocks, codeSpans } from './markdown.ts';

/** The commands of `eks-audit`, none of which does anything. */
export function program(): Command {
  return idle(eksAudit());
}

function idle(command: Command): Command {
  for (const child of command.commands) idle(child);
  if (command.commands.length === 0) command.action(() => {});
  return command.exitOverride().configureOutput({ writeOut: () => {}, writeErr: () => {} });
}

/** What is wrong with the commands that a text names, a sentence each. */
export function commandProblems(text: string): readonly string[] {
  const shell = codeBlocks(text).filter(({ language }) => language === 'sh' || language === 'console');
  const spans = codeSpans(text);
  return [
    ...[...shell.map(({ code }) => code), ...spans].flatMap(commandLines).flatMap(useProblems),
    ...spans.flatMap(mentionProblems),
    ...flagTables(text).flatMap(({ name, flags }) => tableProblems(name, flags)),
  ];
}

/** What follows `eks-audit` in each command line, up to where a shell takes over. */
export function commandLines(code: string): readonly (readonly string[])[] {
  const typed = [...code.matchAll(/npx eks-audit +([^|>#;&)\n]+)/g)].map(([, line = '']) => words(line));
  const started = [...code.matchAll(/npm start(?: -- ([^|>#;&)\n]+))?/g)].map(([, flags = '']) => [
    'try',
    ...words(flags),
  ]);
  return [...typed, ...started];
}

function words(line: string): readonly string[] {
  return line.split(/\s+/).filter((word) => word !== '');
}

/** As a person would have it refused: an unknown command or flag, an argument too few or too many. */
function useProblems(args: readonly string[]): readonly string[] {
  try {
    program().parse(args, { from: 'user' });
    return [];
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? [] : [`${args.join(' ')}: ${error.message}`];
    throw error;
  }
}

/** A command that is only spoken of, like `account --verify`, need not be complete: its words must be there. */
function mentionProblems(span: string): readonly string[] {
  const [first = '', ...more] = words(span.replace(/^(npx )?eks-audit /, ''));
  const found = program().commands.find((command) => command.name() === first);
  return found === undefined ? [] : lackedBy(found, more).map((word) => `${span}: there is no ${word}`);
}

function lackedBy(command: Command, [word, ...more]: readonly string[]): readonly string[] {
  if (word === undefined) return [];
  if (word.startsWith('-')) {
    const known = word === '--help' || command.options.some(({ long }) => long === word);
    return [...(known ? [] : [word]), ...lackedBy(command, more)];
  }
  const child = command.commands.find((one) => one.name() === word);
  if (child !== undefined) return lackedBy(child, more);
  return command.commands.length > 0 ? [word] : lackedBy(command, more);
}

interface FlagTable {
  readonly name: string;
  readonly flags: readonly string[];
}

/** The tables that are headed "flag of `…`", with the flags of their first column. */
function flagTables(text: string): readonly FlagTable[] {
  return [...text.matchAll(/^\| flag of `([^`]+)` \|.*\n\|[-|]+\n((?:\|.*\n)*)/gm)].map(([, name = '', rows = '']) => ({
    name,
    flags: [...rows.matchAll(/^\| `(--[a-z-]+)/gm)].map(([, flag = '']) => flag),
  }));
}

function tableProblems(name: string, flags: readonly string[]): readonly string[] {
  const command = program().commands.find((one) => one.name() === name);
  if (command === undefined) return [`there is no command ${name}`];
  const has = command.options.map(({ long }) => long ?? '');
  return [
    ...has.filter((flag) => !flags.includes(flag)).map((flag) => `the table of ${name} lacks ${flag}`),
    ...flags.filter((flag) => !has.includes(flag)).map((flag) => `${name} has no ${flag}`),
  ];
}
