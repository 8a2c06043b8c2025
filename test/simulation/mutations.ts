/** Faults to put into the code, one at a time: a checker that misses one of them proves nothing. */
export interface Mutation {
  readonly what: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export const mutations: readonly Mutation[] = [
  {
    what: 'a cursor passes a minute that was too young for its age',
    file: 'lambda/core/minutes/checkpoint.ts',
    from: 'Math.min(read.to, floorMinute(read.begun - age * 1000))',
    to: 'read.to',
  },
  {
    what: 'a cursor jumps over minutes it has not seen',
    file: 'lambda/core/minutes/checkpoint.ts',
    from: 'read.from <= at && at < reached',
    to: 'at < reached',
  },
  {
    what: 'documents refused for a moment are forgotten',
    file: 'lambda/sender.ts',
    from: 'if (first === undefined) return next;',
    to: 'if (first !== undefined || first === undefined) return next;',
  },
  {
    what: 'a read that ran out of time counts as a full one',
    file: 'lambda/passes.ts',
    from: "if (ended !== 'in full') {",
    to: "if (ended === 'stopped') {",
  },
  {
    what: 'an empty page with a token counts as the end',
    file: 'lambda/reader.ts',
    from: 'next = nextToken === undefined ?',
    to: 'next = nextToken === undefined || page.lines.length === 0 ?',
  },
  {
    what: 'a minute that has changed counts as unchanged',
    file: 'lambda/core/ledger/row.ts',
    from: 'last.lines === found.lines && last.digest === found.digest',
    to: 'true',
  },
  {
    what: 'a minute is judged by the policy of the day, not by its own',
    file: 'lambda/minute-rules.ts',
    from: 'rows.get(minute) ?? (checkpoint && judgedBy(checkpoint, minute)) ?? otherwise',
    to: 'otherwise',
  },
  {
    what: 'it is not on record by which policy an unfinished minute was judged',
    file: 'lambda/catch-up.ts',
    from: '&& !isJudged(checkpoint, minutes.to)',
    to: '&& isJudged(checkpoint, minutes.to)',
  },
  {
    what: 'the parts of a giant minute are not added up',
    file: 'lambda/core/minutes/part.ts',
    from: 'const sums = add(part.sums, found);',
    to: 'const sums = add(NONE, found);',
  },
  {
    what: 'a row is taken to be old enough for every age',
    file: 'lambda/core/minutes/step.ts',
    from: 'return row !== undefined && ageOf(row) >= age;',
    to: 'return row !== undefined;',
  },
  {
    what: 'a line delivered twice is kept twice',
    file: 'lambda/deliver.ts',
    from: 'return ids.size === ids.add(id).size;',
    to: 'return ids.size < 0;',
  },
  {
    what: 'a run that lost its lease goes on and moves the cursors',
    file: 'lambda/catch-up.ts',
    from: 'await this.#ports.store.save(next, this.#fence);',
    to: 'await this.#ports.store.save(next, (await this.#ports.store.acquire("anyone", 9e15, 9e15) as { fence: number }).fence);',
  },
  {
    what: 'a row is lowered where retention has taken lines',
    file: 'lambda/core/ledger/row.ts',
    from: 'sums.lines < before.lines ? before : now',
    to: 'now',
  },
  {
    what: 'a backfill that was killed goes on behind where it was',
    file: 'bin/operate/backfill/backfill.ts',
    from: 'await mark.renew(owner, progress,',
    to: 'await mark.renew(owner, { ...progress, upTo: progress.to },',
  },
  {
    what: 'a row forgets how many lines were found at first',
    file: 'lambda/core/ledger/row.ts',
    from: 'first: before.first',
    to: 'first: sums.lines',
  },
  {
    what: 'every drop is booked under the first rule',
    file: 'lambda/core/document/judge.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    from: "by === 'rule' ? `rules[${rule}]` : by",
    to: "by === 'rule' ? 'rules[0]' : by",
  },
  {
    what: 'a backfill and the function do not halve their share',
    file: 'lambda/core/pace.ts',
    from: 'perSecond / 2',
    to: 'perSecond',
  },
  {
    what: 'a new policy never begins',
    file: 'lambda/core/minutes/checkpoint.ts',
    from: 'checkpoint.judged.filter(({ to }) => to > frontier)',
    to: "checkpoint.judged.filter(({ to }, at, all) => to > frontier || at === all.length - 1).map(({ to }) => ({ to, policy: checkpoint.judged[0]?.policy ?? '', naming: '' }))",
  },
  {
    what: 'a read that began earlier overwrites the row of a later one',
    file: 'lambda/rows.ts',
    from: 'while (before === undefined || before.readAt < sent.begun)',
    to: 'for (;;)',
  },
  {
    what: 'what has vanished is not told',
    file: 'lambda/core/ledger/row.ts',
    from: 'const both = Math.min(gone, ',
    to: 'const both = 0 * Math.min(gone, ',
  },
  {
    what: "an older age gets no share of a run's requests",
    file: 'lambda/core/minutes/turn.ts',
    from: 'if (starving !== undefined) return starving;',
    to: 'if (starving === -2) return starving;',
  },
  {
    what: 'a vanished line counts on the word of one read',
    file: 'lambda/core/ledger/row.ts',
    from: 'compared === undefined || !isSteady ? 0 : goneSince(last, compared)',
    to: 'gone',
  },
  {
    what: 'a line that a read gives twice is taken twice',
    file: 'lambda/reader.ts',
    from: 'if (!seen.add(hash)) continue;',
    to: 'seen.add(hash);',
  },
  {
    what: 'a minute is named as the day says, not as it was named first',
    file: 'lambda/minute-rules.ts',
    from: 'const named = naming || checkpoint?.naming || this.current.naming;',
    to: 'const named = this.current.naming;',
  },
  {
    what: 'a document is blamed for an index that is not there',
    file: 'lambda/core/bulk/answers.ts',
    from: 'if (isDocumentError(type, reason)) return',
    to: 'if (isDocumentError(type, reason) || status === 404) return',
  },
  {
    what: 'a run waits for its turn until after its deadline',
    file: 'lambda/reader.ts',
    from: 'if (!timeForAnother(clock.now() + milliseconds, deadline, this.#slowest)) return false;',
    to: '',
  },
  {
    what: 'lines that are gone in part are told nowhere',
    file: 'lambda/core/ledger/row.ts',
    from: 'return { last: left, late, vanished: vanished + both };',
    to: 'return { last: left, late, vanished };',
  },
  {
    what: 'an event in two indices is taken for sent when one has it',
    file: 'lambda/core/document/confirmed.ts',
    from: 'words[WORDS - 1] = (words[WORDS - 1] ?? 0) ^ number;',
    to: '',
  },
  {
    what: 'a row that the SDK wrote twice is told by no metric',
    file: 'lambda/rows.ts',
    from: 'if (isDeepStrictEqual(there, row)) {',
    to: 'if (isWritten) {',
  },
  {
    what: 'a line whose judging throws ends the run',
    file: 'lambda/core/document/judge.ts',
    from: 'const detail = error instanceof Error',
    to: 'if (now > 0) throw error;\n    const detail = error instanceof Error',
  },
  {
    what: 'a line that nobody could judge is parked with its bodies',
    file: 'lambda/core/document/judge.ts',
    from: 'const text = withoutBodies(line.message);',
    to: 'const text = line.message;',
  },
  {
    what: 'a line that CloudWatch cut shows a body that the policy removes',
    file: 'lambda/core/document/truncated.ts',
    from: 'const left = taken === undefined ? text : leftOf(text, found, taken);',
    to: 'const left = text;',
  },
  {
    what: 'a line that CloudWatch cut is dropped though it does not prove what the policy asks for',
    file: 'lambda/core/document/truncated.ts',
    from: 'const verdict = isJudgeable(found) ?',
    to: 'const verdict = found.isCut ?',
  },
  {
    what: 'a line that CloudWatch cut counts as whole where it is kept',
    file: 'lambda/deliver.ts',
    from: 'this.#count(parcel.line, outcome, parcel.truncated);',
    to: 'this.#count(parcel.line, outcome);',
  },
  {
    what: 'a minute has the profiles of the day, not those it had first',
    file: 'lambda/minute-rules.ts',
    from: 'return rulesBy(kept, source,',
    to: 'return rulesBy({ ...kept, profiles: namingOf(this.#settings).profiles }, source,',
  },
  {
    what: 'an event counts when one of its profiles has it',
    file: 'lambda/pieces.ts',
    from: 'if (group.left > 0) return;',
    to: '',
  },
  {
    what: 'an event that one profile was refused counts as indexed',
    file: 'lambda/pieces.ts',
    from: "of('parked') ?? of('indexed')",
    to: "of('indexed') ?? of('parked')",
  },
  {
    what: 'what is parked of two profiles has one id',
    file: 'lambda/core/document/parked.ts',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is code.
    from: "profile === 'ecs' ? id : `${id}.${profile}`",
    to: 'id',
  },
  {
    what: 'an event of two profiles is taken for sent when one has it',
    file: 'lambda/deliver.ts',
    from: 'parcel.items.every(',
    to: 'parcel.items.some(',
  },
];
