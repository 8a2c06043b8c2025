import ora, { type Ora } from 'ora';

/** Progress on stderr, so that stdout holds results alone: a moving line on a terminal, plain lines elsewhere. */
export interface Progress {
  /** What is being done now; on a terminal it replaces what was shown before. */
  doing(text: string): void;
  /** What is done, for good: stays on the screen. */
  done(text: string): void;
  /** What went wrong, for good. */
  wrong(text: string): void;
  /** Plain output, undisturbed by the moving line. */
  say(text: string): void;
  end(): void;
}

export function startProgress(stream: NodeJS.WriteStream = process.stderr): Progress {
  // Discarding stdin would put the terminal into raw mode, where Ctrl-C, Ctrl-Z and Ctrl-\\ are keys and no signals.
  return stream.isTTY === true ? moving(ora({ stream, discardStdin: false })) : plain(stream);
}

function moving(spinner: Ora): Progress {
  const lasting = (symbol: string, text: string) => {
    const { text: current, isSpinning } = spinner;
    spinner.stopAndPersist({ symbol, text });
    if (isSpinning) spinner.start(current);
  };
  return {
    doing: (text) => void spinner.start(text),
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
  return { doing: say, done: say, wrong: say, say, end: () => {} };
}
