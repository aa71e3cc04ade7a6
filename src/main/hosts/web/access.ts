/** Who may talk to the web host: judged by the addresses in a request's headers, on every path (RE-52). */

/** The parts of a request that say where it comes from; absent headers are undefined. */
export interface RequestFacts {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly isUpgrade: boolean;
  /** It shows the right to come in by itself: a tool, not a page. */
  readonly bearer: boolean;
}

export interface Refusal {
  readonly status: 403 | 421;
  readonly message: string;
}

/** The names under which the host answers; anything else is a foreign name that resolves here (DNS rebinding). */
export function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** Null when the request may be looked at further. */
export function refuseForeign(facts: RequestFacts, hosts: readonly string[]): Refusal | null {
  if (facts.host === undefined || !hosts.includes(facts.host)) {
    return { status: 421, message: `This host answers only as ${hosts.join(' or ')}.` };
  }
  const ownOrigin = `http://${facts.host}`;
  if (facts.origin !== undefined && facts.origin !== ownOrigin) {
    return { status: 403, message: 'Requests of other origins are refused.' };
  }
  // A page cannot leave its origin out of a request that changes something, nor out of an upgrade.
  const mustNameOrigin = facts.isUpgrade || (facts.method !== 'GET' && facts.method !== 'HEAD');
  if (mustNameOrigin && facts.origin === undefined && !facts.bearer) {
    return { status: 403, message: 'The request does not say where it comes from.' };
  }
  // Another site may link to the window, and that is all it may do.
  const foreignSite = facts.fetchSite !== undefined && !['same-origin', 'none'].includes(facts.fetchSite);
  if (foreignSite && (facts.fetchMode !== 'navigate' || facts.method !== 'GET')) {
    return { status: 403, message: 'Requests of other sites are refused.' };
  }
  return null;
}
