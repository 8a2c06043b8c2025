import xterm from '@xterm/headless';

/** What a person sees: all lines that were ever on the screen, those that scrolled away too. */
export class Screen {
  readonly #terminal: InstanceType<typeof xterm.Terminal>;

  constructor(columns: number, rows: number) {
    this.#terminal = new xterm.Terminal({ cols: columns, rows, scrollback: 10_000, allowProposedApi: true });
  }

  /** Done when it can be seen. */
  write(printed: string | Uint8Array): Promise<void> {
    return new Promise((done) => this.#terminal.write(printed, done));
  }

  /** One a row of the screen, without the empty ones at its end. */
  lines(): readonly string[] {
    const lines = this.#rows().map(({ text }) => text);
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** The rows that go on with a line which was too long for the row before. */
  wrapped(): readonly string[] {
    return this.#rows()
      .filter(({ isWrapped }) => isWrapped)
      .map(({ text }) => text);
  }

  /** Whether anything stands there in another color than the terminal's own. */
  isColored(): boolean {
    const { active } = this.#terminal.buffer;
    const cells = Array.from({ length: active.length }, (_, y) =>
      Array.from({ length: this.#terminal.cols }, (_, x) => active.getLine(y)?.getCell(x)),
    ).flat();
    return cells.some((cell) => cell !== undefined && !(cell.isFgDefault() && cell.isBgDefault()));
  }

  #rows() {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: active.length }, (_, at) => {
      const line = active.getLine(at);
      return { text: line?.translateToString(true) ?? '', isWrapped: line?.isWrapped ?? false };
    });
  }
}
