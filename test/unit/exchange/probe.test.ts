import { it, expect } from 'vitest';
it('p', async () => { const b = import.meta.resolve('ccxt'); const m = await import(new URL('./src/pro/kraken.js', b).href); expect(typeof m.default).toBe('function'); console.log(b, process.version); });
