/** Which requests the web host looks at further. */
import { describe, expect, it } from 'vitest';
import { ownHosts, type RequestFacts, refuseForeign } from '#main/hosts/web/access.ts';

const hosts = ownHosts(7462);
const plain: RequestFacts = {
  method: 'GET',
  host: '127.0.0.1:7462',
  origin: undefined,
  fetchSite: undefined,
  fetchMode: undefined,
  isUpgrade: false,
  bearer: false,
};
const status = (facts: Partial<RequestFacts>) => refuseForeign({ ...plain, ...facts }, hosts)?.status ?? 'accepted';

describe('RE-52: the address guard', () => {
  it.each([
    '127.0.0.1',
    '127.0.0.1:7463',
    'evil.example:7462',
    '127.0.0.1:7462.evil.example',
    'LOCALHOST:7462',
    '[::1]:7462',
    '0.0.0.0:7462',
    'localhost.:7462',
    '',
    undefined,
  ])('refuses the host %j', (host) => {
    expect(status({ host })).toBe(421);
  });

  it.each([
    'http://evil.example',
    'https://127.0.0.1:7462',
    'http://127.0.0.1:7463',
    'http://127.0.0.1:7462/',
    'http://localhost:7462',
    'null',
    '',
  ])('refuses the origin %j on every kind of request', (origin) => {
    for (const facts of [{}, { method: 'POST' }, { isUpgrade: true }, { bearer: true, isUpgrade: true }]) {
      expect(status({ ...facts, origin })).toBe(403);
    }
  });

  it('lets its own page in, under either of its names', () => {
    expect(status({})).toBe('accepted');
    for (const host of hosts) {
      const own = { host, origin: `http://${host}`, fetchSite: 'same-origin' };
      expect(status({ ...own, method: 'POST' })).toBe('accepted');
      expect(status({ ...own, isUpgrade: true })).toBe('accepted');
    }
  });

  it('wants an origin for everything but reading, except of a tool that shows its bearer', () => {
    expect(status({ method: 'POST' })).toBe(403);
    expect(status({ isUpgrade: true })).toBe(403);
    expect(status({ isUpgrade: true, bearer: true })).toBe('accepted');
  });

  it('lets another site link to the window and do nothing else', () => {
    expect(status({ fetchSite: 'cross-site', fetchMode: 'navigate' })).toBe('accepted');
    expect(status({ fetchSite: 'cross-site', fetchMode: 'no-cors' })).toBe(403);
    // A server on another port of this machine is the same site to the browser, cookies included.
    expect(status({ fetchSite: 'same-site', fetchMode: 'no-cors' })).toBe(403);
    expect(status({ fetchSite: 'none', fetchMode: 'navigate' })).toBe('accepted');
  });
});
