/**
 * Cuts a host off from everything but this machine, so that a test of an exchange that cannot be reached means the same
 * on every machine and no test ever asks a real exchange. Loaded with `--import`.
 */
import dns from 'node:dns';

const lookup = dns.lookup;

/** @param {string} hostname @param {any} options @param {any} callback */
function localOnly(hostname, options, callback) {
  if (hostname === 'localhost' || hostname === '127.0.0.1') return lookup(hostname, options, callback);
  const done = typeof options === 'function' ? options : callback;
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${hostname}`), {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname,
  });
  process.nextTick(() => done(error));
}

Object.assign(dns, { lookup: localOnly });
