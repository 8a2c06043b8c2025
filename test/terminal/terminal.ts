import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually, PROGRAM } from '../support/command.ts';

const IN_TERMINAL = fileURLToPath(new URL('in_terminal.py', import.meta.url));

export const KEYS = { ctrlC: '\x03' } as const;

export interface Terminal {
  /** All that was printed so far, as the terminal got it. */
  printed(): string;
  /** Waits until this was printed. */
  shows(text: string | RegExp): Promise<void>;
  type(keys: string): void;
  /** The command's exit code; 128 and the signal's number where a signal ended it. */
  readonly exit: Promise<number>;
  /** Ends the command where it has not ended by itself. */
  close(): Promise<void>;
}

export interface TerminalOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Default 80. */
  readonly columns?: number;
}

/** `npx eks-audit …` in a terminal, as a person starts it. */
export function startInTerminal(args: readonly string[], { env = {}, columns = 80 }: TerminalOptions = {}): Terminal {
  const { CI: _, ...own } = process.env;
  const child = spawn('python3', [IN_TERMINAL, String(columns), '24', process.execPath, PROGRAM, ...args], {
    env: { ...own, TERM: 'xterm-256color', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const ended = once(child, 'close');
  return {
    printed: () => printed,
    shows: async (text) => {
      const isThere = () => (typeof text === 'string' ? printed.includes(text) : text.test(printed));
      await eventually(() => (isThere() ? true : undefined)).catch((error: unknown) => {
        throw new Error(`Expected the terminal to show ${text}, found:\n${printed}`, { cause: error });
      });
    },
    type: (keys) => void child.stdin.write(keys),
    exit: ended.then(([code]) => Number(code)),
    close: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
