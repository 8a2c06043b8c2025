/**
 * As much of Kibana's query language as docs/questions.md uses, as a query of Elasticsearch. npm has no translator that
 * is well kept: Kibana's own is not published, and what others took out of it is one person's each.
 */
export function translateKql(text: string): object {
  const tokens = [...text.matchAll(/"[^"]*"|[()]|>=|<=|[:<>]|[^\s():<>"]+/g)].map(([token]) => token);
  const reader = new Reader(tokens);
  const query = reader.either();
  if (!reader.isOver) throw new Error(`Expected the end of the query, found ${tokens.join(' ')}.`);
  return query;
}

const RANGES = new Map([
  ['>=', 'gte'],
  ['>', 'gt'],
  ['<=', 'lte'],
  ['<', 'lt'],
]);

class Reader {
  readonly #tokens: string[];

  constructor(tokens: readonly string[]) {
    this.#tokens = [...tokens];
  }

  get isOver(): boolean {
    return this.#tokens.length === 0;
  }

  either(one = () => this.#all()): object {
    const should = [one()];
    while (this.#takes('or')) should.push(one());
    return { bool: { should, minimum_should_match: 1 } };
  }

  #all(): object {
    const filter = [this.#unless()];
    while (this.#takes('and')) filter.push(this.#unless());
    return { bool: { filter } };
  }

  #unless(): object {
    return this.#takes('not') ? { bool: { must_not: this.#one() } } : this.#one();
  }

  #one(): object {
    if (this.#takes('(')) return this.#closed(this.either());
    const field = this.#next();
    const operator = this.#next();
    const range = RANGES.get(operator);
    if (range !== undefined) return { range: { [field]: { [range]: this.#next() } } };
    if (operator !== ':') throw new Error(`Expected : behind ${field}, found ${operator}.`);
    if (this.#takes('(')) return this.#closed(this.either(() => valueQuery(field, this.#next())));
    return valueQuery(field, this.#next());
  }

  #closed(query: object): object {
    if (!this.#takes(')')) throw new Error('Expected a ) that closes.');
    return query;
  }

  #takes(token: string): boolean {
    if (this.#tokens[0] !== token) return false;
    this.#tokens.shift();
    return true;
  }

  #next(): string {
    return this.#tokens.shift() ?? '';
  }
}

function valueQuery(field: string, value: string): object {
  if (value.startsWith('"')) return { match_phrase: { [field]: value.slice(1, -1) } };
  if (value === '*') return { exists: { field } };
  return value.includes('*') ? { wildcard: { [field]: value } } : { match: { [field]: value } };
}
