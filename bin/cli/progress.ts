import ora, { type Ora } from 'ora';
import { columnsOf, cut, wrapped } from './width.ts';

/** Progress on stderr, so that stdout holds results alone: a moving line on a terminal, plain lines elsewhere. */
export interface Progress {
  /** What is being done now; on a terminal it replaces what was shown before. */
  doing(text: string): void;
  /** The same of what passes too quickly to be kept: it is shown on a terminal alone. */
  passing(text: string): void;
  /** What is done, for good: stays on the screen. */
  done(text: string): void;
  /** What went wrong, for good. */
  wrong(text: string): void;
  /** Plain output, undisturbed by the moving line. */
  say(text: string): void;
  end(): void;
}

/** Without colors where `NO_COLOR` is set: see no-color.org. */
export function startProgress(stream: NodeJS.WriteStream = process.stderr, env = process.env): Progress {
  if (stream.isTTY !== true) return plain(stream);
  const color = env.NO_COLOR ? false : 'cyan';
  // Discarding stdin would put the terminal into raw mode, where Ctrl-C, Ctrl-Z and Ctrl-\\ are keys and no signals.
  return moving(ora({ stream, discardStdin: false, color }), () => columnsOf(stream));
}

/** What stands before a text, and is left free before its further lines. */
const SYMBOL = 2;

function moving(spinner: Ora, columns: () => number): Progress {
  const show = (text: string) => void spinner.start(cut(text, columns() - SYMBOL));
  const lasting = (symbol: string, text: string) => {
    const { text: current, isSpinning } = spinner;
    const room = columns() - (symbol === '' ? 0 : SYMBOL);
    const lines = wrapped(text, room).replaceAll('\n', symbol === '' ? '\n' : `\n${' '.repeat(SYMBOL)}`);
    spinner.stopAndPersist({ symbol, text: lines });
    if (isSpinning) spinner.start(current);
  };
  return {
    doing: show,
    passing: show,
    done: (text) => lasting('✔', text),
    wrong: (text) => lasting('✖', text),
    say: (text) => lasting('', text),
    end: () => void spinner.stop(),
  };
}

/** Says what is done, and of what is being done only what it has not said. */
function plain(stream: NodeJS.WritableStream): Progress {
  let last = '';
  const say = (text: string) => {
    if (text !== last) stream.write(`${text}\n`);
    last = text;
  };
  return { doing: say, passing: () => {}, done: say, wrong: say, say, end: () => {} };
}
