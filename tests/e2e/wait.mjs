// Waiting for conditions, and giving up in words.

export function fail(message) {
  throw new Error(message);
}

export function assert(condition, message) {
  if (!condition) fail(message);
}

/** Looks until `look` gives something other than null. */
export async function until(what, patienceMs, look) {
  const started = Date.now();
  let last = null;
  for (;;) {
    last = await look();
    if (last !== null && last !== undefined && last !== false) return last;
    if (Date.now() - started > patienceMs) fail(`${what} did not come about within ${patienceMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
