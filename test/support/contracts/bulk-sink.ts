import { expect, test } from 'vitest';
import { isDocumentError } from '../../../lambda/core/bulk/answers.ts';
import type { BulkItem } from '../../../lambda/core/bulk/bulk.ts';
import type { BulkSink } from '../../../lambda/ports.ts';

export interface Subject {
  readonly sink: BulkSink;
  /** Indices that no other test writes to. */
  readonly index: string;
  readonly other: string;
}

export function item(index: string, id: string, body: object = { '@timestamp': '2026-11-21T12:00:00Z' }): BulkItem {
  return { index, id, body: JSON.stringify(body) };
}

/** What every `BulkSink` keeps, the real one and its stand-ins. */
export function bulkSinkContract(make: () => Subject): void {
  const send = ({ sink }: Subject, items: readonly BulkItem[]) => sink.bulk(items, AbortSignal.timeout(60_000));
  const created = (index: string) => ({ status: 201, index });

  test('confirms each item in its order, under the index asked for', async () => {
    const subject = make();
    const { index, other } = subject;
    const answer = await send(subject, [item(index, 'a'), item(other, 'b'), item(index, 'c')]);
    const items = [created(index), created(other), created(index)];
    expect(answer).toMatchObject({ kind: 'items', items });
  });

  test('answers 409 for what is there already, whatever its body, and takes what is new beside it', async () => {
    const subject = make();
    await send(subject, [item(subject.index, 'seen')]);
    const answer = await send(subject, [item(subject.index, 'seen', {}), item(subject.index, 'new')]);
    const items = [{ status: 409, index: subject.index }, created(subject.index)];
    expect(answer).toMatchObject({ kind: 'items', items });
  });

  test('takes one id once, also within one request', async () => {
    const subject = make();
    const answer = await send(subject, [item(subject.index, 'twin'), item(subject.index, 'twin')]);
    expect(answer).toMatchObject({ kind: 'items', items: [{ status: 201 }, { status: 409 }] });
  });

  test('refuses what is no JSON, whatever the mapping, leaves nothing of it, and takes what is beside it', async () => {
    const subject = make();
    const broken = { ...item(subject.index, 'broken'), body: '{' };
    const answer = await send(subject, [broken, item(subject.index, 'whole')]);
    const items = answer.kind === 'items' ? answer.items : [];
    expect(items).toMatchObject([{ status: 400 }, created(subject.index)]);
    expect(isDocumentError(items[0]?.type, items[0]?.reason ?? '')).toBe(true);
    expect(await send(subject, [item(subject.index, 'broken')])).toMatchObject({ items: [{ status: 201 }] });
  });

  test('has nothing new when credentials that did not change are read again', async () => {
    const subject = make();
    await send(subject, [item(subject.index, 'a')]);
    expect(await subject.sink.renew()).toBe(false);
  });
}
