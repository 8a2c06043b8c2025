/** Where and why a text is no YAML as the API server reads it. `line` counts from 1. */
export class YamlProblem extends Error {
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.name = 'YamlProblem';
    this.line = line;
  }
}
