import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { afterEach, expect, test } from 'vitest';
import { type Listening, listen } from '../../../../bin/operate/receive/listen.ts';
import { authority, signed } from '../../../support/certificates.ts';

let listening: Listening | undefined;
const agent = new Agent({ keepAlive: true });

afterEach(async () => {
  agent.destroy();
  await listening?.close();
});

test('a client that is connected is refused once its authority is no longer trusted', async () => {
  const [trusted, other] = [await authority('audit'), await authority('audit, renewed')];
  const [own, client] = [await signed(trusted, 'localhost'), await signed(trusted, 'kube-apiserver')];
  const refused: string[] = [];
  const answer: Parameters<typeof listen>[2] = (_, response) => response.end();
  listening = await listen({ host: '127.0.0.1', port: 0 }, { ...own, ca: trusted.cert }, answer, (why) =>
    refused.push(why),
  );
  const { port } = listening;
  const asked = async () => {
    const request = get({ host: '127.0.0.1', port, agent, ca: trusted.cert, cert: client.cert, key: client.key });
    const [response] = await once(request, 'response');
    response.resume();
    await once(response, 'end');
    return request.reusedSocket;
  };
  expect([await asked(), await asked()]).toEqual([false, true]);
  listening.use({ ...own, ca: other.cert });
  await expect(asked()).rejects.toThrow();
  await expect(asked()).rejects.toThrow();
  expect(refused).not.toHaveLength(0);
});
