import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually, PROGRAM } from '../support/command.ts';
import { Screen } from './screen.ts';

const IN_TERMINAL = fileURLToPath(new URL('in_terminal.py', import.meta.url));
const ROWS = 24;

export const KEYS = { ctrlC: '\x03', ctrlZ: '\x1a', enter: '\r' } as const;

export interface Terminal {
  /** What a person sees. */
  readonly screen: Screen;
  /** All that was printed so far, as the terminal got it. */
  printed(): string;
  /** Waits until this is on the screen. */
  shows(text: string | RegExp): Promise<void>;
  type(keys: string): void;
  /** Presses Ctrl-C again and again until the command has ended: two that come together are one signal. */
  interruptUntilEnded(): Promise<number>;
  /** The command's exit code; 128 and the signal's number where a signal ended it. */
  readonly exit: Promise<number>;
  /** Closes the terminal, as a person closes its window; done when the command has ended. */
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default 80. */
  readonly columns?: number;
}

/** `npx eks-audit …` in a terminal, as a person starts it. */
export function startInTerminal(args: readonly string[], options: TerminalOptions = {}): Terminal {
  return startAnyInTerminal([process.execPath, PROGRAM, ...args], options);
}

export function startAnyInTerminal(
  command: readonly string[],
  { env = {}, columns = 80 }: TerminalOptions = {},
): Terminal {
  const { CI: _, NO_COLOR: __, FORCE_COLOR: ___, ...own } = process.env;
  const child = spawn('python3', [IN_TERMINAL, String(columns), String(ROWS), ...command], {
    env: { ...own, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const screen = new Screen(columns, ROWS);
  let printed = '';
  let seen = Promise.resolve();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
    seen = screen.write(text);
  });
  const ended = once(child, 'close');
  const exit = ended.then(async ([code]) => {
    await seen;
    return Number(code);
  });
  // Keys that are typed while the command ends reach nobody.
  child.stdin.on('error', () => {});
  const type = (keys: string) => void child.stdin.write(keys);
  return {
    screen,
    printed: () => printed,
    shows: async (text) => {
      const isThere = () =>
        screen.lines().some((line) => (typeof text === 'string' ? line.includes(text) : text.test(line)));
      await eventually(() => (isThere() ? true : undefined)).catch((error: unknown) => {
        throw new Error(`Expected the terminal to show ${text}, found:\n${screen.lines().join('\n')}`, {
          cause: error,
        });
      });
    },
    type,
    interruptUntilEnded: async () => {
      const pressing = setInterval(type, 500, KEYS.ctrlC);
      return await exit.finally(() => clearInterval(pressing));
    },
    exit,
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
