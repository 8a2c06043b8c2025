/** An error answer as CloudWatch Logs gives it; the SDK client makes an exception of the same name of it. */
export class Refusal extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(name: string, message: string, status = 400) {
    super(message);
    this.name = name;
    this.status = status;
  }
}

export const invalid = (message: string): Refusal => new Refusal('InvalidParameterException', message);
export const missing = (what: string): Refusal =>
  new Refusal('ResourceNotFoundException', `The specified ${what} does not exist.`);
export const exists = (what: string): Refusal =>
  new Refusal('ResourceAlreadyExistsException', `The specified ${what} already exists.`);
